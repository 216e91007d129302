//! What the steps of a launch pass to one another.

use std::collections::BTreeSet;

use keyhaven_protocol::project_file::ProjectVariable;
use keyhaven_protocol::request::FileKind;
use keyhaven_protocol::view::{FieldKind, Notice};
use keyhaven_secret::SecretBytes;
use keyhaven_vault::{Location, Resolution, Tier};
use uuid::Uuid;

/// What a source gives, before anything of it is chosen.
pub(crate) struct LaunchPlan {
    pub(crate) location: Location,
    pub(crate) tier: Tier,
    /// None means every credential of the environment, under its own variables.
    pub(crate) wanted: Option<Vec<ProjectVariable>>,
    /// Names of credentials that it would give, but are revoked.
    pub(crate) revoked: Vec<String>,
    /// Whether credentials of a higher tier may enter.
    pub(crate) higher: bool,
    /// Scopes of which each credential must have one; empty asks for none.
    pub(crate) needs: Vec<String>,
}

impl LaunchPlan {
    pub(crate) fn whole(location: Location, tier: Tier, higher: bool) -> Self {
        Self {
            location,
            tier,
            wanted: None,
            revoked: Vec::new(),
            higher,
            needs: Vec::new(),
        }
    }
}

/// What a launch gets, before it is in the log.
pub(crate) struct PreparedLaunch {
    pub(crate) location: Location,
    pub(crate) tier: Tier,
    pub(crate) variables: Vec<LaunchVariable>,
    /// Variables that get the path of a file with their value.
    pub(crate) files: Vec<(LaunchVariable, FileKind)>,
    /// Secrets that stand within their values.
    pub(crate) parts: Vec<SecretBytes>,
    pub(crate) notices: Vec<Notice>,
    /// Every credential a value came from.
    pub(crate) credentials: BTreeSet<(String, Uuid)>,
}

/// One variable with its value.
pub(crate) struct LaunchVariable {
    pub(crate) name: String,
    pub(crate) value: SecretBytes,
    pub(crate) kind: FieldKind,
    pub(crate) allow_loader_variable: bool,
}

impl PreparedLaunch {
    /// A launch without variables, with what a person should know of its values.
    pub(crate) fn begin(location: Location, tier: Tier, resolution: &Resolution) -> Self {
        let values = resolution.values.iter();
        let expired: BTreeSet<&String> = values
            .filter(|value| value.expired_at.is_some())
            .map(|value| &value.name)
            .collect();
        let expired = expired
            .into_iter()
            .map(|name| Notice::Expired { name: name.clone() });
        Self {
            location,
            tier,
            variables: Vec::new(),
            files: Vec::new(),
            parts: Vec::new(),
            notices: expired
                .chain(left_out(resolution.revoked.clone()))
                .collect(),
            credentials: BTreeSet::new(),
        }
    }
}

pub(crate) fn left_out(revoked: Vec<String>) -> impl Iterator<Item = Notice> {
    revoked
        .into_iter()
        .map(|name| Notice::RevokedLeftOut { name })
}
