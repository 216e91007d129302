//! What is wrong with the keys of a vault, as a closed list of codes with typed parameters.
//!
//! The agent decides which findings apply: some need the values. None holds a value, or
//! anything that was made from one. The texts are in the crate `messages`, under `health-CODE`.

use keyhaven_rules::Tier;
use keyhaven_rules::due::DueWords;
use keyhaven_rules::shell_words::argument;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Reference;
use crate::coded::judged;

/// The most findings of one answer; those that are left out are counted.
pub const MOST_HEALTH_FINDINGS: usize = 1000;

/// How urgent a finding is, the most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub enum HealthSeverity {
    /// Something does not work, or is exposed.
    Problem,
    /// It will not work for long, or exposes more than it has to.
    Warning,
    /// Something that is good to know or to do.
    Note,
}

judged! {
    /// What is wrong with a key. In each group, the most urgent is first.
    HealthFinding as HEALTH_FINDINGS, each with its severity: HealthSeverity {
        Problem {
            /// It has ended.
            Expired { /** How long ago. */ due: DueWords },
            /// Its provider has refused it since it got its value.
            FoundDead { /** How many days ago that was seen. */ days: u32 },
            /// Its value is one that examples have in the place of a value.
            PlaceholderValue { /** Of which field; none where it has only one. */ field: Option<String> },
            /// It reaches test data alone.
            TestKeyInProduction { /** Its provider. */ provider: String, /** What that calls it. */ kind: String },
            /// A key of a higher tier has the same value.
            SameValueAcrossTiers { /** That key. */ other: String, /** Its tier. */ tier: Tier },
        }
        Warning {
            /// Its rotation is late.
            RotationOverdue { /** How late. */ due: DueWords },
            /// It will end within its longest lead time.
            ExpiresSoon { /** When. */ due: DueWords },
            /// The provider has announced the end of this kind of key.
            SunsetAnnounced { /** The day. */ on: String, /** What the provider says, in a sentence. */ advice: String },
            /// A key of another environment of the tier has the same value.
            SameValueInEnvironments { /** That key. */ other: String },
            /// It reaches real data.
            LiveKeyBelowProduction { /** Its provider. */ provider: String, /** What that calls it. */ kind: String, /** Its tier. */ tier: Tier },
            /// A profile of a lower tier gives it to programs.
            HigherTierInProfile { /** The profile. */ profile: String, /** The profile's tier. */ tier: Tier },
            /// Its value is easy to guess.
            WeakValue { /** Of which field; none where it has only one. */ field: Option<String> },
            /// It has all rights, and its provider has keys with chosen ones.
            FullAccess {
                /** Its provider. */ provider: String,
                /** What that calls it. */ kind: String,
                /** What it calls the other kind. */ restricted: String
            },
            /// The replaced value was to be revoked.
            OldValueNotRevoked { /** Its version. */ version: u32 },
            /// A new value was stored, and is not in use.
            RotationLeftOpen { /** For how many days. */ days: u32 },
            /// It has neither an expiry nor a date for its rotation, nor a reason for that.
            NoDates { /** The usual interval of its provider, in days. */ usual: u32 },
            /// It was not used for a long time.
            Unused { /** For how many days. */ days: u32 },
        }
        Note {
            /// It was never used.
            NeverUsed { /** Days since it was stored. */ days: u32 },
            /// Nobody is responsible for it, and it is in production.
            NoOwner,
        }
    }
}

/// What fixes a finding: the command of `kh`, and the place in the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub enum HealthFix {
    /// A new key from the provider, in stages.
    Rotate,
    /// The next step of the open rotation.
    ContinueRotation,
    /// The replaced value is revoked at the provider: the rotation ends.
    EndRotation,
    /// Another value.
    SetValue,
    /// An interval between rotations.
    SetInterval,
    /// Somebody who is responsible.
    SetOwner,
    /// An end to its use.
    Revoke,
    /// A profile that accepts no keys of a higher tier.
    EditProfile,
}

