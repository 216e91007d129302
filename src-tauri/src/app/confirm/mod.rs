//! Changes that would let a hostile page reach the keys by another way: a variable that makes
//! the programs of a launch load other code, or that a confirmed launch would be given; a
//! secret that would no longer be masked; a tier that lets production keys into other launches;
//! a command that gets keys; reminders that would no longer come; what would be lost for good. A person says yes to each in a dialog that no script can reach.
//!
//! What is looked at is what is written: the agent refuses a change of anything else by its
//! revision, and a launch of anything else by its fingerprint.

mod changes;
mod launches;
mod lost;
mod reminder_memory;
mod reminders;
mod texts;

use keyhaven_protocol::Error;

use super::confirmation::{Confirmation, LaunchDifferences};
use super::desktop::Question;
use super::state::AppState;
use crate::strings::NativeText;

pub use changes::{add, edit, import, restore, roll_back, set, set_tier};
pub use launches::{launch, save, saved};
pub use lost::{discard, discard_by_import, empty_trash};
pub use reminder_memory::ReminderMemory;
pub use reminders::snooze;

/// One reason to ask a person, with the title it has when it stands alone.
struct Concern {
    title: NativeText,
    text: NativeText,
}

/// Asks about all of a change at once, if there is anything to ask about.
fn agreed(state: &AppState, concerns: Vec<Concern>) -> Result<(), Error> {
    let title = match concerns.as_slice() {
        [] => return Ok(()),
        [only] => &only.title,
        _ => &NativeText::ChangesQuestion,
    };
    let texts = concerns.iter().map(|concern| concern.text.text());
    let mut texts: Vec<String> = texts.collect();
    texts.push(NativeText::OnlyIfYouAsked.text());
    let question = Question {
        title: title.text(),
        text: texts.join("\n\n"),
        details: Vec::new(),
        yes: NativeText::Allow.text(),
    };
    match state.desktop.confirm(question) {
        true => Ok(()),
        false => Err(Error::Cancelled),
    }
}
