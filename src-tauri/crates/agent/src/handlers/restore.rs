//! A backup in the vault's place, and what a damaged vault still holds in a new one.

use keyhaven_protocol::error::Error;
use keyhaven_protocol::finding::{SalvageChange, SalvageLoss};
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::maintenance::{
    RestoreBackupRequest, RestoredView, SalvageRequest, SalvageView,
};
use keyhaven_secret::memory::{LockedBytes, wipe_stack};
use keyhaven_vault::{
    CheckedBackup, ClaimedFacts, KdfParams, Location, LostItem, NewPassword, Restore, is_database,
};

use crate::errors::to_protocol;
use crate::handlers::maintenance::absolute;
use crate::handlers::secrets::{check_strength, take_password};
use crate::handlers::unlock;
use crate::server::client_session::ClientSession;

/// Steps of a restore, for its progress.
const STEPS: u32 = 4;

/// Puts a backup in the vault's place, whatever state that is in, and leaves it open. The
/// answer is the only time the new recovery key is seen.
pub(crate) async fn restore(
    client: &ClientSession,
    id: u32,
    request: RestoreBackupRequest,
    mut segments: Segments,
) -> Result<(RestoredView, Segments), Error> {
    let agent = &client.agent;
    let _turn = agent.housework.lock().await;
    let opening = agent.presence.unlock_begins();
    let locks = agent.events.locks();
    let attempt = prepare(client, id, &request, &mut segments);
    let (checked, password) = client.attempts.attempt(attempt).await?;
    let _ = client.replies.progress(id, 3, STEPS).await;
    let context = client.context(ClaimedFacts::default());
    let shared = agent.clone();
    let replaced = agent.vault.run(move |state| {
        if shared.events.locks() != locks {
            // Who locked meanwhile did not mean it to be open a moment later.
            return Err(Error::Locked);
        }
        // What was drawn from the vault that goes is outdated.
        shared.events.invalidate_earlier_answers();
        shared.clipboard.end();
        let restored = state.restore(checked, &password, &context);
        if restored.is_err() {
            shared.fell_locked();
        }
        let (recovery, restored) = restored?;
        unlock::finish_unlock(opening, &shared, state, &context)?;
        shared.dates_changed();
        Ok::<_, Error>((recovery.to_text(), restored))
    });
    let (text, restored) = replaced.await??;
    let mut secrets = Segments::default();
    let view = RestoredView {
        recovery_key: secrets.push(text.into()),
        made_at: restored.made_at,
        credentials: restored.credentials,
        replaced: restored.replaced.map(|path| path.display().to_string()),
        compared: restored.compared,
        check: restored.check,
        missing: restored.missing,
    };
    Ok((view, secrets))
}

/// Everything that is checked before anything is replaced, and the key of the new slot.
async fn prepare(
    client: &ClientSession,
    id: u32,
    request: &RestoreBackupRequest,
    segments: &mut Segments,
) -> Result<(CheckedBackup, NewPassword), Error> {
    let agent = &client.agent;
    let file = absolute(&request.file)?;
    if is_database(&agent.folder, &file) {
        return Err(Error::NotABackup {
            path: request.file.clone(),
        });
    }
    let password = take_password(segments, request.password)?;
    let policy = agent.kdf.policy();
    let restore = apart(move || Restore::read(&file, policy)).await?;
    let job = restore.password_job().map_err(to_protocol)?;
    let new = restore
        .new_password_job(params(client).await?)
        .map_err(to_protocol)?;
    let _ = client.replies.progress(id, 0, STEPS).await;
    let derive = move || {
        let kek = job.run(&password).map_err(to_protocol)?;
        Ok::<_, Error>((kek, password))
    };
    let (kek, password): (_, LockedBytes) = agent.kdf.run(derive).await?;
    let _ = client.replies.progress(id, 1, STEPS).await;
    let folder = agent.folder.clone();
    let checked = apart(move || restore.check(&kek, &folder)).await?;
    let _ = client.replies.progress(id, 2, STEPS).await;
    let password = agent
        .kdf
        .run(move || new.run(&password).map_err(to_protocol))
        .await?;
    Ok((checked, password))
}

