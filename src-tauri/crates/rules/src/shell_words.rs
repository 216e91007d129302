//! Texts as words of a command that is shown to be copied into a shell.

use std::borrow::Cow;

/// Text between single quotes, as sh, bash, zsh and fish read it where there is no backslash.
#[must_use]
pub fn quoted(text: &str) -> String {
    // Between single quotes nothing is special but the single quote.
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// A text as one argument of a command.
#[must_use]
pub fn argument(text: &str) -> Cow<'_, str> {
    let plain = |c: char| c.is_alphanumeric() || "/._-+=:,@%".contains(c);
    let is_word = !text.is_empty() && !text.starts_with('-') && text.chars().all(plain);
    match is_word {
        true => Cow::Borrowed(text),
        false => Cow::Owned(quoted(text)),
    }
}
