//! `kh edit`: the metadata of a credential, read, changed and written back with the revision
//! that was read.

mod several;

use clap::Args;
use keyhaven_protocol::Error;
use keyhaven_protocol::request::{EditRequest, Metadata, ShowRequest};
use keyhaven_protocol::view::{CredentialView, FieldKind, FieldView};
use keyhaven_rules::text::each_once;

use super::marked;
use super::metadata::{MetadataArgs, allow_loaders, change_rotation, known_provider, warn_of_past};
use super::rotation;
use crate::error::Failure;
use crate::output::escaped;
use crate::problem::{CliProblem, Undone};
use crate::session::Context;
use crate::target::{self, LocationArgs, TargetArgs};
use crate::value_parsers::{FieldArg, field};

/// Change the metadata of a key
///
/// An option that can be repeated replaces the whole list; '' clears it. With --json
/// the answer is an array, also for one.
///
/// Examples:
///   kh edit stripe -p shop -e dev --expires none --tag payments
///   kh edit stripe sendgrid -p shop -e prod --rotate-every 90
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct EditArgs {
    /// kh://PROJECT/ENVIRONMENT/NAME, or NAME with -p and -e (can be repeated: changes
    /// all or none)
    #[arg(value_name = "REF", required = true)]
    reference: Vec<String>,
    #[command(flatten)]
    location: LocationArgs,
    #[command(flatten)]
    metadata: MetadataArgs,
    /// Set the variable that a field fills (can be repeated)
    #[arg(long, value_name = "F=VAR", value_parser = field)]
    field: Vec<FieldArg>,
    /// Mark its values as plain: configuration, not secrets
    #[arg(long, conflicts_with = "secret")]
    plain: bool,
    /// Mark its values as secrets
    #[arg(long)]
    secret: bool,
    /// No longer allow variables that change how programs load code
    #[arg(long, conflicts_with = "allow_loader_variable")]
    refuse_loader_variables: bool,
}

impl EditArgs {
    /// Whether it changes nothing.
    fn is_empty(&self) -> bool {
        self.metadata == MetadataArgs::default()
            && self.field.is_empty()
            && !self.plain
            && !self.secret
            && !self.refuse_loader_variables
    }
}

/// `kh edit`
pub fn edit(context: &Context, arguments: EditArgs) -> Result<(), Failure> {
    if arguments.is_empty() {
        return Err(CliProblem::NothingToChange {
            see: "kh edit --help".into(),
        }
        .into());
    }
    known_provider(&arguments.metadata)?;
    let expires = arguments.metadata.expires;
    let expires = expires.and_then(|end| end.placed(&context.calendar));
    let [reference] = arguments.reference.as_slice() else {
        return several::edit(context, &arguments, expires);
    };
    let target = TargetArgs {
        reference: reference.clone(),
        location: arguments.location.clone(),
    };
    let changed = change(context, &target, |metadata, field| {
        change_all(context, metadata, field, &arguments)
    })?;
    warn_of_past(context, expires);
    if context.printer.json {
        return context.printer.document(&[&changed.view]);
    }
    let sentence = format!("Changed {}.", escaped(&changed.view.row.name));
    said(context, &changed, &sentence)?;
    rotation::note_change(context, &changed.before, &changed.view)
}

/// Everything that was given. A field that the reference names is the one that gets the variable.
fn change_all(
    context: &Context,
    metadata: &mut Metadata,
    field: Option<&str>,
    arguments: &EditArgs,
) -> Result<(), Failure> {
    let before = metadata.fields.clone();
    if let Some(variable) = &arguments.metadata.env_var {
        change_variable(metadata, field, variable)?;
    }
    change_fields(metadata, arguments)?;
    confirm_marked(context, &before, &metadata.fields)?;
    change_about(context, metadata, &arguments.metadata)
}

/// A credential after a change.
pub struct EditOutcome {
    /// As it was.
    pub before: CredentialView,
    pub view: CredentialView,
    /// Whether there was anything to change.
    pub written: bool,
}

/// Changes a credential, and the field that its reference names, if any.
pub fn change(
    context: &Context,
    target: &TargetArgs,
    change: impl FnOnce(&mut Metadata, Option<&str>) -> Result<(), Failure>,
) -> Result<EditOutcome, Failure> {
    let mut client = context.unlocked()?;
    let named = target::named(context, &mut client, target)?;
    let known = client.ask(ShowRequest {
        target: named.target,
    })?;
    let (id, revision) = (known.row.id, known.row.revision);
    let mut metadata = metadata_of(known.clone());
    change(&mut metadata, named.field.as_deref())?;
    if metadata == metadata_of(known.clone()) {
        return Ok(EditOutcome {
            before: known.clone(),
            view: known,
            written: false,
        });
    }
    let view = client.ask(EditRequest {
        id,
        revision,
        metadata,
    })?;
    Ok(EditOutcome {
        before: known,
        view,
        written: true,
    })
}

