//! Import sessions: a report first, then all of it in one transaction, or nothing.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::environments::new_tier;
use super::{Edit, Unlocked};
use crate::audit::{Action, AuditContext};
use crate::error::{Invalid, RecordKind, Refusal, VaultError};
use crate::import::{
    ImportConflict, ImportEffect, ImportEffects, ImportLine, ImportRecord, ImportTarget,
};
use crate::model::{Dates, Details, Field, NewCredential, NewField, NewValue, Tier};
use crate::names;
use crate::settings::Settings;
use crate::store::audit::AuditEvent;
use crate::store::read;
use crate::store::rows::{CredentialRecord, VersionRecord};

/// The field of an imported credential.
const FIELD: &str = "value";

impl Unlocked {
    /// What an import would do.
    ///
    /// # Errors
    /// [`VaultError::Invalid`] for the names of the place, [`crate::Refusal::Tier`].
    pub fn preview_import(
        &self,
        target: &ImportTarget,
        items: &[ImportRecord],
    ) -> Result<ImportEffects, VaultError> {
        names::check_location(&target.location)?;
        let environment = read::environment_by_place(&self.connection, &target.location)?;
        let tier = environment.as_ref().map(|row| row.tier);
        if let (Some(known), Some(said)) = (tier, target.tier)
            && known != said
        {
            return Err(Refusal::Tier(known).into());
        }
        let known = match &environment {
            Some(row) => read::credentials_of(&self.connection, row.id)?,
            None => Vec::new(),
        };
        let plan = PlannedImport::new(&known, items);
        let lines = items.iter().map(|item| {
            let (name, outcome) = plan.outcome(item, |row| self.compared(row, item))?;
            Ok(ImportLine {
                source_id: item.source_id.clone(),
                name,
                outcome,
            })
        });
        Ok(ImportEffects {
            lines: lines.collect::<Result<_, VaultError>>()?,
            tier: tier.unwrap_or_else(|| new_tier(&target.location, target.tier)),
            new_environment: environment.is_none(),
        })
    }

    /// Carries an import out, in one transaction. Importing twice changes nothing.
    ///
    /// # Errors
    /// [`Invalid::ImportConflicts`] where the report has conflicts: nothing was changed; and
    /// as [`Unlocked::preview_import`].
    pub fn apply_import(
        &mut self,
        context: &AuditContext,
        target: &ImportTarget,
        items: &[ImportRecord],
    ) -> Result<ImportEffects, VaultError> {
        let report = self.preview_import(target, items)?;
        if report.conflicts() > 0 {
            return Err(Invalid::ImportConflicts(report.conflicts()).into());
        }
        let settings = self.settings()?;
        self.change(context, |edit| {
            let event = edit.import(target, report.tier, items, &report.lines, &settings)?;
            Ok((report, event))
        })
    }

    /// What the item's value would do to the credential of its source.
    fn compared(
        &self,
        row: &CredentialRecord,
        item: &ImportRecord,
    ) -> Result<ImportEffect, VaultError> {
        let credential = row.id;
        let current = read::current_version(&self.connection, credential)?;
        let current = current.ok_or(VaultError::NotFound(RecordKind::Version))?;
        if self.open_value(&current, FIELD)? == item.value {
            return Ok(ImportEffect::Unchanged { credential });
        }
        for version in read::versions(&self.connection, credential)? {
            if self.held(&version, item)? {
                return Ok(ImportEffect::Older { credential });
            }
        }
        Ok(ImportEffect::Updated { credential })
    }

