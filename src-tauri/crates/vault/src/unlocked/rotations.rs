//! Rotation: a new value takes the place of the current one in stages, each one transaction.
//!
//! At every point the version that is in use is one that was in use before, or one that was
//! promoted: a new value is stored as pending, which no program receives, and it is promoted by
//! swapping labels. What is open can be taken up again at any time, after any interruption.

use std::collections::HashMap;

use jiff::Timestamp;
use keyhaven_rules::Verdict;
use uuid::Uuid;

use super::old_versions::OldVersions;
use super::{Edit, ExpectedRevision, Unlocked};
use crate::audit::{Action, AuditContext, AuditOutcome, Detail, VERSION};
use crate::error::{RecordKind, Refusal, VaultError};
use crate::model::{Credential, ExpiryChange, Label, Moment, NewValue};
use crate::rotation::{Automation, NewValueCheck, Rotation};
use crate::store::audit::AuditEvent;
use crate::store::read;
use crate::store::rows::{CredentialRecord, RotationRecord};

impl Unlocked {
    /// Begins a rotation: stores new values as the pending version. Fields that are not named
    /// keep theirs.
    ///
    /// # Errors
    /// [`Refusal::RotationOpen`], [`Refusal::SameValue`], [`Refusal::Revoked`], and as
    /// [`Unlocked::set_values`].
    pub fn start_rotation(
        &mut self,
        context: &AuditContext,
        seen: ExpectedRevision,
        values: &[NewValue],
        old: OldVersions,
    ) -> Result<Credential, VaultError> {
        let is_same = self.holds(seen.id, values)?;
        self.change(context, |edit| {
            let row = edit.seen_living(seen)?;
            edit.check_rotatable(&row)?;
            if is_same {
                let credential = row.name;
                return Err(Refusal::SameValue { credential }.into());
            }
            edit.store_pending(row, values, old)
        })
    }

    /// Records what the provider said of a version, after its value was sent there. Where it is
    /// the new value of an open rotation, that keeps it.
    ///
    /// # Errors
    /// [`VaultError::DiskFull`], [`VaultError::Database`], [`VaultError::Io`].
    pub fn record_check(
        &mut self,
        context: &AuditContext,
        credential: Uuid,
        version: u32,
        found: Verdict,
        detail: Detail,
    ) -> Result<(), VaultError> {
        let open = read::rotation(&self.connection, credential)?;
        let Some(open) = open.filter(|open| open.version == version) else {
            let (action, outcome) = (Action::Checked, AuditOutcome::Done);
            let recorded = self.record_use(context, action, outcome, &[credential], detail);
            return recorded.map(drop);
        };
        self.change(context, |edit| {
            let at = edit.now;
            edit.rooted.put_rotation(&RotationRecord {
                check: Some(NewValueCheck { found, at }),
                changed_at: at,
                ..open
            })?;
            let mut event = AuditEvent::done(Action::Checked).about(credential);
            event.detail = detail;
            Ok(((), Some(event)))
        })
    }

    /// Makes the pending version the current one; the current one becomes previous, with a grace
    /// period. Dates change as with any new value. Changes nothing where that was done before.
    ///
    /// # Errors
    /// [`Refusal::NoRotation`], [`VaultError::NotFound`], [`VaultError::Changed`],
    /// [`VaultError::Invalid`].
    pub fn promote_rotation(
        &mut self,
        context: &AuditContext,
        seen: ExpectedRevision,
        expiry: ExpiryChange,
        rotate_due: Option<Moment>,
    ) -> Result<Credential, VaultError> {
        let settings = self.settings()?;
        self.change(context, |edit| {
            let (mut row, open) = edit.open_rotation(seen)?;
            if open.replaced.is_some() {
                let environment = read::environment_by_id(edit.connection, row.environment)?;
                return Ok((row.into_credential(&environment), None));
            }
            let current = read::current_version(edit.connection, row.id)?;
            let current = current.ok_or(VaultError::NotFound(RecordKind::Version))?;
            edit.make_current(row.id, open.version, &settings)?;
            edit.rooted.put_rotation(&RotationRecord {
                replaced: Some(current.number),
                expires: row.dates.expires,
                rotate_due: row.dates.rotate_due,
                changed_at: edit.now,
                ..open
            })?;
            edit.renew_dates(&mut row, expiry, rotate_due)?;
            edit.finish_step(Action::RotationPromoted, row, open.version)
        })
    }

