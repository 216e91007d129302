//! What is kept of a launch that a person has confirmed: digests, from which no name can be
//! read. Those of names are taken together with the id of their environment, which only the
//! vault holds.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use keyhaven_protocol::view::{LaunchPlanView, PlannedVariable};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::launch::{LaunchKeys, LaunchRequest, PlannedLaunch};

/// Of more variables no difference is shown.
const MAX_VARIABLES: usize = 500;
/// Bytes of a digest that only shows what differs.
const SHORT: usize = 8;

/// A launch that a person has confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// Of everything: any other launch is asked about.
    whole: String,
    /// Of its project and environment.
    location: String,
    command: String,
    directory: String,
    /// Of each variable: its name, and what fills it.
    variables: BTreeMap<String, String>,
}

/// What a launch has that was confirmed otherwise.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct LaunchDifferences {
    /// Another program or other arguments.
    pub command: bool,
    /// Another folder.
    pub directory: bool,
    /// Names of variables that were not there.
    pub added: Vec<String>,
    /// Names of variables that something else fills.
    pub changed: Vec<String>,
    /// How many variables are not there any more.
    pub removed: usize,
}

impl Confirmation {
    /// What is kept of a launch.
    pub fn of(launch: &PlannedLaunch) -> Self {
        let PlannedLaunch { order, plan } = launch;
        let command: Vec<&str> = order.command.iter().map(String::as_str).collect();
        let directory = order.directory.as_ref();
        let directory = directory.map(|path| path.to_string_lossy().into_owned());
        let variables = plan.variables.iter().take(MAX_VARIABLES + 1);
        let mut variables: BTreeMap<String, String> = variables
            .map(|variable| (name_digest(plan, variable), filling_digest(plan, variable)))
            .collect();
        if variables.len() > MAX_VARIABLES {
            variables.clear();
        }
        Self {
            whole: digest(&[&order.fingerprint(), &plan.fingerprint]),
            location: Self::location(&plan.project, &plan.environment),
            command: short(&command),
            directory: short(&[directory.as_deref().unwrap_or_default()]),
            variables,
        }
    }

    /// What the launch is found by again: a profile by its name, whatever it says now.
    pub fn key(order: &LaunchRequest) -> String {
        match &order.keys {
            LaunchKeys::Environment { .. } => order.fingerprint(),
            LaunchKeys::Profile(profile) => digest(&["profile", &profile.name]),
        }
    }

    /// The digest of a project and environment.
    pub fn location(project: &str, environment: &str) -> String {
        digest(&["location", project, environment])
    }

    /// Whether it is of that project and environment.
    pub fn is_of(&self, location: &str) -> bool {
        self.location == location
    }

    /// Whether exactly this launch was confirmed.
    pub fn covers(&self, launch: &PlannedLaunch) -> bool {
        self.whole == Self::of(launch).whole
    }

    /// What of a launch was confirmed otherwise.
    pub fn differences(&self, launch: &PlannedLaunch) -> LaunchDifferences {
        let now = Self::of(launch);
        let mut differences = LaunchDifferences {
            command: self.command != now.command,
            directory: self.directory != now.directory,
            ..LaunchDifferences::default()
        };
        if self.variables.is_empty() || now.variables.is_empty() {
            return differences;
        }
        for variable in &launch.plan.variables {
            match self.variables.get(&name_digest(&launch.plan, variable)) {
                None => differences.added.push(variable.name.clone()),
                Some(known) if *known != filling_digest(&launch.plan, variable) => {
                    differences.changed.push(variable.name.clone());
                }
                Some(_) => {}
            }
        }
        let gone = |name: &&String| !now.variables.contains_key(*name);
        differences.removed = self.variables.keys().filter(gone).count();
        differences
    }
}

fn name_digest(plan: &LaunchPlanView, variable: &PlannedVariable) -> String {
    let id = plan.environment_id.unwrap_or_default().to_string();
    short(&[&id, &variable.name])
}

/// Names of credentials are left out, as in the fingerprint of the agent.
fn filling_digest(plan: &LaunchPlanView, variable: &PlannedVariable) -> String {
    let fields = variable.fields.iter();
    let fields: Vec<_> = fields
        .map(|field| (field.credential, &field.field, field.kind))
        .collect();
    let all = (&variable.text, fields, variable.allow_loader_variable);
    // Without an answer it differs from everything that was kept.
    let all = serde_json::to_string(&all).unwrap_or_default();
    short(&[&name_digest(plan, variable), &all])
}

fn short(parts: &[&str]) -> String {
    HEXLOWER.encode(&hash(parts)[..SHORT])
}

fn digest(parts: &[&str]) -> String {
    HEXLOWER.encode(&hash(parts))
}

fn hash(parts: &[&str]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        // The length keeps two parts from being read as others.
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use keyhaven_protocol::view::{FieldKind, PlannedField};
    use uuid::Uuid;

    use super::*;
    use crate::launch::tests::{order, planned};

    fn variable(name: &str, credential: u128) -> PlannedVariable {
        PlannedVariable {
            name: name.into(),
            text: None,
            fields: vec![PlannedField {
                credential: Uuid::from_u128(credential),
                project: "shop".into(),
                environment: "dev".into(),
                name: "stripe".into(),
                field: "value".into(),
                kind: FieldKind::Secret,
            }],
            allow_loader_variable: false,
        }
    }

    fn with(fingerprint: &str, variables: Vec<PlannedVariable>) -> PlannedLaunch {
        let mut launch = planned(order("ls"));
        launch.plan.environment_id = Some(Uuid::from_u128(7));
        launch.plan.fingerprint = fingerprint.into();
        launch.plan.variables = variables;
        launch
    }

    #[test]
    fn a_confirmation_is_of_one_command_and_one_set_of_keys() {
        let launch = with("1", vec![variable("A", 1)]);
        let confirmed = Confirmation::of(&launch);
        assert!(confirmed.covers(&launch));
        assert!(!confirmed.covers(&with("2", vec![variable("A", 1)])));
        let mut other = launch.clone();
        other.order.command.push("-l".into());
        assert!(!confirmed.covers(&other));
        assert_ne!(
            Confirmation::key(&launch.order),
            Confirmation::key(&other.order)
        );
        assert!(confirmed.is_of(&Confirmation::location("shop", "dev")));
        assert!(!confirmed.is_of(&Confirmation::location("shopd", "ev")));
    }

    #[test]
    fn what_differs_is_named() {
        let confirmed = Confirmation::of(&with("1", vec![variable("A", 1), variable("B", 2)]));
        let mut plain = variable("B", 2);
        plain.fields[0].kind = FieldKind::Plain;
        let differences = confirmed.differences(&with("2", vec![variable("C", 3), plain]));
        assert_eq!(differences.added, ["C"]);
        assert_eq!(differences.changed, ["B"]);
        assert_eq!(differences.removed, 1);
        assert!(!differences.command && !differences.directory);
        let mut other = with("1", vec![variable("A", 1), variable("B", 2)]);
        other.order.command = vec!["rm".into()];
        let command = LaunchDifferences {
            command: true,
            ..LaunchDifferences::default()
        };
        assert_eq!(confirmed.differences(&other), command);
    }

    #[test]
    fn no_name_can_be_read_from_what_is_kept() {
        let launch = with("1", vec![variable("STRIPE_KEY", 1)]);
        let kept = serde_json::to_string(&Confirmation::of(&launch)).unwrap();
        for name in ["STRIPE", "stripe", "shop", "dev", "ls"] {
            assert!(!kept.contains(&format!("\"{name}")), "{name} in {kept}");
        }
    }
}
