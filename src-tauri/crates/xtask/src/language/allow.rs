//! The allow-list: uses of a phrase that stay, each with its reason.
//!
//! A line is `where | phrase | reason`. `where` is part of a path or of the line with the
//! phrase; the phrase `*` means any.

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use super::phrases::Hit;

/// The list, relative to the root.
pub const FILE: &str = "src-tauri/crates/xtask/language-allow.txt";
/// So many exceptions at most: a longer list would be no rule.
const LIMIT: usize = 30;

struct Exception {
    place: String,
    phrase: String,
    used: bool,
}

/// What [`FILE`] allows, and which of its lines were needed.
pub struct Allowed(Vec<Exception>);

impl Allowed {
    /// Reads the list.
    ///
    /// # Errors
    /// When it cannot be read, is too long, or a line lacks a part.
    pub fn read(root: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(root.join(FILE)).with_context(|| FILE)?;
        Self::parse(&text)
    }

    fn parse(text: &str) -> Result<Self> {
        let lines = text
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'));
        let exceptions = lines.map(exception).collect::<Result<Vec<_>>>()?;
        ensure!(
            exceptions.len() <= LIMIT,
            "{FILE} has {} exceptions; at most {LIMIT} are allowed",
            exceptions.len()
        );
        Ok(Self(exceptions))
    }

    /// Whether a hit in the file `path` may stay.
    pub fn allows(&mut self, path: &str, hit: &Hit) -> bool {
        let mut allowed = false;
        for exception in &mut self.0 {
            let place = path.contains(&exception.place) || hit.excerpt.contains(&exception.place);
            if place && (exception.phrase == "*" || exception.phrase == hit.phrase) {
                exception.used = true;
                allowed = true;
            }
        }
        allowed
    }

    /// Fails when a line was not needed for anything that [`Self::allows`] saw.
    ///
    /// # Errors
    /// Names the first such line.
    pub fn all_used(&self) -> Result<()> {
        match self.0.iter().find(|exception| !exception.used) {
            None => Ok(()),
            Some(Exception { place, phrase, .. }) => {
                bail!("{FILE}: nothing matches `{place} | {phrase}`; remove the line")
            }
        }
    }
}

fn exception(line: &str) -> Result<Exception> {
    let parts: Vec<&str> = line.splitn(3, '|').map(str::trim).collect();
    match parts[..] {
        [place, phrase, reason] if ![place, phrase, reason].iter().any(|part| part.is_empty()) => {
            Ok(Exception {
                place: place.to_owned(),
                phrase: phrase.to_owned(),
                used: false,
            })
        }
        _ => bail!("{FILE}: not `where | phrase | reason`: {line}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hit(phrase: &'static str, excerpt: &str) -> Hit {
        Hit {
            phrase,
            line: 1,
            excerpt: excerpt.into(),
        }
    }

    #[test]
    fn a_line_allows_its_phrase_in_its_place_alone() {
        let mut allowed = Allowed::parse("# why\n\nREADME | anew | a quotation\n").unwrap();
        assert!(allowed.all_used().is_err());
        assert!(!allowed.allows("a.rs", &hit("anew", "x anew")));
        assert!(!allowed.allows("README.md", &hit("mend", "x mend")));
        assert!(allowed.allows("README.md", &hit("anew", "x anew")));
        assert!(allowed.all_used().is_ok());
    }

    #[test]
    fn every_line_has_a_reason_and_the_list_is_short() {
        assert!(Allowed::parse("README | anew |\n").is_err());
        assert!(Allowed::parse("README | anew\n").is_err());
        let line = "README | anew | a quotation\n";
        assert!(Allowed::parse(&line.repeat(30)).is_ok());
        assert!(Allowed::parse(&line.repeat(31)).is_err());
    }
}
