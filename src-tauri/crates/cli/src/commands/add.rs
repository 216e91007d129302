//! `kh add`: a new credential.

mod fields;

use clap::Args;
use keyhaven_exchange::catalogue::Recognition;
use keyhaven_exchange::catalogue::key_shape::KeyKind;
use keyhaven_exchange::{Catalogue, Provider};
use keyhaven_protocol::Error;
use keyhaven_protocol::problem::Problem;
use keyhaven_protocol::request::{AddRequest, Metadata};
use keyhaven_protocol::view::{CredentialView, FieldKind};
use keyhaven_rules::names::check_name;
use keyhaven_rules::variables;

use self::fields::{
    ONLY_FIELD, add_usual_fields, check_free, fields, once_each, provider, recognition,
};
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
use crate::target::{LocationArgs, ProjectEnvironment, full_reference};
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

/// `kh add`
pub fn add(context: &Context, mut arguments: AddArgs) -> Result<(), Failure> {
    add_usual_fields(&mut arguments);
    let about = &arguments.metadata;
    if about.env_var.is_some() && arguments.field.len() > 1 {
        let fields = arguments.field.iter().map(|field| field.name.clone());
        let fields = fields.collect();
        return Err(CliProblem::VariableForSeveralFields { fields }.into());
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
    let unfit = fitting::unfit(metadata.fields.iter(), &values);
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
    fitting::note(context, &stored, unfit);
    if let Some(new) = new {
        new.note(context);
        if arguments.tier.is_none() {
            place.note_production(context, &mut client)?;
        }
    }
    Ok(())
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
        .map(Provider::rotation_days)
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
    let days = stored.rotate_every_days?;
    let provider = Catalogue::builtin().get(stored.row.provider.as_deref()?)?;
    let why = match provider.rotate_days {
        Some(_) => format!("as {} recommends", escaped(&provider.name)),
        None => "by default".into(),
    };
    Some(format!(
        "Rotation is due every {days} days {why}; change that with --rotate-every."
    ))
}

/// Warns about a variable that launches refuse, when it is stored: it stops every launch.
fn note_loaders(context: &Context, stored: &CredentialView) {
    let refused = stored.field_list.iter().filter(|field| {
        let loads = |name: &String| variables::loader(name).is_some();
        !field.allow_loader_variable && field.variable.as_ref().is_some_and(loads)
    });
    let row = &stored.row;
    for variable in refused.filter_map(|field| field.variable.clone()) {
        let reference = full_reference(&row.project, &row.environment, &row.name);
        context.printer.note(&CliNotice::LoaderVariable {
            variable,
            reference,
        });
    }
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