    /// Ends a rotation after the replaced value was revoked at its provider: its version is
    /// marked so.
    ///
    /// # Errors
    /// [`Refusal::NoRotation`], [`Refusal::NotPromoted`], [`VaultError::NotFound`],
    /// [`VaultError::Changed`].
    pub fn finish_rotation(
        &mut self,
        context: &AuditContext,
        seen: ExpectedRevision,
    ) -> Result<Credential, VaultError> {
        self.change(context, |edit| {
            let (row, open) = edit.open_rotation(seen)?;
            let Some(replaced) = open.replaced else {
                let credential = row.name;
                return Err(Refusal::NotPromoted { credential }.into());
            };
            edit.change_version(row.id, replaced, |version| {
                version.label = Label::Revoked;
                version.grace_until = None;
            })?;
            edit.drop_rotation(row.id)?;
            edit.finish_step(Action::RotationFinished, row, replaced)
        })
    }

    /// Undoes a rotation. A pending value is erased. One in use becomes previous again, and the
    /// replaced one current, with the dates it had.
    ///
    /// # Errors
    /// [`Refusal::NoRotation`], [`Refusal::RotationOvertaken`], [`Refusal::VersionErased`],
    /// [`VaultError::NotFound`], [`VaultError::Changed`].
    pub fn abort_rotation(
        &mut self,
        context: &AuditContext,
        seen: ExpectedRevision,
    ) -> Result<Credential, VaultError> {
        let settings = self.settings()?;
        self.change(context, |edit| {
            if let Some(dropped) = edit.drop_creation(seen)? {
                return Ok(dropped);
            }
            let (mut row, open) = edit.open_rotation(seen)?;
            edit.drop_rotation(row.id)?;
            let Some(replaced) = open.replaced else {
                edit.change_version(row.id, open.version, |version| {
                    version.label = Label::Revoked;
                    version.sealed = None;
                })?;
                return edit.finish_step(Action::RotationAborted, row, open.version);
            };
            let current = read::current_version(edit.connection, row.id)?;
            if current.is_none_or(|current| current.number != open.version) {
                let credential = row.name;
                return Err(Refusal::RotationOvertaken { credential }.into());
            }
            let created_at = edit.make_current(row.id, replaced, &settings)?;
            row.dates.rotated_at = Some(created_at);
            row.dates.expires = open.expires;
            row.dates.rotate_due = open.rotate_due;
            edit.finish_step(Action::RotationUndone, row, replaced)
        })
    }

    /// The open rotations of living credentials, the oldest first.
    ///
    /// # Errors
    /// [`VaultError::DamagedData`], [`VaultError::Database`].
    pub fn rotations(&self) -> Result<Vec<Rotation>, VaultError> {
        let mut open = Vec::new();
        for row in read::rotations(&self.connection)? {
            open.push(self.rotation_of(&row)?);
        }
        for automation in read::automations(&self.connection)? {
            if !open
                .iter()
                .any(|open| open.credential == automation.credential)
            {
                open.push(self.creation_of(automation)?);
            }
        }
        open.sort_by_key(|open| open.started_at);
        Ok(open)
    }

    /// The open rotation of a credential.
    ///
    /// # Errors
    /// [`VaultError::DamagedData`], [`VaultError::Database`].
    pub fn rotation(&self, credential: Uuid) -> Result<Option<Rotation>, VaultError> {
        if let Some(row) = read::rotation(&self.connection, credential)? {
            return self.rotation_of(&row).map(Some);
        }
        let automation = read::automation(&self.connection, credential)?;
        automation
            .map(|automation| self.creation_of(automation))
            .transpose()
    }

