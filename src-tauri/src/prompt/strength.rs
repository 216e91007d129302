//! What the window's meter shows of a new master password. It is judged here, so that the front
//! end needs no dictionaries.

use keyhaven_client::{Language, Style, strength};
use keyhaven_protocol::strength::StrengthText;
use keyhaven_secret::SecretString;
use serde::Serialize;

/// What the meter shows.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Strength {
    /// 0 (guessed at once) to 4 (out of reach).
    score: u8,
    /// How long guessing takes at 10,000 guesses a second, in words.
    crack_time: String,
    /// What is wrong with it.
    warning: Option<String>,
    /// What would make it better.
    suggestions: Vec<String>,
}

/// Judges a password.
pub fn judge(password: &SecretString) -> Strength {
    let judged = keyhaven_strength::judge(password);
    let language = Language::of_environment();
    let sentence = |text: &StrengthText| strength::text(text, language, Style::Sentence);
    Strength {
        score: judged.score,
        crack_time: strength::text(&judged.crack_time, language, Style::Terminal),
        warning: judged.warning.as_ref().map(sentence),
        suggestions: judged.suggestions.iter().map(sentence).collect(),
    }
}
