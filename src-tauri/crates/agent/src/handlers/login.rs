//! Unlocking that follows the login: a key in the user's keychain opens an unlock slot.

use keyhaven_protocol::error::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::local_session::LocalSession;
use keyhaven_protocol::request::{LoginKeychainView, Proof, SetLoginKeychainRequest};
use keyhaven_protocol::view::StatusView;
use keyhaven_secret::SecretBytes;
use keyhaven_vault::{ClaimedFacts, LoginKey, OldCopy};

use crate::errors::to_protocol;
use crate::handlers::{status, unlock, unlock_methods};
use crate::helpers::keychain::KeychainTask;
use crate::server::client_session::ClientSession;

/// The bus of the keychain.
fn bus(client: &ClientSession) -> LocalSession {
    client.agent.user_session.bus_for(&client.session)
}

/// Whether the login keychain may open the vault.
pub(crate) async fn login_keychain(client: &ClientSession) -> Result<LoginKeychainView, Error> {
    let (_, on) = client.agent.vault.run(|state| state.login_slot()).await??;
    Ok(LoginKeychainView { on })
}

/// Lets it, or no longer.
pub(crate) async fn set_login_keychain(
    client: &ClientSession,
    request: SetLoginKeychainRequest,
    mut segments: Segments,
) -> Result<LoginKeychainView, Error> {
    if request.on {
        // It makes the vault less safe, so its owner is asked.
        let password = request.password.ok_or(Error::PasswordNeeded)?;
        allow(client, password, &mut segments).await?;
    } else {
        forbid(client).await?;
    }
    Ok(LoginKeychainView { on: request.on })
}

async fn allow(
    client: &ClientSession,
    password: keyhaven_protocol::frame::Segment,
    segments: &mut Segments,
) -> Result<(), Error> {
    let agent = &client.agent;
    let proof = unlock_methods::proven(client, Proof::Password(password), segments).await?;
    let (context, shared) = (client.context(ClaimedFacts::default()), agent.clone());
    let made = agent.vault.run(move |state| {
        let vault = state.unlocked()?;
        let login = vault
            .add_login_slot(&context, &proof)
            .map_err(to_protocol)?;
        shared.changed();
        Ok::<_, Error>((vault.id(), SecretBytes::from(login.to_text())))
    });
    let (vault, key) = made.await??;
    let bus = bus(client);
    let stored = agent
        .keychain
        .ask(&bus, vault, KeychainTask::Store, Some(key));
    if let Err(error) = stored.await {
        // A slot whose key nobody keeps is of no use.
        drop_slot(client).await?;
        return Err(error);
    }
    Ok(())
}

async fn forbid(client: &ClientSession) -> Result<(), Error> {
    let vault = drop_slot(client).await?;
    // What it keeps opens nothing any more, whether it can be reached now or not.
    let bus = bus(client);
    let forgotten = client
        .agent
        .keychain
        .ask(&bus, vault, KeychainTask::Forget, None);
    let _ = forgotten.await;
    Ok(())
}

async fn drop_slot(client: &ClientSession) -> Result<uuid::Uuid, Error> {
    let (context, shared) = (
        client.context(ClaimedFacts::default()),
        client.agent.clone(),
    );
    let dropped = client.agent.vault.run(move |state| {
        let vault = state.unlocked()?;
        vault.remove_login_slot(&context).map_err(to_protocol)?;
        shared.changed();
        Ok(vault.id())
    });
    dropped.await?
}

/// Opens the vault with what the keychain keeps. A vault that is open stays so; one that may
/// not be opened so is just locked.
pub(crate) async fn unlock(client: &ClientSession) -> Result<StatusView, Error> {
    let agent = &client.agent;
    let (vault, allowed) = agent.vault.run(|state| state.login_slot()).await??;
    if !allowed {
        return match status::status(client).await {
            Ok(status) if !status.locked => Ok(status),
            Ok(_) => Err(Error::Locked),
            Err(error) => Err(error),
        };
    }
    let opening = agent.unlock_begins(&client.session);
    let kept = agent
        .keychain
        .ask(&bus(client), vault, KeychainTask::Fetch, None)
        .await?;
    let login = LoginKey::parse(&kept).map_err(to_protocol)?;
    let (context, shared) = (client.context(ClaimedFacts::default()), agent.clone());
    let opened = agent.vault.run(move |state| {
        if let Some(kek) = state.login_kek(&login)? {
            state.unlock(&kek, OldCopy::Ask, &context)?;
            unlock::finish_unlock(opening, &shared, state, &context)?;
        }
        status::snapshot(state, &shared.reading())
    });
    Ok(status::view(agent, opened.await??))
}
