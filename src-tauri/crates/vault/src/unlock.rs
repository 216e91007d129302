//! Unlocking: what becomes of a locked vault whose checks found nothing wrong.

use keyhaven_secret::Exposed;

use crate::audit::{Action, AuditContext};
use crate::crypto::kdf::Kek;
use crate::epoch::{self, OpenedEpoch};
use crate::error::{UsesDoubt, VaultError};
use crate::folder::MAKING;
use crate::format::disk;
use crate::format::header_file::{self, ChosenHeader};
use crate::format::rollback_guard;
use crate::format::uses_record::UsesRecord;
use crate::locked::{CopyAge, Locked, OldCopy, Opened};
use crate::store::audit::{self, AuditEvent};
use crate::store::connect;
use crate::unlock_slots::{LOGIN_SLOT, RECOVERY_SLOT};
use crate::unlocked::{UnlockWarning, Unlocked, locate};

/// An unlock that failed: the vault is still there, still locked.
pub struct OpenFailure {
    /// To try again.
    pub locked: Locked,
    /// Why.
    pub error: VaultError,
}

impl Locked {
    /// Opens the database with a derived key: compares it with its anchor, checks every row
    /// and the end of the log. Fast.
    ///
    /// # Errors
    /// In [`OpenFailure`]: [`VaultError::WrongPassword`], [`VaultError::WrongRecoveryKey`],
    /// [`VaultError::DamagedHeader`], [`VaultError::DamagedData`], [`VaultError::OldCopy`],
    /// [`VaultError::NewerVersion`], and what files and database may meet.
    pub fn open(
        self,
        kek: &Kek,
        old: OldCopy,
        context: &AuditContext,
    ) -> Result<Unlocked, Box<OpenFailure>> {
        match self.examine(kek, old) {
            Ok(opened) => self.begin(opened, kek.slot, context),
            Err(error) => Err(Box::new(OpenFailure {
                error: locate(error, &self.folder),
                locked: self,
            })),
        }
    }

    /// [`Locked::password_job`], run here, and [`Locked::open`]. Slow.
    ///
    /// # Errors
    /// As those two.
    pub fn unlock(
        self,
        password: &impl Exposed,
        context: &AuditContext,
    ) -> Result<Unlocked, Box<OpenFailure>> {
        match self.password_job().and_then(|job| job.run(password)) {
            Ok(kek) => self.open(&kek, OldCopy::Ask, context),
            Err(error) => Err(Box::new(OpenFailure {
                locked: self,
                error,
            })),
        }
    }

    /// Begins a session: empties the log, heals, records, and marks the anchor in use.
    fn begin(
        self,
        opened: Opened,
        slot: u32,
        context: &AuditContext,
    ) -> Result<Unlocked, Box<OpenFailure>> {
        let uses = match self.begin_uses(&opened) {
            Ok(uses) => uses,
            Err(error) => {
                let error = locate(error, &self.folder);
                return Err(Box::new(OpenFailure {
                    locked: self,
                    error,
                }));
            }
        };
        let chosen = ChosenHeader {
            unpublished: self.chosen.unpublished,
            ..ChosenHeader::of(opened.copy, self.chosen.wants_healing)
        };
        let epoch = OpenedEpoch {
            connection: opened.connection,
            keys: opened.keys,
            anchor: opened.anchor,
            uses,
            state: opened.state,
            head: opened.head,
        };
        let mut unlocked = Unlocked::new(self.folder, self.options, chosen, epoch);
        if let Some(doubt) = opened.unclean {
            unlocked.warnings.push(UnlockWarning::UncleanStop { doubt });
        }
        if opened.slot_lost {
            unlocked.warnings.push(UnlockWarning::AnchorSlotLost);
        }
        let (seen, is_newest) = (opened.seen, opened.is_newest);
        match begin_session(&mut unlocked, seen, is_newest, slot, context) {
            Ok(()) => Ok(unlocked),
            Err(error) => {
                let Unlocked {
                    folder,
                    options,
                    chosen,
                    ..
                } = unlocked;
                let error = locate(error, &folder);
                let locked = Self::from_parts(folder, options, chosen);
                Err(Box::new(OpenFailure { locked, error }))
            }
        }
    }

