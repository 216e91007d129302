//! A request of the catalogue with its placeholders filled, each value escaped for its position.
//!
//! Where it goes is decided here: only to a host that the entry names, or to the one that the
//! credential itself names where the entry allows its owner's own.

use keyhaven_catalogue::host_rule::HostRule;
use keyhaven_catalogue::key_position::KeyPosition;
use keyhaven_catalogue::provider::FieldType;
use keyhaven_catalogue::request::ProviderRequest;
use keyhaven_catalogue::{Provider, RequestTemplate, TemplatePiece};
use keyhaven_hosts::HostPort;
use keyhaven_protocol::check::CheckReason;
use keyhaven_secret::SecretString;
use serde_json::Value;

use crate::encoding::{basic, in_form, in_header, in_url};
use crate::network::HostReach;
use crate::signing::add_signature;
use crate::values::RequestValues;

/// The type of a body that is a form.
pub const FORM: &str = "application/x-www-form-urlencoded";

/// A request that can be sent.
#[derive(Debug)]
pub struct FilledRequest {
    /// The method.
    pub method: &'static str,
    /// Where it goes.
    pub host: HostPort,
    /// The host is one that the credential's owner named.
    pub is_own: bool,
    /// Path and query.
    pub path: SecretString,
    /// Headers.
    pub headers: Vec<(String, SecretString)>,
    /// The body.
    pub body: Option<SecretString>,
}

impl FilledRequest {
    /// Where its host may be.
    pub const fn reach(&self) -> HostReach {
        match self.is_own {
            true => HostReach::OwnNetwork,
            false => HostReach::Internet,
        }
    }
}

/// Fills a request.
///
/// # Errors
/// Something is missing, cannot stand where it should, or is not supported yet.
pub fn fill(
    provider: &Provider,
    request: &ProviderRequest,
    values: RequestValues<'_>,
) -> Result<FilledRequest, CheckReason> {
    let (host, is_own) = host(provider, &request.url.host, values)?;
    let mut filling = RequestFilling {
        values,
        path: text(&request.url.path, values, in_url)?,
        query: Vec::new(),
        headers: Vec::new(),
        form: Vec::new(),
        json: request.json.clone(),
    };
    for (name, value) in &request.headers {
        filling.header(name, value)?;
    }
    for (name, value) in &request.query {
        filling.query(name, value)?;
    }
    for (name, value) in &request.form {
        filling.form(name, value)?;
    }
    if let Some(json) = &mut filling.json {
        fill_json(json, provider, values)?;
    }
    let scheme = match &request.auth {
        Some(KeyPosition::Signed { scheme }) => Some(*scheme),
        Some(position) => {
            filling.values = values.proving(request.authority)?;
            filling.key(position)?;
            None
        }
        None => None,
    };
    let (mut headers, body) = (filling.headers, body(filling.form, filling.json));
    if let Some((kind, _)) = &body {
        headers.push(("content-type".into(), SecretString::new((*kind).into())));
    }
    let mut filled = FilledRequest {
        method: request.method.name(),
        host,
        is_own,
        path: SecretString::new(with_query(filling.path, &filling.query)),
        headers,
        body: body.map(|(_, text)| SecretString::new(text)),
    };
    if let Some(scheme) = scheme {
        add_signature(&mut filled, scheme, values.signer(request.authority)?)?;
    }
    Ok(filled)
}

/// The host, and whether it is the owner's own.
fn host(
    provider: &Provider,
    template: &RequestTemplate,
    values: RequestValues<'_>,
) -> Result<(HostPort, bool), CheckReason> {
    let filled = text(template, values, |value| Some(value.to_owned()))?;
    let host = HostPort::parse(&filled);
    let is_listed = |host: &HostPort| provider.hosts.iter().any(|rule| rule.allows(host));
    if let Some(host) = host.clone().filter(is_listed) {
        return Ok((host, false));
    }
    let own = provider.hosts.iter().find_map(|rule| match rule {
        HostRule::Own(field) if template.has(field) => Some(field),
        _ => None,
    });
    match (host, own) {
        (Some(host), Some(field)) if values.value(field)? == filled => Ok((host, true)),
        _ => {
            let field = template.placeholders().next().unwrap_or("host").to_owned();
            Err(CheckReason::FieldInvalid { field })
        }
    }
}

/// A text with its placeholders filled and escaped.
fn text(
    template: &RequestTemplate,
    values: RequestValues<'_>,
    escape: impl Fn(&str) -> Option<String>,
) -> Result<String, CheckReason> {
    let mut filled = String::new();
    for piece in &template.pieces {
        match piece {
            TemplatePiece::Text(text) => filled.push_str(text),
            TemplatePiece::Placeholder(name) => {
                let value = escape(values.value(name)?);
                filled.push_str(&value.ok_or(CheckReason::ValueNotSendable)?);
            }
        }
    }
    Ok(filled)
}

