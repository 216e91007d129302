//! A backup in the vault's place, and what a damaged vault still holds in a new one.

use keyhaven_protocol::error::Error;
use keyhaven_protocol::finding::{SalvageChange, SalvageLoss};
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::maintenance::{
    RestoreBackupRequest, RestoredView, SalvageRequest, SalvageView,
};
use keyhaven_protocol::notice::Notice;
use keyhaven_secret::memory::{LockedBytes, wipe_stack};
use keyhaven_vault::{
    ChangedItem, ClaimedFacts, KdfParams, Kek, Location, LostItem, Restore, RestoredRights,
    WithdrawnRights, is_database,
};

use crate::errors::to_protocol;
use crate::handlers::maintenance::{absolute, examining_kek};
use crate::handlers::secrets::{check_strength, take_password};
use crate::handlers::unlock;
use crate::handlers::unlock_methods::ProofSecret;
use crate::server::client_session::ClientSession;
use crate::vault_thread::VaultState;

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
    let opening = agent.unlock_begins(&client.session);
    let locks = agent.events.locks();
    let proof = prove(client, id, &request, &mut segments);
    let proven = client.attempts.attempt(proof).await?;
    let (restore, kek, present) = (proven.restore, proven.kek, proven.present);
    let new = restore.new_password_job(params(client).await?);
    let (new, typed) = (new.map_err(to_protocol)?, proven.password);
    let derive = move || new.run(&typed).map_err(to_protocol);
    let password = agent.kdf.run(derive).await?;
    let _ = client.replies.progress(id, 2, STEPS).await;
    // Not before the passwords: their queue can be long, and backups would wait for it.
    let _turn = agent.housework.lock().await;
    let folder = agent.folder.clone();
    let checked = apart(move || restore.check(&kek, &folder)).await?;
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
        let restored = state.restore(checked, &password, present.as_ref(), &context);
        if restored.is_err() {
            shared.fell_locked();
        }
        let (recovery, restored) = restored?;
        shared.folder_made();
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
        notices: notices(restored.rights, restored.settings_kept),
        check: restored.check,
        missing: restored.missing,
    };
    Ok((view, secrets))
}

/// What did not come with the backup.
fn notices(rights: RestoredRights, settings: Vec<String>) -> Vec<Notice> {
    let rights = match rights {
        RestoredRights::OtherVault => Some(Notice::RestoredOtherVault),
        RestoredRights::Unreadable => Some(Notice::RestoredRightsUnknown),
        RestoredRights::Common(withdrawn) if withdrawn.total() > 0 => {
            let WithdrawnRights {
                files,
                profiles,
                credentials,
                environments,
            } = withdrawn;
            Some(Notice::RestoredRightsWithdrawn {
                files,
                profiles,
                credentials,
                environments,
            })
        }
        RestoredRights::Common(_) | RestoredRights::Kept => None,
    };
    let kept = (!settings.is_empty()).then_some(Notice::RestoredSettingsKept { settings });
    rights.into_iter().chain(kept).collect()
}

/// A backup, and what was proved before anything is replaced.
struct ProvenRestore {
    restore: Restore,
    /// Opens the backup.
    kek: Kek,
    /// The backup's password.
    password: LockedBytes,
    /// Opens the vault that is replaced.
    present: Option<Kek>,
}

/// Reads a backup, and tries what was given for it and for the vault that it replaces.
async fn prove(
    client: &ClientSession,
    id: u32,
    request: &RestoreBackupRequest,
    segments: &mut Segments,
) -> Result<ProvenRestore, Error> {
    let agent = &client.agent;
    let file = absolute(&request.file)?;
    if is_database(&agent.folder, &file) {
        return Err(Error::NotABackup {
            path: request.file.clone(),
        });
    }
    let password = take_password(segments, request.password)?;
    // First, so that a wrong proof costs one derivation and learns nothing about the backup.
    let present = match present_secret(client, request, segments).await? {
        Some(secret) => Some(present_kek(client, secret).await?),
        None => None,
    };
    let policy = agent.kdf.policy();
    agent.vault.run(VaultState::make_folder).await??;
    let restore = apart(move || Restore::read(&file, policy)).await?;
    let job = restore.password_job().map_err(to_protocol)?;
    let _ = client.replies.progress(id, 0, STEPS).await;
    let derive = move || {
        let kek = job.run(&password).map_err(to_protocol)?;
        restore.try_key(&kek).map_err(to_protocol)?;
        Ok::<_, Error>(ProvenRestore {
            restore,
            kek,
            password,
            present,
        })
    };
    let proven = agent.kdf.run(derive).await?;
    let _ = client.replies.progress(id, 1, STEPS).await;
    Ok(proven)
}

/// What the owner of the vault that is replaced gave; none is needed where its header cannot be
/// read.
async fn present_secret(
    client: &ClientSession,
    request: &RestoreBackupRequest,
    segments: &mut Segments,
) -> Result<Option<ProofSecret>, Error> {
    if !client.agent.vault.run(VaultState::has_present).await?? {
        return Ok(None);
    }
    let proof = request.present.ok_or(Error::PresentProofNeeded)?;
    ProofSecret::take(proof, segments).map(Some)
}

/// The key of the vault that is replaced, which opens it.
async fn present_kek(client: &ClientSession, secret: ProofSecret) -> Result<Kek, Error> {
    let agent = &client.agent;
    let kek = match secret {
        ProofSecret::Password(password) => {
            let job = agent.vault.run(|state| state.present_job()).await??;
            agent.kdf.derive(job, password).await?
        }
        ProofSecret::Recovery(recovery) => {
            let kek = agent
                .vault
                .run(move |state| state.present_recovery_kek(&recovery));
            kek.await??
        }
    };
    let checked = agent.vault.run(move |state| {
        state.check_present(&kek)?;
        Ok::<_, Error>(kek)
    });
    checked.await?
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
    let folder = absolute(&request.folder)?;
    let password = take_password(&mut segments, request.password)?;
    let new = take_password(&mut segments, request.new_password)?;
    check_strength(&new)?;
    let _ = client.replies.progress(id, 0, 3).await;
    let kek = examining_kek(client, password).await?;
    let params = agent.kdf.calibrate().await?;
    let _ = client.replies.progress(id, 1, 3).await;
    // Not before the password, as for a restore.
    let _turn = agent.housework.lock().await;
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

fn change(change: &ChangedItem) -> SalvageChange {
    match change.clone() {
        ChangedItem::ProfileRenamed { was, now } => SalvageChange::ProfileRenamed { was, now },
        ChangedItem::ProfileTierWithdrawn { profile } => {
            SalvageChange::ProfileTierWithdrawn { profile }
        }
        ChangedItem::EnvironmentRenamed { was, now } => SalvageChange::EnvironmentRenamed {
            was: path_of(&was),
            now: path_of(&now),
        },
        ChangedItem::CredentialRenamed { was, now } => {
            SalvageChange::CredentialRenamed { was, now }
        }
        ChangedItem::VariableCleared {
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
