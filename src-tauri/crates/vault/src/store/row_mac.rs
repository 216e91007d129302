//! Computes the row root: a keyed sum over every row that users change.
//!
//! The root is the sum mod 2^256 of HMACs over unique rows, so it can be kept up to date
//! without reading the others, and neither deletion nor replay of a row goes unnoticed.

use std::path::Path;
use std::sync::mpsc;
use std::thread;

use keyhaven_secret::memory::wipe_stack;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};

use super::connect;
use crate::crypto::mac::{Digest, MacKey, Tagger};
use crate::error::VaultError;

/// The tables that count. The number is part of each row's MAC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AuthenticatedTable {
    Project = 1,
    Environment = 2,
    Credential = 3,
    Version = 4,
    Setting = 5,
    Trusted = 6,
    Profile = 7,
    Rotation = 8,
    Automation = 9,
}

/// All of them.
pub(crate) const TABLES: [AuthenticatedTable; 9] = [
    AuthenticatedTable::Project,
    AuthenticatedTable::Environment,
    AuthenticatedTable::Credential,
    AuthenticatedTable::Version,
    AuthenticatedTable::Setting,
    AuthenticatedTable::Trusted,
    AuthenticatedTable::Profile,
    AuthenticatedTable::Rotation,
    AuthenticatedTable::Automation,
];

/// Those that a database has in the form it is in.
pub(crate) fn tables_of(connection: &Connection) -> Result<Vec<AuthenticatedTable>, VaultError> {
    let form = connect::found(connection)?;
    let there = TABLES.into_iter().filter(|table| table.since() <= form);
    Ok(there.collect())
}

impl AuthenticatedTable {
    /// The form of the tables that brought it.
    const fn since(self) -> u32 {
        match self {
            Self::Profile => 2,
            Self::Rotation => 8,
            Self::Automation => 9,
            _ => 1,
        }
    }

    /// Every row, every column, in the order that is MACed.
    pub(super) fn all(self) -> &'static str {
        match self {
            Self::Project => "SELECT * FROM project",
            Self::Environment => "SELECT * FROM environment",
            Self::Credential => "SELECT * FROM credential",
            Self::Version => "SELECT * FROM version",
            Self::Setting => "SELECT * FROM setting",
            Self::Trusted => "SELECT * FROM trusted",
            Self::Profile => "SELECT * FROM profile",
            Self::Rotation => "SELECT * FROM rotation",
            Self::Automation => "SELECT * FROM automation",
        }
    }

    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Environment => "environment",
            Self::Credential => "credential",
            Self::Version => "version",
            Self::Setting => "setting",
            Self::Trusted => "trusted",
            Self::Profile => "profile",
            Self::Rotation => "rotation",
            Self::Automation => "automation",
        }
    }

    /// Some rows in the order of the primary key, from the beginning or after a key; and how
    /// many columns, the first ones, the key has.
    pub(crate) fn after(self, from_the_beginning: bool) -> (&'static str, usize) {
        match (self, from_the_beginning) {
            (Self::Project, true) => ("SELECT * FROM project ORDER BY id LIMIT ?1", 1),
            (Self::Project, false) => (
                "SELECT * FROM project WHERE id > ?1 ORDER BY id LIMIT ?2",
                1,
            ),
            (Self::Environment, true) => ("SELECT * FROM environment ORDER BY id LIMIT ?1", 1),
            (Self::Environment, false) => (
                "SELECT * FROM environment WHERE id > ?1 ORDER BY id LIMIT ?2",
                1,
            ),
            (Self::Credential, true) => ("SELECT * FROM credential ORDER BY id LIMIT ?1", 1),
            (Self::Credential, false) => (
                "SELECT * FROM credential WHERE id > ?1 ORDER BY id LIMIT ?2",
                1,
            ),
            (Self::Version, true) => (
                "SELECT * FROM version ORDER BY credential, number LIMIT ?1",
                2,
            ),
            (Self::Version, false) => (
                "SELECT * FROM version WHERE (credential, number) > (?1, ?2)
                 ORDER BY credential, number LIMIT ?3",
                2,
            ),
            (Self::Setting, true) => ("SELECT * FROM setting ORDER BY name LIMIT ?1", 1),
            (Self::Setting, false) => (
                "SELECT * FROM setting WHERE name > ?1 ORDER BY name LIMIT ?2",
                1,
            ),
            (Self::Trusted, true) => ("SELECT * FROM trusted ORDER BY path, sha256 LIMIT ?1", 2),
            (Self::Trusted, false) => (
                "SELECT * FROM trusted WHERE (path, sha256) > (?1, ?2)
                 ORDER BY path, sha256 LIMIT ?3",
                2,
            ),
            (Self::Profile, true) => ("SELECT * FROM profile ORDER BY id LIMIT ?1", 1),
            (Self::Profile, false) => (
                "SELECT * FROM profile WHERE id > ?1 ORDER BY id LIMIT ?2",
                1,
            ),
            (Self::Rotation, true) => ("SELECT * FROM rotation ORDER BY credential LIMIT ?1", 1),
            (Self::Rotation, false) => (
                "SELECT * FROM rotation WHERE credential > ?1 ORDER BY credential LIMIT ?2",
                1,
            ),
            (Self::Automation, true) => {
                ("SELECT * FROM automation ORDER BY credential LIMIT ?1", 1)
            }
            (Self::Automation, false) => (
                "SELECT * FROM automation WHERE credential > ?1 ORDER BY credential LIMIT ?2",
                1,
            ),
        }
    }

    /// One row by its primary key, the same columns.
    pub(crate) fn one(self) -> &'static str {
        match self {
            Self::Project => "SELECT * FROM project WHERE id = ?1",
            Self::Environment => "SELECT * FROM environment WHERE id = ?1",
            Self::Credential => "SELECT * FROM credential WHERE id = ?1",
            Self::Version => "SELECT * FROM version WHERE credential = ?1 AND number = ?2",
            Self::Setting => "SELECT * FROM setting WHERE name = ?1",
            Self::Trusted => "SELECT * FROM trusted WHERE path = ?1 AND sha256 = ?2",
            Self::Profile => "SELECT * FROM profile WHERE id = ?1",
            Self::Rotation => "SELECT * FROM rotation WHERE credential = ?1",
            Self::Automation => "SELECT * FROM automation WHERE credential = ?1",
        }
    }
}

