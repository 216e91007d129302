//! What a setting accepts, and in which direction a change of it weakens protection.

use std::fmt;

use serde::Serialize;

use super::time_of_day::TimeOfDay;
use crate::days::{LEAD_TIME, MAX_LEAD_TIMES};

/// What a setting accepts, and which of two values protects less.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SettingForm {
    /// A number.
    Number {
        /// The least.
        minimum: u32,
        /// The largest.
        maximum: u32,
        /// Whether 0 is accepted too, and is more than any number.
        zero_is_no_limit: bool,
        /// What it counts.
        unit: SettingUnit,
        /// Which numbers protect less.
        weaker: WeakerNumber,
    },
    /// On or off.
    Switch {
        /// The state that protects less.
        weaker: bool,
    },
    /// Days before a due date. To leave one out is weaker: a reminder less.
    LeadTimes {
        /// The most days.
        maximum: u32,
        /// How many there may be.
        count: usize,
    },
    /// The start or the end of the quiet hours. Quiet hours that silence more are weaker.
    QuietHours,
    /// One of a few words.
    Word {
        /// From the one that protects most to the one that protects least.
        words: &'static [&'static str],
    },
}

/// What a number of a setting counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SettingUnit {
    /// Seconds.
    Seconds,
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
    /// Days.
    Days,
}

/// Which numbers of a setting protect less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WeakerNumber {
    /// Larger ones.
    Larger,
    /// Smaller ones.
    Smaller,
    /// None: it protects nothing.
    Neither,
}

/// The value of a setting. Its `Display` is what `kh config` prints and takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingValue {
    /// Of [`SettingForm::Number`].
    Number(u32),
    /// Of [`SettingForm::Switch`].
    Switch(bool),
    /// Of [`SettingForm::LeadTimes`].
    Days(Vec<u32>),
    /// Of [`SettingForm::QuietHours`].
    Time(TimeOfDay),
    /// Of [`SettingForm::Word`].
    Word(&'static str),
}

/// What `kh config` prints and takes for no lead times.
const NONE: &str = "none";

impl SettingForm {
    /// Days before a due date.
    pub(super) const LEAD_TIMES: Self = Self::LeadTimes {
        maximum: *LEAD_TIME.end(),
        count: MAX_LEAD_TIMES,
    };

    /// The value that a text means, if it is accepted.
    pub(super) fn parse(&self, text: &str) -> Option<SettingValue> {
        let value = match self {
            Self::Number { .. } => SettingValue::Number(text.parse().ok()?),
            Self::Switch { .. } => SettingValue::Switch(text.parse().ok()?),
            Self::LeadTimes { .. } => SettingValue::Days(days(text)?),
            Self::QuietHours => SettingValue::Time(TimeOfDay::parse(text)?),
            Self::Word { words } => SettingValue::Word(words.iter().find(|word| **word == text)?),
        };
        self.accepts(&value).then_some(value)
    }

    /// Whether a value is of this form and within its bounds.
    pub(super) fn accepts(&self, value: &SettingValue) -> bool {
        match (self, value) {
            (
                &Self::Number {
                    minimum,
                    maximum,
                    zero_is_no_limit,
                    ..
                },
                &SettingValue::Number(number),
            ) => (minimum..=maximum).contains(&number) || (zero_is_no_limit && number == 0),
            (Self::LeadTimes { maximum, count }, SettingValue::Days(days)) => {
                days.len() <= *count && days.iter().all(|day| day <= maximum)
            }
            (Self::Word { words }, SettingValue::Word(word)) => words.contains(word),
            (Self::Switch { .. }, SettingValue::Switch(_))
            | (Self::QuietHours, SettingValue::Time(_)) => true,
            _ => false,
        }
    }

    /// Whether the second value protects less than the first. One end of the quiet hours alone
    /// does not tell.
    pub(super) fn is_weaker(&self, was: &SettingValue, is: &SettingValue) -> bool {
        match (self, was, is) {
            (
                &Self::Number {
                    zero_is_no_limit,
                    weaker,
                    ..
                },
                &SettingValue::Number(was),
                &SettingValue::Number(is),
            ) => {
                let size = |number| match number {
                    0 if zero_is_no_limit => u32::MAX,
                    number => number,
                };
                match weaker {
                    WeakerNumber::Larger => size(is) > size(was),
                    WeakerNumber::Smaller => size(is) < size(was),
                    WeakerNumber::Neither => false,
                }
            }
            (Self::Switch { weaker }, was, is) => was != is && *is == SettingValue::Switch(*weaker),
            (Self::LeadTimes { .. }, SettingValue::Days(was), SettingValue::Days(is)) => {
                was.iter().any(|day| !is.contains(day))
            }
            (Self::Word { words }, SettingValue::Word(was), SettingValue::Word(is)) => {
                let place = |word: &str| words.iter().position(|one| *one == word);
                place(is) > place(was)
            }
            _ => false,
        }
    }
}

/// `30,7,1` or `none`.
fn days(text: &str) -> Option<Vec<u32>> {
    text.split(',')
        .map(str::trim)
        .filter(|part| !matches!(*part, "" | NONE))
        .map(|days| days.parse().ok())
        .collect()
}

impl fmt::Display for SettingValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Switch(on) => on.fmt(f),
            Self::Days(days) if days.is_empty() => f.write_str(NONE),
            Self::Days(days) => {
                let days: Vec<String> = days.iter().map(u32::to_string).collect();
                f.write_str(&days.join(","))
            }
            Self::Time(time) => time.fmt(f),
            Self::Word(word) => f.write_str(word),
        }
    }
}
