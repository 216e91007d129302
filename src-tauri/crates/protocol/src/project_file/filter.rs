//! How a value is written into the text around it.
//!
//! Each filter gives back exactly the value to the reader of its format, or refuses it. What it
//! writes is never made only to be measured.

use data_encoding::BASE64;
use keyhaven_secret::SecretBytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

/// What stands for itself in a part of a URL (RFC 3986, unreserved).
const URL_ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A format of files into which values are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileFormat {
    /// RFC 8259.
    Json,
    /// YAML 1.1 and 1.2.
    Yaml,
    /// TOML 1.0.
    Toml,
    /// As configparser and its like read it.
    Ini,
    /// A script of a shell (POSIX.1-2024, 2.2.2).
    Sh,
    /// A Java properties file (`java.util.Properties`).
    Properties,
    /// XML 1.0.
    Xml,
}

/// How a value is written into the text around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ValueFilter {
    /// Percent-encoded, fit for any part of a URL (RFC 3986).
    Url,
    /// As the format writes a text: with its quotes, where it needs them, but for JSON, whose
    /// strings the template quotes itself.
    Format(FileFormat),
    /// In Base64 with padding (RFC 4648, section 4).
    Base64,
    /// As it is, where somebody says that this is meant.
    Raw,
}

/// Why a filter cannot write a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    /// The filter writes text, and the value is none.
    #[error("the value is not UTF-8, which the filter {} needs", .0.name())]
    NotText(ValueFilter),
    /// The format has no form for the value that its readers agree about.
    #[error("the format of the filter {} cannot hold the value", .0.name())]
    NoForm(ValueFilter),
}

impl FileFormat {
    /// Every format.
    pub const ALL: [Self; 7] = [
        Self::Json,
        Self::Yaml,
        Self::Toml,
        Self::Ini,
        Self::Sh,
        Self::Properties,
        Self::Xml,
    ];

    /// The name of its filter in a template.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Yaml => "yaml",
            Self::Toml => "toml",
            Self::Ini => "ini",
            Self::Sh => "sh",
            Self::Properties => "properties",
            Self::Xml => "xml",
        }
    }

    /// What people call it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::Yaml => "YAML",
            Self::Toml => "TOML",
            Self::Ini => "INI",
            Self::Sh => "shell",
            Self::Properties => "properties",
            Self::Xml => "XML",
        }
    }

    /// The quotes that it adds to what it writes.
    const fn quotes(self) -> &'static str {
        match self {
            Self::Yaml | Self::Toml => "\"",
            Self::Sh => "'",
            Self::Json | Self::Ini | Self::Properties | Self::Xml => "",
        }
    }

    /// Gives the parts of what is written.
    fn escape(self, bytes: &[u8], mut put: impl FnMut(&str)) -> Result<(), FilterError> {
        let text = std::str::from_utf8(bytes).map_err(|_| FilterError::NotText(self.into()))?;
        if self == Self::Ini && !fits_ini(text) {
            return Err(FilterError::NoForm(self.into()));
        }
        put(self.quotes());
        for (at, c) in text.char_indices() {
            match self.escaped(c, at == 0)? {
                Some(escaped) => put(escaped.as_str()),
                None => put(c.encode_utf8(&mut [0; 4])),
            }
        }
        put(self.quotes());
        Ok(())
    }

    /// The form of a character that does not stand for itself.
    fn escaped(self, c: char, first: bool) -> Result<Option<Escape>, FilterError> {
        let escaped = match self {
            Self::Json => json(c),
            Self::Yaml => yaml(c),
            Self::Toml => toml(c),
            Self::Properties => properties(c, first),
            Self::Xml if matches!(c, '\0'..' ' | '\u{fffe}' | '\u{ffff}') && !is_space(c) => {
                return Err(FilterError::NoForm(self.into()));
            }
            Self::Xml => xml(c),
            Self::Sh if c == '\0' => return Err(FilterError::NoForm(self.into())),
            Self::Sh => (c == '\'').then(|| Escape::of("'\\''")),
            Self::Ini => None,
        };
        Ok(escaped)
    }
}

