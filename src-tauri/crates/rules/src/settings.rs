//! The settings that live in the vault, declared once.
//!
//! An entry of the list below gives a setting's name, type, default, place in the window, and
//! which values it accepts and which of them protect less ([`SettingForm`]). The rest follows:
//! how it is stored, `kh config`, the form of the window, and the agent's question for the
//! password before protection is weakened. A setting without a direction does not compile.

mod form;
mod quiet;
mod time_of_day;
mod types;

use serde::{Deserialize, Serialize};

pub use form::{SettingForm, SettingUnit, SettingValue, WeakerNumber};
pub use time_of_day::TimeOfDay;
pub use types::ExpiredPolicy;

use crate::days::{AUDIT_RETENTION, MAX_DAYS};
use types::SettingType;

macro_rules! settings {
    ($($area:ident { $(
        $(#[doc = $doc:literal])+
        $name:ident: $type:ty = $default:expr, $form:expr;
    )* })*) => {
        /// All settings of a vault.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        #[cfg_attr(feature = "ts", derive(ts_rs::TS))]
        pub struct Settings {
            $($($(#[doc = $doc])+ pub $name: $type,)*)*
        }

        impl Default for Settings {
            fn default() -> Self {
                Self { $($($name: $default,)*)* }
            }
        }

        impl Settings {
            /// The list, in the order in which it is shown.
            pub const LIST: &'static [Setting] = &[$($(Setting {
                name: stringify!($name),
                area: SettingArea::$area,
                form: $form,
                get: |settings| settings.$name.to_value(),
                put: |settings, value| match SettingType::of_value(value) {
                    Some(value) => {
                        settings.$name = value;
                        true
                    }
                    None => false,
                },
            },)*)*];
        }
    };
}

settings! {
    Locking {
        /// Minutes without use after which the vault locks; 0 means never.
        auto_lock_minutes: u32 = 30, SettingForm::Number {
            minimum: 1, maximum: 1440, zero_is_no_limit: true,
            unit: SettingUnit::Minutes, weaker: WeakerNumber::Larger,
        };
        /// Hours after an unlock at which the vault locks, whatever is used; 0 means never.
        max_unlocked_hours: u32 = 0, SettingForm::Number {
            minimum: 1, maximum: 720, zero_is_no_limit: true,
            unit: SettingUnit::Hours, weaker: WeakerNumber::Larger,
        };
        /// Whether the vault locks before the machine sleeps.
        lock_on_suspend: bool = true, SettingForm::Switch { weaker: false };
        /// Whether the vault locks when the screen or the session is locked.
        lock_on_screen_lock: bool = true, SettingForm::Switch { weaker: false };
        /// Seconds after which the clipboard helper clears a copied value.
        clipboard_seconds: u32 = 20, SettingForm::Number {
            minimum: 5, maximum: 600, zero_is_no_limit: false,
            unit: SettingUnit::Seconds, weaker: WeakerNumber::Larger,
        };
    }
    Reminders {
        /// Days before a due date at which to remind.
        lead_times: Vec<u32> = vec![30, 14, 7, 3, 1, 0], SettingForm::LEAD_TIMES;
        /// Start of the quiet hours, in local time.
        quiet_from: TimeOfDay = TimeOfDay::of_hour(20), SettingForm::QuietHours;
        /// End of the quiet hours; the same time as their start means that there are none.
        quiet_to: TimeOfDay = TimeOfDay::of_hour(8), SettingForm::QuietHours;
        /// Whether notifications may name credentials; desktops keep a history of them.
        names_in_notices: bool = false, SettingForm::Switch { weaker: true };
        /// Whether a calendar file of what is due is kept next to the vault, unencrypted.
        calendar_file: bool = false, SettingForm::Switch { weaker: true };
        /// Whether that file names credentials.
        names_in_calendar: bool = false, SettingForm::Switch { weaker: true };
    }
    Use {
        /// What a launch does with an expired credential.
        expired: ExpiredPolicy = ExpiredPolicy::Warn,
            SettingForm::Word { words: &ExpiredPolicy::WORDS };
        /// Hours for which a replaced value counts as the previous one.
        grace_hours: u32 = 72, SettingForm::Number {
            minimum: 0, maximum: 8760, zero_is_no_limit: false,
            unit: SettingUnit::Hours, weaker: WeakerNumber::Smaller,
        };
        /// Days of use for which audit entries are kept; 0 keeps all.
        audit_keep_days: u32 = 0, SettingForm::Number {
            minimum: *AUDIT_RETENTION.start(), maximum: MAX_DAYS, zero_is_no_limit: true,
            unit: SettingUnit::Days, weaker: WeakerNumber::Smaller,
        };
        /// Seconds for which the hook of a shell waits for the variables of a folder.
        hook_wait_seconds: u32 = 2, SettingForm::Number {
            minimum: 1, maximum: 60, zero_is_no_limit: false,
            unit: SettingUnit::Seconds, weaker: WeakerNumber::Neither,
        };
    }
}

