//! Where the variables of a launch come from: a whole environment, a directory file whose
//! exact bytes were allowed, or a profile.

use crate::handlers::launch::types::{LaunchPlan, LaunchVariable, PreparedLaunch};
use crate::handlers::launch::{bounds, fill};
use data_encoding::HEXLOWER;
use keyhaven_protocol::error::Error;
use keyhaven_protocol::problem::Problem;
use keyhaven_protocol::project_file::{ProjectFile, ProjectVariable};
use keyhaven_protocol::request::{LaunchFile, LaunchSource};
use keyhaven_protocol::view::{PlannedField, UntrustedReason};
use keyhaven_vault::{
    Credential, ExpiredPolicy, FileTrust, Location, Selection, Tier, TrustedFile, Unlocked, stop,
};
use sha2::{Digest as _, Sha256};

use crate::errors::to_protocol;
use crate::failure::RequestFailure;
use crate::handlers::launch::select;
use crate::handlers::{lookup, profiles};
use crate::server::client_session::Now;

/// Reads a source; `production` is its owner's yes for this launch.
pub(crate) fn plan(
    vault: &Unlocked,
    source: &LaunchSource,
    production: bool,
) -> Result<LaunchPlan, RequestFailure> {
    match source {
        LaunchSource::Environment {
            project,
            environment,
        } => {
            let location = lookup::location(project, environment);
            let tier = lookup::tier(vault, &location)?;
            Ok(LaunchPlan::whole(location, tier, production))
        }
        LaunchSource::ProjectFile {
            path,
            content,
            environment,
        } => directory(vault, path, content, environment.as_deref(), production),
        LaunchSource::Profile { name } => profile(vault, name, production),
        LaunchSource::References {
            project,
            environment,
            template,
        } => Ok(references(
            vault,
            project.as_ref().zip(environment.as_ref()),
            template.as_ref(),
            production,
        )?),
    }
}

/// Nothing of itself. Without a place it counts as development: what is of a higher tier is
/// let in by name, or by its owner's word for the template.
fn references(
    vault: &Unlocked,
    location: Option<(&String, &String)>,
    template: Option<&LaunchFile>,
    production: bool,
) -> Result<LaunchPlan, Error> {
    let template = template.map(|file| expect_trust(vault, file)).transpose()?;
    let higher = production || template.as_ref().is_some_and(|file| file.production);
    let (location, tier) = match location {
        None => (lookup::location("", ""), Tier::Development),
        Some((project, environment)) => {
            let location = lookup::location(project, environment);
            let tier = lookup::tier(vault, &location)?;
            (location, tier)
        }
    };
    Ok(LaunchPlan {
        wanted: Some(Vec::new()),
        template,
        ..LaunchPlan::whole(location, tier, higher)
    })
}

/// What a profile chooses of its environment.
fn profile(vault: &Unlocked, name: &str, production: bool) -> Result<LaunchPlan, RequestFailure> {
    let saved = profiles::named(vault, name)?;
    let higher = production || saved.config.allow_production;
    let whole = LaunchPlan::whole(saved.location, saved.tier, higher);
    let needs = saved.config.needs.clone();
    let choice = profiles::choice_of(saved.config);
    let chosen =
        select::choose(vault, &whole, &choice).map_err(|failure| failure.at(&whole.location))?;
    Ok(LaunchPlan {
        wanted: Some(chosen.variables),
        revoked: chosen.revoked,
        needs,
        ..whole
    })
}

/// Every credential of an environment, under its own variables, with at most so many bytes.
pub(crate) fn whole_environment(
    vault: &Unlocked,
    plan: &LaunchPlan,
    expired: Option<ExpiredPolicy>,
    most: usize,
    now: &Now,
) -> Result<PreparedLaunch, RequestFailure> {
    let filled = vault.filled_beyond(&plan.location, bounds::MOST_VALUES as u64);
    if let Some(filled) = filled.map_err(to_protocol)? {
        return Err(bounds::too_many(&plan.location, filled).into());
    }
    let selection = Selection::Environment(plan.location.clone());
    let resolution = vault
        .resolve(&selection, expired, most, &now.clock)
        .map_err(|error| {
            RequestFailure::of_vault(error, |error| fill::worded(error, &plan.location))
        })?;
    let mut launch = PreparedLaunch::begin(plan.location.clone(), plan.tier, &resolution);
    for resolved in resolution.values {
        let Some(name) = resolved.field.variable.clone() else {
            continue;
        };
        launch
            .credentials
            .insert((resolved.name.clone(), resolved.credential));
        launch.variables.push(LaunchVariable {
            name,
            value: resolved.value,
            kind: resolved.field.kind,
            allow_loader_variable: resolved.field.allow_loader_variable,
            is_own: true,
            text: None,
            fields: vec![PlannedField {
                credential: resolved.credential,
                project: plan.location.project.clone(),
                environment: plan.location.environment.clone(),
                name: resolved.name,
                field: resolved.field.name,
                kind: resolved.field.kind,
            }],
        });
    }
    Ok(launch)
}

