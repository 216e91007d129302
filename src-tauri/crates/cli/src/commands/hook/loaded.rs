//! The variables of a project file, as commands of the shell.

use jiff::Timestamp;
use keyhaven_protocol::view::{LaunchView, Notice};
use keyhaven_runner::{ChildEnvironment, InjectedVariable};

use super::state::{HookState, exported};
use super::{HookShell, unload};
use crate::error::Failure;
use crate::session::Context;
use crate::texts::{self, count as counted};

/// A file's variables, ready for the shell.
pub(super) struct LoadedVariables {
    place: String,
    release: u64,
    released_at: Timestamp,
    notices: Vec<Notice>,
    names: Vec<String>,
    script: Vec<u8>,
}

impl LoadedVariables {
    /// What a file gives, or why it gives nothing.
    pub(super) fn new(
        shell: HookShell,
        view: LaunchView,
        injected: Vec<InjectedVariable>,
    ) -> Result<Self, String> {
        let script = exported(shell, &injected).map_err(|failure| failure.message())?;
        let names = injected.iter().map(|one| one.name.clone()).collect();
        // The checks are those of a launch.
        ChildEnvironment::new(std::iter::empty(), injected).map_err(|error| error.to_string())?;
        Ok(Self {
            place: format!("{}/{}", view.project, view.environment),
            release: view.release,
            released_at: view.released_at,
            notices: view.notices,
            names,
            script,
        })
    }

    /// What the shell is to know of it.
    pub(super) fn state(&self, state: &HookState, new: HookState) -> HookState {
        HookState {
            place: Some(self.place.clone()),
            release: self.release,
            released_at: self.released_at,
            before: self.names.iter().map(|name| state.before(name)).collect(),
            ..new
        }
    }

    /// In place of what the shell has so far, said in one line.
    pub(super) fn put_in(
        self,
        context: &Context,
        shell: HookShell,
        state: &HookState,
        kept: &HookState,
    ) -> Result<(), Failure> {
        let again = state.is_of(kept) && state.place.is_some();
        let mut script = match again {
            true => state.put_back(shell)?,
            false => unload(context, shell, state)?,
        };
        let count = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        let loaded = if again { "reloaded" } else { "loaded" };
        let mut words = format!("{}: {} {loaded}", self.place, counted(count, "variable"));
        for notice in &self.notices {
            words.push_str("; ");
            words.push_str(&texts::notice(notice));
        }
        context.printer.note(&words);
        script.extend_from_slice(&kept.put_aside(shell));
        script.extend_from_slice(&self.script);
        script.extend_from_slice(&kept.keep(shell)?);
        context.printer.out(&script)
    }
}
