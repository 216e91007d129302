//! Compares the credentials of a backup with those of the vault that it replaces.

use std::collections::{BTreeSet, HashMap};

use keyhaven_rules::settings::Settings;
use rusqlite::Connection;
use uuid::Uuid;

use super::CHECK_TAG;
use super::rights::Rights;
use crate::audit::AuditContext;
use crate::error::VaultError;
use crate::store::authenticated_writer::AuthenticatedWriter;
use crate::store::read::{self, InventoryRecord};
use crate::unlocked::Unlocked;

/// What credentials an open vault holds, to be compared with a backup.
pub struct Inventory {
    pub(crate) generation: u64,
    pub(super) rows: HashMap<Uuid, InventoryRecord>,
    /// The settings, where they can be read.
    pub(super) settings: Option<Settings>,
    /// What its owner has allowed, where that can be read.
    pub(super) rights: Option<Rights>,
}

impl Unlocked {
    /// What credentials there are, to be compared with a backup that takes their place.
    ///
    /// # Errors
    /// [`VaultError::DamagedData`], [`VaultError::Database`].
    pub fn stock(&self) -> Result<Inventory, VaultError> {
        Ok(Inventory {
            generation: self.generation(),
            rows: read::stock(&self.connection)?,
            settings: self.settings().ok(),
            rights: Rights::read(&self.connection).ok(),
        })
    }
}

/// How a backup differs from the vault it replaces.
#[derive(Default)]
pub(super) struct Differences {
    /// In the backup, and not as they were.
    pub(super) check: BTreeSet<Uuid>,
    /// Not in the backup.
    pub(super) missing: Vec<String>,
}

impl Differences {
    /// Tags what had changed since the backup.
    pub(super) fn tag(
        &self,
        connection: &Connection,
        rooted: &mut AuthenticatedWriter<'_>,
        context: &AuditContext,
    ) -> Result<(), VaultError> {
        for id in &self.check {
            let Some(mut row) = read::credential(connection, *id)? else {
                continue;
            };
            if !row.details.tags.iter().any(|tag| tag == CHECK_TAG) {
                row.details.tags.push(CHECK_TAG.into());
            }
            row.revision += 1;
            row.changed_at = context.now;
            rooted.put_credential(&row)?;
        }
        Ok(())
    }

    pub(super) fn between(
        backup: &HashMap<Uuid, InventoryRecord>,
        there: &HashMap<Uuid, InventoryRecord>,
    ) -> Self {
        let differs = |(id, old): &(&Uuid, &InventoryRecord)| {
            there
                .get(id)
                .is_none_or(|now| now.standing() != old.standing())
        };
        let check = backup.iter().filter(differs).map(|(id, _)| *id);
        let mut missing: Vec<String> = there
            .iter()
            .filter(|(id, now)| !backup.contains_key(id) && !now.deleted)
            .map(|(_, now)| now.name.clone())
            .collect();
        missing.sort();
        Self {
            check: check.collect(),
            missing,
        }
    }
}