/// How the key of the restored password is derived: as that of any new one, and not in a
/// weaker way than that of the vault it replaces.
async fn params(client: &ClientSession) -> Result<KdfParams, Error> {
    let calibrated = client.agent.kdf.calibrate().await?;
    // A vault that is a ruin, or not there, has none.
    let present = client.agent.vault.run(|state| state.kdf().ok()).await?;
    Ok(present.map_or(calibrated, |present| calibrated.stronger(present)))
}

/// Runs work that needs no vault on a separate thread.
async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, keyhaven_vault::VaultError> + Send + 'static,
) -> Result<T, Error> {
    let done = tokio::task::spawn_blocking(move || {
        let done = work().map_err(to_protocol);
        // This thread may sleep for long, with keys still on its stack.
        wipe_stack();
        done
    });
    done.await
        .unwrap_or_else(|_| Err(Error::defect("a restore ended early")))
}

/// Writes what can still be read of a locked vault into a new one elsewhere.
pub(crate) async fn salvage(
    client: &ClientSession,
    id: u32,
    request: SalvageRequest,
    mut segments: Segments,
) -> Result<(SalvageView, Segments), Error> {
    let agent = &client.agent;
    let _turn = agent.housework.lock().await;
    let folder = absolute(&request.folder)?;
    let password = take_password(&mut segments, request.password)?;
    let new = take_password(&mut segments, request.new_password)?;
    check_strength(&new)?;
    let job = agent.vault.run(|state| state.examine_job()).await??;
    let _ = client.replies.progress(id, 0, 3).await;
    let attempt = async {
        let kek = agent.kdf.derive(job, password).await?;
        // A wrong password is reported before anything is written.
        let checked = agent.vault.run(move |state| {
            state.try_key(&kek)?;
            Ok::<_, Error>(kek)
        });
        checked.await?
    };
    let kek = client.attempts.attempt(attempt).await?;
    let params = agent.kdf.calibrate().await?;
    let _ = client.replies.progress(id, 1, 3).await;
    let context = client.context(ClaimedFacts::default());
    let into = folder.clone();
    let made = agent
        .vault
        .run(move |state| state.salvage(&kek, &into, &new, params, &context));
    let (recovery, salvaged) = made.await??;
    let mut secrets = Segments::default();
    let view = SalvageView {
        recovery_key: secrets.push(recovery.to_text().into()),
        folder: folder.display().to_string(),
        credentials: salvaged.credentials,
        versions: salvaged.versions,
        profiles: salvaged.profiles,
        lost: salvaged.lost.iter().map(loss).collect(),
        changed: salvaged.changed.iter().map(change).collect(),
    };
    Ok((view, secrets))
}

fn loss(item: &LostItem) -> SalvageLoss {
    match item.clone() {
        LostItem::ProjectName { now } => SalvageLoss::ProjectName { now },
        LostItem::EnvironmentName { now } => SalvageLoss::EnvironmentName { now: path_of(&now) },
        LostItem::Credential { credential } => SalvageLoss::Credential { credential },
        LostItem::Version {
            credential,
            version,
        } => SalvageLoss::Version {
            credential,
            version,
        },
        LostItem::Values {
            credential,
            version,
        } => SalvageLoss::Values {
            credential,
            version,
        },
        LostItem::Settings => SalvageLoss::Settings,
        LostItem::Trust { path } => SalvageLoss::Trust { path },
        LostItem::Profile { profile } => SalvageLoss::Profile { profile },
    }
}

fn change(change: &keyhaven_vault::SalvageChange) -> SalvageChange {
    use keyhaven_vault::SalvageChange as Made;
    match change.clone() {
        Made::ProfileRenamed { was, now } => SalvageChange::ProfileRenamed { was, now },
        Made::ProfileTierWithdrawn { profile } => SalvageChange::ProfileTierWithdrawn { profile },
        Made::EnvironmentRenamed { was, now } => SalvageChange::EnvironmentRenamed {
            was: path_of(&was),
            now: path_of(&now),
        },
        Made::CredentialRenamed { was, now } => SalvageChange::CredentialRenamed { was, now },
        Made::VariableCleared {
            credential,
            variable,
            by,
        } => SalvageChange::VariableCleared {
            credential,
            variable,
            by,
        },
    }
}

fn path_of(location: &Location) -> String {
    format!("{}/{}", location.project, location.environment)
}
