//! Defines import sessions: what a foreign file's records would change, and which conflict.

use keyhaven_secret::SecretBytes;
use uuid::Uuid;

use crate::model::{ExpiryChange, FieldKind, Location, Moment, Tier};
use crate::unlocked::OldVersions;

/// Where an import goes.
#[derive(Debug, Clone)]
pub struct ImportTarget {
    /// Project and environment; made on first use.
    pub location: Location,
    /// For a new environment whose name does not say it.
    pub tier: Option<Tier>,
}

/// What an import does with the keys that get a new value.
#[derive(Debug, Clone, Copy)]
pub struct ReplacedValues {
    /// Whether their oldest versions may go.
    pub old: OldVersions,
    /// Their expiry from then on.
    pub expiry: ExpiryChange,
}

impl From<OldVersions> for ReplacedValues {
    fn from(old: OldVersions) -> Self {
        Self {
            old,
            expiry: ExpiryChange::Unsaid,
        }
    }
}

/// One record of a foreign file: the value of one field.
#[derive(Debug)]
pub struct ImportRecord {
    /// Stable within the environment, such as `dotenv:STRIPE_API_KEY`; what makes importing
    /// twice change nothing.
    pub source_id: String,
    /// The name a new credential gets; an existing one keeps its own.
    pub name: String,
    /// The field of a credential with several: the new records of that name make one. Without
    /// it, the credential has the single field `value`.
    pub field: Option<String>,
    /// Secret or plain, for a new credential.
    pub kind: FieldKind,
    /// The variable a new credential fills.
    pub variable: Option<String>,
    /// Catalogue id for a new credential.
    pub provider: Option<String>,
    /// Rotation interval for a new credential, as the catalogue suggests it.
    pub rotate_every_days: Option<u32>,
    /// The value.
    pub value: SecretBytes,
}

/// What an item would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportEffect {
    /// Adds a credential.
    New,
    /// Gives a new version to what an earlier import of the same source made.
    Updated {
        /// Which.
        credential: Uuid,
        /// When it expires, before its new value.
        expires: Option<Moment>,
    },
    /// The value is there already.
    Unchanged {
        /// Where.
        credential: Uuid,
    },
    /// The value is an earlier one; the newer one is kept, because an old file must not undo a
    /// rotation.
    Older {
        /// Which.
        credential: Uuid,
    },
    /// Cannot be applied; nothing of the import will be.
    Conflict(ImportConflict),
}

/// Why an item cannot be applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportConflict {
    /// A credential of that name is there and came from elsewhere.
    NameTaken {
        /// Which.
        credential: Uuid,
    },
    /// The variable is filled by another credential.
    VariableTaken {
        /// Its name.
        credential: String,
    },
    /// The same source, name or variable occurs twice in the file.
    Twice,
    /// What an earlier import made is revoked or has other fields by now.
    NotUpdatable {
        /// Its name.
        credential: String,
    },
    /// Its new name can be taken for another one.
    Lookalike {
        /// The other name.
        existing: String,
    },
    /// Name, variable or value is not valid.
    Invalid(crate::error::Invalid),
}

/// One line of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportLine {
    /// The item's.
    pub source_id: String,
    /// The name it has or gets.
    pub name: String,
    /// What it would do, or did.
    pub outcome: ImportEffect,
}

/// What an import would do, or did, in the order of the items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportEffects {
    /// A line for each item.
    pub lines: Vec<ImportLine>,
    /// The tier of the environment.
    pub tier: Tier,
    /// Whether the environment is new.
    pub new_environment: bool,
}

impl ImportEffects {
    /// How many items are in conflict.
    #[must_use]
    pub fn conflicts(&self) -> usize {
        self.lines
            .iter()
            .filter(|line| matches!(line.outcome, ImportEffect::Conflict(_)))
            .count()
    }
}
