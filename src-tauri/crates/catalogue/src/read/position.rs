//! Where the key stands in a request.

use crate::fault::EntryFault;
use crate::key_position::{KeyPosition, RequestAuthority};
use crate::place::Place;
use crate::raw::RawPosition;
use crate::read::basics::pointer;
use crate::read::filling::Filling;
use crate::read::scope::RequestScope;
use crate::template::RequestTemplate;

/// Headers that the connection itself sets, or that would carry a key to a wrong place.
const KEPT_HEADERS: [&str; 13] = [
    "connection",
    "content-length",
    "cookie",
    "expect",
    "host",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "referer",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];
/// Characters of a header's name that are no letters or digits (RFC 9110, 5.6.2).
const HEADER_MARKS: &str = "!#$%&'*+-.^_`|~";
/// Reads a position of the key with whose rights a request is made: exactly one of its forms.
pub fn position(
    raw: &RawPosition,
    authority: RequestAuthority,
    scope: RequestScope<'_>,
    place: &Place<'_>,
) -> Option<KeyPosition> {
    if !is_one_form(raw) {
        let fields = "header, query, form, json, path, user, sign".to_owned();
        place.refuse(EntryFault::ExactlyOne { fields });
        return None;
    }
    let position = read(raw, authority, scope, place)?;
    if !proves(&position, authority) {
        place.refuse(EntryFault::NoKeyInRequest);
    }
    Some(position)
}

fn is_one_form(raw: &RawPosition) -> bool {
    let valued = [&raw.header, &raw.query, &raw.form, &raw.json];
    let others = [raw.path.is_some(), raw.user.is_some(), raw.sign.is_some()];
    let valued = valued.into_iter().flatten().count();
    let others = others.into_iter().filter(|is_there| *is_there).count();
    let fits = raw.value.is_none() || valued == 1;
    valued + others == 1 && fits && raw.password.is_some() == raw.user.is_some()
}

fn read(
    raw: &RawPosition,
    authority: RequestAuthority,
    scope: RequestScope<'_>,
    place: &Place<'_>,
) -> Option<KeyPosition> {
    let key = authority.placeholder();
    let token = scope.traded.then_some("token");
    let fixed: Vec<&str> = [key].into_iter().chain(token).collect();
    let filling = Filling {
        scope,
        fixed: &fixed,
    };
    let template = |text: &str, field: &str| filling.template(text, &place.key(field));
    // Nothing but the key, unless the entry says otherwise.
    let whole = format!("{{{{{key}}}}}");
    let value = || template(raw.value.as_deref().unwrap_or(&whole), "value");
    if let Some(name) = &raw.header {
        header(name, &place.key("header"));
        let (name, value) = (name.clone(), value()?);
        return Some(KeyPosition::Header { name, value });
    }
    if let Some(name) = &raw.query {
        let (name, value) = (name.clone(), value()?);
        return Some(KeyPosition::Query { name, value });
    }
    if let Some(name) = &raw.form {
        let (name, value) = (name.clone(), value()?);
        return Some(KeyPosition::Form { name, value });
    }
    if let Some(at) = &raw.json {
        pointer(at, &place.key("json"));
        let (pointer, value) = (at.clone(), value()?);
        return Some(KeyPosition::Json { pointer, value });
    }
    if let Some(path) = &raw.path {
        let path = template(path, "path")?;
        return Some(KeyPosition::Path { path });
    }
    if let (Some(user), Some(password)) = (&raw.user, &raw.password) {
        let (user, password) = (template(user, "user")?, template(password, "password")?);
        return Some(KeyPosition::Basic { user, password });
    }
    raw.sign.map(|scheme| KeyPosition::Signed { scheme })
}

fn proves(position: &KeyPosition, authority: RequestAuthority) -> bool {
    let key = authority.placeholder();
    let has = |template: &RequestTemplate| template.has(key) || template.has("token");
    match position {
        KeyPosition::Header { value, .. }
        | KeyPosition::Query { value, .. }
        | KeyPosition::Form { value, .. }
        | KeyPosition::Json { value, .. } => has(value),
        KeyPosition::Basic { user, password } => has(user) || has(password),
        KeyPosition::Path { path } => has(path),
        KeyPosition::Signed { .. } => true,
    }
}

/// A header that a request may set.
pub fn header(name: &str, place: &Place<'_>) {
    let good = |c: char| c.is_ascii_alphanumeric() || HEADER_MARKS.contains(c);
    let kept = KEPT_HEADERS
        .iter()
        .any(|kept| name.eq_ignore_ascii_case(kept));
    if name.is_empty() || kept || !name.chars().all(good) {
        place.refuse(EntryFault::BadHeader);
    }
}
