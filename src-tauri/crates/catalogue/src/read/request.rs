//! The requests of an entry. It is long because each kind of request has its fields here.

use serde_json::Value;

use crate::evidence::Evidence;
use crate::fault::EntryFault;
use crate::key_position::{KeyPosition, RequestAuthority};
use crate::place::Place;
use crate::provider::FieldSource;
use crate::raw::{
    RawCheck, RawCreate, RawExchange, RawFind, RawInject, RawIntrospect, RawRequest, RawRevoke,
};
use crate::read::answers::{self, answers, facts, must_have};
use crate::read::basics::{self, MAX_SENTENCE, day, once, pointer, span, text};
use crate::read::filling::Filling;
use crate::read::hosts;
use crate::read::position::{header, position};
use crate::read::scope::RequestScope;
use crate::request::RequestMethod::{self, Delete, Get, Head, Patch, Post, Put};
use crate::request::{
    Creation, Introspection, KeyCheck, KeyInjection, KeyList, OrphanSearch, ProviderRequest,
    Revocation, SuccessRule, TokenExchange,
};

/// What a response to an introspection can report, besides fields of the entry.
const REPORTED: [&str; 11] = [
    "key_id",
    "name",
    "owner",
    "account",
    "scopes",
    "created_at",
    "expires_at",
    "last_used_at",
    "limit",
    "used",
    "remaining",
];
/// Where the fields come from that a report fills.
const REPORTS: [FieldSource; 1] = [FieldSource::Introspect];
/// Where the fields come from that belong to a new key and come with it; a part of the key needs
/// no further place.
const COMES_WITH: [FieldSource; 2] = [FieldSource::Introspect, FieldSource::User];
/// What the response to a creation can hold.
const CREATED: [&str; 3] = ["secret", "key_id", "expires_at"];
/// The usual statuses of a key that was made.
const MADE: [u16; 3] = [200, 201, 202];
/// The usual statuses of a key that is gone; one that is not found is gone too.
const GONE: [u16; 4] = [200, 202, 204, 404];
/// What the response to an exchange can hold.
const TRADED: [&str; 2] = ["token", "expires_in"];

/// What one kind of request may do.
struct RequestRules {
    methods: &'static [RequestMethod],
    authority: RequestAuthority,
    placeholders: &'static [&'static str],
    inherits_auth: bool,
}

const CHECK: RequestRules = RequestRules {
    methods: &[Get, Head, Post],
    authority: RequestAuthority::Key,
    placeholders: &["secret"],
    inherits_auth: true,
};
const EXCHANGE: RequestRules = RequestRules {
    methods: &[Get, Post],
    inherits_auth: false,
    ..CHECK
};
const FIND: RequestRules = RequestRules {
    methods: &[Get, Post],
    authority: RequestAuthority::Admin,
    placeholders: &["tag"],
    inherits_auth: true,
};
const CREATE: RequestRules = RequestRules {
    methods: &[Post, Put, Patch],
    placeholders: &["secret", "key_id", "tag", "expires_at", "expires_in"],
    ..FIND
};
const REVOKE: RequestRules = RequestRules {
    methods: &[Delete, Post, Put, Patch],
    placeholders: &["secret", "key_id"],
    ..FIND
};

pub fn check(raw: &RawCheck, scope: RequestScope<'_>, place: &Place<'_>) -> Option<KeyCheck> {
    let request = request(&raw.request(), &CHECK, scope, place);
    if raw.answers.is_empty() {
        let missing = "answers".to_owned();
        place.refuse(EntryFault::Missing { missing });
    }
    let answers = answers(&raw.answers, &place.key("answers"));
    Some(KeyCheck {
        request: request?,
        costs: raw.costs,
        answers,
    })
}

pub fn introspection(
    raw: &RawIntrospect,
    scope: RequestScope<'_>,
    checked: bool,
    place: &Place<'_>,
) -> Option<Introspection> {
    let common = raw.request();
    let extract = facts(
        &raw.extract,
        &REPORTED,
        &REPORTS,
        scope,
        &place.key("extract"),
    );
    let evidence = evidence(&common, scope, place)?;
    let keys = common.keys.clone();
    key_names(&keys, scope, place);
    let own = common.url.is_some();
    if !own && !checked {
        let missing = "url".to_owned();
        place.refuse(EntryFault::Missing { missing });
    }
    let request = match own {
        true => Some(request(&common, &CHECK, scope, place)?),
        false => None,
    };
    Some(Introspection {
        keys,
        request,
        extract,
        evidence,
    })
}

