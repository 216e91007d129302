//! The log from where it begins to its end, and what it says about everything else.

use super::{Check, CheckInput, LogCheck};
use crate::audit::{Action, AuditOutcome};
use crate::error::{DataDamage, VaultError};
use crate::store::audit::{self, EntryFacts, Head};
use crate::store::audit_search;
use crate::store::audit_trim::TrimMark;
use crate::store::usage;
use crate::verify::{VerifyPart, VerifyProblem};

impl LogCheck {
    fn hear(&mut self, said: EntryFacts) {
        if said.is_use() && !self.failed.contains(&said.sequence) {
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
                Action::Added | Action::ValueSet | Action::Imported | Action::RotationStarted => {
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
                | Action::RotationPromoted
                | Action::RotationFinished
                | Action::RotationAborted
                | Action::RotationUndone
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

impl LogCheck {
    /// Uses that came to nothing while the log was walked over were counted.
    fn take_back(&mut self, scene: &CheckInput<'_>) -> Result<(), VaultError> {
        let connection = scene.connection;
        let failed = audit_search::taken_back(connection)?;
        let begin = TrimMark::read(connection, &scene.keys.audit)?.unwrap_or_default();
        for release in failed.difference(&self.failed) {
            let subjects = audit_search::subjects_of(connection, *release)?;
            let last = usage::last_uses(connection, &subjects, &begin, &failed)?;
            for id in subjects {
                let usage = self.uses.entry(id).or_default();
                usage.uses = usage.uses.saturating_sub(1);
                usage.last_used = last.get(&id).copied();
            }
        }
        Ok(())
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
            Err(VaultError::DamagedData(DataDamage::Audit { sequence })) => {
                self.report
                    .find(VerifyPart::Log, VerifyProblem::LogEntry { sequence });
            }
            Err(_) => self.table(VerifyPart::Log, "audit"),
        }
        false
    }

    fn begin(&mut self, scene: &CheckInput<'_>) -> Option<Head> {
        self.report.count(VerifyPart::Log, 0);
        match audit_search::taken_back(scene.connection) {
            Ok(failed) => self.log.failed = failed,
            Err(_) => self.table(VerifyPart::Log, "audit"),
        }
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
        if self.log.take_back(scene).is_err() {
            self.table(VerifyPart::Log, "audit");
        }
        self.usage(scene);
        if self.narrow {
            self.narrow(scene);
        }
    }
}
