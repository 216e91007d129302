//! Checking the open vault, and cutting the oldest entries off its log.

use super::Unlocked;
use crate::audit::{Action, AuditContext};
use crate::error::{DataDamage, VaultError};
use crate::format::header_file;
use crate::model::Usage;
use crate::stop;
use crate::store::audit::{self, AuditEvent, Head};
use crate::store::audit_search;
use crate::store::audit_trim::{self, TrimMark};
use crate::store::check::{Check, CheckInput, pages};
use crate::store::connect;
use crate::verify::{VerifyPart, VerifyProblem, VerifyReport};

/// A check of the open vault under way; see [`Unlocked::verify_slice`].
pub struct Verification {
    stage: VerifyStage,
    check: Check,
}

enum VerifyStage {
    Outside,
    Pages,
    Structure,
    Inside,
    Done,
}

impl Verification {
    /// Things done, and things there are about.
    #[must_use]
    pub fn progress(&self) -> (u64, u64) {
        self.check.progress()
    }

    /// What was found.
    #[must_use]
    pub fn into_report(self) -> VerifyReport {
        self.check.report
    }
}

impl Default for Verification {
    fn default() -> Self {
        Self {
            stage: VerifyStage::Outside,
            check: Check::new(),
        }
    }
}

/// Reading a broken page would spoil the connection that is in use.
fn unread(report: &mut VerifyReport) -> VerifyStage {
    report.find(VerifyPart::Rows, VerifyProblem::NotChecked);
    VerifyStage::Done
}

impl Unlocked {
    /// Checks a slice of everything there is; whether there is more. Between slices the
    /// vault can be used.
    ///
    /// # Errors
    /// What a flush may meet. What is wrong with the vault is no error, it is in the report.
    pub fn verify_slice(&mut self, under_way: &mut Verification) -> Result<bool, VaultError> {
        let report = &mut under_way.check.report;
        under_way.stage = match under_way.stage {
            VerifyStage::Outside => {
                self.flush_uses()?;
                self.check_outside(report);
                VerifyStage::Pages
            }
            VerifyStage::Pages => {
                // What the file holds is what is checked, not what waits to get there.
                connect::checkpoint(&self.connection)?;
                if pages::macs(&self.connection, report) {
                    VerifyStage::Structure
                } else {
                    unread(report)
                }
            }
            VerifyStage::Structure => {
                if pages::structure(&self.connection, report) {
                    VerifyStage::Inside
                } else {
                    unread(report)
                }
            }
            VerifyStage::Inside => {
                if under_way.check.step(&self.scene()) {
                    VerifyStage::Inside
                } else {
                    VerifyStage::Done
                }
            }
            VerifyStage::Done => VerifyStage::Done,
        };
        // What could not be read because of that is no finding.
        stop::check()?;
        Ok(!matches!(under_way.stage, VerifyStage::Done))
    }

    /// All slices of a check.
    ///
    /// # Errors
    /// As [`Unlocked::verify_slice`].
    pub fn verify(&mut self) -> Result<VerifyReport, VaultError> {
        let mut under_way = Verification::default();
        while self.verify_slice(&mut under_way)? {}
        Ok(under_way.into_report())
    }

