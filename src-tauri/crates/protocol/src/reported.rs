//! What a provider reports about a key, as `kh check` shows it.

use keyhaven_rules::due::Moment;
use serde::{Deserialize, Serialize};

/// What a provider reports about a key: in its own words, so none of it is checked. Nothing of
/// a value is among it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportedFacts {
    /// How the provider tells the key from others.
    pub key_id: Option<String>,
    /// The name that the key has there.
    pub name: Option<String>,
    /// Whose it is.
    pub owner: Option<String>,
    /// The account that it belongs to.
    pub account: Option<String>,
    /// What it may do; none where the provider does not say.
    pub scopes: Option<Vec<String>>,
    /// When it was made.
    pub created_at: Option<Moment>,
    /// When it ends.
    pub expires_at: Option<Moment>,
    /// When it was last used, anywhere.
    pub last_used_at: Option<Moment>,
    /// How much it may use, in the provider's unit.
    pub limit: Option<String>,
    /// How much of that is used.
    pub used: Option<String>,
    /// How much of that is left.
    pub remaining: Option<String>,
}
