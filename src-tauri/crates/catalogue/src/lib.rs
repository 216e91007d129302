//! The known services: key patterns, usual variables, rotation intervals, pages.
//!
//! Entries are data (`data/providers.toml`) read strictly. Nothing here uses the network, and
//! no error or reason carries a value.
//!
//! Whether a plain text looks like a key is decided here and not in `keyhaven-rules`, because
//! it takes the patterns: see [`Catalogue::secret_in`].

mod kind;
mod read;

use std::sync::OnceLock;

use regex::bytes::Regex;

pub use kind::{Proposal, propose};
pub use read::CatalogueError;

/// In every PEM file that holds a private key (RFC 7468).
const PRIVATE_KEY: &str = "PRIVATE KEY-----";

/// How a service lets a key be replaced. Rotation chooses its steps by it; until rotation
/// exists, only the strict reader uses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// Two keys may be valid at once: create, switch, revoke.
    Dual,
    /// The service replaces the key; the old one becomes invalid at once.
    InPlace,
    /// A key can be revoked through the API, but not created.
    RevokeOnly,
    /// By hand, on the service's page.
    Manual,
}

/// One service.
#[derive(Debug)]
pub struct Provider {
    /// Stable name, `[a-z0-9-]+`, unique in the catalogue.
    pub id: String,
    /// The name that is shown.
    pub name: String,
    /// Usual variables, most usual first.
    pub variables: Vec<String>,
    /// Suggested interval between rotations, in days.
    pub rotate_days: Option<u32>,
    /// The `https` page on which keys are managed.
    pub dashboard: Option<String>,
    /// How a key is replaced.
    pub strategy: Strategy,
    pattern: Option<Regex>,
    public_pattern: Option<Regex>,
    by_name: bool,
}

impl Provider {
    /// Whether the whole value matches the pattern of a secret of this service.
    #[must_use]
    pub fn matches(&self, value: &[u8]) -> bool {
        self.pattern.as_ref().is_some_and(|p| p.is_match(value))
    }

    /// Whether the whole value is one that this service publishes by design.
    #[must_use]
    pub fn is_public(&self, value: &[u8]) -> bool {
        let pattern = self.public_pattern.as_ref();
        pattern.is_some_and(|p| p.is_match(value))
    }

    fn is_named_by(&self, variable: &str) -> bool {
        self.by_name && self.variables.iter().any(|name| name == variable)
    }
}

/// The known services, in order of precedence.
#[derive(Debug)]
pub struct Catalogue {
    providers: Vec<Provider>,
}

impl Catalogue {
    /// The catalogue that is built into the program.
    pub fn builtin() -> &'static Self {
        static BUILTIN: OnceLock<Catalogue> = OnceLock::new();
        BUILTIN.get_or_init(|| {
            // The data is fixed at compile time and a test reads it strictly, so a build that
            // passed its tests never has the empty catalogue.
            Self::read(include_str!("../data/providers.toml")).unwrap_or(Self {
                providers: Vec::new(),
            })
        })
    }

    /// All services, in order of precedence.
    #[must_use]
    pub fn providers(&self) -> &[Provider] {
        &self.providers
    }

    /// The service of that id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Provider> {
        self.providers.iter().find(|provider| provider.id == id)
    }

    /// The kind of secret that a plain text is, or contains as a word: the name of a service,
    /// or `private key`. Callers pass only the text between the references of a template.
    #[must_use]
    pub fn secret_in(&self, text: &str) -> Option<&str> {
        if text.contains(PRIVATE_KEY) {
            return Some("private key");
        }
        let part_of_key = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        let words = text.split(|c| !part_of_key(c));
        let mut candidates = [text].into_iter().chain(words);
        let providers = &self.providers;
        candidates.find_map(|candidate| {
            let mut matching = providers.iter().filter(|p| p.matches(candidate.as_bytes()));
            matching.next().map(|provider| &*provider.name)
        })
    }

    /// The service of a value: by the pattern of the whole value, otherwise by the exact name
    /// of its variable.
    #[must_use]
    pub fn recognise(&self, value: &[u8], variable: &str) -> Option<&Provider> {
        let by_pattern = |p: &&Provider| p.matches(value) || p.is_public(value);
        let by_name = |p: &&Provider| p.is_named_by(variable);
        let providers = &self.providers;
        providers
            .iter()
            .find(by_pattern)
            .or_else(|| providers.iter().find(by_name))
    }
}

#[cfg(test)]
mod tests;
