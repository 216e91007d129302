//! The fields of a new credential and the variables they set: as given, else as is usual for the
//! provider.

use keyhaven_client::Client;
use keyhaven_exchange::catalogue::Recognition;
use keyhaven_exchange::{Catalogue, Provider, usual_fields};
use keyhaven_protocol::Error;
use keyhaven_protocol::request::ListRequest;
use keyhaven_protocol::view::{FieldKind, FieldView};
use keyhaven_rules::names::normal;
use keyhaven_rules::variables::variable_for;
use keyhaven_secret::SecretBytes;

use super::AddArgs;
use crate::error::Failure;
use crate::problem::CliProblem;
use crate::target::ProjectEnvironment;
use crate::value_parsers::FieldArg;

/// The field of a credential that has only one.
pub(super) const ONLY_FIELD: &str = "value";

/// A key that has several parts at its provider, such as an id and a secret, gets a field for
/// each, where no option names a field.
pub(super) fn add_usual_fields(arguments: &mut AddArgs) {
    let about = &arguments.metadata;
    let is_given = !arguments.field.is_empty() || about.env_var.is_some() || arguments.plain;
    let provider = about.provider.as_deref();
    let provider = provider.and_then(|id| Catalogue::builtin().get(id));
    let Some(provider) = provider.filter(|_| !is_given) else {
        return;
    };
    // A name that is itself one of the variables is meant as it stands: one part alone.
    let named = variable_for(&arguments.name);
    if named.is_some_and(|named| provider.variables.contains(&named)) {
        return;
    }
    let fields = usual_fields(&provider.id).iter();
    arguments.field = fields
        .map(|(variable, name)| FieldArg {
            name: (*name).into(),
            variable: Some((*variable).into()),
        })
        .collect();
}

/// Refuses what the vault would refuse, as far as it is known before anything is entered: what
/// was typed would be lost.
pub(super) fn check_free(
    client: &mut Client,
    place: &ProjectEnvironment,
    arguments: &AddArgs,
) -> Result<(), Failure> {
    let listed = client.ask(ListRequest {
        project: Some(place.project.clone()),
        environment: Some(place.environment.clone()),
        ..ListRequest::default()
    });
    let rows = match listed {
        Err(Error::NoProject { .. } | Error::NoEnvironment { .. }) => return Ok(()),
        rows => rows?,
    };
    let name = normal(&arguments.name).into_owned();
    if rows.iter().any(|row| row.name == name) {
        return Err(Error::Exists { name }.into());
    }
    if !knows_variables(arguments) {
        return Ok(());
    }
    for field in fields(arguments, FieldKind::Secret, named_provider(arguments))? {
        let Some(variable) = field.variable else {
            continue;
        };
        let Some(other) = rows.iter().find(|row| row.variables.contains(&variable)) else {
            continue;
        };
        let by = other.name.clone();
        let cause = Error::VariableTaken { variable, by };
        return Err(match arguments.field.is_empty() {
            true => cause.into(),
            false => CliProblem::FieldVariableTaken {
                cause,
                field: field.name,
            }
            .into(),
        });
    }
    Ok(())
}

/// Whether the variables follow from the arguments alone; else the provider's usual one is set,
/// which is recognised by the value.
fn knows_variables(arguments: &AddArgs) -> bool {
    let about = &arguments.metadata;
    match arguments.field.as_slice() {
        [] => about.env_var.is_some() || about.provider.is_some(),
        [one] => one.variable.is_some() || about.env_var.is_some() || about.provider.is_some(),
        _ => true,
    }
}

/// A field, and a variable, is named once.
pub(super) fn once_each(fields: &[FieldArg]) -> Result<(), Failure> {
    let twice = |at: usize, name: fn(&FieldArg) -> Option<&str>| {
        name(&fields[at]).filter(|it| fields[..at].iter().any(|field| name(field) == Some(*it)))
    };
    for at in 0..fields.len() {
        if let Some(name) = twice(at, |field| Some(&field.name)) {
            let field = name.to_string();
            return Err(CliProblem::FieldTwice { field }.into());
        }
        let variable = twice(at, |field| {
            field.variable.as_deref().filter(|name| !name.is_empty())
        });
        if let Some(variable) = variable {
            let variable = variable.to_string();
            return Err(CliProblem::VariableTwice { variable }.into());
        }
    }
    Ok(())
}

/// The service a new credential belongs to: as said, else by the shape of its first value
/// and the variable that value fills.
pub(super) fn provider(
    arguments: &AddArgs,
    known: &Recognition<'static>,
) -> Option<&'static Provider> {
    match &arguments.metadata.provider {
        Some(_) => named_provider(arguments),
        None => known.provider(),
    }
}

fn named_provider(arguments: &AddArgs) -> Option<&'static Provider> {
    Catalogue::builtin().get(arguments.metadata.provider.as_ref()?)
}

pub(super) fn recognition(arguments: &AddArgs, values: &[SecretBytes]) -> Recognition<'static> {
    let Some(value) = values.first() else {
        return Recognition::default();
    };
    let of_field = || arguments.field.first()?.variable.clone();
    let of_provider = || named_provider(arguments)?.variables.first().cloned();
    let said = arguments.metadata.env_var.clone().or_else(of_field);
    let named = || variable_for(&arguments.name).unwrap_or_default();
    let variable = said.or_else(of_provider).unwrap_or_else(named);
    // Exposed to be compared with the patterns of keys.
    Catalogue::builtin().identify(value.expose(), &variable)
}

pub(super) fn fields(
    arguments: &AddArgs,
    kind: FieldKind,
    provider: Option<&Provider>,
) -> Result<Vec<FieldView>, Failure> {
    let field = |name: &str, variable: String| FieldView {
        name: name.into(),
        kind,
        variable: (!variable.is_empty()).then_some(variable),
        allow_loader_variable: false,
    };
    let said = |one: &FieldArg| match &one.variable {
        Some(variable) => Ok(variable.clone()),
        None => variable_of(&format!("{}_{}", arguments.name, one.name)),
    };
    match arguments.field.as_slice() {
        [] => only_variable(arguments, None, provider)
            .map(|variable| vec![field(ONLY_FIELD, variable)]),
        [one] => only_variable(arguments, one.variable.as_deref(), provider)
            .map(|variable| vec![field(&one.name, variable)]),
        several => several
            .iter()
            .map(|one| Ok(field(&one.name, said(one)?)))
            .collect(),
    }
}

/// As said, else the provider's usual one, else the name's. A name that is itself one of
/// the provider's variables is meant as it stands.
fn only_variable(
    arguments: &AddArgs,
    said: Option<&str>,
    provider: Option<&Provider>,
) -> Result<String, Failure> {
    let usual = provider.map_or(&[][..], |provider| &provider.variables);
    if let Some(said) = arguments.metadata.env_var.as_deref().or(said) {
        return Ok(said.into());
    }
    match (variable_for(&arguments.name), usual) {
        (Some(named), usual) if usual.contains(&named) => Ok(named),
        (_, [first, ..]) => Ok(first.clone()),
        (_, []) => variable_of(&arguments.name),
    }
}

/// The variable that is named after a key.
fn variable_of(name: &str) -> Result<String, Failure> {
    variable_for(name).ok_or_else(|| CliProblem::NoVariableFollows { name: name.into() }.into())
}
