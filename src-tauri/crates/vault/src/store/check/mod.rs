//! The check of a whole database, in slices between which others can be served.
//!
//! It holds what it looks at against what is known from outside of it: the state of the rows
//! and the end of the log, from memory, an anchor or a backup's manifest. Nothing is changed,
//! and no opened value is kept.

mod log;
pub(crate) mod pages;
mod rows;

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;
use rusqlite::Connection;
use uuid::Uuid;

use super::audit::Head;
use super::audit_trim::Uses;
use super::row_mac::Root;
use super::row_state::RowState;
use crate::crypto::keys::EpochKeys;
use crate::error::{DataDamage, VaultError};
use crate::verify::{VerifyPart, VerifyProblem, VerifyReport};

/// Sealed values opened in a slice.
const VALUES: u64 = 2000;
/// Entries of the log read in a slice.
const ENTRIES: u64 = 5000;

/// What is checked, and what it must be.
pub(crate) struct CheckInput<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) keys: &'a EpochKeys,
    pub(crate) vault: Uuid,
    pub(crate) epoch: u64,
    /// The state the rows must have; none where it cannot be known.
    pub(crate) state: Option<RowState>,
    /// Where the log must end; none where only a part of it is anchored.
    pub(crate) head: Option<Head>,
}

enum CheckStage {
    Rows,
    /// Behind this credential and version.
    Values(Option<(Uuid, u32)>),
    Derived,
    Log,
    Done,
}

/// A credential as the check remembers it.
struct KnownCredential {
    /// Its place and name.
    name: String,
    changed_at: Timestamp,
}

/// What was read of the log so far.
#[derive(Default)]
struct LogCheck {
    /// None before the first slice.
    head: Option<Head>,
    /// How often each credential was used.
    uses: Uses,
    /// Entries of uses that came to nothing, as known when the walk began.
    failed: HashSet<u64>,
    /// The last change of each credential that was not erased.
    changes: BTreeMap<Uuid, Timestamp>,
    /// When values were stored.
    stored: Vec<(Uuid, Timestamp)>,
    /// The last name of each credential.
    named: HashMap<Uuid, String>,
}

/// A check under way.
pub(crate) struct Check {
    stage: CheckStage,
    pub(crate) report: VerifyReport,
    credentials: HashMap<Uuid, KnownCredential>,
    log: LogCheck,
    /// The root is not what it must be: the log may tell which rows.
    narrow: bool,
    done: u64,
    total: u64,
}

impl Check {
    pub(crate) fn new() -> Self {
        Self::with(VerifyReport::default())
    }

    /// Goes on with a report that was begun.
    pub(crate) fn with(report: VerifyReport) -> Self {
        Self {
            stage: CheckStage::Rows,
            report,
            credentials: HashMap::new(),
            log: LogCheck::default(),
            narrow: false,
            done: 0,
            total: 1,
        }
    }

    /// Things done, and things there are about.
    pub(crate) fn progress(&self) -> (u64, u64) {
        (self.done, self.total.max(self.done))
    }

    /// Checks a slice; whether there is more. What the scene must be may change between
    /// slices, as long as it changes in the database as well.
    pub(crate) fn step(&mut self, scene: &CheckInput<'_>) -> bool {
        match self.stage {
            CheckStage::Rows => {
                self.root(scene);
                let rows = self.rows(scene);
                self.done += rows;
                self.total = rows
                    + rows::count(scene.connection, "version")
                    + rows::count(scene.connection, "audit");
                self.stage = CheckStage::Values(None);
            }
            CheckStage::Values(after) => {
                let last = self.values(scene, after, VALUES);
                self.stage =
                    last.map_or(CheckStage::Derived, |last| CheckStage::Values(Some(last)));
            }
            CheckStage::Derived => {
                self.filled(scene);
                self.stage = CheckStage::Log;
            }
            CheckStage::Log => {
                if !self.log(scene, ENTRIES) {
                    self.stage = CheckStage::Done;
                }
            }
            CheckStage::Done => {}
        }
        !matches!(self.stage, CheckStage::Done)
    }

    /// All slices at once.
    pub(crate) fn run(mut self, scene: &CheckInput<'_>) -> VerifyReport {
        while self.step(scene) {}
        self.report
    }

    fn root(&mut self, scene: &CheckInput<'_>) {
        let Some(expected) = &scene.state else {
            return;
        };
        match RowState::read(scene.connection, &scene.keys.rows) {
            Ok(found) if found == *expected => {}
            Ok(_) | Err(VaultError::DamagedData(DataDamage::State)) => {
                self.report.find(VerifyPart::Rows, VerifyProblem::RowState);
            }
            Err(_) => self.table(VerifyPart::Rows, "meta"),
        }
        match Root::compute(scene.connection, &scene.keys.rows) {
            Ok(root) if root == expected.root => {}
            Ok(_) => {
                self.narrow = true;
                self.report
                    .find(VerifyPart::Rows, VerifyProblem::RowsChanged);
            }
            // The scan of the rows says which table.
            Err(_) => {}
        }
    }

    fn table(&mut self, part: VerifyPart, table: &'static str) {
        self.report.find(part, VerifyProblem::Table { table });
    }

    fn name(&self, id: Uuid) -> String {
        self.credentials
            .get(&id)
            .map_or_else(|| id.to_string(), |known| known.name.clone())
    }
}
