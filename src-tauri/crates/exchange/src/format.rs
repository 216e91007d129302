//! The formats that can be imported.

use crate::dotenv;
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
            Self::Dotenv => "dotenv",
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

/// A file that cannot be read without loss.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: expected {expected}")]
pub struct Malformed {
    /// From 1; `\n`, `\r\n` and `\r` end a line.
    pub line: u32,
    /// From 1, in characters; a byte order mark is not counted.
    pub column: u32,
    /// What should have stood there.
    pub expected: &'static str,
}

/// Reads a file of a format.
///
/// # Errors
/// [`Malformed`] where anything would be lost in silence; then nothing is read.
pub fn read(format: Format, bytes: &[u8]) -> Result<Import, Malformed> {
    match format {
        Format::Dotenv => dotenv::import(bytes),
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
}
