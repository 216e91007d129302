//! What the value of a field tells about a key.

use keyhaven_catalogue::key_shape::{KeyKind, KeyRole, KeyShape};
use keyhaven_catalogue::provider::Sunset;
use keyhaven_catalogue::{Catalogue, Provider};
use keyhaven_rules::guessable::{is_guessable, is_guessable_password};
use keyhaven_rules::placeholder::is_placeholder;
use keyhaven_secret::SecretBytes;
use keyhaven_vault::Field;

/// What a value tells, without the value.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ValueFacts<'a> {
    /// The field, where its credential has several.
    pub(crate) field: Option<&'a str>,
    /// The provider of the credential, and the shape among its keys that the value has.
    pub(crate) shape: Option<(&'static Provider, &'static KeyShape)>,
    /// It stands in the place of a value.
    pub(crate) is_placeholder: bool,
    /// It is easy to guess.
    pub(crate) is_guessable: bool,
    /// Its provider has announced an end of such keys.
    pub(crate) sunset: Option<&'static Sunset>,
}

impl<'a> ValueFacts<'a> {
    /// Looks at a value. Which provider it belongs to is known from the credential: what only
    /// looks like a key of another one is none of it.
    pub(crate) fn of(
        field: &'a Field,
        is_only: bool,
        value: &SecretBytes,
        provider: Option<&str>,
    ) -> Self {
        // Exposed to the rules and patterns, of which none keeps anything of it.
        let value = value.expose().as_slice();
        let provider = provider.and_then(|id| Catalogue::builtin().get(id));
        let shape = provider.and_then(|it| Some((it, it.shape_of(value)?)));
        let text = std::str::from_utf8(value).unwrap_or_default();
        let is_placeholder = shape.is_none() && is_placeholder(text);
        let guess = match is_password(field) {
            true => is_guessable_password,
            false => is_guessable,
        };
        Self {
            field: (!is_only).then_some(&field.name),
            shape,
            is_placeholder,
            is_guessable: shape.is_none() && !is_placeholder && guess(value),
            sunset: provider.and_then(|it| {
                let mut sunsets = it.sunsets.iter();
                sunsets.find(|sunset| sunset.pattern.is_match(value))
            }),
        }
    }

    /// What the key may do, where its shape tells.
    pub(crate) fn kind(&self) -> Option<KeyKind> {
        self.shape?.1.kind
    }

    /// Whether another key with the same value is a finding: an id, a published key or an
    /// ordinary word may be in several places.
    pub(crate) fn is_to_be_unique(&self) -> bool {
        let is_secret = |(_, shape): (_, &KeyShape)| shape.role == KeyRole::Secret;
        self.shape.is_none_or(is_secret) && !self.is_placeholder && !self.is_guessable
    }
}

fn is_password(field: &Field) -> bool {
    let names = [Some(&field.name), field.variable.as_ref()];
    names.into_iter().flatten().any(|name| {
        let name = name.to_ascii_uppercase();
        name.contains("PASS") || name.contains("PWD")
    })
}
