//! The formats that can be imported.

use crate::dotenv;
use crate::malformed::{InvalidLines, Malformed};
use crate::records::Import;

/// A format that can be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `.env` files.
    Dotenv,
}

impl Format {
    /// All formats, in the order in which they are offered.
    pub const ALL: [Self; 1] = [Self::Dotenv];

    /// Its name in commands; also the prefix of source ids, so that it never changes.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Dotenv => dotenv::ID,
        }
    }

    /// What people call such a file, for a sentence such as "Choose a .env file".
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Dotenv => ".env file",
        }
    }

    /// The format of that name.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.id() == id)
    }

    /// What a file of no known format is offered to be read as: the most usual one, whose reader
    /// names the line that it cannot read.
    const OFFERED: Self = Self::Dotenv;

    /// The format that a file is read as: the one that is detected. Where none is, a person says
    /// whether it is read as the format that is offered; none where they do not agree.
    ///
    /// # Errors
    /// Those of `agrees`.
    pub fn detect_or_ask<E>(
        file_name: &str,
        bytes: &[u8],
        agrees: impl FnOnce(Self) -> Result<bool, E>,
    ) -> Result<Option<Self>, E> {
        match Self::detect(file_name, bytes) {
            Some(format) => Ok(Some(format)),
            None => Ok(agrees(Self::OFFERED)?.then_some(Self::OFFERED)),
        }
    }

    /// The format of a file, by its name, otherwise by its contents.
    #[must_use]
    pub fn detect(file_name: &str, bytes: &[u8]) -> Option<Self> {
        let by_name = |format: &Self| match format {
            Self::Dotenv => dotenv::is_usual_name(file_name),
        };
        let by_contents = |format: &Self| match format {
            Self::Dotenv => dotenv::parse(bytes).is_ok_and(|entries| !entries.is_empty()),
        };
        let mut formats = Self::ALL.into_iter();
        formats
            .clone()
            .find(by_name)
            .or_else(|| formats.find(by_contents))
    }
}

/// Reads a file of a format.
///
/// # Errors
/// [`Malformed`] where anything would be lost in silence; then nothing is read.
pub fn read(format: Format, bytes: &[u8]) -> Result<Import, Malformed> {
    match format {
        Format::Dotenv => dotenv::import(bytes, InvalidLines::Refuse),
    }
}

/// Reads what can be read of a file, and lists the lines that cannot.
///
/// # Errors
/// [`Malformed`] where the file as a whole cannot be read.
pub fn read_valid(format: Format, bytes: &[u8]) -> Result<Import, Malformed> {
    match format {
        Format::Dotenv => dotenv::import(bytes, InvalidLines::Skip),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_has_one_name() {
        for format in Format::ALL {
            assert_eq!(Format::from_id(format.id()), Some(format));
        }
        assert_eq!(Format::from_id("json"), None);
    }

    #[test]
    fn a_format_is_detected_by_name_and_by_contents() {
        for name in [".env", ".env.local", "shop.env", "prod.ENV"] {
            assert_eq!(
                Format::detect(name, b"\xff"),
                Some(Format::Dotenv),
                "{name}"
            );
        }
        let detect = |bytes: &[u8]| Format::detect("keys.txt", bytes);
        assert_eq!(detect(b"# keys\nA=1\n"), Some(Format::Dotenv));
        for bytes in [&b""[..], b"\xff", b"{\"A\": 1}", b"a letter\n"] {
            assert_eq!(detect(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn a_file_of_no_known_format_is_read_only_after_a_yes() {
        let asked = |bytes: &[u8], answer: Result<bool, ()>| {
            let mut offered = None;
            let found = Format::detect_or_ask("keys.txt", bytes, |format| {
                offered = Some(format);
                answer
            });
            (found, offered)
        };
        let dotenv = Some(Format::Dotenv);
        assert_eq!(asked(b"A=1\n", Err(())), (Ok(dotenv), None));
        assert_eq!(asked(b"a letter\n", Ok(true)), (Ok(dotenv), dotenv));
        assert_eq!(asked(b"a letter\n", Ok(false)), (Ok(None), dotenv));
        assert_eq!(asked(b"a letter\n", Err(())), (Err(()), dotenv));
    }
}
