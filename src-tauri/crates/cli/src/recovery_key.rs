//! A new recovery key, which is shown once.

use keyhaven_protocol::frame::{Segment, Segments};
use keyhaven_secret::SecretBytes;

use crate::error::Failure;

/// Takes the recovery key out of an answer.
///
/// # Errors
/// It is not in the answer.
pub fn take(segments: &mut Segments, at: Segment) -> Result<SecretBytes, Failure> {
    segments
        .take(at)
        .map_err(|_| Failure::defect("an answer with a recovery key"))
}

/// The recovery key as text.
///
/// # Errors
/// It is not UTF-8.
pub fn text(key: &SecretBytes) -> Result<&str, Failure> {
    // Exposed to be shown, once.
    std::str::from_utf8(key.expose()).map_err(|_| Failure::defect("the text of the recovery key"))
}

/// The recovery key and what to do with it.
pub fn instructions(key: &str) -> String {
    format!(
        "Recovery key, shown only once:\n\n  {key}\n\n\
         Write it down and keep it away from this machine: it unlocks the vault if the\n\
         master password is lost.\n"
    )
}
