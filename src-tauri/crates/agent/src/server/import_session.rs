//! The records of an import that a connection has sent so far.
//!
//! They are bounded per connection, and by a budget that all connections share.

use std::sync::Arc;

use keyhaven_protocol::error::Error;
use keyhaven_protocol::problem::Problem;
use keyhaven_rules::{MOST_IMPORTED as MOST_RECORDS, MOST_IMPORTED_BYTES as MOST_BYTES};
use keyhaven_vault::ImportRecord;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::numbers::clamp;

/// Bytes that a record takes in addition to its value, for the shared budget.
const RECORD_COST: usize = 512;
/// KiB that the import sessions of all connections may hold together: the largest import, and
/// some small ones.
const BUDGET_KIB: usize = 44 << 10;

/// The memory that the import sessions of all connections may take.
#[derive(Debug)]
pub(crate) struct ImportBudget(Arc<Semaphore>);

impl Default for ImportBudget {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(BUDGET_KIB)))
    }
}

/// The records of a connection's import so far.
#[derive(Debug, Default)]
pub(crate) struct ImportSession {
    pub(crate) records: Vec<ImportRecord>,
    bytes: usize,
    /// The share of the budget that they hold.
    room: Vec<OwnedSemaphorePermit>,
}

impl ImportSession {
    /// Adds records. A session that becomes too large is cleared.
    ///
    /// # Errors
    /// The import is too large, or other imports hold the budget.
    pub(crate) fn add(
        &mut self,
        records: Vec<ImportRecord>,
        budget: &ImportBudget,
    ) -> Result<(), Error> {
        // Exposed for its length alone.
        let size = |record: &ImportRecord| record.value.expose().len() + RECORD_COST;
        let bytes: usize = records.iter().map(size).sum();
        let fits =
            self.bytes + bytes <= MOST_BYTES && self.records.len() + records.len() <= MOST_RECORDS;
        if !fits {
            *self = Self::default();
            return Err(Error::invalid(Problem::ImportTooLarge {
                records: clamp(MOST_RECORDS as u64),
                mib: clamp((MOST_BYTES >> 20) as u64),
            }));
        }
        let kib = clamp(bytes.div_ceil(1024) as u64);
        let room = budget.0.clone().try_acquire_many_owned(kib);
        self.room
            .push(room.map_err(|_| Error::invalid(Problem::ImportsBusy))?);
        self.bytes += bytes;
        self.records.extend(records);
        Ok(())
    }
}
