//! The secrets of requests and answers: taking them from segments, and putting them there.

use keyhaven_protocol::error::Error;
use keyhaven_protocol::frame::{Segment, Segments};
use keyhaven_protocol::problem::Problem;
use keyhaven_protocol::request::{MINIMUM_PASSWORD, RecoveryKeyView};
use keyhaven_secret::memory::LockedBytes;
use keyhaven_secret::{SecretBytes, SecretString};
use keyhaven_vault::OldVersions;

/// A password that a request points to: kept out of swap from here on, while it is used.
pub(crate) fn take_password(segments: &mut Segments, at: Segment) -> Result<LockedBytes, Error> {
    take(segments, at).map(LockedBytes::from)
}

/// A secret that a request points to.
pub(crate) fn take(segments: &mut Segments, at: Segment) -> Result<SecretBytes, Error> {
    segments
        .take(at)
        .map_err(|error| Error::invalid(error.problem()))
}

/// What happens to older values where a new one leaves them no room.
pub(crate) const fn old_versions(discard: bool) -> OldVersions {
    if discard {
        OldVersions::Discard
    } else {
        OldVersions::Keep
    }
}

pub(crate) fn check_strength(password: &LockedBytes) -> Result<(), Error> {
    // Exposed to be counted.
    let characters = match std::str::from_utf8(password.expose()) {
        Ok(text) => text.chars().count(),
        Err(_) => return Err(Error::invalid(Problem::PasswordNotUtf8)),
    };
    if characters < MINIMUM_PASSWORD as usize {
        return Err(Error::WeakPassword {
            minimum: MINIMUM_PASSWORD,
        });
    }
    Ok(())
}

/// The answer that holds a recovery key.
pub(crate) fn recovery_key_answer(text: SecretString) -> (RecoveryKeyView, Segments) {
    let mut secrets = Segments::default();
    let recovery_key = secrets.push(text.into());
    (RecoveryKeyView { recovery_key }, secrets)
}
