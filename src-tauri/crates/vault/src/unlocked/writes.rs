//! Writes the unlocked vault: changes, uses, and the anchor that follows them.

use std::collections::HashSet;

use jiff::Timestamp;
use rusqlite::Connection;
use uuid::Uuid;

use super::{Unlocked, locate, make_id};
use crate::audit::{Action, AuditContext, AuditOutcome, Detail, RELEASE, TAKEN_BACK};
use crate::crypto::keys::EpochKeys;
use crate::error::VaultError;
use crate::format::anchor::Mark;
use crate::format::backup_manifest::Reason;
use crate::format::rollback_guard::{self, HighWaterMark};
use crate::random::Random;
use crate::stop;
use crate::store::audit::AuditEvent;
use crate::store::audit_trim::TrimMark;
use crate::store::authenticated_writer::AuthenticatedWriter;
use crate::store::connect::Durability;
use crate::store::{audit, audit_search, connect, row_mac, row_state, usage};

/// Uses that may wait for a flush.
const MOST_UNFLUSHED: u32 = 64;

/// What a change works with: the rooted tables, and what new rows are made from.
pub(super) struct Edit<'a> {
    pub(super) connection: &'a Connection,
    pub(super) rooted: AuthenticatedWriter<'a>,
    pub(super) keys: &'a EpochKeys,
    pub(super) random: &'a mut dyn Random,
    pub(super) vault: Uuid,
    pub(super) epoch: u64,
    pub(super) now: Timestamp,
}

impl Edit<'_> {
    /// A fresh UUIDv7 (RFC 9562).
    pub(super) fn make_id(&mut self) -> Result<Uuid, VaultError> {
        make_id(self.random, self.now)
    }
}

