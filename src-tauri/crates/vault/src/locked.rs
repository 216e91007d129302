//! The vault while locked: a checked header, no key; and how it is unlocked.

mod checks;
#[cfg(test)]
mod for_tests;

use std::cell::RefCell;
use std::path::PathBuf;

use keyhaven_secret::Exposed;
use uuid::Uuid;

use crate::audit::{Action, AuditContext};
use crate::crypto::kdf::{KdfParams, KdfPolicy, Kek};
use crate::epoch;
use crate::error::VaultError;
use crate::folder::{Folder, MAKING};
use crate::format::disk;
use crate::format::header::Header;
use crate::format::header_file::{self, ChosenHeader};
use crate::random::Random;
use crate::store::audit::AuditEvent;
use crate::store::connect::{self, Durability};
use crate::unlock_slots::{LOGIN_SLOT, RECOVERY_SLOT};
use crate::unlocked::{UnlockWarning, Unlocked, locate};
use checks::{CopyAge, Opened};
pub(crate) use checks::{check, compare};

/// What the embedder hands in.
pub struct VaultOptions {
    /// Key derivation: what is accepted, what is chosen.
    pub policy: KdfPolicy,
    /// Folder of last seen states, `$XDG_STATE_HOME/keyhaven`; with `None` old copies are
    /// not noticed.
    pub seen: Option<PathBuf>,
    /// For ids, nonces and keys.
    pub random: Box<dyn Random>,
}

/// What to do with a copy that is older than one already seen on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OldCopy {
    /// Answer [`VaultError::OldCopy`], so that a person can be asked.
    Ask,
    /// Go on; it is audited.
    Accept,
}

/// A vault whose keys are not in memory.
pub struct Locked {
    folder: Folder,
    pub(crate) options: VaultOptions,
    pub(crate) chosen: ChosenHeader,
}

/// An unlock that failed: the vault is still there, still locked.
pub struct OpenFailure {
    /// To try again.
    pub locked: Locked,
    /// Why.
    pub error: VaultError,
}

impl Locked {
    /// Reads and checks the header.
    ///
    /// # Errors
    /// [`VaultError::NotAVault`], [`VaultError::DamagedHeader`], [`VaultError::NewerVersion`],
    /// [`VaultError::Insecure`], [`VaultError::Io`].
    pub fn read(folder: Folder, options: VaultOptions) -> Result<Self, VaultError> {
        let path = folder.path();
        let unfinished = disk::check_file(&path.join(MAKING))?;
        let chosen = header_file::read(path, folder.has_data()? && !unfinished)?;
        Ok(Self::from_parts(folder, options, chosen))
    }

    pub(crate) fn from_parts(folder: Folder, options: VaultOptions, chosen: ChosenHeader) -> Self {
        Self {
            folder,
            options,
            chosen,
        }
    }

    /// The vault's id.
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.header().vault
    }

    /// The name of its folder.
    #[must_use]
    pub fn name(&self) -> String {
        let name = self.folder.path().file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }

    /// Its folder.
    #[must_use]
    pub fn folder(&self) -> &Folder {
        &self.folder
    }

    /// Releases its folder.
    #[must_use]
    pub fn into_folder(self) -> Folder {
        self.folder
    }

    /// Whether there is a slot for the login keychain.
    #[must_use]
    pub fn has_login_slot(&self) -> bool {
        self.header().has_slot(LOGIN_SLOT)
    }

    /// How the password's key is derived; none where the header has no slot for one.
    #[must_use]
    pub fn kdf(&self) -> Option<KdfParams> {
        self.header().kdf()
    }

    pub(crate) fn header(&self) -> &Header {
        &self.chosen.copy.header
    }

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
        let mut unlocked = Unlocked {
            folder: self.folder,
            options: self.options,
            chosen: ChosenHeader::of(opened.copy, self.chosen.wants_healing),
            keys: opened.keys,
            connection: opened.connection,
            raw: None,
            copy: None,
            anchor: opened.anchor,
            state: opened.state,
            head: opened.head,
            warnings: Vec::new(),
            durability: Durability::Full,
            unflushed: 0,
            anchor_behind: false,
            former_schedule: None,
            living: RefCell::default(),
        };
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
    if unlocked.chosen.wants_healing {
        header_file::write(unlocked.folder.path(), &unlocked.chosen.copy)?;
        unlocked.chosen.wants_healing = false;
        unlocked.warnings.push(UnlockWarning::HeaderHealed);
    }
    // What a switch of epochs left. Files of a higher epoch are of a switch that was stopped,
    // or they are the newer vault, of which this is an old copy.
    let epoch = unlocked.chosen.copy.header.epoch;
    if is_newest && !matches!(seen, CopyAge::Behind(_)) {
        epoch::remove_others(&unlocked.folder, epoch)?;
    } else {
        epoch::remove_older(&unlocked.folder, epoch)?;
    }
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
    unlocked.record_flushed(context, &AuditEvent::done(action))?;
    let mark = unlocked.mark(false);
    unlocked.anchor.write_both(&mark, &unlocked.keys.anchor)?;
    // Only now: a change after a clean mark would look like another history.
    unlocked.migrate(context)?;
    let kept = match seen {
        // It is on the disk already, and to sync it once more takes time.
        CopyAge::Same => true,
        CopyAge::Unknown => false,
        CopyAge::Fresh | CopyAge::Behind(_) => {
            let lying = unlocked.folder.epochs()?.into_iter().max();
            unlocked.write_seen(lying.unwrap_or(epoch)).is_ok()
        }
    };
    if !kept {
        unlocked.warnings.push(UnlockWarning::LastSeenUnavailable);
    }
    Ok(())
}
