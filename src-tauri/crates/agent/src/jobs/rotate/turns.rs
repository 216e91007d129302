//! One automatic rotation of a credential at a time.

use std::collections::HashSet;
use std::sync::Mutex;

use keyhaven_protocol::error::Error;
use uuid::Uuid;

use super::calls::ProviderCalls;
use crate::guarded;

/// The credentials that are rotated at this moment.
#[derive(Debug, Default)]
pub(crate) struct RotationTurns(Mutex<HashSet<Uuid>>);

impl RotationTurns {
    /// The turn of a credential.
    ///
    /// # Errors
    /// It is being rotated.
    pub(super) fn take(&self, calls: &ProviderCalls<'_>) -> Result<RotationTurn<'_>, Error> {
        let id = calls.id();
        match guarded(&self.0).insert(id) {
            true => Ok(RotationTurn { turns: self, id }),
            false => Err(Error::RotationOpen {
                name: calls.name(),
                since: calls.began(),
            }),
        }
    }
}

/// It ends when this is dropped.
pub(super) struct RotationTurn<'a> {
    turns: &'a RotationTurns,
    id: Uuid,
}

impl Drop for RotationTurn<'_> {
    fn drop(&mut self) {
        guarded(&self.turns.0).remove(&self.id);
    }
}
