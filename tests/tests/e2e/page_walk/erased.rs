//! What is erased for good was shown to a person, who agreed.

use std::collections::BTreeSet;

use keyhaven_protocol::request::{ListRequest, RemoveRequest};
use keyhaven_protocol::view::CredentialRow;
use serde_json::Value;
use uuid::Uuid;

use super::Walk;

/// What there was, and what of it may be gone.
#[derive(Debug, Default)]
pub struct Erasures {
    /// Every credential at the last look, in the trash or not.
    known: BTreeSet<Uuid>,
    /// What was shown in a question that was answered with yes.
    agreed: BTreeSet<Uuid>,
    /// How many are gone.
    pub erased: usize,
}

impl Walk {
    /// A person has agreed to erase what a question shows. While it is open, the page has
    /// something else thrown away.
    pub(super) fn agree_to_erase(&mut self, question: &Value) {
        let shown = question["details"].as_array().unwrap();
        let trash = self.client.ask(in_trash()).unwrap_or_default();
        let is_shown = |row: &&CredentialRow| {
            let line = format!("{}/{}: {}", row.project, row.environment, row.name);
            shown.iter().any(|one| *one == line)
        };
        let agreed = trash.iter().filter(is_shown).map(|row| row.id);
        self.erasures.agreed.extend(agreed);
        if let Some(known) = self.credential() {
            let (id, revision) = (known.row.id, known.row.revision);
            self.log.push(format!("  meanwhile removed: {id}"));
            self.client.ask(RemoveRequest { id, revision }).unwrap();
        }
    }

    /// Looks at what is gone, unless the vault is locked.
    pub(super) fn check_erased(&mut self) {
        let listed = [ListRequest::default(), in_trash()].map(|list| self.client.ask(list));
        let [Ok(living), Ok(removed)] = listed else {
            return;
        };
        let now: BTreeSet<Uuid> = living.iter().chain(&removed).map(|row| row.id).collect();
        let known = std::mem::replace(&mut self.erasures.known, now);
        for gone in known.difference(&self.erasures.known) {
            self.erasures.erased += 1;
            let log = self.log.join("\n");
            assert!(
                self.erasures.agreed.contains(gone),
                "not shown: {gone}\n{log}"
            );
        }
    }
}

fn in_trash() -> ListRequest {
    ListRequest {
        removed: true,
        ..ListRequest::default()
    }
}
