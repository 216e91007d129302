//! The log from where it begins to its end, and what it says about everything else.

use super::{Check, CheckInput, LogCheck};
use crate::audit::{Action, AuditOutcome};
use crate::error::{Damage, VaultError};
use crate::store::audit::{self, EntryFacts, Head};
use crate::store::audit_trim::TrimMark;
use crate::verify::{VerifyPart, VerifyProblem};

impl LogCheck {
    fn hear(&mut self, said: EntryFacts) {
        if said.is_use() {
            for id in &said.subjects {
                let usage = self.uses.entry(*id).or_default();
                usage.uses += 1;
                usage.last_used = Some(said.at);
            }
        }
        let (Some(action), Some(AuditOutcome::Done)) = (said.action, said.outcome) else {
            return;
        };
        for id in said.subjects {
            match action {
                Action::Erased => {
                    self.changes.remove(&id);
                    self.uses.remove(&id);
                    self.stored.retain(|(stored, _)| *stored != id);
                    continue;
                }
                Action::Added | Action::ValueSet | Action::Imported => {
                    self.stored.push((id, said.at));
                }
                Action::Edited
                | Action::Renamed
                | Action::Moved
                | Action::Removed
                | Action::Restored
                | Action::RolledBack
                | Action::Revoked
                | Action::Snoozed
                | Action::BackupRestored => {}
                _ => continue,
            }
            self.changes.insert(id, said.at);
            if let Some(name) = said.name.clone() {
                self.named.insert(id, name);
            }
        }
    }
}

impl Check {
    /// Walks some entries; whether there are more.
    pub(super) fn log(&mut self, scene: &CheckInput<'_>, most: u64) -> bool {
        let from = match self.log.head {
            Some(head) => head,
            None => match self.begin(scene) {
                Some(head) => head,
                None => return false,
            },
        };
        let log = &mut self.log;
        let key = &scene.keys.audit;
        let walked = audit::read_along(scene.connection, key, from, most, |said| log.hear(said));
        match walked {
            Ok(head) => {
                let read = head.sequence - from.sequence;
                self.log.head = Some(head);
                self.done += read;
                self.report.count(VerifyPart::Log, read);
                if read == most {
                    return true;
                }
                self.end(scene, head);
            }
            Err(VaultError::DamagedData(Damage::Audit { sequence })) => {
                self.report
                    .find(VerifyPart::Log, VerifyProblem::LogEntry { sequence });
            }
            Err(_) => self.table(VerifyPart::Log, "audit"),
        }
        false
    }

    fn begin(&mut self, scene: &CheckInput<'_>) -> Option<Head> {
        self.report.count(VerifyPart::Log, 0);
        match TrimMark::read(scene.connection, &scene.keys.audit) {
            Ok(None) => Some(audit::GENESIS),
            Ok(Some(cutoff)) => {
                self.log.uses = cutoff.uses;
                Some(cutoff.last)
            }
            Err(_) => {
                self.report.find(VerifyPart::Log, VerifyProblem::LogStart);
                None
            }
        }
    }

    /// The whole log was read: it must end where it is known to, and others follow from it.
    fn end(&mut self, scene: &CheckInput<'_>, head: Head) {
        if let Some(expected) = scene.head
            && expected != head
        {
            let sequence = head.sequence.min(expected.sequence) + 1;
            self.report
                .find(VerifyPart::Log, VerifyProblem::LogEntry { sequence });
            return;
        }
        self.usage(scene);
        if self.narrow {
            self.narrow(scene);
        }
    }
}
