//! Randomness is handed in, so that a test can repeat itself.

use crate::error::VaultError;

/// A source of random bytes fit for keys.
pub trait Random: Send {
    /// Fills the buffer.
    ///
    /// # Errors
    /// [`VaultError::NoRandomness`] when the source fails; nothing is made from half a buffer.
    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), VaultError>;
}

/// The kernel's generator, `getrandom(2)`.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsRandom;

impl Random for OsRandom {
    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), VaultError> {
        let mut filled = 0;
        while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match rustix::rand::getrandom(rest, rustix::rand::GetRandomFlags::empty()) {
                Ok(0) => return Err(VaultError::NoRandomness),
                Ok(count) => filled += count,
                Err(rustix::io::Errno::INTR) => {}
                Err(_) => return Err(VaultError::NoRandomness),
            }
        }
        Ok(())
    }
}

/// A fresh array.
pub(crate) fn make_array<const N: usize>(random: &mut dyn Random) -> Result<[u8; N], VaultError> {
    let mut bytes = [0; N];
    random.fill(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_draws_differ() {
        let first: [u8; 32] = make_array(&mut OsRandom).unwrap();
        let second: [u8; 32] = make_array(&mut OsRandom).unwrap();
        assert_ne!(first, second);
    }
}
