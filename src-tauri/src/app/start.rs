//! How a launch is started: once a person has agreed to exactly that.

use std::sync::Arc;

use keyhaven_protocol::{Error, Problem};

use super::confirm;
use super::state::AppState;
use crate::failure;
use crate::launch::{ChildView, LaunchChange, PlannedLaunch, sibling};

/// Starts a command in the background, once a person has agreed; none when they did not.
///
/// # Errors
/// There is no command, or `kh` could not be started.
pub fn start_launch(
    state: &Arc<AppState>,
    launch: PlannedLaunch,
) -> Result<Option<ChildView>, Error> {
    if launch.order.command.is_empty() {
        return Err(Error::invalid(Problem::NoCommand));
    }
    if !confirm::launch(state, &launch)? {
        return Ok(None);
    }
    let watching = state.clone();
    let tell = move |news| match news {
        LaunchChange::Output(id) => watching.launch_wrote(id),
        LaunchChange::Ended => watching.launch_ended(),
    };
    let started = state.launches.start(&sibling("kh")?, launch, tell)?;
    state.launches_changed();
    Ok(Some(started))
}

/// Starts a profile from where nothing can be shown but a dialog.
pub fn start_profile(state: &Arc<AppState>, name: &str) {
    let planned = PlannedLaunch::of_profile(&state.link, name.into());
    let started = planned.and_then(|launch| start_launch(state, launch));
    if let Err(error) = started {
        state.desktop.report(failure::message(&error));
    }
}
