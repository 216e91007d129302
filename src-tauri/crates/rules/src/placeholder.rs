//! Values that stand in examples where a value belongs.

/// Whether a value is one that examples hold in the place of a value.
#[must_use]
pub fn is_placeholder(value: &str) -> bool {
    const WHOLE: [&str; 9] = [
        "todo",
        "tbd",
        "fixme",
        "placeholder",
        "dummy",
        "example",
        "...",
        "insert",
        "replace",
    ];
    const PARTS: [&str; 4] = ["changeme", "replaceme", "placeholder", "insertyour"];
    const ENDS: [&str; 8] = [
        "here", "key", "token", "secret", "password", "id", "value", "url",
    ];
    // Nothing longer is one, and files may be large.
    if value.len() > 64 {
        return false;
    }
    let low = value.to_ascii_lowercase();
    let letters: String = low.chars().filter(char::is_ascii_alphanumeric).collect();
    let is_blanked = letters.len() >= 3 && letters.bytes().all(|byte| byte == b'x');
    let in_brackets = low.starts_with('<') && low.ends_with('>') && low.len() > 2;
    let is_yours = letters.starts_with("your") && ENDS.iter().any(|end| letters.ends_with(end));
    WHOLE.contains(&low.as_str())
        || PARTS.iter().any(|part| letters.contains(part))
        || is_blanked
        || in_brackets
        || is_yours
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_examples_hold_is_a_placeholder_and_keys_are_none() {
        for value in [
            "changeme",
            "CHANGE_ME",
            "xxx",
            "<your key>",
            "your-api-key",
            "TODO",
        ] {
            assert!(is_placeholder(value), "{value}");
        }
        for value in ["", "xx", "hunter2", "sk_test_4eC39HqLyjWDarjtT1zdp7dc"] {
            assert!(!is_placeholder(value), "{value}");
        }
    }
}
