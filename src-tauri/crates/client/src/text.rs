//! The texts of errors and notices, as `kh` and the window show them.

use keyhaven_messages::{Family, Language, Style, Text};
use keyhaven_protocol::check::CheckReason;
use keyhaven_protocol::doctor::{DoctorCheck, DoctorResult};
use keyhaven_protocol::finding::{SalvageChange, SalvageLoss, VerifyFinding};
use keyhaven_protocol::health::HealthFinding;
use keyhaven_protocol::notice::Notice;
use keyhaven_protocol::settings::Setting;
use keyhaven_protocol::{Error, request::KeyDerivationView};
use keyhaven_rules::variables::VariableMark;
use serde::Serialize;

/// What happened and what to do about it.
#[must_use]
pub fn of_error(language: Language, style: Style, error: &Error) -> Text {
    keyhaven_messages::text(language, style, Family::Error, error)
}

/// What a person should know that is not an error.
#[must_use]
pub fn of_notice(language: Language, style: Style, notice: &Notice) -> Text {
    keyhaven_messages::text(language, style, Family::Notice, notice)
}

/// What verify found.
#[must_use]
pub fn of_finding(language: Language, style: Style, finding: &VerifyFinding) -> Text {
    keyhaven_messages::text(language, style, Family::Finding, finding)
}

/// Why a key is found alive, dead or neither.
#[must_use]
pub fn of_check_reason(language: Language, style: Style, reason: &CheckReason) -> Text {
    keyhaven_messages::text(language, style, Family::CheckReason, reason)
}

/// What is wrong with a key.
#[must_use]
pub fn of_health(language: Language, style: Style, finding: &HealthFinding) -> String {
    keyhaven_messages::text(language, style, Family::Health, finding).message
}

/// What a salvage could not read.
#[must_use]
pub fn of_loss(language: Language, style: Style, loss: &SalvageLoss) -> Text {
    keyhaven_messages::text(language, style, Family::Loss, loss)
}

/// What a salvage had to change.
#[must_use]
pub fn of_change(language: Language, style: Style, change: &SalvageChange) -> Text {
    keyhaven_messages::text(language, style, Family::Change, change)
}

/// The name of a check of doctor.
#[must_use]
pub fn of_doctor_check(language: Language, style: Style, check: &DoctorCheck) -> String {
    keyhaven_messages::name(language, style, Family::DoctorCheck, check)
}

/// The result of a check of doctor.
#[must_use]
pub fn of_doctor(language: Language, style: Style, result: &DoctorResult) -> Text {
    keyhaven_messages::text(language, style, Family::Doctor, result)
}

/// Why a variable needs a look, as the end of a sentence that starts with its name.
#[must_use]
pub fn of_mark(language: Language, mark: VariableMark) -> String {
    keyhaven_messages::text(language, Style::Terminal, Family::Mark, &mark).message
}

/// Why this variable needs a look, with its name and without a final full stop.
#[must_use]
pub fn of_marked_variable(language: Language, variable: &str, mark: VariableMark) -> String {
    let mark = of_mark(language, mark);
    keyhaven_messages::plain(
        language,
        "marked-variable",
        &MarkedVariable { variable, mark },
    )
}

/// What a setting does, and which values it takes.
#[must_use]
pub fn of_setting(language: Language, setting: &Setting) -> String {
    keyhaven_messages::plain(language, &format!("setting-{}", setting.key()), &())
}

/// The parameters of the text `marked-variable`.
#[derive(Serialize)]
struct MarkedVariable<'v> {
    variable: &'v str,
    mark: String,
}

/// How a password's key is derived, and how long that took where it is known.
#[must_use]
pub fn of_key_derivation(language: Language, view: &KeyDerivationView) -> String {
    keyhaven_messages::plain(language, "key-derivation", &KeyDerivation::from(view))
}

/// The parameters of the text `key-derivation`.
#[derive(Serialize)]
pub(crate) struct KeyDerivation {
    pub(crate) memory: String,
    pub(crate) passes: u32,
    pub(crate) lanes: u32,
    pub(crate) seconds: Option<String>,
}

