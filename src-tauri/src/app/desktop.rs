//! What the main process needs of the desktop. The program has windows, native dialogs and a
//! tray; a test answers in their place.

use std::fmt::Debug;
use std::path::PathBuf;

use keyhaven_protocol::Error;
use keyhaven_protocol::event::Event;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::state::VaultSummary;
use crate::arguments::PromptKind;

/// The line that a prompt process reads first.
#[derive(Debug)]
pub struct FirstLine(Vec<u8>);

impl FirstLine {
    /// The task of a prompt, as JSON.
    ///
    /// # Errors
    /// It cannot be written as JSON.
    pub fn new(task: &impl Serialize) -> Result<Self, Error> {
        let mut line = serde_json::to_vec(task).map_err(|_| Error::Defect {
            place: "a prompt's task as JSON".into(),
        })?;
        line.push(b'\n');
        Ok(Self(line))
    }

    /// The line with its end.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// A question that only a person can answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The question.
    pub title: &'static str,
    /// What the answer means.
    pub text: String,
    /// The button that agrees.
    pub yes: &'static str,
}

/// An event for the page of the main window.
#[derive(Debug, Clone)]
pub enum WindowEvent {
    /// An event of the agent.
    Agent(Event),
    /// The list of launches has changed.
    Launches,
    /// A launch has written something that can be fetched.
    Output {
        /// The launch.
        id: u32,
    },
    /// A credential is to be shown.
    Open {
        /// The credential.
        id: Uuid,
    },
}

impl WindowEvent {
    /// The name that the page listens to.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Agent(_) => "keyhaven-event",
            Self::Launches => "keyhaven-launches",
            Self::Output { .. } => "keyhaven-output",
            Self::Open { .. } => "keyhaven-open",
        }
    }

    /// What it carries.
    pub fn payload(&self) -> Value {
        match self {
            Self::Agent(event) => serde_json::to_value(event).unwrap_or_default(),
            Self::Launches => Value::Null,
            Self::Output { id } => json!({ "id": id }),
            Self::Open { id } => json!({ "id": id }),
        }
    }
}

/// Windows, dialogs, prompts and the tray. What waits for a person must not be called on the
/// main thread.
pub trait Desktop: Debug + Send + Sync {
    /// Lets a person pick a file.
    fn pick_file(&self, title: &str) -> Option<PathBuf>;
    /// Lets a person pick a folder.
    fn pick_folder(&self, title: &str) -> Option<PathBuf>;
    /// Asks a person to confirm; no answer means no.
    fn confirm(&self, question: Question) -> bool;
    /// Shows an error and waits until it was read.
    fn report(&self, text: String);

    /// Opens a prompt and waits for its end; whether it was finished. While another one is
    /// open, this one is not.
    ///
    /// # Errors
    /// The process could not be started.
    fn run_prompt(&self, kind: PromptKind, first: Option<FirstLine>) -> Result<bool, Error>;
    /// Ends the prompt that is open.
    fn end_prompt(&self);

    /// Shows the main window, and creates it when there is none.
    fn show_window(&self);
    /// Replaces the main window by a new one without state, if there is one.
    fn renew_window(&self);
    /// Whether there is a main window, or is about to be.
    fn has_window(&self) -> bool;
    /// Shows the theme that was chosen, or the desktop's.
    fn apply_theme(&self);
    /// Sends an event to the page of the main window.
    fn emit(&self, event: WindowEvent);

    /// Whether a person can reach the process through a tray now.
    fn has_tray(&self) -> bool;
    /// Shows in the tray what is due, and whether the vault is locked.
    fn show_summary(&self, summary: VaultSummary);
    /// Shows in the tray which profiles can be started.
    fn pin_profiles(&self, names: Vec<String>);

    /// Ends the process.
    fn exit(&self);
}
