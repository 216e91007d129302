//! Saved ways to launch: which keys a program gets, and how it is started. None holds a value
//! of a credential.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::Invalid;
use crate::model::{Location, Tier};
use crate::names::{check_path, check_variable};

/// A profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedProfile {
    /// UUIDv7.
    pub id: Uuid,
    /// Counts its changes, from 1.
    pub revision: u32,
    /// Unique.
    pub name: String,
    /// Whose credentials it gives.
    pub location: Location,
    /// The tier of that environment.
    pub tier: Tier,
    /// What it gives and starts.
    pub config: LaunchConfig,
    /// When it was saved.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub changed_at: Timestamp,
}

/// A saved launch configuration. References are texts; a launch parses them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LaunchConfig {
    /// Only what these references fill; empty means all of the environment.
    pub only: Vec<String>,
    /// Nothing that these fill.
    pub except: Vec<String>,
    /// Stands before the names of the environment's variables.
    pub prefix: String,
    /// References under other variable names: variable and reference.
    pub renamed: Vec<(String, String)>,
    /// Plain variables, with references in their texts: variable and text.
    pub set: Vec<(String, String)>,
    /// The program and its arguments; empty where the profile names none.
    pub command: Vec<String>,
    /// The working directory.
    pub directory: Option<String>,
    /// The shell for `kh shell`.
    pub shell: Option<String>,
    /// Whether the child inherits next to nothing.
    pub clean: bool,
    /// Variables that a clean environment inherits anyway.
    pub keep: Vec<String>,
    /// Whether values are masked in what the child prints.
    pub mask: bool,
    /// Whether credentials of a higher tier may enter.
    pub allow_production: bool,
    /// Scopes of which each credential must have one; empty asks for none.
    pub needs: Vec<String>,
}

/// A profile that is to be saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProfile {
    /// Unique.
    pub name: String,
    /// An environment that is there.
    pub location: Location,
    /// What it gives and starts.
    pub config: LaunchConfig,
}

impl LaunchConfig {
    /// Checks variables and paths.
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        let assigned = self.renamed.iter().chain(&self.set);
        let mut variables = assigned.map(|(variable, _)| variable).chain(&self.keep);
        variables.try_for_each(|name| check_variable(name))?;
        if !self.prefix.is_empty() {
            check_variable(&self.prefix)?;
        }
        let mut paths = self.directory.iter().chain(&self.shell);
        paths.try_for_each(|path| check_path(path))
    }
}