/// Makes the MACs of single rows with one key schedule and one buffer.
pub(crate) struct RowTagger {
    keyed: Tagger,
    buffer: Vec<u8>,
}

impl RowTagger {
    pub(crate) fn new(key: &MacKey) -> Self {
        Self {
            keyed: key.start(b"row"),
            buffer: Vec::with_capacity(1024),
        }
    }

    /// HMAC over table, and type, length and bytes of each column.
    pub(crate) fn tag(
        &mut self,
        table: AuthenticatedTable,
        row: &Row<'_>,
    ) -> Result<Digest, VaultError> {
        self.buffer.clear();
        encode_row(&mut self.buffer, table, row)?;
        Ok(tag(&self.keyed, &self.buffer))
    }

    /// The same for a row that is about to be written.
    pub(crate) fn tag_values(
        &mut self,
        table: AuthenticatedTable,
        values: &[ValueRef<'_>],
    ) -> Digest {
        self.buffer.clear();
        self.buffer.push(table as u8);
        for value in values {
            encode_column(&mut self.buffer, *value);
        }
        tag(&self.keyed, &self.buffer)
    }
}

fn tag(keyed: &Tagger, encoded: &[u8]) -> Digest {
    let mut mac = keyed.clone();
    mac.raw(encoded);
    mac.finish()
}

fn encode_row(
    buffer: &mut Vec<u8>,
    table: AuthenticatedTable,
    row: &Row<'_>,
) -> Result<(), VaultError> {
    buffer.push(table as u8);
    for column in 0..row.as_ref().column_count() {
        encode_column(buffer, row.get_ref(column)?);
    }
    Ok(())
}

fn encode_column(buffer: &mut Vec<u8>, value: ValueRef<'_>) {
    let (kind, bytes) = match value {
        ValueRef::Null => return buffer.push(0),
        ValueRef::Integer(number) => {
            buffer.push(1);
            return buffer.extend_from_slice(&number.to_be_bytes());
        }
        ValueRef::Real(number) => {
            buffer.push(2);
            return buffer.extend_from_slice(&number.to_bits().to_be_bytes());
        }
        ValueRef::Text(bytes) => (3, bytes),
        ValueRef::Blob(bytes) => (4, bytes),
    };
    buffer.push(kind);
    buffer.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
    buffer.extend_from_slice(bytes);
}

/// Sum and number of rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Root {
    sum: [u64; 4],
    pub(crate) rows: u64,
}

impl Root {
    pub(crate) fn add(&mut self, tag: &Digest) {
        let mut carry = false;
        for (limb, other) in self.sum.iter_mut().zip(limbs(tag)) {
            (*limb, carry) = limb.carrying_add(other, carry);
        }
        self.rows += 1;
    }

    pub(crate) fn subtract(&mut self, tag: &Digest) {
        let mut borrow = false;
        for (limb, other) in self.sum.iter_mut().zip(limbs(tag)) {
            (*limb, borrow) = limb.borrowing_sub(other, borrow);
        }
        self.rows = self.rows.wrapping_sub(1);
    }

