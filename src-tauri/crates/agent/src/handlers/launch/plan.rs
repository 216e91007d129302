//! What a launch would be given, without its values: what its owner confirms, and what a
//! launch that was confirmed is compared with.

use data_encoding::HEXLOWER;
use keyhaven_protocol::error::Error;
use keyhaven_protocol::request::{LaunchPlanRequest, LaunchSource, ProfileView};
use keyhaven_protocol::view::{FieldKind, LaunchPlanView, PlannedVariable};
use keyhaven_vault::Unlocked;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::draw;
use crate::failure::RequestFailure;
use crate::handlers::launch::bounds;
use crate::handlers::launch::types::{LaunchVariable, PreparedLaunch};
use crate::handlers::profiles;
use crate::server::client_session::{ClientSession, Now};

/// The variables of a launch, and what fills them. It is drawn as the launch would be, so that
/// both cannot differ.
pub(crate) async fn plan(
    client: &ClientSession,
    request: LaunchPlanRequest,
) -> Result<LaunchPlanView, RequestFailure> {
    let planned = client.with_vault(move |vault, now| Ok(plan_of(vault, &request, now)));
    planned.await?
}

fn plan_of(
    vault: &Unlocked,
    request: &LaunchPlanRequest,
    now: &Now,
) -> Result<LaunchPlanView, RequestFailure> {
    let profile = profile_of(vault, &request.source)?;
    let launch = draw(
        vault,
        &request.source,
        &request.choice,
        request.overrides,
        bounds::MOST_BYTES,
        now,
    )?;
    let fingerprint = fingerprint(vault, &launch, profile.as_ref())?;
    // References alone may have no environment.
    let environment = vault.environment(&launch.location).ok();
    Ok(LaunchPlanView {
        project: launch.location.project,
        environment: launch.location.environment,
        environment_id: environment.map(|found| found.id),
        tier: launch.tier,
        profile,
        variables: launch.variables.into_iter().map(planned).collect(),
        fingerprint,
    })
}

/// The profile that a source names.
pub(super) fn profile_of(
    vault: &Unlocked,
    source: &LaunchSource,
) -> Result<Option<ProfileView>, Error> {
    match source {
        LaunchSource::Profile { name } => {
            let saved = profiles::named(vault, name)?;
            Ok(Some(profiles::view(saved)))
        }
        _ => Ok(None),
    }
}

/// Refuses a launch that is not the one its owner has confirmed.
///
/// # Errors
/// [`Error::LaunchChanged`].
pub(super) fn check(
    vault: &Unlocked,
    launch: &PreparedLaunch,
    profile: Option<&ProfileView>,
    expected: Option<&str>,
) -> Result<(), Error> {
    match expected {
        Some(expected) if expected != fingerprint(vault, launch, profile)? => {
            Err(Error::LaunchChanged)
        }
        _ => Ok(()),
    }
}

/// Names of credentials are left out: a new name gives nothing else. The epoch is in it: after a
/// restore, what was confirmed before says nothing of what is there again.
fn fingerprint(
    vault: &Unlocked,
    launch: &PreparedLaunch,
    profile: Option<&ProfileView>,
) -> Result<String, Error> {
    let variable = |variable: &LaunchVariable| {
        let fields = variable.fields.iter();
        let fields: Vec<(Uuid, String, FieldKind)> = fields
            .map(|field| (field.credential, field.field.clone(), field.kind))
            .collect();
        let (name, text) = (variable.name.clone(), variable.text.clone());
        (name, text, fields, variable.allow_loader_variable)
    };
    let variables: Vec<_> = launch.variables.iter().map(variable).collect();
    let profile = profile.map(|view| (view.id, view.revision));
    let location = (&launch.location.project, &launch.location.environment);
    let epoch = vault.epoch_number();
    let text = serde_json::to_vec(&(epoch, location, launch.tier, variables, profile));
    let text = text.map_err(|_| Error::defect("a launch as JSON"))?;
    Ok(HEXLOWER.encode(&Sha256::digest(text)))
}

fn planned(variable: LaunchVariable) -> PlannedVariable {
    PlannedVariable {
        name: variable.name,
        text: variable.text,
        fields: variable.fields,
        allow_loader_variable: variable.allow_loader_variable,
    }
}
