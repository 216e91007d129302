//! Settings of the window alone, and the prompts it may open.

use std::sync::Arc;

use keyhaven_protocol::Error;
use serde::Serialize;
use tauri::State;

use crate::arguments::Kind;
use crate::failure::{Failure, blocking};
use crate::preferences::Preferences;
use crate::shell::Shell;
use crate::window;

/// Whether a prompt was finished.
#[derive(Debug, Serialize)]
pub struct PromptEnd {
    pub(super) done: bool,
}

/// What a person has chosen about the window.
#[tauri::command]
pub fn preferences(shell: State<'_, Arc<Shell>>) -> Preferences {
    shell.store.preferences()
}

/// Changes what a person has chosen about the window.
#[tauri::command]
pub async fn set_preferences(
    shell: State<'_, Arc<Shell>>,
    preferences: Preferences,
) -> Result<(), Failure> {
    let shell = shell.inner().clone();
    blocking(move || {
        shell.store.set_preferences(preferences)?;
        window::apply_theme(&shell);
        Ok(())
    })
    .await
}

/// Opens a prompt in which a secret is typed or shown, and waits for its end.
#[tauri::command]
pub async fn open_prompt(shell: State<'_, Arc<Shell>>, kind: Kind) -> Result<PromptEnd, Failure> {
    let shell = shell.inner().clone();
    blocking(move || match kind {
        Kind::Create | Kind::Unlock | Kind::Password | Kind::Recovery | Kind::Rekey => {
            Ok(PromptEnd {
                done: shell.prompts.run(&shell, kind, None)?,
            })
        }
        Kind::Configure | Kind::Reveal | Kind::Restore => Err(Error::Invalid {
            what: "the prompt".into(),
            problem: "it opens by itself where it is needed".into(),
        }),
    })
    .await
}
