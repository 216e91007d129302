//! What `--json` shows of an entry.

use keyhaven_rules::{Verdict, words};
use serde::Serialize;

use crate::evidence::{Confidence, Evidence, Tested};
use crate::key_position::RequestAuthority;
use crate::key_shape::{KeyKind, KeyRole, KeyShape, OfflineCheck};
use crate::provider::{Area, CompanionField, FieldSource, KeyLifetime, Provider, Strategy};
use crate::request::{KeyCheck, ProviderRequest};

words! {
    /// What can be done with keys of a service.
    Capability {
        /// Recognise them by their shape.
        Recognise,
        /// Ask whether one is alive.
        Check,
        /// Ask what the service knows of one.
        Introspect,
        /// Make one.
        Create,
        /// Find one by its tag.
        Find,
        /// End one with the rights of another.
        Revoke,
        /// End one with its own rights.
        SelfRevoke,
        /// Put one into requests of a program.
        Inject,
    }
}

/// An entry in a list.
#[derive(Debug, Serialize)]
pub struct ProviderSummary<'a> {
    id: &'a str,
    name: &'a str,
    aliases: &'a [String],
    area: Area,
    strategy: Strategy,
    variables: &'a [String],
    /// As the service recommends, otherwise as is usual.
    rotate_days: u32,
    dashboard: Option<String>,
    confidence: Confidence,
    tested: Tested,
    /// Host, authentication, check and answers were read in a source.
    full: bool,
    capabilities: Vec<Capability>,
}

/// A whole entry.
#[derive(Debug, Serialize)]
pub struct ProviderDetails<'a> {
    #[serde(flatten)]
    summary: ProviderSummary<'a>,
    evidence: &'a Evidence,
    unconfirmed: &'a [String],
    hosts: Vec<String>,
    keys: Vec<KeyView<'a>>,
    fields: Vec<CompanionView<'a>>,
    lifetime: Option<KeyLifetime>,
    grace_seconds: Option<i64>,
    propagation_seconds: Option<i64>,
    max_keys: Option<u32>,
    checks: Vec<CheckView<'a>>,
    introspects: Vec<&'a str>,
    create: Option<RequestView<'a>>,
    revocations: Vec<RequestView<'a>>,
    sunsets: Vec<SunsetView<'a>>,
}

#[derive(Debug, Serialize)]
struct KeyView<'a> {
    name: &'a str,
    kind: Option<KeyKind>,
    role: KeyRole,
    needs_variable: bool,
    offline: Option<OfflineCheck>,
    pattern: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct CompanionView<'a> {
    name: &'a str,
    label: &'a str,
    from: FieldSource,
    variable: Option<&'a str>,
    secret: bool,
    choices: &'a [String],
    default: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct CheckView<'a> {
    #[serde(flatten)]
    request: RequestView<'a>,
    costs: bool,
    unattended: bool,
}

#[derive(Debug, Serialize)]
struct RequestView<'a> {
    #[serde(rename = "as")]
    authority: RequestAuthority,
    keys: &'a [String],
    method: &'static str,
    url: String,
    evidence: &'a Evidence,
}

#[derive(Debug, Serialize)]
struct SunsetView<'a> {
    on: String,
    says: &'a str,
}

impl KeyCheck {
    /// Whether it may run with nobody there: it is free, and its facts were read in a source.
    #[must_use]
    pub fn runs_unattended(&self) -> bool {
        !self.costs && self.request.evidence.confidence == Confidence::Verified
    }
}

impl Provider {
    /// Whether host, authentication, check and answers were read in a source, so that a key can
    /// be found alive or dead.
    #[must_use]
    pub fn is_full(&self) -> bool {
        let answers = |check: &KeyCheck, verdict| {
            check.answers.iter().any(|answer| answer.verdict == verdict)
        };
        let full = |it: &KeyCheck| {
            let is_verified = it.request.evidence.confidence == Confidence::Verified;
            is_verified && answers(it, Verdict::Alive) && answers(it, Verdict::Dead)
        };
        self.built_in.is_some() || self.checks.iter().any(full)
    }

