//! The texts of errors and notices, as `kh` and the window show them.

use keyhaven_messages::{Family, Language, Style, Text};
use keyhaven_protocol::doctor::{DoctorCheck, DoctorResult};
use keyhaven_protocol::finding::{SalvageChange, SalvageLoss, VerifyFinding};
use keyhaven_protocol::view::Notice;
use keyhaven_protocol::{Error, request::KeyDerivationView};
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
    use keyhaven_protocol::Code;
    use keyhaven_protocol::doctor::{DOCTOR_CHECKS, DOCTOR_RESULTS, LOCK_TRIGGERS};
    use keyhaven_protocol::finding::{DAMAGES, SALVAGE_CHANGES, SALVAGE_LOSSES, VERIFY_FINDINGS};
    use keyhaven_protocol::notice::NOTICES;
    use keyhaven_protocol::problem::PROBLEMS;

    use super::*;

    /// `NotAVault` as `not-a-vault`.
    fn kebab(variant: &str) -> String {
        let mut id = String::new();
        for character in variant.chars() {
            if character.is_uppercase() && !id.is_empty() {
                id.push('-');
            }
            id.extend(character.to_lowercase());
        }
        id
    }

    fn lists() -> Vec<(String, Vec<String>)> {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let errors = Code::ALL.iter().map(|code| {
            let id = format!("error-{}", code.name().replace('_', "-"));
            (id, owned(code.parameters()))
        });
        let coded = [
            ("problem", PROBLEMS),
            ("notice", NOTICES),
            ("damage", DAMAGES),
            ("finding", VERIFY_FINDINGS),
            ("loss", SALVAGE_LOSSES),
            ("change", SALVAGE_CHANGES),
            ("doctor-check", DOCTOR_CHECKS),
            ("doctor", DOCTOR_RESULTS),
            ("trigger", LOCK_TRIGGERS),
        ];
        let others = coded.into_iter().flat_map(|(family, list)| {
            list.iter()
                .map(move |(name, names)| (format!("{family}-{}", kebab(name)), owned(names)))
        });
        errors.chain(others).collect()
    }

    #[test]
    fn every_code_has_a_text_that_uses_only_its_parameters() {
        let texts = keyhaven_messages::ids(Language::ENGLISH);
        for (id, parameters) in lists() {
            let hint = format!("{id}.hint");
            let mine: Vec<_> = texts
                .iter()
                .filter(|(text, _)| *text == id || *text == hint)
                .collect();
            assert!(!mine.is_empty(), "no text {id}");
            for (text, used) in mine {
                for name in used {
                    let name = name.strip_suffix("_given").unwrap_or(name);
                    let known = parameters.iter().any(|known| known == name);
                    assert!(known, "{text} uses ${name}, which is not given");
                }
            }
        }
    }

    #[test]
    fn every_text_of_these_families_has_a_code() {
        let codes: Vec<String> = lists().into_iter().map(|(id, _)| id).collect();
        for (id, _) in keyhaven_messages::ids(Language::ENGLISH) {
            let id = id.strip_suffix(".hint").unwrap_or(&id).to_owned();
            let families = [
                "error-", "problem-", "notice-", "damage-", "loss-", "change-", "doctor-",
                "trigger-",
            ];
            if families.iter().any(|family| id.starts_with(family)) {
                assert!(codes.contains(&id), "{id} belongs to no code");
            }
        }
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
