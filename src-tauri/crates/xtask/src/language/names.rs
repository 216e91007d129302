//! The names of types: which say nothing, and which are used for more than one type.

use std::collections::BTreeMap;

use anyhow::Result;
use regex::Regex;

use super::phrases::Hit;
use crate::sources::Source;

/// The name of the phrase for a type whose name says nothing.
pub const BARE: &str = "bare type name";
const SAY_NOTHING: [&str; 13] = [
    "Entry", "State", "Plan", "Kind", "Part", "Order", "Given", "Said", "Drawn", "Told", "Wrong",
    "Light", "About",
];

/// The definition of a type, in a line, or of a list of codes (`coded! { Problem as PROBLEMS {`).
/// An indented `type` of Rust belongs to a trait.
const RUST: &str = r"^(?:(?:\s*(?:pub(?:\([a-z ]+\))? )?(?:struct|enum|trait|union)|(?:pub(?:\([a-z ]+\))? )?type) ([A-Z]\w*)|\s*([A-Z]\w*) as [A-Z][A-Z_]* \{)";
const SCRIPT: &str = r"^\s*(?:export |declare |default |abstract )*(?:type ([A-Z]\w*)(?:<[^=]*>)?\s*=|(?:interface|class|enum) ([A-Z]\w*))";

/// Finds definitions of types.
pub struct Definitions {
    rust: Regex,
    script: Regex,
}

impl Definitions {
    /// Compiles the patterns.
    ///
    /// # Errors
    /// When a pattern is not a regular expression.
    pub fn new() -> Result<Self> {
        let (rust, script) = (Regex::new(RUST)?, Regex::new(SCRIPT)?);
        Ok(Self { rust, script })
    }

    /// Types of a file whose names say nothing.
    pub fn bare(&self, source: &Source) -> Vec<Hit> {
        let found = self.find(source, &source.text);
        let bare = found.filter(|(_, _, name)| SAY_NOTHING.contains(name));
        bare.map(|(line, text, _)| Hit {
            phrase: BARE,
            line,
            excerpt: text.trim().to_owned(),
        })
        .collect()
    }

    /// Where each name is defined more than once in shipped code: the files, one per
    /// definition.
    ///
    /// Rust and TypeScript are counted apart: a type that is generated from Rust has the same
    /// name on purpose. `Props` is the usual name in every component.
    pub fn shared<'a>(
        &self,
        sources: &'a [Source],
    ) -> BTreeMap<(&'static str, &'a str), Vec<&'a str>> {
        let mut names: BTreeMap<_, Vec<&str>> = BTreeMap::new();
        for source in sources.iter().filter(|source| source.is_product()) {
            let language = if source.is(&["rs"]) {
                "Rust"
            } else {
                "TypeScript"
            };
            for (_, _, name) in self.find(source, source.shipped_text()) {
                let paths = names.entry((language, name)).or_default();
                paths.push(source.path.as_str());
            }
        }
        names.retain(|(_, name), paths| paths.len() > 1 && *name != "Props");
        names
    }

    /// Line number, line and name of each definition in `text`.
    fn find<'a>(
        &self,
        source: &Source,
        text: &'a str,
    ) -> impl Iterator<Item = (usize, &'a str, &'a str)> {
        let regex = if source.is(&["rs"]) {
            Some(&self.rust)
        } else {
            source.is(&["ts", "svelte"]).then_some(&self.script)
        };
        let lines = text
            .lines()
            .enumerate()
            .filter(|(_, line)| may_define(line));
        lines.filter_map(move |(at, line)| {
            let found = regex?.captures(line)?;
            let name = found.get(1).or_else(|| found.get(2))?;
            Some((at + 1, line, name.as_str()))
        })
    }
}

/// A cheap look, since a regular expression is slow in a build without optimisation.
fn may_define(line: &str) -> bool {
    const WORDS: [&str; 8] = [
        "struct ",
        "enum ",
        "trait ",
        "union ",
        "type ",
        "interface ",
        "class ",
        " as ",
    ];
    WORDS.iter().any(|word| line.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: &str) -> Source {
        Source {
            path: path.into(),
            text: text.into(),
        }
    }

    #[test]
    fn names_of_shipped_types_are_counted() {
        let sources = [
            source(
                "a.rs",
                "pub struct Copy;\nimpl X {\n    type Error = Y;\n}\n",
            ),
            source("b.rs", "enum Copy {}\nimpl X {\n    type Error = Y;\n}\n"),
            source(
                "c.rs",
                "struct Once;\n\n#[cfg(test)]\nmod tests {\n    struct Once;\n}\n",
            ),
            source("tests/d.rs", "struct Once;\n"),
            source("e.ts", "export type Copy = string;\ninterface Once {}\n"),
            source("f.ts", "import { type Once } from 'e';\n"),
        ];
        let shared = Definitions::new().unwrap().shared(&sources);
        assert_eq!(
            shared.into_iter().collect::<Vec<_>>(),
            [(("Rust", "Copy"), vec!["a.rs", "b.rs"])]
        );
    }

    #[test]
    fn a_list_of_codes_is_a_type_too() {
        let list = "coded! {\n    /// Why.\n    Reason as REASONS {\n        First,\n    }\n}\n";
        let sources = [
            source("a.rs", list),
            source("b.rs", "use c::{A as B};\nlet x = Reason as u8;\n"),
            source("c.rs", "pub trait Reason {}\n"),
        ];
        let shared = Definitions::new().unwrap().shared(&sources);
        assert_eq!(
            shared.into_iter().collect::<Vec<_>>(),
            [(("Rust", "Reason"), vec!["a.rs", "c.rs"])]
        );
    }

    #[test]
    fn only_the_definition_of_a_bare_name_is_found() {
        let lines = |path, text| {
            let hits = Definitions::new().unwrap().bare(&source(path, text));
            hits.iter().map(|hit| hit.line).collect::<Vec<_>>()
        };
        assert_eq!(lines("a.rs", "pub(crate) enum Kind {\n"), [1]);
        assert_eq!(lines("a.rs", "\n    struct Entry<'a> {"), [2]);
        assert_eq!(lines("a.ts", "export type State = 1"), [1]);
        assert!(lines("a.ts", "import {\n  type State,\n}").is_empty());
        let uses = "struct EntryView {\n// an enum Kind of\nkind: Kind,";
        assert!(lines("a.rs", uses).is_empty());
        assert!(lines("a.rs", "impl T for U {\n    type State = V;\n}").is_empty());
    }
}
