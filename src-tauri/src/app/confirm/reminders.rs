//! Changes after which a person is reminded of a key later, less often or never: a page could
//! let a key run out unnoticed.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use keyhaven_protocol::Error;
use keyhaven_protocol::request::{
    EndedDates, HistoryRequest, Metadata, NextExpiry, RollBackRequest, SettingsRequest,
    ShowRequest, SnoozeRequest, Target,
};
use keyhaven_protocol::view::{CredentialView, FieldKind, Moment};
use keyhaven_rules::due::{day_of, days_between, end_of, start_of};

use super::{AppState, Concern, agreed};
use crate::strings::{NativeText, listed, shown};

/// The longest snooze that the page offers; it never goes past the expiry.
const SHORT_SNOOZE_DAYS: i32 = 7;

/// Asks before the reminders of a key are quiet for longer than the page offers, also by several
/// snoozes of which one begins before the other has ended.
///
/// # Errors
/// [`Error::Cancelled`] when the person says no, or the agent's answer.
pub fn snooze(state: &AppState, request: &SnoozeRequest) -> Result<(), Error> {
    let Some(until) = request.until else {
        return Ok(());
    };
    let today = day_of(Timestamp::now(), &TimeZone::system());
    let since = state.reminded.quiet_since(request.id, today);
    let target = Target::Id(request.id);
    let known = state.link.ask(ShowRequest { target })?;
    expect_revision(&known, request.revision)?;
    let is_sooner = known.snoozed_until.is_some_and(|known| until <= known);
    if is_sooner || days_between(since, until) <= SHORT_SNOOZE_DAYS {
        state.reminded.snoozed(request.id, today, until);
        return Ok(());
    }
    let name = shown(&known.row.name);
    let day = until.to_string();
    agreed(state, vec![concern(NativeText::Snoozed { name, day })])
}

/// Refuses a change of another revision than the one that a person is shown.
pub(super) fn expect_revision(known: &CredentialView, revision: u32) -> Result<(), Error> {
    match known.row.revision == revision {
        true => Ok(()),
        false => Err(Error::Changed {
            name: known.row.name.clone(),
        }),
    }
}

/// What an edit does to the reminders of a key.
pub(super) fn of_edit(
    state: &AppState,
    known: &CredentialView,
    after: &Metadata,
) -> Result<Vec<Concern>, Error> {
    let zone = TimeZone::system();
    let mut texts = Vec::from_iter(expiry(known, after.expires, &zone));
    texts.extend(rotation(known, after, &zone));
    if known.lead_times != after.lead_times {
        let usual = state.link.ask(SettingsRequest {})?.lead_times;
        texts.extend(fewer(known, after, &usual));
    }
    Ok(texts.into_iter().map(concern).collect())
}

/// Whether the expiry goes with the value that had it. Another date is that of the new value.
pub(super) fn of_new_expiry(known: &CredentialView, after: Option<NextExpiry>) -> Option<Concern> {
    let removed = || expiry(known, None, &TimeZone::system()).map(concern);
    matches!(after?, NextExpiry::None).then(removed).flatten()
}

/// What it does to the reminders of a key that an older version is used again: its dates come
/// back with it. Where they are not known here, a person decides.
pub(super) fn of_older_version(
    state: &AppState,
    known: &CredentialView,
    request: &mut RollBackRequest,
) -> Result<Option<Concern>, Error> {
    request.ended = None;
    let target = Target::Id(request.id);
    let history = state.link.ask(HistoryRequest { target })?;
    let mut versions = history.versions.iter();
    let older = versions.find(|version| version.number == request.version);
    // The agent says that it is not there, and leaves the current one as it is.
    let Some(older) = older.filter(|older| known.version != Some(older.number)) else {
        return Ok(None);
    };
    let expires = match request.expires {
        Some(NextExpiry::None) => None,
        Some(NextExpiry::At(expires)) => Some(expires),
        Some(NextExpiry::Keep) | None => known.row.expires,
    };
    let Some(dates) = state.reminded.of(request.id, older) else {
        let unknown = NativeText::UnknownDates {
            name: shown(&known.row.name),
            version: older.number,
            expires: expires.map(|expires| expires.to_string()),
        };
        return Ok(is_dated(known).then(|| concern(unknown)));
    };
    request.ended = Some(EndedDates {
        rotate_on: dates.rotate_on,
        // A snooze ends at the expiry.
        snoozed_until: dates.snoozed_until.filter(|_| dates.expires == expires),
    });
    let mut before = known.clone();
    before.row.expires = dates.expires;
    Ok(expiry(&before, expires, &TimeZone::system()).map(concern))
}

/// What is merely configuration has no dates.
fn is_dated(known: &CredentialView) -> bool {
    let mut fields = known.field_list.iter();
    fields.any(|field| field.kind == FieldKind::Secret)
}

fn concern(text: NativeText) -> Concern {
    Concern {
        title: NativeText::RemindersQuestion,
        text,
    }
}

fn expiry(known: &CredentialView, after: Option<Moment>, zone: &TimeZone) -> Option<NativeText> {
    let before = known.row.expires?;
    let name = shown(&known.row.name);
    let Some(after) = after else {
        let before = before.to_string();
        return Some(NativeText::ExpiryRemoved { name, before });
    };
    (end_of(after, zone) > end_of(before, zone)).then(|| NativeText::ExpiryLater {
        name,
        before: before.to_string(),
        after: after.to_string(),
    })
}

fn rotation(known: &CredentialView, after: &Metadata, zone: &TimeZone) -> Vec<NativeText> {
    let name = || shown(&known.row.name);
    let due = known.row.rotation_due;
    if after.never_rotate.is_some() {
        let never = due.map(|_| NativeText::NeverRotated { name: name() });
        return Vec::from_iter(never);
    }
    let interval = match (known.rotate_every_days, after.rotate_every_days) {
        (Some(before), None) => Some(NativeText::RotationRemoved {
            name: name(),
            before,
        }),
        (Some(before), Some(after)) if after > before => Some(NativeText::RotationRarer {
            name: name(),
            before,
            after,
        }),
        _ => None,
    };
    let date = match (due, after.rotate_on) {
        (Some(before), Some(after)) if start_of(after, zone) > start_of(before, zone) => {
            Some(NativeText::RotationLater {
                name: name(),
                before: before.to_string(),
                after: after.to_string(),
            })
        }
        (_, None) => known
            .rotate_on
            .map(|before| NativeText::RotationDateRemoved {
                name: name(),
                before: before.to_string(),
            }),
        _ => None,
    };
    interval.into_iter().chain(date).collect()
}

/// The lead times that go; `usual` are those of keys without their own.
fn fewer(known: &CredentialView, after: &Metadata, usual: &[u32]) -> Option<NativeText> {
    let before = known.lead_times.as_deref().unwrap_or(usual);
    let after = after.lead_times.as_deref().unwrap_or(usual);
    let gone = before.iter().filter(|days| !after.contains(days));
    let gone: Vec<String> = gone.map(u32::to_string).collect();
    (!gone.is_empty()).then(|| NativeText::FewerReminders {
        name: shown(&known.row.name),
        days: listed(&gone),
    })
}
