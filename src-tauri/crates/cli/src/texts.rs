//! The texts of errors and notices in the user's language, and numbers with their nouns.

use keyhaven_client::messages::{self, Family};
use keyhaven_client::{Language, Style, Text, text};
use keyhaven_exchange::LeftOutReason;
use keyhaven_protocol::Error;
use keyhaven_protocol::check::CheckReason;
use keyhaven_protocol::doctor::{DoctorCheck, DoctorResult};
use keyhaven_protocol::finding::{SalvageChange, SalvageLoss, VerifyFinding};
use keyhaven_protocol::health::HealthFinding;
use keyhaven_protocol::notice::Notice;
use keyhaven_protocol::request::KeyDerivationView;
use keyhaven_protocol::settings::Setting;
use keyhaven_protocol::view::DueWords;
use keyhaven_rules::Expected;
use keyhaven_rules::variables::VariableMark;

/// The language of messages (POSIX.1-2017, 8.2).
pub fn language() -> Language {
    Language::of_environment()
}

/// What happened, without a final full stop.
pub fn message(error: &Error) -> String {
    text::of_error(language(), Style::Terminal, error).message
}

/// What to do about it; none where nothing helps.
pub fn hint(error: &Error) -> Option<String> {
    text::of_error(language(), Style::Terminal, error).hint
}

/// An error as the hook of a shell words it.
pub fn in_hook(error: &Error) -> Text {
    text::of_error(language(), Style::Hook, error)
}

/// A notice with what to do about it, without a final full stop.
pub fn notice(notice: &Notice) -> String {
    whole(text::of_notice(language(), Style::Terminal, notice))
}

/// A text with what to do about it.
pub fn whole(text: Text) -> String {
    match text.hint {
        Some(hint) => format!("{}; {hint}", text.message),
        None => text.message,
    }
}

/// The same as a part of a sentence.
pub fn within(text: Text) -> String {
    match text.hint {
        Some(hint) => format!("{} ({hint})", text.message),
        None => text.message,
    }
}

/// What verify found, without a final full stop.
pub fn finding(finding: &VerifyFinding) -> String {
    text::of_finding(language(), Style::Terminal, finding).message
}

/// What is wrong with a key, without a final full stop.
pub fn health(finding: &HealthFinding) -> String {
    text::of_health(language(), Style::Terminal, finding)
}

/// Why a key is found alive, dead or neither, with what to do about it.
pub fn check_reason(reason: &CheckReason) -> String {
    whole(text::of_check_reason(language(), Style::Terminal, reason))
}

/// What a salvage could not read, with what to do about it.
pub fn loss(loss: &SalvageLoss) -> String {
    whole(text::of_loss(language(), Style::Terminal, loss))
}

/// What a salvage had to change.
pub fn change(change: &SalvageChange) -> String {
    whole(text::of_change(language(), Style::Terminal, change))
}

/// What became of something that is not imported unchanged, and why.
pub fn left_out(reason: &LeftOutReason) -> String {
    messages::text(language(), Style::Terminal, Family::LeftOut, reason).message
}

/// What should stand where a file cannot be read.
pub fn expected(expected: &Expected) -> String {
    messages::text(language(), Style::Terminal, Family::Expected, expected).message
}

/// The name of a check of doctor.
pub fn doctor_check(check: &DoctorCheck) -> String {
    text::of_doctor_check(language(), Style::Terminal, check)
}

/// The result of a check of doctor.
pub fn doctor(result: &DoctorResult) -> Text {
    text::of_doctor(language(), Style::Terminal, result)
}

/// Why a variable needs a look, as the end of a sentence that starts with its name.
pub fn mark(mark: VariableMark) -> String {
    text::of_mark(language(), mark)
}

/// Why this variable needs a look, without a final full stop.
pub fn marked_variable(variable: &str, mark: VariableMark) -> String {
    text::of_marked_variable(language(), variable, mark)
}

/// What a setting does, and which values it takes.
pub fn setting(setting: &Setting) -> String {
    text::of_setting(language(), setting)
}

/// How a password's key is derived.
pub fn key_derivation(view: &KeyDerivationView) -> String {
    text::of_key_derivation(language(), view)
}

/// How far away a due date is.
pub fn due(words: DueWords) -> String {
    messages::text(language(), Style::Terminal, Family::Due, &words).message
}

/// A number with its noun.
pub fn count(number: u32, noun: &str) -> String {
    if number == 1 {
        format!("1 {noun}")
    } else {
        format!("{number} {noun}s")
    }
}

/// A message as a whole sentence.
pub fn sentence(message: &str) -> String {
    let mut rest = message.chars();
    let first = rest.next().map(char::to_uppercase);
    format!(
        "{}{}.",
        first.into_iter().flatten().collect::<String>(),
        rest.as_str()
    )
}
