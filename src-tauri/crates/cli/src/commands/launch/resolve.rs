//! Requesting the variables of a launch from the agent.

use std::ffi::OsStr;
use std::os::fd::OwnedFd;

use keyhaven_client::Client;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::request::{LaunchPurpose, ResolveRequest};
use keyhaven_protocol::view::{Claimed, FieldKind, LaunchView, VariableView};
use keyhaven_runner::InjectedVariable;
use keyhaven_secret::SecretBytes;

use super::hints;
use super::order::LaunchOrder;
use crate::error::Failure;
use crate::session::Context;
use crate::target;
use crate::texts;

/// What a launch was given, and the connection that was given it.
pub struct ResolvedLaunch {
    /// Project, environment and what came with them.
    pub view: LaunchView,
    /// Variables that hold no secret.
    pub not_secret: Vec<String>,
    /// Variables that no credential fills under its own name.
    pub(super) lent: Vec<String>,
    /// Secrets that stand within the variables' values, or in files.
    pub parts: Vec<SecretBytes>,
    /// Files in memory, which stay open through `exec`.
    pub memory: Vec<OwnedFd>,
    /// The agent, which knows what it released to whom.
    pub client: Client,
}

/// Asks for the variables of a launch, and says what its owner should know.
pub fn resolve(
    context: &Context,
    order: LaunchOrder,
    purpose: LaunchPurpose,
    program: Option<&OsStr>,
) -> Result<(ResolvedLaunch, Vec<InjectedVariable>), Failure> {
    let mut client = order.client;
    let directory = target::working_directory().ok();
    let claimed = Claimed {
        program: program.map(|program| program.to_string_lossy().into_owned()),
        directory: directory.map(|directory| directory.to_string_lossy().into_owned()),
        profile: None,
    };
    let (source, choice) = (order.source, order.choice);
    let files = order.files.iter().map(|file| file.given.variable.clone());
    let files: Vec<String> = files.collect();
    let request = ResolveRequest {
        source: source.clone(),
        choice: choice.clone(),
        overrides: order.overrides,
        files: order.files,
        purpose,
        claimed,
    };
    let answered = client.ask_with(request, &Default::default());
    let mut answered = answered.map_err(|error| hints::explained(error, &source))?;
    let mut view = answered.answer;
    for notice in &view.notices {
        context.printer.warn(&texts::notice(notice));
    }
    let starts = matches!(
        purpose,
        LaunchPurpose::Run | LaunchPurpose::Shell | LaunchPurpose::Env
    );
    if starts && view.variables.is_empty() {
        let (project, environment) = (&view.project, &view.environment);
        let nothing = format!("no key of {project}/{environment} sets a variable");
        context.printer.note(&nothing);
    }
    let names = view.variables.iter().map(|variable| variable.name.clone());
    let names: Vec<String> = names.collect();
    let mut lent = hints::lent(&names, &source, [&choice, &order.profile.choice]);
    lent.extend(files);
    let is_not_secret = |variable: &&VariableView| variable.kind == FieldKind::Plain;
    let not_secret = view.variables.iter().filter(is_not_secret);
    let not_secret = not_secret.map(|variable| variable.name.clone()).collect();
    let injected = variables(&mut view, &mut answered.segments);
    let injected = injected.ok_or_else(|| Failure::defect("the answer to a launch"))?;
    let parts = std::mem::take(&mut view.parts)
        .into_iter()
        .map(|part| answered.segments.take(part))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| Failure::defect("the answer to a launch"))?;
    let launch = ResolvedLaunch {
        view,
        not_secret,
        lent,
        parts,
        memory: Vec::new(),
        client,
    };
    Ok((launch, injected))
}

/// The variables of an answer, out of its segments; none where one is not there.
pub fn variables(view: &mut LaunchView, segments: &mut Segments) -> Option<Vec<InjectedVariable>> {
    let variables = std::mem::take(&mut view.variables).into_iter();
    variables
        .map(|variable| {
            Some(InjectedVariable {
                value: segments.take(variable.value).ok()?,
                name: variable.name,
                allow_loader: variable.allow_loader_variable,
            })
        })
        .collect()
}
