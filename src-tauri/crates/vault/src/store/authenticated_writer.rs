//! The one writer of rooted tables.
//!
//! Each write reads the old row in the same transaction, takes its MAC out of the root,
//! writes, reads the new row back and puts its MAC in. What is in the root is therefore
//! what the database holds, not what somebody meant to store.
//!
//! It is long because each table has its statements here and nowhere else.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, ToSql, params};
use uuid::Uuid;

use super::row_mac::{AuthenticatedTable, Root, RowTagger};
use super::rows::{
    CredentialRecord, EnvironmentRecord, ProfileRecord, RotationRecord, VersionRecord,
    automation_stage_number, found_number, label_number, tier_number,
};
use crate::crypto::mac::MacKey;
use crate::error::{DataDamage, VaultError};
use crate::model::{Details, TrustedFile};
use crate::rotation::Automation;

/// Writes rows and keeps the root.
pub(crate) struct AuthenticatedWriter<'a> {
    connection: &'a Connection,
    tagger: RowTagger,
    root: Root,
}

impl<'a> AuthenticatedWriter<'a> {
    /// Begins with the root before the transaction.
    pub(crate) fn new(connection: &'a Connection, key: &MacKey, root: Root) -> Self {
        Self {
            connection,
            tagger: RowTagger::new(key),
            root,
        }
    }

    /// The root after all that was written.
    pub(crate) fn root(&self) -> Root {
        self.root
    }

    /// Stores a row: `insert` where there is none of that key, else `update`. One statement
    /// for both (an upsert) would make SQLite keep a copy of each page it changes.
    fn put(
        &mut self,
        table: AuthenticatedTable,
        key: &[&dyn ToSql],
        [insert, update]: [&str; 2],
        values: &[&dyn ToSql],
    ) -> Result<(), VaultError> {
        let old = self.tag(table, key)?;
        let sql = if old.is_some() { update } else { insert };
        self.execute(old, sql, values)?;
        let new = self.tag(table, key)?.ok_or(DataDamage::Malformed)?;
        self.root.add(&new);
        Ok(())
    }

    /// Takes a row out; it must be there.
    fn delete(
        &mut self,
        table: AuthenticatedTable,
        key: &[&dyn ToSql],
        sql: &str,
    ) -> Result<(), VaultError> {
        let old = self.tag(table, key)?;
        self.execute(old, sql, key)
    }

    fn execute(
        &mut self,
        old: Option<[u8; 32]>,
        sql: &str,
        values: &[&dyn ToSql],
    ) -> Result<(), VaultError> {
        if self.connection.prepare_cached(sql)?.execute(values)? != 1 {
            return Err(DataDamage::Malformed.into());
        }
        if let Some(tag) = old {
            self.root.subtract(&tag);
        }
        Ok(())
    }

    fn tag(
        &mut self,
        table: AuthenticatedTable,
        key: &[&dyn ToSql],
    ) -> Result<Option<[u8; 32]>, VaultError> {
        let mut statement = self.connection.prepare_cached(table.one())?;
        let mut rows = statement.query(key)?;
        match rows.next()? {
            Some(row) => self.tagger.tag(table, row).map(Some),
            None => Ok(None),
        }
    }

    pub(crate) fn insert_project(
        &mut self,
        id: Uuid,
        name: &str,
        created_at: Timestamp,
    ) -> Result<(), VaultError> {
        self.put(
            AuthenticatedTable::Project,
            &[id.as_bytes()],
            // A project is never changed: its id again would be refused.
            ["INSERT INTO project VALUES (?1, ?2, ?3)"; 2],
            params![id.as_bytes(), name, created_at.as_microsecond()],
        )
    }

    pub(crate) fn put_environment(&mut self, row: &EnvironmentRecord) -> Result<(), VaultError> {
        self.put(
            AuthenticatedTable::Environment,
            &[row.id.as_bytes()],
            [
                "INSERT INTO environment VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                "UPDATE environment SET revision = ?2, tier = ?5, created_at = ?6 WHERE id = ?1",
            ],
            params![
                row.id.as_bytes(),
                row.revision,
                row.project.as_bytes(),
                row.location.environment,
                tier_number(row.tier),
                row.created_at.as_microsecond(),
            ],
        )
    }

    /// Takes an environment out; nothing is in it.
    pub(crate) fn delete_environment(&mut self, id: Uuid) -> Result<(), VaultError> {
        self.delete(
            AuthenticatedTable::Environment,
            &[id.as_bytes()],
            "DELETE FROM environment WHERE id = ?1",
        )
    }

    /// Takes a project out; it has no environment.
    pub(crate) fn delete_project(&mut self, id: Uuid) -> Result<(), VaultError> {
        self.delete(
            AuthenticatedTable::Project,
            &[id.as_bytes()],
            "DELETE FROM project WHERE id = ?1",
        )
    }

