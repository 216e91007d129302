//! The state of the rows as the database stores it: their root, its generation and MAC.

use rusqlite::Connection;

use super::row_mac::Root;
use crate::crypto::mac::{Digest, MacKey};
use crate::error::{DataDamage, VaultError};

/// What the rows are, and what they were before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RowState {
    /// User changes so far.
    pub(crate) generation: u64,
    pub(crate) root: Root,
    /// MAC of this state.
    pub(crate) state: Digest,
    /// MAC of the state before.
    pub(crate) previous: Digest,
}

impl RowState {
    /// The state of a given root after a given one.
    pub(crate) fn derive(key: &MacKey, root: Root, generation: u64, previous: Digest) -> Self {
        let mut mac = key.start(b"state");
        mac.raw(&root.sum_bytes())
            .number(root.rows)
            .number(generation)
            .raw(&previous);
        let state = mac.finish();
        Self {
            generation,
            root,
            state,
            previous,
        }
    }

    pub(crate) fn next(&self, key: &MacKey, root: Root) -> Self {
        Self::derive(key, root, self.generation + 1, self.state)
    }

    /// What the database says of itself, checked against its own MAC.
    pub(crate) fn read(connection: &Connection, key: &MacKey) -> Result<Self, VaultError> {
        const SQL: &str = "SELECT generation, sum, rows, state, previous FROM meta";
        let (generation, sum, rows, state, previous) = connection
            .query_row(SQL, [], |row| {
                Ok((
                    row.get::<_, i64>(0)?,
                    row.get::<_, Digest>(1)?,
                    row.get::<_, i64>(2)?,
                    row.get::<_, Digest>(3)?,
                    row.get::<_, Digest>(4)?,
                ))
            })
            .map_err(|error| match error {
                rusqlite::Error::QueryReturnedNoRows => DataDamage::DatabaseEmpty.into(),
                other => VaultError::from(other),
            })?;
        let root = Root::from_parts(&sum, rows.cast_unsigned());
        let derived = Self::derive(key, root, generation.cast_unsigned(), previous);
        if derived.state != state {
            return Err(DataDamage::State.into());
        }
        Ok(derived)
    }

    /// Stores it, in the transaction of the change that made it.
    pub(crate) fn write(&self, connection: &Connection) -> Result<(), VaultError> {
        let mut statement = connection.prepare_cached(
            "UPDATE meta SET generation = ?1, sum = ?2, rows = ?3, state = ?4, previous = ?5",
        )?;
        statement.execute(rusqlite::params![
            self.generation.cast_signed(),
            self.root.sum_bytes(),
            self.root.rows.cast_signed(),
            self.state,
            self.previous,
        ])?;
        Ok(())
    }

    /// Stores the very first one.
    pub(crate) fn insert(
        &self,
        connection: &Connection,
        vault: uuid::Uuid,
        epoch: u64,
    ) -> Result<(), VaultError> {
        connection.execute(
            "INSERT INTO meta VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, 0)",
            rusqlite::params![
                vault.as_bytes(),
                epoch.cast_signed(),
                self.generation.cast_signed(),
                self.root.sum_bytes(),
                self.root.rows.cast_signed(),
                self.state,
                self.previous,
            ],
        )?;
        Ok(())
    }
}

/// Writes something without changing any state, so that a full commit has something to sync.
pub(crate) fn touch(connection: &Connection) -> Result<(), VaultError> {
    connection
        .prepare_cached("UPDATE meta SET flushes = flushes + 1")?
        .execute([])?;
    Ok(())
}
