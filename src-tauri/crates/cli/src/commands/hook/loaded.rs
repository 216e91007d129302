//! The variables of a project file, ready for the shell.

use keyhaven_protocol::notice::Notice;
use keyhaven_protocol::request::LaunchPurpose;
use keyhaven_protocol::view::LaunchView;
use keyhaven_runner::{ChildEnvironment, InjectedVariable};

use super::HookShell;
use super::state::HookState;
use crate::commands::launch::refused;
use crate::error::Failure;
use crate::format::check_for_shells;
use crate::notice::CliNotice;
use crate::texts;

/// A file's variables.
pub(super) struct LoadedVariables {
    pub(super) place: String,
    pub(super) notices: Vec<Notice>,
    pub(super) variables: Vec<InjectedVariable>,
    /// What the shell is to know of it.
    pub(super) state: HookState,
}

impl LoadedVariables {
    /// What a file gives, or why it gives nothing. `state` is what the shell knows besides.
    pub(super) fn new(
        shell: HookShell,
        view: LaunchView,
        injected: Vec<InjectedVariable>,
        state: HookState,
    ) -> Result<Self, CliNotice> {
        let not_loaded = |failure: &Failure| CliNotice::HookNotLoaded {
            reason: texts::within(failure.in_hook()),
        };
        check_for_shells(&[shell.shell()], &injected).map_err(|failure| not_loaded(&failure))?;
        // The checks are those of a launch, but for what a shell itself would read.
        let checked = injected.iter().map(|one| InjectedVariable {
            name: one.name.clone(),
            value: one.value.duplicate(),
            allow_loader: false,
        });
        ChildEnvironment::new(std::iter::empty(), checked.collect())
            .map_err(|error| not_loaded(&refused(&error, LaunchPurpose::Hook)))?;
        let place = format!("{}/{}", view.project, view.environment);
        let loading = |one: &InjectedVariable| {
            // Exposed for its digest.
            state.loading(&one.name, one.value.expose())
        };
        let state = HookState {
            place: Some(place.clone()),
            release: view.release,
            released_at: view.released_at,
            loaded: injected.iter().map(loading).collect(),
            ..state.clone()
        };
        if !state.fits() {
            return Err(CliNotice::HookTooMany);
        }
        Ok(Self {
            place,
            notices: view.notices,
            variables: injected,
            state,
        })
    }
}
