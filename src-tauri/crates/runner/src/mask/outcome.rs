//! The outcome of looking for a value at one place.

/// What was found at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FormMatch {
    /// The number of bytes of output that a value takes.
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

    /// Combines two results for one place.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            length: self.length.max(other.length),
            open: self.open || other.open,
        }
    }
}

/// The result of looking for one value.
#[derive(Debug, Clone, Copy)]
pub(super) struct FormAttempt {
    pub(super) found: FormMatch,
    /// The result depends on this many bytes at the start of the value, and on no others.
    pub(super) looked_at: usize,
    /// How much of the output belongs to what was compared and is the same.
    pub(super) read: usize,
}

impl FormAttempt {
    /// Whether the result is the same for another value that comes later in the order of
    /// bytes.
    pub(super) fn holds_for(self, value: &[u8], other: &[u8]) -> bool {
        let compared = value.get(..self.looked_at);
        let is_same = compared.is_some() && compared == other.get(..self.looked_at);
        is_same && self.found.length.is_none()
    }
}