/// A request on its way.
struct RequestFilling<'a> {
    values: RequestValues<'a>,
    path: String,
    query: Vec<(String, String)>,
    headers: Vec<(String, SecretString)>,
    form: Vec<(String, String)>,
    json: Option<Value>,
}

impl RequestFilling<'_> {
    fn header(&mut self, name: &str, value: &RequestTemplate) -> Result<(), CheckReason> {
        let value = SecretString::new(text(value, self.values, in_header)?);
        self.headers.push((name.to_owned(), value));
        Ok(())
    }

    fn query(&mut self, name: &str, value: &RequestTemplate) -> Result<(), CheckReason> {
        let value = text(value, self.values, |value| Some(value.to_owned()))?;
        self.query.push((in_form(name), in_form(&value)));
        Ok(())
    }

    fn form(&mut self, name: &str, value: &RequestTemplate) -> Result<(), CheckReason> {
        let value = text(value, self.values, |value| Some(value.to_owned()))?;
        self.form.push((in_form(name), in_form(&value)));
        Ok(())
    }

    /// The key, where the entry puts it.
    fn key(&mut self, position: &KeyPosition) -> Result<(), CheckReason> {
        match position {
            KeyPosition::Header { name, value } => self.header(name, value),
            KeyPosition::Query { name, value } => self.query(name, value),
            KeyPosition::Form { name, value } => self.form(name, value),
            KeyPosition::Basic { user, password } => {
                let plain = |value: &str| Some(value.to_owned());
                let user = text(user, self.values, plain)?;
                let password = SecretString::new(text(password, self.values, plain)?);
                // Exposed to be encoded.
                let value = basic(&user, password.expose());
                let value = SecretString::new(value.ok_or(CheckReason::ValueNotSendable)?);
                self.headers.push(("authorization".into(), value));
                Ok(())
            }
            KeyPosition::Json { pointer, value } => {
                let value = text(value, self.values, |value| Some(value.to_owned()))?;
                let json = self
                    .json
                    .get_or_insert_with(|| Value::Object(Default::default()));
                put(json, pointer, value).ok_or(CheckReason::NotSupported)
            }
            // A path only where the address itself does not have it, which no entry needs so far;
            // a signature is made of the whole request.
            KeyPosition::Path { .. } | KeyPosition::Signed { .. } => Err(CheckReason::NotSupported),
        }
    }
}

/// Fills the texts in a JSON value.
fn fill_json(
    value: &mut Value,
    provider: &Provider,
    values: RequestValues<'_>,
) -> Result<(), CheckReason> {
    match value {
        Value::String(template) => {
            let read = RequestTemplate::parse(template).ok_or(CheckReason::NotSupported)?;
            if let Some(name) = list_in(&read, provider) {
                *value = Value::Array(values.list(name)?);
                return Ok(());
            }
            *template = text(&read, values, |value| Some(value.to_owned()))?;
        }
        Value::Array(elements) => elements
            .iter_mut()
            .try_for_each(|element| fill_json(element, provider, values))?,
        Value::Object(table) => table
            .values_mut()
            .try_for_each(|element| fill_json(element, provider, values))?,
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
    Ok(())
}

/// The field whose list takes the place of a text that is nothing but its placeholder.
fn list_in<'t>(template: &'t RequestTemplate, provider: &Provider) -> Option<&'t str> {
    let [TemplatePiece::Placeholder(name)] = template.pieces.as_slice() else {
        return None;
    };
    let field = provider.field(name)?;
    (field.field_type == FieldType::List).then_some(name)
}

/// Puts a text where a pointer of one step leads.
fn put(json: &mut Value, pointer: &str, value: String) -> Option<()> {
    let name = pointer.strip_prefix('/')?;
    if name.contains(['/', '~']) {
        return None;
    }
    let table = json.as_object_mut()?;
    table.insert(name.to_owned(), Value::String(value));
    Some(())
}

/// The body with its type.
fn body(form: Vec<(String, String)>, json: Option<Value>) -> Option<(&'static str, String)> {
    if let Some(json) = json {
        return Some(("application/json", json.to_string()));
    }
    let form = (!form.is_empty()).then(|| joined(&form))?;
    Some((FORM, form))
}

fn with_query(path: String, query: &[(String, String)]) -> String {
    match query {
        [] => path,
        query if path.contains('?') => format!("{path}&{}", joined(query)),
        query => format!("{path}?{}", joined(query)),
    }
}

fn joined(pairs: &[(String, String)]) -> String {
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    pairs.join("&")
}

#[cfg(test)]
mod tests;
