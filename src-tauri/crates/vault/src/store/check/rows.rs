//! The rows users change, their values, and what follows from them.

use std::collections::{HashMap, HashSet};

use rusqlite::{Connection, Row};
use uuid::Uuid;

use super::{Check, CheckInput, KnownCredential};
use crate::rotation::Automation;
use crate::store::audit_trim;
use crate::store::row_mac::{self, AuthenticatedTable};
use crate::store::rows::{
    CredentialRecord, ProfileRecord, RotationRecord, VersionRecord, tier_from, time, uuid,
};
use crate::unlocked::values::Binding;
use crate::verify::{VerifyPart, VerifyProblem};

/// How a row is understood.
type Understand = fn(&Row<'_>) -> rusqlite::Result<()>;

/// The tables that are looked at row by row alone.
const PLAIN: [(AuthenticatedTable, Understand); 7] = [
    (AuthenticatedTable::Project, |row| {
        uuid(row, 0)?;
        row.get::<_, String>(1)?;
        time(row, 2).map(drop)
    }),
    (AuthenticatedTable::Environment, |row| {
        uuid(row, 0)?;
        uuid(row, 2)?;
        row.get::<_, String>(3)?;
        tier_from(row.get(4)?)?;
        time(row, 5).map(drop)
    }),
    (AuthenticatedTable::Setting, |row| {
        row.get::<_, String>(0)?;
        row.get::<_, String>(1).map(drop)
    }),
    (AuthenticatedTable::Trusted, |row| {
        row.get::<_, String>(0)?;
        row.get::<_, [u8; 32]>(1)?;
        time(row, 3).map(drop)
    }),
    (AuthenticatedTable::Profile, |row| {
        ProfileRecord::read(row).map(drop)
    }),
    (AuthenticatedTable::Rotation, |row| {
        RotationRecord::read(row).map(drop)
    }),
    (AuthenticatedTable::Automation, |row| {
        Automation::read(row).map(drop)
    }),
];

/// The id of a row, where it can be read.
fn id(row: &Row<'_>) -> Option<String> {
    uuid(row, 0).ok().map(|id| id.to_string())
}

/// How many rows a table has; zero where that cannot be read.
pub(super) fn count(connection: &Connection, table: &str) -> u64 {
    let sql = format!("SELECT count(*) FROM {table}");
    let count = connection.query_row(&sql, [], |row| row.get::<_, i64>(0));
    count.unwrap_or(0).cast_unsigned()
}

/// The place of every environment, as far as they can be read.
fn locations(connection: &Connection) -> HashMap<Uuid, String> {
    let read = || {
        let mut statement = connection.prepare(
            "SELECT e.id, p.name, e.name FROM environment e JOIN project p ON p.id = e.project",
        )?;
        let mut rows = statement.query([])?;
        let mut locations = HashMap::new();
        while let Some(row) = rows.next()? {
            let (project, name): (String, String) = (row.get(1)?, row.get(2)?);
            locations.insert(uuid(row, 0)?, format!("{project}/{name}"));
        }
        Ok::<_, rusqlite::Error>(locations)
    };
    read().unwrap_or_default()
}

impl Check {
    /// Looks at each row; how many there are.
    pub(super) fn rows(&mut self, scene: &CheckInput<'_>) -> u64 {
        let mut seen = 0;
        // Where even that cannot be read, each table is found to be unreadable.
        let there = row_mac::tables_of(scene.connection).unwrap_or_else(|_| row_mac::TABLES.into());
        for (table, understand) in PLAIN {
            if !there.contains(&table) {
                continue;
            }
            let (name, sql) = (table.name(), table.all());
            seen += self.each(scene.connection, name, sql, |check, row| {
                if understand(row).is_err() {
                    let text = row.get::<_, String>(0).ok();
                    check.malformed(name, text.or_else(|| id(row)));
                }
            });
        }
        let locations = locations(scene.connection);
        let sql = "SELECT * FROM credential";
        seen +=
            self.each(
                scene.connection,
                "credential",
                sql,
                |check, row| match CredentialRecord::read(row) {
                    Ok(row) => {
                        let location = locations.get(&row.environment).cloned();
                        let location = location.unwrap_or_else(|| "?".into());
                        let known = KnownCredential {
                            name: format!("{location}/{}", row.name),
                            changed_at: row.changed_at,
                        };
                        check.credentials.insert(row.id, known);
                    }
                    Err(_) => check.malformed("credential", id(row)),
                },
            );
        let sql = "PRAGMA foreign_key_check";
        self.each(scene.connection, "foreign keys", sql, |check, row| {
            let name = |column| row.get::<_, String>(column).unwrap_or_default();
            let problem = VerifyProblem::MissingParent {
                table: name(0),
                parent: name(2),
            };
            check.report.find(VerifyPart::Rows, problem);
        });
        self.report.count(VerifyPart::Rows, seen);
        seen
    }

    /// Shows every row of a query; one that cannot be read to its end is a finding.
    fn each(
        &mut self,
        connection: &Connection,
        table: &'static str,
        sql: &str,
        mut look: impl FnMut(&mut Self, &Row<'_>),
    ) -> u64 {
        let mut seen = 0;
        let read = (|| {
            let mut statement = connection.prepare(sql)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                seen += 1;
                look(self, row);
            }
            Ok::<_, rusqlite::Error>(())
        })();
        if read.is_err() {
            self.table(VerifyPart::Rows, table);
        }
        seen
    }

    fn malformed(&mut self, table: &'static str, key: Option<String>) {
        self.report
            .find(VerifyPart::Rows, VerifyProblem::MalformedRow { table, key });
    }

    /// Opens the values of some versions; the last of them, where there may be more.
    pub(super) fn values(
        &mut self,
        scene: &CheckInput<'_>,
        after: Option<(Uuid, u32)>,
        most: u64,
    ) -> Option<(Uuid, u32)> {
        let (id, number) = after.unwrap_or((Uuid::nil(), 0));
        let mut last = None;
        let mut seen = 0;
        let read = (|| {
            let mut statement = scene.connection.prepare_cached(
                "SELECT * FROM version WHERE (credential, number) > (?1, ?2)
                 ORDER BY credential, number LIMIT ?3",
            )?;
            let most = most.cast_signed();
            let mut rows = statement.query(rusqlite::params![id.as_bytes(), number, most])?;
            while let Some(row) = rows.next()? {
                seen += 1;
                last = Some((uuid(row, 0)?, row.get(1)?));
                self.value(scene, row);
            }
            Ok::<_, rusqlite::Error>(())
        })();
        self.done += seen;
        self.report.count(VerifyPart::Values, seen);
        if read.is_err() {
            self.table(VerifyPart::Values, "version");
            return None;
        }
        last.filter(|_| seen == most)
    }

    fn value(&mut self, scene: &CheckInput<'_>, row: &Row<'_>) {
        let Ok(version) = VersionRecord::read(row) else {
            let credential = uuid(row, 0).map_or_else(|_| "?".into(), |id| self.name(id));
            let problem = VerifyProblem::MalformedVersion {
                credential,
                version: row.get(1).unwrap_or(0),
            };
            self.report.find(VerifyPart::Rows, problem);
            return;
        };
        let Some(blob) = &version.sealed else {
            return;
        };
        let binding = Binding {
            vault: scene.vault,
            epoch: scene.epoch,
            credential: version.credential,
            version: version.id,
        };
        if binding.check(scene.keys, blob).is_err() {
            let problem = VerifyProblem::SealedValue {
                credential: self.name(version.credential),
                version: version.number,
            };
            self.report.find(VerifyPart::Values, problem);
        }
    }

    /// Who fills a variable follows from the living credentials.
    pub(super) fn filled(&mut self, scene: &CheckInput<'_>) {
        let mut meant = HashSet::new();
        let sql = "SELECT * FROM credential WHERE deleted_at IS NULL";
        self.each(scene.connection, "credential", sql, |_, row| {
            if let Ok(row) = CredentialRecord::read(row) {
                let variables = row.fields.iter().flat_map(|field| field.variable.clone());
                meant.extend(variables.map(|variable| (row.environment, variable, row.id)));
            }
        });
        let mut kept = HashSet::new();
        let sql = "SELECT * FROM filled";
        self.each(scene.connection, "filled", sql, |check, row| {
            match (uuid(row, 0), row.get(1), uuid(row, 2)) {
                (Ok(environment), Ok(variable), Ok(credential)) => {
                    kept.insert((environment, variable, credential));
                }
                _ => check.malformed("filled", None),
            }
        });
        self.report.count(VerifyPart::Derived, kept.len() as u64);
        let mut differing: Vec<_> = meant.symmetric_difference(&kept).collect();
        differing.sort();
        for (_, variable, credential) in differing {
            let problem = VerifyProblem::VariableIndex {
                credential: self.name(*credential),
                variable: variable.clone(),
            };
            self.report.find(VerifyPart::Derived, problem);
        }
    }

    /// How often something was used follows from the log and what was cut off it.
    pub(super) fn usage(&mut self, scene: &CheckInput<'_>) {
        let mut kept = audit_trim::Uses::new();
        let sql = "SELECT * FROM usage";
        self.each(scene.connection, "usage", sql, |check, row| {
            match (uuid(row, 0), time(row, 1), row.get::<_, i64>(2)) {
                (Ok(id), Ok(last), Ok(uses)) => {
                    let usage = crate::model::Usage {
                        last_used: Some(last),
                        uses: uses.cast_unsigned(),
                    };
                    kept.insert(id, usage);
                }
                _ => check.malformed("usage", None),
            }
        });
        self.report.count(VerifyPart::Derived, kept.len() as u64);
        // Of what was erased for good only the log still knows.
        let credentials = &self.credentials;
        let mut differing: Vec<Uuid> = kept
            .keys()
            .chain(self.log.uses.keys())
            .filter(|id| {
                let meant = self
                    .log
                    .uses
                    .get(id)
                    .filter(|_| credentials.contains_key(id));
                kept.get(id).filter(|usage| usage.uses > 0) != meant.filter(|usage| usage.uses > 0)
            })
            .copied()
            .collect();
        differing.sort_unstable();
        differing.dedup();
        for id in differing {
            let credential = self.name(id);
            self.report
                .find(VerifyPart::Derived, VerifyProblem::UseCount { credential });
        }
    }

    /// The root is wrong as a sum; the log tells which rows are not as they were left.
    pub(super) fn narrow(&mut self, scene: &CheckInput<'_>) {
        let mut stored: HashSet<(Uuid, jiff::Timestamp)> = HashSet::new();
        let sql = "SELECT * FROM version";
        self.each(scene.connection, "version", sql, |_, row| {
            if let (Ok(id), Ok(at)) = (uuid(row, 0), time(row, 4)) {
                stored.insert((id, at));
            }
        });
        let changes = std::mem::take(&mut self.log.changes);
        for (id, at) in changes {
            match self.credentials.get(&id) {
                None => {
                    let credential = self.log.named.get(&id).cloned();
                    let credential = credential.unwrap_or_else(|| id.to_string());
                    self.report.find(
                        VerifyPart::Rows,
                        VerifyProblem::MissingCredential { credential },
                    );
                }
                Some(known) if known.changed_at != at => {
                    let credential = known.name.clone();
                    self.report.find(
                        VerifyPart::Rows,
                        VerifyProblem::StaleCredential { credential },
                    );
                }
                Some(_) => {}
            }
        }
        for (id, at) in std::mem::take(&mut self.log.stored) {
            if !stored.contains(&(id, at)) && self.credentials.contains_key(&id) {
                let credential = self.name(id);
                let problem = VerifyProblem::MissingVersion { credential, at };
                self.report.find(VerifyPart::Rows, problem);
            }
        }
    }
}