/// Asks about variables that the credential did not fill before.
fn confirm_marked(
    context: &Context,
    before: &[FieldView],
    after: &[FieldView],
) -> Result<(), Failure> {
    let known = |variable: &&str| {
        let mut before = before.iter();
        before.any(|field| field.variable.as_deref() == Some(*variable))
    };
    let unconfirmed = after.iter().filter(|field| !field.allow_loader_variable);
    let variables = unconfirmed.filter_map(|field| field.variable.as_deref());
    let new = variables.filter(|variable| !known(variable));
    marked::confirm(context, new, Undone::Changed)
}

/// The metadata of a credential, to be changed and written back.
pub fn metadata_of(known: CredentialView) -> Metadata {
    Metadata {
        name: known.row.name,
        provider: known.row.provider,
        fields: known.field_list,
        scopes: known.row.scopes,
        allowed_ips: known.allowed_ips,
        owner: known.owner,
        quota: known.quota,
        url: known.url,
        note: known.note,
        tags: known.row.tags,
        expires: known.row.expires,
        rotate_every_days: known.rotate_every_days,
        rotate_on: known.rotate_on,
        never_rotate: known.never_rotate,
        lead_times: known.lead_times,
    }
}

/// The field of that name.
fn field_of<'m>(metadata: &'m mut Metadata, field: &str) -> Result<&'m mut FieldView, Error> {
    let names = metadata.fields.iter().map(|field| field.name.clone());
    let unknown = Error::NoField {
        name: metadata.name.clone(),
        field: field.into(),
        fields: names.collect(),
    };
    let mut fields = metadata.fields.iter_mut();
    fields.find(|known| known.name == field).ok_or(unknown)
}

fn change_variable(
    metadata: &mut Metadata,
    field: Option<&str>,
    variable: &str,
) -> Result<(), Failure> {
    let name = metadata.name.clone();
    let field = match (field, metadata.fields.as_mut_slice()) {
        (Some(field), _) => field_of(metadata, field)?,
        (None, [only]) => only,
        (None, several) => {
            let fields = several.iter().map(|field| field.name.clone()).collect();
            return Err(CliProblem::SeveralFields { name, fields }.into());
        }
    };
    field.variable = none_if_empty(variable);
    Ok(())
}

fn change_fields(metadata: &mut Metadata, arguments: &EditArgs) -> Result<(), Failure> {
    for said in &arguments.field {
        let field = field_of(metadata, &said.name)?;
        let Some(variable) = &said.variable else {
            let field = said.name.clone();
            return Err(CliProblem::NoVariableGiven { field }.into());
        };
        field.variable = none_if_empty(variable);
    }
    let kind = match (arguments.plain, arguments.secret) {
        (true, _) => Some(FieldKind::Plain),
        (_, true) => Some(FieldKind::Secret),
        _ => None,
    };
    for field in &mut metadata.fields {
        field.kind = kind.unwrap_or(field.kind);
        field.allow_loader_variable &= !arguments.refuse_loader_variables;
    }
    allow_loaders(
        &mut metadata.fields,
        &arguments.metadata.allow_loader_variable,
    )
}

fn change_about(
    context: &Context,
    metadata: &mut Metadata,
    about: &MetadataArgs,
) -> Result<(), Failure> {
    let texts = [
        (&mut metadata.provider, &about.provider),
        (&mut metadata.owner, &about.owner),
        (&mut metadata.url, &about.url),
        (&mut metadata.note, &about.note),
        (&mut metadata.quota, &about.quota),
    ];
    for (known, said) in texts {
        if let Some(said) = said {
            *known = none_if_empty(said);
        }
    }
    let lists = [
        (&mut metadata.scopes, &about.scope),
        (&mut metadata.allowed_ips, &about.allow_ip),
        (&mut metadata.tags, &about.tag),
    ];
    for (known, said) in lists {
        if !said.is_empty() {
            *known = said.iter().filter(|s| !s.is_empty()).cloned().collect();
            each_once(known);
        }
    }
    if let Some(expires) = about.expires {
        metadata.expires = expires.placed(&context.calendar);
    }
    change_rotation(context, metadata, about)
}

fn none_if_empty(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.into())
}

pub fn said(context: &Context, changed: &EditOutcome, sentence: &str) -> Result<(), Failure> {
    if context.printer.json {
        return context.printer.document(&changed.view);
    }
    if changed.written {
        return context.printer.done(sentence);
    }
    let name = escaped(&changed.view.row.name);
    let nothing = format!("{name} already has this metadata; nothing was changed.");
    context.printer.done(&nothing)
}