impl Unlocked {
    /// Makes a change: one transaction, its audit entry, its anchor. Work that returns no
    /// event has changed nothing and leaves no trace.
    pub(super) fn change<T>(
        &mut self,
        context: &AuditContext,
        work: impl FnOnce(&mut Edit<'_>) -> Result<(T, Option<AuditEvent>), VaultError>,
    ) -> Result<T, VaultError> {
        let changed = self.try_change(context, work);
        self.noticing(changed)
    }

    fn try_change<T>(
        &mut self,
        context: &AuditContext,
        work: impl FnOnce(&mut Edit<'_>) -> Result<(T, Option<AuditEvent>), VaultError>,
    ) -> Result<T, VaultError> {
        self.living.take();
        // Two changes without an anchor would look like an old anchor at the next unlock. Uses
        // may have come since, and an anchor must not name what is not on the disk.
        if self.anchor_behind {
            self.try_flush()?;
        }
        self.set_durability(Durability::Full)?;
        let transaction = self.connection.unchecked_transaction()?;
        let header = &self.chosen.copy.header;
        let mut edit = Edit {
            connection: &self.connection,
            rooted: AuthenticatedWriter::new(&self.connection, &self.keys.rows, self.state.root),
            keys: &self.keys,
            random: &mut *self.options.random,
            vault: header.vault,
            epoch: header.epoch,
            now: context.now,
        };
        let (value, event) = work(&mut edit)?;
        let Some(event) = event else {
            return Ok(value);
        };
        let root = edit.rooted.root();
        let head = audit::append(&transaction, &self.keys.audit, self.head, context, &event)?;
        let state = self.state.next(&self.keys.rows, root);
        state.write(&transaction)?;
        #[cfg(test)]
        assert_eq!(root, row_mac::Root::compute(&transaction, &self.keys.rows)?);
        stop::check()?;
        transaction.commit()?;
        self.state = state;
        self.head = head;
        self.anchor_behind = true;
        self.write_anchor()?;
        Ok(value)
    }

    /// Brings the tables to the form this program writes, where they are older: a backup
    /// first, then one change, with the root of all rows recomputed and its entry in the log.
    pub(crate) fn migrate(&mut self, context: &AuditContext) -> Result<(), VaultError> {
        let (from, to) = (connect::found(&self.connection)?, connect::supported());
        if from == to {
            return Ok(());
        }
        let path = crate::backup::new_path(self.folder.path(), context.now, Reason::Migration)?;
        self.backup(&path, Reason::Migration, context)?;
        self.living.take();
        self.set_durability(Durability::Full)?;
        let transaction = self.connection.unchecked_transaction()?;
        connect::migrate(&transaction)?;
        let root = row_mac::Root::compute(&transaction, &self.keys.rows)?;
        let state = self.state.next(&self.keys.rows, root);
        state.write(&transaction)?;
        let event = AuditEvent::done(Action::Migrated)
            .with("from", from.to_string())
            .with("to", to.to_string());
        let head = audit::append(&transaction, &self.keys.audit, self.head, context, &event)?;
        transaction.commit()?;
        self.state = state;
        self.head = head;
        self.anchor_behind = true;
        self.write_anchor()
    }

    /// Records that values are about to be handed out, or what became of that; gives the
    /// entry's sequence. Call it before they are; if it fails, they must not be.
    ///
    /// # Errors
    /// [`VaultError::DiskFull`], [`VaultError::Database`], [`VaultError::Io`].
    pub fn record_use(
        &mut self,
        context: &AuditContext,
        action: Action,
        outcome: AuditOutcome,
        subjects: &[Uuid],
        detail: Detail,
    ) -> Result<u64, VaultError> {
        let mut event = AuditEvent {
            action,
            outcome,
            subjects: Vec::with_capacity(subjects.len()),
            detail,
        };
        // Several fields of one credential are one use of it.
        let mut known = HashSet::new();
        event
            .subjects
            .extend(subjects.iter().filter(|id| known.insert(**id)));
        let recorded = self
            .try_record(context, &event, Durability::Normal)
            .and_then(|()| self.uses.write(self.head, &self.keys.uses));
        self.noticing(recorded)?;
        self.unflushed += 1;
        if self.unflushed >= MOST_UNFLUSHED {
            self.flush_uses()?;
        }
        Ok(self.head.sequence)
    }

    /// Records that what was released by an earlier entry came to nothing: the program did not
    /// start. It counts as no use then.
    ///
    /// # Errors
    /// As [`Unlocked::record_use`].
    pub fn record_failed_launch(
        &mut self,
        context: &AuditContext,
        release: u64,
        subjects: &[Uuid],
        mut detail: Detail,
    ) -> Result<(), VaultError> {
        let begin = TrimMark::read(&self.connection, &self.keys.audit)?;
        let begin = begin.unwrap_or_default();
        detail.insert(RELEASE.into(), release.to_string());
        // What was cut off the log stays counted.
        if release > begin.last.sequence {
            detail.insert(TAKEN_BACK.into(), "true".into());
        }
        let event = AuditEvent {
            action: Action::LaunchFailed,
            outcome: AuditOutcome::Failed,
            subjects: subjects.to_vec(),
            detail,
        };
        let recorded = self
            .try_record_failed(context, &event, release, &begin)
            .and_then(|()| self.uses.write(self.head, &self.keys.uses));
        self.noticing(recorded)?;
        self.unflushed += 1;
        Ok(())
    }

    fn try_record_failed(
        &mut self,
        context: &AuditContext,
        event: &AuditEvent,
        release: u64,
        begin: &TrimMark,
    ) -> Result<(), VaultError> {
        self.living.take();
        self.set_durability(Durability::Normal)?;
        let transaction = self.connection.unchecked_transaction()?;
        let head = audit::append(&transaction, &self.keys.audit, self.head, context, event)?;
        if release > begin.last.sequence {
            let failed = audit_search::taken_back(&transaction)?;
            usage::take_back(&transaction, &event.subjects, begin, &failed)?;
        }
        transaction.commit()?;
        self.head = head;
        Ok(())
    }

    /// Makes recorded uses durable; to be called within a second of a use. Does nothing
    /// where nothing waits.
    ///
    /// # Errors
    /// [`VaultError::DiskFull`], [`VaultError::Database`], [`VaultError::Io`]; to be tried again.
    pub fn flush_uses(&mut self) -> Result<(), VaultError> {
        if self.unflushed == 0 {
            return Ok(());
        }
        let flushed = self.try_flush();
        self.noticing(flushed)
    }

    /// Names the place of an error, and notes one of the disk: what was written before may
    /// be gone then.
    pub(super) fn noticing<T>(&mut self, result: Result<T, VaultError>) -> Result<T, VaultError> {
        if result.as_ref().is_err_and(VaultError::is_of_disk) {
            self.uses.distrust(&self.keys.uses);
        }
        result.map_err(|error| locate(error, &self.folder))
    }

    pub(super) fn try_flush(&mut self) -> Result<(), VaultError> {
        self.set_durability(Durability::Full)?;
        let transaction = self.connection.unchecked_transaction()?;
        // A commit that writes nothing syncs nothing.
        row_state::touch(&transaction)?;
        transaction.commit()?;
        self.write_anchor()
    }

    fn try_record(
        &mut self,
        context: &AuditContext,
        event: &AuditEvent,
        durability: Durability,
    ) -> Result<(), VaultError> {
        self.living.take();
        self.set_durability(durability)?;
        let transaction = self.connection.unchecked_transaction()?;
        let head = audit::append(&transaction, &self.keys.audit, self.head, context, event)?;
        if event.action.is_use() && event.outcome != AuditOutcome::Failed {
            usage::count(&transaction, &event.subjects, context.now)?;
        }
        transaction.commit()?;
        self.head = head;
        Ok(())
    }

    /// Records something that changes no row, durably; the anchor is the caller's to write.
    pub(crate) fn record_flushed(
        &mut self,
        context: &AuditContext,
        event: &AuditEvent,
    ) -> Result<(), VaultError> {
        self.try_record(context, event, Durability::Full)
    }

    fn set_durability(&mut self, to: Durability) -> Result<(), VaultError> {
        if self.durability != to {
            connect::set_durability(&self.connection, to)?;
            self.durability = to;
        }
        Ok(())
    }

    pub(crate) fn mark(&self, clean: bool) -> Mark {
        Mark {
            generation: self.state.generation,
            state: self.state.state,
            audit_sequence: self.head.sequence,
            audit_head: self.head.mac,
            clean,
        }
    }

    /// Anchors what the database now is. Only after a full commit.
    pub(crate) fn write_anchor(&mut self) -> Result<(), VaultError> {
        let mark = self.mark(false);
        self.anchor.write(&mark, &self.keys.anchor)?;
        self.anchor_behind = false;
        self.unflushed = 0;
        Ok(())
    }

    /// Remembers on this machine how far this vault has come, and that there was a sign of
    /// some epoch.
    pub(crate) fn write_seen(&self, sign: u64) -> Result<(), VaultError> {
        let Some(folder) = &self.options.seen else {
            return Ok(());
        };
        let progress = HighWaterMark {
            epoch: self.chosen.copy.header.epoch,
            generation: self.state.generation,
        };
        rollback_guard::write(folder, self.id(), progress, sign, &self.keys.seen)
    }
}
