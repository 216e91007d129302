//! `kh edit`: the metadata of a credential, read, changed and written back with the revision
//! that was read.

use clap::Args;
use keyhaven_protocol::Error;
use keyhaven_protocol::request::{EditRequest, Metadata, ShowRequest};
use keyhaven_protocol::view::{CredentialView, FieldKind};

use super::metadata::{MetadataArgs, allow_loaders, known_provider, warn_of_past};
use crate::error::Failure;
use crate::output::escaped;
use crate::session::Context;
use crate::target::{self, TargetArgs};
use crate::value_parsers::{FieldArg, field};

/// Change the metadata of a key
///
/// A list replaces the old list; an empty text ('') clears.
///
/// Example:
///   kh edit stripe -p shop -e dev --expires none --tag payments
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct EditArgs {
    #[command(flatten)]
    target: TargetArgs,
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
    /// Refuse variables that change how programs load code again
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
        let message = "nothing to change";
        return Err(Failure::usage(message, "see: kh edit --help"));
    }
    known_provider(&arguments.metadata)?;
    let changed = change(context, &arguments.target, |metadata| {
        change_fields(metadata, &arguments)?;
        change_about(context, metadata, &arguments.metadata);
        Ok(())
    })?;
    warn_of_past(context, &arguments.metadata);
    let sentence = format!("Changed {}.", escaped(&changed.view.row.name));
    said(context, &changed, &sentence)
}

/// A credential after a change.
pub struct EditOutcome {
    pub view: CredentialView,
    /// Whether there was anything to change.
    pub written: bool,
}

pub fn change(
    context: &Context,
    target: &TargetArgs,
    change: impl FnOnce(&mut Metadata) -> Result<(), Failure>,
) -> Result<EditOutcome, Failure> {
    let mut client = context.unlocked()?;
    let named = target::named(context, &mut client, target)?;
    let known = client.ask(ShowRequest {
        target: named.target,
    })?;
    let (id, revision) = (known.row.id, known.row.revision);
    let mut metadata = metadata_of(known.clone());
    change(&mut metadata)?;
    if metadata == metadata_of(known.clone()) {
        return Ok(EditOutcome {
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
        view,
        written: true,
    })
}

fn metadata_of(known: CredentialView) -> Metadata {
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
        lead_times: known.lead_times,
    }
}

fn change_fields(metadata: &mut Metadata, arguments: &EditArgs) -> Result<(), Failure> {
    let name = metadata.name.clone();
    if let Some(variable) = &arguments.metadata.env_var {
        let [only] = metadata.fields.as_mut_slice() else {
            return Err(Failure::usage(
                format!("{name} has several fields"),
                "name each field's variable with --field F=VAR",
            ));
        };
        only.variable = none_if_empty(variable);
    }
    for said in &arguments.field {
        let field = metadata.fields.iter_mut().find(|f| f.name == said.name);
        match (field, &said.variable) {
            (Some(field), Some(variable)) => field.variable = none_if_empty(variable),
            (Some(_), None) => {
                let message = format!("no variable for {} given", said.name);
                return Err(Failure::usage(message, "write --field F=VAR"));
            }
            (None, _) => {
                let fields = metadata.fields.iter().map(|field| field.name.clone());
                let (fields, field) = (fields.collect(), said.name.clone());
                return Err(Error::NoField {
                    name,
                    field,
                    fields,
                }
                .into());
            }
        }
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

fn change_about(context: &Context, metadata: &mut Metadata, about: &MetadataArgs) {
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
        }
    }
    if let Some(expires) = about.expires {
        metadata.expires = expires.placed(&context.calendar);
    }
    if let Some(interval) = about.rotate_every {
        metadata.rotate_every_days = interval.0;
    }
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
