//! What the main process needs of the desktop. The program has windows, native dialogs and a
//! tray; a test answers in their place.

use std::fmt::Debug;
use std::path::PathBuf;

use keyhaven_protocol::Error;
use keyhaven_protocol::event::Event;
use serde::Serialize;
use serde_json::Value;

use crate::arguments::PromptKind;
use crate::prompt_end::PromptEnd;

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

/// What the tray shows; all of it known while locked too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VaultSummary {
    /// Whether the vault is locked, or nothing answers.
    pub locked: bool,
    /// Past due.
    pub overdue: u32,
    /// Due within seven days.
    pub due_this_week: u32,
}

/// A question that only a person can answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The question.
    pub title: String,
    /// What the answer means.
    pub text: String,
    /// What it is about, in lines; however many, each can be read.
    pub details: Vec<String>,
    /// The button that agrees.
    pub yes: String,
}

macro_rules! window_events {
    ($($(#[$doc:meta])* $event:ident($payload:ty) as $name:literal,)*) => {
        /// An event for the page of the main window.
        #[derive(Debug, Clone)]
        pub enum WindowEvent { $($(#[$doc])* $event($payload),)* }

        impl WindowEvent {
            /// The name that the page listens to.
            pub const fn name(&self) -> &'static str {
                match self { $(Self::$event(_) => $name,)* }
            }

            /// What it carries.
            pub fn payload(&self) -> Value {
                match self {
                    $(Self::$event(payload) => serde_json::to_value(payload).unwrap_or_default(),)*
                }
            }

            /// The TypeScript types of what each carries, by its name.
            #[cfg(test)]
            pub(crate) fn types(types: &mut crate::bindings::Types) -> Vec<(&'static str, String)> {
                vec![$(($name, types.name_of::<$payload>())),*]
            }
        }
    };
}

window_events! {
    /// An event of the agent.
    Agent(Event) as "keyhaven-event",
    /// The list of launches has changed.
    Launches(()) as "keyhaven-launches",
    /// The launch of that number has written something that can be fetched.
    Output(u32) as "keyhaven-output",
    /// A prompt has opened or ended; until it ends, the window takes no input.
    Prompt(bool) as "keyhaven-prompt",
    /// The credential of that id is to be shown, or what is due.
    Open(String) as "keyhaven-open",
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
    /// As [`Desktop::confirm`], where no means to stay.
    fn confirm_leaving(&self, question: Question) -> bool {
        self.confirm(question)
    }
    /// Shows an error and waits until it was read.
    fn report(&self, text: String);

    /// Opens a prompt and waits for its end. While another one is open, this one is not.
    ///
    /// # Errors
    /// The process could not be started.
    fn run_prompt(&self, kind: PromptKind, first: Option<FirstLine>) -> Result<PromptEnd, Error>;
    /// Ends the prompt that is open.
    fn end_prompt(&self);

    /// Shows the main window, and creates it when there is none.
    fn show_window(&self);
    /// Replaces the main window by a new one without state, if there is one.
    fn renew_window(&self);
    /// Closes the main window, if there is one.
    fn close_window(&self);
    /// Whether there is a main window, or is about to be.
    fn has_window(&self) -> bool;
    /// Shows the theme that was chosen, or the desktop's, and the size.
    fn apply_preferences(&self);
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