    /// What can be done with its keys.
    #[must_use]
    pub fn capabilities(&self) -> Vec<Capability> {
        let by = |authority: RequestAuthority| {
            let mut revocations = self.revocations.iter();
            revocations.any(|it| it.request.authority == authority)
        };
        let itself = by(RequestAuthority::Key) || by(RequestAuthority::Nobody);
        let all = [
            (Capability::Recognise, self.keys.iter().any(|it| !it.weak)),
            (Capability::Check, self.can_be_checked()),
            (Capability::Introspect, !self.introspections.is_empty()),
            (Capability::Create, self.create.is_some()),
            (Capability::Find, self.find.is_some()),
            (Capability::Revoke, by(RequestAuthority::Admin)),
            (Capability::SelfRevoke, itself),
            (Capability::Inject, self.inject.is_some()),
        ];
        let known = all.into_iter().filter(|(_, known)| *known);
        known.map(|(capability, _)| capability).collect()
    }

    /// As it stands in a list.
    #[must_use]
    pub fn summary(&self) -> ProviderSummary<'_> {
        ProviderSummary {
            id: &self.id,
            name: &self.name,
            aliases: &self.aliases,
            area: self.area,
            strategy: self.strategy,
            variables: &self.variables,
            rotate_days: self.rotation_days(),
            dashboard: self.dashboard_address(),
            confidence: self.evidence.confidence,
            tested: self.evidence.tested,
            full: self.is_full(),
            capabilities: self.capabilities(),
        }
    }

    /// All that is known.
    #[must_use]
    pub fn details(&self) -> ProviderDetails<'_> {
        let facts = self.introspections.iter().flat_map(|it| &it.extract);
        let mut introspects: Vec<&str> = facts.map(|it| it.fact.as_str()).collect();
        introspects.sort_unstable();
        introspects.dedup();
        ProviderDetails {
            summary: self.summary(),
            evidence: &self.evidence,
            unconfirmed: &self.unconfirmed,
            hosts: self.hosts.iter().map(ToString::to_string).collect(),
            keys: self.keys.iter().map(key).collect(),
            fields: self.fields.iter().map(field).collect(),
            lifetime: self.lifetime,
            grace_seconds: self.grace.map(|it| it.as_secs()),
            propagation_seconds: self.propagation.map(|it| it.as_secs()),
            max_keys: self.max_keys,
            checks: self.checks.iter().map(check).collect(),
            introspects,
            create: self.create.as_ref().map(|it| request(&it.request)),
            revocations: self
                .revocations
                .iter()
                .map(|it| request(&it.request))
                .collect(),
            sunsets: (self.sunsets.iter())
                .map(|it| SunsetView {
                    on: it.on.to_string(),
                    says: &it.says,
                })
                .collect(),
        }
    }
}

fn key(shape: &KeyShape) -> KeyView<'_> {
    KeyView {
        name: &shape.name,
        kind: shape.kind,
        role: shape.role,
        needs_variable: shape.weak,
        offline: shape.offline,
        pattern: shape.pattern().map(crate::Pattern::source),
    }
}

fn field(field: &CompanionField) -> CompanionView<'_> {
    CompanionView {
        name: &field.name,
        label: &field.label,
        from: field.from,
        variable: field.variable.as_deref(),
        secret: field.secret,
        choices: &field.choices,
        default: field.default.as_deref(),
    }
}

fn check(check: &KeyCheck) -> CheckView<'_> {
    CheckView {
        request: request(&check.request),
        costs: check.costs,
        unattended: check.runs_unattended(),
    }
}

fn request(request: &ProviderRequest) -> RequestView<'_> {
    RequestView {
        authority: request.authority,
        keys: &request.keys,
        method: request.method.name(),
        url: request.url.to_string(),
        evidence: &request.evidence,
    }
}
