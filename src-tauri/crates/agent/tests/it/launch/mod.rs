//! Launches from environments, project files and profiles, and what is logged of them.

mod choices;
mod confirmed;
mod profiles;
mod project_files;

use keyhaven_client::Client;
use keyhaven_protocol::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::project_file::fingerprint;
use keyhaven_protocol::request::{
    Assignment, Choice, LaunchPlanRequest, LaunchPurpose, LaunchSource, Overrides, ResolveRequest,
    TrustRequest,
};
use keyhaven_protocol::view::{Claimed, LaunchPlanView, LaunchView};

use crate::support::text;

const PATH: &str = "/home/me/shop/.keyhaven.toml";

type Variables = Vec<(String, String)>;

pub(super) fn resolve(
    client: &mut Client,
    source: LaunchSource,
    purpose: LaunchPurpose,
) -> Result<(LaunchView, Variables), Error> {
    choose(
        client,
        source,
        Choice::default(),
        Overrides::default(),
        purpose,
    )
}

pub(super) fn choose(
    client: &mut Client,
    source: LaunchSource,
    choice: Choice,
    overrides: Overrides,
    purpose: LaunchPurpose,
) -> Result<(LaunchView, Variables), Error> {
    let request = ResolveRequest {
        choice,
        overrides,
        claimed: Claimed {
            program: Some("node".into()),
            directory: Some("/home/me/shop".into()),
            profile: None,
        },
        ..ResolveRequest::new(source, purpose)
    };
    let mut answered = client.ask_with(request, &Segments::default())?;
    let variables = answered
        .answer
        .variables
        .iter()
        .map(|variable| {
            let value = answered.segments.take(variable.value).unwrap();
            (variable.name.clone(), text(&value))
        })
        .collect();
    Ok((answered.answer, variables))
}

pub(super) fn environment(name: &str) -> LaunchSource {
    LaunchSource::Environment {
        project: "shop".into(),
        environment: name.into(),
    }
}

pub(super) fn directory(content: &str, environment: Option<&str>) -> LaunchSource {
    LaunchSource::ProjectFile {
        path: PATH.into(),
        content: content.into(),
        environment: environment.map(str::to_owned),
    }
}

pub(super) fn trust(client: &mut Client, content: &str, allow_production: bool) {
    let request = TrustRequest {
        path: PATH.into(),
        sha256: fingerprint(content.as_bytes()),
        allow_production,
        outline: Vec::new(),
    };
    client.ask(request).unwrap();
}

/// What a launch would be given.
pub(super) fn plan(client: &mut Client, source: &LaunchSource) -> Result<LaunchPlanView, Error> {
    client.ask(LaunchPlanRequest {
        source: source.clone(),
        choice: Choice::default(),
        overrides: Overrides::default(),
    })
}

/// Launches exactly what was confirmed; the names of the variables.
pub(super) fn launch_expected(
    client: &mut Client,
    source: &LaunchSource,
    confirmed: &LaunchPlanView,
) -> Result<Vec<String>, Error> {
    let request = ResolveRequest {
        expect: Some(confirmed.fingerprint.clone()),
        ..ResolveRequest::new(source.clone(), LaunchPurpose::Env)
    };
    let answered = client.ask_with(request, &Segments::default())?;
    let variables = answered.answer.variables.into_iter();
    Ok(variables.map(|variable| variable.name).collect())
}

pub(super) fn assign(variable: &str, text: &str) -> Assignment {
    Assignment {
        variable: variable.into(),
        text: text.into(),
    }
}
