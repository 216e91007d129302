//! What the catalogue tells about a value.

use keyhaven_catalogue::key_shape::KeyKind;
use keyhaven_catalogue::{Catalogue, ProposalReason, Provider, propose};
use keyhaven_rules::FieldKind;
use keyhaven_secret::SecretBytes;

/// What is known of one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recognised {
    /// Id of the provider, where one is recognised.
    pub provider: Option<String>,
    /// Name of that provider.
    pub provider_name: Option<String>,
    /// The proposed kind.
    pub kind: FieldKind,
    /// Why, for the preview.
    pub reason: ProposalReason,
    /// The variable given, else the provider's usual one.
    pub variable: Option<String>,
    /// Suggested days between rotations; none for plain values.
    pub rotate_every_days: Option<u32>,
}

/// Recognises a value, typed or imported. An empty `variable` means none is known yet.
#[must_use]
pub fn recognise(value: &SecretBytes, variable: &str) -> Recognised {
    // Compared with the patterns of the catalogue, in place; the answer holds no part of it.
    let bytes = value.expose();
    let known = Catalogue::builtin().identify(bytes, variable);
    let (provider, proposal) = (known.provider(), propose(variable, bytes, &known));
    let kind = if proposal.secret {
        FieldKind::Secret
    } else {
        FieldKind::Plain
    };
    let usual = provider.and_then(|provider| provider.variables.first().cloned());
    Recognised {
        provider: provider.map(|provider| provider.id.clone()),
        provider_name: provider.map(|provider| provider.name.clone()),
        kind,
        reason: proposal.reason,
        variable: if variable.is_empty() {
            usual
        } else {
            Some(variable.to_owned())
        },
        rotate_every_days: provider
            .filter(|_| proposal.secret && known.kind() != Some(KeyKind::Temporary))
            .map(Provider::rotation_days),
    }
}
