//! The Fluent files of every language, as the build script lists them.

include!(concat!(env!("OUT_DIR"), "/languages.rs"));

/// The tags of all languages that have texts.
pub(crate) fn tags() -> impl Iterator<Item = &'static str> {
    LANGUAGES.iter().map(|(tag, _)| *tag)
}
