//! How hard a master password is to guess, as it is reported.

use keyhaven_rules::coded;
use serde::{Deserialize, Serialize};

/// Below this score a password can be guessed by those who have a copy of the vault.
const STRONG_SCORE: u8 = 3;

/// How hard a password is to guess.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordStrength {
    /// 0 (guessed at once) to 4 (out of reach).
    pub score: u8,
    /// How long guessing takes at 10,000 guesses a second.
    pub crack_time: StrengthText,
    /// What is wrong with it.
    pub warning: Option<StrengthText>,
    /// What would make it better.
    pub suggestions: Vec<StrengthText>,
}

impl PasswordStrength {
    /// Whether those who have a copy of the vault can guess it.
    #[must_use]
    pub const fn is_weak(&self) -> bool {
        self.score < STRONG_SCORE
    }
}

coded! {
    /// What is to be known of a password. The texts are in the crate `messages`, under
    /// `strength-CODE`.
    StrengthText as STRENGTH_TEXTS {
        // What makes it weak
        /// A row of keys.
        StraightRow,
        /// A short pattern on the keyboard.
        KeyboardPattern,
        /// One character, repeated.
        Repeat,
        /// A part, repeated.
        RepeatedPart,
        /// One of the ten most common.
        TopTen,
        /// One of the hundred most common.
        TopHundred,
        /// A common one.
        Common,
        /// Similar to a common one.
        SimilarToCommon,
        /// A sequence.
        Sequence,
        /// A recent year.
        RecentYear,
        /// One word.
        SingleWord,
        /// A date.
        Date,
        /// One name.
        SingleName,
        /// A common name.
        CommonName,
        // What would help
        /// A few words.
        UseFewWords,
        /// Symbols are not needed.
        NoSymbolsNeeded,
        /// More words.
        AddWords,
        /// Capitals help little.
        CapitalsHelpLittle,
        /// Nothing but capitals helps little.
        AllCapitalsHelpLittle,
        /// Reversing words helps little.
        ReversedHelpsLittle,
        /// Replacing characters helps little.
        SubstitutionHelpsLittle,
        /// A longer pattern.
        LongerPattern,
        /// No repeats.
        AvoidRepeats,
        /// No sequences.
        AvoidSequences,
        /// No recent years.
        AvoidRecentYears,
        /// No years that belong to you.
        AvoidOwnYears,
        /// No dates that belong to you.
        AvoidOwnDates,
        // How long guessing takes
        /// Less than a second.
        NoTime,
        /// Seconds.
        Seconds { /** How many. */ count: u64 },
        /// Minutes.
        Minutes { /** How many. */ count: u64 },
        /// Hours.
        Hours { /** How many. */ count: u64 },
        /// Days.
        Days { /** How many. */ count: u64 },
        /// Months of 31 days.
        Months { /** How many. */ count: u64 },
        /// Years of twelve such months.
        Years { /** How many. */ count: u64 },
        /// Longer.
        Centuries,
    }
}
