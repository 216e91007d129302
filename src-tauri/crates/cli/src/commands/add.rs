//! `kh add`: a new credential. A command's arguments, help and code are in one file, so this one is
//! long.

use clap::Args;
use keyhaven_client::Client;
use keyhaven_exchange::catalogue::Recognition;
use keyhaven_exchange::catalogue::key_shape::KeyKind;
use keyhaven_exchange::{Catalogue, Provider, usual_fields};
use keyhaven_protocol::Error;
use keyhaven_protocol::problem::Problem;
use keyhaven_protocol::request::{AddRequest, ListRequest, Metadata};
use keyhaven_protocol::view::{CredentialView, FieldKind, FieldView};
use keyhaven_rules::names::{check_name, normal};
use keyhaven_rules::variables::{self, variable_for};
use keyhaven_secret::SecretBytes;

use super::fitting;
use super::marked;
use super::metadata::{
    MetadataArgs, TierArg, allow_loaders, change_rotation, known_provider, warn_of_past,
};
use super::rotation;
use super::value::{NeededField, ValueArgs, gather, into_request};
use crate::error::Failure;
use crate::notice::CliNotice;
use crate::output::escaped;
use crate::problem::{CliProblem, Undone};
use crate::session::Context;
use crate::target::{LocationArgs, ProjectEnvironment};
use crate::value_parsers::{FieldArg, field};

/// Store a new key
///
/// Examples:
///   kh add stripe -p shop -e dev --expires 90d
///   kh add aws -p shop -e prod --provider aws
///   kh add db -p shop -e dev --field user=PGUSER --field password=PGPASSWORD
///   kh add session -p shop -e dev --generate=48
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct AddArgs {
    /// Its name within the environment
    name: String,
    #[command(flatten)]
    location: LocationArgs,
    #[command(flatten)]
    value: ValueArgs,
    /// Add a field, and the variable it fills (can be repeated)
    #[arg(long, value_name = "F[=VAR]", value_parser = field)]
    field: Vec<FieldArg>,
    /// Store the value as plain: configuration, not a secret
    #[arg(long)]
    plain: bool,
    /// Set the tier of a new environment
    #[arg(long)]
    tier: Option<TierArg>,
    #[command(flatten)]
    metadata: MetadataArgs,
}

/// The field of a credential that has only one.
const ONLY_FIELD: &str = "value";

/// `kh add`
pub fn add(context: &Context, mut arguments: AddArgs) -> Result<(), Failure> {
    add_usual_fields(&mut arguments);
    let about = &arguments.metadata;
    if about.env_var.is_some() && arguments.field.len() > 1 {
        return Err(CliProblem::VariableForSeveralFields.into());
    }
    once_each(&arguments.field)?;
    known_provider(about)?;
    if arguments.name.contains('=') {
        return Err(CliProblem::EqualsInName.into());
    }
    check_name(&arguments.name)
        .map_err(|fault| Error::invalid(Problem::BadCredentialName { fault }))?;
    let mut client = context.unlocked()?;
    let place = ProjectEnvironment::find(context, &mut client, &arguments.location)?;
    let new = place.expect_new(context, &mut client)?;
    let kind = if arguments.plain {
        FieldKind::Plain
    } else {
        FieldKind::Secret
    };
    let names: Vec<&str> = match arguments.field.as_slice() {
        [] => vec![ONLY_FIELD],
        fields => fields.iter().map(|field| field.name.as_str()).collect(),
    };
    let wanted: Vec<NeededField> = names
        .iter()
        .map(|name| NeededField { name, kind })
        .collect();
    check_free(&mut client, &place, &arguments)?;
    let values = gather(context, &arguments.value, &arguments.name, &wanted)?;

    let recognition = recognition(&arguments, &values);
    let provider = provider(&arguments, &recognition);
    let mut fields = fields(&arguments, kind, provider)?;
    allow_loaders(&mut fields, &about.allow_loader_variable)?;
    let unconfirmed = fields.iter().filter(|field| !field.allow_loader_variable);
    let variables = unconfirmed.filter_map(|field| field.variable.as_deref());
    marked::confirm(context, variables, Undone::Stored)?;
    let mut metadata = Metadata {
        name: arguments.name.clone(),
        provider: about
            .provider
            .clone()
            .or_else(|| provider.map(|provider| provider.id.clone())),
        fields,
        scopes: about.scope.clone(),
        allowed_ips: about.allow_ip.clone(),
        owner: about.owner.clone(),
        quota: about.quota.clone(),
        url: about.url.clone(),
        note: about.note.clone(),
        tags: about.tag.clone(),
        expires: about
            .expires
            .and_then(|expires| expires.placed(&context.calendar)),
        rotate_every_days: usual_rotation(kind, provider, &recognition),
        rotate_on: None,
        never_rotate: None,
        lead_times: None,
    };
    change_rotation(context, &mut metadata, about)?;
    let variables = metadata
        .fields
        .iter()
        .map(|field| field.variable.as_deref());
    let unfit = fitting::unfit(variables, &values);
    let (values, segments) = into_request(&wanted, values);
    let request = AddRequest {
        project: place.project.clone(),
        environment: place.environment.clone(),
        tier: arguments.tier.map(Into::into),
        metadata,
        values,
    };
    let stored = client.ask_with(request, &segments)?.answer;
    if context.printer.json {
        return context.printer.document(&stored);
    }
    context.printer.done(&stored_words("Stored", &stored))?;
    if about.rotate_on.is_some() {
        rotation::note_new_value(context, &stored, &stored)?;
    } else if about.rotate_every.is_none() {
        context
            .printer
            .done_if(rotation_words(&stored).as_deref())?;
    }
    let expires = about.expires.and_then(|end| end.placed(&context.calendar));
    warn_of_past(context, expires);
    note_loaders(context, &stored);
    if kind == FieldKind::Secret {
        note_recognition(context, &recognition);
    }
    fitting::note(context, &stored.row.name, unfit);
    if let Some(new) = new {
        new.note(context);
        if arguments.tier.is_none() {
            place.note_production(context, &mut client)?;
        }
    }
    Ok(())
}

