//! Whether the texts of a family and its codes are the same, for the tests of those who have
//! the codes.

use crate::{Family, Language, ids};

/// How the English texts of a family differ from its codes, each with its parameters: a code
/// without a text, a text without a code, a text that uses a parameter it is not given. The
/// codes may be written as `NotAVault` or `not_a_vault`.
#[must_use]
pub fn differences<'a>(
    family: Family,
    codes: impl IntoIterator<Item = (impl AsRef<str>, &'a [&'a str])>,
) -> Vec<String> {
    let codes: Vec<(String, &[&str])> = codes
        .into_iter()
        .map(|(code, parameters)| {
            let id = format!("{}-{}", family.prefix(), kebab(code.as_ref()));
            (id, parameters)
        })
        .collect();
    let texts = texts_of(family);
    let mut found = Vec::new();
    for (id, _) in &codes {
        if !texts.iter().any(|(text, _)| text == id) {
            found.push(format!("no text {id}"));
        }
    }
    for (text, used) in &texts {
        let id = text.split('.').next().unwrap_or_default();
        let Some((_, parameters)) = codes.iter().find(|(code, _)| code == id) else {
            found.push(format!("{text} belongs to no code"));
            continue;
        };
        let given = |name: &&String| {
            let name = name.strip_suffix("_given").unwrap_or(name);
            parameters.contains(&name)
        };
        let strange = used.iter().filter(|name| !given(name));
        found.extend(strange.map(|name| format!("{text} uses ${name}, which is not given")));
    }
    found
}

fn texts_of(family: Family) -> Vec<(String, Vec<String>)> {
    let mut texts = ids(Language::ENGLISH);
    texts.retain(|(id, _)| family_of(id) == Some(family));
    texts
}

/// The family whose prefix is the longest that fits.
fn family_of(id: &str) -> Option<Family> {
    let fits = |family: &&Family| {
        let rest = id.strip_prefix(family.prefix());
        rest.is_some_and(|rest| rest.starts_with('-'))
    };
    let families = Family::ALL.iter().filter(fits);
    families.max_by_key(|family| family.prefix().len()).copied()
}

/// `NotAVault` and `not_a_vault` as `not-a-vault`.
fn kebab(code: &str) -> String {
    let mut id = String::new();
    for character in code.chars() {
        if character.is_uppercase() && !id.is_empty() {
            id.push('-');
        }
        match character {
            '_' => id.push('-'),
            other => id.extend(other.to_lowercase()),
        }
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_difference_is_found() {
        let found = differences(Family::Trigger, [("sleep", &[][..]), ("NoSuchCode", &[])]);
        assert!(found.contains(&"no text trigger-no-such-code".to_owned()));
        assert!(
            !found.iter().any(|one| one == "no text trigger-sleep"),
            "{found:?}"
        );
        assert!(found.iter().any(|one| one.ends_with("belongs to no code")));
        let found = differences(Family::Error, [("not_a_vault", &[][..])]);
        let strange = "error-not-a-vault uses $path, which is not given";
        assert!(found.contains(&strange.to_owned()), "{found:?}");
    }

    #[test]
    fn a_text_belongs_to_the_family_with_the_longest_prefix() {
        assert_eq!(family_of("doctor-check-memory"), Some(Family::DoctorCheck));
        assert_eq!(family_of("doctor-memory"), Some(Family::Doctor));
        assert_eq!(family_of("list-separator"), None);
    }
}
