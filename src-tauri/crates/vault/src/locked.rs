//! The vault while locked: a checked header, no key. And how it is opened.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::path::PathBuf;

use keyhaven_secret::Exposed;
use uuid::Uuid;

use crate::audit::{Action, AuditContext};
use crate::crypto::kdf::{KdfParams, KdfPolicy, Kek};
use crate::crypto::keys::EpochKeys;
use crate::epoch;
use crate::error::{Damage, VaultError};
use crate::folder::{Folder, MAKING};
use crate::format::anchor::{Anchor, Mark};
use crate::format::header::{Header, HeaderCopy};
use crate::format::header_file::{self, ChosenHeader};
use crate::format::{disk, rollback_guard};
use crate::random::Random;
use crate::store::audit::{self, AuditEvent, Head};
use crate::store::connect::{self, Durability};
use crate::store::row_mac::{Root, RowState};
#[cfg(test)]
use crate::unlock_slots;
use crate::unlock_slots::{LOGIN_SLOT, RECOVERY_SLOT};
use crate::unlocked::{UnlockWarning, Unlocked, locate};

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

/// What opening finds out before anything is written.
struct Opened {
    /// Of the header.
    copy: HeaderCopy,
    keys: EpochKeys,
    connection: rusqlite::Connection,
    anchor: Anchor,
    state: RowState,
    head: Head,
    slot_lost: bool,
    seen: CopyAge,
    /// Whether no newer epoch can ever have been the vault.
    is_newest: bool,
}

/// How this copy stands to the last state seen on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CopyAge {
    /// Farther, or nothing was seen.
    Fresh,
    /// Exactly as it was seen last.
    Same,
    /// So many changes behind.
    Behind(u64),
    /// What was seen cannot be read.
    Unknown,
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

    /// Its folder, given up by the vault.
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

    /// Everything that is checked before anything is written.
    fn examine(&self, kek: &Kek, old: OldCopy) -> Result<Opened, VaultError> {
        let folder = self.folder.path();
        let (copy, keys) = self.open_header(kek)?;
        let header = &copy.header;
        let (anchor, reading) = Anchor::open(folder, header.vault, header.epoch, &keys.anchor)?;
        let connection = connect::open(&folder.join(&header.database), &keys)?;
        let (state, head) = check(&connection, &keys, &reading.mark)?;
        let (seen, is_newest) = self.standing(&keys, &state);
        if let (CopyAge::Behind(changes), OldCopy::Ask) = (seen, old) {
            return Err(VaultError::OldCopy { changes });
        }
        Ok(Opened {
            copy: copy.clone(),
            keys,
            connection,
            anchor,
            state,
            head,
            slot_lost: reading.slot_lost,
            seen,
            is_newest,
        })
    }

    /// How this copy stands to what was seen, and whether that proves its epoch the newest.
    fn standing(&self, keys: &EpochKeys, state: &RowState) -> (CopyAge, bool) {
        let Some(folder) = &self.options.seen else {
            return (CopyAge::Fresh, false);
        };
        let here = rollback_guard::HighWaterMark {
            epoch: self.header().epoch,
            generation: state.generation,
        };
        let seen = match rollback_guard::read(folder, self.id(), &keys.seen) {
            Ok(Some(seen)) => seen,
            Ok(None) => return (CopyAge::Fresh, false),
            // It must not keep anybody from opening the vault, but it is said.
            Err(_) => return (CopyAge::Unknown, false),
        };
        let is_newest = seen.is_ours && seen.newest == here.epoch;
        // A re-key changed the key of that file too, so an older epoch cannot check it.
        // Whoever made it up gains no more than this question.
        let counts = seen.is_ours || seen.progress.epoch > here.epoch;
        let standing = match seen.progress.cmp(&here) {
            Ordering::Greater if counts => {
                let changes = seen.progress.generation.saturating_sub(here.generation);
                CopyAge::Behind(changes.max(1))
            }
            Ordering::Equal if seen.is_ours => CopyAge::Same,
            _ => CopyAge::Fresh,
        };
        (standing, is_newest)
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

#[cfg(test)]
impl Locked {
    /// Everything that opening checks, and nothing that it writes; whether a slot of the
    /// anchor was lost.
    pub(crate) fn examine_for_tests(
        &self,
        kek: &Kek,
    ) -> Result<(rusqlite::Connection, bool), VaultError> {
        let opened = self.examine(kek, OldCopy::Ask)?;
        Ok((opened.connection, opened.slot_lost))
    }

    /// The database with its key alone: no header's MAC, anchor, state, root or chain.
    pub(crate) fn trust_for_tests(&self, kek: &Kek) -> Result<rusqlite::Connection, VaultError> {
        let header = self.header();
        let keys = EpochKeys::derive(
            &unlock_slots::open_slot(header, kek)?,
            header.vault,
            header.epoch,
        );
        connect::open(&self.folder.path().join(&header.database), &keys)
    }

    /// Writes an anchor for whatever database is there: what an attacker cannot do.
    pub(crate) fn anchor_anew_for_tests(self, password: &impl Exposed) {
        let header = self.header();
        let kek = self.password_job().unwrap().run(password).unwrap();
        let keys = EpochKeys::derive(
            &unlock_slots::open_slot(header, &kek).unwrap(),
            header.vault,
            header.epoch,
        );
        let folder = self.folder.path();
        let connection = connect::open(&folder.join(&header.database), &keys).unwrap();
        let state = RowState::read(&connection, &keys.rows).unwrap();
        let head = audit::verify_from(&connection, &keys.audit, audit::GENESIS).unwrap();
        let mark = Mark {
            generation: state.generation,
            state: state.state,
            audit_sequence: head.sequence,
            audit_head: head.mac,
            clean: true,
        };
        let (vault, epoch) = (header.vault, header.epoch);
        disk::remove(&crate::format::anchor::path(folder, epoch)).unwrap();
        Anchor::make(folder, vault, epoch, &mark, &keys.anchor).unwrap();
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

/// Checks an open database against a mark: its state, every row, and the log from there on.
pub(crate) fn check(
    connection: &rusqlite::Connection,
    keys: &EpochKeys,
    mark: &Mark,
) -> Result<(RowState, Head), VaultError> {
    let state = RowState::read(connection, &keys.rows)?;
    compare(&state, mark)?;
    if Root::compute(connection, &keys.rows)? != state.root {
        return Err(Damage::Rows.into());
    }
    let anchored = Head {
        sequence: mark.audit_sequence,
        mac: mark.audit_head,
    };
    audit::check_anchored(connection, anchored)?;
    let head = audit::verify_from(connection, &keys.audit, anchored)?;
    Ok((state, head))
}

/// Whether database and anchor belong together.
pub(crate) fn compare(state: &RowState, mark: &Mark) -> Result<(), Damage> {
    let (database, anchor) = (state.generation, mark.generation);
    if database < anchor {
        let missing = anchor - database;
        return Err(Damage::ChangesMissing { missing });
    }
    if database > anchor + 1 {
        let behind = database - anchor;
        return Err(Damage::OldAnchor { behind });
    }
    let follows = if database == anchor {
        state.state == mark.state
    } else {
        !mark.clean && state.previous == mark.state
    };
    if follows { Ok(()) } else { Err(Damage::Fork) }
}
