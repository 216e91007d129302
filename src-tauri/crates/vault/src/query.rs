//! Defines the queries of an unlocked vault and their answers.

use jiff::Timestamp;
use keyhaven_secret::SecretBytes;
use uuid::Uuid;

use crate::due::Due;
use crate::model::{Credential, Field, Tier, Usage};

/// Which living credentials to list. Empty means all.
#[derive(Debug, Clone, Default)]
pub struct CredentialFilter {
    /// Project by name.
    pub project: Option<String>,
    /// Environment by name.
    pub environment: Option<String>,
    /// Carries this tag.
    pub tag: Option<String>,
    /// Catalogue id.
    pub provider: Option<String>,
    /// Occurs, whatever its case, in name, project, provider, owner, note, tags or variables.
    pub text: Option<String>,
    /// Something is due within so many days, or overdue.
    pub due_within_days: Option<u32>,
    /// Has expired.
    pub expired: bool,
    /// Was never used.
    pub unused: bool,
}

/// A credential with what follows from the clock and the log.
#[derive(Debug, Clone)]
pub struct Summary {
    /// The record.
    pub credential: Credential,
    /// From the log.
    pub usage: Usage,
    /// When its replaced value is to be revoked at its provider, while a rotation is open.
    pub revoke_at: Option<Timestamp>,
    /// From the clock.
    pub due: Due,
}

/// How much there is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Living credentials.
    pub credentials: u64,
    /// Projects that have environments.
    pub projects: u64,
    /// Living credentials that were never used.
    pub never_used: u64,
    /// Expired, or a rotation or revocation is overdue.
    pub overdue: u64,
    /// Not overdue, but due by the end of the day in a week.
    pub due_this_week: u64,
}

/// Which values a launch gets.
#[derive(Debug, Clone)]
pub enum Selection {
    /// Every field that fills a variable, of every living credential of an environment;
    /// revoked ones are left out and reported.
    Environment(crate::model::Location),
    /// Exactly these; revoked ones are an error.
    Fields(Vec<FieldRef>),
}

/// A field of a credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldRef {
    /// Which credential.
    pub credential: Uuid,
    /// Which field; `None` where there is only one.
    pub field: Option<String>,
}

/// A value that may be injected.
#[derive(Debug)]
pub struct Resolved {
    /// Whose.
    pub credential: Uuid,
    /// Its name.
    pub name: String,
    /// The tier it lives in.
    pub tier: Tier,
    /// Name, kind, variable and loader permission.
    pub field: Field,
    /// The current value.
    pub value: SecretBytes,
    /// Expired since then, where that only warns.
    pub expired_at: Option<Timestamp>,
}

/// Everything a launch gets.
#[derive(Debug)]
pub struct Resolution {
    /// In the order asked; an environment by credential name, then field.
    pub values: Vec<Resolved>,
    /// Names of credentials of the environment that are revoked.
    pub revoked: Vec<String>,
}