/// Where the window shows a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SettingArea {
    /// What locks the vault and clears copies.
    Locking,
    /// Reminders.
    Reminders,
    /// The use of keys, and its record.
    Use,
}

/// One setting of the list. As JSON it is what the page is generated from.
#[derive(Debug, Serialize)]
pub struct Setting {
    /// Its name in JSON.
    pub name: &'static str,
    /// Where the window shows it.
    pub area: SettingArea,
    /// What it accepts, and what weakens protection.
    pub form: SettingForm,
    #[serde(skip)]
    get: fn(&Settings) -> SettingValue,
    #[serde(skip)]
    put: fn(&mut Settings, SettingValue) -> bool,
}

/// A name is there once.
impl PartialEq for Setting {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Setting {}

impl Setting {
    /// Its name in `kh config` and in the ids of its texts: `auto-lock-minutes`.
    #[must_use]
    pub fn key(&self) -> String {
        self.name.replace('_', "-")
    }

    /// Its present value.
    #[must_use]
    pub fn value(&self, settings: &Settings) -> SettingValue {
        (self.get)(settings)
    }

    /// Sets it to a value as `kh config set` takes it; false where it accepts no such value.
    #[must_use]
    pub fn set(&self, settings: &mut Settings, text: &str) -> bool {
        match self.form.parse(text) {
            Some(value) => (self.put)(settings, value),
            None => false,
        }
    }

    /// Whether going from the present settings to the wanted ones weakens protection by this one.
    #[must_use]
    pub fn weakens(&self, present: &Settings, wanted: &Settings) -> bool {
        let (was, is) = (self.value(present), self.value(wanted));
        match self.form {
            SettingForm::QuietHours => was != is && quiet::silences_more(present, wanted),
            _ => self.form.is_weaker(&was, &is),
        }
    }
}

impl Settings {
    /// The setting with this name, with hyphens or underscores.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Setting> {
        let name = name.replace('-', "_");
        Self::LIST.iter().find(|setting| setting.name == name)
    }

    /// The first setting whose value it does not accept.
    #[must_use]
    pub fn first_invalid(&self) -> Option<&'static Setting> {
        let mut list = Self::LIST.iter();
        list.find(|setting| !setting.form.accepts(&setting.value(self)))
    }

    /// Whether going from these settings to the wanted ones weakens protection anywhere.
    #[must_use]
    pub fn weakened_by(&self, wanted: &Self) -> bool {
        let mut list = Self::LIST.iter();
        list.any(|setting| setting.weakens(self, wanted))
    }

    /// These settings, but those of `floor` where these would protect less; and which they are.
    #[must_use]
    pub fn no_weaker_than(&self, floor: &Self) -> (Self, Vec<&'static Setting>) {
        let mut raised = self.clone();
        let weaker = Self::LIST.iter();
        // Both ends of the quiet hours are compared as they were given, so that both are replaced.
        let weaker: Vec<_> = weaker
            .filter(|setting| setting.weakens(floor, self))
            .collect();
        for setting in &weaker {
            (setting.put)(&mut raised, setting.value(floor));
        }
        (raised, weaker)
    }
}

#[cfg(test)]
mod tests;
