//! Starting, watching and stopping children, with a native confirmation of each command.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use keyhaven_exchange::{MAX_MANIFEST, scripts};
use keyhaven_protocol::Error;
use keyhaven_protocol::problem::Problem;
use serde::{Deserialize, Serialize};
use tauri::State;

use crate::app::{AppState, confirm, start_launch};
use crate::failure::{CommandFailure, blocking};
use crate::launch::{ChildView, OutputPiece, open_terminal, parse_command, sibling};
use crate::launch::{LaunchKeys, LaunchRequest, PlannedLaunch};
use crate::lock::locked;
use crate::strings::NativeText;

/// A folder a person has chosen.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ChosenDirectory {
    id: usize,
    path: String,
}

/// What JavaScript asks to be started.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum LaunchDraft {
    /// What was typed, with every key of an environment.
    Typed {
        /// Whose keys it gets.
        project: String,
        /// Whose keys it gets.
        environment: String,
        /// Empty for a shell in a terminal.
        command: String,
        /// The id of a folder that was chosen.
        directory: Option<usize>,
    },
    /// A saved way to launch, by its name.
    Profile(String),
}

/// Starts a command with keys; `None` when the person said no.
#[tauri::command]
pub async fn launch_start(
    state: State<'_, Arc<AppState>>,
    wanted: LaunchDraft,
) -> Result<Option<ChildView>, CommandFailure> {
    let state = state.inner().clone();
    blocking(move || {
        let launch = wanted.planned(&state)?;
        start_launch(&state, launch)
    })
    .await
}

/// Starts once more what a child was started with, or what its profile says by now; a person
/// is asked about what was not confirmed.
#[tauri::command]
pub async fn launch_again(
    state: State<'_, Arc<AppState>>,
    id: u32,
) -> Result<Option<ChildView>, CommandFailure> {
    let state = state.inner().clone();
    blocking(move || {
        let order = state.launches.order(id);
        let order = order.ok_or(Error::invalid(Problem::LaunchGone))?;
        let launch = PlannedLaunch::of(&state.link, order)?;
        start_launch(&state, launch)
    })
    .await
}

/// Opens a terminal with a shell, or a command, that finds its keys; false when the person
/// said no.
#[tauri::command]
pub async fn launch_terminal(
    state: State<'_, Arc<AppState>>,
    wanted: LaunchDraft,
) -> Result<bool, CommandFailure> {
    let state = state.inner().clone();
    blocking(move || {
        let launch = wanted.planned(&state)?;
        if !confirm::launch(&state, &launch)? {
            return Ok(false);
        }
        open_terminal(&sibling("kh")?, &launch)?;
        Ok(true)
    })
    .await
}

/// What a child wrote, from a place on: masked, and no more than is kept.
#[tauri::command]
pub fn launch_output(state: State<'_, Arc<AppState>>, id: u32, from: u64) -> Option<OutputPiece> {
    state.launches.output(id, from)
}

/// Commands for the scripts of the `package.json` in a folder that was chosen.
#[tauri::command]
pub async fn launch_suggestions(
    state: State<'_, Arc<AppState>>,
    directory: usize,
) -> Result<Vec<String>, CommandFailure> {
    let state = state.inner().clone();
    blocking(move || {
        let folder = chosen(&state, directory)?;
        let manifest = folder.join("package.json");
        // A folder without one suggests nothing, and so does one that cannot be read.
        let read = manifest.is_file().then(|| read_some(&manifest));
        Ok(scripts(&read.and_then(Result::ok).unwrap_or_default()))
    })
    .await
}

/// The children that run, and the latest that ended.
#[tauri::command]
pub fn launches(state: State<'_, Arc<AppState>>) -> Vec<ChildView> {
    state.launches.list()
}

/// Ends a child and its group.
#[tauri::command]
pub async fn launch_stop(state: State<'_, Arc<AppState>>, id: u32) -> Result<(), CommandFailure> {
    let launches = state.launches.clone();
    blocking(move || {
        launches.stop(id);
        Ok(())
    })
    .await
}

/// Lets a person choose a folder; JavaScript learns its name, and names it by its id.
#[tauri::command]
pub async fn choose_directory(
    state: State<'_, Arc<AppState>>,
) -> Result<Option<ChosenDirectory>, CommandFailure> {
    let state = state.inner().clone();
    blocking(move || {
        let Some(path) = state
            .desktop
            .pick_folder(&NativeText::ChooseDirectory.text())
        else {
            return Ok(None);
        };
        let shown = path.display().to_string();
        let mut directories = locked(&state.directories);
        directories.push(path);
        Ok(Some(ChosenDirectory {
            id: directories.len() - 1,
            path: shown,
        }))
    })
    .await
}

impl LaunchDraft {
    /// With the folder that a person has chosen, or what the profile says.
    fn planned(self, state: &AppState) -> Result<PlannedLaunch, Error> {
        let order = match self {
            Self::Profile(name) => return PlannedLaunch::of_profile(&state.link, name),
            Self::Typed {
                project,
                environment,
                command,
                directory,
            } => LaunchRequest {
                keys: LaunchKeys::Environment {
                    project,
                    environment,
                },
                command: parse_command(&command),
                directory: directory.map(|id| chosen(state, id)).transpose()?,
            },
        };
        PlannedLaunch::of(&state.link, order)
    }
}

/// At most as much as a manifest may have.
fn read_some(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path)?;
    file.take(MAX_MANIFEST).read_to_end(&mut bytes)?;
    Ok(bytes)
}

pub(super) fn chosen(state: &AppState, id: usize) -> Result<PathBuf, Error> {
    locked(&state.directories)
        .get(id)
        .cloned()
        .ok_or(Error::invalid(Problem::FolderNotChosen))
}
