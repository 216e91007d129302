//! The one thread that owns the vault.
//!
//! Everything else sends it jobs and waits. A job whose asker is gone before it begins is
//! not done. The folder's lock is held from the start to the end of the agent.

pub(crate) mod kdf;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};

use keyhaven_protocol::error::Error;
use keyhaven_secret::Exposed;
use keyhaven_secret::memory::{LockedBytes, wipe_stack};
use keyhaven_vault::reminder::Schedule;
use keyhaven_vault::schedule::{self, ScheduleError};
use keyhaven_vault::{
    AuditContext, BackupInfo, CheckedBackup, Folder, KdfJob, KdfParams, KdfPolicy, Kek, LocalNow,
    Locked, LoginKey, NewPassword, OldCopy, OsRandom, RecoveryKey, Rekey, Restored, Salvaged,
    Unlocked, VerifyReport, create, list_backups,
};
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::errors::{invalid, to_protocol};
use crate::server::reply_writer::defect;

type Job = Box<dyn FnOnce(&mut VaultState) + Send>;

/// The way to the vault's thread.
#[derive(Debug, Clone)]
pub(crate) struct VaultThread {
    jobs: mpsc::Sender<Job>,
    /// Whether the vault was open after the last job, seen without waiting for the next.
    open: Arc<AtomicBool>,
}

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

impl VaultThread {
    /// Takes the folder's lock and starts the thread. It ends when the last handle is
    /// dropped; then the lock is free again.
    ///
    /// # Errors
    /// The folder cannot be used, or another agent holds it.
    pub(crate) fn start(config: VaultConfig) -> Result<(Self, std::thread::JoinHandle<()>), Error> {
        let mut state = VaultState::enter(config)?;
        let (sender, jobs) = mpsc::channel::<Job>();
        let thread = std::thread::Builder::new()
            .name("vault".into())
            .spawn(move || {
                for job in jobs {
                    job(&mut state);
                    // Ciphers leave keys on the stack.
                    wipe_stack();
                }
            })
            .map_err(|error| defect(&format!("the vault's thread: {error}")))?;
        let open = Arc::default();
        Ok((Self { jobs: sender, open }, thread))
    }

    /// Whether the vault is open, as every answer given so far has it.
    pub(crate) fn is_unlocked(&self) -> bool {
        self.open.load(Ordering::Acquire)
    }

    /// Does something with the vault.
    ///
    /// # Errors
    /// The thread is gone.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut VaultState) -> T + Send + 'static,
    ) -> Result<T, Error> {
        let (answer, answered) = oneshot::channel();
        let open = self.open.clone();
        let job: Job = Box::new(move |state| {
            if !answer.is_closed() {
                let done = job(state);
                open.store(
                    matches!(state.phase, VaultPhase::Unlocked(_)),
                    Ordering::Release,
                );
                // Whoever asked may have gone meanwhile.
                let _ = answer.send(done);
            }
        });
        self.jobs.send(job).map_err(|_| gone())?;
        answered.await.map_err(|_| gone())
    }
}

fn gone() -> Error {
    defect("the vault's thread has ended")
}

/// The vault in whatever state it is.
enum VaultPhase {
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
}

