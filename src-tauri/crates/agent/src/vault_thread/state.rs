//! The vault in whatever state it is, and its changes of state.

mod maintenance;
mod upkeep;

use std::path::PathBuf;

use keyhaven_protocol::error::Error;
use keyhaven_secret::Exposed;
use keyhaven_secret::memory::give_all_back;
use keyhaven_vault::reminder::Schedule;
use keyhaven_vault::schedule::{self, ScheduleError};
use keyhaven_vault::{
    AuditContext, BackupInfo, Folder, KdfJob, KdfParams, KdfPolicy, Kek, LocalNow, Locked,
    LoginKey, OldCopy, OsRandom, RecoveryKey, Unlocked, VaultError, create, list_backups, stop,
};
use uuid::Uuid;

use crate::errors::to_protocol;
use crate::vault_thread::gone;
use crate::vault_thread::refusals::RefusalLog;
use crate::vault_thread::wrong_passwords::WrongPasswords;

/// The schedule of reminders, in the vault's folder.
const SCHEDULE: &str = "schedule";

/// What the vault needs of its surroundings.
#[derive(Debug, Clone)]
pub(crate) struct VaultConfig {
    /// The vault's folder.
    pub(crate) folder: PathBuf,
    /// Where last seen states are kept.
    pub(crate) state: Option<PathBuf>,
    /// Accepted key derivation.
    pub(crate) kdf: KdfPolicy,
}

/// The vault in whatever state it is.
enum VaultPhase {
    /// There is no such folder; it is made when a vault comes into it.
    Missing,
    /// The folder holds no vault yet.
    Empty(Folder),
    /// No key in memory.
    Locked(Box<Locked>),
    /// Open.
    Unlocked(Box<Unlocked>),
    /// The header cannot be used; the lock is held where it still could be taken.
    Broken(Option<Folder>, Error),
}

/// The vault, its folder, and the schedule of reminders that can be read without a key.
pub(crate) struct VaultState {
    config: VaultConfig,
    phase: VaultPhase,
    schedule: Option<Schedule>,
    /// The schedule was damaged at the start; said until the next unlock.
    pub(crate) schedule_damaged: bool,
    /// Files that went could not be written again.
    not_healed: Option<Error>,
    refusals: RefusalLog,
    wrong_passwords: WrongPasswords,
}

impl VaultState {
    pub(super) fn enter(config: VaultConfig) -> Result<Self, Error> {
        let folder = Folder::create(&config.folder).map_err(to_protocol)?;
        let (schedule, schedule_damaged) = match schedule::read(&folder.schedule_path()) {
            Ok(schedule) => (schedule, false),
            Err(ScheduleError::Damaged | ScheduleError::Unreadable(_)) => (None, true),
        };
        let phase = look(&config, folder);
        Ok(Self {
            config,
            phase,
            schedule,
            schedule_damaged,
            not_healed: None,
            refusals: RefusalLog::default(),
            wrong_passwords: WrongPasswords::default(),
        })
    }

    /// Whether the vault is unlocked; it may still have to be repaired.
    pub(crate) fn is_unlocked(&self) -> bool {
        matches!(self.phase, VaultPhase::Unlocked(_))
    }

    /// Whether there is a vault, or what is left of one: in the folder, or open in memory.
    pub(crate) fn is_initialised(&mut self) -> bool {
        self.look_again();
        !matches!(self.phase, VaultPhase::Empty(_) | VaultPhase::Missing)
    }

    /// The open vault.
    ///
    /// # Errors
    /// It is locked or about to be, damaged or not there; or only in memory, where a change
    /// would be lost.
    pub(crate) fn unlocked(&mut self) -> Result<&mut Unlocked, Error> {
        let gone = self.config.gone();
        let vault = self.in_memory()?;
        if vault.is_in_place() {
            Ok(vault)
        } else {
            Err(gone)
        }
    }

    /// The open vault, also where its files are gone.
    ///
    /// # Errors
    /// It is locked or about to be, damaged or not there.
    pub(crate) fn in_memory(&mut self) -> Result<&mut Unlocked, Error> {
        // Work that was asked for before a lock does not hold it up.
        stop::check().map_err(to_protocol)?;
        self.look_again();
        match &mut self.phase {
            VaultPhase::Unlocked(vault) => {
                vault.repair_connection().map_err(to_protocol)?;
                Ok(vault)
            }
            VaultPhase::Locked(_) => Err(Error::Locked),
            VaultPhase::Empty(_) | VaultPhase::Missing => Err(self.config.no_vault()),
            VaultPhase::Broken(_, error) => Err(error.clone()),
        }
    }

