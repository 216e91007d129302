//! The texts of errors and notices in the user's language, and numbers with their nouns.

use keyhaven_client::{Language, Style, Text, text};
use keyhaven_protocol::Error;
use keyhaven_protocol::doctor::{DoctorCheck, DoctorResult};
use keyhaven_protocol::finding::{SalvageChange, SalvageLoss, VerifyFinding};
use keyhaven_protocol::notice::Notice;
use keyhaven_protocol::request::KeyDerivationView;

/// The language of messages (POSIX.1-2017, 8.2).
pub fn language() -> Language {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"].map(|name| std::env::var(name).ok());
    Language::of_locale(set.iter().map(Option::as_deref))
}

/// What happened, without a final full stop.
pub fn message(error: &Error) -> String {
    text::of_error(language(), Style::Terminal, error).message
}

/// What to do about it; none where nothing helps.
pub fn hint(error: &Error) -> Option<String> {
    text::of_error(language(), Style::Terminal, error).hint
}

/// A notice with what to do about it, without a final full stop.
pub fn notice(notice: &Notice) -> String {
    whole(text::of_notice(language(), Style::Terminal, notice))
}

fn whole(text: Text) -> String {
    match text.hint {
        Some(hint) => format!("{}; {hint}", text.message),
        None => text.message,
    }
}

/// What verify found, without a final full stop.
pub fn finding(finding: &VerifyFinding) -> String {
    text::of_finding(language(), Style::Terminal, finding).message
}

/// What a salvage could not read, with what to do about it.
pub fn loss(loss: &SalvageLoss) -> String {
    whole(text::of_loss(language(), Style::Terminal, loss))
}

/// What a salvage had to change.
pub fn change(change: &SalvageChange) -> String {
    whole(text::of_change(language(), Style::Terminal, change))
}

/// The name of a check of doctor.
pub fn doctor_check(check: &DoctorCheck) -> String {
    text::of_doctor_check(language(), Style::Terminal, check)
}

/// The result of a check of doctor.
pub fn doctor(result: &DoctorResult) -> Text {
    text::of_doctor(language(), Style::Terminal, result)
}

/// How a password's key is derived.
pub fn key_derivation(view: &KeyDerivationView) -> String {
    text::of_key_derivation(language(), view)
}

/// A number with its noun.
pub fn count(number: u32, noun: &str) -> String {
    if number == 1 {
        format!("1 {noun}")
    } else {
        format!("{number} {noun}s")
    }
}
