//! Environments: their tiers, and the end of an empty one.

use keyhaven_protocol::error::Error;
use keyhaven_protocol::request::{RemoveEnvironmentRequest, SetTierRequest};
use keyhaven_vault::{RecordKind, VaultError};

use crate::agent::Agent;
use crate::errors::ErrorContext;
use crate::handlers::lookup;
use crate::server::client_session::ClientSession;

/// Changes an environment's tier; the environment is made where it is missing.
pub(crate) async fn set_tier(client: &ClientSession, request: SetTierRequest) -> Result<(), Error> {
    let location = lookup::location(&request.project, &request.environment);
    let tier = request.tier;
    let about = ErrorContext::named(&request.project, &request.environment, &request.environment);
    client
        .change(Agent::changed, move |vault, now| {
            vault
                .set_tier(&now.context, &location, tier)
                .map_err(|error| about.to_protocol(error))
        })
        .await
        .map(|_| ())
}

/// Removes an environment without credentials, and its project with the last one.
pub(crate) async fn remove(
    client: &ClientSession,
    request: RemoveEnvironmentRequest,
) -> Result<(), Error> {
    let location = lookup::location(&request.project, &request.environment);
    let about = ErrorContext::named(&request.project, &request.environment, &request.environment);
    client
        .change(Agent::changed, move |vault, now| {
            match vault.remove_environment(&now.context, &location, request.erase_trash) {
                Err(VaultError::NotFound(RecordKind::Environment)) => {
                    Err(lookup::no_environment(vault, &location)?)
                }
                removed => removed.map_err(|error| about.to_protocol(error)),
            }
        })
        .await
}
