//! What is lost for good: the trash, and older versions that a new value leaves no room for.

use keyhaven_protocol::Error;
use keyhaven_protocol::request::ListRequest;
use keyhaven_protocol::view::CredentialRow;
use uuid::Uuid;

use super::{AppState, Concern, Question, agreed, texts};
use crate::strings::{NativeText, shown};

/// Asks before everything in the trash is erased for good; what was shown, and no more, may be.
///
/// # Errors
/// [`Error::Cancelled`] when the person says no, or the agent's answer.
pub fn empty_trash(state: &AppState) -> Result<Vec<Uuid>, Error> {
    let trash = state.link.ask(ListRequest {
        removed: true,
        ..ListRequest::default()
    })?;
    if trash.is_empty() {
        return Ok(Vec::new());
    }
    let keys = u32::try_from(trash.len()).unwrap_or(u32::MAX);
    let place = |row: &CredentialRow| {
        let place = texts::place(&row.project, &row.environment);
        format!("{place}: {}", shown(&row.name))
    };
    let question = Question {
        title: NativeText::EmptyTrashQuestion { keys }.text(),
        text: NativeText::EmptyTrashText.text(),
        details: trash.iter().map(place).collect(),
        yes: NativeText::Erase.text(),
    };
    match state.desktop.confirm(question) {
        true => Ok(trash.iter().map(|row| row.id).collect()),
        false => Err(Error::Cancelled),
    }
}

/// Asks before a new value discards an older version, which the agent has refused.
///
/// # Errors
/// [`Error::Cancelled`] when the person says no; any other refusal as it is.
pub fn discard(state: &AppState, refused: Error) -> Result<(), Error> {
    about_discarded(state, refused, |name, version| NativeText::DiscardText {
        name,
        version,
    })
}

/// Asks before an import does, for all of its credentials.
///
/// # Errors
/// As [`discard`].
pub fn discard_by_import(state: &AppState, refused: Error) -> Result<(), Error> {
    about_discarded(state, refused, |name, version| {
        NativeText::DiscardImportText { name, version }
    })
}

fn about_discarded(
    state: &AppState,
    refused: Error,
    text: impl FnOnce(String, u32) -> NativeText,
) -> Result<(), Error> {
    let Error::WouldDiscard { name, version, .. } = refused else {
        return Err(refused);
    };
    let concern = Concern {
        title: NativeText::DiscardQuestion,
        text: text(shown(&name), version),
    };
    agreed(state, vec![concern])
}