impl VaultState {
    fn enter(config: VaultConfig) -> Result<Self, Error> {
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
        })
    }

    /// Whether the folder holds a vault, or what is left of one.
    pub(crate) fn is_initialised(&self) -> bool {
        !matches!(self.phase, VaultPhase::Empty(_))
    }

    /// The open vault.
    ///
    /// # Errors
    /// It is locked, damaged or not there.
    pub(crate) fn unlocked(&mut self) -> Result<&mut Unlocked, Error> {
        match &mut self.phase {
            VaultPhase::Unlocked(vault) => {
                vault.mend().map_err(to_protocol)?;
                Ok(vault)
            }
            VaultPhase::Locked(_) => Err(Error::Locked),
            VaultPhase::Empty(_) => Err(self.config.no_vault()),
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
            VaultPhase::Empty(_) => Err(self.config.no_vault()),
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
            VaultPhase::Empty(_) => Err(self.config.no_vault()),
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
            VaultPhase::Empty(_) => Err(self.config.no_vault()),
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
            VaultPhase::Empty(_) => Err(self.config.no_vault()),
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
            VaultPhase::Empty(_) => return Err(self.config.no_vault()),
            VaultPhase::Broken(_, error) => return Err(error.clone()),
        }
        .ok_or_else(|| defect("the header has no slot for a password"))
    }

    /// Ends a re-key: the new epoch is the vault, and open. Where its commit fails the vault
    /// is locked.
    /// `wanted` is asked last, when all is built: with a no the vault stays as it was.
    ///
    /// # Errors
    /// It could not be completed or is not wanted, and the vault is as it was; or not be
    /// committed.
    pub(crate) fn rekey(
        &mut self,
        rekey: Rekey,
        context: &AuditContext,
        password: &NewPassword,
        wanted: impl FnOnce() -> bool,
    ) -> Result<RecoveryKey, Error> {
        let rekeyed = rekey
            .seal(self.unlocked()?, context, password)
            .map_err(to_protocol)?;
        if !wanted() {
            return Err(Error::Cancelled);
        }
        let vault = match self.take_phase() {
            VaultPhase::Unlocked(vault) => vault,
            other => {
                self.phase = other;
                return Err(Error::Locked);
            }
        };
        match rekeyed.commit(*vault) {
            Ok((vault, recovery)) => {
                self.phase = VaultPhase::Unlocked(Box::new(vault));
                Ok(recovery)
            }
            Err(failure) => {
                self.phase = look(&self.config, failure.folder);
                Err(to_protocol(failure.error))
            }
        }
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

    /// The slow step of looking at a vault that is locked or does not unlock.
    ///
    /// # Errors
    /// There is no vault, or no header can be used.
    pub(crate) fn examine_job(&mut self) -> Result<KdfJob, Error> {
        self.with_locked(|locked| locked.password_job())
    }

    /// Looks at a vault that is locked or does not unlock; it stays so. With the backups it
    /// may be restored from.
    ///
    /// # Errors
    /// The password opens nothing.
    pub(crate) fn examine(&mut self, kek: &Kek) -> Result<(VerifyReport, Vec<BackupInfo>), Error> {
        self.with_locked(|locked| {
            let report = locked.verify(kek)?;
            // That there is no list of them is no reason to keep the report back.
            Ok((report, locked.restorable(kek).unwrap_or_default()))
        })
    }

    /// Whether a key opens a vault that is locked or does not unlock.
    ///
    /// # Errors
    /// It opens nothing.
    pub(crate) fn try_key(&mut self, kek: &Kek) -> Result<(), Error> {
        self.with_locked(|locked| locked.try_key(kek))
    }

    /// Writes what can be read of a locked vault into a new one elsewhere.
    ///
    /// # Errors
    /// The folder cannot be used, or nothing can be read.
    pub(crate) fn salvage(
        &mut self,
        kek: &Kek,
        into: &Path,
        password: &LockedBytes,
        kdf: KdfParams,
        context: &AuditContext,
    ) -> Result<(RecoveryKey, Salvaged), Error> {
        let options = self.config.options();
        self.with_locked(|locked| locked.salvage(kek, into, password, kdf, context, options))
    }

    /// Puts a backup in the vault's place, whatever state it is in; it is open then.
    ///
    /// # Errors
    /// The vault is locked, as the one of before or the restored one.
    pub(crate) fn restore(
        &mut self,
        backup: CheckedBackup,
        password: &NewPassword,
        context: &AuditContext,
    ) -> Result<(RecoveryKey, Restored), Error> {
        let (folder, stock) = match self.take_phase() {
            VaultPhase::Unlocked(vault) => {
                let stock = vault.stock().ok();
                // What could not be closed cleanly is kept as it is.
                (vault.lock(context).0.into_folder(), stock)
            }
            VaultPhase::Locked(locked) => (locked.into_folder(), None),
            VaultPhase::Empty(folder) | VaultPhase::Broken(Some(folder), _) => (folder, None),
            VaultPhase::Broken(None, error) => {
                self.phase = VaultPhase::Broken(None, error.clone());
                return Err(error);
            }
        };
        let options = self.config.options();
        match backup.replace(folder, stock.as_ref(), password, context, options) {
            Ok((vault, recovery, restored)) => {
                self.phase = VaultPhase::Unlocked(Box::new(vault));
                Ok((recovery, restored))
            }
            Err(error) => {
                self.look_again();
                Err(to_protocol(error))
            }
        }
    }

    /// Does something with a vault without opening it, whatever state its header is in.
    fn with_locked<T>(
        &mut self,
        work: impl FnOnce(&Locked) -> Result<T, keyhaven_vault::VaultError>,
    ) -> Result<T, Error> {
        self.look_again();
        match self.take_phase() {
            VaultPhase::Locked(locked) => {
                let done = work(&locked).map_err(to_protocol);
                self.phase = VaultPhase::Locked(locked);
                done
            }
            VaultPhase::Broken(Some(folder), error) => {
                let done = match Locked::read_damaged(folder, self.config.options()) {
                    Ok(locked) => work(&locked).map_err(to_protocol),
                    Err(_) => Err(error),
                };
                // The folder went with the attempt; its lock is taken again at once.
                self.look_again();
                done
            }
            other => {
                self.phase = other;
                self.unlocked()
                    .and_then(|_| Err(invalid("the vault", "lock it first")))
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
        let folder = match self.take_phase() {
            VaultPhase::Empty(folder) => folder,
            other => {
                self.phase = other;
                return Err(Error::VaultExists {
                    folder: self.config.text(),
                });
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
        let (locked, result) = vault.lock(context);
        self.phase = VaultPhase::Locked(Box::new(locked));
        result.map_err(to_protocol)
    }

    /// Gives up the folder and its lock; the agent ends.
    pub(crate) fn leave_folder(&mut self) {
        self.phase = VaultPhase::Broken(None, gone());
    }

    /// What reminders follow from.
    pub(crate) fn schedule(&self) -> Option<&Schedule> {
        self.schedule.as_ref()
    }

    /// Draws the schedule anew from the open vault; while locked the old one stays.
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
        let path = self.config.folder.join("schedule");
        let written = schedule::write(&path, &schedule).map_err(to_protocol);
        self.schedule = Some(schedule);
        written
    }

    fn take_phase(&mut self) -> VaultPhase {
        std::mem::replace(&mut self.phase, VaultPhase::Broken(None, gone()))
    }

    /// A folder that could not be used may be mended meanwhile.
    fn look_again(&mut self) {
        let folder = match self.take_phase() {
            VaultPhase::Broken(Some(folder), _) => Ok(folder),
            VaultPhase::Broken(None, _) => Folder::open(&self.config.folder),
            other => {
                self.phase = other;
                return;
            }
        };
        self.phase = match folder {
            Ok(folder) => look(&self.config, folder),
            Err(error) => VaultPhase::Broken(None, to_protocol(error)),
        };
    }
}

impl VaultConfig {
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

#[cfg(test)]
mod tests {
    use keyhaven_vault::{Actor, ClaimedFacts};

    use super::*;

    fn password(text: &str) -> LockedBytes {
        LockedBytes::from(keyhaven_secret::SecretBytes::copy_of(text.as_bytes()))
    }

    fn opens(state: &mut VaultState, text: &str, context: &AuditContext) -> bool {
        let kek = state.unlock_job().unwrap().unwrap();
        let kek = kek.run(&password(text)).unwrap();
        state.unlock(&kek, OldCopy::Ask, context).is_ok()
    }

    /// After a lock nobody would see the new recovery key.
    #[test]
    fn a_rekey_that_is_not_wanted_any_more_leaves_the_vault_as_it_was() {
        let home = tempfile::tempdir().unwrap();
        let kdf = KdfPolicy::cheap_for_tests();
        let config = VaultConfig {
            folder: home.path().join("vault"),
            state: Some(home.path().join("state")),
            kdf,
        };
        let context = AuditContext {
            now: "2026-06-01T12:00:00Z".parse().unwrap(),
            actor: Actor {
                uid: 1000,
                pid: 1,
                start_time: 1,
                program: "/usr/bin/kh".into(),
            },
            claimed: ClaimedFacts::default(),
        };
        let mut state = VaultState::enter(config).unwrap();
        let params = kdf.calibrate(|| std::time::Duration::ZERO).unwrap();
        state.create(&password("old"), params, &context).unwrap();
        let rekey = |state: &mut VaultState, wanted: bool| {
            let proof = state.check_job().unwrap().run(&password("old")).unwrap();
            let vault = state.unlocked().unwrap();
            let new = vault.new_password_job(params).unwrap();
            let new = new.run(&password("new")).unwrap();
            let rekey = Rekey::begin(vault, &proof).unwrap();
            let done = state.rekey(rekey, &context, &new, || wanted);
            state.lock(&context).unwrap();
            done
        };
        let refused = rekey(&mut state, false).map(drop);
        assert_eq!(refused, Err(Error::Cancelled));
        assert!(!opens(&mut state, "new", &context));
        assert!(opens(&mut state, "old", &context));
        // Control: wanted, it is done.
        rekey(&mut state, true).unwrap();
        assert!(opens(&mut state, "new", &context));
    }
}
