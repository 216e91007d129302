//! Requesting the variables of a launch from the agent.

use std::ffi::OsStr;
use std::os::fd::OwnedFd;

use keyhaven_client::Client;
use keyhaven_protocol::frame::{FrameError, Segments};
use keyhaven_protocol::request::{LaunchPurpose, ResolveRequest};
use keyhaven_protocol::view::{Claimed, FieldKind, LaunchView, VariableView};
use keyhaven_runner::InjectedVariable;
use keyhaven_secret::SecretBytes;

use super::order::LaunchOrder;
use super::refusals::AskedLaunch;
use crate::error::Failure;
use crate::notice::CliNotice;
use crate::session::Context;
use crate::target;
use crate::texts;

/// What a launch was given, and the connection that was given it.
pub struct ResolvedLaunch {
    /// Project, environment and what came with them.
    pub view: LaunchView,
    /// For what it was asked.
    pub(super) purpose: LaunchPurpose,
    /// It has no variable.
    is_empty: bool,
    /// Variables that hold no secret.
    pub not_secret: Vec<String>,
    /// Variables that hold an ordinary word, with references to their credentials.
    pub(super) ordinary: Vec<(String, String)>,
    /// Values that stand within those of variables, or in files.
    pub parts: Vec<ValuePart>,
    /// Files in memory, which stay open through `exec`.
    pub memory: Vec<OwnedFd>,
    /// The agent, which knows what it released to whom.
    pub client: Client,
}

impl ResolvedLaunch {
    /// Says what its owner should know, once nothing can be refused any more: what was not given
    /// to anything must not be reported as given.
    pub fn say_notices(&self, context: &Context) {
        for notice in &self.view.notices {
            context.printer.warn_text(&texts::notice(notice));
        }
        if self.is_empty {
            let location = format!("{}/{}", self.view.project, self.view.environment);
            context.printer.note(&CliNotice::NoVariables { location });
        }
    }
}

/// A value that stands within another one, or in a file.
pub struct ValuePart {
    /// It.
    pub value: SecretBytes,
    /// Secret or plain.
    pub kind: FieldKind,
    /// A reference to its credential, where it is an ordinary word.
    pub ordinary: Option<String>,
}

/// Asks for the variables of a launch. What its owner should know is printed later:
/// [`ResolvedLaunch::say_notices`].
pub fn resolve(
    context: &Context,
    order: LaunchOrder,
    purpose: LaunchPurpose,
    program: Option<&OsStr>,
) -> Result<(ResolvedLaunch, Vec<InjectedVariable>), Failure> {
    let directory = target::working_directory().ok();
    let claimed = Claimed {
        program: program.map(|program| program.to_string_lossy().into_owned()),
        directory: directory.map(|directory| directory.to_string_lossy().into_owned()),
        profile: None,
    };
    let source = order.source;
    let request = ResolveRequest {
        source: source.clone(),
        choice: order.choice,
        overrides: order.overrides,
        files: order.files,
        replaced: order.replaced,
        room: order.room,
        purpose,
        helper: order.helper,
        claimed,
        expect: order.expect,
    };
    let (client, answered) = match order.client {
        Some(mut client) => {
            let answered = client.ask_with(request, &Segments::default());
            (client, answered)
        }
        None => context.unlocked_asking(request)?,
    };
    let asked = AskedLaunch {
        purpose,
        source: &source,
        template: order.template.as_deref(),
    };
    let mut answered = answered.map_err(|error| asked.explained(error))?;
    let mut view = answered.answer;
    let is_empty = view.variables.is_empty();
    let is_not_secret = |variable: &&VariableView| variable.kind == FieldKind::Plain;
    let not_secret = view.variables.iter().filter(is_not_secret);
    let not_secret = not_secret.map(|variable| variable.name.clone()).collect();
    let ordinary = view.variables.iter().filter_map(|variable| {
        let reference = variable.ordinary.clone()?;
        Some((variable.name.clone(), reference))
    });
    let ordinary = ordinary.collect();
    let injected = variables(&mut view, &mut answered.segments);
    let injected = injected.ok_or_else(|| Failure::defect("the answer to a launch"))?;
    let parts = std::mem::take(&mut view.parts)
        .into_iter()
        .map(|part| {
            Ok(ValuePart {
                value: answered.segments.take(part.value)?,
                kind: part.kind,
                ordinary: part.ordinary,
            })
        })
        .collect::<Result<Vec<_>, FrameError>>()
        .map_err(|_| Failure::defect("the answer to a launch"))?;
    let launch = ResolvedLaunch {
        view,
        purpose,
        is_empty,
        not_secret,
        ordinary,
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
