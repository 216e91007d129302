//! How hard a master password is to guess, by `zxcvbn`; computed here, so that the front
//! end needs no dictionaries.

use keyhaven_secret::SecretString;
use serde::Serialize;
use zxcvbn::zxcvbn;

/// Longer ones are judged by their first characters: the cost grows with the length, and
/// nobody types more.
const MAX_JUDGED: usize = 100;

/// What the meter shows.
#[derive(Debug, PartialEq, Eq, Serialize)]
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
    // Exposed to be judged; what the estimator copies ends with this process.
    let text = password.expose();
    let end = text
        .char_indices()
        .nth(MAX_JUDGED)
        .map_or(text.len(), |(at, _)| at);
    let judged = zxcvbn(&text[..end], &["keyhaven", "vault"]);
    let feedback = judged.feedback();
    Strength {
        score: u8::from(judged.score()),
        crack_time: judged
            .crack_times()
            .offline_slow_hashing_1e4_per_second()
            .to_string(),
        warning: feedback
            .and_then(|found| found.warning())
            .map(|warning| warning.to_string()),
        suggestions: feedback
            .map(|found| {
                found
                    .suggestions()
                    .iter()
                    .map(ToString::to_string)
                    .collect()
            })
            .unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use keyhaven_secret::Secret;

    use super::*;

    fn judged(text: &str) -> Strength {
        judge(&Secret::new(text.to_owned()))
    }

    #[test]
    fn common_words_are_weak_and_many_words_are_strong() {
        let weak = judged("password");
        assert_eq!(weak.score, 0);
        assert!(weak.warning.is_some());
        let strong = judged("lantern orbit velvet cactus mosaic");
        assert_eq!(strong.score, 4);
        assert!(strong.warning.is_none());
        assert_eq!(judged("keyhaven").score, 0);
    }

    #[test]
    fn nothing_and_very_much_are_judged_too() {
        assert_eq!(judged("").score, 0);
        assert_eq!(judged(&"é".repeat(10_000)), judged(&"é".repeat(MAX_JUDGED)));
    }
}
