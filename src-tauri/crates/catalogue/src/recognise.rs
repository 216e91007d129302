//! Which service a value belongs to: exactly one, or a named ambiguity.
//!
//! A shape that tells the service outweighs the name of the variable. Shapes that several
//! services share count only where the variable names the service.

use jiff::Timestamp;

use crate::Catalogue;
use crate::key_shape::{KeyKind, KeyRole, KeyShape, OfflineCheck};
use crate::offline::{self, KeyCondition};
use crate::provider::Provider;

/// The fewest bytes of a beginning that tells the service.
const TELLING_PREFIX: usize = 3;
/// The fewest bytes behind that beginning, so that an ordinary word is not taken for a part of
/// a key.
const TELLING_REST: usize = 8;

/// How a value was assigned to a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatchedBy {
    /// The whole value has a shape of the service.
    Shape,
    /// The service uses the variable.
    Variable,
    /// The value begins like a key of the service and does not go on like one.
    Beginning,
}

/// A service that a value may belong to.
#[derive(Clone, Copy, Debug)]
pub struct KeyMatch<'a> {
    /// The service.
    pub provider: &'a Provider,
    /// The shape, where one is known.
    pub shape: Option<&'a KeyShape>,
    /// How it was found.
    pub by: MatchedBy,
    /// What a checksum says.
    pub condition: KeyCondition,
}

/// What is known of a value.
#[derive(Clone, Debug, Default)]
pub struct Recognition<'a> {
    matches: Vec<KeyMatch<'a>>,
    account: Option<String>,
    expires: Option<Timestamp>,
}

impl<'a> Recognition<'a> {
    /// The service, where there is exactly one.
    #[must_use]
    pub fn provider(&self) -> Option<&'a Provider> {
        let only = self.only()?;
        (only.by != MatchedBy::Beginning).then_some(only.provider)
    }

    /// The only service that it may belong to.
    #[must_use]
    pub fn only(&self) -> Option<&KeyMatch<'a>> {
        match self.matches.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    /// The services between which nothing decides; empty where there is none or one.
    #[must_use]
    pub fn ambiguous(&self) -> &[KeyMatch<'a>] {
        match self.matches.as_slice() {
            [_, _, ..] => &self.matches,
            _ => &[],
        }
    }

    /// What the key may do, where its shape tells.
    #[must_use]
    pub fn kind(&self) -> Option<KeyKind> {
        self.only()?.shape?.kind
    }

    /// The service of whose keys this one is cut or mistyped.
    #[must_use]
    pub fn damaged(&self) -> Option<&'a Provider> {
        let only = self.only()?;
        (only.condition == KeyCondition::Damaged).then_some(only.provider)
    }

    /// The account that the value itself names.
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        self.account.as_deref()
    }

    /// When the value itself says that it ends.
    #[must_use]
    pub const fn expires(&self) -> Option<Timestamp> {
        self.expires
    }

    /// Whether the whole value has a shape that tells a service.
    #[must_use]
    pub fn has_key_shape(&self) -> bool {
        self.matches.iter().any(|it| it.by == MatchedBy::Shape)
    }

    /// Whether the whole value is one that its service publishes by design.
    #[must_use]
    pub fn is_public(&self) -> bool {
        let public = |it: &KeyMatch<'_>| it.shape.is_some_and(|it| it.role == KeyRole::Public);
        self.has_key_shape() && self.matches.iter().all(public)
    }

    /// Whether at least one service uses the variable.
    #[must_use]
    pub fn is_named(&self) -> bool {
        self.matches.iter().any(|it| it.by == MatchedBy::Variable)
    }
}

impl Catalogue {
    /// What is known of a value and the variable that it fills; an empty name says nothing.
    #[must_use]
    pub fn identify(&self, value: &[u8], variable: &str) -> Recognition<'_> {
        let matches = narrowed(self.by_shape(value), variable)
            .or_else(|| some(self.by_variable(value, variable)))
            .unwrap_or_else(|| self.by_beginning(value));
        let is_aws = |it: &KeyMatch<'_>| {
            it.shape
                .is_some_and(|it| it.offline == Some(OfflineCheck::AwsAccount))
        };
        let account = matches
            .iter()
            .any(is_aws)
            .then(|| offline::aws_account(value));
        Recognition {
            matches,
            account: account.flatten(),
            expires: offline::jwt_expiry(value),
        }
    }

    fn by_shape(&self, value: &[u8]) -> Vec<KeyMatch<'_>> {
        let mut found = Vec::new();
        for provider in self.providers() {
            let mut strong = provider.keys.iter().filter(|shape| !shape.weak);
            if let Some(shape) = strong.find(|shape| shape.is_match(value)) {
                found.push(KeyMatch {
                    provider,
                    shape: Some(shape),
                    by: MatchedBy::Shape,
                    condition: condition(shape, value),
                });
            }
        }
        found
    }

    fn by_variable(&self, value: &[u8], variable: &str) -> Vec<KeyMatch<'_>> {
        let mut all = Vec::new();
        for provider in self.providers() {
            if !provider.is_named_by(variable) {
                continue;
            }
            let shape = provider.shape_of(value);
            let damaged = shape.is_none() && begins(provider, value).is_some();
            all.push(KeyMatch {
                provider,
                shape,
                by: MatchedBy::Variable,
                condition: match damaged {
                    true => KeyCondition::Damaged,
                    false => KeyCondition::Unchecked,
                },
            });
        }
        let fitting: Vec<_> = all
            .iter()
            .filter(|it| it.shape.is_some())
            .copied()
            .collect();
        if fitting.is_empty() { all } else { fitting }
    }

    fn by_beginning(&self, value: &[u8]) -> Vec<KeyMatch<'_>> {
        let found = |provider| {
            let (shape, length) = begins(provider, value)?;
            let one = KeyMatch {
                provider,
                shape: Some(shape),
                by: MatchedBy::Beginning,
                condition: KeyCondition::Damaged,
            };
            Some((length, one))
        };
        let all: Vec<_> = self.providers().iter().filter_map(found).collect();
        let longest = all.iter().map(|(length, _)| *length).max();
        let telling = all
            .into_iter()
            .filter(|(length, _)| Some(*length) == longest);
        telling.map(|(_, one)| one).collect()
    }
}

fn condition(shape: &KeyShape, value: &[u8]) -> KeyCondition {
    let check = |check| offline::condition(check, value);
    shape.offline.map_or(KeyCondition::Unchecked, check)
}

/// The shape whose beginning the value shares without having the shape, and how long that
/// beginning is.
fn begins<'a>(provider: &'a Provider, value: &[u8]) -> Option<(&'a KeyShape, usize)> {
    if value.iter().any(u8::is_ascii_whitespace) {
        return None;
    }
    let strong = provider.keys.iter().filter(|shape| !shape.weak);
    let shared = strong.filter_map(|shape| {
        let length = shape.pattern()?.shared_prefix(value)?.len();
        let fits = length >= TELLING_PREFIX && value.len() >= length + TELLING_REST;
        (fits && !shape.is_match(value)).then_some((shape, length))
    });
    shared.max_by_key(|(_, length)| *length)
}

/// Of services with the same shape, the one that the variable names.
fn narrowed<'a>(matches: Vec<KeyMatch<'a>>, variable: &str) -> Option<Vec<KeyMatch<'a>>> {
    let named = matches
        .iter()
        .filter(|it| it.provider.is_named_by(variable));
    let named: Vec<KeyMatch<'a>> = named.copied().collect();
    if named.is_empty() {
        some(matches)
    } else {
        Some(named)
    }
}

fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}