    pub(crate) fn sum_bytes(&self) -> Digest {
        let mut bytes = [0; 32];
        for (chunk, limb) in bytes.chunks_exact_mut(8).zip(self.sum) {
            chunk.copy_from_slice(&limb.to_le_bytes());
        }
        bytes
    }

    pub(crate) fn from_parts(sum: &Digest, rows: u64) -> Self {
        Self {
            sum: limbs(sum),
            rows,
        }
    }

    /// Reads every row and sums it up. This thread reads, another one makes the MACs: both
    /// take about as long, and an unlock waits for them.
    pub(crate) fn compute(connection: &Connection, key: &MacKey) -> Result<Self, VaultError> {
        let keyed = key.start(b"row");
        let (sender, batches) = mpsc::sync_channel::<Batch>(BATCHES);
        thread::scope(|scope| {
            let summing = thread::Builder::new()
                .name("root".into())
                .spawn_scoped(scope, move || {
                    let mut root = Self::default();
                    for batch in batches {
                        batch.rows().for_each(|row| root.add(&tag(&keyed, row)));
                    }
                    // The stack outlives the thread for a while, and held what MACs start from.
                    drop(keyed);
                    wipe_stack();
                    root
                })
                .map_err(|error| VaultError::io(path_of(connection), error))?;
            let read = read_all(connection, &sender);
            drop(sender);
            match summing.join() {
                Ok(root) => read.map(|()| root),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        })
    }
}

/// Batches that may wait to be summed.
const BATCHES: usize = 4;
/// Bytes of a batch: waking the other thread costs as much as the MACs of some dozen rows.
const BATCH: usize = 256 * 1024;

/// Encoded rows, one after the other.
#[derive(Default)]
struct Batch {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Batch {
    fn rows(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let spans = starts.zip(&self.ends);
        spans.map(|(start, end)| &self.bytes[start..*end])
    }
}

fn read_all(connection: &Connection, to: &mpsc::SyncSender<Batch>) -> Result<(), VaultError> {
    let mut batch = Batch::default();
    // The receiver is there as long as this runs; a panic there is reported.
    let hand_over = |batch: &mut Batch| {
        let _ = to.send(std::mem::take(batch));
    };
    for table in tables_of(connection)? {
        let mut statement = connection.prepare(table.all())?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            encode_row(&mut batch.bytes, table, row)?;
            batch.ends.push(batch.bytes.len());
            if batch.bytes.len() >= BATCH {
                hand_over(&mut batch);
            }
        }
    }
    hand_over(&mut batch);
    Ok(())
}

fn path_of(connection: &Connection) -> &Path {
    Path::new(connection.path().unwrap_or_default())
}

fn limbs(bytes: &Digest) -> [u64; 4] {
    let mut limbs = [0; 4];
    for (limb, chunk) in limbs.iter_mut().zip(bytes.chunks_exact(8)) {
        *limb = chunk
            .iter()
            .rev()
            .fold(0, |limb, byte| limb << 8 | u64::from(*byte));
    }
    limbs
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_sum_forgets_the_order_and_what_was_taken_away(
            tags in proptest::collection::vec(any::<[u8; 32]>(), 1..20),
            extra in any::<[u8; 32]>(),
        ) {
            let mut forward = Root::default();
            tags.iter().for_each(|tag| forward.add(tag));
            let mut backward = Root::default();
            backward.add(&extra);
            tags.iter().rev().for_each(|tag| backward.add(tag));
            prop_assert_ne!(forward, backward);
            backward.subtract(&extra);
            prop_assert_eq!(forward, backward);
            prop_assert_eq!(Root::from_parts(&forward.sum_bytes(), forward.rows), forward);
        }
    }

    #[test]
    fn carries_run_through() {
        let mut root = Root::default();
        root.add(&[0xff; 32]);
        let mut one = [0; 32];
        one[0] = 1;
        root.add(&one);
        assert_eq!(root.sum_bytes(), [0; 32]);
        root.subtract(&one);
        assert_eq!(root.sum_bytes(), [0xff; 32]);
    }

    #[test]
    fn columns_do_not_run_into_each_other() {
        let encode = |values: &[ValueRef<'_>]| {
            let mut buffer = Vec::new();
            for value in values {
                encode_column(&mut buffer, *value);
            }
            buffer
        };
        let text = ValueRef::Text;
        assert_ne!(
            encode(&[text(b"ab"), text(b"c")]),
            encode(&[text(b"a"), text(b"bc")])
        );
        assert_ne!(encode(&[text(b"a")]), encode(&[ValueRef::Blob(b"a")]));
        assert_ne!(
            encode(&[ValueRef::Null, text(b"")]),
            encode(&[text(b""), ValueRef::Null])
        );
    }
}
