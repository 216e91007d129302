//! The vault while locked: a checked header, no key.

use std::path::PathBuf;
use keyhaven_secret::SecretBytes;
use uuid::Uuid;
use crate::audit::Context;
use crate::crypto::kdf::{KdfJob, KdfParams, KdfPolicy, Kek};
use crate::crypto::recovery::RecoveryKey;
use crate::error::Error;
use crate::folder::Folder;
use crate::random::Random;
use crate::unlocked::Unlocked;

/// What the embedder hands in.
pub struct Options {
    /// Accepted and chosen key derivation.
    pub policy: KdfPolicy,
    /// Folder of last seen states, `$XDG_STATE_HOME/keyhaven`; `None` asks no questions about old copies.
    pub seen: Option<PathBuf>,
    /// For ids, nonces and keys.
    pub random: Box<dyn Random>,
}

/// What to do with a copy that is older than one already seen on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OldCopy {
    /// Answer [`Error::OldCopy`], so that a person can be asked.
    Ask,
    /// Go on; it is audited.
    Accept,
}

/// A vault whose keys are not in memory.
pub struct Locked { _folder: Folder, _options: Options }

/// An unlock that failed: the vault is still there, still locked.
pub struct OpenFailure {
    /// To try again.
    pub locked: Locked,
    /// Why.
    pub error: Error,
}

/// Makes a vault in an empty folder, with parameters from [`KdfPolicy::calibrate`]. Slow (one key derivation).
pub fn create(folder: Folder, password: &SecretBytes, kdf: KdfParams, context: &Context, options: Options) -> Result<(Unlocked, RecoveryKey), Error> {
    let _ = (folder, password, kdf, context, options);
    unimplemented!()
}

impl Locked {
    /// Reads and checks the header.
    pub fn read(folder: Folder, options: Options) -> Result<Self, Error> { let _ = (folder, options); unimplemented!() }
    /// The vault's id.
    pub fn id(&self) -> Uuid { unimplemented!() }
    /// The name of its folder.
    pub fn name(&self) -> String { unimplemented!() }
    /// Its folder.
    pub fn folder(&self) -> &Folder { unimplemented!() }
    /// The slow step, with this vault's parameters (bounds already checked).
    pub fn password_job(&self) -> Result<KdfJob, Error> { unimplemented!() }
    /// Fast, no KDF memory: HKDF only.
    pub fn recovery_kek(&self, key: &RecoveryKey) -> Result<Kek, Error> { let _ = key; unimplemented!() }
    /// Opens the database with a derived key: compare, check rows, anchor. Fast.
    pub fn open(self, kek: &Kek, old: OldCopy, context: &Context) -> Result<Unlocked, Box<OpenFailure>> { let _ = (kek, old, context); unimplemented!() }
    /// [`Locked::password_job`], run here, then [`Locked::open`].
    pub fn unlock(self, password: &SecretBytes, context: &Context) -> Result<Unlocked, Box<OpenFailure>> { let _ = (password, context); unimplemented!() }
}
