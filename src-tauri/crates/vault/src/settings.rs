//! The settings that matter for security and reminders; they live in the vault, so that
//! nobody changes them while it is locked.

use std::ops::RangeInclusive;

use jiff::civil::Time;
use keyhaven_rules::days::{AUDIT_RETENTION, LEAD_TIME, MAX_LEAD_TIMES};
use serde::{Deserialize, Serialize};

use crate::error::Invalid;

/// What becomes of an expired credential at launch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExpiredRule {
    /// Injected, with a warning.
    Warn,
    /// Not injected.
    Refuse,
    /// Injected in silence.
    Allow,
}

/// All settings of a vault. Unknown ones of a later program are refused with its format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Minutes without use after which the vault locks: up to 1440; 0 means never.
    pub auto_lock_minutes: u32,
    /// Whether the vault locks before the machine sleeps.
    pub lock_on_suspend: bool,
    /// Whether the vault locks when the screen or the session is locked.
    pub lock_on_screen_lock: bool,
    /// Seconds a copied value stays in the clipboard: 5 to 600.
    pub clipboard_seconds: u32,
    /// Days before a due moment at which to remind; at most 16 of them, each up to 3650.
    pub lead_times: Vec<u32>,
    /// Quiet hours begin at this local time.
    pub quiet_from: Time,
    /// And end at this one; equal times mean no quiet hours.
    pub quiet_to: Time,
    /// Whether notices may show names; desktops keep a history of notices.
    pub names_in_notices: bool,
    /// Expired credentials at launch.
    pub expired: ExpiredRule,
    /// Hours for which a replaced value counts as working: up to 8760.
    pub grace_hours: u32,
    /// Days with entries for which those of the log are kept: 30 to 36500; 0 keeps all.
    pub audit_keep_days: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            auto_lock_minutes: 30,
            lock_on_suspend: true,
            lock_on_screen_lock: true,
            clipboard_seconds: 20,
            lead_times: vec![30, 14, 7, 3, 1, 0],
            quiet_from: Time::constant(20, 0, 0, 0),
            quiet_to: Time::constant(8, 0, 0, 0),
            names_in_notices: false,
            expired: ExpiredRule::Warn,
            grace_hours: 72,
            audit_keep_days: 0,
        }
    }
}

impl Settings {
    /// Checks the ranges given at the fields.
    ///
    /// # Errors
    /// [`Invalid::Setting`] with the name of the first one outside its range.
    pub fn check(&self) -> Result<(), Invalid> {
        let in_range = |name, value: u32, range: RangeInclusive<u32>| {
            if range.contains(&value) {
                Ok(())
            } else {
                Err(Invalid::Setting(name))
            }
        };
        in_range("auto_lock_minutes", self.auto_lock_minutes, 0..=1440)?;
        in_range("clipboard_seconds", self.clipboard_seconds, 5..=600)?;
        in_range("grace_hours", self.grace_hours, 0..=8760)?;
        if self.audit_keep_days != 0 {
            in_range("audit_keep_days", self.audit_keep_days, AUDIT_RETENTION)?;
        }
        check_lead_times(&self.lead_times)
    }
}

/// Lead times of the vault or of one credential.
pub(crate) fn check_lead_times(days: &[u32]) -> Result<(), Invalid> {
    if days.len() <= MAX_LEAD_TIMES && days.iter().all(|day| LEAD_TIME.contains(day)) {
        Ok(())
    } else {
        Err(Invalid::Setting("lead_times"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_in_range_and_survive_json() {
        let settings = Settings::default();
        settings.check().unwrap();
        let text = serde_json::to_string(&settings).unwrap();
        assert_eq!(serde_json::from_str::<Settings>(&text).unwrap(), settings);
        assert_eq!(serde_json::from_str::<Settings>("{}").unwrap(), settings);
    }

    #[test]
    fn what_is_out_of_range_is_named() {
        let settings = Settings {
            clipboard_seconds: 0,
            ..Settings::default()
        };
        assert_eq!(settings.check(), Err(Invalid::Setting("clipboard_seconds")));
    }
}
