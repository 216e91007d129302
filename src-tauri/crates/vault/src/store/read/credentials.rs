//! Questions about credentials.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension as _, Params};
use uuid::Uuid;

use super::by_name;
use crate::error::VaultError;
use crate::model::{Label, Usage};
use crate::stop;
use crate::store::rows::{CredentialRecord, DatedRecord, label_number, maybe_time, uuid};

fn one<P: Params>(
    connection: &Connection,
    sql: &str,
    params: P,
) -> Result<Option<CredentialRecord>, VaultError> {
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement
        .query_row(params, CredentialRecord::read)
        .optional()?)
}

fn many<P: Params>(
    connection: &Connection,
    sql: &str,
    params: P,
) -> Result<Vec<CredentialRecord>, VaultError> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(params, CredentialRecord::read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A credential, living or in the trash.
pub(crate) fn credential(
    connection: &Connection,
    id: Uuid,
) -> Result<Option<CredentialRecord>, VaultError> {
    one(
        connection,
        "SELECT * FROM credential WHERE id = ?1",
        [id.as_bytes()],
    )
}

/// A living credential by name.
pub(crate) fn credential_by_name(
    connection: &Connection,
    environment: Uuid,
    name: &str,
) -> Result<Option<CredentialRecord>, VaultError> {
    by_name(name, |name| {
        one(
            connection,
            "SELECT * FROM credential
             WHERE environment = ?1 AND name = ?2 AND deleted_at IS NULL",
            rusqlite::params![environment.as_bytes(), name],
        )
    })
}

/// Shows the names of the living credentials of an environment, in their order.
pub(crate) fn each_living_name(
    connection: &Connection,
    environment: Uuid,
    mut take: impl FnMut(&str) -> Result<(), VaultError>,
) -> Result<(), VaultError> {
    let mut statement = connection.prepare_cached(
        "SELECT name FROM credential WHERE environment = ?1 AND deleted_at IS NULL ORDER BY name",
    )?;
    let mut rows = statement.query([environment.as_bytes()])?;
    while let Some(row) = rows.next()? {
        stop::check()?;
        take(&row.get::<_, String>(0)?)?;
    }
    Ok(())
}

/// The living credential of an environment that fills a variable, other than `except`.
pub(crate) fn credential_by_variable(
    connection: &Connection,
    environment: Uuid,
    variable: &str,
    except: Uuid,
) -> Result<Option<CredentialRecord>, VaultError> {
    one(
        connection,
        "SELECT c.* FROM filled f JOIN credential c ON c.id = f.credential
         WHERE f.environment = ?1 AND f.variable = ?2 AND f.credential <> ?3",
        rusqlite::params![environment.as_bytes(), variable, except.as_bytes()],
    )
}

/// The living credentials of an environment, by name.
pub(crate) fn credentials_of(
    connection: &Connection,
    environment: Uuid,
) -> Result<Vec<CredentialRecord>, VaultError> {
    many(
        connection,
        "SELECT * FROM credential WHERE environment = ?1 AND deleted_at IS NULL ORDER BY name",
        [environment.as_bytes()],
    )
}

/// Hands out the living credentials of an environment one by one, by name.
pub(crate) fn each_of(
    connection: &Connection,
    environment: Uuid,
    mut take: impl FnMut(CredentialRecord) -> Result<(), VaultError>,
) -> Result<(), VaultError> {
    let mut statement = connection.prepare_cached(
        "SELECT * FROM credential WHERE environment = ?1 AND deleted_at IS NULL ORDER BY name",
    )?;
    let mut rows = statement.query([environment.as_bytes()])?;
    while let Some(row) = rows.next()? {
        take(CredentialRecord::read(row)?)?;
    }
    Ok(())
}

/// How many variables of an environment are filled.
pub(crate) fn filled_count(connection: &Connection, environment: Uuid) -> Result<u64, VaultError> {
    let mut statement =
        connection.prepare_cached("SELECT count(*) FROM filled WHERE environment = ?1")?;
    let count: i64 = statement.query_row([environment.as_bytes()], |row| row.get(0))?;
    Ok(count.cast_unsigned())
}

/// How many variables of an environment are filled by what was not revoked.
pub(crate) fn filled_unrevoked_count(
    connection: &Connection,
    environment: Uuid,
) -> Result<u64, VaultError> {
    let mut statement = connection.prepare_cached(
        "SELECT count(*) FROM filled f JOIN credential c ON c.id = f.credential
         WHERE f.environment = ?1 AND c.revoked_at IS NULL",
    )?;
    let count: i64 = statement.query_row([environment.as_bytes()], |row| row.get(0))?;
    Ok(count.cast_unsigned())
}

/// What is in the trash, latest first.
pub(crate) fn deleted(connection: &Connection) -> Result<Vec<CredentialRecord>, VaultError> {
    many(
        connection,
        "SELECT * FROM credential WHERE deleted_at IS NOT NULL ORDER BY deleted_at DESC, id",
        [],
    )
}

/// Those of which a field may fill a variable that loads code, the trash included.
pub(crate) fn loader_permitted(
    connection: &Connection,
) -> Result<Vec<CredentialRecord>, VaultError> {
    let mut rows = many(
        connection,
        "SELECT * FROM credential WHERE instr(fields, 'allow_loader_variable')",
        [],
    )?;
    rows.retain(|row| row.fields.iter().any(|field| field.allow_loader_variable));
    Ok(rows)
}

/// Ids and names of what is in the trash of an environment, latest first.
pub(crate) fn deleted_of(
    connection: &Connection,
    environment: Uuid,
) -> Result<Vec<(Uuid, String)>, VaultError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, name FROM credential WHERE environment = ?1 AND deleted_at IS NOT NULL
         ORDER BY deleted_at DESC, id",
    )?;
    let rows = statement.query_map([environment.as_bytes()], |row| {
        Ok((uuid(row, 0)?, row.get(1)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Hands out every living credential with its use, in no order.
pub(crate) fn each_living(
    connection: &Connection,
    mut take: impl FnMut(CredentialRecord, Usage) -> Result<(), VaultError>,
) -> Result<(), VaultError> {
    // The plus keeps SQLite from the index of living names: most rows live, and it would look
    // each of them up.
    let mut statement = connection.prepare_cached(
        "SELECT c.*, u.last_used, u.uses FROM credential c
         LEFT JOIN usage u ON u.credential = c.id WHERE +c.deleted_at IS NULL",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let usage = Usage {
            last_used: maybe_time(row, 18)?,
            uses: row.get::<_, Option<i64>>(19)?.unwrap_or(0).cast_unsigned(),
        };
        take(CredentialRecord::read(row)?, usage)?;
    }
    Ok(())
}

/// Hands out what counts need of every living credential, in no order.
pub(crate) fn each_dated(
    connection: &Connection,
    mut take: impl FnMut(DatedRecord<'_>) -> Result<(), VaultError>,
) -> Result<(), VaultError> {
    let mut statement = connection.prepare_cached(
        "SELECT c.fields, c.expires, c.rotate_every, c.rotate_due, c.rotated_at, c.revoked_at,
         u.credential, c.id FROM credential c
         LEFT JOIN usage u ON u.credential = c.id WHERE +c.deleted_at IS NULL",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        take(DatedRecord::read(row)?)?;
    }
    Ok(())
}

/// A credential as it is compared with another time's.
#[derive(Debug, Clone)]
pub(crate) struct InventoryRecord {
    /// Its place and name.
    pub(crate) name: String,
    pub(crate) deleted: bool,
    revoked: bool,
    /// The current version.
    version: Option<Uuid>,
}

impl InventoryRecord {
    /// What makes its value the same or another one.
    pub(crate) fn standing(&self) -> (Option<Uuid>, bool, bool) {
        (self.version, self.revoked, self.deleted)
    }
}

/// Every credential, to be compared.
pub(crate) fn stock(connection: &Connection) -> Result<HashMap<Uuid, InventoryRecord>, VaultError> {
    let mut statement = connection.prepare(
        "SELECT c.id, p.name, e.name, c.name, c.deleted_at, c.revoked_at, v.id
         FROM credential c JOIN environment e ON e.id = c.environment
         JOIN project p ON p.id = e.project
         LEFT JOIN version v ON v.credential = c.id AND v.label = ?1",
    )?;
    let rows = statement.query_map([label_number(Label::Current)], |row| {
        let part = |column| row.get::<_, String>(column);
        let stock = InventoryRecord {
            name: format!("{}/{}/{}", part(1)?, part(2)?, part(3)?),
            deleted: maybe_time(row, 4)?.is_some(),
            revoked: maybe_time(row, 5)?.is_some(),
            version: row.get::<_, Option<[u8; 16]>>(6)?.map(Uuid::from_bytes),
        };
        Ok((uuid(row, 0)?, stock))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many credentials there are, the trash included.
pub(crate) fn credential_count(connection: &Connection) -> Result<u64, VaultError> {
    let sql = "SELECT count(*) FROM credential";
    let count: i64 = connection.query_row(sql, [], |row| row.get(0))?;
    Ok(count.cast_unsigned())
}

/// How many living credentials an environment has.
pub(crate) fn living_count(connection: &Connection, environment: Uuid) -> Result<u64, VaultError> {
    let mut statement = connection.prepare_cached(
        "SELECT count(*) FROM credential WHERE environment = ?1 AND deleted_at IS NULL",
    )?;
    let count: i64 = statement.query_row([environment.as_bytes()], |row| row.get(0))?;
    Ok(count.cast_unsigned())
}

/// How many living credentials an environment has, by its id.
pub(crate) fn living_counts(connection: &Connection) -> Result<Vec<(Uuid, u64)>, VaultError> {
    let mut statement = connection.prepare_cached(
        "SELECT environment, count(*) FROM credential WHERE deleted_at IS NULL
         GROUP BY environment",
    )?;
    let rows = statement.query_map([], |row| {
        Ok((uuid(row, 0)?, row.get::<_, i64>(1)?.cast_unsigned()))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
