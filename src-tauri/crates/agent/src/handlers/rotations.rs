//! Rotation by hand, one step at a time, and revoked keys.

use keyhaven_protocol::error::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::request::{
    RevokeRequest, RotateRequest, RotationStep, RotationsRequest, StartRotationRequest,
};
use keyhaven_protocol::view::{CredentialView, RotationView};
use keyhaven_vault::{ExpectedRevision, Unlocked};

use crate::errors::to_protocol;
use crate::handlers::{credentials, lookup, secrets};
use crate::server::client_session::{ClientSession, Now};
use crate::views::{self, ViewContext};

/// The open rotations.
pub(crate) async fn rotations(
    client: &ClientSession,
    request: RotationsRequest,
) -> Result<Vec<RotationView>, Error> {
    client
        .with_vault(move |vault, now| {
            let open = match &request.target {
                None => vault.rotations().map_err(to_protocol)?,
                Some(target) => {
                    let id = lookup::credential(vault, target)?.id;
                    Vec::from_iter(vault.rotation(id).map_err(to_protocol)?)
                }
            };
            let settings = vault.settings().map_err(to_protocol)?;
            let view_context = ViewContext {
                clock: &now.clock,
                settings: &settings,
            };
            let views = open.iter().map(|open| {
                let summary = vault.summary(open.credential, &now.clock);
                Ok(view_context.rotation_view(&summary.map_err(to_protocol)?, open))
            });
            views.collect()
        })
        .await
}

/// Stores a new value that is not used yet.
pub(crate) async fn start(
    client: &ClientSession,
    request: StartRotationRequest,
    mut segments: Segments,
) -> Result<CredentialView, Error> {
    let values = credentials::new_values(request.values, &mut segments)?;
    let seen = ExpectedRevision {
        id: request.id,
        revision: request.revision,
    };
    let old = secrets::old_versions(request.discard_old);
    let start = move |vault: &mut Unlocked, now: &Now| {
        vault.start_rotation(&now.context, seen, &values, old)
    };
    let view = credentials::change_seen(client, seen, start).await?;
    client.use_seen();
    Ok(view)
}

/// Makes the next step of an open rotation, or ends it.
pub(crate) async fn rotate(
    client: &ClientSession,
    request: RotateRequest,
) -> Result<CredentialView, Error> {
    let seen = ExpectedRevision {
        id: request.id,
        revision: request.revision,
    };
    let step = move |vault: &mut Unlocked, now: &Now| match request.step {
        RotationStep::Promote { expires, rotate_on } => {
            let expiry = views::next_expiry(expires);
            vault.promote_rotation(&now.context, seen, expiry, rotate_on)
        }
        RotationStep::Finish => vault.finish_rotation(&now.context, seen),
        RotationStep::Abort => vault.abort_rotation(&now.context, seen),
    };
    credentials::change_seen(client, seen, step).await
}

/// Marks a credential as revoked.
pub(crate) async fn revoke(
    client: &ClientSession,
    request: RevokeRequest,
) -> Result<CredentialView, Error> {
    let seen = ExpectedRevision {
        id: request.id,
        revision: request.revision,
    };
    let revoke = move |vault: &mut Unlocked, now: &Now| vault.revoke(&now.context, seen);
    credentials::change_seen(client, seen, revoke).await
}