    /// Whether a version, whose values may be erased by now, has the item's value.
    fn held(&self, version: &VersionRecord, item: &ImportRecord) -> Result<bool, VaultError> {
        match self.open_value(version, FIELD) {
            Ok(value) => Ok(value == item.value),
            Err(
                VaultError::Refused(Refusal::VersionErased(_))
                | VaultError::NotFound(RecordKind::Field),
            ) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// What is there, by everything an item could meet.
struct PlannedImport<'a> {
    by_source: HashMap<&'a str, &'a CredentialRecord>,
    by_name: HashMap<&'a str, &'a CredentialRecord>,
    by_variable: HashMap<&'a str, &'a CredentialRecord>,
    twice: HashSet<&'a str>,
}

impl<'a> PlannedImport<'a> {
    fn new(known: &'a [CredentialRecord], items: &'a [ImportRecord]) -> Self {
        let mut by_variable = HashMap::new();
        for row in known {
            let variables = row
                .fields
                .iter()
                .filter_map(|field| field.variable.as_deref());
            by_variable.extend(variables.map(|variable| (variable, row)));
        }
        let source = |row: &'a CredentialRecord| Some((row.source_id.as_deref()?, row));
        Self {
            by_source: known.iter().filter_map(source).collect(),
            by_name: known.iter().map(|row| (row.name.as_str(), row)).collect(),
            by_variable,
            twice: sources_that_meet(items),
        }
    }

    /// The name an item has or gets, and what it would do.
    fn outcome(
        &self,
        item: &ImportRecord,
        compared: impl Fn(&CredentialRecord) -> Result<ImportEffect, VaultError>,
    ) -> Result<(String, ImportEffect), VaultError> {
        let conflict = |conflict| Ok((item.name.clone(), ImportEffect::Conflict(conflict)));
        if self.twice.contains(item.source_id.as_str()) {
            return conflict(ImportConflict::Twice);
        }
        if let Err(invalid) = check_item(item) {
            return conflict(ImportConflict::Invalid(invalid));
        }
        if let Some(row) = self.by_source.get(item.source_id.as_str()) {
            let credential = row.id;
            let single = matches!(row.fields.as_slice(), [only] if only.name == FIELD);
            if row.revoked_at.is_some() || !single {
                return conflict(ImportConflict::NotUpdatable { credential });
            }
            return Ok((row.name.clone(), compared(row)?));
        }
        if let Some(row) = self.by_name.get(item.name.as_str()) {
            return conflict(ImportConflict::NameTaken { credential: row.id });
        }
        let filled = item.variable.as_deref();
        if let Some(row) = filled.and_then(|variable| self.by_variable.get(variable)) {
            let credential = row.name.clone();
            return conflict(ImportConflict::VariableTaken { credential });
        }
        Ok((item.name.clone(), ImportEffect::New))
    }
}

/// Sources of items that share a source, a name or a variable with another item.
fn sources_that_meet(items: &[ImportRecord]) -> HashSet<&str> {
    let mut first: HashMap<(u8, &str), &str> = HashMap::new();
    let mut meeting = HashSet::new();
    for item in items {
        let source = item.source_id.as_str();
        let keys = [
            Some((0, source)),
            Some((1, item.name.as_str())),
            item.variable.as_deref().map(|variable| (2, variable)),
        ];
        for key in keys.into_iter().flatten() {
            if let Some(other) = first.insert(key, source) {
                meeting.extend([other, source]);
            }
        }
    }
    meeting
}

fn check_item(item: &ImportRecord) -> Result<(), Invalid> {
    names::check_name(RecordKind::Credential, &item.name)?;
    item.variable
        .as_deref()
        .map_or(Ok(()), names::check_variable)?;
    names::check_dates(item.rotate_every_days, None)?;
    // Only the length is looked at.
    names::check_value(item.value.expose())
}

impl Edit<'_> {
    /// Carries out the lines of a report; the event, where anything changed.
    fn import(
        &mut self,
        target: &ImportTarget,
        tier: Tier,
        items: &[ImportRecord],
        lines: &[ImportLine],
        settings: &Settings,
    ) -> Result<Option<AuditEvent>, VaultError> {
        let environment = self.environment(&target.location, Some(tier))?;
        let mut event = AuditEvent::done(Action::Imported)
            .with("project", &target.location.project)
            .with("environment", &target.location.environment);
        let (mut added, mut updated) = (0, 0);
        for (item, line) in items.iter().zip(lines) {
            match line.outcome {
                ImportEffect::New => {
                    let row = self.insert(&environment, new_credential(target, item))?;
                    event = event.about(row.id);
                    added += 1;
                }
                ImportEffect::Updated { credential } => {
                    self.update_value(credential, item, settings)?;
                    event = event.about(credential);
                    updated += 1;
                }
                ImportEffect::Unchanged { .. }
                | ImportEffect::Older { .. }
                | ImportEffect::Conflict(_) => {}
            }
        }
        let event = event
            .with("added", added.to_string())
            .with("updated", updated.to_string());
        Ok((added + updated > 0).then_some(event))
    }

    fn update_value(
        &mut self,
        credential: Uuid,
        item: &ImportRecord,
        settings: &Settings,
    ) -> Result<(), VaultError> {
        let row = read::credential(self.connection, credential)?;
        let row = row.ok_or(VaultError::NotFound(RecordKind::Credential))?;
        let values = [NewValue {
            field: FIELD.into(),
            value: item.value.duplicate(),
        }];
        let row = self.store_values(row, &values, settings)?;
        self.finish(Action::Imported, row).map(drop)
    }
}

fn new_credential(target: &ImportTarget, item: &ImportRecord) -> NewCredential {
    NewCredential {
        location: target.location.clone(),
        tier: None,
        name: item.name.clone(),
        provider: item.provider.clone(),
        fields: vec![NewField {
            field: Field {
                name: FIELD.into(),
                kind: item.kind,
                variable: item.variable.clone(),
                allow_loader_variable: false,
            },
            value: item.value.duplicate(),
        }],
        details: Details::default(),
        dates: Dates {
            rotate_every_days: item.rotate_every_days,
            ..Dates::default()
        },
        source_id: Some(item.source_id.clone()),
    }
}
