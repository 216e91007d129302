//! How much care an environment needs, and what its name tells about that.

use serde::{Deserialize, Serialize};

/// The tier of an environment. A higher tier needs more care; a credential does not enter a
/// launch of a lower tier unless its owner allows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Tier {
    /// A developer's machine: a failure affects nobody else.
    Development,
    /// Before production: a failure affects colleagues.
    Staging,
    /// In use: a failure affects customers.
    Production,
}

impl Tier {
    /// Its stable name, as in `--tier` and JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Staging => "staging",
            Self::Production => "production",
        }
    }

    /// The tier that a well-known environment name tells, in any case; other names tell none.
    #[must_use]
    pub fn of_environment(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "prod" | "production" | "live" => Some(Self::Production),
            "staging" | "stage" | "qa" => Some(Self::Staging),
            "dev" | "development" | "local" | "test" => Some(Self::Development),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_known_names_tell_their_tier() {
        let names = |tier| match tier {
            Tier::Production => &["Prod", "production", "LIVE"][..],
            Tier::Staging => &["staging", "stage", "qa"],
            Tier::Development => &["dev", "development", "local", "test"],
        };
        for tier in [Tier::Development, Tier::Staging, Tier::Production] {
            for name in names(tier) {
                assert_eq!(Tier::of_environment(name), Some(tier), "{name}");
            }
        }
        for name in ["preview-7", "", "prod ", "pröd", "testing"] {
            assert_eq!(Tier::of_environment(name), None, "{name}");
        }
    }

    #[test]
    fn tiers_are_ordered_by_care() {
        assert!(Tier::Production > Tier::Staging && Tier::Staging > Tier::Development);
    }
}
