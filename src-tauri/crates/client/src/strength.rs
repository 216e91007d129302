//! How hard a master password is to guess: asked of a helper process of the agent's program,
//! and its texts.

use std::io::Write as _;
use std::process::{Command, Stdio};

use keyhaven_messages::{self as messages, Family, Language, Style};
use keyhaven_protocol::strength::{PasswordStrength, StrengthText};
use keyhaven_secret::SecretString;

use crate::spawn::agent_program;

/// Judges a password; none where the helper is missing or fails, since nothing depends on it.
#[must_use]
pub fn judge(password: &SecretString) -> Option<PasswordStrength> {
    let mut helper = Command::new(agent_program().ok()?)
        .arg("--judge")
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    // Exposed to be judged by our own program, through a pipe that nobody else holds. The end
    // of the pipe ends the password.
    let given = helper.stdin.take()?.write_all(password.expose().as_bytes());
    let output = helper.wait_with_output().ok()?;
    given.ok()?;
    serde_json::from_slice(&output.stdout).ok()
}

/// A text about a password, in words.
#[must_use]
pub fn text(text: &StrengthText, language: Language, style: Style) -> String {
    messages::text(language, style, Family::Strength, text).message
}

#[cfg(test)]
mod tests {
    use keyhaven_protocol::strength::STRENGTH_TEXTS;

    use super::*;

    #[test]
    fn every_code_has_a_text() {
        let found = messages::differences(Family::Strength, STRENGTH_TEXTS.iter().copied());
        assert!(found.is_empty(), "{found:#?}");
    }
}
