//! Files that are not UTF-8, as Windows programs write them: recognised, and converted where a
//! person agrees.

use keyhaven_secret::SecretBytes;

/// An encoding that is not UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextEncoding {
    /// UTF-16, the low byte first.
    Utf16Le,
    /// UTF-16, the high byte first.
    Utf16Be,
    /// ISO 8859-1.
    Latin1,
}

impl TextEncoding {
    /// The encoding of a file that is not UTF-8, if it looks like text in one of these.
    #[must_use]
    pub fn recognise(bytes: &[u8]) -> Option<Self> {
        let marked = match bytes {
            [0xff, 0xfe, ..] => Some(Self::Utf16Le),
            [0xfe, 0xff, ..] => Some(Self::Utf16Be),
            _ => unmarked_utf16(bytes),
        };
        if let Some(wide) = marked {
            return wide.to_utf8(bytes).map(|_| wide);
        }
        let is_latin = std::str::from_utf8(bytes).is_err() && Self::Latin1.to_utf8(bytes).is_some();
        is_latin.then_some(Self::Latin1)
    }

    /// What people call it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Utf16Le | Self::Utf16Be => "UTF-16",
            Self::Latin1 => "Latin-1",
        }
    }

    /// The same text as UTF-8; none where it is not text in this encoding.
    #[must_use]
    pub fn to_utf8(self, bytes: &[u8]) -> Option<SecretBytes> {
        // As large as it can get, so that no copy is left by growing.
        let mut text = String::with_capacity(bytes.len() * 2);
        match self {
            Self::Latin1 => {
                for byte in bytes {
                    // Controls that no text has: another code page.
                    if (0x80..0xa0).contains(byte) {
                        return None;
                    }
                    text.push(char::from(*byte));
                }
            }
            Self::Utf16Le | Self::Utf16Be => {
                if !bytes.len().is_multiple_of(2) {
                    return None;
                }
                let unit = |pair: &[u8]| match self {
                    Self::Utf16Be => u16::from_be_bytes([pair[0], pair[1]]),
                    _ => u16::from_le_bytes([pair[0], pair[1]]),
                };
                for c in char::decode_utf16(bytes.chunks_exact(2).map(unit)) {
                    text.push(c.ok()?);
                }
            }
        }
        let text = SecretBytes::new(text.into_bytes());
        // Exposed to drop the byte order mark.
        match text.expose().strip_prefix(b"\xef\xbb\xbf") {
            Some(rest) => Some(SecretBytes::copy_of(rest)),
            None => Some(text),
        }
    }
}

/// UTF-16 without a byte order mark: text has a NUL in every second byte, nearly.
fn unmarked_utf16(bytes: &[u8]) -> Option<TextEncoding> {
    let nuls = |first: usize| {
        let every_second = bytes.iter().skip(first).step_by(2);
        every_second.filter(|byte| **byte == 0).count()
    };
    let (even, odd) = (nuls(0), nuls(1));
    let most = bytes.len() / 2 - bytes.len() / 8;
    match bytes.len() {
        0..4 => None,
        _ if odd >= most && even == 0 => Some(TextEncoding::Utf16Le),
        _ if even >= most && odd == 0 => Some(TextEncoding::Utf16Be),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn utf16(text: &str, little: bool) -> Vec<u8> {
        let bytes = |unit: u16| match little {
            true => unit.to_le_bytes(),
            false => unit.to_be_bytes(),
        };
        text.encode_utf16().flat_map(bytes).collect()
    }

    fn converted(bytes: &[u8]) -> Option<String> {
        let encoding = TextEncoding::recognise(bytes)?;
        let text = encoding.to_utf8(bytes)?;
        Some(String::from_utf8(text.expose().clone()).unwrap())
    }

    #[test]
    fn what_windows_writes_is_recognised() {
        for little in [true, false] {
            for mark in ["\u{feff}", ""] {
                let bytes = utf16(&format!("{mark}A=clé\r\nB=x\r\n"), little);
                assert_eq!(converted(&bytes).as_deref(), Some("A=clé\r\nB=x\r\n"));
            }
        }
        let marked = utf16("\u{feff}ключ=🔑", true);
        assert_eq!(converted(&marked).as_deref(), Some("ключ=🔑"));
        assert_eq!(converted(b"A=cl\xe9\n").as_deref(), Some("A=clé\n"));
    }

    #[test]
    fn what_is_utf_8_or_no_text_is_left_alone() {
        for bytes in [
            &b""[..],
            b"A=1\n",
            b"A=a\0b\n",
            "A=clé\n".as_bytes(),
            "\u{feff}A=1".as_bytes(),
            b"\x80\x81\xff",
            b"\xff\xfe\x00",
            b"\xff\xfe\x00\xd8",
        ] {
            assert_eq!(TextEncoding::recognise(bytes), None, "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn marked_utf_16_comes_back(text in "\\PC*", little in any::<bool>()) {
            let bytes = utf16(&format!("\u{feff}{text}"), little);
            prop_assert_eq!(converted(&bytes), Some(text));
        }

        #[test]
        fn utf_8_without_nul_is_never_converted(text in "[^\0]*") {
            prop_assert_eq!(TextEncoding::recognise(text.as_bytes()), None);
        }

        #[test]
        fn any_bytes_are_looked_at(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = converted(&bytes);
        }
    }
}
