//! Starting, watching and stopping children, with a native confirmation of each command.

use std::path::PathBuf;
use std::sync::Arc;

use keyhaven_protocol::Error;
use serde::Serialize;
use tauri::State;

use crate::dialogs;
use crate::failure::{Failure, blocking};
use crate::launch::{Launched, sibling};
use crate::order::Order;
use crate::shell::Shell;
use crate::sync::locked;
use crate::words;

/// A folder a person has chosen.
#[derive(Debug, Serialize)]
pub struct Directory {
    id: usize,
    path: String,
}

/// Starts a command with the keys of an environment; `None` when the person said no.
#[tauri::command]
pub async fn launch_start(
    shell: State<'_, Arc<Shell>>,
    project: String,
    environment: String,
    command: String,
    directory: Option<usize>,
) -> Result<Option<Launched>, Failure> {
    let shell = shell.inner().clone();
    blocking(move || {
        let directory = directory.map(|id| chosen(&shell, id)).transpose()?;
        let order = Order {
            project,
            environment,
            command,
            directory,
        };
        order.check()?;
        if !confirmed(&shell, &order) {
            return Ok(None);
        }
        let watching = shell.clone();
        let started = shell
            .launches
            .start(&sibling("kh")?, order, move || watching.launches_changed())?;
        shell.launches_changed();
        Ok(Some(started))
    })
    .await
}

/// The children that run, and the latest that ended.
#[tauri::command]
pub fn launches(shell: State<'_, Arc<Shell>>) -> Vec<Launched> {
    shell.launches.list()
}

/// Ends a child and its group.
#[tauri::command]
pub async fn launch_stop(shell: State<'_, Arc<Shell>>, id: u32) -> Result<(), Failure> {
    let launches = shell.launches.clone();
    blocking(move || {
        launches.stop(id);
        Ok(())
    })
    .await
}

/// Lets a person choose a folder; JavaScript learns its name, and names it by its id.
#[tauri::command]
pub async fn choose_directory(shell: State<'_, Arc<Shell>>) -> Result<Option<Directory>, Failure> {
    let shell = shell.inner().clone();
    blocking(move || {
        let Some(path) = dialogs::pick_folder(&shell, words::CHOOSE_DIRECTORY) else {
            return Ok(None);
        };
        let shown = path.display().to_string();
        let mut directories = locked(&shell.directories);
        directories.push(path);
        Ok(Some(Directory {
            id: directories.len() - 1,
            path: shown,
        }))
    })
    .await
}

fn chosen(shell: &Shell, id: usize) -> Result<PathBuf, Error> {
    locked(&shell.directories)
        .get(id)
        .cloned()
        .ok_or_else(|| Error::Invalid {
            what: "the folder".into(),
            problem: "it was not chosen".into(),
        })
}

/// A command that a person has not confirmed yet is shown in a dialog that no script can
/// reach.
fn confirmed(shell: &Shell, order: &Order) -> bool {
    let fingerprint = order.fingerprint();
    if shell.store.is_confirmed(&fingerprint) {
        return true;
    }
    let directory = order
        .directory
        .as_ref()
        .map(|path| path.display().to_string());
    let text = words::confirm_command(
        &order.command,
        &order.project,
        &order.environment,
        directory.as_deref(),
    );
    let yes = dialogs::confirm(shell, words::CONFIRM_COMMAND, text, words::RUN);
    if yes {
        // A yes that cannot be remembered is asked for again.
        let _ = shell.store.confirm(fingerprint);
    }
    yes
}
