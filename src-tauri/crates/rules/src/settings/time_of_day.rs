//! A local time of day, as the quiet hours have it.

use std::fmt;

use jiff::civil::Time;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A local time of day, to the minute; `HH:MM` as text and as JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(type = "string"))]
pub struct TimeOfDay(Time);

impl TimeOfDay {
    /// A full hour, from 0 to 23; for constants.
    #[must_use]
    pub(super) const fn of_hour(hour: i8) -> Self {
        Self(Time::constant(hour, 0, 0, 0))
    }

    /// `HH:MM`, nothing more.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (hour, minute) = text.split_once(':')?;
        let number = |part: &str| {
            let two_digits = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
            part.parse().ok().filter(|_| two_digits)
        };
        let time = Time::new(number(hour)?, number(minute)?, 0, 0);
        time.ok().map(Self)
    }

    /// As a civil time.
    #[must_use]
    pub const fn civil(self) -> Time {
        self.0
    }

    /// Minutes since midnight.
    pub(super) fn minute(self) -> u32 {
        let minutes = i32::from(self.0.hour()) * 60 + i32::from(self.0.minute());
        minutes.unsigned_abs()
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0.hour(), self.0.minute())
    }
}

impl Serialize for TimeOfDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TimeOfDay {
    /// `HH:MM`; earlier vaults hold `HH:MM:00`.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let minutes = text.strip_suffix(":00").filter(|rest| rest.contains(':'));
        Self::parse(minutes.unwrap_or(&text)).ok_or_else(|| de::Error::custom("not a time of day"))
    }
}
