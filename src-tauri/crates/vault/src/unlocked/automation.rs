//! The journal of automatic rotation: what a provider is asked is written before it is asked,
//! and a new key is stored before anything else happens with it.
//!
//! After an interruption the journal says which request may have been sent. It names the keys
//! at the provider that were made here: no other one is ever ended by its id.

use std::fmt::Write as _;

use uuid::Uuid;

use super::old_versions::OldVersions;
use super::{Edit, ExpectedRevision, Unlocked};
use crate::audit::{Action, AuditContext};
use crate::error::{RecordKind, Refusal, VaultError};
use crate::model::{Credential, NewValue};
use crate::random::make_array;
use crate::rotation::{Automation, AutomationStage};
use crate::store::audit::AuditEvent;
use crate::store::read;
use crate::store::rows::CredentialRecord;

/// What the name of a key at its provider begins with.
const TAG_PREFIX: &str = "kh-";
/// Random bytes in it.
const TAG_BYTES: usize = 12;
/// The detail of an audit entry that has it.
const TAG: &str = "tag";

impl Unlocked {
    /// Records that a provider is about to be asked for a new key; `known` are those that are
    /// there, where keys have no names.
    ///
    /// # Errors
    /// [`Refusal::RotationOpen`], [`Refusal::Revoked`], [`VaultError::NotFound`],
    /// [`VaultError::Changed`].
    pub fn begin_creation(
        &mut self,
        context: &AuditContext,
        seen: ExpectedRevision,
        admin: Option<Uuid>,
        known: Vec<String>,
    ) -> Result<Automation, VaultError> {
        self.change(context, |edit| {
            let row = edit.seen_living(seen)?;
            edit.check_rotatable(&row)?;
            let automation = Automation {
                credential: row.id,
                stage: AutomationStage::Creating,
                tag: edit.make_tag()?,
                admin,
                key_id: None,
                known,
                attempts: 1,
                reason: None,
                started_at: edit.now,
                changed_at: edit.now,
            };
            edit.journal(Action::RotationCreating, &row, automation)
        })
    }

    /// Records that a provider is about to be asked once more, after it is certain that no key
    /// is left of the last time.
    ///
    /// # Errors
    /// [`Refusal::NoRotation`], [`Refusal::RotationOpen`] where the new key is stored already.
    pub fn repeat_creation(
        &mut self,
        context: &AuditContext,
        credential: Uuid,
    ) -> Result<Automation, VaultError> {
        self.change(context, |edit| {
            let (row, asked) = edit.creation(credential)?;
            let automation = Automation {
                stage: AutomationStage::Creating,
                attempts: asked.attempts.saturating_add(1),
                reason: None,
                changed_at: edit.now,
                ..asked
            };
            edit.journal(Action::RotationCreating, &row, automation)
        })
    }

    /// Stores the key that a provider has made as the pending version. Whatever happened to the
    /// credential since it was asked, the key is kept; older values make room for it.
    ///
    /// # Errors
    /// [`Refusal::NoRotation`], [`Refusal::RotationOpen`], and as [`Unlocked::set_values`].
    pub fn keep_created(
        &mut self,
        context: &AuditContext,
        credential: Uuid,
        values: &[NewValue],
        key_id: Option<String>,
    ) -> Result<Credential, VaultError> {
        self.change(context, |edit| {
            let (row, asked) = edit.creation(credential)?;
            edit.rooted.put_automation(&Automation {
                stage: AutomationStage::Created,
                key_id,
                reason: None,
                changed_at: edit.now,
                ..asked
            })?;
            edit.store_pending(row, values, OldVersions::Discard)
        })
    }

    /// Records that a provider is about to be asked to end the replaced key.
    ///
    /// # Errors
    /// [`Refusal::NoRotation`], [`Refusal::NotPromoted`], [`VaultError::NotFound`],
    /// [`VaultError::Changed`].
    pub fn begin_revocation(
        &mut self,
        context: &AuditContext,
        seen: ExpectedRevision,
    ) -> Result<Automation, VaultError> {
        self.change(context, |edit| {
            let (row, open) = edit.open_rotation(seen)?;
            let asked = read::automation(edit.connection, row.id)?;
            let credential = row.name.clone();
            let Some(asked) = asked else {
                return Err(Refusal::NoRotation { credential }.into());
            };
            if open.replaced.is_none() {
                return Err(Refusal::NotPromoted { credential }.into());
            }
            let automation = Automation {
                stage: AutomationStage::Revoking,
                reason: None,
                changed_at: edit.now,
                ..asked
            };
            edit.journal(Action::RotationRevoking, &row, automation)
        })
    }

