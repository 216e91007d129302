//! What opens the vault: the recovery key, a new password, a new recovery key, a new vault
//! key. Whoever asks for one of them proves to be the owner first.

use std::sync::Arc;
use std::time::Instant;

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
    Authenticity, ClaimedFacts, KdfParams, Kek, NewPassword, OldCopy, Reason, RecoveryKey, Rekey,
};

use crate::agent::Agent;
use crate::errors::{clamp, word};
use crate::guarded;
use crate::handlers::maintenance;
use crate::handlers::status;
use crate::handlers::unlock::{self, check_strength, take, take_password};
use crate::server::client_session::Caller;
use crate::tasks::backups;

/// Opens the vault with the recovery key. A vault that is open stays so.
pub(crate) async fn recover(
    caller: &Caller,
    request: RecoverRequest,
    mut segments: Segments,
) -> Result<StatusView, Error> {
    // A typing error is told before anything is tried.
    let recovery = parse(take(&mut segments, request.recovery_key)?)?;
    let old = unlock::old_copy(request.accept_older);
    let attempt = open(caller, recovery, old);
    match caller.attempts.attempt(attempt).await? {
        Some(drawn) => Ok(status::view(&caller.agent, drawn)),
        None => status::status(caller).await,
    }
}

async fn open(
    caller: &Caller,
    recovery: RecoveryKey,
    old: OldCopy,
) -> Result<Option<status::Drawn>, Error> {
    let agent = &caller.agent;
    let context = caller.context(ClaimedFacts::default());
    let (opening, told) = (agent.departure.opening(), agent.clone());
    let opened = agent.vault.run(move |keeper| {
        let Some(kek) = keeper.recovery_kek(&recovery)? else {
            return Ok(None);
        };
        keeper.unlock(&kek, old, &context)?;
        unlock::opened(opening, &told, keeper, &context)?;
        status::draw(keeper, &told.reading()).map(Some)
    });
    opened.await?
}

/// Changes the master password.
pub(crate) async fn change_password(
    caller: &Caller,
    id: u32,
    request: ChangePasswordRequest,
    mut segments: Segments,
) -> Result<(), Error> {
    let (proof, password) =
        owner(caller, id, request.proof, request.password, &mut segments).await?;
    let context = caller.context(ClaimedFacts::default());
    let told = caller.agent.clone();
    let changed = caller.agent.vault.run(move |keeper| {
        let vault = keeper.open()?;
        vault
            .set_password(&context, &proof, &password)
            .map_err(word)?;
        told.changed();
        Ok(())
    });
    changed.await?
}

/// Makes a new recovery key; the answer is the only time it is seen.
pub(crate) async fn new_recovery_key(
    caller: &Caller,
    request: NewRecoveryKeyRequest,
    mut segments: Segments,
) -> Result<(RecoveryKeyView, Segments), Error> {
    let proof = proven(caller, Proof::Password(request.password), &mut segments).await?;
    let context = caller.context(ClaimedFacts::default());
    let told = caller.agent.clone();
    let made = caller.agent.vault.run(move |keeper| {
        let vault = keeper.open()?;
        let recovery = vault.make_recovery(&context, &proof).map_err(word)?;
        told.changed();
        Ok::<_, Error>(recovery.to_text())
    });
    Ok(shown(made.await??))
}

