//! Values that can be guessed: as a secret, they protect little. A coarse rule without a
//! dictionary, so that it costs next to nothing for each value of a vault.

use crate::ordinary::is_ordinary_word;

/// Fewer bytes than this are tried one by one.
const SHORTEST: usize = 8;
/// Fewer different bytes than this are a pattern.
const FEWEST_DIFFERENT: usize = 5;
/// The longest letters of a word with digits, such as a name and a year.
const LONGEST_WORD: usize = 10;
/// The most digits behind it.
const MOST_DIGITS: usize = 4;
/// The most digits of a number, such as a date or a telephone number.
const LONGEST_NUMBER: usize = 12;

/// Whether any secret of this value is easy to guess.
#[must_use]
pub fn is_guessable(value: &[u8]) -> bool {
    value.len() < SHORTEST || is_ordinary_word(value) || different(value) < FEWEST_DIFFERENT
}

/// Whether a password of this value is easy to guess: people choose passwords.
#[must_use]
pub fn is_guessable_password(value: &[u8]) -> bool {
    is_guessable(value) || is_word_with_digits(value)
}

/// How many different bytes there are, counted up to the number that matters.
fn different(value: &[u8]) -> usize {
    let mut seen = [0_u8; FEWEST_DIFFERENT];
    let mut count = 0;
    for byte in value {
        if !seen[..count].contains(byte) {
            if count + 1 == FEWEST_DIFFERENT {
                return FEWEST_DIFFERENT;
            }
            seen[count] = *byte;
            count += 1;
        }
    }
    count
}

/// Letters, then digits, then at most one other character: `Summer2024!`.
fn is_word_with_digits(value: &[u8]) -> bool {
    let count = |bytes: &[u8], is_one: fn(&u8) -> bool| {
        bytes.iter().take_while(|byte| is_one(byte)).count()
    };
    let letters = count(value, u8::is_ascii_alphabetic);
    let digits = count(&value[letters..], u8::is_ascii_digit);
    let rest = value.len() - letters - digits;
    let most_digits = match letters {
        0 => LONGEST_NUMBER,
        _ => MOST_DIGITS,
    };
    letters <= LONGEST_WORD && digits <= most_digits && rest <= 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_values_words_and_repetitions_are_guessable() {
        for value in [
            "",
            "1234",
            "hunter2",
            "Postgresql",
            "abcabcabcabc",
            "00000000000",
        ] {
            assert!(is_guessable(value.as_bytes()), "{value}");
        }
        for value in ["hunter2024", "sk_test_4eC39HqLyjWDarjtT1zdp7dc", "12345678"] {
            assert!(!is_guessable(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn a_word_with_a_year_is_a_guessable_password() {
        for value in ["Summer2024!", "passwords", "hunter2024", "12345678"] {
            assert!(is_guessable_password(value.as_bytes()), "{value}");
        }
        for value in ["kX9fPq2mWz7r", "lantern orbit velvet", "qzxvbnmkljhgf"] {
            assert!(!is_guessable_password(value.as_bytes()), "{value}");
        }
    }
}
