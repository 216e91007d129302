//! Argon2id (RFC 9106): what is accepted, what is chosen, and the slow step itself.
//!
//! Bounds are checked before any memory is taken: a file can neither make the program eat
//! the machine nor talk it down.

use std::time::Duration;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use keyhaven_secret::memory::Key;
use keyhaven_secret::{Exposed, SecretBytes};
use zeroize::Zeroize as _;

use super::keys::VaultKey;
use crate::error::{Invalid, KdfBound, VaultError};
use crate::random::{Random, make_array};

const MIB: u32 = 1024;
const GIB: u32 = 1024 * MIB;

/// Argon2id parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KdfParams {
    /// KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes that may run at the same time.
    pub lanes: u32,
}

impl KdfParams {
    /// Whichever of the two makes guessing dearer: by memory times passes, and by memory where
    /// that is the same.
    #[must_use]
    pub fn stronger(self, other: Self) -> Self {
        let cost = |of: Self| {
            let work = u64::from(of.memory_kib) * u64::from(of.passes);
            (work, of.memory_kib)
        };
        if cost(other) > cost(self) {
            other
        } else {
            self
        }
    }
}

/// RFC 9106, second recommended option: the least that is ever chosen.
const FLOOR: KdfParams = KdfParams {
    memory_kib: 64 * MIB,
    passes: 3,
    lanes: 4,
};

/// The most that calibration chooses; a faster machine does not need more.
const CEILING_STEPS: u32 = 8;

/// What is accepted in a header and chosen for a new slot. Handed in by the embedder.
#[derive(Debug, Clone, Copy)]
pub struct KdfPolicy {
    least_memory_kib: u32,
    least_work: u64,
    most_memory_kib: u32,
    fixed: Option<KdfParams>,
}

impl KdfPolicy {
    /// What shipped programs use: never below 64 MiB and 192 MiB-passes, never above 1 GiB,
    /// half of the machine's (or control group's) memory, or 4 GiB-passes.
    #[must_use]
    pub fn shipped() -> Self {
        let half = half_of_memory_kib().unwrap_or(GIB);
        Self {
            least_memory_kib: 64 * MIB,
            least_work: 192 * u64::from(MIB),
            most_memory_kib: half.min(GIB),
            fixed: None,
        }
    }

    /// Parameters that protect nothing and take no time. For the test agent and tests only;
    /// no shipped program calls this.
    #[must_use]
    pub fn cheap_for_tests() -> Self {
        let cheap = KdfParams {
            memory_kib: 32,
            passes: 1,
            lanes: 1,
        };
        Self {
            least_memory_kib: cheap.memory_kib,
            least_work: u64::from(cheap.memory_kib),
            most_memory_kib: GIB,
            fixed: Some(cheap),
        }
    }

    /// Parameters for a new slot: about one second on this machine, 64 MiB x 3 at least.
    ///
    /// Slow: runs the derivation once. `elapsed` is a monotonic clock.
    ///
    /// # Errors
    /// [`VaultError::NotEnoughMemory`] where not even the floor can be had.
    pub fn calibrate(&self, elapsed: impl Fn() -> Duration) -> Result<KdfParams, VaultError> {
        if let Some(fixed) = self.fixed {
            return Ok(fixed);
        }
        let before = elapsed();
        derive_password(&FLOOR, &[0; 32], &SecretBytes::copy_of(b"calibration"))?;
        let took = elapsed().saturating_sub(before);
        Ok(self.scaled(took))
    }

    /// As many times the floor's memory as fit into a second.
    fn scaled(&self, floor_took: Duration) -> KdfParams {
        let fits = 1000 / floor_took.as_millis().clamp(1, 1000);
        let steps = u32::try_from(fits).unwrap_or(1).clamp(1, CEILING_STEPS);
        let room = (self.most_memory_kib / FLOOR.memory_kib).max(1);
        KdfParams {
            memory_kib: FLOOR.memory_kib * steps.min(room),
            ..FLOOR
        }
    }

