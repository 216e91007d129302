//! The types that settings have, and their way to and from a [`SettingValue`].

use serde::{Deserialize, Serialize};

use super::SettingValue;
use super::time_of_day::TimeOfDay;

/// The type of a setting.
pub(super) trait SettingType: Sized {
    fn to_value(&self) -> SettingValue;
    fn of_value(value: SettingValue) -> Option<Self>;
}

macro_rules! setting_type {
    ($($type:ty as $variant:ident),*) => { $(
        impl SettingType for $type {
            fn to_value(&self) -> SettingValue {
                SettingValue::$variant(self.clone())
            }

            fn of_value(value: SettingValue) -> Option<Self> {
                match value {
                    SettingValue::$variant(value) => Some(value),
                    _ => None,
                }
            }
        }
    )* };
}

setting_type!(u32 as Number, bool as Switch, Vec<u32> as Days, TimeOfDay as Time);

/// What a launch does with an expired credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum ExpiredPolicy {
    /// It is not injected.
    Refuse,
    /// It is injected, with a warning.
    Warn,
    /// It is injected without a warning.
    Allow,
}

impl ExpiredPolicy {
    const ALL: [Self; 3] = [Self::Refuse, Self::Warn, Self::Allow];
    /// The words, from the strictest policy on.
    pub(super) const WORDS: [&'static str; 3] = [
        Self::ALL[0].word(),
        Self::ALL[1].word(),
        Self::ALL[2].word(),
    ];

    /// Its stable word, as in `--expired` and JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Refuse => "refuse",
            Self::Warn => "warn",
            Self::Allow => "allow",
        }
    }
}

impl SettingType for ExpiredPolicy {
    fn to_value(&self) -> SettingValue {
        SettingValue::Word(self.word())
    }

    fn of_value(value: SettingValue) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|policy| policy.to_value() == value)
    }
}
