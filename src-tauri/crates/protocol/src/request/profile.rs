//! Requests about saved ways to launch.

use jiff::Timestamp;
use keyhaven_rules::Tier;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Choice;

/// A saved way to launch: which keys a program gets, and how it is started. It holds no
/// value of a credential.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct Profile {
    /// Unique.
    pub name: String,
    /// The project.
    pub project: String,
    /// The environment.
    pub environment: String,
    /// Which of its variables, and what besides.
    pub choice: Choice,
    /// The program and its arguments; empty where each launch says its own.
    pub command: Vec<String>,
    /// The working directory; none means where the launch is asked for.
    pub directory: Option<String>,
    /// The shell of `kh shell`; none means its owner's.
    pub shell: Option<String>,
    /// Whether the program inherits nothing but PATH, HOME, TERM and the locale.
    pub clean: bool,
    /// What it inherits besides, where that is so.
    pub keep: Vec<String>,
    /// Whether values are masked in what it prints.
    pub mask: bool,
    /// Whether credentials of a higher tier may enter.
    pub allow_production: bool,
    /// Scopes of which each credential must have one; empty asks for none.
    pub needs: Vec<String>,
}

/// A profile as it is saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct ProfileView {
    /// UUIDv7.
    pub id: Uuid,
    /// Counts its changes.
    pub revision: u32,
    /// The tier of its environment.
    pub tier: Tier,
    /// What it says.
    pub profile: Profile,
    /// When it was saved.
    #[cfg_attr(any(test, feature = "ts"), ts(type = "string"))]
    pub created_at: Timestamp,
    /// When it was last changed.
    #[cfg_attr(any(test, feature = "ts"), ts(type = "string"))]
    pub changed_at: Timestamp,
}

/// See [`Query::Profile`](super::Query::Profile).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct ProfileRequest {
    /// Its name.
    pub name: String,
}

/// See [`Query::AddProfile`](super::Query::AddProfile).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct AddProfileRequest {
    /// The profile.
    pub profile: Profile,
}

/// See [`Query::EditProfile`](super::Query::EditProfile).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct EditProfileRequest {
    /// Which.
    pub id: Uuid,
    /// The revision that was read; another one means it changed meanwhile.
    pub revision: u32,
    /// What it says from then on.
    pub profile: Profile,
}

/// See [`Query::RemoveProfile`](super::Query::RemoveProfile).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct RemoveProfileRequest {
    /// Which.
    pub id: Uuid,
    /// The revision that was read.
    pub revision: u32,
}