    /// Checks parameters that a file asks for.
    pub(crate) fn check(&self, params: &KdfParams, salt: &[u8]) -> Result<(), VaultError> {
        let memory = params.memory_kib;
        if memory < self.least_memory_kib || memory > GIB {
            return Err(VaultError::KdfOutOfBounds(KdfBound::Memory(memory)));
        }
        if !(1..=10).contains(&params.passes) {
            return Err(VaultError::KdfOutOfBounds(KdfBound::Passes(params.passes)));
        }
        if !(1..=16).contains(&params.lanes) {
            return Err(VaultError::KdfOutOfBounds(KdfBound::Lanes(params.lanes)));
        }
        let work = u64::from(memory) * u64::from(params.passes);
        if work < self.least_work || work > 4 * u64::from(GIB) {
            return Err(VaultError::KdfOutOfBounds(KdfBound::Work(work)));
        }
        if !matches!(salt.len(), 16 | 32) {
            return Err(VaultError::KdfOutOfBounds(KdfBound::Salt(salt.len())));
        }
        if memory > self.most_memory_kib {
            return Err(not_enough(memory));
        }
        Ok(())
    }
}

/// A key that opens one slot of one header. It proves nothing until it has.
#[derive(Debug)]
pub struct Kek {
    pub(crate) slot: u32,
    pub(crate) key: Key,
}

/// A password whose key was derived for a new slot: fresh salt, fresh parameters.
#[derive(Debug)]
pub struct NewPassword {
    pub(crate) params: KdfParams,
    pub(crate) salt: Vec<u8>,
    pub(crate) key: Key,
}

/// The slow step of a new password, to be run on another thread.
#[derive(Debug, Clone)]
pub struct NewPasswordJob {
    params: KdfParams,
    salt: [u8; 32],
}

impl NewPasswordJob {
    /// A job with parameters that are accepted when the slot is read again.
    pub(crate) fn make(
        params: KdfParams,
        policy: &KdfPolicy,
        random: &mut dyn Random,
    ) -> Result<Self, VaultError> {
        let salt = make_array(random)?;
        policy.check(&params, &salt)?;
        Ok(Self { params, salt })
    }

    /// Derives the key. About a second, and the memory the parameters name.
    ///
    /// # Errors
    /// [`VaultError::NotEnoughMemory`]; [`VaultError::Invalid`] for an empty password.
    pub fn run(&self, password: &impl Exposed) -> Result<NewPassword, VaultError> {
        Ok(NewPassword {
            params: self.params,
            salt: self.salt.to_vec(),
            key: derive_password(&self.params, &self.salt, password)?,
        })
    }
}

/// The slow step of unlocking, apart from files and database: to be run on another thread.
#[derive(Debug, Clone)]
pub struct KdfJob {
    pub(crate) slot: u32,
    pub(crate) params: KdfParams,
    pub(crate) salt: Vec<u8>,
    pub(crate) fallback: Option<Box<Fallback>>,
}

/// The slot of the other copy of the header, where its key is derived in another way.
#[derive(Debug, Clone)]
pub(crate) struct Fallback {
    /// What the first slot is bound to, and the vault key in it: where that opens, the other
    /// one is not tried.
    pub(crate) associated: Vec<u8>,
    pub(crate) wrapped: Vec<u8>,
    pub(crate) job: KdfJob,
}

impl KdfJob {
    /// Derives the key. About a second, and the memory the parameters name; twice that where
    /// the copies of the header differ and the password does not open the first.
    ///
    /// # Errors
    /// [`VaultError::NotEnoughMemory`] says how much was needed.
    pub fn run(&self, password: &impl Exposed) -> Result<Kek, VaultError> {
        let key = derive_password(&self.params, &self.salt, password)?;
        let slot = self.slot;
        let kek = Kek { slot, key };
        match &self.fallback {
            Some(fallback) if !fallback.is_opened_by(&kek) => {
                fallback.job.run(password).or(Ok(kek))
            }
            _ => Ok(kek),
        }
    }
}

impl Fallback {
    fn is_opened_by(&self, kek: &Kek) -> bool {
        VaultKey::unwrap(&kek.key, &self.associated, &self.wrapped).is_some()
    }
}

/// Argon2id, version 0x13, 32 bytes.
pub(crate) fn derive_password(
    params: &KdfParams,
    salt: &[u8],
    password: &impl Exposed,
) -> Result<Key, VaultError> {
    // Only the length is looked at.
    if password.exposed_bytes().is_empty() {
        return Err(Invalid::EmptyPassword.into());
    }
    let shape = Params::new(params.memory_kib, params.passes, params.lanes, Some(32))
        .map_err(|_| VaultError::KdfOutOfBounds(KdfBound::Memory(params.memory_kib)))?;
    let mut memory: Vec<Block> = Vec::new();
    memory
        .try_reserve_exact(shape.block_count())
        .map_err(|_| not_enough(params.memory_kib))?;
    memory.resize(shape.block_count(), Block::new());
    let mut key = Key::zeroed();
    // The derivation reads the password, and fills the key where it stays.
    let derived = Argon2::new(Algorithm::Argon2id, Version::V0x13, shape)
        .hash_password_into_with_memory(
            password.exposed_bytes(),
            salt,
            key.expose_mut(),
            &mut memory,
        );
    memory.iter_mut().for_each(Block::zeroize);
    derived.map_err(|_| VaultError::KdfOutOfBounds(KdfBound::Salt(salt.len())))?;
    Ok(key)
}

