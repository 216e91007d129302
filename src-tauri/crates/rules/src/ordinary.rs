//! Values that are ordinary words. As a secret, such a value protects nothing, and masking it
//! would hide the word wherever a program prints it.

/// In lower case.
const WORDS: [&str; 51] = [
    "admin",
    "administrator",
    "app",
    "auto",
    "debug",
    "default",
    "dev",
    "development",
    "disabled",
    "enabled",
    "error",
    "example",
    "false",
    "guest",
    "http",
    "https",
    "info",
    "live",
    "local",
    "localhost",
    "main",
    "master",
    "memory",
    "mongo",
    "mysql",
    "nil",
    "no",
    "none",
    "null",
    "off",
    "on",
    "password",
    "postgres",
    "postgresql",
    "prod",
    "production",
    "public",
    "redis",
    "root",
    "secret",
    "staging",
    "test",
    "testing",
    "trace",
    "true",
    "undefined",
    "user",
    "username",
    "warn",
    "warning",
    "yes",
];

/// Whether a value is an ordinary word, in any case. Compared in place, so that no copy of a
/// secret is left behind.
#[must_use]
pub fn is_ordinary_word(value: &[u8]) -> bool {
    WORDS
        .iter()
        .any(|word| word.as_bytes().eq_ignore_ascii_case(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_ordinary_in_any_case_and_keys_are_not() {
        for word in ["true", "False", "ADMIN", "localhost"] {
            assert!(is_ordinary_word(word.as_bytes()), "{word}");
        }
        for other in ["", "true ", "admin1", "correct horse", "sk_test_1234"] {
            assert!(!is_ordinary_word(other.as_bytes()), "{other}");
        }
    }
}
