//! Questions about environments.

use rusqlite::{Connection, OptionalExtension as _};
use uuid::Uuid;

use super::by_name;
use crate::error::VaultError;
use crate::model::Location;
use crate::store::rows::{EnvironmentRecord, tier_from, time, uuid};

const ENVIRONMENT: &str = "SELECT e.id, e.revision, e.project, p.name, e.name, e.tier, e.created_at
    FROM environment e JOIN project p ON p.id = e.project";

fn environment_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<EnvironmentRecord> {
    Ok(EnvironmentRecord {
        id: uuid(row, 0)?,
        revision: row.get(1)?,
        project: uuid(row, 2)?,
        location: Location {
            project: row.get(3)?,
            environment: row.get(4)?,
        },
        tier: tier_from(row.get(5)?)?,
        created_at: time(row, 6)?,
    })
}

/// All environments, by project and name.
pub(crate) fn environments(connection: &Connection) -> Result<Vec<EnvironmentRecord>, VaultError> {
    let sql = format!("{ENVIRONMENT} ORDER BY p.name, e.name");
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([], environment_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(crate) fn environment_by_id(
    connection: &Connection,
    id: Uuid,
) -> Result<EnvironmentRecord, VaultError> {
    let sql = format!("{ENVIRONMENT} WHERE e.id = ?1");
    let mut statement = connection.prepare_cached(&sql)?;
    Ok(statement.query_row([id.as_bytes()], environment_row)?)
}

pub(crate) fn environment_by_place(
    connection: &Connection,
    location: &Location,
) -> Result<Option<EnvironmentRecord>, VaultError> {
    let sql = format!("{ENVIRONMENT} WHERE p.name = ?1 AND e.name = ?2");
    by_name(&location.project, |project| {
        by_name(&location.environment, |environment| {
            let mut statement = connection.prepare_cached(&sql)?;
            let row = statement.query_row([project, environment], environment_row);
            Ok(row.optional()?)
        })
    })
}