    pub(crate) fn put_credential(&mut self, row: &CredentialRecord) -> Result<(), VaultError> {
        let fields = to_json(&row.fields)?;
        let details = (row.details != Details::default())
            .then(|| to_json(&row.details))
            .transpose()?;
        let lead_times = row.dates.lead_times.as_ref().map(to_json).transpose()?;
        self.put(
            AuthenticatedTable::Credential,
            &[row.id.as_bytes()],
            [
                "INSERT INTO credential VALUES
                 (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
                "UPDATE credential SET
                 revision = ?2, environment = ?3, name = ?4, provider = ?5, fields = ?6,
                 details = ?7, expires = ?8, rotate_every = ?9, rotate_due = ?10,
                 rotated_at = ?11, snoozed_until = ?12, lead_times = ?13, source_id = ?14,
                 revoked_at = ?15, deleted_at = ?16, changed_at = ?18 WHERE id = ?1",
            ],
            params![
                row.id.as_bytes(),
                row.revision,
                row.environment.as_bytes(),
                row.name,
                row.provider,
                fields,
                details,
                row.dates.expires.map(|moment| moment.to_string()),
                row.dates.rotate_every_days,
                row.dates.rotate_due.map(|moment| moment.to_string()),
                row.dates.rotated_at.map(Timestamp::as_microsecond),
                row.dates.snoozed_until.map(|moment| moment.to_string()),
                lead_times,
                row.source_id,
                row.revoked_at.map(Timestamp::as_microsecond),
                row.deleted_at.map(Timestamp::as_microsecond),
                row.created_at.as_microsecond(),
                row.changed_at.as_microsecond(),
            ],
        )?;
        self.forget_variables(row.id)?;
        if row.deleted_at.is_none() {
            self.keep_variables(row)?;
        }
        Ok(())
    }

    fn forget_variables(&self, credential: Uuid) -> Result<(), VaultError> {
        self.connection
            .prepare_cached("DELETE FROM filled WHERE credential = ?1")?
            .execute([credential.as_bytes()])?;
        Ok(())
    }

    fn keep_variables(&self, row: &CredentialRecord) -> Result<(), VaultError> {
        for variable in row.fields.iter().flat_map(|field| &field.variable) {
            self.connection
                .prepare_cached("INSERT INTO filled VALUES (?1, ?2, ?3)")?
                .execute(params![
                    row.environment.as_bytes(),
                    variable,
                    row.id.as_bytes()
                ])?;
        }
        Ok(())
    }

    pub(crate) fn put_version(&mut self, row: &VersionRecord) -> Result<(), VaultError> {
        self.put(
            AuthenticatedTable::Version,
            &[row.credential.as_bytes(), &row.number],
            [
                "INSERT INTO version VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                "UPDATE version SET label = ?4, grace_until = ?6, sealed = ?7
                 WHERE credential = ?1 AND number = ?2",
            ],
            params![
                row.credential.as_bytes(),
                row.number,
                row.id.as_bytes(),
                label_number(row.label),
                row.created_at.as_microsecond(),
                row.grace_until.map(Timestamp::as_microsecond),
                row.sealed,
            ],
        )
    }

    /// Takes a credential and all its versions out for good.
    pub(crate) fn erase_credential(&mut self, id: Uuid) -> Result<(), VaultError> {
        let numbers: Vec<u32> = self
            .connection
            .prepare_cached("SELECT number FROM version WHERE credential = ?1")?
            .query_map([id.as_bytes()], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        for number in numbers {
            self.delete(
                AuthenticatedTable::Version,
                &[id.as_bytes(), &number],
                "DELETE FROM version WHERE credential = ?1 AND number = ?2",
            )?;
        }
        self.forget_variables(id)?;
        if self
            .tag(AuthenticatedTable::Rotation, &[id.as_bytes()])?
            .is_some()
        {
            self.delete_rotation(id)?;
        }
        if self
            .tag(AuthenticatedTable::Automation, &[id.as_bytes()])?
            .is_some()
        {
            self.delete_automation(id)?;
        }
        self.delete(
            AuthenticatedTable::Credential,
            &[id.as_bytes()],
            "DELETE FROM credential WHERE id = ?1",
        )
    }

    pub(crate) fn put_setting(&mut self, name: &str, value: &str) -> Result<(), VaultError> {
        self.put(
            AuthenticatedTable::Setting,
            &[&name],
            [
                "INSERT INTO setting VALUES (?1, ?2)",
                "UPDATE setting SET value = ?2 WHERE name = ?1",
            ],
            params![name, value],
        )
    }

    pub(crate) fn put_trusted(&mut self, file: &TrustedFile) -> Result<(), VaultError> {
        self.put(
            AuthenticatedTable::Trusted,
            &[&file.path, &file.sha256],
            [
                "INSERT INTO trusted VALUES (?1, ?2, ?3, ?4)",
                "UPDATE trusted SET production = ?3, allowed_at = ?4
                 WHERE path = ?1 AND sha256 = ?2",
            ],
            params![
                file.path,
                file.sha256,
                file.production,
                file.allowed_at.as_microsecond()
            ],
        )
    }

    pub(crate) fn delete_trusted(&mut self, file: &TrustedFile) -> Result<(), VaultError> {
        self.delete(
            AuthenticatedTable::Trusted,
            &[&file.path, &file.sha256],
            "DELETE FROM trusted WHERE path = ?1 AND sha256 = ?2",
        )
    }

    pub(crate) fn put_profile(&mut self, row: &ProfileRecord) -> Result<(), VaultError> {
        let config = to_json(&row.config)?;
        self.put(
            AuthenticatedTable::Profile,
            &[row.id.as_bytes()],
            [
                "INSERT INTO profile VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                "UPDATE profile SET revision = ?2, name = ?3, environment = ?4, recipe = ?5,
                 changed_at = ?7 WHERE id = ?1",
            ],
            params![
                row.id.as_bytes(),
                row.revision,
                row.name,
                row.environment.as_bytes(),
                config,
                row.created_at.as_microsecond(),
                row.changed_at.as_microsecond(),
            ],
        )
    }

    pub(crate) fn delete_profile(&mut self, id: Uuid) -> Result<(), VaultError> {
        self.delete(
            AuthenticatedTable::Profile,
            &[id.as_bytes()],
            "DELETE FROM profile WHERE id = ?1",
        )
    }

    pub(crate) fn put_rotation(&mut self, row: &RotationRecord) -> Result<(), VaultError> {
        self.put(
            AuthenticatedTable::Rotation,
            &[row.credential.as_bytes()],
            [
                "INSERT INTO rotation VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                "UPDATE rotation SET version = ?2, replaced = ?3, expires = ?4, rotate_due = ?5,
                 found = ?6, found_at = ?7, started_at = ?8, changed_at = ?9
                 WHERE credential = ?1",
            ],
            params![
                row.credential.as_bytes(),
                row.version,
                row.replaced,
                row.expires.map(|moment| moment.to_string()),
                row.rotate_due.map(|moment| moment.to_string()),
                row.check.map(|check| found_number(check.found)),
                row.check.map(|check| check.at.as_microsecond()),
                row.started_at.as_microsecond(),
                row.changed_at.as_microsecond(),
            ],
        )
    }

    /// Closes a rotation; it must be open.
    pub(crate) fn delete_rotation(&mut self, credential: Uuid) -> Result<(), VaultError> {
        self.delete(
            AuthenticatedTable::Rotation,
            &[credential.as_bytes()],
            "DELETE FROM rotation WHERE credential = ?1",
        )
    }

    pub(crate) fn put_automation(&mut self, row: &Automation) -> Result<(), VaultError> {
        let known = to_json(&row.known)?;
        self.put(
            AuthenticatedTable::Automation,
            &[row.credential.as_bytes()],
            [
                "INSERT INTO automation VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                "UPDATE automation SET stage = ?2, tag = ?3, admin = ?4, key_id = ?5,
                 known = ?6, attempts = ?7, reason = ?8, started_at = ?9, changed_at = ?10
                 WHERE credential = ?1",
            ],
            params![
                row.credential.as_bytes(),
                automation_stage_number(row.stage),
                row.tag,
                row.admin.as_ref().map(Uuid::as_bytes),
                row.key_id,
                known,
                row.attempts,
                row.reason,
                row.started_at.as_microsecond(),
                row.changed_at.as_microsecond(),
            ],
        )
    }

    /// Forgets what an automatic rotation asks; there must be one.
    pub(crate) fn delete_automation(&mut self, credential: Uuid) -> Result<(), VaultError> {
        self.delete(
            AuthenticatedTable::Automation,
            &[credential.as_bytes()],
            "DELETE FROM automation WHERE credential = ?1",
        )
    }

    /// The id of a project by name.
    pub(crate) fn project(&self, name: &str) -> Result<Option<Uuid>, VaultError> {
        let id = self
            .connection
            .prepare_cached("SELECT id FROM project WHERE name = ?1")?
            .query_row([name], |row| row.get(0).map(Uuid::from_bytes))
            .optional()?;
        Ok(id)
    }
}

pub(crate) fn to_json<T: serde::Serialize>(value: &T) -> Result<String, VaultError> {
    // These types have string keys and no floats, so this does not fail.
    serde_json::to_string(value).map_err(|_| DataDamage::Malformed.into())
}
