//! The check of a whole database, in slices between which others can be served.
//!
//! It holds what it looks at against what is known from outside of it: the state of the rows
//! and the end of the log, from memory, an anchor or a backup's manifest. Nothing is changed,
//! and no opened value is kept.

mod log;
pub(crate) mod pages;
mod rows;

use std::collections::HashMap;

use jiff::Timestamp;
use rusqlite::Connection;
use uuid::Uuid;

use super::audit::Head;
use super::root::{Root, State};
use crate::crypto::keys::Keys;
use crate::error::{Damage, Error};
use crate::verify::{Part, Report, Wrong};
use log::Log;

/// Sealed values opened in a slice.
const VALUES: u64 = 2000;
/// Entries of the log read in a slice.
const ENTRIES: u64 = 5000;

/// What is checked, and what it must be.
pub(crate) struct Scene<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) keys: &'a Keys,
    pub(crate) vault: Uuid,
    pub(crate) epoch: u64,
    /// The state the rows must have; none where it cannot be known.
    pub(crate) state: Option<State>,
    /// Where the log must end; none where only a part of it is anchored.
    pub(crate) head: Option<Head>,
}

enum Stage {
    Rows,
    /// Behind this credential and version.
    Values(Option<(Uuid, u32)>),
    Derived,
    Log,
    Done,
}

/// A credential as the check remembers it.
struct Known {
    /// Its place and name.
    name: String,
    changed_at: Timestamp,
}

/// A check under way.
pub(crate) struct Check {
    stage: Stage,
    pub(crate) report: Report,
    credentials: HashMap<Uuid, Known>,
    log: Log,
    /// The root is not what it must be: the log may tell which rows.
    narrow: bool,
    done: u64,
    total: u64,
}

impl Check {
    pub(crate) fn new() -> Self {
        Self::with(Report::default())
    }

    /// Goes on with a report that was begun.
    pub(crate) fn with(report: Report) -> Self {
        Self {
            stage: Stage::Rows,
            report,
            credentials: HashMap::new(),
            log: Log::default(),
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
    pub(crate) fn step(&mut self, scene: &Scene<'_>) -> bool {
        match self.stage {
            Stage::Rows => {
                self.root(scene);
                let rows = self.rows(scene);
                self.done += rows;
                self.total = rows
                    + rows::count(scene.connection, "version")
                    + rows::count(scene.connection, "audit");
                self.stage = Stage::Values(None);
            }
            Stage::Values(after) => {
                let last = self.values(scene, after, VALUES);
                self.stage = last.map_or(Stage::Derived, |last| Stage::Values(Some(last)));
            }
            Stage::Derived => {
                self.filled(scene);
                self.stage = Stage::Log;
            }
            Stage::Log => {
                if !self.log(scene, ENTRIES) {
                    self.stage = Stage::Done;
                }
            }
            Stage::Done => {}
        }
        !matches!(self.stage, Stage::Done)
    }

    /// All slices at once.
    pub(crate) fn run(mut self, scene: &Scene<'_>) -> Report {
        while self.step(scene) {}
        self.report
    }

    fn root(&mut self, scene: &Scene<'_>) {
        let Some(expected) = &scene.state else {
            return;
        };
        match State::read(scene.connection, &scene.keys.rows) {
            Ok(found) if found == *expected => {}
            Ok(_) | Err(Error::DamagedData(Damage::State)) => {
                self.report.find(Part::Rows, Wrong::State);
            }
            Err(_) => self.table(Part::Rows, "meta"),
        }
        match Root::compute(scene.connection, &scene.keys.rows) {
            Ok(root) if root == expected.root => {}
            Ok(_) => {
                self.narrow = true;
                self.report.find(Part::Rows, Wrong::Root);
            }
            // The scan of the rows says which table.
            Err(_) => {}
        }
    }

    fn table(&mut self, part: Part, table: &'static str) {
        self.report.find(part, Wrong::Table { table });
    }

    fn name(&self, id: Uuid) -> String {
        self.credentials
            .get(&id)
            .map_or_else(|| id.to_string(), |known| known.name.clone())
    }
}
