//! `kh add`: a new credential.

use clap::Args;
use keyhaven_exchange::{Catalogue, Provider};
use keyhaven_protocol::request::{AddRequest, Metadata};
use keyhaven_protocol::view::{CredentialView, FieldKind, FieldView};
use keyhaven_rules::variables::{self, variable_for};
use keyhaven_secret::SecretBytes;

use super::metadata::{MetadataArgs, TierArg, allow_loaders, known_provider, warn_of_past};
use super::value::{NeededField, ValueArgs, gather, into_request};
use crate::error::Failure;
use crate::session::Context;
use crate::target::{LocationArgs, ProjectEnvironment};
use crate::value_parsers::{FieldArg, field};

/// Store a new key
///
/// Examples:
///   kh add stripe -p shop -e dev --expires 90d
///   kh add aws -p shop -e prod --field access_key_id --field secret_access_key
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
pub fn add(context: &Context, arguments: AddArgs) -> Result<(), Failure> {
    let about = &arguments.metadata;
    if about.env_var.is_some() && arguments.field.len() > 1 {
        return Err(Failure::usage(
            "--env-var needs a key with one field",
            "name each field's variable with --field F=VAR",
        ));
    }
    once_each(&arguments.field)?;
    known_provider(about)?;
    if arguments.name.contains('=') {
        return Err(Failure::usage(
            "a name cannot contain =, and values are never read from the command line",
            "enter the value when prompted, or pass it with --stdin",
        ));
    }
    let mut client = context.unlocked()?;
    let place = ProjectEnvironment::find(context, &mut client, &arguments.location)?;
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
    let values = gather(context, &arguments.value, &arguments.name, &wanted)?;

    let provider = provider(&arguments, &values);
    let mut fields = fields(&arguments, kind, provider);
    allow_loaders(&mut fields, &about.allow_loader_variable)?;
    let metadata = Metadata {
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
        rotate_every_days: about.rotate_every.and_then(|interval| interval.0),
        lead_times: None,
    };
    let (values, segments) = into_request(&wanted, values);
    let unsaid = arguments.tier.is_none() && place.is_new(&mut client)?;
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
    warn_of_past(context, about);
    note_loaders(context, &stored);
    if unsaid {
        place.note_production(context, &mut client)?;
    }
    Ok(())
}

/// Warns about a variable that launches refuse, when it is stored: it stops every launch.
fn note_loaders(context: &Context, stored: &CredentialView) {
    let refused = stored.field_list.iter().filter(|field| {
        let loads = |name: &String| variables::loader(name).is_some();
        !field.allow_loader_variable && field.variable.as_ref().is_some_and(loads)
    });
    for variable in refused.filter_map(|field| field.variable.as_ref()) {
        context.printer.note(&format!(
            "{variable} changes how programs load code: launches with it are refused until \
             you run kh edit {} --allow-loader-variable {variable}",
            stored.row.name
        ));
    }
}

/// A field, and a variable, is named once.
fn once_each(fields: &[FieldArg]) -> Result<(), Failure> {
    let twice = |at: usize, name: fn(&FieldArg) -> Option<&str>| {
        name(&fields[at]).filter(|it| fields[..at].iter().any(|field| name(field) == Some(*it)))
    };
    for at in 0..fields.len() {
        if let Some(name) = twice(at, |field| Some(&field.name)) {
            let message = format!("the field {name} is given twice");
            return Err(Failure::usage(message, "give each field its own name"));
        }
        let variable = twice(at, |field| {
            field.variable.as_deref().filter(|name| !name.is_empty())
        });
        if let Some(variable) = variable {
            let message = format!("two fields cannot both set {variable}");
            return Err(Failure::usage(message, "give each field its own variable"));
        }
    }
    Ok(())
}

/// The service a new credential belongs to: as said, else by the shape of its first value
/// and the variable that value fills.
fn provider(arguments: &AddArgs, values: &[SecretBytes]) -> Option<&'static Provider> {
    let catalogue = Catalogue::builtin();
    match (&arguments.metadata.provider, values) {
        (Some(id), _) => catalogue.get(id),
        (None, [value, ..]) => {
            let of_field = || {
                arguments
                    .field
                    .first()
                    .and_then(|field| field.variable.clone())
            };
            let said = arguments.metadata.env_var.clone().or_else(of_field);
            let variable = said.unwrap_or_else(|| variable_for(&arguments.name));
            // Exposed to be compared with the patterns of keys.
            catalogue.recognise(value.expose(), &variable)
        }
        (None, []) => None,
    }
}

fn fields(arguments: &AddArgs, kind: FieldKind, provider: Option<&Provider>) -> Vec<FieldView> {
    let field = |name: &str, variable: String| FieldView {
        name: name.into(),
        kind,
        variable: (!variable.is_empty()).then_some(variable),
        allow_loader_variable: false,
    };
    match arguments.field.as_slice() {
        [] => vec![field(ONLY_FIELD, only_variable(arguments, None, provider))],
        [one] => {
            let variable = only_variable(arguments, one.variable.as_deref(), provider);
            vec![field(&one.name, variable)]
        }
        several => several
            .iter()
            .map(|one| {
                let variable = one
                    .variable
                    .clone()
                    .unwrap_or_else(|| variable_for(&format!("{}_{}", arguments.name, one.name)));
                field(&one.name, variable)
            })
            .collect(),
    }
}

/// As said, else the provider's usual one, else the name's. A name that is itself one of
/// the provider's variables is meant as it stands.
fn only_variable(arguments: &AddArgs, said: Option<&str>, provider: Option<&Provider>) -> String {
    let named = variable_for(&arguments.name);
    let usual = provider.map_or(&[][..], |provider| &provider.variables);
    match (&arguments.metadata.env_var, said, usual) {
        (Some(variable), ..) => variable.clone(),
        (None, Some(variable), _) => variable.into(),
        (None, None, usual) if usual.contains(&named) => named,
        (None, None, [first, ..]) => first.clone(),
        (None, None, []) => named,
    }
}

pub fn stored_words(verb: &str, stored: &CredentialView) -> String {
    let row = &stored.row;
    let place = format!("{} in {}/{}", row.name, row.project, row.environment);
    let filled = match row.variables.as_slice() {
        [] => String::new(),
        variables => format!(", setting {}", variables.join(", ")),
    };
    format!("{verb} {}{filled}.", crate::output::escaped(&place))
}
