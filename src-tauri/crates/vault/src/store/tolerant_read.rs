//! Reads a damaged database: everything on whole pages, and the names of what is on damaged
//! ones.
//!
//! A broken page spoils its connection, so a new one is opened after each. Rows are read from
//! both ends of their table, and then one by one: their keys also stand in indices and in
//! other tables, which lie on other pages.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rusqlite::{Connection, OptionalExtension as _, Row, ToSql, params};
use uuid::Uuid;

use super::audit_search;
use super::rows::{
    CredentialRecord, ProfileRecord, RotationRecord, VersionRecord, tier_from, uuid,
};
use crate::error::VaultError;
use crate::model::{Location, Tier, TrustedFile};
use crate::rotation::Automation;
use crate::stop;

/// How the projects of what has lost its own are called, and that of lost environments.
const HOMELESS: &str = "salvaged";

/// What could be read.
#[derive(Debug, Default)]
pub(crate) struct ReadableRows {
    /// The text of the settings.
    pub(crate) settings: Option<String>,
    /// Paths of trusted files.
    pub(crate) trusted: Vec<String>,
    pub(crate) profiles: BTreeMap<Uuid, ProfileRecord>,
    /// Names of profiles that are known to have been there.
    pub(crate) lost_profiles: Vec<String>,
    pub(crate) environments: HashMap<Uuid, (Location, Tier)>,
    /// Projects that environments speak of and whose names are lost, with their new names.
    pub(crate) nameless: BTreeMap<Uuid, String>,
    pub(crate) credentials: BTreeMap<Uuid, CredentialRecord>,
    pub(crate) versions: BTreeMap<(Uuid, u32), VersionRecord>,
    pub(crate) rotations: BTreeMap<Uuid, RotationRecord>,
    pub(crate) automations: BTreeMap<Uuid, Automation>,
    /// Credentials that are known to have been there, with what is known of their names.
    pub(crate) lost: BTreeMap<Uuid, Option<String>>,
    /// Versions that are known to have been there.
    pub(crate) lost_versions: BTreeSet<(Uuid, u32)>,
}

impl ReadableRows {
    /// The location of a credential; a new one if it cannot be read.
    pub(crate) fn location(&self, environment: Uuid) -> (Location, Tier) {
        let known = self.environments.get(&environment).cloned();
        known.unwrap_or_else(|| {
            let location = Location {
                project: HOMELESS.into(),
                environment: tail(environment),
            };
            // The most careful one, since its own is not known.
            (location, Tier::Production)
        })
    }

    /// A new name for a project whose name is lost.
    fn rename(&mut self, project: Uuid) -> String {
        let name = format!("{HOMELESS}-{}", tail(project));
        self.nameless.insert(project, name.clone());
        name
    }

    /// `PROJECT/ENVIRONMENT/NAME`, or as much of it as is known.
    pub(crate) fn name(&self, id: Uuid) -> String {
        if let Some(row) = self.credentials.get(&id) {
            let (location, _) = self.location(row.environment);
            return format!("{}/{}/{}", location.project, location.environment, row.name);
        }
        match self.lost.get(&id) {
            Some(Some(name)) => name.clone(),
            _ => id.to_string(),
        }
    }
}

/// The random end of an id.
fn tail(id: Uuid) -> String {
    let text = id.simple().to_string();
    text.get(20..).unwrap_or_default().into()
}

/// A way to read that survives broken pages.
pub(crate) struct TolerantReader<'a> {
    open: &'a dyn Fn() -> Result<Connection, VaultError>,
    connection: Option<Connection>,
}

impl<'a> TolerantReader<'a> {
    pub(crate) fn new(open: &'a dyn Fn() -> Result<Connection, VaultError>) -> Self {
        Self {
            open,
            connection: None,
        }
    }

