//! Patterns of whole values. They are bounded, so that no value makes one slow, and compiled
//! only when a value may match, since most of the catalogue is never asked about.

use std::sync::OnceLock;

use regex::bytes::{Captures, Regex, RegexBuilder};
use regex_syntax::ParserBuilder;
use regex_syntax::hir::literal::{ExtractKind, Extractor};
use regex_syntax::hir::{Hir, HirKind};

/// The longest text of a pattern, in bytes.
const MAX_SOURCE: usize = 600;
/// The most single characters that a pattern may describe, every repetition written out.
const MAX_SIZE: usize = 2048;
/// What a pattern of that size never exceeds when it is compiled, in bytes.
const COMPILED_LIMIT: usize = 2 << 20;
/// Classes with more characters do not count as a beginning that all values share.
const FIXED_CLASS: usize = 4;

/// Why a pattern is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PatternFault {
    /// Not a regular expression; what its parser reports.
    Syntax(String),
    /// Values of any length would match.
    Unbounded,
    /// It is longer than the limit, written or with its repetitions.
    TooLarge,
    /// The empty value would match.
    Empty,
}

/// A regular expression that is matched with whole values, as bytes.
#[derive(Debug)]
pub struct Pattern {
    source: String,
    prefixes: Vec<Vec<u8>>,
    shortest: usize,
    longest: usize,
    groups: usize,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    pub(crate) fn parse(source: &str) -> Result<Self, PatternFault> {
        if source.len() > MAX_SOURCE {
            return Err(PatternFault::TooLarge);
        }
        let parsed = ParserBuilder::new()
            .unicode(false)
            .utf8(false)
            .nest_limit(32)
            .build()
            .parse(source);
        let hir = parsed.map_err(|error| PatternFault::Syntax(kind_of(&error)))?;
        let Some(longest) = hir.properties().maximum_len() else {
            return Err(PatternFault::Unbounded);
        };
        if size(&hir) > MAX_SIZE {
            return Err(PatternFault::TooLarge);
        }
        let shortest = hir.properties().minimum_len().unwrap_or(0);
        if shortest == 0 {
            return Err(PatternFault::Empty);
        }
        Ok(Self {
            source: source.to_owned(),
            prefixes: prefixes(&hir),
            shortest,
            longest,
            groups: hir.properties().explicit_captures_len(),
            compiled: OnceLock::new(),
        })
    }

    /// As it is written in the entry.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The fewest and the most bytes of a value that matches.
    #[must_use]
    pub fn lengths(&self) -> (usize, usize) {
        (self.shortest, self.longest)
    }

    /// Whether the whole value matches.
    #[must_use]
    pub fn is_match(&self, value: &[u8]) -> bool {
        let fits = (self.shortest..=self.longest).contains(&value.len());
        fits && self.may_begin(value) && self.compiled().is_some_and(|it| it.is_match(value))
    }

    /// What the first group of the pattern matched, where the whole value matches.
    pub(crate) fn first_group<'v>(&self, value: &'v [u8]) -> Option<&'v [u8]> {
        let found: Captures<'v> = self.compiled()?.captures(value)?;
        Some(found.get(1)?.as_bytes())
    }

    /// The longest beginning of the pattern's values that the value shares.
    pub(crate) fn shared_prefix(&self, value: &[u8]) -> Option<&[u8]> {
        let shared = self.prefixes.iter().filter(|it| value.starts_with(it));
        shared.max_by_key(|it| it.len()).map(Vec::as_slice)
    }

    fn may_begin(&self, value: &[u8]) -> bool {
        self.prefixes.is_empty() || self.prefixes.iter().any(|prefix| value.starts_with(prefix))
    }

    fn compiled(&self) -> Option<&Regex> {
        let compile = || {
            // It was parsed alone first: `a)|(?:b` cannot slip out of these anchors.
            RegexBuilder::new(&format!(r"\A(?:{})\z", self.source))
                .unicode(false)
                .size_limit(COMPILED_LIMIT)
                .build()
                .ok()
        };
        self.compiled.get_or_init(compile).as_ref()
    }

    /// Whether it compiles, as the limit of its size promises.
    #[cfg(test)]
    pub(crate) fn compiles(&self) -> bool {
        self.compiled().is_some()
    }

    /// Groups in it that capture.
    pub(crate) fn groups(&self) -> usize {
        self.groups
    }
}

/// The reason without the picture of the pattern that its parser draws over several lines.
fn kind_of(error: &regex_syntax::Error) -> String {
    match error {
        regex_syntax::Error::Parse(error) => error.kind().to_string(),
        regex_syntax::Error::Translate(error) => error.kind().to_string(),
        other => other.to_string(),
    }
}

/// How many single characters it describes, every repetition written out.
fn size(hir: &Hir) -> usize {
    let sum = |parts: &[Hir]| parts.iter().map(size).fold(0, usize::saturating_add);
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 0,
        HirKind::Literal(literal) => literal.0.len(),
        HirKind::Class(_) => 1,
        HirKind::Repetition(it) => {
            let times = it.max.map_or(usize::MAX, |max| max as usize);
            size(&it.sub).saturating_mul(times.max(1))
        }
        HirKind::Capture(it) => size(&it.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => sum(parts),
    }
}

/// The beginnings of which every matching value has one; none where there is no such list.
fn prefixes(hir: &Hir) -> Vec<Vec<u8>> {
    let mut extractor = Extractor::new();
    extractor
        .kind(ExtractKind::Prefix)
        .limit_class(FIXED_CLASS)
        .limit_repeat(8)
        .limit_total(64);
    let found = extractor.extract(hir);
    let literals = found.literals().unwrap_or_default();
    literals.iter().map(|it| it.as_bytes().to_vec()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(source: &str) -> PatternFault {
        Pattern::parse(source).unwrap_err()
    }

    #[test]
    fn a_pattern_is_bounded_and_not_empty() {
        for source in ["a+", "a*", "ab{3,}", ".+", "(?:a|b*)c"] {
            assert_eq!(refused(source), PatternFault::Unbounded, "{source}");
        }
        for source in ["", "a?", "a{0,3}", "(?:)", "^$"] {
            assert_eq!(refused(source), PatternFault::Empty, "{source}");
        }
        for source in ["(", "a)|(?:b", "[z-a]", r"\p{Greek}", "a{9}{9"] {
            assert!(
                matches!(refused(source), PatternFault::Syntax(_)),
                "{source}"
            );
        }
        for source in ["((a{100}){100}){100}", "[a-z]{20000}"] {
            assert_eq!(refused(source), PatternFault::TooLarge, "{source}");
        }
        assert_eq!(refused(&"a".repeat(601)), PatternFault::TooLarge);
    }

    #[test]
    fn the_largest_pattern_compiles() {
        let widest = r"[A-CE-GI-KM-OQ-SU-WY-Za-ce-gi-km-oq-su-wy-z0-24-68]{2048}";
        assert!(Pattern::parse(widest).unwrap().compiles());
    }

    #[test]
    fn whole_values_match_as_bytes() {
        let pattern = Pattern::parse("(?:ab|cd)_[0-9]{2,3}").unwrap();
        assert_eq!(pattern.lengths(), (5, 6));
        for value in ["ab_12", "cd_123"] {
            assert!(pattern.is_match(value.as_bytes()), "{value}");
        }
        for value in ["", "ab_1", "ab_1234", "xab_12", "ab_12\n", "ef_12"] {
            assert!(!pattern.is_match(value.as_bytes()), "{value}");
        }
        assert!(!pattern.is_match(b"ab_\xff\xff"));
    }
}
