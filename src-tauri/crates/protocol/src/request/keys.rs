//! Requests about what opens the vault: the master password, the recovery key, the vault key.

use serde::{Deserialize, Serialize};

use crate::frame::Segment;
use crate::proof::Proof;
use crate::settings::Settings;

/// See [`SecretIn::Recover`](super::SecretIn::Recover).
#[derive(Debug, Serialize, Deserialize)]
pub struct RecoverRequest {
    /// The text of the recovery key; case, spaces and hyphens do not matter.
    pub recovery_key: Segment,
    /// Opens a vault that is older than the one last seen here, after its owner was asked.
    pub accept_older: bool,
}

/// See [`SecretIn::ChangePassword`](super::SecretIn::ChangePassword).
#[derive(Debug, Serialize, Deserialize)]
pub struct ChangePasswordRequest {
    /// The old password, or the recovery key.
    pub proof: Proof,
    /// The new password.
    pub password: Segment,
}

/// See [`SecretOut::NewRecoveryKey`](super::SecretOut::NewRecoveryKey).
#[derive(Debug, Serialize, Deserialize)]
pub struct NewRecoveryKeyRequest {
    /// The master password.
    pub password: Segment,
}

/// See [`SecretOut::Rekey`](super::SecretOut::Rekey).
#[derive(Debug, Serialize, Deserialize)]
pub struct RekeyRequest {
    /// The old password, or the recovery key.
    pub proof: Proof,
    /// The password from then on; it may be the old one.
    pub password: Segment,
    /// Go on though no backup is written before.
    pub without_backup: bool,
}

/// A new vault key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RekeyView {
    /// The text of the new recovery key, in groups with a checksum.
    pub recovery_key: Segment,
    /// The backups in the vault's folder that are under an older key, and the folders of what a
    /// restore replaced: old passwords open them.
    pub old_backups: Vec<String>,
}

/// How the master password's key is derived: Argon2id (RFC 9106).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct KeyDerivationView {
    /// KiB of memory.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes that may run at the same time.
    pub lanes: u32,
    /// How long it took the last time this agent did it; none when it did not yet.
    pub milliseconds: Option<u32>,
}

/// See [`SecretIn::SetLoginKeychain`](super::SecretIn::SetLoginKeychain).
#[derive(Debug, Serialize, Deserialize)]
pub struct SetLoginKeychainRequest {
    /// Whether it may open the vault.
    pub on: bool,
    /// The master password; needed to let it.
    pub password: Option<Segment>,
}

/// Whether the login keychain may open the vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct LoginKeychainView {
    /// It may.
    pub on: bool,
}

/// See [`SecretIn::Unlock`](super::SecretIn::Unlock).
#[derive(Debug, Serialize, Deserialize)]
pub struct UnlockRequest {
    /// The master password.
    pub password: Segment,
    /// Opens a vault that is older than the one last seen here, after its owner was asked.
    pub accept_older: bool,
}

/// See [`SecretIn::Configure`](super::SecretIn::Configure).
#[derive(Debug, Serialize, Deserialize)]
pub struct ConfigureRequest {
    /// The settings as they shall be.
    pub settings: Settings,
    /// The master password; needed where the change weakens protection.
    pub password: Option<Segment>,
}

/// See [`SecretIn::CheckPassword`](super::SecretIn::CheckPassword).
#[derive(Debug, Serialize, Deserialize)]
pub struct CheckPasswordRequest {
    /// The master password.
    pub password: Segment,
}

/// The least number of characters of a master password.
pub const MINIMUM_PASSWORD: u32 = 8;

/// See [`SecretOut::Init`](super::SecretOut::Init).
#[derive(Debug, Serialize, Deserialize)]
pub struct InitRequest {
    /// The master password.
    pub password: Segment,
}

/// The recovery key, shown once.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecoveryKeyView {
    /// Its text in groups with a checksum.
    pub recovery_key: Segment,
}