    /// From here on a kill is noticed by the record of the last use.
    fn begin_uses(&self, opened: &Opened) -> Result<UsesRecord, VaultError> {
        let header = &opened.copy.header;
        let owner = (header.vault, header.epoch);
        UsesRecord::begin(self.folder.path(), owner, opened.head, &opened.keys.uses)
    }
}

fn begin_session(
    unlocked: &mut Unlocked,
    seen: CopyAge,
    is_newest: bool,
    slot: u32,
    context: &AuditContext,
) -> Result<(), VaultError> {
    connect::checkpoint(&unlocked.connection)?;
    if header_file::exists(unlocked.folder.path())? {
        // A creation that was stopped after its header: from now on there is something to lose.
        disk::remove(&unlocked.folder.path().join(MAKING))?;
    }
    // The copies may have changed since they were read.
    unlocked.heal_header()?;
    // What a switch of epochs left. Files of a higher epoch are of a switch that was stopped,
    // or they are the newer vault, of which this is an old copy.
    let epoch = unlocked.chosen.copy.header.epoch;
    if is_newest && !matches!(seen, CopyAge::Behind(_)) {
        epoch::remove_others(&unlocked.folder, epoch)?;
    } else {
        epoch::remove_older(&unlocked.folder, epoch)?;
    }
    record_unclean_stop(unlocked, context)?;
    if let CopyAge::Behind(changes) = seen {
        let event = AuditEvent::done(Action::OldCopyAccepted).with("changes", changes.to_string());
        unlocked.record_flushed(context, &event)?;
        unlocked
            .warnings
            .push(UnlockWarning::OldCopyAccepted { changes });
    }
    let action = match slot {
        RECOVERY_SLOT => Action::Recovered,
        LOGIN_SLOT => Action::UnlockedByLogin,
        _ => Action::Unlocked,
    };
    if slot == RECOVERY_SLOT {
        unlocked.warnings.push(UnlockWarning::Recovered);
    }
    if seen == CopyAge::Lost {
        unlocked.record_flushed(context, &AuditEvent::done(Action::LastSeenLost))?;
        unlocked.warnings.push(UnlockWarning::LastSeenLost);
    }
    // Before the entry that marks this machine: from then on a missing file counts as lost.
    let kept = match seen {
        // It is on the disk already, and to sync it once more takes time.
        CopyAge::Same => true,
        CopyAge::Unknown => false,
        CopyAge::Fresh | CopyAge::Lost | CopyAge::Behind(_) => {
            let lying = unlocked.folder.epochs()?.into_iter().max();
            unlocked.write_seen(lying.unwrap_or(epoch)).is_ok()
        }
    };
    let mut event = AuditEvent::done(action);
    if let Some(machine) = rollback_guard::machine_mark(&unlocked.keys.seen) {
        event = event.with(audit::MACHINE, machine);
    }
    unlocked.record_flushed(context, &event)?;
    let mark = unlocked.mark(false);
    unlocked.anchor.write_both(&mark, &unlocked.keys.anchor)?;
    // Only now: a change after a clean mark would look like another history.
    unlocked.migrate(context)?;
    if !kept {
        unlocked.warnings.push(UnlockWarning::LastSeenUnavailable);
    }
    Ok(())
}

/// That the last session was not ended properly is an entry, with what is known of its uses.
fn record_unclean_stop(unlocked: &mut Unlocked, context: &AuditContext) -> Result<(), VaultError> {
    let doubt = unlocked.warnings.iter().find_map(|warning| match warning {
        UnlockWarning::UncleanStop { doubt } => Some(*doubt),
        _ => None,
    });
    let Some(doubt) = doubt else { return Ok(()) };
    let uses = doubt.map_or("complete", UsesDoubt::word);
    let event = AuditEvent::done(Action::UncleanStop).with("uses", uses);
    unlocked.record_flushed(context, &event)
}
