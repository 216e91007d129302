//! The cache of what the log says about use: when last, how often.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};
use uuid::Uuid;

use super::rows::maybe_time;
use crate::error::VaultError;
use crate::model::Usage;

/// Counts a use, in the transaction of its audit entry.
pub(crate) fn count(
    connection: &Connection,
    subjects: &[Uuid],
    at: Timestamp,
) -> Result<(), VaultError> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO usage VALUES (?1, ?2, 1)
         ON CONFLICT (credential) DO UPDATE SET last_used = ?2, uses = uses + 1",
    )?;
    for subject in subjects {
        statement.execute(params![subject.as_bytes(), at.as_microsecond()])?;
    }
    Ok(())
}

/// How a credential was used.
pub(crate) fn of(connection: &Connection, id: Uuid) -> Result<Usage, VaultError> {
    let mut statement =
        connection.prepare_cached("SELECT last_used, uses FROM usage WHERE credential = ?1")?;
    let usage = statement
        .query_row([id.as_bytes()], |row| {
            Ok(Usage {
                last_used: maybe_time(row, 0)?,
                uses: row.get::<_, i64>(1)?.cast_unsigned(),
            })
        })
        .optional()?;
    Ok(usage.unwrap_or_default())
}

/// Forgets a credential that was erased; the log still knows.
pub(crate) fn forget(connection: &Connection, id: Uuid) -> Result<(), VaultError> {
    connection
        .prepare_cached("DELETE FROM usage WHERE credential = ?1")?
        .execute([id.as_bytes()])?;
    Ok(())
}
