//! What looking for a value came to.

/// What stands at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FormMatch {
    /// A value of so many bytes of output.
    pub(super) length: Option<usize>,
    /// More output could make it one, or a longer one.
    pub(super) open: bool,
}

impl FormMatch {
    pub(super) fn open(open: bool) -> Self {
        Self { length: None, open }
    }

    pub(super) fn whole(length: usize) -> Self {
        Self {
            length: Some(length),
            open: false,
        }
    }

    /// Both at one place.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            length: self.length.max(other.length),
            open: self.open || other.open,
        }
    }
}

/// What came of looking for one value.
#[derive(Debug, Clone, Copy)]
pub(super) struct FormAttempt {
    pub(super) found: FormMatch,
    /// It depends on so many bytes of the value, and on none after them.
    pub(super) looked_at: usize,
}

impl FormAttempt {
    /// Whether the same would come of looking for another value, one that comes after this
    /// one in the order of bytes.
    pub(super) fn holds_for(self, value: &[u8], other: &[u8]) -> bool {
        let compared = value.get(..self.looked_at);
        let is_same = compared.is_some() && compared == other.get(..self.looked_at);
        is_same && self.found.length.is_none()
    }
}
