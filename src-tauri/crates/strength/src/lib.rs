//! How hard a master password is to guess, by `zxcvbn`: for the window's meter, and for the
//! helper process that `kh` asks, which is not to load dictionaries at each of its starts.

use std::time::Duration;

use keyhaven_protocol::strength::{PasswordStrength, StrengthText};
use keyhaven_secret::SecretString;
use zxcvbn::feedback::{Feedback, Suggestion, Warning};
use zxcvbn::zxcvbn;

/// Longer ones are judged by their first characters: the cost grows with the length, and
/// nobody types more.
const MAX_JUDGED: usize = 100;

/// Judges a password.
#[must_use]
pub fn judge(password: &SecretString) -> PasswordStrength {
    // Exposed to be judged; the wiping allocator overwrites what the estimator copies.
    let text = password.expose();
    let end = text
        .char_indices()
        .nth(MAX_JUDGED)
        .map_or(text.len(), |(at, _)| at);
    let judged = zxcvbn(&text[..end], &["keyhaven", "vault"]);
    let time = judged.crack_times().offline_slow_hashing_1e4_per_second();
    let feedback = judged.feedback();
    let suggestions = feedback.map(Feedback::suggestions).unwrap_or_default();
    PasswordStrength {
        score: u8::from(judged.score()),
        crack_time: guessing_time(time.into()),
        warning: feedback.and_then(Feedback::warning).map(weakness),
        suggestions: suggestions.iter().copied().map(advice).collect(),
    }
}

const fn weakness(warning: Warning) -> StrengthText {
    match warning {
        Warning::StraightRowsOfKeysAreEasyToGuess => StrengthText::StraightRow,
        Warning::ShortKeyboardPatternsAreEasyToGuess => StrengthText::KeyboardPattern,
        Warning::RepeatsLikeAaaAreEasyToGuess => StrengthText::Repeat,
        Warning::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess => StrengthText::RepeatedPart,
        Warning::ThisIsATop10Password => StrengthText::TopTen,
        Warning::ThisIsATop100Password => StrengthText::TopHundred,
        Warning::ThisIsACommonPassword => StrengthText::Common,
        Warning::ThisIsSimilarToACommonlyUsedPassword => StrengthText::SimilarToCommon,
        Warning::SequencesLikeAbcAreEasyToGuess => StrengthText::Sequence,
        Warning::RecentYearsAreEasyToGuess => StrengthText::RecentYear,
        Warning::AWordByItselfIsEasyToGuess => StrengthText::SingleWord,
        Warning::DatesAreOftenEasyToGuess => StrengthText::Date,
        Warning::NamesAndSurnamesByThemselvesAreEasyToGuess => StrengthText::SingleName,
        Warning::CommonNamesAndSurnamesAreEasyToGuess => StrengthText::CommonName,
    }
}

const fn advice(suggestion: Suggestion) -> StrengthText {
    match suggestion {
        Suggestion::UseAFewWordsAvoidCommonPhrases => StrengthText::UseFewWords,
        Suggestion::NoNeedForSymbolsDigitsOrUppercaseLetters => StrengthText::NoSymbolsNeeded,
        Suggestion::AddAnotherWordOrTwo => StrengthText::AddWords,
        Suggestion::CapitalizationDoesntHelpVeryMuch => StrengthText::CapitalsHelpLittle,
        Suggestion::AllUppercaseIsAlmostAsEasyToGuessAsAllLowercase => {
            StrengthText::AllCapitalsHelpLittle
        }
        Suggestion::ReversedWordsArentMuchHarderToGuess => StrengthText::ReversedHelpsLittle,
        Suggestion::PredictableSubstitutionsDontHelpVeryMuch => {
            StrengthText::SubstitutionHelpsLittle
        }
        Suggestion::UseALongerKeyboardPatternWithMoreTurns => StrengthText::LongerPattern,
        Suggestion::AvoidRepeatedWordsAndCharacters => StrengthText::AvoidRepeats,
        Suggestion::AvoidSequences => StrengthText::AvoidSequences,
        Suggestion::AvoidRecentYears => StrengthText::AvoidRecentYears,
        Suggestion::AvoidYearsThatAreAssociatedWithYou => StrengthText::AvoidOwnYears,
        Suggestion::AvoidDatesAndYearsThatAreAssociatedWithYou => StrengthText::AvoidOwnDates,
    }
}

/// In the largest unit that fits.
fn guessing_time(time: Duration) -> StrengthText {
    const MINUTE: u64 = 60;
    const HOUR: u64 = 60 * MINUTE;
    const DAY: u64 = 24 * HOUR;
    const MONTH: u64 = 31 * DAY;
    const YEAR: u64 = 12 * MONTH;
    const CENTURY: u64 = 100 * YEAR;
    match time.as_secs() {
        0 => StrengthText::NoTime,
        count @ ..MINUTE => StrengthText::Seconds { count },
        time @ ..HOUR => StrengthText::Minutes {
            count: time / MINUTE,
        },
        time @ ..DAY => StrengthText::Hours { count: time / HOUR },
        time @ ..MONTH => StrengthText::Days { count: time / DAY },
        time @ ..YEAR => StrengthText::Months {
            count: time / MONTH,
        },
        time @ ..CENTURY => StrengthText::Years { count: time / YEAR },
        _ => StrengthText::Centuries,
    }
}

#[cfg(test)]
mod tests {
    use keyhaven_secret::Secret;

    use super::*;

    fn judged(text: &str) -> PasswordStrength {
        judge(&Secret::new(text.to_owned()))
    }

    #[test]
    fn the_time_of_guessing_is_in_the_largest_unit_that_fits() {
        let time = |seconds| guessing_time(Duration::from_secs(seconds));
        assert_eq!(time(0), StrengthText::NoTime);
        assert_eq!(time(1), StrengthText::Seconds { count: 1 });
        assert_eq!(time(3 * 3600 + 5), StrengthText::Hours { count: 3 });
        assert_eq!(time(u64::MAX), StrengthText::Centuries);
    }

    #[test]
    fn common_words_are_weak_and_many_words_are_strong() {
        let weak = judged("password");
        assert!(weak.score == 0 && weak.is_weak());
        assert!(weak.warning.is_some());
        let strong = judged("lantern orbit velvet cactus mosaic");
        assert!(strong.score == 4 && !strong.is_weak());
        assert!(strong.warning.is_none());
        assert_eq!(judged("keyhaven").score, 0);
    }

    #[test]
    fn nothing_and_very_much_are_judged_too() {
        assert_eq!(judged("").score, 0);
        assert_eq!(judged(&"é".repeat(10_000)), judged(&"é".repeat(MAX_JUDGED)));
    }
}
