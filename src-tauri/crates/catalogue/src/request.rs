//! Requests to a service, as data: what is sent where, and what is read from the response.
//!
//! Nothing is sent here. The sender of a request fills its placeholders, each escaped for its
//! position, and refuses redirects.

use jiff::SignedDuration;
use keyhaven_rules::words;

use crate::answer::ExpectedAnswer;
use crate::evidence::Evidence;
use crate::host_rule::HostRule;
use crate::key_position::{KeyPosition, RequestAuthority};
use crate::key_shape::{KeyRole, KeyShape};
use crate::template::RequestTemplate;

words! {
    /// How a response writes an instant.
    TimeFormat {
        /// RFC 3339.
        Rfc3339,
        /// A day, `2026-11-29`.
        Date,
        /// Seconds since 1970.
        Unix,
        /// Milliseconds since 1970.
        UnixMs,
        /// `2026-11-29 12:00:00 UTC`, or with an offset.
        Spaced,
        /// Seconds from now.
        InSeconds,
    }
}

words! {
    /// The method of a request.
    RequestMethod {
        /// GET.
        Get,
        /// HEAD.
        Head,
        /// POST.
        Post,
        /// PUT.
        Put,
        /// PATCH.
        Patch,
        /// DELETE.
        Delete,
    }
}

impl RequestMethod {
    /// As it stands in a request.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// An address with placeholders; the scheme is `https`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UrlTemplate {
    /// The host, with a port where it is not 443.
    pub host: RequestTemplate,
    /// Path and query, from the first `/` on.
    pub path: RequestTemplate,
}

impl UrlTemplate {
    /// The address with its placeholders filled; none where one has no value.
    #[must_use]
    pub fn filled<'v>(&self, value: impl Fn(&str) -> Option<&'v str>) -> Option<String> {
        let mut names = self.host.placeholders().chain(self.path.placeholders());
        if !names.all(|name| value(name).is_some()) {
            return None;
        }
        let fill = |name: &str| value(name).unwrap_or_default().to_owned();
        let (host, path) = (self.host.filled(fill), self.path.filled(fill));
        Some(format!("https://{host}{path}"))
    }
}

impl std::fmt::Display for UrlTemplate {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let named = |name: &str| format!("{{{{{name}}}}}");
        let (host, path) = (self.host.filled(named), self.path.filled(named));
        write!(out, "https://{host}{path}")
    }
}

/// One request.
#[derive(Clone, Debug, PartialEq)]
pub struct ProviderRequest {
    /// With whose rights it is made.
    pub authority: RequestAuthority,
    /// The names of the shapes it is for; empty for every secret, also one of an unknown shape.
    pub keys: Vec<String>,
    /// The method.
    pub method: RequestMethod,
    /// Where it goes.
    pub url: UrlTemplate,
    /// Where the key of its authority stands; none where the URL or body holds it.
    pub auth: Option<KeyPosition>,
    /// Further headers.
    pub headers: Vec<(String, RequestTemplate)>,
    /// Parameters added to the query.
    pub query: Vec<(String, RequestTemplate)>,
    /// Fields of a form, which is the body.
    pub form: Vec<(String, RequestTemplate)>,
    /// The body as JSON; texts in it are templates, and one that is nothing but the
    /// placeholder of a list or number becomes that list or number.
    pub json: Option<serde_json::Value>,
    /// Where the facts about it come from.
    pub evidence: Evidence,
}

impl ProviderRequest {
    /// Whether it is for keys of that shape.
    #[must_use]
    pub fn is_for(&self, shape: Option<&KeyShape>) -> bool {
        is_for(&self.keys, shape)
    }
}

fn is_for(keys: &[String], shape: Option<&KeyShape>) -> bool {
    match keys {
        // An id or a public key proves nothing, so a service would refuse it like a dead key.
        [] => shape.is_none_or(|shape| shape.role == KeyRole::Secret),
        keys => shape.is_some_and(|shape| keys.contains(&shape.name)),
    }
}

/// A request that tells whether a key is alive.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyCheck {
    /// The request.
    pub request: ProviderRequest,
    /// It costs money or a part of a quota, and so never runs unattended.
    pub costs: bool,
    /// What responses mean; the first that fits counts.
    pub answers: Vec<ExpectedAnswer>,
}

