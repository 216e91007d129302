//! `add` and `set`: values going in.

use keyhaven_exchange::{Catalogue, Provider};
use keyhaven_protocol::request::{AddRequest, Metadata, SetRequest, ShowRequest};
use keyhaven_protocol::view::{CredentialView, FieldKind, FieldView};
use keyhaven_protocol::{Error, similar};
use keyhaven_rules::variables::{self, variable_for};
use keyhaven_secret::SecretBytes;

use super::value::{Wanted, gather, into_request};
use crate::command_line::{AboutArgs, AddArgs, Field, SetArgs};
use crate::error::Failure;
use crate::session::Context;
use crate::target::{self, Place};

/// The field of a credential that has only one.
const ONLY_FIELD: &str = "value";

/// `kh add`
pub fn add(context: &Context, arguments: AddArgs) -> Result<(), Failure> {
    let about = &arguments.about;
    if about.env_var.is_some() && arguments.field.len() > 1 {
        return Err(Failure::usage(
            "--env-var is for a credential of one field",
            "name each field's variable with --field F=VAR",
        ));
    }
    once_each(&arguments.field)?;
    known_provider(about)?;
    if arguments.name.contains('=') {
        return Err(Failure::usage(
            "a name holds no =, and a value is never taken from the command line",
            "type the value when asked, or give it with --stdin",
        ));
    }
    let mut client = context.unlocked()?;
    let place = Place::find(context, &mut client, &arguments.place)?;
    let kind = if arguments.plain {
        FieldKind::Plain
    } else {
        FieldKind::Secret
    };
    let names: Vec<&str> = match arguments.field.as_slice() {
        [] => vec![ONLY_FIELD],
        fields => fields.iter().map(|field| field.name.as_str()).collect(),
    };
    let wanted: Vec<Wanted> = names.iter().map(|name| Wanted { name, kind }).collect();
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

/// A service is one of the catalogue, or nothing would know it.
pub fn known_provider(about: &AboutArgs) -> Result<(), Failure> {
    let catalogue = Catalogue::builtin();
    match about.provider.as_deref() {
        None | Some("") => Ok(()),
        Some(id) if catalogue.get(id).is_some() => Ok(()),
        Some(id) => {
            let known = catalogue
                .providers()
                .iter()
                .map(|provider| provider.id.as_str());
            let hint = match similar(id, known) {
                Some(meant) => format!("did you mean {meant}?"),
                None => "leave it out for a service that is not known here".into(),
            };
            let message = format!("there is no provider {id}");
            Err(Failure::own("no_provider", 4, message, hint))
        }
    }
}

/// An end that has passed is stored as it is said: the key may have ended.
pub fn warn_of_past(context: &Context, about: &AboutArgs) {
    let day = about.expires.and_then(|end| end.day(&context.calendar));
    if let Some(day) = day.filter(|day| *day < context.calendar.today()) {
        context
            .printer
            .warn(&format!("{day} has passed: the key counts as expired"));
    }
}

/// A variable that is going to be refused is said when it is stored: it stops every launch.
fn note_loaders(context: &Context, stored: &CredentialView) {
    let refused = stored.field_list.iter().filter(|field| {
        let loads = |name: &String| variables::loader(name).is_some();
        !field.allow_loader_variable && field.variable.as_ref().is_some_and(loads)
    });
    for variable in refused.filter_map(|field| field.variable.as_ref()) {
        context.printer.note(&format!(
            "{variable} changes how programs load code: launches with it are refused until \
             you say kh edit {} --allow-loader-variable {variable}",
            stored.row.name
        ));
    }
}

/// A field, and a variable, is named once.
fn once_each(fields: &[Field]) -> Result<(), Failure> {
    let twice = |at: usize, name: fn(&Field) -> Option<&str>| {
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
            let message = format!("two fields cannot both fill {variable}");
            return Err(Failure::usage(message, "give each field its own variable"));
        }
    }
    Ok(())
}

