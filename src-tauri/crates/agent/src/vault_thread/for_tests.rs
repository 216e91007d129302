//! An open vault without a thread, for unit tests.

use std::path::Path;
use std::time::Duration;

use keyhaven_secret::SecretBytes;
use keyhaven_secret::memory::LockedBytes;
use keyhaven_vault::{Actor, AuditContext, ClaimedFacts, KdfParams, KdfPolicy};

use super::{VaultConfig, VaultState};

pub(crate) fn password(text: &str) -> LockedBytes {
    LockedBytes::from(SecretBytes::copy_of(text.as_bytes()))
}

pub(crate) fn context() -> AuditContext {
    AuditContext {
        now: "2026-06-01T12:00:00Z".parse().unwrap(),
        actor: Actor {
            uid: 1000,
            pid: 1,
            start_time: 1,
            program: "/usr/bin/kh".into(),
            known_by: None,
        },
        claimed: ClaimedFacts::default(),
    }
}

/// How a key is derived, fast.
pub(crate) fn kdf() -> KdfParams {
    let policy = KdfPolicy::cheap_for_tests();
    policy.calibrate(|| Duration::ZERO).unwrap()
}

/// A new vault in a folder, with a password.
pub(crate) fn made(home: &Path, password: &LockedBytes) -> VaultState {
    let config = VaultConfig {
        folder: home.join("vault"),
        state: Some(home.join("state")),
        kdf: KdfPolicy::cheap_for_tests(),
    };
    let mut state = VaultState::enter(config).unwrap();
    state.create(password, kdf(), &context()).unwrap();
    state
}