    /// Reads everything that can be.
    pub(crate) fn read(mut self) -> ReadableRows {
        let mut rescued = ReadableRows::default();
        self.locations(&mut rescued);
        self.credentials(&mut rescued);
        self.versions(&mut rescued);
        let query = ("SELECT * FROM rotation", ["credential"].as_slice());
        let rotations = self.both_ends(query, &[], RotationRecord::read);
        rescued.rotations = rotations
            .into_iter()
            .map(|row| (row.credential, row))
            .collect();
        let query = ("SELECT * FROM automation", ["credential"].as_slice());
        let automations = self.both_ends(query, &[], Automation::read);
        rescued.automations = automations
            .into_iter()
            .map(|row| (row.credential, row))
            .collect();
        let sql = "SELECT value FROM setting WHERE name = 'settings'";
        let settings = self.ask(|connection| {
            connection
                .query_row(sql, [], |row| row.get::<_, String>(0))
                .optional()
        });
        rescued.settings = settings.flatten();
        let trusted = |row: &Row<'_>| {
            let hash = row.get::<_, [u8; 32]>(1);
            let is_denial = hash.is_ok_and(|hash| hash == TrustedFile::DENIED);
            Ok((!is_denial).then_some(row.get::<_, String>(0)?))
        };
        let sql = "SELECT path, sha256 FROM trusted";
        let trusted = self.both_ends((sql, &["path"]), &[], trusted);
        rescued.trusted = trusted.into_iter().flatten().collect();
        rescued.trusted.sort();
        rescued.trusted.dedup();
        self.profiles(&mut rescued);
        rescued
    }

    /// None where what is asked for lies on a broken page.
    fn ask<T>(&mut self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Option<T> {
        // The caller does not take what is missing then for lost.
        if stop::is_stopped() {
            return None;
        }
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => (self.open)().ok()?,
        };
        let found = work(&connection).ok()?;
        self.connection = Some(connection);
        Some(found)
    }

    /// The rows of a query in the order of some columns, from its beginning and from its end,
    /// each as far as the first broken page; rows that cannot be understood are left out.
    fn both_ends<T>(
        &mut self,
        (sql, order): (&str, &[&str]),
        values: &[&dyn ToSql],
        read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Vec<T> {
        let mut found = Vec::new();
        let forwards = order.join(", ");
        let backwards = format!("{} DESC", order.join(" DESC, "));
        for order in [forwards, backwards] {
            let whole = self.ask(|connection| {
                let mut statement = connection.prepare(&format!("{sql} ORDER BY {order}"))?;
                let mut rows = statement.query(values)?;
                while let Some(row) = rows.next()? {
                    found.extend(read(row).ok());
                }
                Ok(())
            });
            if whole.is_some() {
                break;
            }
        }
        found
    }

    fn locations(&mut self, rescued: &mut ReadableRows) {
        let projects: HashMap<Uuid, String> = self
            .both_ends(("SELECT * FROM project", &["id"]), &[], |row| {
                Ok((uuid(row, 0)?, row.get(1)?))
            })
            .into_iter()
            .collect();
        let environments = self.both_ends(("SELECT * FROM environment", &["id"]), &[], |row| {
            let tier = tier_from(row.get(4)?)?;
            Ok((uuid(row, 0)?, uuid(row, 2)?, row.get::<_, String>(3)?, tier))
        });
        for (id, project, environment, tier) in environments {
            let name = projects.get(&project).cloned();
            let name = name.unwrap_or_else(|| rescued.rename(project));
            let location = Location {
                project: name,
                environment,
            };
            rescued.environments.insert(id, (location, tier));
        }
    }

    fn credentials(&mut self, rescued: &mut ReadableRows) {
        let query = ("SELECT * FROM credential", ["id"].as_slice());
        for row in self.both_ends(query, &[], CredentialRecord::read) {
            rescued.credentials.insert(row.id, row);
        }
        let mut known = BTreeSet::new();
        for (sql, order) in [
            (
                "SELECT credential FROM version",
                ["credential", "number"].as_slice(),
            ),
            (
                "SELECT credential FROM filled",
                &["environment", "variable"],
            ),
            ("SELECT credential FROM usage", &["credential"]),
        ] {
            known.extend(self.both_ends((sql, order), &[], |row| uuid(row, 0)));
        }
        known.retain(|id| !rescued.credentials.contains_key(id));
        // The log knows names. It is not checked here, and serves for nothing else.
        let names: HashMap<Uuid, String> = if known.is_empty() {
            HashMap::new()
        } else {
            let query = (
                "SELECT subjects, detail FROM audit",
                ["sequence"].as_slice(),
            );
            let named = self.both_ends(query, &[], audit_search::named);
            named.into_iter().flatten().collect()
        };
        for id in known {
            let found = self.ask(|connection| {
                let sql = "SELECT * FROM credential WHERE id = ?1";
                connection
                    .query_row(sql, [id.as_bytes()], |row| {
                        Ok(CredentialRecord::read(row).ok())
                    })
                    .optional()
            });
            match found.flatten().flatten() {
                Some(row) => {
                    rescued.credentials.insert(id, row);
                }
                None => {
                    rescued.lost.insert(id, names.get(&id).cloned());
                }
            }
        }
    }

    fn profiles(&mut self, rescued: &mut ReadableRows) {
        let query = ("SELECT * FROM profile", ["id"].as_slice());
        for row in self.both_ends(query, &[], ProfileRecord::read) {
            rescued.profiles.insert(row.id, row);
        }
        let name = |row: &Row<'_>| row.get::<_, String>(0);
        let mut names = self.both_ends(("SELECT name FROM profile", &["name"]), &[], name);
        names.retain(|name| rescued.profiles.values().all(|row| row.name != *name));
        names.sort();
        names.dedup();
        rescued.lost_profiles = names;
    }

    fn versions(&mut self, rescued: &mut ReadableRows) {
        let query = ("SELECT * FROM version", ["credential", "number"].as_slice());
        for row in self.both_ends(query, &[], VersionRecord::read) {
            rescued.versions.insert((row.credential, row.number), row);
        }
        let ids: Vec<Uuid> = rescued.credentials.keys().copied().collect();
        for id in ids {
            self.versions_of(id, rescued);
        }
    }

    /// Numbers have no gaps: what is missing below the highest one is lost, and so is the
    /// current one where there is none and nothing was revoked.
    fn versions_of(&mut self, id: Uuid, rescued: &mut ReadableRows) {
        let highest = |rescued: &ReadableRows| {
            let own = rescued.versions.range((id, 0)..=(id, u32::MAX));
            own.map(|((_, number), _)| *number).max().unwrap_or(0)
        };
        let count = rescued.versions.range((id, 0)..=(id, u32::MAX)).count();
        let whole = count > 0 && count == highest(rescued) as usize;
        if whole && self.has_current(id, rescued) {
            return;
        }
        let query = (
            "SELECT * FROM version WHERE credential = ?1",
            ["number"].as_slice(),
        );
        for row in self.both_ends(query, &[id.as_bytes()], VersionRecord::read) {
            rescued.versions.insert((id, row.number), row);
        }
        for number in 1..=highest(rescued) + 1 {
            if rescued.versions.contains_key(&(id, number)) {
                continue;
            }
            let found = self.ask(|connection| {
                let sql = "SELECT * FROM version WHERE credential = ?1 AND number = ?2";
                connection
                    .query_row(sql, params![id.as_bytes(), number], |row| {
                        Ok(VersionRecord::read(row).ok())
                    })
                    .optional()
            });
            match found {
                // There is no such version, and that can be read.
                Some(None) => {}
                Some(Some(Some(row))) => {
                    rescued.versions.insert((id, number), row);
                }
                Some(Some(None)) | None => {
                    rescued.lost_versions.insert((id, number));
                }
            }
        }
    }

    fn has_current(&self, id: Uuid, rescued: &ReadableRows) -> bool {
        let revoked = rescued
            .credentials
            .get(&id)
            .is_some_and(|row| row.revoked_at.is_some());
        let mut own = rescued.versions.range((id, 0)..=(id, u32::MAX));
        revoked || own.any(|(_, row)| row.label == crate::model::Label::Current)
    }
}
