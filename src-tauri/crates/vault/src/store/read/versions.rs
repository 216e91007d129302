//! Questions about the versions of a credential.

use rusqlite::{Connection, OptionalExtension as _};
use uuid::Uuid;

use crate::error::VaultError;
use crate::model::Label;
use crate::store::rows::{VersionHead, VersionRecord, label_number};

/// All versions of a credential, newest first, without their values: those may be many MiB.
pub(crate) fn versions(connection: &Connection, id: Uuid) -> Result<Vec<VersionHead>, VaultError> {
    let mut statement = connection.prepare_cached(
        "SELECT number, id, label, created_at, grace_until, length(sealed) FROM version
         WHERE credential = ?1 ORDER BY number DESC",
    )?;
    let rows = statement.query_map([id.as_bytes()], VersionHead::read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One version by number.
pub(crate) fn version(
    connection: &Connection,
    id: Uuid,
    number: u32,
) -> Result<Option<VersionRecord>, VaultError> {
    let mut statement =
        connection.prepare_cached("SELECT * FROM version WHERE credential = ?1 AND number = ?2")?;
    let row = statement.query_row(
        rusqlite::params![id.as_bytes(), number],
        VersionRecord::read,
    );
    Ok(row.optional()?)
}

/// The current version, if the credential has one.
pub(crate) fn current_version(
    connection: &Connection,
    id: Uuid,
) -> Result<Option<VersionRecord>, VaultError> {
    let mut statement =
        connection.prepare_cached("SELECT * FROM version WHERE credential = ?1 AND label = ?2")?;
    let label = label_number(Label::Current);
    let row = statement.query_row(rusqlite::params![id.as_bytes(), label], VersionRecord::read);
    Ok(row.optional()?)
}