impl HealthFinding {
    /// What fixes it. An open rotation of the key goes on.
    #[must_use]
    pub const fn fix(&self, is_rotating: bool) -> HealthFix {
        match self {
            Self::PlaceholderValue { .. }
            | Self::TestKeyInProduction { .. }
            | Self::LiveKeyBelowProduction { .. } => HealthFix::SetValue,
            Self::HigherTierInProfile { .. } => HealthFix::EditProfile,
            Self::OldValueNotRevoked { .. } => HealthFix::EndRotation,
            Self::RotationLeftOpen { .. } => HealthFix::ContinueRotation,
            Self::NoDates { .. } => HealthFix::SetInterval,
            Self::Unused { .. } | Self::NeverUsed { .. } => HealthFix::Revoke,
            Self::NoOwner => HealthFix::SetOwner,
            Self::Expired { .. }
            | Self::FoundDead { .. }
            | Self::SameValueAcrossTiers { .. }
            | Self::RotationOverdue { .. }
            | Self::ExpiresSoon { .. }
            | Self::SunsetAnnounced { .. }
            | Self::SameValueInEnvironments { .. }
            | Self::WeakValue { .. }
            | Self::FullAccess { .. } => match is_rotating {
                true => HealthFix::ContinueRotation,
                false => HealthFix::Rotate,
            },
        }
    }
}

/// A finding and the key that it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyFinding {
    /// The credential.
    pub id: Uuid,
    /// Its project.
    pub project: String,
    /// Its environment.
    pub environment: String,
    /// Its name.
    pub name: String,
    /// What was found.
    pub finding: HealthFinding,
    /// What fixes it.
    pub fix: HealthFix,
}

impl KeyFinding {
    /// The key, as any command takes it.
    #[must_use]
    pub fn reference(&self) -> String {
        key_reference(&self.project, &self.environment, &self.name)
    }

    /// The arguments of `kh` that fix it.
    #[must_use]
    pub fn arguments(&self) -> Vec<String> {
        let reference = self.reference();
        let words: &[&str] = match (self.fix, &self.finding) {
            (HealthFix::Rotate, _) => &["rotate", &reference],
            (HealthFix::ContinueRotation, _) => &["rotate", &reference, "--resume"],
            (HealthFix::EndRotation, _) => &["rotate", &reference, "--done"],
            (HealthFix::SetInterval, _) => &["edit", &reference, "--rotate-every", "usual"],
            (HealthFix::SetOwner, _) => &["edit", &reference, "--owner", "NAME"],
            (HealthFix::Revoke, _) => &["revoke", &reference],
            (HealthFix::EditProfile, HealthFinding::HigherTierInProfile { profile, .. }) => {
                &["profile", "edit", profile, "--allow-production=false"]
            }
            (HealthFix::SetValue | HealthFix::EditProfile, _) => &["set", &reference],
        };
        words.iter().map(|&word| word.into()).collect()
    }

    /// The command that fixes it, to be copied into a shell.
    #[must_use]
    pub fn command(&self) -> String {
        let mut command = String::from("kh");
        for word in self.arguments() {
            command.push(' ');
            match word.starts_with("--") {
                true => command.push_str(&word),
                false => command.push_str(&argument(&word)),
            }
        }
        command
    }
}

/// The reference of a key, for findings.
#[must_use]
pub fn key_reference(project: &str, environment: &str, name: &str) -> String {
    let reference = Reference {
        place: Some((project.into(), environment.into())),
        name: name.into(),
        field: None,
    };
    reference.to_string()
}

/// What is wrong with the keys, the most urgent first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthView {
    /// How many keys were looked at.
    pub keys: u32,
    /// How many problems there are.
    pub problems: u32,
    /// How many warnings.
    pub warnings: u32,
    /// How many notes.
    pub notes: u32,
    /// At most [`MOST_HEALTH_FINDINGS`] of them.
    pub findings: Vec<KeyFinding>,
}

impl HealthView {
    /// How many findings there are, whether or not they are listed.
    #[must_use]
    pub const fn total(&self) -> u32 {
        self.problems
            .saturating_add(self.warnings)
            .saturating_add(self.notes)
    }
}

/// See [`Query::Health`](crate::request::Query::Health).
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct HealthRequest {
    /// Only keys of this project.
    pub project: Option<String>,
    /// And of this environment.
    pub environment: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_user_are_quoted_and_options_are_not() {
        let finding = HealthFinding::HigherTierInProfile {
            profile: "my web".into(),
            tier: Tier::Development,
        };
        let found = KeyFinding {
            id: Uuid::nil(),
            project: "a b".into(),
            environment: "prod".into(),
            name: "it's".into(),
            fix: finding.fix(false),
            finding,
        };
        assert_eq!(found.reference(), "kh://a%20b/prod/it%27s");
        assert_eq!(
            found.command(),
            "kh profile edit 'my web' --allow-production=false"
        );
    }
}
