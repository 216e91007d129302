//! What findings about keys need of the vault: the current values, which of them are the same,
//! and which keys their providers have refused.

use std::collections::HashMap;

use jiff::Timestamp;
use keyhaven_secret::SecretBytes;
use uuid::Uuid;

use super::Unlocked;
use crate::error::VaultError;
use crate::model::{Field, FieldKind, LocalNow};
use crate::query::Summary;
use crate::store::audit_search::{self, LatestCheck};
use crate::store::read;

/// Sets the marks of values apart from other MACs of the same key.
const SAME_VALUE: &[u8] = b"keyhaven same value 1";

/// Entries of the log in which checks are looked for: a log may have millions.
const ENTRIES_LOOKED_AT: u64 = 50_000;

/// A mark that two fields have in common where their values are the same. It is keyed: without
/// the vault, nothing can be tried against it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ValueMark([u8; 32]);

/// The secret values that a credential has now.
#[derive(Debug)]
pub struct CurrentSecrets {
    /// Their version.
    pub version: u32,
    /// When it was stored.
    pub stored_at: Timestamp,
    /// Each secret field with its value.
    pub values: Vec<(Field, SecretBytes)>,
}

impl Unlocked {
    /// Shows every living credential that is not revoked and has a secret, by project,
    /// environment and name, with its values. Nothing is recorded: no value may leave.
    ///
    /// # Errors
    /// [`VaultError::DamagedData`], [`VaultError::Database`], [`VaultError::LockedMeanwhile`].
    pub fn each_current(
        &self,
        clock: &LocalNow,
        mut take: impl FnMut(&Summary, &CurrentSecrets),
    ) -> Result<(), VaultError> {
        let mut done = Ok(());
        self.visit(clock, |summary| {
            if done.is_err() || summary.credential.revoked_at.is_some() {
                return;
            }
            match self.current_secrets(summary) {
                Ok(Some(current)) => take(summary, &current),
                Ok(None) => {}
                Err(error) => done = Err(error),
            }
        })?;
        done
    }

    fn current_secrets(&self, summary: &Summary) -> Result<Option<CurrentSecrets>, VaultError> {
        let credential = &summary.credential;
        let is_secret = |field: &&Field| field.kind == FieldKind::Secret;
        let mut fields = credential.fields.iter().filter(is_secret).peekable();
        if fields.peek().is_none() {
            return Ok(None);
        }
        let Some(version) = read::current_version(&self.connection, credential.id)? else {
            return Ok(None);
        };
        let values =
            fields.map(|field| Ok((field.clone(), self.open_value(&version, &field.name)?)));
        Ok(Some(CurrentSecrets {
            version: version.number,
            stored_at: version.created_at,
            values: values.collect::<Result<_, VaultError>>()?,
        }))
    }

    /// The mark of a value, to be compared within this session.
    #[must_use]
    pub fn value_mark(&self, value: &SecretBytes) -> ValueMark {
        // Exposed to the MAC alone.
        ValueMark(self.keys.rows.tag(SAME_VALUE, value.expose()))
    }

    /// The latest check of each credential that is among the latest entries of the log.
    ///
    /// # Errors
    /// [`VaultError::DamagedData`], [`VaultError::Database`], [`VaultError::LockedMeanwhile`].
    pub fn latest_checks(&self) -> Result<HashMap<Uuid, LatestCheck>, VaultError> {
        audit_search::latest_checks(&self.connection, ENTRIES_LOOKED_AT)
    }
}
