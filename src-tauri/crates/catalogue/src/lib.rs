//! The known services: what their keys look like, and how a key is checked, replaced and
//! revoked there.
//!
//! Entries are data (`data/*.toml`), read strictly: unknown fields, hosts that are not on the
//! internet, addresses that the entry does not list, methods and patterns that could do harm are
//! refused. Nothing here uses the network or a clock, and no error or reason carries a value.
//!
//! Whether a plain text looks like a key is decided here and not in `keyhaven-rules`, because
//! it takes the patterns: see [`Catalogue::secret_in`].

pub mod answer;
mod builtin;
pub mod evidence;
mod fault;
pub mod host_rule;
pub mod key_position;
pub mod key_shape;
mod kind;
mod offline;
mod pattern;
mod place;
pub mod provider;
mod raw;
mod read;
mod recognise;
pub mod request;
mod template;
mod view;

pub use fault::{ENTRY_FAULTS, EntryFault, EntryProblem};
pub use kind::{PROPOSAL_REASONS, Proposal, ProposalReason, propose};
pub use offline::KeyCondition;
pub use pattern::Pattern;
pub use provider::{Provider, Strategy};
pub use read::MAX_FILE;
pub use recognise::{KeyMatch, MatchedBy, Recognition};
pub use template::{RequestTemplate, TemplatePiece};
pub use view::{Capability, ProviderDetails, ProviderSummary};

/// In every PEM file that holds a private key (RFC 7468).
const PRIVATE_KEY: &str = "PRIVATE KEY-----";

/// The known services.
#[derive(Debug)]
pub struct Catalogue {
    providers: Vec<Provider>,
}

impl Catalogue {
    /// The catalogue that is built into the program.
    pub fn builtin() -> &'static Self {
        builtin::catalogue()
    }

    /// Reads a file of entries (TOML 1.0, `[[provider]]`). `file` is only repeated in problems.
    ///
    /// # Errors
    /// Everything that is wrong, in the order of its lines; then nothing is read.
    pub fn read(file: &str, text: &str) -> Result<Self, Vec<EntryProblem>> {
        let providers = read::read(file, text)?;
        Ok(Self { providers })
    }

    /// All services, by id.
    #[must_use]
    pub fn providers(&self) -> &[Provider] {
        &self.providers
    }

    /// The service of that id, or with that other name.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Provider> {
        let is_alias = |provider: &&Provider| provider.aliases.iter().any(|alias| alias == id);
        let mut providers = self.providers.iter();
        let by_id = providers.find(|provider| provider.id == id);
        by_id.or_else(|| self.providers.iter().find(is_alias))
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
}

#[cfg(test)]
mod tests;
