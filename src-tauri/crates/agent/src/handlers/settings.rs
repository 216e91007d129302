//! The settings that live in the vault. A change that weakens protection needs the password; the
//! list of settings says which one does.

use keyhaven_protocol::error::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::request::{CheckPasswordRequest, ConfigureRequest};
use keyhaven_protocol::settings::Settings;

use crate::agent::Agent;
use crate::errors::{ErrorContext, to_protocol};
use crate::handlers::secrets;
use crate::handlers::unlock;
use crate::server::client_session::ClientSession;

/// The settings.
pub(crate) async fn settings(client: &ClientSession) -> Result<Settings, Error> {
    client
        .with_vault(|vault, _| vault.settings().map_err(to_protocol))
        .await
}

/// Whether this is the master password.
pub(crate) async fn check_password(
    client: &ClientSession,
    request: CheckPasswordRequest,
    mut segments: Segments,
) -> Result<(), Error> {
    unlock::check(
        client,
        secrets::take_password(&mut segments, request.password)?,
    )
    .await
}

/// Changes the settings.
pub(crate) async fn configure(
    client: &ClientSession,
    request: ConfigureRequest,
    mut segments: Segments,
) -> Result<Settings, Error> {
    let wanted = request.settings;
    let present = settings(client).await?;
    if present.weakened_by(&wanted) {
        let at = request.password.ok_or(Error::PasswordNeeded)?;
        unlock::check(client, secrets::take_password(&mut segments, at)?).await?;
    }
    client.use_seen();
    let about = ErrorContext::default();
    let shared = client.agent.clone();
    let stored = client.change(Agent::dates_changed, move |vault, now| {
        // Another connection may have made them stricter while the password was checked.
        if vault.settings().map_err(to_protocol)? != present {
            return Err(Error::Changed {
                name: "the settings".into(),
            });
        }
        vault
            .set_settings(&now.context, &wanted)
            .map_err(|error| about.to_protocol(error))?;
        shared.follow(&wanted);
        Ok(wanted)
    });
    stored.await
}
