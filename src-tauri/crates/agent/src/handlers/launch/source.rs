//! Where the variables of a launch come from: a whole environment, a directory file whose
//! exact bytes were allowed, or a profile.

use crate::handlers::launch::types::{LaunchPlan, LaunchVariable, PreparedLaunch};
use keyhaven_protocol::error::Error;
use keyhaven_protocol::problem::Problem;
use keyhaven_protocol::project_file::ProjectFile;
use keyhaven_protocol::request::LaunchSource;
use keyhaven_vault::{ExpiredRule, RecordKind, Selection, Tier, TrustedFile, Unlocked, VaultError};
use sha2::{Digest as _, Sha256};

use crate::errors::to_protocol;
use crate::handlers::launch::select;
use crate::handlers::{self, lookup, profiles};
use crate::server::client_session::Now;

/// Reads a source; `production` is its owner's yes for this launch.
pub(crate) fn plan(
    vault: &Unlocked,
    source: LaunchSource,
    production: bool,
    now: &Now,
) -> Result<LaunchPlan, Error> {
    match source {
        LaunchSource::Environment {
            project,
            environment,
        } => {
            let location = lookup::location(&project, &environment);
            let tier = lookup::environment(vault, &location)?.tier;
            Ok(LaunchPlan::whole(location, tier, production))
        }
        LaunchSource::ProjectFile {
            path,
            content,
            environment,
        } => directory(vault, &path, &content, environment, production),
        LaunchSource::Profile { name } => profile(vault, &name, production, now),
        LaunchSource::References {
            project,
            environment,
        } => references(vault, project.zip(environment), production),
    }
}

/// Nothing of itself. Without a place it counts as development: what is of a higher tier is
/// let in by name alone.
fn references(
    vault: &Unlocked,
    location: Option<(String, String)>,
    production: bool,
) -> Result<LaunchPlan, Error> {
    let (location, tier) = match location {
        None => (lookup::location("", ""), Tier::Development),
        Some((project, environment)) => {
            let location = lookup::location(&project, &environment);
            let tier = lookup::environment(vault, &location)?.tier;
            (location, tier)
        }
    };
    Ok(LaunchPlan {
        wanted: Some(Vec::new()),
        ..LaunchPlan::whole(location, tier, production)
    })
}

/// What a profile chooses of its environment.
fn profile(vault: &Unlocked, name: &str, production: bool, now: &Now) -> Result<LaunchPlan, Error> {
    let saved = profiles::named(vault, name)?;
    let higher = production || saved.config.allow_production;
    let whole = LaunchPlan::whole(saved.location, saved.tier, higher);
    let needs = saved.config.needs.clone();
    let choice = profiles::choice_of(saved.config);
    let chosen = select::choose(vault, &whole, &choice, now)?;
    Ok(LaunchPlan {
        wanted: Some(chosen.variables),
        revoked: chosen.revoked,
        needs,
        ..whole
    })
}

/// Every credential of an environment, under its own variables.
pub(crate) fn whole_environment(
    vault: &Unlocked,
    plan: &LaunchPlan,
    expired: Option<ExpiredRule>,
    now: &Now,
) -> Result<PreparedLaunch, Error> {
    let selection = Selection::Environment(plan.location.clone());
    let resolution = vault
        .resolve(&selection, expired, &now.clock)
        .map_err(to_protocol)?;
    let mut launch = PreparedLaunch::begin(plan.location.clone(), plan.tier, &resolution);
    for resolved in resolution.values {
        let Some(name) = resolved.field.variable.clone() else {
            continue;
        };
        launch
            .credentials
            .insert((resolved.name, resolved.credential));
        launch.variables.push(LaunchVariable {
            name,
            value: resolved.value,
            kind: resolved.field.kind,
            allow_loader_variable: resolved.field.allow_loader_variable,
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
    environment: Option<String>,
    production: bool,
) -> Result<LaunchPlan, Error> {
    let trust = trust(vault, path, &Sha256::digest(content.as_bytes()).into())?;
    let file = ProjectFile::parse(content).map_err(|error| error.in_file(path))?;
    let chosen_by_caller = environment.is_some();
    let environment = environment
        .or(file.environment)
        .ok_or_else(|| Error::invalid(Problem::NoEnvironmentNamed { path: path.into() }))?;
    let location = lookup::location(&file.project, &environment);
    // Production needs its owner's yes also where the file lives in it; `-e` is one.
    let tier = lookup::environment(vault, &location)?.tier;
    let yes = chosen_by_caller || production || trust.production;
    if tier == Tier::Production && !yes {
        return Err(Error::ProductionNotAllowed { path: path.into() });
    }
    let higher = production || (file.allow_production && trust.production);
    Ok(LaunchPlan {
        wanted: file.variables,
        ..LaunchPlan::whole(location, tier, higher)
    })
}

/// That a file with this content is trusted still.
///
/// # Errors
/// [`Error::Untrusted`].
pub(crate) fn expect_trust(vault: &Unlocked, path: &str, sha256: &str) -> Result<(), Error> {
    trust(vault, path, &handlers::trust::sha256(sha256)?).map(drop)
}

fn trust(vault: &Unlocked, path: &str, sha256: &[u8; 32]) -> Result<TrustedFile, Error> {
    let untrusted = || Error::Untrusted { path: path.into() };
    match vault.trusted_file(path, sha256) {
        Ok(trust) => trust.ok_or_else(untrusted),
        Err(VaultError::NotFound(RecordKind::TrustedFile) | VaultError::Invalid(_)) => {
            Err(untrusted())
        }
        Err(error) => Err(to_protocol(error)),
    }
}
