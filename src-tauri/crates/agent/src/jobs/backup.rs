//! Writes a backup between requests, in slices.
//!
//! One is written at a time, and none while the vault is checked as a whole. Once begun it is
//! carried to its end, even when nobody waits for it; a lock ends it.

use crate::numbers::clamp;
use std::path::PathBuf;
use std::sync::Arc;

use keyhaven_protocol::error::Error;
use keyhaven_vault::{Backup, BackupInfo, BackupStage, ClaimedFacts, Reason, new_backup_path};

use crate::agent::Agent;
use crate::errors::to_protocol;
use crate::server::peer::Peer;
use crate::server::reply_writer::ReplyQueue;

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
        // What could not be written again is one more reason for a backup.
        let _ = state.heal();
        // A file elsewhere may be all that is left of a vault whose own files are gone.
        let vault = if automatic {
            state.unlocked()?
        } else {
            state.in_memory()?
        };
        if automatic && reason == Reason::Asked {
            vault.check_backup_room(begun.now).map_err(to_protocol)?;
        }
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
    let clock = agent.reading();
    let finish = agent.vault.run(move |state| {
        let vault = state.in_memory()?;
        let info = vault.finish_backup(backup, &context).map_err(to_protocol)?;
        if automatic {
            vault.prune_backups(&clock).map_err(to_protocol)?;
        }
        Ok::<_, Error>(info)
    });
    let info = finish.await??;
    agent.changed();
    Ok(info)
}

async fn slice(agent: &Agent, mut backup: Backup) -> Result<Backup, Error> {
    let slice = agent.vault.run(move |state| {
        state
            .in_memory()?
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
