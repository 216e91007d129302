//! Opens and closes the database, and translates its errors.

use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension as _};

use crate::crypto::keys::EpochKeys;
use crate::error::{DataDamage, VaultError};
use crate::format::disk;
use crate::stop;

/// Steps of a statement (some microseconds) between two looks whether it is to stop.
const STOP_EVERY: i32 = 1000;

/// The first version without faults that matter here.
const LEAST_SQLITE: i32 = 3_051_003;

/// Tables may migrate; each step is appended and never changed.
pub(crate) const MIGRATIONS: [&str; 9] = [
    include_str!("schema_1.sql"),
    include_str!("schema_2.sql"),
    include_str!("schema_3.sql"),
    include_str!("schema_4.sql"),
    include_str!("schema_5.sql"),
    include_str!("schema_6.sql"),
    include_str!("schema_7.sql"),
    include_str!("schema_8.sql"),
    include_str!("schema_9.sql"),
];

/// How much a commit waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// On the disk when it returns.
    Full,
    /// Survives a kill, not a power loss.
    Normal,
}

/// Makes the database in a file that is created private first.
pub(crate) fn make(path: &Path, keys: &EpochKeys) -> Result<Connection, VaultError> {
    drop(disk::make_private(path)?);
    let connection = connect(path, keys)?;
    migrate(&connection)?;
    Ok(connection)
}

#[cfg(not(test))]
fn migrations() -> &'static [&'static str] {
    &MIGRATIONS
}

#[cfg(test)]
use crate::faults::forms::migrations;

/// The latest form of the tables that this program knows.
pub(crate) fn supported() -> u32 {
    migrations().len() as u32
}

/// The form of the tables.
pub(crate) fn found(connection: &Connection) -> Result<u32, VaultError> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

/// Brings the tables to the latest form, step by step. The caller keeps it in one
/// transaction with the root of the rows as they are then.
pub(crate) fn migrate(connection: &Connection) -> Result<(), VaultError> {
    for step in &migrations()[found(connection)? as usize..] {
        connection.execute_batch(step)?;
    }
    connection.pragma_update(None, "user_version", supported())?;
    Ok(())
}

/// Opens a database that must be there and have content.
pub(crate) fn open(path: &Path, keys: &EpochKeys) -> Result<Connection, VaultError> {
    match open_once(path, keys) {
        // SQLCipher takes a file whose first bytes it could not read for a broken one. What
        // is broken stays so; a disk that failed for a moment does not.
        Err(VaultError::DamagedData(DataDamage::DatabaseBroken)) => open_once(path, keys),
        opened => opened,
    }
}

fn open_once(path: &Path, keys: &EpochKeys) -> Result<Connection, VaultError> {
    if !disk::check_file(path)? {
        return Err(DataDamage::DatabaseMissing.into());
    }
    let connection = connect(path, keys)?;
    let meta = connection
        .query_row(
            "SELECT 1 FROM sqlite_schema WHERE name = 'meta'",
            [],
            |_| Ok(()),
        )
        .optional()?;
    if meta.is_none() {
        return Err(DataDamage::DatabaseEmpty.into());
    }
    let (found, supported) = (found(&connection)?, supported());
    if found > supported {
        return Err(VaultError::NewerVersion { found, supported });
    }
    if found == 0 {
        return Err(DataDamage::DatabaseEmpty.into());
    }
    Ok(connection)
}

fn connect(path: &Path, keys: &EpochKeys) -> Result<Connection, VaultError> {
    #[cfg(test)]
    crate::faults::install();
    let found = rusqlite::version_number();
    if found < LEAST_SQLITE {
        return Err(VaultError::OldSqlite { found });
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_NOFOLLOW
        | OpenFlags::SQLITE_OPEN_EXRESCODE;
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.progress_handler(STOP_EVERY, Some(stop::is_stopped))?;
    // Before the key: silence, and memory that is wiped when freed.
    connection
        .execute_batch("PRAGMA cipher_log_level = NONE; PRAGMA cipher_memory_security = ON")?;
    connection.execute_batch(&keys.database_pragma())?;
    #[cfg(test)]
    connection.execute_batch(crate::faults::unauthenticated::pragma())?;
    // Before anything is read of the database: what is first read without it keeps the index
    // of the log in a file next to it.
    connection.execute_batch("PRAGMA locking_mode = EXCLUSIVE")?;
    connection.execute_batch(
        "PRAGMA trusted_schema = OFF;
         PRAGMA foreign_keys = ON;
         PRAGMA secure_delete = ON;
         PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -16384;
         PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL",
    )?;
    // Plans do not depend on the values bound, or many statements would be prepared again
    // for each of them.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // A vault that is only looked at, or that turns out to be damaged, stays as it is.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// How much the next commits wait for.
pub(crate) fn set_durability(connection: &Connection, to: Durability) -> Result<(), VaultError> {
    connection.execute_batch(match to {
        Durability::Full => "PRAGMA synchronous = FULL",
        Durability::Normal => "PRAGMA synchronous = NORMAL",
    })?;
    Ok(())
}

/// Moves the log into the database file and empties it.
pub(crate) fn checkpoint(connection: &Connection) -> Result<(), VaultError> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(())
}

/// Whether the database still answers. After a disk error SQLCipher abandons a
/// connection for good, and calls every page broken that it does not have already.
pub(crate) fn answers(connection: &Connection) -> bool {
    // Not cached: the answer is part of the prepared statement.
    let status = connection.query_row("PRAGMA cipher_status", [], |row| row.get::<_, String>(0));
    let meta = connection
        .prepare_cached("SELECT 1 FROM meta")
        .and_then(|mut statement| statement.query_row([], |_| Ok(())));
    status.is_ok_and(|status| status == "1") && meta.is_ok()
}

/// Whether commits may move the log into the database file by and by, as they usually do.
/// While they may not, the file stays as the last checkpoint left it.
pub(crate) fn set_checkpoints(connection: &Connection, to: bool) -> Result<(), VaultError> {
    let pages = if to { 1000 } else { 0 };
    connection.query_row(&format!("PRAGMA wal_autocheckpoint = {pages}"), [], |_| {
        Ok(())
    })?;
    Ok(())
}

/// Closes; the last one out removes the log.
pub(crate) fn close(connection: Connection) -> Result<(), VaultError> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    connection.flush_prepared_statement_cache();
    connection.close().map_err(|(_, error)| error.into())
}

impl From<rusqlite::Error> for VaultError {
    fn from(error: rusqlite::Error) -> Self {
        match error {
            rusqlite::Error::SqliteFailure(failure, _) => match failure.code {
                // The caller knows the path, the database does not tell it.
                ErrorCode::OperationInterrupted => Self::LockedMeanwhile,
                ErrorCode::DiskFull => Self::DiskFull(PathBuf::new()),
                ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt => {
                    DataDamage::DatabaseBroken.into()
                }
                _ => Self::Database {
                    code: failure.extended_code,
                },
            },
            rusqlite::Error::SqlInputError { error, .. } => Self::Database {
                code: error.extended_code,
            },
            // Everything else is about a row that is not as it was written.
            _ => DataDamage::Malformed.into(),
        }
    }
}
