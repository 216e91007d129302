//! How far the output was read while a form is looked for in it.

use super::is_break;
use crate::mask::outcome::FormMatch;

/// The most bytes in a row that break lines and are skipped. Without a limit, an endless
/// stream of them after the first characters of a value would be held back whole.
pub(super) const MAX_BREAKS: usize = 4;

pub(super) struct OutputReader<'o> {
    pub(super) output: &'o [u8],
    pub(super) at: usize,
    pub(super) ended: bool,
    /// How much of the value was compared.
    pub(super) looked_at: usize,
}

impl OutputReader<'_> {
    pub(super) fn rest(&self) -> &[u8] {
        &self.output[self.at..]
    }

    /// There is not enough to tell.
    pub(super) fn unfinished(&self) -> FormMatch {
        FormMatch::open(!self.ended)
    }

    /// The next byte after a few that break lines.
    pub(super) fn byte(&mut self) -> Option<u8> {
        let breaks = self.rest().iter().take(MAX_BREAKS);
        self.at += breaks.take_while(|byte| is_break(**byte)).count();
        let byte = self.rest().first().copied();
        self.at += usize::from(byte.is_some());
        byte
    }
}

/// What a hexadecimal digit stands for.
pub(super) fn digit(byte: u8) -> Option<u8> {
    let digit = char::from(byte).to_digit(16)?;
    u8::try_from(digit).ok()
}