fn not_enough(memory_kib: u32) -> VaultError {
    VaultError::NotEnoughMemory {
        needed: u64::from(memory_kib) * 1024,
    }
}

/// Half of what this process may use: the machine's memory, or its control group's limit.
fn half_of_memory_kib() -> Option<u32> {
    let system = rustix::system::sysinfo();
    let machine = (system.totalram as u64).saturating_mul(u64::from(system.mem_unit));
    let group = std::fs::read_to_string("/sys/fs/cgroup/memory.max")
        .ok()
        .and_then(|text| text.trim().parse::<u64>().ok())
        .unwrap_or(u64::MAX);
    u32::try_from(machine.min(group) / 2 / 1024).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SALT: [u8; 16] = [9; 16];

    fn bound(memory_kib: u32, passes: u32, lanes: u32, salt: &[u8]) -> Result<(), VaultError> {
        let policy = KdfPolicy {
            most_memory_kib: GIB,
            ..KdfPolicy::shipped()
        };
        let params = KdfParams {
            memory_kib,
            passes,
            lanes,
        };
        policy.check(&params, salt)
    }

    #[test]
    fn the_bounds_are_those_of_the_format() {
        assert!(bound(64 * MIB, 3, 4, &SALT).is_ok());
        assert!(bound(GIB, 4, 16, &[0; 32]).is_ok());
        assert!(bound(192 * MIB, 1, 1, &SALT).is_ok());
        for (memory, passes, lanes) in [
            (64 * MIB - 1, 10, 4),
            (GIB + 1, 1, 4),
            (u32::MAX, 1, 4),
            (64 * MIB, 0, 4),
            (64 * MIB, 11, 4),
            (64 * MIB, u32::MAX, 4),
            (64 * MIB, 3, 0),
            (64 * MIB, 3, 17),
            (64 * MIB, 2, 4),
            (GIB, 5, 4),
        ] {
            assert!(
                matches!(
                    bound(memory, passes, lanes, &SALT),
                    Err(VaultError::KdfOutOfBounds(_))
                ),
                "{memory} {passes} {lanes}"
            );
        }
        for length in [0, 15, 17, 31, 33] {
            assert!(bound(64 * MIB, 3, 4, &vec![0; length]).is_err());
        }
    }

    #[test]
    fn cheap_parameters_do_not_pass_the_shipped_policy() {
        let cheap = KdfPolicy::cheap_for_tests()
            .calibrate(|| Duration::ZERO)
            .unwrap();
        KdfPolicy::cheap_for_tests().check(&cheap, &SALT).unwrap();
        assert!(KdfPolicy::shipped().check(&cheap, &SALT).is_err());
    }

    #[test]
    fn calibration_never_goes_below_the_floor() {
        let policy = KdfPolicy {
            most_memory_kib: GIB,
            ..KdfPolicy::shipped()
        };
        assert_eq!(policy.scaled(Duration::from_secs(9)), FLOOR);
        assert_eq!(
            policy.scaled(Duration::from_millis(240)).memory_kib,
            256 * MIB
        );
        assert_eq!(policy.scaled(Duration::ZERO).memory_kib, 512 * MIB);
        let small = KdfPolicy {
            most_memory_kib: 100 * MIB,
            ..policy
        };
        assert_eq!(small.scaled(Duration::ZERO), FLOOR);
    }

    #[test]
    fn it_is_argon2id() {
        // RFC 9106 gives vectors with secret and data; this one is from the reference
        // implementation's test.c: argon2id v=19, m=64 MiB scaled down to 256 KiB, t=2, p=1.
        let params = KdfParams {
            memory_kib: 256,
            passes: 2,
            lanes: 1,
        };
        let key =
            derive_password(&params, b"somesalt", &SecretBytes::copy_of(b"password")).unwrap();
        let hex = data_encoding::HEXLOWER.encode(key.expose());
        assert_eq!(
            hex,
            "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe"
        );
    }
}
