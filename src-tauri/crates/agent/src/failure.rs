//! Why a request failed, and what its refusal is about: the log has it, the answer does not.

use std::collections::HashSet;

use keyhaven_protocol::error::Error;
use keyhaven_vault::{Location, Refusal, VaultError};
use uuid::Uuid;

/// An error on its way to the client.
#[derive(Debug)]
pub(crate) struct RequestFailure {
    /// What the client is answered.
    pub(crate) error: Error,
    /// What a refusal is about.
    pub(crate) refused: Box<RefusedUse>,
}

/// What was to be used, as far as it is known.
#[derive(Debug, Default)]
pub(crate) struct RefusedUse {
    /// What was not let out, by name and id.
    pub(crate) credentials: Vec<(String, Uuid)>,
    /// Where it was to be used.
    pub(crate) location: Option<Location>,
}

impl RequestFailure {
    /// The refusal of these credentials, each of which it names once.
    pub(crate) fn about(error: Error, mut credentials: Vec<(String, Uuid)>) -> Self {
        let mut known = HashSet::new();
        credentials.retain(|(_, id)| known.insert(*id));
        let refused = Box::new(RefusedUse {
            credentials,
            location: None,
        });
        Self { error, refused }
    }

    /// The same, of a launch of this location.
    pub(crate) fn at(mut self, location: &Location) -> Self {
        // References alone may have none.
        if !location.project.is_empty() {
            self.refused.location = Some(location.clone());
        }
        self
    }

    /// An error of the vault, in the words that are given.
    pub(crate) fn of_vault(error: VaultError, worded: impl FnOnce(VaultError) -> Error) -> Self {
        let refused = match &error {
            VaultError::Refused(
                Refusal::Revoked { credential, id } | Refusal::Expired { credential, id },
            ) => vec![(credential.clone(), *id)],
            _ => Vec::new(),
        };
        Self::about(worded(error), refused)
    }
}

impl From<Error> for RequestFailure {
    fn from(error: Error) -> Self {
        Self::about(error, Vec::new())
    }
}
