//! Whether a program can be given the variables of a launch: checked before anything is released,
//! so that what is refused leaves no use behind.

use std::collections::HashSet;

use keyhaven_protocol::error::Error;
use keyhaven_protocol::problem::Problem;
use keyhaven_protocol::request::{ExecRoom, LaunchPurpose};
use keyhaven_rules::variables::{self, MAX_STRING, VariableFault};
use keyhaven_vault::stop;

use crate::errors::to_protocol;
use crate::failure::RequestFailure;
use crate::handlers::launch::types::{LaunchVariable, PreparedLaunch, field_reference};

/// Refuses a launch of which a variable cannot be given, or all together. Values that become
/// files of the client (`replaced`) need not fit, and no variable is set for a template or a
/// helper.
pub(crate) fn check(
    launch: &PreparedLaunch,
    replaced: &[String],
    room: Option<&ExecRoom>,
    purpose: LaunchPurpose,
) -> Result<(), RequestFailure> {
    if matches!(purpose, LaunchPurpose::Inject | LaunchPurpose::Helper) {
        return Ok(());
    }
    let replaced: HashSet<&String> = replaced.iter().collect();
    let variables = launch.variables.iter().map(|variable| {
        // Exposed to be measured and searched.
        let value: &[u8] = match replaced.contains(&variable.name) {
            true => b"",
            false => variable.value.expose(),
        };
        (variable, value)
    });
    let files = launch.files.iter();
    let files = files.map(|(file, _)| (file, b"".as_slice()));
    let all: Vec<_> = variables.chain(files).collect();
    for (variable, value) in &all {
        stop::check().map_err(to_protocol)?;
        check_one(variable, value)?;
    }
    match room {
        Some(room) => check_room(&all, room),
        None => Ok(()),
    }
}

fn check_one(variable: &LaunchVariable, value: &[u8]) -> Result<(), RequestFailure> {
    let fault = match variables::check(&variable.name, value, variable.allow_loader_variable) {
        Ok(()) => return Ok(()),
        Err(fault) => fault,
    };
    let problem = match fault {
        VariableFault::Loader { .. } => {
            return Err(about(variable, |variable, credential| {
                Error::LoaderVariable {
                    variable,
                    credential,
                }
            }));
        }
        VariableFault::Name => {
            return Err(about(variable, |variable, _| {
                Error::invalid(Problem::BadVariable {
                    variable: Some(variable),
                })
            }));
        }
        VariableFault::Nul => Problem::NulInValue,
        VariableFault::TooLong { size } => Problem::VariableTooLong {
            bytes: size as u64,
            limit: MAX_STRING as u64,
        },
    };
    Err(refused(variable, problem))
}

/// Refuses what the system would not start a program with. The paths of files are counted as
/// empty: they are not known yet, and the client checks the whole again.
fn check_room(all: &[(&LaunchVariable, &[u8])], room: &ExecRoom) -> Result<(), RequestFailure> {
    let mut bytes = room.used;
    for (variable, value) in all {
        let replaced = room.inherited.get(&variable.name).copied().unwrap_or(0);
        let cost = variables::exec_cost(variable.name.len(), value.len()) as u64;
        bytes = bytes.saturating_sub(replaced).saturating_add(cost);
    }
    let largest = all.iter().max_by_key(|(_, value)| value.len());
    let Some((variable, value)) = largest.filter(|_| bytes > room.limit) else {
        return Ok(());
    };
    let largest = (variable.name.len() + 1 + value.len()) as u64;
    Err(refused(
        variable,
        Problem::EnvironmentTooLarge {
            bytes,
            limit: room.limit,
            largest,
        },
    ))
}

fn refused(variable: &LaunchVariable, problem: Problem) -> RequestFailure {
    about(variable, |variable, credential| Error::VariableRefused {
        variable,
        credential,
        problem: Box::new(problem),
    })
}

/// A refusal of a variable, with the field that sets it: what a file, an option or a longer text
/// names is changed there, and not in the credential.
fn about(
    variable: &LaunchVariable,
    error: impl FnOnce(String, Option<String>) -> Error,
) -> RequestFailure {
    let own = variable.alone().filter(|_| variable.is_own);
    let credential = own.map(field_reference);
    let name = variable.name.escape_debug().to_string();
    let fields = variable.fields.iter();
    let fields = fields.map(|field| (field.name.clone(), field.credential));
    RequestFailure::about(error(name, credential), fields.collect())
}
