//! "Did you mean ...?": the name most like one that was not found.

/// No name is longer, in bytes.
const LONGEST_COMPARED: usize = 512;

/// The name most like the one that was not found, if any is close.
pub fn similar<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Option<String> {
    // The comparison takes time and memory by the product of both lengths.
    if wanted.len() > LONGEST_COMPARED {
        return None;
    }
    let wanted = wanted.to_lowercase();
    let far = (wanted.chars().count() / 3).max(1);
    names
        .into_iter()
        .map(|name| {
            (
                strsim::damerau_levenshtein(&wanted, &name.to_lowercase()),
                name,
            )
        })
        .filter(|(distance, _)| *distance <= far)
        .min()
        .map(|(_, name)| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typing_error_is_recognised() {
        let names = ["stripe", "sendgrid", "s3"];
        assert_eq!(similar("strpie", names), Some("stripe".into()));
        assert_eq!(similar("Stripe", names), Some("stripe".into()));
        assert_eq!(similar("postgres", names), None);
        assert_eq!(similar("", names), None);
        let long = "x".repeat(LONGEST_COMPARED + 1);
        assert_eq!(similar(&long, [long.as_str()]), None);
    }
}
