//! The phrases that `docs/glossary.md` replaces, and where they stand.
//!
//! A phrase is found across line breaks and comment marks, and inside names such as
//! `starts_anew`.

use anyhow::{Context, Result};
use regex::Regex;

use crate::sources::Source;

/// A phrase of the glossary.
struct Phrase {
    /// In reports and in the allow-list.
    name: &'static str,
    /// A word that every match contains. Only its surroundings are searched: a regular
    /// expression over everything takes half a minute in a build without optimisation.
    word: &'static str,
    /// A space matches any gap between two words.
    pattern: &'static str,
}

#[rustfmt::skip]
const PHRASES: [Phrase; 18] = [
    Phrase { name: "anew", word: "anew", pattern: r"\banew\b" },
    Phrase { name: "beside", word: "beside", pattern: r"\bbeside\b" },
    Phrase { name: "of its own", word: "own", pattern: r"\bof (?:its|their|his|her|our|my|your|one's) own\b" },
    Phrase { name: "is told", word: "told", pattern: r"\b(?:is|are|was|were|be|been|being|gets?) (?:not )?told\b" },
    Phrase { name: "is said", word: "said", pattern: r"\b(?:is|are|was|were|be|been|being|not|unless) said\b" },
    Phrase { name: "all the same", word: "same", pattern: r"\ball the same\b" },
    Phrase { name: "of before", word: "before", pattern: r"\bof before\b" },
    Phrase { name: "went astray", word: "astray", pattern: r"\b(?:went|goes|go|gone) astray\b" },
    Phrase { name: "given up", word: "up", pattern: r"\b(?:given|gave|gives|giving) up\b" },
    Phrase { name: "mend", word: "mend", pattern: r"\bmend(?:s|ed|ing|able)?\b" },
    Phrase { name: "whoever", word: "ever", pattern: r"\bwho(?:so)?ever\b" },
    Phrase { name: "however it ends", word: "however", pattern: r"\bhowever (?:it|she|he|they|this|that|the [a-z]+) [a-z]+" },
    Phrase { name: "(repeat)", word: "(repeat)", pattern: r"\(repeat\)" },
    Phrase { name: "what is", word: "what", pattern: r"\b(?:error|hint): what is\b" },
    // Litotes: the denial of the opposite of what is meant.
    Phrase { name: "not unlike", word: "not", pattern: r"\bnot un(?:common|like|likely|usual|known|necessary|reasonable)\w*\b" },
    Phrase { name: "not impossible", word: "not", pattern: r"\bnot (?:impossible|infrequent|insignificant|seldom|rarely|without)\b" },
    Phrase { name: "as bad as that", word: "that", pattern: r"\bas [a-z]+ as (?:all )?that\b" },
    Phrase { name: "no less than", word: "than", pattern: r"\bno(?:ne)? (?:less|other) than\b" },
];

/// Longer than the longest match and its comment marks.
const SURROUNDINGS: usize = 100;

/// What may stand between two words of a phrase: a line break with the marks of a comment too.
const GAP: &str = r"(?:[ \t]+|[ \t]*\r?\n[ \t]*(?://[/!]?|--|[*#>])?[ \t]*)";

/// One phrase in one place.
#[derive(Debug, PartialEq, Eq)]
pub struct Hit {
    /// The name of the phrase.
    pub phrase: &'static str,
    /// Where it begins, from 1; 0 means the file's own path.
    pub line: usize,
    /// The line it begins in, without its indentation.
    pub excerpt: String,
}

/// The compiled patterns.
pub struct Phrases(Vec<(&'static Phrase, Regex)>);

impl Phrases {
    /// Compiles the patterns.
    ///
    /// # Errors
    /// When a pattern is not a regular expression.
    pub fn new() -> Result<Self> {
        let compile = |phrase: &'static Phrase| {
            let regex = Regex::new(&phrase.pattern.replace(' ', GAP));
            Ok((phrase, regex.with_context(|| phrase.name)?))
        };
        Ok(Self(PHRASES.iter().map(compile).collect::<Result<_>>()?))
    }

    /// The names of the phrases, in the order of the report.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|(phrase, _)| phrase.name)
    }

    /// Every phrase in a file and in its path, in the order of lines.
    pub fn find(&self, source: &Source) -> Vec<Hit> {
        // An underscore separates words in names. The length stays the same.
        let text = source.text.to_ascii_lowercase().replace('_', " ");
        let path = source.path.replace(['_', '/', '.'], " ");
        let mut hits = Vec::new();
        for (phrase, regex) in &self.0 {
            if regex.is_match(&path) {
                hits.push(Hit {
                    phrase: phrase.name,
                    line: 0,
                    excerpt: source.path.clone(),
                });
            }
            for begin in begins(&text, phrase.word, regex) {
                hits.push(Hit {
                    phrase: phrase.name,
                    line: source.text[..begin].matches('\n').count() + 1,
                    excerpt: line_at(&source.text, begin).to_owned(),
                });
            }
        }
        hits.sort_by_key(|hit| hit.line);
        hits
    }
}

/// Where the matches around each `word` begin.
fn begins(text: &str, word: &str, regex: &Regex) -> Vec<usize> {
    let around = |at: usize| {
        let start = text.floor_char_boundary(at.saturating_sub(SURROUNDINGS));
        let end = text.ceil_char_boundary(at + SURROUNDINGS);
        let mut found = regex.find_iter(&text[start..end]);
        let contains_word = found.find(|found| found.range().contains(&(at - start)));
        contains_word.map(|found| start + found.start())
    };
    let mut begins: Vec<usize> = text
        .match_indices(word)
        .filter_map(|(at, _)| around(at))
        .collect();
    begins.dedup();
    begins
}

fn line_at(text: &str, at: usize) -> &str {
    let begin = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
    text[begin..end].trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<(&'static str, usize)> {
        let source = Source {
            path: path.into(),
            text: text.into(),
        };
        let hits = Phrases::new().unwrap().find(&source);
        hits.iter().map(|hit| (hit.phrase, hit.line)).collect()
    }

    #[test]
    fn phrases_are_found_across_lines_in_names_and_in_paths() {
        assert_eq!(
            found("a.rs", "// one\n//! of its\n//! own\nfn starts_anew() {}\n"),
            [("of its own", 2), ("anew", 4)]
        );
        assert_eq!(found("cli/beside.rs", ""), [("beside", 0)]);
        assert_eq!(
            found("a.md", "Given up, however it\nended. Whoever (repeat)"),
            [
                ("given up", 1),
                ("however it ends", 1),
                ("whoever", 2),
                ("(repeat)", 2)
            ]
        );
    }

    #[test]
    fn words_that_only_contain_a_phrase_pass() {
        assert_eq!(
            found(
                "a.md",
                "Besides, recommend an amendment. However, it ended."
            ),
            []
        );
        assert_eq!(found("a.rs", "Not unlocked, not undone; repeat"), []);
    }
}