    /// The slow step of unlocking; none when the vault is open already.
    ///
    /// # Errors
    /// There is no vault, or its header cannot be used.
    pub(crate) fn unlock_job(&mut self) -> Result<Option<KdfJob>, Error> {
        self.look_again();
        match &self.phase {
            VaultPhase::Unlocked(_) => Ok(None),
            VaultPhase::Locked(vault) => vault.password_job().map(Some).map_err(to_protocol),
            VaultPhase::Empty(_) | VaultPhase::Missing => Err(self.config.no_vault()),
            VaultPhase::Broken(_, error) => Err(error.clone()),
        }
    }

    /// The key of the recovery slot; none when the vault is open already.
    ///
    /// # Errors
    /// There is no vault, or its header cannot be used.
    pub(crate) fn recovery_kek(&mut self, recovery: &RecoveryKey) -> Result<Option<Kek>, Error> {
        self.look_again();
        match &self.phase {
            VaultPhase::Unlocked(_) => Ok(None),
            VaultPhase::Locked(vault) => {
                vault.recovery_kek(recovery).map(Some).map_err(to_protocol)
            }
            VaultPhase::Empty(_) | VaultPhase::Missing => Err(self.config.no_vault()),
            VaultPhase::Broken(_, error) => Err(error.clone()),
        }
    }

    /// The vault's id, and whether it has a slot for the login keychain.
    ///
    /// # Errors
    /// There is no vault, or its header cannot be used.
    pub(crate) fn login_slot(&self) -> Result<(Uuid, bool), Error> {
        match &self.phase {
            VaultPhase::Unlocked(vault) => Ok((vault.id(), vault.has_login_slot())),
            VaultPhase::Locked(vault) => Ok((vault.id(), vault.has_login_slot())),
            VaultPhase::Empty(_) | VaultPhase::Missing => Err(self.config.no_vault()),
            VaultPhase::Broken(_, error) => Err(error.clone()),
        }
    }

    /// The key of the slot for the login keychain; none when the vault is open already.
    ///
    /// # Errors
    /// There is no vault, its header cannot be used, or it has no such slot.
    pub(crate) fn login_kek(&mut self, login: &LoginKey) -> Result<Option<Kek>, Error> {
        match &self.phase {
            VaultPhase::Unlocked(_) => Ok(None),
            VaultPhase::Locked(vault) => vault.login_kek(login).map(Some).map_err(to_protocol),
            VaultPhase::Empty(_) | VaultPhase::Missing => Err(self.config.no_vault()),
            VaultPhase::Broken(_, error) => Err(error.clone()),
        }
    }

    /// How the password's key is derived.
    ///
    /// # Errors
    /// There is no vault, or its header cannot be used.
    pub(crate) fn kdf(&self) -> Result<KdfParams, Error> {
        match &self.phase {
            VaultPhase::Unlocked(vault) => vault.kdf(),
            VaultPhase::Locked(vault) => vault.kdf(),
            VaultPhase::Empty(_) | VaultPhase::Missing => return Err(self.config.no_vault()),
            VaultPhase::Broken(_, error) => return Err(error.clone()),
        }
        .ok_or_else(|| Error::defect("the header has no slot for a password"))
    }

    /// The slow step of asking for the password again.
    pub(crate) fn check_job(&mut self) -> Result<KdfJob, Error> {
        self.unlocked()?.password_job().map_err(to_protocol)
    }

    /// Opens the vault with a derived key.
    pub(crate) fn unlock(
        &mut self,
        kek: &Kek,
        old: OldCopy,
        context: &AuditContext,
    ) -> Result<(), Error> {
        let locked = match self.take_phase() {
            VaultPhase::Locked(locked) => locked,
            other => {
                self.phase = other;
                return self.unlocked().map(|_| ());
            }
        };
        match locked.open(kek, old, context) {
            Ok(vault) => {
                self.phase = VaultPhase::Unlocked(Box::new(vault));
                Ok(())
            }
            Err(failure) => {
                let failure = *failure;
                self.phase = VaultPhase::Locked(Box::new(failure.locked));
                Err(to_protocol(failure.error))
            }
        }
    }

    /// The automatic backups, newest first.
    ///
    /// # Errors
    /// Their folder cannot be read.
    pub(crate) fn backups(&mut self) -> Result<Vec<BackupInfo>, Error> {
        match &self.phase {
            VaultPhase::Unlocked(vault) => vault.backups().map_err(to_protocol),
            _ => list_backups(&self.config.folder).map_err(to_protocol),
        }
    }

    /// The folders of what restores have replaced.
    pub(crate) fn replaced(&self) -> Result<Vec<PathBuf>, Error> {
        keyhaven_vault::replaced(&self.config.folder).map_err(to_protocol)
    }

