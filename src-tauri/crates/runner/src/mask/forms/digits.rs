//! Base64 and base32, digit by digit.

/// Which characters stand for some bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::mask) enum Alphabet {
    /// Both alphabets of base64.
    Base64,
    /// Base32 in upper case.
    Base32,
    /// Base32 in lower case. Mixed case would only have more beginnings to look for.
    LowerBase32,
}

impl Alphabet {
    pub(super) const ALL: [Self; 3] = [Self::Base64, Self::Base32, Self::LowerBase32];

    /// Bits of a digit.
    const fn width(self) -> usize {
        match self {
            Self::Base64 => 6,
            Self::Base32 | Self::LowerBase32 => 5,
        }
    }

    /// Bytes that take a whole number of digits.
    pub(super) const fn group(self) -> usize {
        match self {
            Self::Base64 => 3,
            Self::Base32 | Self::LowerBase32 => 5,
        }
    }

    /// The most `=` at the end.
    pub(super) const fn filling(self) -> usize {
        match self {
            Self::Base64 => 2,
            Self::Base32 | Self::LowerBase32 => 6,
        }
    }

    /// The first digit in which a bit stands that follows some bytes.
    pub(super) const fn first(self, before: usize) -> usize {
        before * 8 / self.width()
    }

    /// How many bytes the digits up to this one cover, at least in part.
    pub(super) const fn bytes(self, at: usize) -> usize {
        ((at + 1) * self.width()).div_ceil(8)
    }

    /// What a character stands for.
    pub(super) fn bits(self, byte: u8) -> Option<u8> {
        match (self, byte) {
            (Self::Base64 | Self::Base32, b'A'..=b'Z') => Some(byte - b'A'),
            (Self::Base64, b'a'..=b'z') => Some(byte - b'a' + 26),
            (Self::Base64, b'0'..=b'9') => Some(byte - b'0' + 52),
            (Self::Base64, b'+' | b'-') => Some(62),
            (Self::Base64, b'/' | b'_') => Some(63),
            (Self::LowerBase32, b'a'..=b'z') => Some(byte - b'a'),
            (Self::Base32 | Self::LowerBase32, b'2'..=b'7') => Some(byte - b'2' + 26),
            _ => None,
        }
    }
}

/// The bits of a digit, of which some belong to the value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Digit {
    bits: u8,
    pub(super) known: u8,
}

impl Digit {
    /// Digit `at` of the encoding of `before` other bytes, the value, and more.
    pub(super) fn of(alphabet: Alphabet, value: &[u8], before: usize, at: usize) -> Self {
        let width = alphabet.width();
        let first = at * width / 8;
        let byte = |at: usize| {
            let own = at.checked_sub(before).and_then(|at| value.get(at));
            own.map_or((0, 0), |byte| (u16::from(*byte), 0xff))
        };
        let ((high, high_known), (low, low_known)) = (byte(first), byte(first + 1));
        let unused = 16 - width - at * width % 8;
        let mask = (1_u16 << width) - 1;
        let cut = |high: u16, low: u16| ((high << 8 | low) >> unused & mask) as u8;
        Self {
            bits: cut(high, low),
            known: cut(high_known, low_known),
        }
    }

    pub(super) fn is(self, bits: u8) -> bool {
        bits & self.known == self.bits
    }
}