/// Where a fact stands in a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FactPlace {
    /// A JSON pointer into the body.
    Json(String),
    /// The name of a header.
    Header(String),
    /// The name of an XML element of the body.
    Element(String),
}

/// A fact that is read from a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extraction {
    /// The name of the fact, or of the companion field that it fills.
    pub fact: String,
    /// Where it stands.
    pub place: FactPlace,
    /// How it is written, where it is an instant.
    pub time: Option<TimeFormat>,
}

/// What a service reports about a key.
#[derive(Clone, Debug, PartialEq)]
pub struct Introspection {
    /// The names of the shapes it is for; empty for every secret, also one of an unknown shape.
    pub keys: Vec<String>,
    /// The request; none where the response of the check already tells.
    pub request: Option<ProviderRequest>,
    /// What is read from the response.
    pub extract: Vec<Extraction>,
    /// Where the facts about it come from.
    pub evidence: Evidence,
}

impl Introspection {
    /// Whether it is for keys of that shape.
    #[must_use]
    pub fn is_for(&self, shape: Option<&KeyShape>) -> bool {
        is_for(&self.keys, shape)
    }
}

/// A request that trades a key for a token.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenExchange {
    /// The request.
    pub request: ProviderRequest,
    /// What is read from the response: `token`, and when it ends.
    pub extract: Vec<Extraction>,
}

/// Which responses report success. A status alone is not always enough.
#[derive(Clone, Debug, PartialEq)]
pub struct SuccessRule {
    /// The statuses.
    pub statuses: Vec<u16>,
    /// What must be in the body: a JSON pointer, and the value there, or none for anything but
    /// null.
    pub body: Option<(String, Option<serde_json::Value>)>,
}

impl SuccessRule {
    /// Whether a response reports success.
    #[must_use]
    pub fn fits(&self, status: u16, body: &[u8]) -> bool {
        let holds = |(pointer, value): &(String, Option<serde_json::Value>)| {
            let body = serde_json::from_slice::<serde_json::Value>(body).ok();
            let found = body.as_ref().and_then(|body| body.pointer(pointer));
            found.is_some_and(|found| match value {
                Some(value) => value == found,
                None => !found.is_null(),
            })
        };
        self.statuses.contains(&status) && self.body.as_ref().is_none_or(holds)
    }
}

/// The request that makes a key.
#[derive(Clone, Debug, PartialEq)]
pub struct Creation {
    /// The request.
    pub request: ProviderRequest,
    /// Which responses report success.
    pub ok: SuccessRule,
    /// What is read from the response: `secret`, `key_id`, and when it ends.
    pub extract: Vec<Extraction>,
}

/// The request that finds a key after a response was lost.
#[derive(Clone, Debug, PartialEq)]
pub struct OrphanSearch {
    /// The request.
    pub request: ProviderRequest,
    /// How its response lists keys.
    pub list: KeyList,
}

/// How a response lists keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyList {
    /// With their names, so that one is found by its tag.
    Named {
        /// A JSON pointer to the list.
        items: String,
        /// A JSON pointer within an element: to what holds the tag.
        tag: String,
        /// A JSON pointer within an element: to the key's id.
        key_id: String,
    },
    /// With their ids alone: a new one is the one that was not there before.
    Nameless {
        /// The XML element with the id.
        element: String,
    },
}

/// A request that ends a key. Made with the rights of the key itself, it needs no other.
#[derive(Clone, Debug, PartialEq)]
pub struct Revocation {
    /// The request.
    pub request: ProviderRequest,
    /// Which responses report success.
    pub ok: SuccessRule,
    /// The key can be made valid again at the service.
    pub reversible: bool,
    /// How long the key may still work afterwards.
    pub delay: Option<SignedDuration>,
}

/// Where the broker puts the key into requests of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyInjection {
    /// Hosts that receive it.
    pub hosts: Vec<HostRule>,
    /// Where it may stand.
    pub at: Vec<KeyPosition>,
    /// What paths of these requests start with; empty for all.
    pub paths: Vec<String>,
}