/// Encrypts everything under a new vault key, in slices between which others are answered,
/// after a backup. Given up before its end, the vault stays as it was.
pub(crate) async fn rekey(
    caller: &Arc<Caller>,
    id: u32,
    request: RekeyRequest,
    mut segments: Segments,
) -> Result<(RekeyView, Segments), Error> {
    let agent = &caller.agent;
    let without_backup = request.without_backup;
    let (proof, password) =
        owner(caller, id, request.proof, request.password, &mut segments).await?;
    if !without_backup {
        let order = maintenance::order(caller, id, Reason::Rekey, None);
        backups::write_before(agent, order).await?;
    }
    // One at a time, since two would build the same epoch, and nothing else may read or copy
    // the whole vault while it changes its files. Let go after what is built here.
    let _alone = agent.housework.lock().await;
    let begun = agent
        .vault
        .run(move |keeper| Rekey::begin(keeper.open()?, &proof).map_err(word));
    let mut rekey = begun.await??;
    let mut more = true;
    while more {
        let step = agent
            .vault
            .run(move |keeper| rekey.step(keeper.open()?).map_err(word));
        (rekey, more) = step.await??;
        let (done, total) = rekey.progress();
        let _ = caller.outbox.progress(id, clamp(done), clamp(total)).await;
    }
    let context = caller.context(ClaimedFacts::default());
    let told = agent.clone();
    // Nobody would see the new recovery key after a lock, or when whoever asked is gone.
    let asker = Arc::new(());
    let gone = Arc::downgrade(&asker);
    let locks = agent.hub.locks();
    let finished = agent.vault.run(move |keeper| {
        let wanted = || gone.strong_count() > 0 && told.hub.locks() == locks;
        let finished = keeper.rekey(rekey, &context, &password, wanted);
        match keeper.open() {
            Ok(_) => told.dates_changed(),
            Err(_) => told.fell_locked(),
        }
        let key = finished?.to_text();
        // It is done: that a list cannot be read is no reason to keep back the key.
        let backups = keeper.backups().unwrap_or_default();
        let replaced = keeper.replaced().unwrap_or_default();
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
pub(crate) async fn key_derivation(caller: &Caller) -> Result<KeyDerivationView, Error> {
    let agent = &caller.agent;
    let kdf = agent.vault.run(|keeper| keeper.kdf()).await??;
    let took = *guarded(&agent.derivation_took);
    Ok(KeyDerivationView {
        memory_kib: kdf.memory_kib,
        passes: kdf.passes,
        lanes: kdf.lanes,
        milliseconds: took.map(|took| clamp(took.as_millis().try_into().unwrap_or(u64::MAX))),
    })
}

/// The owner's proof, checked, and the key of the new password.
async fn owner(
    caller: &Caller,
    id: u32,
    proof: Proof,
    password: keyhaven_protocol::frame::Segment,
    segments: &mut Segments,
) -> Result<(Kek, NewPassword), Error> {
    let password = take_password(segments, password)?;
    check_strength(&password)?;
    let proof = proven(caller, proof, segments).await?;
    let _ = caller.outbox.progress(id, 0, 0).await;
    let agent = &caller.agent;
    let kdf = calibrate(agent).await?;
    let job = agent
        .vault
        .run(move |keeper| keeper.open()?.new_password_job(kdf).map_err(word))
        .await??;
    let password = agent
        .kdf
        .run(move || job.run(&password).map_err(word))
        .await?;
    Ok((proof, password))
}

/// The key of a slot that the owner could give, which opens it.
pub(crate) async fn proven(
    caller: &Caller,
    proof: Proof,
    segments: &mut Segments,
) -> Result<Kek, Error> {
    let agent = &caller.agent;
    let kek = match proof {
        Proof::Password(at) => Given::Password(take_password(segments, at)?),
        Proof::RecoveryKey(at) => Given::Recovery(parse(take(segments, at)?)?),
    };
    let attempt = async {
        let kek = match kek {
            Given::Password(password) => {
                let job = agent.vault.run(|keeper| keeper.check_job()).await??;
                unlock::derive(agent, job, password).await?
            }
            Given::Recovery(recovery) => {
                let kek = agent
                    .vault
                    .run(move |keeper| keeper.open()?.recovery_kek(&recovery).map_err(word));
                kek.await??
            }
        };
        let checked = agent.vault.run(move |keeper| {
            keeper.open()?.check_password(&kek).map_err(word)?;
            Ok::<_, Error>(kek)
        });
        checked.await?
    };
    caller.attempts.attempt(attempt).await
}

enum Given {
    Password(LockedBytes),
    Recovery(RecoveryKey),
}

/// Parameters for a new password on this machine, now.
pub(crate) async fn calibrate(agent: &Agent) -> Result<KdfParams, Error> {
    let policy = agent.policy;
    let calibrate = move || {
        let start = Instant::now();
        policy.calibrate(|| start.elapsed()).map_err(word)
    };
    agent.kdf.run(calibrate).await
}

fn parse(mut typed: SecretBytes) -> Result<RecoveryKey, Error> {
    // Exposed to be read as text; the bytes are moved, not copied.
    let text = String::from_utf8(std::mem::take(typed.expose_mut()))
        .map(SecretString::new)
        .map_err(|_| Error::MistypedRecoveryKey)?;
    RecoveryKey::parse(&text).map_err(word)
}

/// The answer that holds a recovery key.
pub(crate) fn shown(text: SecretString) -> (RecoveryKeyView, Segments) {
    let mut secrets = Segments::default();
    let recovery_key = secrets.push(text.into());
    (RecoveryKeyView { recovery_key }, secrets)
}
