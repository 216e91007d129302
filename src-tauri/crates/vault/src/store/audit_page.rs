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
    let rows = statement.query_map(rusqlite::params_from_iter(values), entry)?;
    let mut entries: Vec<AuditEntry> = rows.collect::<Result<_, _>>()?;
    let more = entries.len() > limit;
    entries.truncate(limit);
    let next = entries.last().filter(|_| more).map(|last| last.sequence);
    Ok(AuditPage { entries, next })
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
