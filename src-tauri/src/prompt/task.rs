//! What a person chose in the main window before a prompt was opened for it.

use std::io;

use jiff::Timestamp;
use keyhaven_protocol::settings::Settings;
use serde::{Deserialize, Serialize};

use super::parent_pipe;
use crate::arguments::PromptKind;

/// The backup that a person chose.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ChosenBackup {
    /// Its path.
    pub file: String,
    /// When it was made, and how many keys it holds, where that is known.
    #[cfg_attr(test, ts(type = "[string, number] | null"))]
    pub made: Option<(Timestamp, u32)>,
}

/// The folder that a person chose for a new vault.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ChosenFolder {
    /// Its path.
    pub folder: String,
}

/// What a prompt works on.
#[derive(Debug)]
pub enum PromptTask {
    /// Nothing but what is typed.
    None,
    /// What is to be confirmed, for [`PromptKind::Configure`].
    Settings(Box<Settings>),
    /// What is to be restored, for [`PromptKind::Restore`].
    Backup(ChosenBackup),
    /// Where to save to, for [`PromptKind::Salvage`].
    Folder(ChosenFolder),
}

impl PromptTask {
    /// Takes it from the window that asked, and ends with that from then on.
    ///
    /// # Errors
    /// What a prompt of this kind needs did not come.
    pub(super) fn receive(kind: PromptKind) -> io::Result<Self> {
        let task = match kind {
            PromptKind::Configure => parent_pipe::hold(true)?.map(Self::Settings),
            PromptKind::Restore => parent_pipe::hold(true)?.map(Self::Backup),
            PromptKind::Salvage => parent_pipe::hold(true)?.map(Self::Folder),
            _ => {
                parent_pipe::hold::<()>(false)?;
                None
            }
        };
        Ok(task.unwrap_or(Self::None))
    }

    /// What is to be restored.
    pub fn backup(&self) -> Option<&ChosenBackup> {
        match self {
            Self::Backup(backup) => Some(backup),
            _ => None,
        }
    }

    /// What is to be confirmed.
    pub fn settings(&self) -> Option<&Settings> {
        match self {
            Self::Settings(settings) => Some(settings),
            _ => None,
        }
    }

    /// Where to save to.
    pub fn folder(&self) -> Option<&ChosenFolder> {
        match self {
            Self::Folder(folder) => Some(folder),
            _ => None,
        }
    }
}
