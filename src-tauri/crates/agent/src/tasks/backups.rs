//! Backups: writing one between requests, and the daily one.
//!
//! One is written at a time, and none while the vault is checked as a whole. Once begun it is
//! carried to its end, even when nobody waits for it. The daily one is due when its day
//! begins, or a little after the unlock that finds it overdue; between due times nothing wakes. One that
//! fails is shown in the status until one succeeds, and tried again.

use crate::numbers::clamp;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use keyhaven_protocol::error::Error;
use keyhaven_vault::{
    Authenticity, Backup, BackupInfo, BackupStage, ClaimedFacts, LocalNow, Reason, due,
    new_backup_path, prune_backups,
};

use crate::agent::Agent;
use crate::errors::to_protocol;
use crate::guarded;
use crate::log::LogEvent;
use crate::server::peer::{Peer, myself};
use crate::server::reply_writer::ReplyQueue;
use crate::vault_thread::VaultState;

/// A vault that was just unlocked is used first.
const AFTER_UNLOCK: SignedDuration = SignedDuration::from_secs(30);
/// One that failed is tried again so much later.
const AFTER_FAILURE: SignedDuration = SignedDuration::from_hours(1);

/// Which backup is wanted.
pub(crate) struct BackupJob {
    /// By whom, for the log.
    pub(crate) by: Peer,
    /// Why.
    pub(crate) reason: Reason,
    /// The file; without one, the backup goes into the vault's folder.
    pub(crate) target: Option<PathBuf>,
    /// Who receives the progress, and for which call.
    pub(crate) progress: Option<(ReplyQueue, u32)>,
}

/// Writes a backup; when this returns it is whole and checked. It goes on to its end when
/// nobody waits for it any more.
///
/// # Errors
/// The vault is locked or damaged, or the file could not be written.
pub(crate) async fn write(agent: &Arc<Agent>, job: BackupJob) -> Result<BackupInfo, Error> {
    let agent = agent.clone();
    let task = tokio::spawn(async move {
        let _turn = agent.housework.lock().await;
        carry_out(&agent, &job).await
    });
    task.await
        .unwrap_or_else(|_| Err(Error::defect("a backup ended early")))
}

/// Writes a backup before something that is not done without one.
///
/// # Errors
/// [`Error::BackupFailed`].
pub(crate) async fn write_before(agent: &Arc<Agent>, job: BackupJob) -> Result<(), Error> {
    match write(agent, job).await {
        Ok(_) => Ok(()),
        Err(Error::Locked) => Err(Error::Locked),
        Err(error) => Err(Error::BackupFailed {
            cause: Box::new(error),
        }),
    }
}

async fn carry_out(agent: &Arc<Agent>, job: &BackupJob) -> Result<BackupInfo, Error> {
    let context = agent.context(&job.by, ClaimedFacts::default());
    let automatic = job.target.is_none();
    let target = match &job.target {
        Some(target) => target.clone(),
        None => new_backup_path(&agent.folder, context.now, job.reason).map_err(to_protocol)?,
    };
    let (reason, begun) = (job.reason, context.clone());
    let begin = agent.vault.run(move |state| {
        let vault = state.unlocked()?;
        vault
            .begin_backup(&target, reason, &begun)
            .map_err(to_protocol)
    });
    let mut backup = begin.await??;
    loop {
        if let Some((replies, id)) = &job.progress {
            let (done, total) = backup.progress();
            // The client may be gone.
            let _ = replies.progress(*id, clamp(done), clamp(total)).await;
        }
        backup = match backup.stage() {
            BackupStage::Slice | BackupStage::Rows => slice(agent, backup).await?,
            BackupStage::Pages => apart(backup, Backup::check_pages).await?,
            BackupStage::Assemble => apart(backup, Backup::assemble).await?,
            BackupStage::Finish => break,
        };
    }
    let finish = agent.vault.run(move |state| {
        let vault = state.unlocked()?;
        vault.finish_backup(backup, &context).map_err(to_protocol)
    });
    let info = finish.await??;
    if automatic {
        prune_backups(&agent.folder, &agent.clock.zone()).map_err(to_protocol)?;
    }
    agent.changed();
    Ok(info)
}

