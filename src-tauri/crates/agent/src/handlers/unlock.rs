//! What is done with the master password: making the vault, opening it, asking again.

use crate::handlers::secrets::{check_strength, recovery_key_answer, take_password};
use keyhaven_protocol::error::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::request::{InitRequest, RecoveryKeyView, UnlockRequest};
use keyhaven_protocol::view::StatusView;
use keyhaven_secret::memory::LockedBytes;
use keyhaven_vault::{AuditContext, ClaimedFacts, OldCopy};

use crate::agent::Agent;
use crate::errors::to_protocol;
use crate::handlers::status::{self, StatusSnapshot};
use crate::server::client_session::ClientSession;
use crate::server::peer::myself;
use crate::tasks::presence::UnlockInProgress;
use crate::vault_thread::VaultState;

/// Opens the vault. A vault that is open stays so.
pub(crate) async fn unlock(
    client: &ClientSession,
    id: u32,
    request: UnlockRequest,
    mut segments: Segments,
) -> Result<StatusView, Error> {
    let password = take_password(&mut segments, request.password)?;
    let old = old_copy(request.accept_older);
    let attempt = open(client, id, password, old);
    match client.attempts.attempt(attempt).await? {
        Some(snapshot) => Ok(status::view(&client.agent, snapshot)),
        None => status::status(client).await,
    }
}

/// Gives the state too, drawn before reminders look at what there is; none where the vault
/// was open.
async fn open(
    client: &ClientSession,
    id: u32,
    password: LockedBytes,
    old: OldCopy,
) -> Result<Option<StatusSnapshot>, Error> {
    let agent = &client.agent;
    let Some(job) = agent.vault.run(|state| state.unlock_job()).await?? else {
        return Ok(None);
    };
    let opening = agent.unlock_begins(&client.session);
    let _ = client.replies.progress(id, 0, 2).await;
    let kek = agent.kdf.derive(job, password).await?;
    let _ = client.replies.progress(id, 1, 2).await;
    let context = client.context(ClaimedFacts::default());
    let shared = agent.clone();
    let opened = agent.vault.run(move |state| {
        state.unlock(&kek, old, &context)?;
        finish_unlock(opening, &shared, state, &context)?;
        status::snapshot(state, &shared.reading()).map(Some)
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

/// An open vault has its time to lock from the first moment: on the vault's thread, since
/// the client may be gone by now. A user who left during the unlock is locked out from here on.
pub(crate) fn finish_unlock(
    opening: UnlockInProgress,
    agent: &Agent,
    state: &mut VaultState,
    context: &AuditContext,
) -> Result<(), Error> {
    match state.unlocked()?.settings().map_err(to_protocol) {
        Ok(settings) => {
            agent.user_session.pin(opening.session());
            opening.keeps_bus();
            agent.unlocked(&settings);
            // A full disk is no reason to keep the vault locked.
            let own = agent.context(&myself(), ClaimedFacts::default());
            let _ = state.enter_wrong_passwords(&own);
            Ok(())
        }
        Err(error) => {
            // The first error says more than another one of the lock.
            let _ = state.lock(context);
            Err(error)
        }
    }
}

/// Makes the vault and leaves it open; the answer is the only time the recovery key is seen.
pub(crate) async fn init(
    client: &ClientSession,
    id: u32,
    request: InitRequest,
    mut segments: Segments,
) -> Result<(RecoveryKeyView, Segments), Error> {
    let password = take_password(&mut segments, request.password)?;
    check_strength(&password)?;
    let agent = &client.agent;
    agent.vault.run(VaultState::expect_none).await??;
    let opening = agent.unlock_begins(&client.session);
    let _ = client.replies.progress(id, 0, 2).await;
    let params = agent.kdf.calibrate().await?;
    let _ = client.replies.progress(id, 1, 2).await;
    let context = client.context(ClaimedFacts::default());
    let shared = agent.clone();
    let made = agent.vault.run(move |state| {
        let recovery = state.create(&password, params, &context)?;
        shared.folder_made();
        finish_unlock(opening, &shared, state, &context)?;
        Ok::<_, Error>(recovery.to_text())
    });
    Ok(recovery_key_answer(made.await??))
}

/// Asks for the password of the open vault again.
pub(crate) async fn check(client: &ClientSession, password: LockedBytes) -> Result<(), Error> {
    let agent = &client.agent;
    let attempt = async {
        let job = agent.vault.run(|state| state.check_job()).await??;
        let kek = agent.kdf.derive(job, password).await?;
        let check = agent
            .vault
            .run(move |state| state.unlocked()?.check_password(&kek).map_err(to_protocol));
        check.await?
    };
    client.attempts.attempt(attempt).await
}
