//! Questions about open rotations.

use rusqlite::{Connection, OptionalExtension as _};
use uuid::Uuid;

use crate::error::VaultError;
use crate::rotation::Automation;
use crate::store::rows::RotationRecord;

/// The open rotation of a credential.
pub(crate) fn rotation(
    connection: &Connection,
    credential: Uuid,
) -> Result<Option<RotationRecord>, VaultError> {
    let mut statement =
        connection.prepare_cached("SELECT * FROM rotation WHERE credential = ?1")?;
    let row = statement.query_row([credential.as_bytes()], RotationRecord::read);
    Ok(row.optional()?)
}

/// The open rotations of living credentials, the one that was started first at the beginning.
pub(crate) fn rotations(connection: &Connection) -> Result<Vec<RotationRecord>, VaultError> {
    let mut statement = connection.prepare_cached(
        "SELECT r.* FROM rotation r JOIN credential c ON c.id = r.credential
         WHERE c.deleted_at IS NULL ORDER BY r.started_at, r.credential",
    )?;
    let rows = statement.query_map([], RotationRecord::read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What an automatic rotation of a credential asks.
pub(crate) fn automation(
    connection: &Connection,
    credential: Uuid,
) -> Result<Option<Automation>, VaultError> {
    let mut statement =
        connection.prepare_cached("SELECT * FROM automation WHERE credential = ?1")?;
    let row = statement.query_row([credential.as_bytes()], Automation::read);
    Ok(row.optional()?)
}

/// The automatic rotations of living credentials, the one that was started first at the beginning.
pub(crate) fn automations(connection: &Connection) -> Result<Vec<Automation>, VaultError> {
    let mut statement = connection.prepare_cached(
        "SELECT a.* FROM automation a JOIN credential c ON c.id = a.credential
         WHERE c.deleted_at IS NULL ORDER BY a.started_at, a.credential",
    )?;
    let rows = statement.query_map([], Automation::read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}
