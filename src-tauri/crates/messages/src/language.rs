//! The languages that have texts, and which of them fits a request best.

use fluent_langneg::{NegotiationStrategy, negotiate_languages};
use unic_langid::LanguageIdentifier;

use crate::files::tags;

/// A language that has texts. English is always there and is the fallback.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Language(&'static str);

impl Language {
    /// English: the language of every text that another one lacks.
    pub const ENGLISH: Self = Self("en");

    /// All languages with texts.
    pub fn all() -> impl Iterator<Item = Self> {
        tags().map(Self)
    }

    /// The language that fits best, asked for by BCP 47 tags in order of preference.
    #[must_use]
    pub fn best<'a>(wanted: impl IntoIterator<Item = &'a str>) -> Self {
        let parsed = |tag: &str| tag.parse::<LanguageIdentifier>().ok();
        let wanted: Vec<_> = wanted.into_iter().filter_map(parsed).collect();
        let all: Vec<_> = Self::all().filter_map(|one| parsed(one.0)).collect();
        let found = negotiate_languages(&wanted, &all, None, NegotiationStrategy::Lookup);
        let tag = found.first().map(ToString::to_string);
        Self::all()
            .find(|one| Some(one.0) == tag.as_deref())
            .unwrap_or(Self::ENGLISH)
    }

    /// The language of a POSIX locale such as `de_DE.UTF-8` (POSIX.1-2017, 8.2); of several,
    /// the first that is set and not empty counts: `LC_ALL`, `LC_MESSAGES`, `LANG`.
    #[must_use]
    pub fn of_locale<'a>(locales: impl IntoIterator<Item = Option<&'a str>>) -> Self {
        let set = locales.into_iter().flatten().find(|one| !one.is_empty());
        let Some(locale) = set else {
            return Self::ENGLISH;
        };
        let tag = locale.split(['.', '@']).next().unwrap_or_default();
        Self::best([tag.replace('_', "-").as_str()])
    }

    /// The language that the environment of this process asks for.
    #[must_use]
    pub fn of_environment() -> Self {
        let set = ["LC_ALL", "LC_MESSAGES", "LANG"].map(|name| std::env::var(name).ok());
        Self::of_locale(set.iter().map(Option::as_deref))
    }

    /// Its BCP 47 tag.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        self.0
    }
}