    /// Makes the vault; it is open then.
    pub(crate) fn create(
        &mut self,
        password: &impl Exposed,
        kdf: KdfParams,
        context: &AuditContext,
    ) -> Result<RecoveryKey, Error> {
        self.expect_none()?;
        let folder = match self.take_phase() {
            VaultPhase::Empty(folder) => folder,
            other => {
                self.phase = other;
                Folder::create(&self.config.folder).map_err(to_protocol)?
            }
        };
        match create(folder, password, kdf, context, self.config.options()) {
            Ok((vault, recovery)) => {
                self.phase = VaultPhase::Unlocked(Box::new(vault));
                Ok(recovery)
            }
            Err(error) => {
                self.look_again();
                Err(to_protocol(error))
            }
        }
    }

    /// Locks; a vault that could not be closed cleanly is locked too.
    pub(crate) fn lock(&mut self, context: &AuditContext) -> Result<(), Error> {
        let vault = match self.take_phase() {
            VaultPhase::Unlocked(vault) => vault,
            other => {
                self.phase = other;
                return Ok(());
            }
        };
        let mut vault = vault;
        // What cannot be written must not keep it from being locked.
        let _ = self.refusals.close(&mut vault);
        let in_place = vault.is_in_place();
        let (locked, result) = vault.lock(context);
        self.phase = VaultPhase::Locked(Box::new(locked));
        // The database's cache was freed by SQLite.
        give_all_back();
        if !in_place {
            // It is locked, and there is no vault any more, or another one.
            self.look_again();
            return Err(self.config.no_vault());
        }
        result.map_err(to_protocol)
    }

    /// Releases the folder and its lock; the agent ends.
    pub(crate) fn leave_folder(&mut self) {
        // Nobody else has it in memory. What could not be written is found by the next agent.
        let _ = self.heal();
        self.phase = VaultPhase::Broken(None, gone());
    }

    /// What reminders follow from.
    pub(crate) fn schedule(&self) -> Option<&Schedule> {
        self.schedule.as_ref()
    }

    /// Computes the schedule from the open vault; while locked the old one stays.
    pub(crate) fn reschedule(&mut self, clock: &LocalNow) -> Result<(), Error> {
        let VaultPhase::Unlocked(vault) = &mut self.phase else {
            return Ok(());
        };
        let fresh = vault
            .schedule(self.schedule.as_ref(), clock)
            .map_err(to_protocol)?;
        self.schedule_damaged = false;
        self.keep(fresh)
    }

    /// Writes the schedule and keeps it.
    pub(crate) fn keep(&mut self, schedule: Schedule) -> Result<(), Error> {
        let path = self.config.folder.join(SCHEDULE);
        let written = schedule::write(&path, &schedule).map_err(to_protocol);
        self.schedule = Some(schedule);
        written
    }

    fn take_phase(&mut self) -> VaultPhase {
        std::mem::replace(&mut self.phase, VaultPhase::Broken(None, gone()))
    }

    /// A folder that could not be used may be usable by now, and one that was used may be gone
    /// or another. What is open stays open.
    fn look_again(&mut self) {
        let folder = match self.take_phase() {
            VaultPhase::Locked(vault) if !vault.folder().is_in_place() => None,
            VaultPhase::Empty(folder) if !folder.is_in_place() => None,
            VaultPhase::Broken(Some(folder), _) => Some(folder).filter(Folder::is_in_place),
            VaultPhase::Broken(None, _) | VaultPhase::Missing => None,
            other => {
                self.phase = other;
                return;
            }
        };
        let folder = match folder {
            Some(folder) => Ok(folder),
            None => Folder::open(&self.config.folder),
        };
        self.phase = match folder {
            Ok(folder) => look(&self.config, folder),
            Err(VaultError::NotAVault(_)) => VaultPhase::Missing,
            Err(error) => VaultPhase::Broken(None, to_protocol(error)),
        };
    }
}

impl VaultConfig {
    fn gone(&self) -> Error {
        Error::VaultGone {
            folder: self.text(),
        }
    }

    fn no_vault(&self) -> Error {
        Error::NoVault {
            folder: self.text(),
        }
    }

    fn text(&self) -> String {
        self.folder.display().to_string()
    }

    fn options(&self) -> keyhaven_vault::VaultOptions {
        keyhaven_vault::VaultOptions {
            policy: self.kdf,
            seen: self.state.clone(),
            random: Box::new(OsRandom),
        }
    }
}

fn look(config: &VaultConfig, folder: Folder) -> VaultPhase {
    match folder.holds_vault() {
        Ok(false) => return VaultPhase::Empty(folder),
        Ok(true) => {}
        Err(error) => return VaultPhase::Broken(Some(folder), to_protocol(error)),
    }
    match Locked::read(folder, config.options()) {
        Ok(locked) => VaultPhase::Locked(Box::new(locked)),
        // The folder went with the attempt; its lock is taken again at once.
        Err(error) => VaultPhase::Broken(Folder::open(&config.folder).ok(), to_protocol(error)),
    }
}
