//! How the settings are stored. The list of them is in the crate `rules`.
//!
//! A program never meets a setting that it does not know: a new setting comes with a new form of
//! the tables, and an earlier program refuses the vault with both versions. To open it would
//! mean to drop the setting at the next change, or to protect less than its owner wants.

use keyhaven_rules::days::{LEAD_TIME, MAX_LEAD_TIMES};
use keyhaven_rules::settings::Settings;
use serde_json::{Map, Value};

use crate::error::Invalid;

/// The settings of a stored row. Those that it lacks, since an earlier program wrote it, have
/// their defaults; a row with others is damaged.
pub(crate) fn stored(text: &str) -> Option<Settings> {
    let stored: Map<String, Value> = serde_json::from_str(text).ok()?;
    let Ok(Value::Object(mut all)) = serde_json::to_value(Settings::default()) else {
        return None;
    };
    all.extend(stored);
    serde_json::from_value(Value::Object(all)).ok()
}

/// Checks the bounds of all settings.
///
/// # Errors
/// [`Invalid::Setting`] with the first one outside them.
pub(crate) fn check(settings: &Settings) -> Result<(), Invalid> {
    match settings.first_invalid() {
        Some(setting) => Err(Invalid::Setting(setting)),
        None => Ok(()),
    }
}

/// Lead times of one credential.
pub(crate) fn check_lead_times(days: &[u32]) -> Result<(), Invalid> {
    if days.len() <= MAX_LEAD_TIMES && days.iter().all(|day| LEAD_TIME.contains(day)) {
        Ok(())
    } else {
        Err(Invalid::LeadTimes)
    }
}

#[cfg(test)]
mod tests {
    use keyhaven_rules::settings::Setting;

    use super::*;
    use crate::store::connect::MIGRATIONS;

    /// How many of the forms of the tables a program must know to know these settings. A line
    /// is never changed: a new setting gets a new form and a new line.
    const KNOWN_SINCE: [(usize, &[&str]); 4] = [
        (
            1,
            &[
                "auto_lock_minutes",
                "lock_on_suspend",
                "lock_on_screen_lock",
                "clipboard_seconds",
                "lead_times",
                "quiet_from",
                "quiet_to",
                "names_in_notices",
                "expired",
                "grace_hours",
                "audit_keep_days",
            ],
        ),
        (3, &["max_unlocked_hours"]),
        (6, &["calendar_file", "names_in_calendar"]),
        (7, &["hook_wait_seconds"]),
    ];

    #[test]
    fn a_new_setting_comes_with_a_form_that_earlier_programs_refuse() {
        let names = |setting: &Setting| setting.name;
        let mut listed: Vec<_> = Settings::LIST.iter().map(names).collect();
        let mut known: Vec<_> = KNOWN_SINCE
            .iter()
            .flat_map(|(_, names)| *names)
            .copied()
            .collect();
        listed.sort_unstable();
        known.sort_unstable();
        assert_eq!(
            listed, known,
            "append a form to MIGRATIONS and a line to KNOWN_SINCE"
        );
        for (form, names) in KNOWN_SINCE {
            assert!(
                form <= MIGRATIONS.len(),
                "there is no form {form} for {names:?}"
            );
        }
        assert!(KNOWN_SINCE.is_sorted_by(|(one, _), (next, _)| one < next));
    }

    #[test]
    fn what_an_earlier_program_wrote_is_completed_with_defaults() {
        let text = r#"{"auto_lock_minutes":15,"quiet_from":"22:00:00","expired":"refuse"}"#;
        let settings = stored(text).unwrap();
        assert_eq!(settings.auto_lock_minutes, 15);
        assert_eq!(settings.quiet_from.to_string(), "22:00");
        assert_eq!(settings.expired.word(), "refuse");
        assert_eq!(settings.max_unlocked_hours, 0);
        assert_eq!(stored("{}"), Some(Settings::default()));
    }

    #[test]
    fn a_row_with_an_unknown_setting_or_another_type_is_damaged() {
        for text in [r#"{"colour":"red"}"#, r#"{"lead_times":7}"#, "[]", ""] {
            assert_eq!(stored(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_out_of_range_is_named() {
        let settings = Settings {
            clipboard_seconds: 0,
            ..Settings::default()
        };
        let clipboard = Settings::find("clipboard_seconds").unwrap();
        assert_eq!(check(&settings), Err(Invalid::Setting(clipboard)));
    }
}
