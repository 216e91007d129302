//! Rotation, one step at a time, and revoked keys.

use std::sync::Arc;

use keyhaven_protocol::error::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::request::{
    RevokeRequest, RotateAutomaticallyRequest, RotateRequest, RotationStep, RotationsRequest,
    StartRotationRequest,
};
use keyhaven_protocol::view::{
    AutomaticOutcome, AutomaticRotationView, CredentialView, RotationView,
};
use keyhaven_protocol::worker::ReplacementPlan;
use keyhaven_vault::{ExpectedRevision, Unlocked};
use uuid::Uuid;

use crate::errors::to_protocol;
use crate::handlers::{credentials, lookup, secrets};
use crate::jobs;
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

/// Lets the provider make the new key, or end the old one.
pub(crate) async fn rotate_automatically(
    client: &Arc<ClientSession>,
    id: u32,
    request: RotateAutomaticallyRequest,
) -> Result<AutomaticRotationView, Error> {
    client.use_seen();
    jobs::rotate::rotate(client, id, request).await
}

/// What an automatic rotation came to, with what is known of its credential afterwards.
pub(crate) fn automatic_view(
    vault: &Unlocked,
    id: Uuid,
    now: &Now,
    ended: (AutomaticOutcome, Option<ReplacementPlan>),
) -> Result<AutomaticRotationView, Error> {
    let settings = vault.settings().map_err(to_protocol)?;
    let view_context = ViewContext {
        clock: &now.clock,
        settings: &settings,
    };
    let summary = vault.summary(id, &now.clock).map_err(to_protocol)?;
    let open = vault.rotation(id).map_err(to_protocol)?;
    let (outcome, plan) = ended;
    Ok(AutomaticRotationView {
        outcome,
        plan,
        rotation: open.map(|open| view_context.rotation_view(&summary, &open)),
        credential: credentials::view(vault, id, now)?,
    })
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
