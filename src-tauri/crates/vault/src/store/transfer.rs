//! Carries the content of one epoch into the next, in slices between which the vault answers.
//!
//! Rooted rows go over as they are, but for sealed values: each is opened with the old keys
//! and sealed for its new place, never longer in memory than that takes. The new root is
//! summed up from what was meant to be written, so that reading the new database back
//! proves it.
//!
//! The log goes over entry by entry with the same numbers, times and words. Its chain is
//! checked with the old key on the way and rebuilt with the new one from the first entry on.
//! The caller that switches appends the entry that records this, with the old chain's end in
//! it: it identifies a copy of the old vault for as long as the log is kept.

use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, Row, params_from_iter};

use super::audit::{self, Head};
use super::audit_trim::{self, TrimMark};
use super::row_mac::{self, AuthenticatedTable, Root, RowTagger};
use super::rows::VersionRecord;
use crate::crypto::keys::EpochKeys;
use crate::epoch::{Epoch, NextEpoch};
use crate::error::{DataDamage, VaultError};
use crate::random::Random;
use crate::unlocked::values::Binding;

/// Tables that follow from others, carried over whole at the end.
const FOLLOWING: [&str; 2] = ["filled", "usage"];

/// Where content comes from: an open vault, or a backup that was opened to be read.
pub(crate) struct TransferSource<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) keys: &'a EpochKeys,
    pub(crate) epoch: Epoch,
}

/// How far it is, and what the new epoch will hold.
pub(crate) struct Transfer {
    stage: TransferStage,
    /// The rooted tables that the source has.
    tables: Vec<AuthenticatedTable>,
    /// Of everything written so far, under the new keys.
    pub(crate) root: Root,
    /// Of everything read so far, under the old keys: to be compared with the source's own
    /// root, or a row that was tampered with would get a good name by going over.
    pub(crate) old_root: Root,
    /// End of the new chain.
    pub(crate) head: Head,
    /// End of the old chain, as far as it was read.
    pub(crate) old_head: Head,
    done: u64,
    total: u64,
}

enum TransferStage {
    /// A rooted table, by its place in the list, after this primary key.
    Rows(usize, Vec<Value>),
    /// The log.
    Log,
    /// Nothing was left when it was last looked at; the log may have grown since.
    Over,
}

impl Transfer {
    /// Counts what there is to do.
    pub(crate) fn new(source: &TransferSource<'_>) -> Result<Self, VaultError> {
        let mut total = 0;
        let tables = row_mac::tables_of(source.connection)?;
        let names = tables.iter().map(|table| table.name());
        for table in names.chain(["audit"]) {
            let sql = format!("SELECT count(*) FROM {table}");
            let count: i64 = source.connection.query_row(&sql, [], |row| row.get(0))?;
            total += count.cast_unsigned();
        }
        // A log that was cut begins behind its cut, under the old keys and under the new.
        let beginning = audit_trim::beginning(source.connection, &source.keys.audit)?;
        Ok(Self {
            stage: TransferStage::Rows(0, Vec::new()),
            tables,
            root: Root::default(),
            old_root: Root::default(),
            head: beginning,
            old_head: beginning,
            done: 0,
            total,
        })
    }

    /// Rows done, and rows there were at the beginning.
    pub(crate) fn progress(&self) -> (u64, u64) {
        (self.done, self.total.max(self.done))
    }

    /// Carries over up to so many rows; whether there is more. Not for a source whose rooted
    /// rows changed since the first slice: restart that one.
    pub(crate) fn step(
        &mut self,
        source: &TransferSource<'_>,
        next: &NextEpoch,
        random: &mut dyn Random,
        most: u64,
    ) -> Result<bool, VaultError> {
        let transaction = next.connection.unchecked_transaction()?;
        let mut left = most;
        while left > 0 {
            let carried = match &self.stage {
                TransferStage::Rows(..) => self.rows(source, next, random, left)?,
                TransferStage::Log => self.log(source, next, left)?,
                TransferStage::Over => break,
            };
            left -= carried;
            self.done += carried;
        }
        transaction.commit()?;
        Ok(!matches!(self.stage, TransferStage::Over))
    }