/// The service a new credential belongs to: as said, else by the shape of its first value
/// and the variable that value fills.
fn provider(arguments: &AddArgs, values: &[SecretBytes]) -> Option<&'static Provider> {
    let catalogue = Catalogue::builtin();
    match (&arguments.about.provider, values) {
        (Some(id), _) => catalogue.get(id),
        (None, [value, ..]) => {
            let of_field = || {
                arguments
                    .field
                    .first()
                    .and_then(|field| field.variable.clone())
            };
            let said = arguments.about.env_var.clone().or_else(of_field);
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
    match (&arguments.about.env_var, said, usual) {
        (Some(variable), ..) => variable.clone(),
        (None, Some(variable), _) => variable.into(),
        (None, None, usual) if usual.contains(&named) => named,
        (None, None, [first, ..]) => first.clone(),
        (None, None, []) => named,
    }
}

/// Marks the fields whose variable may change how programs load code.
pub fn allow_loaders(fields: &mut [FieldView], allowed: &[String]) -> Result<(), Failure> {
    for variable in allowed {
        let field = fields
            .iter_mut()
            .find(|field| field.variable.as_ref() == Some(variable));
        let Some(field) = field else {
            return Err(Failure::usage(
                format!("no field fills {variable}"),
                "name the variable as it is filled; see: kh show",
            ));
        };
        field.allow_loader_variable = true;
    }
    Ok(())
}

/// `kh set`
pub fn set(context: &Context, arguments: SetArgs) -> Result<(), Failure> {
    let mut client = context.unlocked()?;
    let named = target::named(context, &mut client, &arguments.target)?;
    let known = client.ask(ShowRequest {
        target: named.target.clone(),
    })?;
    let chosen: Vec<String> = named.field.into_iter().chain(arguments.field).collect();
    let fields = chosen_fields(&known, &chosen)?;
    let wanted: Vec<Wanted> = fields
        .iter()
        .map(|field| Wanted {
            name: &field.name,
            kind: field.kind,
        })
        .collect();
    let values = gather(context, &arguments.value, &known.row.name, &wanted)?;
    let (values, segments) = into_request(&wanted, values);
    let request = SetRequest {
        target: named.target,
        revision: Some(known.row.revision),
        values,
    };
    let stored = client.ask_with(request, &segments)?.answer;
    if context.printer.json {
        return context.printer.document(&stored);
    }
    if stored.row.revision == known.row.revision {
        let name = crate::output::plain(&stored.row.name);
        let nothing = format!("{name} has this value already; nothing was changed.");
        return context.printer.done(&nothing);
    }
    context
        .printer
        .done(&stored_words("Replaced the value of", &stored))
}

/// The fields that get a value: those named, else all.
fn chosen_fields<'a>(
    known: &'a CredentialView,
    chosen: &[String],
) -> Result<Vec<&'a FieldView>, Failure> {
    if chosen.is_empty() {
        return Ok(known.field_list.iter().collect());
    }
    chosen
        .iter()
        .map(|name| {
            let found = known.field_list.iter().find(|field| field.name == *name);
            found.ok_or_else(|| {
                Error::NoField {
                    name: known.row.name.clone(),
                    field: name.clone(),
                    fields: known.field_list.iter().map(|f| f.name.clone()).collect(),
                }
                .into()
            })
        })
        .collect()
}

fn stored_words(verb: &str, stored: &CredentialView) -> String {
    let row = &stored.row;
    let place = format!("{} in {}/{}", row.name, row.project, row.environment);
    let filled = match row.variables.as_slice() {
        [] => String::new(),
        variables => format!(", filling {}", variables.join(", ")),
    };
    format!("{verb} {}{filled}.", crate::output::plain(&place))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loader_is_allowed_by_its_name() {
        let mut fields = vec![FieldView {
            name: "value".into(),
            kind: FieldKind::Plain,
            variable: Some("NODE_OPTIONS".into()),
            allow_loader_variable: false,
        }];
        assert!(allow_loaders(&mut fields, &["LD_PRELOAD".into()]).is_err());
        allow_loaders(&mut fields, &["NODE_OPTIONS".into()]).unwrap();
        assert!(fields[0].allow_loader_variable);
    }
}