    /// Records that an automatic rotation does not go on without a person, and why.
    ///
    /// # Errors
    /// [`Refusal::NoRotation`].
    pub fn halt_automation(
        &mut self,
        context: &AuditContext,
        credential: Uuid,
        reason: Option<String>,
    ) -> Result<Automation, VaultError> {
        self.change(context, |edit| {
            let (row, asked) = edit.automation(credential)?;
            let automation = Automation {
                stage: AutomationStage::NeedsPerson,
                reason,
                changed_at: edit.now,
                ..asked
            };
            edit.journal(Action::RotationHalted, &row, automation)
        })
    }

    /// Records that an automatic rotation ended without a new key: it is certain that none is
    /// left at the provider.
    ///
    /// # Errors
    /// [`Refusal::NoRotation`], [`Refusal::RotationOpen`] where the new key is stored already.
    pub fn end_creation(
        &mut self,
        context: &AuditContext,
        credential: Uuid,
    ) -> Result<(), VaultError> {
        self.change(context, |edit| {
            let (row, asked) = edit.creation(credential)?;
            edit.rooted.delete_automation(row.id)?;
            let event = edit.journal_event(Action::RotationDropped, &row, &asked)?;
            Ok(((), Some(event)))
        })
    }
}

impl Edit<'_> {
    /// Ends an automatic rotation that has no new value yet, where its owner undoes it; none
    /// where there is a value, or no such rotation.
    pub(super) fn drop_creation(
        &mut self,
        seen: ExpectedRevision,
    ) -> Result<Option<(Credential, Option<AuditEvent>)>, VaultError> {
        let row = self.seen_living(seen)?;
        if read::rotation(self.connection, row.id)?.is_some() {
            return Ok(None);
        }
        let Some(asked) = read::automation(self.connection, row.id)? else {
            return Ok(None);
        };
        self.rooted.delete_automation(row.id)?;
        let event = self.journal_event(Action::RotationDropped, &row, &asked)?;
        let environment = read::environment_by_id(self.connection, row.environment)?;
        Ok(Some((row.into_credential(&environment), Some(event))))
    }

    /// A credential, wherever it is, and what its automatic rotation asks.
    fn automation(&self, credential: Uuid) -> Result<(CredentialRecord, Automation), VaultError> {
        let row = read::credential(self.connection, credential)?;
        let row = row.ok_or(VaultError::NotFound(RecordKind::Credential))?;
        match read::automation(self.connection, credential)? {
            Some(asked) => Ok((row, asked)),
            None => {
                let credential = row.name;
                Err(Refusal::NoRotation { credential }.into())
            }
        }
    }

    /// The same while there is no new value.
    fn creation(&self, credential: Uuid) -> Result<(CredentialRecord, Automation), VaultError> {
        let (row, asked) = self.automation(credential)?;
        match read::rotation(self.connection, credential)? {
            None => Ok((row, asked)),
            Some(open) => {
                let (credential, started_at) = (row.name, open.started_at);
                Err(Refusal::RotationOpen {
                    credential,
                    started_at,
                }
                .into())
            }
        }
    }

    fn journal(
        &mut self,
        action: Action,
        row: &CredentialRecord,
        automation: Automation,
    ) -> Result<(Automation, Option<AuditEvent>), VaultError> {
        self.rooted.put_automation(&automation)?;
        let event = self.journal_event(action, row, &automation)?;
        Ok((automation, Some(event)))
    }

    fn journal_event(
        &self,
        action: Action,
        row: &CredentialRecord,
        automation: &Automation,
    ) -> Result<AuditEvent, VaultError> {
        let environment = read::environment_by_id(self.connection, row.environment)?;
        Ok(self
            .event(action, row, &environment)
            .with(TAG, &automation.tag))
    }

    fn make_tag(&mut self) -> Result<String, VaultError> {
        let bytes: [u8; TAG_BYTES] = make_array(self.random)?;
        let mut tag = TAG_PREFIX.to_owned();
        for byte in bytes {
            // Writing into a text does not fail.
            let _ = write!(tag, "{byte:02x}");
        }
        Ok(tag)
    }
}