pub fn exchange(
    raw: &RawExchange,
    scope: RequestScope<'_>,
    place: &Place<'_>,
) -> Option<TokenExchange> {
    let extract = facts(
        &raw.extract,
        &TRADED,
        &REPORTS,
        scope,
        &place.key("extract"),
    );
    must_have("token", &raw.extract, place);
    let untraded = RequestScope {
        traded: false,
        ..scope
    };
    Some(TokenExchange {
        request: request(&raw.request(), &EXCHANGE, untraded, place)?,
        extract,
    })
}

pub fn creation(raw: &RawCreate, scope: RequestScope<'_>, place: &Place<'_>) -> Option<Creation> {
    let extract = facts(
        &raw.extract,
        &CREATED,
        &COMES_WITH,
        scope,
        &place.key("extract"),
    );
    must_have("secret", &raw.extract, place);
    let ok = success(
        &raw.ok,
        &MADE,
        raw.ok_json.as_ref(),
        raw.ok_equals.as_ref(),
        place,
    );
    Some(Creation {
        request: request(&raw.request(), &CREATE, scope, place)?,
        ok,
        extract,
    })
}

pub fn search(raw: &RawFind, scope: RequestScope<'_>, place: &Place<'_>) -> Option<OrphanSearch> {
    let list = match (&raw.items, &raw.tag, &raw.key_id, &raw.element) {
        (Some(items), Some(tag), Some(key_id), None) => {
            pointer(items, &place.key("items"));
            pointer(tag, &place.key("tag"));
            pointer(key_id, &place.key("key_id"));
            KeyList::Named {
                items: items.clone(),
                tag: tag.clone(),
                key_id: key_id.clone(),
            }
        }
        (None, None, None, Some(element)) => {
            header(element, &place.key("element"));
            KeyList::Nameless {
                element: element.clone(),
            }
        }
        _ => {
            let fields = "element, items with tag and key_id".to_owned();
            place.refuse(EntryFault::ExactlyOne { fields });
            return None;
        }
    };
    Some(OrphanSearch {
        request: request(&raw.request(), &FIND, scope, place)?,
        list,
    })
}

pub fn revocation(
    raw: &RawRevoke,
    scope: RequestScope<'_>,
    place: &Place<'_>,
) -> Option<Revocation> {
    let ok = success(
        &raw.ok,
        &GONE,
        raw.ok_json.as_ref(),
        raw.ok_equals.as_ref(),
        place,
    );
    let delay = span(raw.revoke_delay.as_deref(), &place.key("revoke_delay"));
    Some(Revocation {
        request: request(&raw.request(), &REVOKE, scope, place)?,
        ok,
        reversible: raw.reversible,
        delay,
    })
}

fn success(
    statuses: &[u16],
    usual: &[u16],
    pointer: Option<&String>,
    equals: Option<&Value>,
    place: &Place<'_>,
) -> SuccessRule {
    answers::statuses(statuses, &place.key("ok"));
    if let Some(pointer) = pointer {
        basics::pointer(pointer, &place.key("ok_json"));
    }
    if pointer.is_none() && equals.is_some() {
        let other = "ok_json".to_owned();
        place
            .key("ok_equals")
            .refuse(EntryFault::OnlyWith { other });
    }
    let statuses = if statuses.is_empty() { usual } else { statuses };
    SuccessRule {
        statuses: statuses.to_vec(),
        body: pointer.map(|pointer| (pointer.clone(), equals.cloned())),
    }
}

pub fn injection(
    raw: &RawInject,
    scope: RequestScope<'_>,
    place: &Place<'_>,
) -> Option<KeyInjection> {
    let hosts = match raw.hosts.as_slice() {
        [] => scope.host.hosts.to_vec(),
        hosts => hosts::rules(hosts, scope.host.fields, &place.key("hosts")),
    };
    let read = |(at, raw)| {
        position(
            raw,
            RequestAuthority::Key,
            scope,
            &place.key("at").index(at),
        )
    };
    let mut at: Vec<KeyPosition> = raw.at.iter().enumerate().filter_map(read).collect();
    if raw.at.is_empty() {
        at.extend(scope.auth.cloned());
    }
    for (number, path) in raw.paths.iter().enumerate() {
        if !path.starts_with('/') || path.contains(|c: char| !c.is_ascii_graphic()) {
            place
                .key("paths")
                .index(number)
                .refuse(EntryFault::BadPlaceholder);
        }
    }
    for (missing, none) in [("hosts", hosts.is_empty()), ("at", at.is_empty())] {
        if none {
            let missing = missing.to_owned();
            place.refuse(EntryFault::Missing { missing });
        }
    }
    Some(KeyInjection {
        hosts,
        at,
        paths: raw.paths.clone(),
    })
}

