//! Import sessions: a report first, then all of it in one transaction, or nothing.

use std::collections::{HashMap, HashSet};

use keyhaven_rules::names::{Look, MAX_NAME};
use keyhaven_rules::settings::Settings;
use uuid::Uuid;

use super::credentials::check_new;
use super::environments::new_tier;
use super::{Edit, Unlocked};
use crate::audit::{Action, AuditContext};
use crate::error::{Invalid, RecordKind, Refusal, VaultError};
use crate::import::{
    ImportConflict, ImportEffect, ImportEffects, ImportLine, ImportRecord, ImportTarget,
    ReplacedValues,
};
use crate::model::{
    Dates, Details, ExpiryChange, Field, NewCredential, NewField, NewValue, NewVersion,
};
use crate::names;
use crate::stop;
use crate::store::audit::AuditEvent;
use crate::store::read;
use crate::store::rows::{CredentialRecord, VersionRecord};
use crate::stored_text::StoredText;

/// The field of an imported credential that has only one.
const FIELD: &str = "value";

/// Between the sources of a credential's fields, which stand in the order of the fields.
const SOURCES: char = '\n';

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
        if let (Some(present), Some(wanted)) = (tier, target.tier)
            && present != wanted
        {
            return Err(Refusal::Tier { present, wanted }.into());
        }
        let known = match &environment {
            Some(row) => read::credentials_of(&self.connection, row.id)?,
            None => Vec::new(),
        };
        let plan = PlannedImport::new(&known, items)?;
        let lines = items.iter().map(|item| {
            stop::check()?;
            let (name, outcome) = plan.outcome(item, |known| self.compared(known, item))?;
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
    /// [`Invalid::ImportConflicts`] where the report has conflicts: nothing was changed;
    /// [`Refusal::WouldDiscard`] likewise; and as [`Unlocked::preview_import`].
    pub fn apply_import(
        &mut self,
        context: &AuditContext,
        target: &ImportTarget,
        items: &[ImportRecord],
        replaced: impl Into<ReplacedValues>,
    ) -> Result<ImportEffects, VaultError> {
        let report = self.preview_import(target, items)?;
        if report.conflicts() > 0 {
            return Err(Invalid::ImportConflicts(report.conflicts()).into());
        }
        let (settings, replaced) = (self.settings()?, replaced.into());
        self.change(context, |edit| {
            let event = edit.import(target, (items, &report), &settings, replaced)?;
            Ok((report, event))
        })
    }

    /// What the item's value would do to the field of its source.
    fn compared(
        &self,
        (row, field): KnownField<'_>,
        item: &ImportRecord,
    ) -> Result<ImportEffect, VaultError> {
        let credential = row.id;
        let current = read::current_version(&self.connection, credential)?;
        let current = current.ok_or(VaultError::NotFound(RecordKind::Version))?;
        if self.open_value(&current, field)? == item.value {
            return Ok(ImportEffect::Unchanged { credential });
        }
        for version in read::versions(&self.connection, credential)? {
            stop::check()?;
            let version = read::version(&self.connection, credential, version.number)?;
            let version = version.ok_or(VaultError::NotFound(RecordKind::Version))?;
            if self.held(&version, field, item)? {
                return Ok(ImportEffect::Older { credential });
            }
        }
        let expires = row.dates.expires;
        Ok(ImportEffect::Updated {
            credential,
            expires,
        })
    }

    /// Whether a version, whose values may be erased by now, has the item's value.
    fn held(
        &self,
        version: &VersionRecord,
        field: &str,
        item: &ImportRecord,
    ) -> Result<bool, VaultError> {
        match self.open_value(version, field) {
            Ok(value) => Ok(value == item.value),
            Err(
                VaultError::Refused(Refusal::VersionErased(_))
                | VaultError::NotFound(RecordKind::Field),
            ) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// A field of a credential that an earlier import made.
type KnownField<'a> = (&'a CredentialRecord, &'a str);

/// Each field that came from somewhere, by its source.
fn sources(row: &CredentialRecord) -> impl Iterator<Item = (&str, KnownField<'_>)> {
    let sources = row.source_id.as_deref().unwrap_or_default();
    let names = row.fields.iter().map(|field| field.name.as_str());
    // A line for each: what has been imported alone has one field and one source.
    let sources = sources.split(SOURCES).filter(|source| !source.is_empty());
    sources.zip(names.map(move |name| (row, name)))
}

/// What is there, by everything an item could meet.
struct PlannedImport<'a> {
    by_source: HashMap<&'a str, KnownField<'a>>,
    by_name: HashMap<&'a str, &'a CredentialRecord>,
    by_variable: HashMap<&'a str, &'a CredentialRecord>,
    /// A name of each look, of what is there or comes.
    by_look: HashMap<Look, &'a str>,
    twice: HashSet<&'a str>,
}

impl<'a> PlannedImport<'a> {
    fn new(known: &'a [CredentialRecord], items: &'a [ImportRecord]) -> Result<Self, VaultError> {
        let mut by_variable = HashMap::new();
        for row in known {
            let variables = row
                .fields
                .iter()
                .filter_map(|field| field.variable.as_deref());
            by_variable.extend(variables.map(|variable| (variable, row)));
        }
        let names = known.iter().map(|row| row.name.as_str());
        let coming = items.iter().map(|item| item.name.as_str());
        // What is no name, or far too long for one, is refused and is not compared.
        let coming = coming.filter(|name| name.len() <= MAX_NAME);
        let mut by_look = HashMap::new();
        for name in names.chain(coming) {
            stop::check()?;
            by_look.entry(Look::of(name)).or_insert(name);
        }
        Ok(Self {
            by_source: known.iter().flat_map(sources).collect(),
            by_name: known.iter().map(|row| (row.name.as_str(), row)).collect(),
            by_variable,
            by_look,
            twice: sources_that_meet(items),
        })
    }

    /// The name an item has or gets, and what it would do.
    fn outcome(
        &self,
        item: &ImportRecord,
        compared: impl Fn(KnownField<'_>) -> Result<ImportEffect, VaultError>,
    ) -> Result<(String, ImportEffect), VaultError> {
        let conflict = |conflict| Ok((item.name.clone(), ImportEffect::Conflict(conflict)));
        if self.twice.contains(item.source_id.as_str()) {
            return conflict(ImportConflict::Twice);
        }
        if let Err(invalid) = check_item(item) {
            return conflict(ImportConflict::Invalid(invalid));
        }
        if let Some(known @ (row, _)) = self.by_source.get(item.source_id.as_str()) {
            if row.revoked_at.is_some() {
                let credential = row.name.clone();
                return conflict(ImportConflict::NotUpdatable { credential });
            }
            return Ok((row.name.clone(), compared(*known)?));
        }
        if let Some(row) = self.by_name.get(item.name.as_str()) {
            return conflict(ImportConflict::NameTaken { credential: row.id });
        }
        let filled = item.variable.as_deref();
        if let Some(row) = filled.and_then(|variable| self.by_variable.get(variable)) {
            let credential = row.name.clone();
            return conflict(ImportConflict::VariableTaken { credential });
        }
        match self.by_look.get(&Look::of(&item.name)) {
            Some(existing) if *existing != item.name => {
                let existing = (*existing).to_owned();
                conflict(ImportConflict::Lookalike { existing })
            }
            _ => Ok((item.name.clone(), ImportEffect::New)),
        }
    }
}

/// Sources of items that share a source, a field or a variable with another item.
fn sources_that_meet(items: &[ImportRecord]) -> HashSet<&str> {
    let alone: HashSet<&str> = items
        .iter()
        .filter(|item| item.field.is_none())
        .map(|item| item.name.as_str())
        .collect();
    let mut first: HashMap<(u8, &str, &str), &str> = HashMap::new();
    let mut meeting = HashSet::new();
    for item in items {
        let source = item.source_id.as_str();
        let field = item.field.as_deref();
        // A credential is made of fields, or is one value.
        if field.is_some() && alone.contains(item.name.as_str()) {
            meeting.insert(source);
        }
        let keys = [
            Some((0, source, "")),
            Some((1, item.name.as_str(), field.unwrap_or_default())),
            item.variable.as_deref().map(|variable| (2, variable, "")),
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
    item.field
        .as_deref()
        .map_or(Ok(()), |field| names::check_name(RecordKind::Field, field))?;
    item.variable
        .as_deref()
        .map_or(Ok(()), names::check_variable)?;
    names::check_dates(item.rotate_every_days, None, None, None)?;
    names::check_provider(item.provider.as_deref())?;
    names::check_text(StoredText::Source, &item.source_id)?;
    // Only the length is looked at.
    names::check_value(item.value.expose())
}

impl Edit<'_> {
    /// Carries out the lines of a report; the event, where anything changed.
    fn import(
        &mut self,
        target: &ImportTarget,
        (items, report): (&[ImportRecord], &ImportEffects),
        settings: &Settings,
        replaced: ReplacedValues,
    ) -> Result<Option<AuditEvent>, VaultError> {
        let environment = self.environment(&target.location, Some(report.tier))?;
        let mut event = AuditEvent::done(Action::Imported)
            .with("project", &target.location.project)
            .with("environment", &target.location.environment);
        let (new, known) = by_credential(items, report);
        for items in &new {
            stop::check()?;
            let new = new_credential(target, items);
            check_new(&new)?;
            let sources = new.source_id.as_deref().unwrap_or_default();
            names::check_text(StoredText::Source, sources)?;
            event = event.about(self.insert(&environment, new)?.id);
        }
        for (credential, items) in &known {
            stop::check()?;
            self.update_values(*credential, items, settings, replaced)?;
            event = event.about(*credential);
        }
        let (added, updated) = (new.len(), known.len());
        let event = event
            .with("added", added.to_string())
            .with("updated", updated.to_string());
        Ok((added + updated > 0).then_some(event))
    }

    fn update_values(
        &mut self,
        credential: Uuid,
        items: &[&ImportRecord],
        settings: &Settings,
        replaced: ReplacedValues,
    ) -> Result<(), VaultError> {
        let row = read::credential(self.connection, credential)?;
        let row = row.ok_or(VaultError::NotFound(RecordKind::Credential))?;
        let values = items.iter().map(|item| NewValue {
            field: field_of(&row, item),
            value: item.value.duplicate(),
        });
        let new = NewVersion {
            values: values.collect(),
            // A key without an end was not asked about, and gets none.
            expiry: match row.dates.expires {
                Some(_) => replaced.expiry,
                None => ExpiryChange::Unsaid,
            },
            rotate_due: None,
        };
        let row = self.store_values(row, &new, settings, replaced.old)?;
        self.finish(Action::Imported, row).map(drop)
    }
}

/// The name of the field that came from an item's source.
fn field_of(row: &CredentialRecord, item: &ImportRecord) -> String {
    let found = sources(row).find(|(source, _)| *source == item.source_id);
    found.map_or_else(|| FIELD.into(), |(_, (_, field))| field.into())
}

/// The items of each new credential, and those of each that gets a new version.
type ItemsByCredential<'a> = (
    Vec<Vec<&'a ImportRecord>>,
    Vec<(Uuid, Vec<&'a ImportRecord>)>,
);

fn by_credential<'a>(items: &'a [ImportRecord], report: &ImportEffects) -> ItemsByCredential<'a> {
    let mut new: Vec<Vec<&ImportRecord>> = Vec::new();
    let mut known: Vec<(Uuid, Vec<&ImportRecord>)> = Vec::new();
    let (mut new_at, mut known_at) = (HashMap::new(), HashMap::new());
    for (item, line) in items.iter().zip(&report.lines) {
        match line.outcome {
            ImportEffect::New => {
                let at = *new_at.entry(item.name.as_str()).or_insert(new.len());
                if at == new.len() {
                    new.push(Vec::new());
                }
                new[at].push(item);
            }
            ImportEffect::Updated { credential, .. } => {
                let at = *known_at.entry(credential).or_insert(known.len());
                if at == known.len() {
                    known.push((credential, Vec::new()));
                }
                known[at].1.push(item);
            }
            ImportEffect::Unchanged { .. }
            | ImportEffect::Older { .. }
            | ImportEffect::Conflict(_) => {}
        }
    }
    (new, known)
}

fn new_credential(target: &ImportTarget, items: &[&ImportRecord]) -> NewCredential {
    let field = |item: &&ImportRecord| NewField {
        field: Field {
            name: item.field.clone().unwrap_or_else(|| FIELD.into()),
            kind: item.kind,
            variable: item.variable.clone(),
            allow_loader_variable: false,
        },
        value: item.value.duplicate(),
    };
    let sources: Vec<&str> = items.iter().map(|item| item.source_id.as_str()).collect();
    let first = items.first();
    NewCredential {
        location: target.location.clone(),
        tier: None,
        name: first.map(|item| item.name.clone()).unwrap_or_default(),
        provider: first.and_then(|item| item.provider.clone()),
        fields: items.iter().map(field).collect(),
        details: Details::default(),
        dates: Dates {
            rotate_every_days: first.and_then(|item| item.rotate_every_days),
            ..Dates::default()
        },
        source_id: Some(sources.join(&SOURCES.to_string())),
    }
}