/// What an allowed directory file asks for. Higher tiers enter by the file's word and its
/// owner's, or by its owner's for this launch.
fn directory(
    vault: &Unlocked,
    path: &str,
    content: &str,
    environment: Option<&str>,
    production: bool,
) -> Result<LaunchPlan, RequestFailure> {
    let trust = trust(vault, path, &Sha256::digest(content.as_bytes()).into())?;
    let file = ProjectFile::parse(content).map_err(|error| error.in_file(path))?;
    let chosen_by_caller = environment.is_some();
    let environment = environment
        .map(str::to_owned)
        .or(file.environment)
        .ok_or_else(|| Error::invalid(Problem::NoEnvironmentNamed { path: path.into() }))?;
    let location = lookup::location(&file.project, &environment);
    // Production needs its owner's yes also where the file lives in it; `-e` is one.
    let tier = lookup::tier(vault, &location)?;
    let yes = chosen_by_caller || production || trust.production;
    if tier == Tier::Production && !yes {
        let error = Error::ProductionNotAllowed { path: path.into() };
        return Err(RequestFailure::from(error).at(&location));
    }
    check_names(vault, &trust, &location, file.variables.as_deref())?;
    let higher = production || (file.allow_production && trust.production);
    Ok(LaunchPlan {
        wanted: file.variables,
        ..LaunchPlan::whole(location, tier, higher)
    })
}

/// Refuses names that their credentials got after the file was trusted: its owner meant others,
/// or none.
fn check_names(
    vault: &Unlocked,
    trust: &TrustedFile,
    location: &Location,
    variables: Option<&[ProjectVariable]>,
) -> Result<(), RequestFailure> {
    let variables = variables.unwrap_or_default().iter();
    for reference in variables.flat_map(|variable| variable.template.references()) {
        stop::check().map_err(to_protocol)?;
        let place = lookup::location_of(reference, location);
        // What is not there is reported where it is to be filled.
        let Ok(credential) = vault.find(&place, &reference.name) else {
            continue;
        };
        check_name(trust, &credential).map_err(|failure| failure.at(location))?;
    }
    Ok(())
}

/// Refuses a credential that got its name after the file that names it was trusted.
pub(super) fn check_name(
    trust: &TrustedFile,
    credential: &Credential,
) -> Result<(), RequestFailure> {
    let renamed = credential.details.renamed_at;
    if renamed.is_none_or(|at| at < trust.allowed_at) {
        return Ok(());
    }
    let (name, path) = (credential.name.clone(), trust.path.clone());
    let refused = vec![(credential.name.clone(), credential.id)];
    let error = Error::KeyRenamed { name, path };
    Err(RequestFailure::about(error, refused))
}

/// The bytes of a SHA-256. Zeros are none: no content is known that has them, and in the vault
/// they stand for a file that was denied.
///
/// # Errors
/// It is none.
pub(crate) fn sha256(hex: &str) -> Result<[u8; 32], Error> {
    let bytes = HEXLOWER.decode(hex.as_bytes()).ok();
    bytes
        .and_then(|bytes| bytes.try_into().ok())
        .filter(|bytes| *bytes != [0; 32])
        .ok_or_else(|| Error::invalid(Problem::BadSha256))
}

/// That a file with this content is trusted still.
///
/// # Errors
/// [`Error::Untrusted`].
pub(crate) fn expect_trust(vault: &Unlocked, file: &LaunchFile) -> Result<TrustedFile, Error> {
    trust(vault, &file.path, &sha256(&file.sha256)?)
}

fn trust(vault: &Unlocked, path: &str, sha256: &[u8; 32]) -> Result<TrustedFile, Error> {
    let reason = match vault.file_trust(path, sha256).map_err(to_protocol)? {
        FileTrust::Trusted(file) => return Ok(file),
        FileTrust::Changed => UntrustedReason::Changed,
        FileTrust::Denied => UntrustedReason::Denied,
        FileTrust::Unknown => UntrustedReason::New,
    };
    let path = path.into();
    Err(Error::Untrusted { path, reason })
}
