//! Questions about settings, trusted files and profiles.

use rusqlite::{Connection, OptionalExtension as _};
use uuid::Uuid;

use super::by_name;
use crate::error::VaultError;
use crate::model::TrustedFile;
use crate::stop;
use crate::store::rows::{ProfileRecord, time, uuid};

/// A setting's text.
pub(crate) fn setting(connection: &Connection, name: &str) -> Result<Option<String>, VaultError> {
    let mut statement = connection.prepare_cached("SELECT value FROM setting WHERE name = ?1")?;
    Ok(statement.query_row([name], |row| row.get(0)).optional()?)
}

/// The trusted contents of a path, the one that was trusted last first.
pub(crate) fn trusted_by_path(
    connection: &Connection,
    path: &str,
) -> Result<Vec<TrustedFile>, VaultError> {
    let sql = "SELECT * FROM trusted WHERE path = ?1 ORDER BY allowed_at DESC, sha256";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([path], trusted_file)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn trusted_file(row: &rusqlite::Row<'_>) -> rusqlite::Result<TrustedFile> {
    Ok(TrustedFile {
        path: row.get(0)?,
        sha256: row.get(1)?,
        production: row.get(2)?,
        allowed_at: time(row, 3)?,
    })
}

/// All trusted contents, by path.
pub(crate) fn trusted(connection: &Connection) -> Result<Vec<TrustedFile>, VaultError> {
    let mut statement = connection.prepare_cached("SELECT * FROM trusted ORDER BY path, sha256")?;
    let rows = statement.query_map([], trusted_file)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many trusted contents and denied paths there are.
pub(crate) fn trusted_count(connection: &Connection) -> Result<usize, VaultError> {
    count(connection, "SELECT count(*) FROM trusted")
}

/// The path that was denied first.
pub(crate) fn oldest_denial(connection: &Connection) -> Result<Option<TrustedFile>, VaultError> {
    let sql = "SELECT * FROM trusted WHERE sha256 = ?1 ORDER BY allowed_at, path LIMIT 1";
    let mut statement = connection.prepare_cached(sql)?;
    let row = statement.query_row([TrustedFile::DENIED], trusted_file);
    Ok(row.optional()?)
}

/// How many profiles there are.
pub(crate) fn profile_count(connection: &Connection) -> Result<usize, VaultError> {
    count(connection, "SELECT count(*) FROM profile")
}

fn count(connection: &Connection, sql: &str) -> Result<usize, VaultError> {
    let count: i64 = connection.query_row(sql, [], |row| row.get(0))?;
    Ok(usize::try_from(count).unwrap_or(0))
}

/// All profiles, by name.
pub(crate) fn profiles(connection: &Connection) -> Result<Vec<ProfileRecord>, VaultError> {
    let mut statement = connection.prepare_cached("SELECT * FROM profile ORDER BY name")?;
    let rows = statement.query_map([], ProfileRecord::read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Shows the id and the name of each profile, in the order of the names.
pub(crate) fn each_profile_name(
    connection: &Connection,
    mut take: impl FnMut(Uuid, &str) -> Result<(), VaultError>,
) -> Result<(), VaultError> {
    let mut statement = connection.prepare_cached("SELECT id, name FROM profile ORDER BY name")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        stop::check()?;
        take(uuid(row, 0)?, &row.get::<_, String>(1)?)?;
    }
    Ok(())
}

/// A profile by name.
pub(crate) fn profile(
    connection: &Connection,
    name: &str,
) -> Result<Option<ProfileRecord>, VaultError> {
    by_name(name, |name| {
        let mut statement = connection.prepare_cached("SELECT * FROM profile WHERE name = ?1")?;
        Ok(statement
            .query_row([name], ProfileRecord::read)
            .optional()?)
    })
}

/// A profile by id.
pub(crate) fn profile_by_id(
    connection: &Connection,
    id: Uuid,
) -> Result<Option<ProfileRecord>, VaultError> {
    let mut statement = connection.prepare_cached("SELECT * FROM profile WHERE id = ?1")?;
    let row = statement.query_row([id.as_bytes()], ProfileRecord::read);
    Ok(row.optional()?)
}
