//! Base64, six bits at a time.

/// Six bits of base64, of which some belong to the value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sextet {
    pub(super) bits: u8,
    pub(super) known: u8,
}

impl Sextet {
    /// Character `at` of the base64 of `before` other bytes, the value, and more.
    pub(super) fn of(value: &[u8], before: usize, at: usize) -> Self {
        let first = at * 6 / 8;
        let byte = |at: usize| {
            let own = at.checked_sub(before).and_then(|at| value.get(at));
            own.map_or((0, 0), |byte| (u16::from(*byte), 0xff))
        };
        let ((high, high_known), (low, low_known)) = (byte(first), byte(first + 1));
        let cut = |high: u16, low: u16| (((high << 8 | low) >> (10 - at * 6 % 8)) & 0x3f) as u8;
        Self {
            bits: cut(high, low),
            known: cut(high_known, low_known),
        }
    }

    pub(super) fn is(self, bits: u8) -> bool {
        bits & self.known == self.bits
    }
}

/// What a character of either alphabet stands for.
pub(super) fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}
