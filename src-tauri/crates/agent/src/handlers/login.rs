//! Unlocking that follows the login: a key in the person's keychain opens a slot of its own.

use keyhaven_protocol::error::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::request::{LoginKeychainView, Proof, SetLoginKeychainRequest};
use keyhaven_protocol::view::StatusView;
use keyhaven_secret::SecretBytes;
use keyhaven_vault::{ClaimedFacts, LoginKey, OldCopy};

use crate::errors::word;
use crate::handlers::{status, unlock, unlock_methods};
use crate::helpers::keychain::Task;
use crate::server::client_session::Caller;

/// Whether the login keychain may open the vault.
pub(crate) async fn login_keychain(caller: &Caller) -> Result<LoginKeychainView, Error> {
    let (_, on) = caller
        .agent
        .vault
        .run(|keeper| keeper.login_slot())
        .await??;
    Ok(LoginKeychainView { on })
}

/// Lets it, or no longer.
pub(crate) async fn set_login_keychain(
    caller: &Caller,
    request: SetLoginKeychainRequest,
    mut segments: Segments,
) -> Result<LoginKeychainView, Error> {
    if request.on {
        // It makes the vault less safe, so its owner is asked.
        let password = request.password.ok_or(Error::PasswordNeeded)?;
        allow(caller, password, &mut segments).await?;
    } else {
        forbid(caller).await?;
    }
    Ok(LoginKeychainView { on: request.on })
}

async fn allow(
    caller: &Caller,
    password: keyhaven_protocol::frame::Segment,
    segments: &mut Segments,
) -> Result<(), Error> {
    let agent = &caller.agent;
    let proof = unlock_methods::proven(caller, Proof::Password(password), segments).await?;
    let (context, told) = (caller.context(ClaimedFacts::default()), agent.clone());
    let made = agent.vault.run(move |keeper| {
        let vault = keeper.open()?;
        let login = vault.add_login_slot(&context, &proof).map_err(word)?;
        told.changed();
        Ok::<_, Error>((vault.id(), SecretBytes::from(login.to_text())))
    });
    let (vault, key) = made.await??;
    let stored = agent
        .keychain
        .ask(&caller.session, vault, Task::Store, Some(key));
    if let Err(error) = stored.await {
        // A slot whose key nobody keeps is of no use.
        drop_slot(caller).await?;
        return Err(error);
    }
    Ok(())
}

async fn forbid(caller: &Caller) -> Result<(), Error> {
    let vault = drop_slot(caller).await?;
    // What it keeps opens nothing any more, whether it can be reached now or not.
    let forgotten = caller
        .agent
        .keychain
        .ask(&caller.session, vault, Task::Forget, None);
    let _ = forgotten.await;
    Ok(())
}

async fn drop_slot(caller: &Caller) -> Result<uuid::Uuid, Error> {
    let (context, told) = (
        caller.context(ClaimedFacts::default()),
        caller.agent.clone(),
    );
    let dropped = caller.agent.vault.run(move |keeper| {
        let vault = keeper.open()?;
        vault.remove_login_slot(&context).map_err(word)?;
        told.changed();
        Ok(vault.id())
    });
    dropped.await?
}

/// Opens the vault with what the keychain keeps. A vault that is open stays so; one that may
/// not be opened so is just locked.
pub(crate) async fn unlock(caller: &Caller) -> Result<StatusView, Error> {
    let agent = &caller.agent;
    let (vault, allowed) = agent.vault.run(|keeper| keeper.login_slot()).await??;
    if !allowed {
        return match status::status(caller).await {
            Ok(status) if !status.locked => Ok(status),
            Ok(_) => Err(Error::Locked),
            Err(error) => Err(error),
        };
    }
    let opening = agent.departure.opening();
    let kept = agent
        .keychain
        .ask(&caller.session, vault, Task::Fetch, None)
        .await?;
    let login = LoginKey::parse(&kept).map_err(word)?;
    let (context, told) = (caller.context(ClaimedFacts::default()), agent.clone());
    let opened = agent.vault.run(move |keeper| {
        if let Some(kek) = keeper.login_kek(&login)? {
            keeper.unlock(&kek, OldCopy::Ask, &context)?;
            unlock::opened(opening, &told, keeper, &context)?;
        }
        status::draw(keeper, &told.reading())
    });
    Ok(status::view(agent, opened.await??))
}
