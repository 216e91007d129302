//! Moving credentials to the trash and back, and erasing what is in it.

use std::collections::HashSet;

use jiff::Timestamp;
use uuid::Uuid;

use super::{ExpectedRevision, Unlocked};
use crate::audit::{Action, AuditContext};
use crate::error::{RecordKind, Refusal, VaultError};
use crate::model::Credential;
use crate::stop;
use crate::store::audit::AuditEvent;
use crate::store::audit_search::DaysSinceRemoval;
use crate::store::{audit_search, read, usage};

/// Days with entries in the log that what was removed stays in the trash.
pub(super) const TRASH_DAYS: u32 = 30;
/// Credentials that one change erases: its entry in the log stays readable, and a stop or a
/// failing disk undoes little.
pub(crate) const ERASED_AT_ONCE: usize = if cfg!(test) { 3 } else { 1000 };

impl Unlocked {
    /// Moves it to the trash.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], [`VaultError::Changed`].
    pub fn remove(
        &mut self,
        context: &AuditContext,
        seen: ExpectedRevision,
    ) -> Result<Credential, VaultError> {
        let now = context.now;
        self.update(context, seen, Action::Removed, |_, row| {
            row.deleted_at = Some(now);
            Ok(())
        })
    }

    /// Takes it out of the trash.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], [`VaultError::Changed`], [`Refusal::NotInTrash`]; [`VaultError::Exists`] and
    /// [`VaultError::VariableTaken`] where its place was taken meanwhile.
    pub fn restore(
        &mut self,
        context: &AuditContext,
        seen: ExpectedRevision,
    ) -> Result<Credential, VaultError> {
        self.change(context, |edit| {
            let mut row = edit.seen(seen)?;
            if row.deleted_at.take().is_none() {
                return Err(Refusal::NotInTrash.into());
            }
            edit.check_row_name(&row)?;
            edit.check_row_variables(&row)?;
            edit.finish(Action::Restored, row)
        })
    }

    /// Erases for good what of these is in the trash, in parts that are each recorded; how many.
    /// What came into the trash after they were listed stays, and so does what was restored.
    ///
    /// # Errors
    /// What any write may meet. The parts before it are erased then, and the rest is still there.
    pub fn empty_trash(
        &mut self,
        context: &AuditContext,
        listed: &[Uuid],
    ) -> Result<usize, VaultError> {
        let listed: HashSet<&Uuid> = listed.iter().collect();
        self.erase(context, |id| listed.contains(&id))
    }

    /// Erases for good what has been in the trash for 30 days; how many. Its days are
    /// counted as those of the log, from the entry of the removal on: neither a clock that
    /// jumps ahead nor one that was behind erases anything.
    ///
    /// # Errors
    /// As [`Unlocked::empty_trash`].
    pub fn erase_old_trash(&mut self, context: &AuditContext) -> Result<usize, VaultError> {
        let newest = audit_search::newest_old(&self.connection, TRASH_DAYS, context.now)?;
        if newest == 0 {
            return Ok(0);
        }
        // What the log does not know any more, or a salvage brought, is older than all of it.
        let kept = audit_search::removed_after(&self.connection, newest)?;
        self.erase(context, |id| !kept.contains(&id))
    }

    pub(super) fn erase(
        &mut self,
        context: &AuditContext,
        is_meant: impl Fn(Uuid) -> bool,
    ) -> Result<usize, VaultError> {
        let removed = read::deleted(&self.connection)?;
        let ids = removed.into_iter().map(|row| row.id);
        let meant: Vec<Uuid> = ids.filter(|id| is_meant(*id)).collect();
        for part in meant.chunks(ERASED_AT_ONCE) {
            self.erase_part(context, part)?;
        }
        Ok(meant.len())
    }

    fn erase_part(&mut self, context: &AuditContext, ids: &[Uuid]) -> Result<(), VaultError> {
        self.change(context, |edit| {
            let mut event = AuditEvent::done(Action::Erased);
            for id in ids {
                stop::check()?;
                let row = read::credential(edit.connection, *id)?;
                let row = row.ok_or(VaultError::NotFound(RecordKind::Credential))?;
                edit.rooted.erase_credential(row.id)?;
                usage::forget(edit.connection, row.id)?;
                event = event.about(row.id).with(&row.id.to_string(), row.name);
            }
            Ok(((), Some(event)))
        })
    }

    /// How long what is in the trash stays there.
    ///
    /// # Errors
    /// [`VaultError::Database`].
    pub fn trash_days_left(&self, now: Timestamp) -> Result<TrashDaysLeft, VaultError> {
        let passed = audit_search::days_since_removal(&self.connection, TRASH_DAYS, now)?;
        Ok(TrashDaysLeft(passed))
    }
}

/// See [`Unlocked::trash_days_left`].
#[derive(Debug)]
pub struct TrashDaysLeft(DaysSinceRemoval);

impl TrashDaysLeft {
    /// On how many more days the vault has to be used before [`Unlocked::erase_old_trash`] takes
    /// it, today among them; none where it does so the next time.
    #[must_use]
    pub fn of(&self, id: Uuid) -> u32 {
        TRASH_DAYS.saturating_sub(self.0.of(id))
    }
}
