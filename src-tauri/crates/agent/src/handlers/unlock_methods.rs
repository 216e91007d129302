//! What opens the vault: the recovery key, a new password, a new recovery key, a new vault
//! key. A client proves to be the owner before it gets any of them.

use crate::numbers::clamp;
use std::sync::Arc;

use keyhaven_protocol::error::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::request::{
    ChangePasswordRequest, KeyDerivationView, NewRecoveryKeyRequest, Proof, RecoverRequest,
    RecoveryKeyView, RekeyRequest, RekeyView,
};
use keyhaven_protocol::view::StatusView;
use keyhaven_secret::memory::LockedBytes;
use keyhaven_secret::{SecretBytes, SecretString};
use keyhaven_vault::{
    Authenticity, ClaimedFacts, Kek, NewPassword, OldCopy, Reason, RecoveryKey, Rekey,
};

use crate::errors::to_protocol;
use crate::handlers::maintenance;
use crate::handlers::secrets::{check_strength, recovery_key_answer, take, take_password};
use crate::handlers::status;
use crate::handlers::unlock;
use crate::jobs::backup;
use crate::server::client_session::ClientSession;

/// Opens the vault with the recovery key. A vault that is open stays so.
pub(crate) async fn recover(
    client: &ClientSession,
    request: RecoverRequest,
    mut segments: Segments,
) -> Result<StatusView, Error> {
    // A typing error is reported before anything is tried.
    let recovery = parse(take(&mut segments, request.recovery_key)?)?;
    let old = unlock::old_copy(request.accept_older);
    let attempt = open(client, recovery, old);
    match client.attempts.attempt(attempt).await? {
        Some(drawn) => Ok(status::view(&client.agent, drawn)),
        None => status::status(client).await,
    }
}

async fn open(
    client: &ClientSession,
    recovery: RecoveryKey,
    old: OldCopy,
) -> Result<Option<status::StatusSnapshot>, Error> {
    let agent = &client.agent;
    let context = client.context(ClaimedFacts::default());
    let (opening, shared) = (agent.unlock_begins(&client.session), agent.clone());
    let opened = agent.vault.run(move |state| {
        let Some(kek) = state.recovery_kek(&recovery)? else {
            return Ok(None);
        };
        state.unlock(&kek, old, &context)?;
        unlock::finish_unlock(opening, &shared, state, &context)?;
        status::snapshot(state, &shared.reading()).map(Some)
    });
    opened.await?
}

/// Changes the master password.
pub(crate) async fn change_password(
    client: &ClientSession,
    id: u32,
    request: ChangePasswordRequest,
    mut segments: Segments,
) -> Result<(), Error> {
    let (proof, password) =
        owner(client, id, request.proof, request.password, &mut segments).await?;
    let context = client.context(ClaimedFacts::default());
    let shared = client.agent.clone();
    let changed = client.agent.vault.run(move |state| {
        let vault = state.unlocked()?;
        vault
            .set_password(&context, &proof, &password)
            .map_err(to_protocol)?;
        shared.changed();
        Ok(())
    });
    changed.await?
}

/// Makes a new recovery key; the answer is the only time it is seen.
pub(crate) async fn new_recovery_key(
    client: &ClientSession,
    request: NewRecoveryKeyRequest,
    mut segments: Segments,
) -> Result<(RecoveryKeyView, Segments), Error> {
    let proof = proven(client, Proof::Password(request.password), &mut segments).await?;
    let context = client.context(ClaimedFacts::default());
    let shared = client.agent.clone();
    let made = client.agent.vault.run(move |state| {
        let vault = state.unlocked()?;
        let recovery = vault.make_recovery(&context, &proof).map_err(to_protocol)?;
        shared.changed();
        Ok::<_, Error>(recovery.to_text())
    });
    Ok(recovery_key_answer(made.await??))
}

