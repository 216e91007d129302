//! `edit` and `rename`: what is known about a credential, read, changed and written back
//! with the revision that was read.

use keyhaven_protocol::Error;
use keyhaven_protocol::request::{EditRequest, Metadata, ShowRequest};
use keyhaven_protocol::view::{CredentialView, FieldKind};

use super::add::{allow_loaders, known_provider, warn_of_past};
use super::allow::changes;
use crate::command_line::{AboutArgs, EditArgs, RenameArgs, TargetArgs};
use crate::error::Failure;
use crate::output::plain;
use crate::session::Context;
use crate::target;

/// `kh edit`
pub fn edit(context: &Context, arguments: EditArgs) -> Result<(), Failure> {
    if !arguments.says_anything() {
        let message = "it is not said what to change";
        return Err(Failure::usage(message, "see: kh edit --help"));
    }
    known_provider(&arguments.about)?;
    let changed = change(context, &arguments.target, |metadata| {
        change_fields(metadata, &arguments)?;
        change_about(context, metadata, &arguments.about);
        Ok(())
    })?;
    warn_of_past(context, &arguments.about);
    let sentence = format!("Changed {}.", plain(&changed.view.row.name));
    said(context, &changed, &sentence)
}

/// `kh rename`
pub fn rename(context: &Context, arguments: RenameArgs) -> Result<(), Failure> {
    let mut old = String::new();
    let changed = change(context, &arguments.target, |metadata| {
        old = std::mem::replace(&mut metadata.name, arguments.new.clone());
        Ok(())
    })?;
    let sentence = format!(
        "Renamed {} to {}.",
        plain(&old),
        plain(&changed.view.row.name)
    );
    said(context, &changed, &sentence)?;
    match changed.written {
        true => note_files(context, &changed.view, &old),
        false => Ok(()),
    }
}

/// Profiles follow a credential to its new name; a trusted file cannot.
fn note_files(context: &Context, view: &CredentialView, old: &str) -> Result<(), Failure> {
    let mut row = view.row.clone();
    row.name = old.into();
    for path in changes::naming(&mut context.unlocked()?, &row)? {
        let (path, old) = (plain(&path), plain(old));
        context.printer.note(&format!(
            "{path} may still name {old}: write the new name there, and trust it with: kh allow"
        ));
    }
    Ok(())
}

/// A credential after a change.
struct Changed {
    view: CredentialView,
    /// Whether there was anything to change.
    written: bool,
}

fn change(
    context: &Context,
    target: &TargetArgs,
    change: impl FnOnce(&mut Metadata) -> Result<(), Failure>,
) -> Result<Changed, Failure> {
    let mut client = context.unlocked()?;
    let named = target::named(context, &mut client, target)?;
    let known = client.ask(ShowRequest {
        target: named.target,
    })?;
    let (id, revision) = (known.row.id, known.row.revision);
    let mut metadata = metadata_of(known.clone());
    change(&mut metadata)?;
    if metadata == metadata_of(known.clone()) {
        return Ok(Changed {
            view: known,
            written: false,
        });
    }
    let view = client.ask(EditRequest {
        id,
        revision,
        metadata,
    })?;
    Ok(Changed {
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
    if let Some(variable) = &arguments.about.env_var {
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
                let message = format!("it is not said which variable {} fills", said.name);
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
    allow_loaders(&mut metadata.fields, &arguments.about.allow_loader_variable)
}

fn change_about(context: &Context, metadata: &mut Metadata, about: &AboutArgs) {
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

fn said(context: &Context, changed: &Changed, sentence: &str) -> Result<(), Failure> {
    if context.printer.json {
        return context.printer.document(&changed.view);
    }
    if changed.written {
        return context.printer.done(sentence);
    }
    let name = plain(&changed.view.row.name);
    let nothing = format!("{name} is so already; nothing was changed.");
    context.printer.done(&nothing)
}