async fn slice(agent: &Agent, mut backup: Backup) -> Result<Backup, Error> {
    let slice = agent.vault.run(move |state| {
        state
            .unlocked()?
            .backup_slice(&mut backup)
            .map_err(to_protocol)?;
        Ok(backup)
    });
    slice.await?
}

/// Runs what does not need the vault on a separate thread; a lock aborts what has keys.
async fn apart(
    mut backup: Backup,
    work: impl FnOnce(&mut Backup) -> Result<(), keyhaven_vault::VaultError> + Send + 'static,
) -> Result<Backup, Error> {
    let done = tokio::task::spawn_blocking(move || {
        work(&mut backup).map_err(to_protocol)?;
        Ok(backup)
    });
    done.await
        .unwrap_or_else(|_| Err(Error::defect("a backup ended early")))
}

/// Makes the daily backup, then erases what is old in the trash and cuts the log as the
/// settings say, until the agent ends.
pub(crate) async fn watch(agent: Arc<Agent>) {
    let mut not_before = Timestamp::MIN;
    let mut was_open = false;
    loop {
        let clock = agent.reading();
        let look = {
            let clock = clock.clone();
            agent.vault.run(move |state| due_at(state, &clock)).await
        };
        let due = match look {
            Err(_) => return,
            Ok(due) => due,
        };
        if due.is_some() && !was_open {
            not_before = later(clock.now, AFTER_UNLOCK);
        }
        was_open = due.is_some();
        if not_before > later(clock.now, AFTER_FAILURE) {
            // The clock was ahead when that time was set.
            not_before = clock.now;
        }
        match due.map(|due| due.max(not_before)) {
            Some(due) if due <= clock.now => {
                if let Err(error) = daily(&agent).await {
                    not_before = later(clock.now, AFTER_FAILURE);
                    if error != Error::Locked {
                        agent.note(LogEvent::BackupFailed(error.code()));
                        *guarded(&agent.backup_problem) = Some(error);
                    }
                } else {
                    *guarded(&agent.backup_problem) = None;
                }
            }
            Some(due) => tokio::select! {
                () = agent.clock.until(due) => {}
                () = agent.opened_or_closed.notified() => {}
            },
            None => agent.opened_or_closed.notified().await,
        }
    }
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).unwrap_or(Timestamp::MAX)
}

/// When the next daily backup is due; none while the vault is locked.
fn due_at(state: &mut VaultState, clock: &LocalNow) -> Option<Timestamp> {
    let backups = state.unlocked().ok()?.backups().unwrap_or_default();
    // One from a time when the clock was ahead, or of somebody else, says nothing.
    let counts = |one: &&BackupInfo| {
        one.reason == Reason::Daily
            && one.made_at <= clock.now
            && one.authenticity == Authenticity::Authentic
    };
    let last = backups.iter().find(counts);
    Some(match last {
        None => clock.now,
        Some(last) => {
            let day = due::day_of(last.made_at, &clock.zone);
            due::start_of_day(due::plus_days(day, 1), &clock.zone)
        }
    })
}

/// The backup comes first: it still holds what is erased then.
async fn daily(agent: &Arc<Agent>) -> Result<(), Error> {
    let job = BackupJob {
        by: myself(),
        reason: Reason::Daily,
        target: None,
        progress: None,
    };
    write(agent, job).await?;
    let context = agent.context(&myself(), ClaimedFacts::default());
    let told = agent.clone();
    let tidied = agent.vault.run(move |state| {
        let vault = state.unlocked()?;
        if vault.erase_old_trash(&context).map_err(to_protocol)? > 0 {
            told.changed();
        }
        vault.cut_old_entries(&context).map_err(to_protocol)
    });
    tidied.await?.map(drop)
}
