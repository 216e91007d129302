//! Conversions of numbers between the vault and the protocol.

/// Counts in the protocol have 32 bits.
pub(crate) fn clamp(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