/// Encrypts everything under a new vault key, in slices between which others are answered,
/// after a backup. When it is cancelled, the vault stays as it was.
pub(crate) async fn rekey(
    client: &Arc<ClientSession>,
    id: u32,
    request: RekeyRequest,
    mut segments: Segments,
) -> Result<(RekeyView, Segments), Error> {
    let agent = &client.agent;
    let without_backup = request.without_backup;
    let (proof, password) =
        owner(client, id, request.proof, request.password, &mut segments).await?;
    if !without_backup {
        let backup_job = maintenance::backup_job(client, id, Reason::Rekey, None);
        backup::write_before(agent, backup_job).await?;
    }
    // One at a time, since two would build the same epoch, and nothing else may read or copy
    // the whole vault while it changes its files. Let go after what is built here.
    let _alone = agent.housework.lock().await;
    let begun = agent
        .vault
        .run(move |state| Rekey::begin(state.unlocked()?, &proof).map_err(to_protocol));
    let mut rekey = begun.await??;
    let mut more = true;
    while more {
        let step = agent
            .vault
            .run(move |state| rekey.step(state.unlocked()?).map_err(to_protocol));
        (rekey, more) = step.await??;
        let (done, total) = rekey.progress();
        let _ = client.replies.progress(id, clamp(done), clamp(total)).await;
    }
    let context = client.context(ClaimedFacts::default());
    let shared = agent.clone();
    // Nobody would see the new recovery key after a lock, or when the client is gone.
    let asker = Arc::new(());
    let gone = Arc::downgrade(&asker);
    let locks = agent.events.locks();
    let finished = agent.vault.run(move |state| {
        let wanted = || gone.strong_count() > 0 && shared.events.locks() == locks;
        let finished = state.rekey(rekey, &context, &password, wanted);
        match state.unlocked() {
            Ok(_) => shared.dates_changed(),
            Err(_) => shared.fell_locked(),
        }
        let key = finished?.to_text();
        // It is done: that a list cannot be read is no reason to keep back the key.
        let backups = state.backups().unwrap_or_default();
        let replaced = state.replaced().unwrap_or_default();
        Ok::<_, Error>((key, backups, replaced))
    });
    let (key, backups, replaced) = finished.await??;
    drop(asker);
    let mut secrets = Segments::default();
    let recovery_key = secrets.push(key.into());
    let old = backups
        .iter()
        .filter(|backup| backup.authenticity == Authenticity::Unproved);
    let old = old.map(|backup| &backup.path).chain(&replaced);
    let old_backups = old.map(|path| path.display().to_string());
    let view = RekeyView {
        recovery_key,
        old_backups: old_backups.collect(),
    };
    Ok((view, secrets))
}

/// How the password's key is derived, and how long it took last.
pub(crate) async fn key_derivation(client: &ClientSession) -> Result<KeyDerivationView, Error> {
    let agent = &client.agent;
    let kdf = agent.vault.run(|state| state.kdf()).await??;
    let took = agent.kdf.last_duration();
    Ok(KeyDerivationView {
        memory_kib: kdf.memory_kib,
        passes: kdf.passes,
        lanes: kdf.lanes,
        milliseconds: took.map(|took| clamp(took.as_millis().try_into().unwrap_or(u64::MAX))),
    })
}

/// The owner's proof, checked, and the key of the new password.
async fn owner(
    client: &ClientSession,
    id: u32,
    proof: Proof,
    password: keyhaven_protocol::frame::Segment,
    segments: &mut Segments,
) -> Result<(Kek, NewPassword), Error> {
    let password = take_password(segments, password)?;
    check_strength(&password)?;
    let proof = proven(client, proof, segments).await?;
    let _ = client.replies.progress(id, 0, 0).await;
    let agent = &client.agent;
    let kdf = agent.kdf.calibrate().await?;
    let job = agent
        .vault
        .run(move |state| state.unlocked()?.new_password_job(kdf).map_err(to_protocol))
        .await??;
    let password = agent
        .kdf
        .run(move || job.run(&password).map_err(to_protocol))
        .await?;
    Ok((proof, password))
}

/// The key of a slot that the owner could give, which opens it.
pub(crate) async fn proven(
    client: &ClientSession,
    proof: Proof,
    segments: &mut Segments,
) -> Result<Kek, Error> {
    let agent = &client.agent;
    let kek = ProofSecret::take(proof, segments)?;
    let attempt = async {
        let kek = match kek {
            ProofSecret::Password(password) => {
                let job = agent.vault.run(|state| state.check_job()).await??;
                agent.kdf.derive(job, password).await?
            }
            ProofSecret::Recovery(recovery) => {
                let kek = agent.vault.run(move |state| {
                    state
                        .unlocked()?
                        .recovery_kek(&recovery)
                        .map_err(to_protocol)
                });
                kek.await??
            }
        };
        let checked = agent.vault.run(move |state| {
            state
                .unlocked()?
                .check_password(&kek)
                .map_err(to_protocol)?;
            Ok::<_, Error>(kek)
        });
        checked.await?
    };
    client.attempts.attempt(attempt).await
}

/// What the owner of a vault knows.
pub(crate) enum ProofSecret {
    /// The master password.
    Password(LockedBytes),
    /// The recovery key.
    Recovery(RecoveryKey),
}

impl ProofSecret {
    /// The secret that a proof points to.
    pub(crate) fn take(proof: Proof, segments: &mut Segments) -> Result<Self, Error> {
        Ok(match proof {
            Proof::Password(at) => Self::Password(take_password(segments, at)?),
            Proof::RecoveryKey(at) => Self::Recovery(parse(take(segments, at)?)?),
        })
    }
}

fn parse(mut typed: SecretBytes) -> Result<RecoveryKey, Error> {
    // Exposed to be read as text; the bytes are moved, not copied.
    let text = String::from_utf8(std::mem::take(typed.expose_mut()))
        .map(SecretString::new)
        .map_err(|_| Error::MistypedRecoveryKey)?;
    RecoveryKey::parse(&text).map_err(to_protocol)
}