impl From<FileFormat> for ValueFilter {
    fn from(format: FileFormat) -> Self {
        Self::Format(format)
    }
}

impl ValueFilter {
    /// Every filter.
    pub fn all() -> impl Iterator<Item = Self> {
        let formats = FileFormat::ALL.into_iter().map(Self::Format);
        [Self::Url]
            .into_iter()
            .chain(formats)
            .chain([Self::Base64, Self::Raw])
    }

    /// Its name in a template.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Url => "url",
            Self::Format(format) => format.name(),
            Self::Base64 => "base64",
            Self::Raw => "raw",
        }
    }

    /// Whether it adds quotes to what it writes.
    #[must_use]
    pub const fn adds_quotes(self) -> bool {
        matches!(self, Self::Format(format) if !format.quotes().is_empty())
    }

    /// Writes a value.
    ///
    /// # Errors
    /// The filter cannot write it.
    pub fn apply(self, value: &SecretBytes) -> Result<SecretBytes, FilterError> {
        // Exposed to be written in another form, again into a secret.
        let bytes = value.expose();
        Ok(match self {
            Self::Raw => value.duplicate(),
            Self::Base64 => SecretBytes::new(BASE64.encode(bytes).into_bytes()),
            Self::Url => {
                let encoded = percent_encode(bytes, URL_ENCODED).to_string();
                SecretBytes::new(encoded.into_bytes())
            }
            Self::Format(format) => {
                let mut written = SecretBytes::new(Vec::with_capacity(self.length(value)?));
                format.escape(bytes, |part| {
                    written.expose_mut().extend_from_slice(part.as_bytes());
                })?;
                written
            }
        })
    }

    /// How many bytes [`ValueFilter::apply`] gives, without making them.
    ///
    /// # Errors
    /// As [`ValueFilter::apply`].
    pub fn length(self, value: &SecretBytes) -> Result<usize, FilterError> {
        // Exposed to be measured.
        let bytes = value.expose();
        let unreserved = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
        Ok(match self {
            Self::Url => {
                let plain = bytes.iter().filter(|byte| unreserved(byte)).count();
                3 * bytes.len() - 2 * plain
            }
            Self::Base64 => BASE64.encode_len(bytes.len()),
            Self::Raw => bytes.len(),
            Self::Format(format) => {
                let mut length = 0;
                format.escape(bytes, |part| length += part.len())?;
                length
            }
        })
    }

    /// How many bytes a value has as a filter writes it, or as it is without one.
    ///
    /// # Errors
    /// As [`ValueFilter::apply`].
    pub fn written_length(filter: Option<Self>, value: &SecretBytes) -> Result<usize, FilterError> {
        match filter {
            Some(filter) => filter.length(value),
            // Exposed for its length alone.
            None => Ok(value.expose().len()),
        }
    }
}

const fn is_space(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r')
}

/// What is written for one character: short, and made without an allocation, since a value
/// may have a million of them.
#[derive(Debug, Clone, Copy, Default)]
struct Escape {
    bytes: [u8; Self::MOST],
    length: usize,
}

impl Escape {
    /// Two UTF-16 units of a properties file.
    const MOST: usize = 12;
    const DIGITS: &[u8; 16] = b"0123456789abcdef";

    fn of(text: &str) -> Self {
        text.bytes().fold(Self::default(), Self::and)
    }

    /// A backslash and what it escapes.
    fn backslashed(c: char) -> Self {
        let mut buffer = [0; 4];
        let c = c.encode_utf8(&mut buffer);
        c.bytes().fold(Self::of("\\"), Self::and)
    }

    fn and(mut self, byte: u8) -> Self {
        if let Some(next) = self.bytes.get_mut(self.length) {
            *next = byte;
            self.length += 1;
        }
        self
    }

