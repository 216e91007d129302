//! How a prompt ended: the exit status with which its process tells its parent.

/// The status of a prompt that was left before its end.
pub(crate) const LEFT: u8 = 1;
/// The status of a prompt that was left after the vault was found to be damaged.
pub(crate) const DAMAGED: u8 = 3;

/// How a prompt ended, as its parent sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromptEnd {
    /// It did what it was for.
    Finished,
    /// It was left, or could not be shown.
    Left,
    /// It was left because the vault is damaged.
    Damaged,
}

impl PromptEnd {
    /// Whether it did what it was for.
    pub fn is_finished(self) -> bool {
        self == Self::Finished
    }

    /// From the status of its process.
    pub fn of_status(status: Option<i32>) -> Self {
        match status {
            Some(0) => Self::Finished,
            Some(code) if code == i32::from(DAMAGED) => Self::Damaged,
            _ => Self::Left,
        }
    }
}
