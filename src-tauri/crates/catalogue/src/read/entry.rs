//! One entry, but for its requests.

use crate::evidence::Evidence;
use crate::fault::EntryFault;
use crate::key_position::RequestAuthority;
use crate::key_shape::{KeyRole, KeyShape, ShapeForm};
use crate::place::Place;
use crate::provider::{CompanionField, FieldSource, KeyLifetime, Provider, Strategy, Sunset};
use crate::raw::{RawExpiry, RawField, RawKey, RawProvider, RawSunset};
use crate::read::basics::{
    MAX_NAME, MAX_SENTENCE, day, extracting, id, once, pattern, range, span, text, variable,
};
use crate::read::hosts::{self, HostScope};
use crate::read::position::position;
use crate::read::request;
use crate::read::scope::RequestScope;

/// The most days of an interval: a hundred years.
const MAX_DAYS: u32 = 36_525;
/// The most keys that a service may allow at once.
const MAX_KEYS: u32 = 1_000_000;
/// Fields that can be general knowledge while the rest of the entry was read in a source.
const FACTS: [&str; 9] = [
    "dashboard",
    "docs",
    "expiry",
    "field",
    "hosts",
    "key",
    "max_keys",
    "propagation",
    "variables",
];
/// Names of placeholders with a fixed meaning.
const FIXED: [&str; 8] = [
    "secret",
    "token",
    "tag",
    "key_id",
    "expires_at",
    "expires_in",
    "admin",
    "pending",
];

/// Checks an entry. What it returns is complete only where nothing was noted.
pub fn provider(raw: RawProvider, place: &Place<'_>) -> Option<Provider> {
    facts(&raw, place);
    let evidence = Evidence {
        source: raw.source.clone(),
        read: day(&raw.read, &place.key("read"))?,
        confidence: raw.confidence,
        tested: raw.tested,
    };
    let keys = keys(&raw.key, &place.key("key"));
    let fields = fields(&raw.field, &place.key("field"));
    let rules = hosts::rules(&raw.hosts, &fields, &place.key("hosts"));
    let host_scope = HostScope {
        fields: &fields,
        hosts: &rules,
    };
    own_defaults(host_scope, &place.key("field"));
    let scope = RequestScope {
        host: host_scope,
        keys: &keys,
        evidence: &evidence,
        auth: None,
        traded: raw.exchange.is_some(),
    };
    let auth = raw.auth.as_ref();
    let auth =
        auth.and_then(|auth| position(auth, RequestAuthority::Key, scope, &place.key("auth")));
    let scope = RequestScope {
        auth: auth.as_ref(),
        ..scope
    };
    let numbered = |name: &str, at: usize| place.key(name).index(at);
    let page = |page: Option<&String>, name: &str| {
        page.and_then(|page| hosts::page(page, host_scope, &place.key(name)))
    };
    let provider = Provider {
        checks: each(&raw.check, |at, it| {
            request::check(it, scope, &numbered("check", at))
        }),
        introspections: each(&raw.introspect, |at, it| {
            request::introspection(
                it,
                scope,
                !raw.check.is_empty(),
                &numbered("introspect", at),
            )
        }),
        revocations: each(&raw.revoke, |at, it| {
            request::revocation(it, scope, &numbered("revoke", at))
        }),
        exchange: raw
            .exchange
            .as_ref()
            .and_then(|it| request::exchange(it, scope, &place.key("exchange"))),
        create: raw
            .create
            .as_ref()
            .and_then(|it| request::creation(it, scope, &place.key("create"))),
        find: raw
            .find
            .as_ref()
            .and_then(|it| request::search(it, scope, &place.key("find"))),
        inject: raw
            .inject
            .as_ref()
            .and_then(|it| request::injection(it, scope, &place.key("inject"))),
        dashboard: page(raw.dashboard.as_ref(), "dashboard"),
        docs: page(raw.docs.as_ref(), "docs"),
        grace: span(raw.grace.as_deref(), &place.key("grace")),
        propagation: span(raw.propagation.as_deref(), &place.key("propagation")),
        lifetime: raw
            .expiry
            .as_ref()
            .map(|it| lifetime(it, &place.key("expiry"))),
        sunsets: each(&raw.sunset, |at, it| sunset(it, &numbered("sunset", at))),
        auth,
        hosts: rules,
        keys,
        fields,
        evidence,
        id: raw.id,
        name: raw.name,
        aliases: raw.aliases,
        area: raw.area,
        strategy: raw.strategy,
        built_in: raw.built_in,
        variables: raw.variables,
        rotate_days: raw.rotate_days,
        max_keys: raw.max_keys,
        unconfirmed: raw.unconfirmed,
        by_name: raw.by_name,
    };
    whole(&provider, place);
    Some(provider)
}

fn each<R, T>(list: &[R], read: impl Fn(usize, &R) -> Option<T>) -> Vec<T> {
    list.iter()
        .enumerate()
        .filter_map(|(at, it)| read(at, it))
        .collect()
}

fn facts(raw: &RawProvider, place: &Place<'_>) {
    id(&raw.id, &place.key("id"));
    text(&raw.name, MAX_NAME, &place.key("name"));
    text(&raw.source, MAX_SENTENCE, &place.key("source"));
    for (at, alias) in raw.aliases.iter().enumerate() {
        id(alias, &place.key("aliases").index(at));
    }
    for (at, name) in raw.variables.iter().enumerate() {
        variable(name, &place.key("variables").index(at));
    }
    once(&raw.variables, &place.key("variables"));
    once(&raw.hosts, &place.key("hosts"));
    once(&raw.unconfirmed, &place.key("unconfirmed"));
    for (at, field) in raw.unconfirmed.iter().enumerate() {
        if !FACTS.contains(&field.as_str()) {
            let named = field.clone();
            let place = place.key("unconfirmed").index(at);
            place.refuse(EntryFault::NotInEntry { named });
        }
    }
    range(raw.rotate_days, 1, MAX_DAYS, &place.key("rotate_days"));
    range(raw.max_keys, 1, MAX_KEYS, &place.key("max_keys"));
}

