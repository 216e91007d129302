//! What a rejected command gives to JavaScript: the typed error and its words.

use keyhaven_client::{Language, Style, text};
use keyhaven_protocol::{Code, Error};
use serde::{Serialize, Serializer, ser::SerializeStruct as _};

/// An error on its way to a window: `{ code, message, hint, error }`.
#[derive(Debug)]
pub struct CommandFailure(pub Error);

impl From<Error> for CommandFailure {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl Serialize for CommandFailure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let code: Code = self.0.code();
        let mut fields = serializer.serialize_struct("CommandFailure", 4)?;
        fields.serialize_field("code", &code)?;
        let text = text::of_error(Language::of_environment(), Style::Sentence, &self.0);
        fields.serialize_field("message", &text.message)?;
        fields.serialize_field("hint", &text.hint)?;
        fields.serialize_field("error", &self.0)?;
        fields.end()
    }
}

/// What happened, as a sentence without a full stop.
pub fn message(error: &Error) -> String {
    text::of_error(Language::of_environment(), Style::Sentence, error).message
}

/// Runs work that waits (for the agent, a file, a person) away from the window's threads.
///
/// # Errors
/// The work's own, or a defect when it ended without an answer.
pub async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, CommandFailure> {
    match tauri::async_runtime::spawn_blocking(work).await {
        Ok(result) => result.map_err(CommandFailure),
        Err(_) => Err(CommandFailure(Error::defect(
            "a command of the window ended early",
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_carries_code_words_and_the_typed_error() {
        let failure = CommandFailure(Error::WeakPassword { minimum: 12 });
        let json = serde_json::to_value(&failure).unwrap();
        assert_eq!(json["code"], "weak_password");
        assert_eq!(json["error"]["code"], "weak_password");
        assert_eq!(json["error"]["minimum"], 12);
        assert!(json["message"].as_str().unwrap().contains("12"));
        assert!(json["hint"].is_string());
    }
}
