//! Reads the audit log in pages, for people: filtered, newest first, unchecked.

use rusqlite::types::{FromSqlError, ToSql};
use rusqlite::{Connection, Row};

use super::audit::ids;
use super::rows::{json, time};
use crate::audit::{Action, AuditEntry, AuditFilter, AuditOutcome, AuditPage};
use crate::error::VaultError;

/// Entries of a page where the filter gives no limit.
const PAGE: usize = 100;
/// Entries of the largest page.
const MOST_PAGE: usize = 1000;
/// Bytes of the largest page, unless one entry alone has more: an entry names all credentials
/// of its launch.
const MOST_BYTES: usize = 4 << 20;

/// A page of the log, newest first.
pub(crate) fn page(connection: &Connection, filter: &AuditFilter) -> Result<AuditPage, VaultError> {
    let limit = match filter.limit {
        0 => PAGE,
        asked => asked.min(MOST_PAGE),
    };
    let mut sql = String::from("SELECT * FROM audit WHERE 1");
    let mut values: Vec<Box<dyn ToSql>> = Vec::new();
    let mut demand = |condition: &str, value: Box<dyn ToSql>| {
        values.push(value);
        sql.push_str(&format!(" AND {condition} ?{}", values.len()));
    };
    if let Some(before) = filter.before {
        demand("sequence <", Box::new(before.cast_signed()));
    }
    if let Some(after) = filter.after {
        demand("sequence >", Box::new(after.cast_signed()));
    }
    if let Some(since) = filter.since {
        demand("at >=", Box::new(since.as_microsecond()));
    }
    if let Some(until) = filter.until {
        demand("at <=", Box::new(until.as_microsecond()));
    }
    if let Some(action) = filter.action {
        demand("action =", Box::new(action.as_str()));
    }
    if let Some(subject) = filter.subject {
        // The position of 16 random bytes; 0 where they do not occur.
        demand("0 < instr(subjects,", Box::new(subject.into_bytes()));
        sql.push(')');
    }
    sql.push_str(&format!(" ORDER BY sequence DESC LIMIT {}", limit + 1));
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(rusqlite::params_from_iter(values))?;
    let (mut entries, mut bytes, mut more) = (Vec::new(), 0, false);
    while let Some(row) = rows.next()? {
        bytes += size(row)?;
        more = entries.len() == limit || (bytes > MOST_BYTES && !entries.is_empty());
        if more {
            break;
        }
        entries.push(entry(row)?);
    }
    let next = entries
        .last()
        .filter(|_| more)
        .map(|last: &AuditEntry| last.sequence);
    Ok(AuditPage { entries, next })
}

/// Bytes of what an entry may have much of.
fn size(row: &Row<'_>) -> rusqlite::Result<usize> {
    let length = |column: usize| Ok::<_, rusqlite::Error>(row.get_ref(column)?.as_bytes()?.len());
    Ok(length(5)? + length(8)?)
}

fn entry(row: &Row<'_>) -> rusqlite::Result<AuditEntry> {
    let invalid = || rusqlite::Error::from(FromSqlError::InvalidType);
    let text = |column: usize| row.get_ref(column).and_then(|value| Ok(value.as_str()?));
    let subjects: Vec<u8> = row.get(5)?;
    Ok(AuditEntry {
        sequence: row.get::<_, i64>(0)?.cast_unsigned(),
        at: time(row, 1)?,
        actor: json(row, 2)?.unwrap_or_default(),
        claimed: json(row, 3)?.unwrap_or_default(),
        action: Action::parse(text(4)?).ok_or_else(invalid)?,
        subjects: ids(&subjects),
        outcome: AuditOutcome::parse(text(6)?).ok_or_else(invalid)?,
        detail_version: row.get(7)?,
        detail: json(row, 8)?.unwrap_or_default(),
    })
}
