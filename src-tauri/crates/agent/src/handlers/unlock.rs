//! What is done with the master password: making the vault, opening it, asking again.

use std::sync::Arc;
use std::time::Instant;

use keyhaven_protocol::error::Error;
use keyhaven_protocol::frame::{Segment, Segments};
use keyhaven_protocol::request::{InitRequest, MINIMUM_PASSWORD, RecoveryKeyView, UnlockRequest};
use keyhaven_protocol::view::StatusView;
use keyhaven_secret::SecretBytes;
use keyhaven_secret::memory::LockedBytes;
use keyhaven_vault::{AuditContext, ClaimedFacts, KdfJob, Kek, OldCopy};

use crate::agent::Agent;
use crate::errors::{invalid, word};
use crate::guarded;
use crate::handlers::status::{self, Drawn};
use crate::handlers::unlock_methods;
use crate::server::client_session::Caller;
use crate::tasks::presence::Opening;
use crate::vault_thread::Keeper;

/// Opens the vault. A vault that is open stays so.
pub(crate) async fn unlock(
    caller: &Caller,
    id: u32,
    request: UnlockRequest,
    mut segments: Segments,
) -> Result<StatusView, Error> {
    let password = take_password(&mut segments, request.password)?;
    let old = old_copy(request.accept_older);
    let attempt = open(caller, id, password, old);
    match caller.attempts.attempt(attempt).await? {
        Some(drawn) => Ok(status::view(&caller.agent, drawn)),
        None => status::status(caller).await,
    }
}

/// Gives the state too, drawn before reminders look at what there is; none where the vault
/// was open.
async fn open(
    caller: &Caller,
    id: u32,
    password: LockedBytes,
    old: OldCopy,
) -> Result<Option<Drawn>, Error> {
    let agent = &caller.agent;
    let Some(job) = agent.vault.run(|keeper| keeper.unlock_job()).await?? else {
        return Ok(None);
    };
    let opening = agent.departure.opening();
    let _ = caller.outbox.progress(id, 0, 2).await;
    let kek = derive(agent, job, password).await?;
    let _ = caller.outbox.progress(id, 1, 2).await;
    let context = caller.context(ClaimedFacts::default());
    let told = agent.clone();
    let opened = agent.vault.run(move |keeper| {
        keeper.unlock(&kek, old, &context)?;
        opened(opening, &told, keeper, &context)?;
        status::draw(keeper, &told.reading()).map(Some)
    });
    opened.await?
}

/// What is to become of a copy that is older than one seen here.
pub(crate) fn old_copy(accept: bool) -> OldCopy {
    if accept {
        OldCopy::Accept
    } else {
        OldCopy::Ask
    }
}

/// Derives a password's key when it is its turn, and notes how long that took.
pub(crate) async fn derive(
    agent: &Arc<Agent>,
    job: KdfJob,
    password: LockedBytes,
) -> Result<Kek, Error> {
    let told = agent.clone();
    let derive = move || {
        let start = Instant::now();
        let kek = job.run(&password).map_err(word)?;
        *guarded(&told.derivation_took) = Some(start.elapsed());
        Ok(kek)
    };
    agent.kdf.run(derive).await
}

/// An open vault has its time to lock from the first moment: on the vault's thread, since
/// whoever asked may be gone by now. Who left during the unlock is locked out from here on.
pub(crate) fn opened(
    _ended: Opening,
    agent: &Agent,
    keeper: &mut Keeper,
    context: &AuditContext,
) -> Result<(), Error> {
    match keeper.open()?.settings().map_err(word) {
        Ok(settings) => {
            agent.unlocked(&settings);
            Ok(())
        }
        Err(error) => {
            // The first error says more than another one of the lock.
            let _ = keeper.lock(context);
            Err(error)
        }
    }
}

/// Makes the vault and leaves it open; the answer is the only time the recovery key is seen.
pub(crate) async fn init(
    caller: &Caller,
    id: u32,
    request: InitRequest,
    mut segments: Segments,
) -> Result<(RecoveryKeyView, Segments), Error> {
    let password = take_password(&mut segments, request.password)?;
    check_strength(&password)?;
    let agent = &caller.agent;
    let folder = agent.folder.display().to_string();
    if agent.vault.run(|keeper| keeper.is_initialised()).await? {
        return Err(Error::VaultExists { folder });
    }
    let opening = agent.departure.opening();
    let _ = caller.outbox.progress(id, 0, 2).await;
    let params = unlock_methods::calibrate(agent).await?;
    let _ = caller.outbox.progress(id, 1, 2).await;
    let context = caller.context(ClaimedFacts::default());
    let told = agent.clone();
    let made = agent.vault.run(move |keeper| {
        let recovery = keeper.create(&password, params, &context)?;
        opened(opening, &told, keeper, &context)?;
        Ok::<_, Error>(recovery.to_text())
    });
    Ok(unlock_methods::shown(made.await??))
}

/// Asks for the password of the open vault again.
pub(crate) async fn check(caller: &Caller, password: LockedBytes) -> Result<(), Error> {
    let agent = &caller.agent;
    let attempt = async {
        let job = agent.vault.run(|keeper| keeper.check_job()).await??;
        let kek = derive(agent, job, password).await?;
        let check = agent
            .vault
            .run(move |keeper| keeper.open()?.check_password(&kek).map_err(word));
        check.await?
    };
    caller.attempts.attempt(attempt).await
}

/// A password that a request points to: kept out of swap from here on, while it is used.
pub(crate) fn take_password(segments: &mut Segments, at: Segment) -> Result<LockedBytes, Error> {
    take(segments, at).map(LockedBytes::from)
}

/// A secret that a request points to.
pub(crate) fn take(segments: &mut Segments, at: Segment) -> Result<SecretBytes, Error> {
    segments
        .take(at)
        .map_err(|error| invalid("the request", &error.to_string()))
}

pub(crate) fn check_strength(password: &LockedBytes) -> Result<(), Error> {
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