fn request(
    raw: &RawRequest,
    rules: &RequestRules,
    scope: RequestScope<'_>,
    place: &Place<'_>,
) -> Option<ProviderRequest> {
    let evidence = evidence(raw, scope, place)?;
    key_names(&raw.keys, scope, place);
    let method = method(raw.method.as_deref(), rules, place);
    let Some(url) = &raw.url else {
        let missing = "url".to_owned();
        place.refuse(EntryFault::Missing { missing });
        return None;
    };
    let url = hosts::request_url(url, scope.host, &place.key("url"));
    let filling = Filling {
        scope,
        fixed: rules.placeholders,
    };
    if let Some(url) = &url {
        filling.known(&url.path, &place.key("url"));
    }
    let headers = filling.texts(&raw.headers, &place.key("headers"));
    for (name, _) in &headers {
        header(name, &place.key("headers").key(name));
    }
    let query = filling.texts(&raw.query, &place.key("query"));
    let form = filling.texts(&raw.form, &place.key("form"));
    if let Some(json) = &raw.json {
        filling.json(json, &place.key("json"));
        if !form.is_empty() {
            let fields = "form, json".to_owned();
            place.refuse(EntryFault::ExactlyOne { fields });
        }
    }
    let (url, method) = (url?, method?);
    let mut request = ProviderRequest {
        authority: raw.authority.unwrap_or(rules.authority),
        keys: raw.keys.clone(),
        method,
        url,
        auth: None,
        headers,
        query,
        form,
        json: raw.json.clone(),
        evidence,
    };
    request.auth = auth(raw, &request, rules, scope, place);
    Some(request)
}

/// How the request proves itself: as it says, else as the entry says; nothing is needed where
/// the key already stands in it.
fn auth(
    raw: &RawRequest,
    request: &ProviderRequest,
    rules: &RequestRules,
    scope: RequestScope<'_>,
    place: &Place<'_>,
) -> Option<KeyPosition> {
    if let Some(raw) = &raw.auth {
        return position(raw, request.authority, scope, &place.key("auth"));
    }
    let holds_key = holds_secret(request);
    let alone = match request.authority {
        RequestAuthority::Key | RequestAuthority::Nobody => holds_key,
        RequestAuthority::Admin => false,
    };
    if alone {
        return None;
    }
    let inherits = rules.inherits_auth && request.authority != RequestAuthority::Nobody;
    let inherited = scope.auth.filter(|_| inherits);
    let inherited = inherited.map(|auth| auth.with_rights_of(request.authority));
    if inherited.is_none() {
        place.refuse(EntryFault::NoKeyInRequest);
    }
    inherited
}

fn holds_secret(request: &ProviderRequest) -> bool {
    let texts = [&request.headers, &request.query, &request.form];
    let mut templates = texts.into_iter().flatten().map(|(_, template)| template);
    let json = |value: &Value| value.to_string().contains("{{secret}}");
    request.url.path.has("secret")
        || templates.any(|template| template.has("secret"))
        || request.json.as_ref().is_some_and(json)
}

fn method(name: Option<&str>, rules: &RequestRules, place: &Place<'_>) -> Option<RequestMethod> {
    let Some(name) = name else {
        let missing = "method".to_owned();
        place.refuse(EntryFault::Missing { missing });
        return None;
    };
    let found = rules.methods.iter().find(|method| method.name() == name);
    if found.is_none() {
        let allowed: Vec<&str> = rules.methods.iter().map(|method| method.name()).collect();
        let allowed = allowed.join(", ");
        place
            .key("method")
            .refuse(EntryFault::BadMethod { allowed });
    }
    found.copied()
}

fn evidence(raw: &RawRequest, scope: RequestScope<'_>, place: &Place<'_>) -> Option<Evidence> {
    let whole = scope.evidence;
    if let Some(source) = &raw.source {
        text(source, MAX_SENTENCE, &place.key("source"));
    }
    let read = match &raw.read {
        Some(read) => day(read, &place.key("read"))?,
        None => whole.read,
    };
    Some(Evidence {
        source: raw.source.clone().unwrap_or_else(|| whole.source.clone()),
        read,
        confidence: raw.confidence.unwrap_or(whole.confidence),
        tested: raw.tested.unwrap_or(whole.tested),
    })
}

fn key_names(names: &[String], scope: RequestScope<'_>, place: &Place<'_>) {
    let place = place.key("keys");
    once(names, &place);
    for (at, name) in names.iter().enumerate() {
        if !scope.keys.iter().any(|shape| shape.name == *name) {
            let named = name.clone();
            place.index(at).refuse(EntryFault::NotInEntry { named });
        }
    }
}