impl From<&KeyDerivationView> for KeyDerivation {
    fn from(view: &KeyDerivationView) -> Self {
        let memory = match view.memory_kib {
            kib if kib % 1024 == 0 => format!("{} MiB", kib / 1024),
            kib => format!("{kib} KiB"),
        };
        let seconds = view
            .milliseconds
            .map(|took| format!("{}.{:02}", took / 1000, took % 1000 / 10));
        Self {
            memory,
            passes: view.passes,
            lanes: view.lanes,
            seconds,
        }
    }
}

#[cfg(test)]
mod tests {
    use keyhaven_messages::differences;
    use keyhaven_protocol::Code;
    use keyhaven_protocol::accepted_value::ACCEPTED_VALUES;
    use keyhaven_protocol::check::{CHECK_REASONS, VerdictReason};
    use keyhaven_protocol::doctor::{DOCTOR_CHECKS, DOCTOR_RESULTS, LOCK_TRIGGERS};
    use keyhaven_protocol::finding::{DAMAGES, SALVAGE_CHANGES, SALVAGE_LOSSES, VERIFY_FINDINGS};
    use keyhaven_protocol::health::HEALTH_FINDINGS;
    use keyhaven_protocol::notice::NOTICES;
    use keyhaven_protocol::problem::{EXPECTED, PROBLEMS};
    use keyhaven_protocol::settings::Settings;
    use keyhaven_rules::due::DUE_WORDS;

    use super::*;

    #[test]
    fn every_code_has_a_text_that_uses_only_its_parameters() {
        let coded = [
            (Family::Problem, PROBLEMS),
            (Family::Notice, NOTICES),
            (Family::Damage, DAMAGES),
            (Family::Finding, VERIFY_FINDINGS),
            (Family::Health, HEALTH_FINDINGS),
            (Family::Loss, SALVAGE_LOSSES),
            (Family::Change, SALVAGE_CHANGES),
            (Family::DoctorCheck, DOCTOR_CHECKS),
            (Family::Doctor, DOCTOR_RESULTS),
            (Family::Trigger, LOCK_TRIGGERS),
            (Family::Expected, EXPECTED),
            (Family::Due, DUE_WORDS),
            (Family::Accepted, ACCEPTED_VALUES),
        ];
        let errors = Code::ALL
            .iter()
            .map(|code| (code.name(), code.parameters()));
        let mut found = differences(Family::Error, errors);
        for (family, list) in coded {
            found.extend(differences(family, list.iter().copied()));
        }
        let marks = VariableMark::KINDS.map(|mark| {
            let value = serde_json::to_value(mark).unwrap();
            value["code"].as_str().unwrap().to_owned()
        });
        let parameters: &[&str] = &["program", "source"];
        let marks = marks.into_iter().map(|code| (code, parameters));
        found.extend(differences(Family::Mark, marks));
        let none: &[&str] = &[];
        // The text of an answered check is that of the provider's reason.
        let own = CHECK_REASONS.iter().copied();
        let own = own.filter(|(code, _)| *code != "Answered");
        let words = VerdictReason::ALL.map(|reason| serde_json::to_value(reason).unwrap());
        let words = words.iter().map(|word| (word.as_str().unwrap(), none));
        found.extend(differences(Family::CheckReason, own.chain(words)));
        let settings = Settings::LIST.iter();
        let settings = settings.map(|setting| (setting.name, none));
        found.extend(differences(Family::Setting, settings));
        assert!(found.is_empty(), "{found:#?}");
    }

    #[test]
    fn a_marked_variable_is_named() {
        let text = of_marked_variable(Language::ENGLISH, "GIT_PAGER", VariableMark::Command);
        assert_eq!(text, "GIT_PAGER can name a program that others start");
    }

    #[test]
    fn a_key_derivation_has_a_text() {
        let mut view = KeyDerivationView {
            memory_kib: 128 * 1024,
            passes: 3,
            lanes: 4,
            milliseconds: None,
        };
        let text = |view: &KeyDerivationView| of_key_derivation(Language::ENGLISH, view);
        assert_eq!(text(&view), "128 MiB, 3 passes, 4 lanes");
        view.milliseconds = Some(1057);
        assert_eq!(text(&view), "128 MiB, 3 passes, 4 lanes, 1.05 s");
        view.passes = 1;
        assert_eq!(text(&view), "128 MiB, 1 pass, 4 lanes, 1.05 s");
    }
}