/// What only the whole entry shows.
fn whole(provider: &Provider, place: &Place<'_>) {
    let tells = |shape: &KeyShape| !shape.weak && shape.role != KeyRole::Public;
    let named = provider.by_name && !provider.variables.is_empty();
    if !named && !provider.keys.iter().any(tells) {
        place.key("id").refuse(EntryFault::Unreachable);
    }
    let creates = !matches!(provider.strategy, Strategy::Manual | Strategy::RevokeOnly);
    if provider.create.is_some() && !creates {
        place
            .key("strategy")
            .refuse(EntryFault::StrategyContradicts);
    }
}

fn keys(raw: &[RawKey], place: &Place<'_>) -> Vec<KeyShape> {
    let names: Vec<String> = raw.iter().map(|key| key.name.clone()).collect();
    once(&names, place);
    each(raw, |at, raw| key(raw, &place.index(at)))
}

fn key(raw: &RawKey, place: &Place<'_>) -> Option<KeyShape> {
    text(&raw.name, MAX_NAME, &place.key("name"));
    let form = match (&raw.pattern, raw.structure) {
        (Some(source), None) => ShapeForm::Pattern(pattern(source, &place.key("pattern"))?),
        (None, Some(structure)) => ShapeForm::Structured(structure),
        (None, None) | (Some(_), Some(_)) => {
            let fields = "pattern, structure".to_owned();
            place.refuse(EntryFault::ExactlyOne { fields });
            return None;
        }
    };
    Some(KeyShape {
        name: raw.name.clone(),
        kind: raw.kind,
        role: raw.role,
        weak: raw.weak,
        offline: raw.offline,
        form,
    })
}

fn fields(raw: &[RawField], place: &Place<'_>) -> Vec<CompanionField> {
    let names: Vec<String> = raw.iter().map(|field| field.name.clone()).collect();
    once(&names, place);
    each(raw, |at, raw| field(raw, &place.index(at)))
}

fn field(raw: &RawField, place: &Place<'_>) -> Option<CompanionField> {
    text(&raw.label, MAX_NAME, &place.key("label"));
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let long = raw.name.is_empty() || raw.name.len() > MAX_NAME;
    // A fixed meaning is kept, but an id may also be known from the key itself.
    let fixed = FIXED.contains(&raw.name.as_str()) && raw.name != "key_id";
    if long || fixed || !raw.name.chars().all(good) {
        place.key("name").refuse(EntryFault::BadId);
    }
    if let Some(name) = &raw.variable {
        variable(name, &place.key("variable"));
    }
    for (at, choice) in raw.choices.iter().enumerate() {
        text(choice, MAX_NAME, &place.key("choices").index(at));
    }
    once(&raw.choices, &place.key("choices"));
    if let Some(default) = &raw.default
        && !raw.choices.is_empty()
        && !raw.choices.contains(default)
    {
        let named = default.clone();
        place
            .key("default")
            .refuse(EntryFault::NotInEntry { named });
    }
    let extract = raw.extract.as_deref();
    match (raw.from, extract) {
        (FieldSource::Value, None) => {
            let missing = "extract".to_owned();
            place.refuse(EntryFault::Missing { missing });
        }
        (FieldSource::User | FieldSource::Introspect, Some(_)) => {
            let other = "from = \"value\"".to_owned();
            place.key("extract").refuse(EntryFault::OnlyWith { other });
        }
        (FieldSource::Value, Some(_)) | (_, None) => {}
    }
    let shape = raw.pattern.as_deref();
    Some(CompanionField {
        name: raw.name.clone(),
        label: raw.label.clone(),
        from: raw.from,
        variable: raw.variable.clone(),
        secret: raw.secret,
        field_type: raw.field_type,
        choices: raw.choices.clone(),
        pattern: shape.and_then(|it| pattern(it, &place.key("pattern"))),
        default: raw.default.clone(),
        own_host: raw.own_host,
        extract: extract.and_then(|it| extracting(it, &place.key("extract"))),
    })
}

/// The host of the service itself is that of an owner who has none.
fn own_defaults(scope: HostScope<'_>, place: &Place<'_>) {
    for (at, field) in scope
        .fields
        .iter()
        .enumerate()
        .filter(|(_, it)| it.own_host)
    {
        let Some(default) = &field.default else {
            continue;
        };
        let url = format!("https://{default}/");
        hosts::request_url(&url, scope, &place.index(at).key("default"));
    }
}

fn lifetime(raw: &RawExpiry, place: &Place<'_>) -> KeyLifetime {
    range(raw.default_days, 1, MAX_DAYS, &place.key("default_days"));
    range(raw.max_days, 1, MAX_DAYS, &place.key("max_days"));
    range(raw.idle_days, 1, MAX_DAYS, &place.key("idle_days"));
    KeyLifetime {
        expires: raw.expires,
        default_days: raw.default_days,
        max_days: raw.max_days,
        idle_days: raw.idle_days,
    }
}

fn sunset(raw: &RawSunset, place: &Place<'_>) -> Option<Sunset> {
    text(&raw.says, MAX_SENTENCE, &place.key("says"));
    let pattern = pattern(&raw.pattern, &place.key("match"));
    let on = day(&raw.on, &place.key("on"));
    Some(Sunset {
        pattern: pattern?,
        on: on?,
        says: raw.says.clone(),
    })
}