    /// With so many hexadecimal digits of a number.
    fn hex(self, number: u32, digits: u32) -> Self {
        let digit = |place: u32| Self::DIGITS[(number >> (4 * place) & 0xf) as usize];
        (0..digits).rev().map(digit).fold(self, Self::and)
    }

    /// With the decimal digits of a number.
    fn decimal(self, number: u32) -> Self {
        let places = number.checked_ilog10().unwrap_or(0);
        let digit = |place: u32| Self::DIGITS[(number / 10_u32.pow(place) % 10) as usize];
        (0..=places).rev().map(digit).fold(self, Self::and)
    }

    /// Only whole characters were put in.
    fn as_str(&self) -> &str {
        let bytes = self.bytes.get(..self.length).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }
}

/// The escapes that these formats share (RFC 8259, section 7).
fn backslashed(c: char) -> Option<Escape> {
    let letter = match c {
        '"' | '\\' => c,
        '\n' => 'n',
        '\r' => 'r',
        '\t' => 't',
        _ => return None,
    };
    Some(Escape::backslashed(letter))
}

fn json(c: char) -> Option<Escape> {
    match c {
        '\u{8}' => Some(Escape::of("\\b")),
        '\u{c}' => Some(Escape::of("\\f")),
        '\0'..' ' if !is_space(c) => Some(Escape::of("\\u").hex(c.into(), 4)),
        c => backslashed(c),
    }
}

/// Everything that is not printable in YAML, and its line breaks (1.2.2, 5.1 and 5.4).
fn yaml(c: char) -> Option<Escape> {
    match c {
        '\0'..' ' if !is_space(c) => Some(Escape::of("\\x").hex(c.into(), 2)),
        '\u{7f}'..='\u{9f}' => Some(Escape::of("\\x").hex(c.into(), 2)),
        '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
            Some(Escape::of("\\u").hex(c.into(), 4))
        }
        c => backslashed(c),
    }
}

fn toml(c: char) -> Option<Escape> {
    match c {
        '\0'..' ' | '\u{7f}' if !is_space(c) => Some(Escape::of("\\u").hex(c.into(), 4)),
        c => backslashed(c),
    }
}

/// Only ASCII, so that it does not matter in which encoding the file is read.
fn properties(c: char, first: bool) -> Option<Escape> {
    match c {
        ' ' if first => Some(Escape::of("\\ ")),
        '\\' | '=' | ':' | '#' | '!' => Some(Escape::backslashed(c)),
        '\n' | '\r' | '\t' => backslashed(c),
        ' '..='~' => None,
        c => {
            let mut buffer = [0; 2];
            let units = c.encode_utf16(&mut buffer).iter();
            let unit =
                |escape: Escape, unit: &u16| escape.and(b'\\').and(b'u').hex(u32::from(*unit), 4);
            Some(units.fold(Escape::default(), unit))
        }
    }
}

/// Line ends and what XML 1.1 takes for one as numbers: a reader would replace them.
fn xml(c: char) -> Option<Escape> {
    match c {
        '&' | '<' | '>' | '"' | '\'' | '\t' | '\n' | '\r' | '\u{7f}'..='\u{9f}' | '\u{2028}' => {
            Some(Escape::of("&#").decimal(c.into()).and(b';'))
        }
        _ => None,
    }
}

/// Whether configparser reads it back, with and without interpolation and comments in lines.
fn fits_ini(text: &str) -> bool {
    let after_blank = |mark: char| {
        let mut before = text.split(mark).rev().skip(1);
        before.any(|part| part.ends_with(char::is_whitespace))
    };
    let begins = text.starts_with(['#', ';']);
    let replaced = text.contains(['%', '$']);
    let commented = begins || after_blank('#') || after_blank(';');
    text.trim() == text && !replaced && !commented && !text.contains(is_line_end)
}

/// Line ends of Python's text, and what no text file has.
fn is_line_end(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests;
