//! Where requests may go. Every decision about a host is made by the crate `hosts`.

use keyhaven_hosts::HostPort;

use crate::fault::EntryFault;
use crate::host_rule::HostRule;
use crate::place::Place;
use crate::provider::{CompanionField, FieldType};
use crate::request::UrlTemplate;
use crate::template::{RequestTemplate, TemplatePiece, placeholders};

/// The placeholder of the host that the owner chose among those of the entry.
pub const HOST: &str = "host";
/// The most hosts that one address may lead to, depending on what its placeholders are.
const MAX_EXPANDED: usize = 64;
/// Stands for the value of a field of which only its pattern is known.
const SAMPLE_LABEL: &str = "x";

/// What an address may be made of.
#[derive(Debug, Clone, Copy)]
pub struct HostScope<'a> {
    /// The companion fields of the entry.
    pub fields: &'a [CompanionField],
    /// The hosts of the entry.
    pub hosts: &'a [HostRule],
}

/// Reads the hosts of an entry.
pub fn rules(texts: &[String], fields: &[CompanionField], place: &Place<'_>) -> Vec<HostRule> {
    let own = fields.iter().filter(|field| field.own_host);
    let own = own.map(|field| HostRule::Own(field.name.clone()));
    let read = |(at, text): (usize, &String)| rule(text, &place.index(at));
    texts
        .iter()
        .enumerate()
        .filter_map(read)
        .chain(own)
        .collect()
}

fn rule(text: &str, place: &Place<'_>) -> Option<HostRule> {
    let Some(under) = text.strip_prefix("*.") else {
        return public(text, place).map(HostRule::Exact);
    };
    let host = public(under, place)?;
    // A wildcard under a whole domain of the registry would be a wildcard for everybody.
    if host.to_string() != under || !under.contains('.') || under.contains(':') {
        place.refuse(EntryFault::BadHost);
        return None;
    }
    Some(HostRule::OneLabel(under.to_owned()))
}

/// A host with a name of the internet, written as programs compare it.
fn public(text: &str, place: &Place<'_>) -> Option<HostPort> {
    let Some(host) = HostPort::parse(text) else {
        place.refuse(EntryFault::BadHost);
        return None;
    };
    let fault = if host.address().is_some() {
        EntryFault::AddressHost
    } else if host.to_string() != text || text.contains('*') {
        EntryFault::BadHost
    } else if !host.is_public_name() {
        EntryFault::PrivateHost
    } else {
        return Some(host);
    };
    place.refuse(fault);
    None
}

/// Reads an address to which a request with the key goes: one of the entry's hosts.
pub fn request_url(text: &str, scope: HostScope<'_>, place: &Place<'_>) -> Option<UrlTemplate> {
    let url = split(text, place)?;
    for host in expanded(&url.host, scope, place)? {
        let Some(host) = public(&host, place) else {
            continue;
        };
        if !scope.hosts.iter().any(|rule| rule.allows(&host)) {
            let host = host.to_string();
            place.refuse(EntryFault::HostNotListed { host });
        }
    }
    Some(url)
}

/// Reads the address of a page for people. No key is sent there, so it may be any of the
/// internet.
pub fn page(text: &str, scope: HostScope<'_>, place: &Place<'_>) -> Option<UrlTemplate> {
    let url = split(text, place)?;
    for host in expanded(&url.host, scope, place)? {
        public(&host, place);
    }
    let fields = scope.fields.iter();
    let known: Vec<&str> = fields.map(|field| field.name.as_str()).collect();
    for name in url.path.placeholders().filter(|name| !known.contains(name)) {
        place.refuse(EntryFault::UnknownPlaceholder {
            placeholder: name.to_owned(),
            known: placeholders(&known),
        });
    }
    Some(url)
}

fn split(text: &str, place: &Place<'_>) -> Option<UrlTemplate> {
    let Some(rest) = text.strip_prefix("https://") else {
        place.refuse(EntryFault::NotHttps);
        return None;
    };
    let (host, path) = match rest.find('/') {
        Some(at) => rest.split_at(at),
        None => (rest, "/"),
    };
    let odd = |c: char| !c.is_ascii_graphic() || "\\\"'<>^`|".contains(c);
    let host = RequestTemplate::parse(host);
    let path = RequestTemplate::parse(path).filter(|_| !path.contains(odd));
    let (Some(host), Some(path)) = (host, path) else {
        place.refuse(EntryFault::BadPlaceholder);
        return None;
    };
    Some(UrlTemplate { host, path })
}

/// Every host that an address may lead to; none of them where it is the owner's own.
fn expanded(
    host: &RequestTemplate,
    scope: HostScope<'_>,
    place: &Place<'_>,
) -> Option<Vec<String>> {
    let mut hosts = vec![String::new()];
    for piece in &host.pieces {
        let name = match piece {
            TemplatePiece::Text(text) => {
                hosts.iter_mut().for_each(|host| host.push_str(text));
                continue;
            }
            TemplatePiece::Placeholder(name) => name,
        };
        let field = scope.fields.iter().find(|field| field.name == *name);
        if field.is_some_and(|field| field.own_host) && host.pieces.len() == 1 {
            return Some(Vec::new());
        }
        let Some(choices) = choices(name, field, scope) else {
            let placeholder = name.clone();
            place.refuse(EntryFault::PlaceholderInHost { placeholder });
            return None;
        };
        let with = |host: &String| {
            let host = host.clone();
            choices.iter().map(move |choice| format!("{host}{choice}"))
        };
        hosts = hosts.iter().flat_map(with).take(MAX_EXPANDED + 1).collect();
    }
    if hosts.is_empty() || hosts.len() > MAX_EXPANDED {
        place.refuse(EntryFault::BadHost);
        return None;
    }
    Some(hosts)
}

/// What may stand for a placeholder within a host.
fn choices(
    name: &str,
    field: Option<&CompanionField>,
    scope: HostScope<'_>,
) -> Option<Vec<String>> {
    let Some(field) = field else {
        let exact = |rule: &HostRule| match rule {
            HostRule::Exact(host) => Some(host.to_string()),
            HostRule::OneLabel(_) | HostRule::Own(_) => None,
        };
        return (name == HOST).then(|| scope.hosts.iter().filter_map(exact).collect());
    };
    if field.own_host || field.secret || field.field_type != FieldType::Text {
        return None;
    }
    match (field.choices.as_slice(), &field.pattern) {
        ([], Some(_)) => Some(vec![SAMPLE_LABEL.to_owned()]),
        ([], None) => None,
        (choices, _) => Some(choices.to_vec()),
    }
}