    pub(crate) fn scene(&self) -> CheckInput<'_> {
        let header = &self.chosen.copy.header;
        CheckInput {
            connection: &self.connection,
            keys: &self.keys,
            vault: header.vault,
            epoch: header.epoch,
            state: Some(self.state),
            head: Some(self.head),
        }
    }

    fn check_outside(&self, report: &mut VerifyReport) {
        header_file::check(self.folder.path(), &self.keys.header, report);
        if !self.uses.is_intact(self.folder.path(), &self.keys.uses) {
            report.find(VerifyPart::Log, VerifyProblem::UsesRecord);
        }
        report.count(VerifyPart::Anchor, 2);
        match self.anchor.sound_slots(&self.keys.anchor) {
            Ok(sound) => {
                for (slot, _) in (0..).zip(sound).filter(|(_, sound)| !sound) {
                    report.find(VerifyPart::Anchor, VerifyProblem::AnchorSlot(slot));
                }
            }
            Err(_) => report.find(
                VerifyPart::Anchor,
                VerifyProblem::Anchor(DataDamage::AnchorBroken),
            ),
        }
    }

    /// Checks the whole chain of the log and that it ends where it should; how many entries.
    ///
    /// # Errors
    /// [`DataDamage::Audit`] with the first wrong entry.
    pub fn verify_audit(&self) -> Result<u64, VaultError> {
        let key = &self.keys.audit;
        let beginning = audit_trim::beginning(&self.connection, key)?;
        let end = audit::verify_from(&self.connection, key, beginning)?;
        if end != self.head {
            let sequence = end.sequence.min(self.head.sequence) + 1;
            return Err(DataDamage::Audit { sequence }.into());
        }
        Ok(end.sequence - beginning.sequence)
    }

    /// Where the log begins: the number of its first entry.
    ///
    /// # Errors
    /// [`DataDamage::Audit`] where the mark of a cut is not what was written.
    pub fn first_audit_entry(&self) -> Result<u64, VaultError> {
        Ok(audit_trim::beginning(&self.connection, &self.keys.audit)?.sequence + 1)
    }

    /// Cuts the entries of the log that the settings no longer keep; how many. Only days on
    /// which the vault was open count, so no clock cuts by being wrong.
    ///
    /// # Errors
    /// As [`Unlocked::cut_audit`].
    pub fn cut_old_entries(&mut self, context: &AuditContext) -> Result<u64, VaultError> {
        match self.settings()?.audit_keep_days {
            0 => Ok(0),
            days => {
                let newest = audit_search::newest_old(&self.connection, days, context.now)?;
                self.cut_audit(context, newest)
            }
        }
    }

    /// Cuts the entries of the log up to a number; how many. The cut is an entry itself, and
    /// says up to which number; where the log begins from then on is signed, and the counts
    /// of uses stay.
    ///
    /// # Errors
    /// [`DataDamage::Audit`] where the log is not whole: a broken one is not made shorter.
    pub fn cut_audit(&mut self, context: &AuditContext, newest: u64) -> Result<u64, VaultError> {
        let key = &self.keys.audit;
        let old = TrimMark::read(&self.connection, key)?;
        let from = old.as_ref().map_or(audit::GENESIS, |cutoff| cutoff.last);
        // The entry that an anchor names must stay.
        let last = newest.min(self.head.sequence - 1);
        if last <= from.sequence {
            return Ok(0);
        }
        self.verify_audit()?;
        let mut uses = old.map(|cutoff| cutoff.uses).unwrap_or_default();
        let failed = audit_search::taken_back(&self.connection)?;
        let cut = last - from.sequence;
        let head = audit::read_along(&self.connection, key, from, cut, |said| {
            let counts = said.is_use() && !failed.contains(&said.sequence);
            for id in said.subjects.iter().filter(|_| counts) {
                let usage: &mut Usage = uses.entry(*id).or_default();
                usage.uses += 1;
                usage.last_used = Some(said.at);
            }
        })?;
        self.anchor_head()?;
        self.cut_to(context, TrimMark { last: head, uses }, cut)
    }

    /// Both slots name the end of the log: none is left that names an entry to be cut.
    fn anchor_head(&mut self) -> Result<(), VaultError> {
        for _ in 0..2 {
            self.try_flush()?;
        }
        Ok(())
    }

    fn cut_to(
        &mut self,
        context: &AuditContext,
        cutoff: TrimMark,
        cut: u64,
    ) -> Result<u64, VaultError> {
        let last: Head = cutoff.last;
        let text = cutoff.encode(&self.keys.audit)?;
        self.change(context, |edit| {
            audit::remove_up_to(edit.connection, last.sequence)?;
            edit.rooted.put_setting(audit_trim::ROW, &text)?;
            let event = AuditEvent::done(Action::AuditCut)
                .with("up_to", last.sequence.to_string())
                .with("entries", cut.to_string());
            Ok((cut, Some(event)))
        })
    }
}
