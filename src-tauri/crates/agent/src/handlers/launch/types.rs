//! What the steps of a launch pass to one another.

use std::collections::BTreeSet;

use keyhaven_protocol::Reference;
use keyhaven_protocol::notice::Notice;
use keyhaven_protocol::project_file::ProjectVariable;
use keyhaven_protocol::request::FileKind;
use keyhaven_protocol::view::{FieldKind, PlannedField};
use keyhaven_rules::ordinary::is_ordinary_word;
use keyhaven_secret::SecretBytes;
use keyhaven_vault::{Location, Resolution, Tier, TrustedFile};
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
    /// The trusted template whose references the choice of the launch are.
    pub(crate) template: Option<TrustedFile>,
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
            template: None,
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
    /// Values that stand within theirs, or in files.
    pub(crate) parts: Vec<LaunchPart>,
    pub(crate) notices: Vec<Notice>,
    /// Every credential a value came from.
    pub(crate) credentials: BTreeSet<(String, Uuid)>,
}

/// A value that stands within another one, or in a file.
pub(crate) struct LaunchPart {
    pub(crate) value: SecretBytes,
    pub(crate) kind: FieldKind,
    /// A reference to its credential, where it is secret and an ordinary word.
    pub(crate) ordinary: Option<String>,
}

impl LaunchPart {
    /// The value of a field.
    pub(crate) fn new(value: SecretBytes, kind: FieldKind, field: Option<&PlannedField>) -> Self {
        // Exposed to be compared with words.
        let is_ordinary = kind == FieldKind::Secret && is_ordinary_word(value.expose());
        Self {
            ordinary: field.filter(|_| is_ordinary).map(reference),
            value,
            kind,
        }
    }
}

/// What names a credential in any command.
pub(crate) fn reference(field: &PlannedField) -> String {
    reference_to(field, None)
}

/// What names a field in any command: the only field of a credential has a usual name, which is
/// left out.
pub(crate) fn field_reference(field: &PlannedField) -> String {
    let name = Some(&field.field).filter(|name| *name != ONLY_FIELD);
    reference_to(field, name.cloned())
}

/// The name that clients give the field of a credential that has only one.
const ONLY_FIELD: &str = "value";

fn reference_to(planned: &PlannedField, field: Option<String>) -> String {
    let reference = Reference {
        place: Some((planned.project.clone(), planned.environment.clone())),
        name: planned.name.clone(),
        field,
    };
    reference.to_string()
}

/// One variable with its value.
pub(crate) struct LaunchVariable {
    pub(crate) name: String,
    pub(crate) value: SecretBytes,
    pub(crate) kind: FieldKind,
    pub(crate) allow_loader_variable: bool,
    /// Whether it is the one that its field sets, and not one that a file or an option names.
    pub(crate) is_own: bool,
    /// The text around the fields, where there is one.
    pub(crate) text: Option<String>,
    /// What fills it.
    pub(crate) fields: Vec<PlannedField>,
}

impl LaunchVariable {
    /// The only field that fills it, where there is no text around it.
    pub(crate) fn alone(&self) -> Option<&PlannedField> {
        match self.fields.as_slice() {
            [only] if self.text.is_none() => Some(only),
            _ => None,
        }
    }

    /// As that of a part.
    pub(crate) fn ordinary(&self) -> Option<String> {
        // Exposed to be compared with words.
        let is_ordinary = self.kind == FieldKind::Secret && is_ordinary_word(self.value.expose());
        self.alone().filter(|_| is_ordinary).map(reference)
    }
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
