//! What is done with the master password: making the vault, opening it, asking again.

use std::time::Instant;

use keyhaven_protocol::error::Error;
use keyhaven_protocol::frame::{Segment, Segments};
use keyhaven_protocol::request::{InitRequest, RecoveryKeyView, UnlockRequest};
use keyhaven_protocol::view::StatusView;
use keyhaven_secret::SecretBytes;
use keyhaven_vault::{Claimed, OldCopy};

use crate::caller::Caller;
use crate::cases::session;
use crate::errors::{invalid, word};

/// The least number of characters of a master password.
pub(crate) const MINIMUM_PASSWORD: u32 = 8;

/// Opens the vault. A vault that is open stays so.
pub(crate) async fn unlock(
    caller: &Caller,
    id: u32,
    request: UnlockRequest,
    mut segments: Segments,
) -> Result<StatusView, Error> {
    let password = take(&mut segments, request.password)?;
    let old = if request.accept_older {
        OldCopy::Accept
    } else {
        OldCopy::Ask
    };
    let attempt = open(caller, id, password, old);
    caller.attempts.attempt(attempt).await?;
    session::status(caller).await
}

async fn open(caller: &Caller, id: u32, password: SecretBytes, old: OldCopy) -> Result<(), Error> {
    let agent = &caller.agent;
    let Some(job) = agent.vault.run(|keeper| keeper.unlock_job()).await?? else {
        return Ok(());
    };
    let _ = caller.outbox.progress(id, 0, 2).await;
    let kek = agent
        .kdf
        .run(move || job.run(&password).map_err(word))
        .await?;
    let _ = caller.outbox.progress(id, 1, 2).await;
    let context = caller.context(Claimed::default());
    let opened = agent.vault.run(move |keeper| {
        keeper.unlock(&kek, old, &context)?;
        auto_lock(keeper)
    });
    agent.unlocked(opened.await??);
    Ok(())
}

/// Makes the vault and leaves it open; the answer is the only time the recovery key is seen.
pub(crate) async fn init(
    caller: &Caller,
    id: u32,
    request: InitRequest,
    mut segments: Segments,
) -> Result<(RecoveryKeyView, Segments), Error> {
    let password = take(&mut segments, request.password)?;
    check_strength(&password)?;
    let agent = &caller.agent;
    let folder = agent.folder.display().to_string();
    if agent.vault.run(|keeper| keeper.is_initialised()).await? {
        return Err(Error::VaultExists { folder });
    }
    let _ = caller.outbox.progress(id, 0, 2).await;
    let policy = agent.policy;
    let calibrate = move || {
        let start = Instant::now();
        policy.calibrate(|| start.elapsed()).map_err(word)
    };
    let params = agent.kdf.run(calibrate).await?;
    let _ = caller.outbox.progress(id, 1, 2).await;
    let context = caller.context(Claimed::default());
    let made = agent.vault.run(move |keeper| {
        let recovery = keeper.create(&password, params, &context)?;
        Ok::<_, Error>((recovery.to_text(), auto_lock(keeper)?))
    });
    let (text, minutes) = made.await??;
    agent.unlocked(minutes);
    let mut secrets = Segments::default();
    let recovery_key = secrets.push(text.into());
    Ok((RecoveryKeyView { recovery_key }, secrets))
}

/// Asks for the password of the open vault again.
pub(crate) async fn check(caller: &Caller, password: SecretBytes) -> Result<(), Error> {
    let agent = &caller.agent;
    let attempt = async {
        let job = agent.vault.run(|keeper| keeper.check_job()).await??;
        let kek = agent
            .kdf
            .run(move || job.run(&password).map_err(word))
            .await?;
        let check = agent
            .vault
            .run(move |keeper| keeper.open()?.check_password(&kek).map_err(word));
        check.await?
    };
    caller.attempts.attempt(attempt).await
}

fn auto_lock(keeper: &mut crate::keeper::Keeper) -> Result<u32, Error> {
    let settings = keeper.open()?.settings().map_err(word)?;
    Ok(settings.auto_lock_minutes)
}

/// A secret that a request points to.
pub(crate) fn take(segments: &mut Segments, at: Segment) -> Result<SecretBytes, Error> {
    segments
        .take(at)
        .map_err(|error| invalid("the request", &error.to_string()))
}

fn check_strength(password: &SecretBytes) -> Result<(), Error> {
    // Exposed to be counted.
    let characters = match std::str::from_utf8(password.expose()) {
        Ok(text) => text.chars().count(),
        Err(_) => return Err(invalid("the password", "it is not valid UTF-8")),
    };
    if characters < MINIMUM_PASSWORD as usize {
        return Err(Error::WeakPassword {
            minimum: MINIMUM_PASSWORD,
        });
    }
    Ok(())
}