    /// Carries over what is left, and the tables that follow from others.
    pub(crate) fn finish(
        &mut self,
        source: &TransferSource<'_>,
        next: &NextEpoch,
        random: &mut dyn Random,
    ) -> Result<(), VaultError> {
        if matches!(self.stage, TransferStage::Over) {
            self.stage = TransferStage::Log;
        }
        self.step(source, next, random, u64::MAX)?;
        let transaction = next.connection.unchecked_transaction()?;
        for table in FOLLOWING {
            copy_table(source.connection, &transaction, table)?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// Some rows of the table whose turn it is; none when its turn is over.
    fn rows(
        &mut self,
        source: &TransferSource<'_>,
        next: &NextEpoch,
        random: &mut dyn Random,
        most: u64,
    ) -> Result<u64, VaultError> {
        let TransferStage::Rows(at, after) = &mut self.stage else {
            return Ok(0);
        };
        let Some(&table) = self.tables.get(*at) else {
            self.stage = TransferStage::Log;
            return Ok(0);
        };
        let (sql, keys) = table.after(after.is_empty());
        let mut statement = source.connection.prepare_cached(sql)?;
        let limit = Value::Integer(most.min(i64::MAX as u64).cast_signed());
        let mut rows = statement.query(params_from_iter(after.iter().chain([&limit])))?;
        let mut tagger = RowTagger::new(&next.keys.rows);
        let mut old_tagger = RowTagger::new(&source.keys.rows);
        let mut carried = 0;
        let mut last = Vec::new();
        while let Some(row) = rows.next()? {
            self.old_root.add(&old_tagger.tag(table, row)?);
            let sealed = match table {
                AuthenticatedTable::Version => reseal(row, source, next, random)?.map(Value::Blob),
                AuthenticatedTable::Setting => resign(row, source, next)?.map(Value::Text),
                _ => None,
            };
            let values = columns(row, sealed.as_ref())?;
            insert(&next.connection, table.name(), &values)?;
            self.root.add(&tagger.tag_values(table, &values));
            last.clear();
            for column in 0..keys {
                last.push(row.get(column)?);
            }
            carried += 1;
        }
        if carried == 0 {
            *at += 1;
        }
        *after = last;
        Ok(carried)
    }

    fn log(
        &mut self,
        source: &TransferSource<'_>,
        next: &NextEpoch,
        most: u64,
    ) -> Result<u64, VaultError> {
        let from = self.old_head;
        (self.old_head, self.head) = audit::carry(
            (source.connection, &source.keys.audit, from),
            (&next.connection, &next.keys.audit, self.head),
            most,
        )?;
        let carried = self.old_head.sequence - from.sequence;
        if carried == 0 {
            self.stage = TransferStage::Over;
        }
        Ok(carried)
    }
}

/// The values of a version, sealed again for the next epoch; `None` if they were erased.
fn reseal(
    row: &Row<'_>,
    source: &TransferSource<'_>,
    next: &NextEpoch,
    random: &mut dyn Random,
) -> Result<Option<Vec<u8>>, VaultError> {
    let version = VersionRecord::read(row)?;
    let Some(blob) = &version.sealed else {
        return Ok(None);
    };
    let binding = |epoch: Epoch| Binding {
        vault: epoch.vault,
        epoch: epoch.number,
        credential: version.credential,
        version: version.id,
    };
    let (from, to) = (binding(source.epoch), binding(next.epoch));
    from.make_resealed(source.keys, blob, &to, &next.keys, random)
        .map(Some)
}

/// The mark of a trimmed log, signed with the new key of the log.
fn resign(
    row: &Row<'_>,
    source: &TransferSource<'_>,
    next: &NextEpoch,
) -> Result<Option<String>, VaultError> {
    if row.get_ref(0)?.as_str().ok() != Some(audit_trim::ROW) {
        return Ok(None);
    }
    let cutoff = TrimMark::read(source.connection, &source.keys.audit)?;
    cutoff
        .map(|cutoff| cutoff.encode(&next.keys.audit))
        .transpose()
}

/// The columns of a row; the last one replaced if it was sealed again.
fn columns<'a>(
    row: &'a Row<'_>,
    sealed: Option<&'a Value>,
) -> Result<Vec<ValueRef<'a>>, VaultError> {
    let mut values = Vec::with_capacity(row.as_ref().column_count());
    for column in 0..row.as_ref().column_count() {
        values.push(row.get_ref(column)?);
    }
    if let (Some(sealed), Some(last)) = (sealed, values.last_mut()) {
        *last = sealed.into();
    }
    Ok(values)
}

fn insert(connection: &Connection, table: &str, values: &[ValueRef<'_>]) -> Result<(), VaultError> {
    let marks = vec!["?"; values.len()].join(", ");
    let mut statement =
        connection.prepare_cached(&format!("INSERT INTO {table} VALUES ({marks})"))?;
    let values = values
        .iter()
        .map(|value| rusqlite::types::ToSqlOutput::Borrowed(*value));
    if statement.execute(params_from_iter(values))? != 1 {
        return Err(DataDamage::Malformed.into());
    }
    Ok(())
}

/// A table that follows from others, whole.
fn copy_table(from: &Connection, to: &Connection, table: &str) -> Result<(), VaultError> {
    let mut statement = from.prepare(&format!("SELECT * FROM {table}"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        insert(to, table, &columns(row, None)?)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::row_mac::TABLES;
    use super::*;

    /// A table that a migration adds must be carried over, or rebuilt, at each switch.
    #[test]
    fn every_table_goes_over() {
        let connection = Connection::open_in_memory().unwrap();
        for step in crate::store::connect::MIGRATIONS {
            connection.execute_batch(step).unwrap();
        }
        let mut statement = connection
            .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
            .unwrap();
        let there: Vec<String> = statement
            .query_map([], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        let mut carried: Vec<&str> = TABLES.map(AuthenticatedTable::name).to_vec();
        carried.extend(FOLLOWING);
        carried.extend(["audit", "meta"]);
        carried.sort_unstable();
        assert_eq!(there, carried);
    }
}
