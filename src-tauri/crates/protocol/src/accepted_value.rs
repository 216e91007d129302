//! What a setting accepts, for the text that refuses another value.

use keyhaven_rules::settings::SettingForm;

use crate::coded::coded;

coded! {
    /// What a setting accepts.
    AcceptedValue as ACCEPTED_VALUES {
        /// A number.
        Number { /** The least. */ minimum: u32, /** The largest. */ maximum: u32 },
        /// A number, or 0 for no limit.
        NumberOrZero { /** The least. */ minimum: u32, /** The largest. */ maximum: u32 },
        /// On or off.
        Switch,
        /// Several numbers of days.
        LeadTimes { /** How many. */ count: u32, /** The largest. */ maximum: u32 },
        /// A time of day.
        TimeOfDay,
        /// One of a few words.
        Word { /** The words. */ words: Vec<String> },
    }
}

impl From<&SettingForm> for AcceptedValue {
    fn from(form: &SettingForm) -> Self {
        match *form {
            SettingForm::Number {
                minimum,
                maximum,
                zero_is_no_limit: false,
                ..
            } => Self::Number { minimum, maximum },
            SettingForm::Number {
                minimum, maximum, ..
            } => Self::NumberOrZero { minimum, maximum },
            SettingForm::Switch { .. } => Self::Switch,
            SettingForm::LeadTimes { maximum, count } => Self::LeadTimes {
                count: u32::try_from(count).unwrap_or(u32::MAX),
                maximum,
            },
            SettingForm::QuietHours => Self::TimeOfDay,
            SettingForm::Word { words } => Self::Word {
                words: words.iter().map(|word| (*word).to_owned()).collect(),
            },
        }
    }
}
