//! The cache of what the log says about use: when last, how often.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};
use uuid::Uuid;

use super::audit_search;
use super::audit_trim::TrimMark;
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

/// Takes back the count of a use that came to nothing, in the transaction of the entry that says
/// so. When it was used last before, the log knows.
pub(crate) fn take_back(
    connection: &Connection,
    subjects: &[Uuid],
    begin: &TrimMark,
    failed: &HashSet<u64>,
) -> Result<(), VaultError> {
    let last = last_uses(connection, subjects, begin, failed)?;
    let mut unused =
        connection.prepare_cached("DELETE FROM usage WHERE credential = ?1 AND uses <= 1")?;
    let mut statement = connection.prepare_cached(
        "UPDATE usage SET last_used = coalesce(?2, last_used), uses = uses - 1
         WHERE credential = ?1",
    )?;
    for subject in subjects {
        unused.execute([subject.as_bytes()])?;
        let last = last.get(subject).map(|at| at.as_microsecond());
        statement.execute(params![subject.as_bytes(), last])?;
    }
    Ok(())
}

/// When each was used last, without the uses that came to nothing.
pub(crate) fn last_uses(
    connection: &Connection,
    subjects: &[Uuid],
    begin: &TrimMark,
    failed: &HashSet<u64>,
) -> Result<HashMap<Uuid, Timestamp>, VaultError> {
    let mut missing: HashSet<Uuid> = subjects.iter().copied().collect();
    let mut found = HashMap::new();
    audit_search::each_use(connection, |entry| {
        let counts = !failed.contains(&entry.sequence);
        for id in entry
            .subjects
            .iter()
            .filter(|id| counts && missing.remove(*id))
        {
            found.insert(*id, entry.at);
        }
        !missing.is_empty()
    })?;
    for id in missing {
        let before = begin.uses.get(&id).and_then(|usage| usage.last_used);
        found.extend(before.map(|at| (id, at)));
    }
    Ok(found)
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