/// A key that has several parts at its provider, such as an id and a secret, gets a field for
/// each, where no option names a field.
fn add_usual_fields(arguments: &mut AddArgs) {
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

/// As an import does: secrets of a known provider want rotation as often as is usual there,
/// but for those that end by themselves.
fn usual_rotation(
    kind: FieldKind,
    provider: Option<&Provider>,
    recognition: &Recognition<'_>,
) -> Option<u32> {
    let temporary = recognition.kind() == Some(KeyKind::Temporary);
    provider
        .filter(|_| kind == FieldKind::Secret && !temporary)
        .and_then(|provider| provider.rotate_days)
}

/// What the value itself tells: it may be cut, or a key of several services.
fn note_recognition(context: &Context, recognition: &Recognition<'_>) {
    if let Some(provider) = recognition.damaged() {
        let provider = provider.name.clone();
        context.printer.warn(&CliNotice::DamagedKey { provider });
    }
    let several = recognition.ambiguous().iter();
    let providers: Vec<String> = several.map(|it| it.provider.id.clone()).collect();
    if !providers.is_empty() {
        context
            .printer
            .note(&CliNotice::SeveralProviders { providers });
    }
}

fn rotation_words(stored: &CredentialView) -> Option<String> {
    let (days, provider) = (stored.rotate_every_days?, stored.row.provider.as_deref()?);
    Some(format!(
        "Rotation is due every {days} days, as is usual for {}; change that with --rotate-every.",
        escaped(provider)
    ))
}

/// Refuses what the vault would refuse, as far as it is known before anything is entered: what
/// was typed would be lost.
fn check_free(
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

/// Warns about a variable that launches refuse, when it is stored: it stops every launch.
fn note_loaders(context: &Context, stored: &CredentialView) {
    let refused = stored.field_list.iter().filter(|field| {
        let loads = |name: &String| variables::loader(name).is_some();
        !field.allow_loader_variable && field.variable.as_ref().is_some_and(loads)
    });
    for variable in refused.filter_map(|field| field.variable.as_ref()) {
        let (variable, name) = (variable.clone(), stored.row.name.clone());
        context
            .printer
            .note(&CliNotice::LoaderVariable { variable, name });
    }
}

/// A field, and a variable, is named once.
fn once_each(fields: &[FieldArg]) -> Result<(), Failure> {
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
fn provider(arguments: &AddArgs, known: &Recognition<'static>) -> Option<&'static Provider> {
    match &arguments.metadata.provider {
        Some(_) => named_provider(arguments),
        None => known.provider(),
    }
}

fn named_provider(arguments: &AddArgs) -> Option<&'static Provider> {
    Catalogue::builtin().get(arguments.metadata.provider.as_ref()?)
}

fn recognition(arguments: &AddArgs, values: &[SecretBytes]) -> Recognition<'static> {
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

fn fields(
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

pub fn stored_words(verb: &str, stored: &CredentialView) -> String {
    let row = &stored.row;
    let place = format!("{} in {}/{}", row.name, row.project, row.environment);
    let filled = match row.variables.as_slice() {
        [] => String::new(),
        variables => format!(", setting {}", variables.join(", ")),
    };
    format!("{verb} {}{filled}.", escaped(&place))
}