    /// When replaced values are to be revoked at their providers, by credential.
    pub(super) fn revocations(&self) -> Result<HashMap<Uuid, Timestamp>, VaultError> {
        let open = self.rotations()?;
        let each = open.iter();
        Ok(each
            .filter_map(|open| Some((open.credential, open.revoke_at()?)))
            .collect())
    }

    fn rotation_of(&self, row: &RotationRecord) -> Result<Rotation, VaultError> {
        let replaced = match row.replaced {
            Some(number) => read::version(&self.connection, row.credential, number)?,
            None => None,
        };
        Ok(Rotation {
            credential: row.credential,
            version: row.version,
            replaced: row.replaced,
            grace_until: replaced.and_then(|version| version.grace_until),
            check: row.check,
            automation: read::automation(&self.connection, row.credential)?,
            started_at: row.started_at,
            changed_at: row.changed_at,
        })
    }

    /// A rotation whose new value is not stored yet.
    fn creation_of(&self, automation: Automation) -> Result<Rotation, VaultError> {
        let versions = read::versions(&self.connection, automation.credential)?;
        Ok(Rotation {
            credential: automation.credential,
            version: versions.first().map_or(1, |newest| newest.number + 1),
            replaced: None,
            grace_until: None,
            check: None,
            started_at: automation.started_at,
            changed_at: automation.changed_at,
            automation: Some(automation),
        })
    }
}

impl Edit<'_> {
    /// Whether a rotation may begin.
    pub(super) fn check_rotatable(&self, row: &CredentialRecord) -> Result<(), VaultError> {
        let credential = row.name.clone();
        if row.revoked_at.is_some() {
            let id = row.id;
            return Err(Refusal::Revoked { credential, id }.into());
        }
        let open = read::rotation(self.connection, row.id)?.map(|open| open.started_at);
        let asked = read::automation(self.connection, row.id)?.map(|asked| asked.started_at);
        match open.or(asked) {
            None => Ok(()),
            Some(started_at) => Err(Refusal::RotationOpen {
                credential,
                started_at,
            }
            .into()),
        }
    }

    /// Stores new values as the pending version of a rotation that begins with it.
    pub(super) fn store_pending(
        &mut self,
        row: CredentialRecord,
        values: &[NewValue],
        old: OldVersions,
    ) -> Result<(Credential, Option<AuditEvent>), VaultError> {
        let version = self.new_version(&row, values, Label::Pending)?;
        self.make_room(&row, old)?;
        self.rooted.put_version(&version)?;
        self.rooted.put_rotation(&RotationRecord {
            credential: row.id,
            version: version.number,
            replaced: None,
            expires: None,
            rotate_due: None,
            check: None,
            started_at: self.now,
            changed_at: self.now,
        })?;
        self.finish_step(Action::RotationStarted, row, version.number)
    }

    /// A living credential and its open rotation.
    pub(super) fn open_rotation(
        &self,
        seen: ExpectedRevision,
    ) -> Result<(CredentialRecord, RotationRecord), VaultError> {
        let row = self.seen_living(seen)?;
        match read::rotation(self.connection, row.id)? {
            Some(open) => Ok((row, open)),
            None => {
                let credential = row.name;
                Err(Refusal::NoRotation { credential }.into())
            }
        }
    }

    /// Closes the rotation of a credential whose versions change otherwise, if one is open.
    pub(super) fn drop_rotation(&mut self, credential: Uuid) -> Result<(), VaultError> {
        if read::rotation(self.connection, credential)?.is_none() {
            // A key that was asked for may exist at the provider, and is not forgotten.
            return Ok(());
        }
        self.rooted.delete_rotation(credential)?;
        match read::automation(self.connection, credential)? {
            Some(_) => self.rooted.delete_automation(credential),
            None => Ok(()),
        }
    }

    pub(super) fn finish_step(
        &mut self,
        action: Action,
        row: CredentialRecord,
        version: u32,
    ) -> Result<(Credential, Option<AuditEvent>), VaultError> {
        let (credential, event) = self.finish(action, row)?;
        let event = event.map(|event| event.with(VERSION, version.to_string()));
        Ok((credential, event))
    }
}
