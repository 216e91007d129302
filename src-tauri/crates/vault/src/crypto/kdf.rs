//! stub
use std::time::Duration;
use crate::error::Error;
use keyhaven_secret::Secret;

/// Argon2id parameters (RFC 9106).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KdfParams {
    /// KiB.
    pub memory_kib: u32,
    /// Passes.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

/// What parameters are used for new slots and accepted in headers.
#[derive(Debug, Clone, Copy)]
pub struct KdfPolicy {}

impl KdfPolicy {
    /// The shipped policy.
    pub fn shipped() -> Self { Self {} }
    /// For tests only.
    pub fn cheap_for_tests() -> Self { Self {} }
    /// Parameters for a new slot, about one second; `clock` gives monotonic time. Slow.
    pub fn calibrate(&self, clock: impl Fn() -> Duration) -> Result<KdfParams, Error> { let _ = clock; unimplemented!() }
}

/// A key derived from a password or a recovery key, for one slot of one vault.
#[derive(Debug)]
pub struct Kek { pub(crate) key: Secret<[u8; 32]> }

/// The slow step of unlocking, to be run away from the vault's thread: no file, no database.
#[derive(Debug, Clone)]
pub struct KdfJob {}

impl KdfJob {
    /// Derives the key: about a second, all the memory of the parameters.
    pub fn run(&self, password: &keyhaven_secret::SecretBytes) -> Result<Kek, Error> { let _ = password; unimplemented!() }
}
