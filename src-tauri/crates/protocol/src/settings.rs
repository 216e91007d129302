//! The settings that live in the vault, from the one list in the crate `rules`.

pub use keyhaven_rules::settings::{ExpiredPolicy, Setting, Settings};

use crate::accepted_value::AcceptedValue;
use crate::problem::Problem;

/// Why this setting does not take a value.
#[must_use]
pub fn value_problem(setting: &Setting) -> Problem {
    Problem::SettingValue {
        setting: setting.key(),
        accepted: AcceptedValue::from(&setting.form),
    }
}
