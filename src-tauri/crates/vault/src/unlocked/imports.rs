//! Import sessions: a report first, then all of it in one transaction, or nothing.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::places::new_tier;
use super::{Edit, Unlocked};
use crate::audit::{Action, Context};
use crate::error::{Error, Invalid, Kind, Refusal};
use crate::import::{
    ImportConflict, ImportItem, ImportLine, ImportOutcome, ImportReport, ImportTarget,
};
use crate::model::{Dates, Details, Field, FieldValue, NewCredential, NewField, Tier};
use crate::names;
use crate::settings::Settings;
use crate::store::audit::Event;
use crate::store::read;
use crate::store::rows::{CredentialRow, VersionRow};

/// The field of an imported credential.
const FIELD: &str = "value";

impl Unlocked {
    /// What an import would do.
    ///
    /// # Errors
    /// [`Error::Invalid`] for the names of the place, [`crate::Refusal::Tier`].
    pub fn preview_import(
        &self,
        target: &ImportTarget,
        items: &[ImportItem],
    ) -> Result<ImportReport, Error> {
        names::check_place(&target.place)?;
        let environment = read::environment_by_place(&self.connection, &target.place)?;
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
        let plan = Plan::new(&known, items);
        let lines = items.iter().map(|item| {
            let (name, outcome) = plan.outcome(item, |row| self.compared(row, item))?;
            Ok(ImportLine {
                source_id: item.source_id.clone(),
                name,
                outcome,
            })
        });
        Ok(ImportReport {
            lines: lines.collect::<Result<_, Error>>()?,
            tier: tier.unwrap_or_else(|| new_tier(&target.place, target.tier)),
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
        context: &Context,
        target: &ImportTarget,
        items: &[ImportItem],
    ) -> Result<ImportReport, Error> {
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
    fn compared(&self, row: &CredentialRow, item: &ImportItem) -> Result<ImportOutcome, Error> {
        let credential = row.id;
        let current = read::current_version(&self.connection, credential)?;
        let current = current.ok_or(Error::NotFound(Kind::Version))?;
        if self.open_value(&current, FIELD)? == item.value {
            return Ok(ImportOutcome::Unchanged { credential });
        }
        for version in read::versions(&self.connection, credential)? {
            if self.held(&version, item)? {
                return Ok(ImportOutcome::Older { credential });
            }
        }
        Ok(ImportOutcome::Updated { credential })
    }

    /// Whether a version, whose values may be erased by now, has the item's value.
    fn held(&self, version: &VersionRow, item: &ImportItem) -> Result<bool, Error> {
        match self.open_value(version, FIELD) {
            Ok(value) => Ok(value == item.value),
            Err(Error::Refused(Refusal::VersionErased(_)) | Error::NotFound(Kind::Field)) => {
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }
}

/// What is there, by everything an item could meet.
struct Plan<'a> {
    by_source: HashMap<&'a str, &'a CredentialRow>,
    by_name: HashMap<&'a str, &'a CredentialRow>,
    by_variable: HashMap<&'a str, &'a CredentialRow>,
    twice: HashSet<&'a str>,
}

impl<'a> Plan<'a> {
    fn new(known: &'a [CredentialRow], items: &'a [ImportItem]) -> Self {
        let mut by_variable = HashMap::new();
        for row in known {
            let variables = row
                .fields
                .iter()
                .filter_map(|field| field.variable.as_deref());
            by_variable.extend(variables.map(|variable| (variable, row)));
        }
        let source = |row: &'a CredentialRow| Some((row.source_id.as_deref()?, row));
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
        item: &ImportItem,
        compared: impl Fn(&CredentialRow) -> Result<ImportOutcome, Error>,
    ) -> Result<(String, ImportOutcome), Error> {
        let conflict = |conflict| Ok((item.name.clone(), ImportOutcome::Conflict(conflict)));
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
        Ok((item.name.clone(), ImportOutcome::New))
    }
}

/// Sources of items that share a source, a name or a variable with another item.
fn sources_that_meet(items: &[ImportItem]) -> HashSet<&str> {
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

fn check_item(item: &ImportItem) -> Result<(), Invalid> {
    names::check_name(Kind::Credential, &item.name)?;
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
        items: &[ImportItem],
        lines: &[ImportLine],
        settings: &Settings,
    ) -> Result<Option<Event>, Error> {
        let environment = self.environment(&target.place, Some(tier))?;
        let mut event = Event::done(Action::Imported)
            .with("project", &target.place.project)
            .with("environment", &target.place.environment);
        let (mut added, mut updated) = (0, 0);
        for (item, line) in items.iter().zip(lines) {
            match line.outcome {
                ImportOutcome::New => {
                    let row = self.insert(&environment, new_credential(target, item))?;
                    event = event.about(row.id);
                    added += 1;
                }
                ImportOutcome::Updated { credential } => {
                    self.update_value(credential, item, settings)?;
                    event = event.about(credential);
                    updated += 1;
                }
                ImportOutcome::Unchanged { .. }
                | ImportOutcome::Older { .. }
                | ImportOutcome::Conflict(_) => {}
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
        item: &ImportItem,
        settings: &Settings,
    ) -> Result<(), Error> {
        let row = read::credential(self.connection, credential)?;
        let row = row.ok_or(Error::NotFound(Kind::Credential))?;
        let values = [FieldValue {
            field: FIELD.into(),
            value: item.value.duplicate(),
        }];
        let row = self.store_values(row, &values, settings)?;
        self.finish(Action::Imported, row).map(drop)
    }
}

fn new_credential(target: &ImportTarget, item: &ImportItem) -> NewCredential {
    NewCredential {
        place: target.place.clone(),
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
