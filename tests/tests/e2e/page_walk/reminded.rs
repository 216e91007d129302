//! Nobody is reminded less of a key without having agreed.

use keyhaven_protocol::view::CredentialView;
use serde_json::{Value, json};

use super::Walk;
use crate::confirmations::in_days;

impl Walk {
    /// Calls a command, and looks at the reminders that it changed without a question.
    pub(super) fn call_reminding(
        &mut self,
        command: &str,
        args: &Value,
        call: impl FnOnce(&mut Self) -> Value,
    ) -> Value {
        let request = &args["request"];
        let changes = ["edit", "snooze"]
            .iter()
            .any(|name| request.get(name).is_some());
        if command != "query" || !changes {
            return call(self);
        }
        let (before, agreed) = (self.credentials(), self.agreed);
        let answer = call(self);
        if self.agreed == agreed {
            let after = self.credentials();
            for (was, is) in before.iter().filter_map(|was| {
                let is = after.iter().find(|is| is.row.id == was.row.id)?;
                Some((was, is))
            }) {
                let less = reminds_less(was, is);
                assert!(less.is_none(), "{less:?} unasked\n{}", self.log.join("\n"));
            }
        }
        answer
    }

    /// Dates and reminders, of which about half are those of a key.
    pub(super) fn dates(&mut self, known: Option<&CredentialView>) -> Value {
        if let Some(known) = known.filter(|_| self.rng.heads()) {
            return json!({
                "expires": known.row.expires, "rotate_every_days": known.rotate_every_days,
                "rotate_on": known.rotate_on, "never_rotate": known.never_rotate,
                "lead_times": known.lead_times,
            });
        }
        let mut one = |of: &[Value]| of[self.rng.below(of.len())].clone();
        let never = one(&[Value::Null, Value::Null, json!("so")]);
        let dated = |value: Value| if never.is_null() { value } else { Value::Null };
        json!({
            "expires": one(&[Value::Null, json!("2099-01-31"), json!("2099-06-30")]),
            "rotate_every_days": dated(one(&[Value::Null, json!(30), json!(90)])),
            "rotate_on": dated(one(&[Value::Null, json!("2098-01-31")])),
            "never_rotate": never,
            "lead_times": one(&[Value::Null, json!([]), json!([30, 7])]),
        })
    }

    /// A snooze of a key: none, a short or a long one.
    pub(super) fn snooze(&mut self) -> Value {
        let (id, revision) = self
            .credential()
            .map(|known| (known.row.id, known.row.revision))
            .unwrap_or_default();
        let until = match self.rng.below(3) {
            0 => Value::Null,
            1 => json!(in_days(3)),
            _ => json!("2098-12-31"),
        };
        json!({ "id": id, "revision": revision, "until": until })
    }
}

/// What comes later, less often or never.
fn reminds_less(was: &CredentialView, is: &CredentialView) -> Option<&'static str> {
    // Days as text are in their order.
    let later = |was: Option<String>, is: Option<String>| {
        was.is_some_and(|was| is.is_none_or(|is| is > was))
    };
    let text = |moment: Option<keyhaven_protocol::view::Moment>| moment.map(|one| one.to_string());
    if later(text(was.row.expires), text(is.row.expires)) {
        return Some("expiry");
    }
    if later(text(was.row.rotation_due), text(is.row.rotation_due)) {
        return Some("rotation");
    }
    let lost = |leads: &Vec<u32>| {
        was.lead_times
            .as_ref()
            .is_some_and(|was| was.iter().any(|days| !leads.contains(days)))
    };
    if is
        .lead_times
        .as_ref()
        .is_some_and(|leads| leads.is_empty() && was.lead_times != is.lead_times || lost(leads))
    {
        return Some("lead times");
    }
    let long = is
        .snoozed_until
        .filter(|until| until.to_string() > in_days(8));
    (long.is_some() && long != was.snoozed_until).then_some("snooze")
}
