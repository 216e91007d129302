//! Filling variables: the references in them found and allowed, their values put in.

use crate::handlers::launch::bounds::{self, LaunchSize};
use crate::handlers::launch::types::{LaunchPart, LaunchPlan, LaunchVariable, PreparedLaunch};
use std::collections::{BTreeSet, HashMap, HashSet};

use keyhaven_protocol::Reference;
use keyhaven_protocol::error::Error;
use keyhaven_protocol::problem::Problem;
use keyhaven_protocol::project_file::{FillError, FilterError, ProjectVariable, ValueFilter};
use keyhaven_protocol::view::{FieldKind, PlannedField};
use keyhaven_vault::{
    Credential, ExpiredPolicy, FieldRef, Location, Refusal, Resolved, Selection, Tier, Unlocked,
    VaultError, stop,
};
use uuid::Uuid;

use crate::errors::to_protocol;
use crate::failure::RequestFailure;
use crate::handlers::launch::source;
use crate::handlers::lookup;
use crate::server::client_session::Now;

/// Exactly these variables, as far as the plan lets their credentials in, with at most so many
/// bytes. What it does with expired ones the settings say, unless that is given.
pub(crate) fn fill(
    vault: &Unlocked,
    plan: &LaunchPlan,
    wanted: &[ProjectVariable],
    expired: Option<ExpiredPolicy>,
    most: usize,
    now: &Now,
) -> Result<PreparedLaunch, RequestFailure> {
    bounds::check_variables(&plan.location, wanted)?;
    let mut found = ResolvedReferences::default();
    let needs: HashSet<&String> = plan.needs.iter().collect();
    for reference in wanted
        .iter()
        .flat_map(|wanted| wanted.template.references())
    {
        stop::check().map_err(to_protocol)?;
        found.find(vault, plan, &needs, reference)?;
    }
    if !plan.higher {
        found.check_tiers(plan.tier)?;
    }
    found.check_scopes(&plan.needs)?;
    let selection = Selection::Fields(found.fields());
    let resolution = vault
        .resolve(&selection, expired, most, &now.clock)
        .map_err(|error| RequestFailure::of_vault(error, |error| worded(error, &plan.location)))?;
    let mut launch = PreparedLaunch::begin(plan.location.clone(), plan.tier, &resolution);
    let values: Values = resolution
        .values
        .into_iter()
        .map(|value| ((value.credential, value.field.name.clone()), value))
        .collect();
    launch.credentials = values
        .values()
        .map(|value| (value.name.clone(), value.credential))
        .collect();
    let parts = found.parts(wanted, &values);
    bounds::check_values(&plan.location, wanted.len() + parts.len())?;
    let mut size = LaunchSize::at_most(&plan.location, most);
    for part in &parts {
        // Exposed for its length alone.
        size.add(part.value.expose().len())?;
    }
    let mut lengths = ValueLengths::of(&found, &values);
    let lengths = wanted
        .iter()
        .map(|wanted| {
            let length = lengths.filled(wanted)?;
            size.add(length)?;
            Ok(length)
        })
        .collect::<Result<Vec<_>, Error>>()?;
    for (wanted, length) in wanted.iter().zip(lengths) {
        stop::check().map_err(to_protocol)?;
        launch.variables.push(found.fill(wanted, length, &values)?);
    }
    for part in parts {
        let field = found.field(part)?;
        let part = LaunchPart::new(part.value.duplicate(), part.field.kind, Some(&field));
        launch.parts.push(part);
    }
    Ok(launch)
}

/// Each value once, by its credential and field.
type Values = HashMap<(Uuid, String), Resolved>;

/// A credential as far as a launch looks at it.
struct FoundCredential {
    location: Location,
    name: String,
    tier: Tier,
    /// It has a secret field, but no scope that the profile asks for.
    lacks_scope: bool,
}

impl FoundCredential {
    /// What names it in any command.
    fn reference(&self) -> String {
        let location = &self.location;
        let reference = Reference {
            place: Some((location.project.clone(), location.environment.clone())),
            name: self.name.clone(),
            field: None,
        };
        reference.to_string()
    }
}

/// What the references point to.
#[derive(Default)]
struct ResolvedReferences {
    /// By the reference as written.
    by_text: HashMap<String, (Uuid, String)>,
    credentials: HashMap<Uuid, FoundCredential>,
}

impl ResolvedReferences {
    fn find(
        &mut self,
        vault: &Unlocked,
        plan: &LaunchPlan,
        needs: &HashSet<&String>,
        reference: &Reference,
    ) -> Result<(), RequestFailure> {
        let text = reference.to_string();
        if self.by_text.contains_key(&text) {
            return Ok(());
        }
        let location = lookup::location_of(reference, &plan.location);
        let credential = lookup::named(vault, &location, &reference.name)?;
        if let Some(template) = &plan.template {
            source::check_name(template, &credential)?;
        }
        if credential.revoked_at.is_some() {
            let refused = vec![(credential.name.clone(), credential.id)];
            let name = credential.name;
            return Err(RequestFailure::about(Error::Revoked { name }, refused));
        }
        let field = lookup::field(&credential, reference.field.as_deref())?;
        self.by_text.insert(text, (credential.id, field));
        self.credentials
            .entry(credential.id)
            .or_insert_with(|| FoundCredential {
                lacks_scope: lacks_scope(&credential, needs),
                location: credential.location,
                name: credential.name,
                tier: credential.tier,
            });
        Ok(())
    }

    /// Each field once, those of one credential together.
    fn fields(&self) -> Vec<FieldRef> {
        let fields: BTreeSet<&(Uuid, String)> = self.by_text.values().collect();
        let fields = fields.into_iter().map(|(credential, field)| FieldRef {
            credential: *credential,
            field: Some(field.clone()),
        });
        fields.collect()
    }

    fn check_tiers(&self, launch: Tier) -> Result<(), RequestFailure> {
        self.refuse(
            |credential| credential.tier > launch,
            |credential| Error::TierRefused {
                name: credential.name.clone(),
                tier: credential.tier,
                launch,
            },
        )
    }

    fn check_scopes(&self, needs: &[String]) -> Result<(), RequestFailure> {
        self.refuse(
            |credential| credential.lacks_scope,
            |credential| Error::ScopeMissing {
                name: credential.name.clone(),
                credential: credential.reference(),
                needs: needs.to_vec(),
            },
        )
    }

    /// Refuses those credentials for which that is so: the error is about the first by name.
    fn refuse(
        &self,
        is_refused: impl Fn(&FoundCredential) -> bool,
        error: impl FnOnce(&FoundCredential) -> Error,
    ) -> Result<(), RequestFailure> {
        let credentials = self.credentials.iter();
        let mut refused: Vec<_> = credentials.filter(|(_, one)| is_refused(one)).collect();
        refused.sort_by_key(|(id, one)| (&one.name, *id));
        let Some((_, first)) = refused.first() else {
            return Ok(());
        };
        let error = error(first);
        let refused = refused.iter().map(|(id, one)| (one.name.clone(), **id));
        Err(RequestFailure::about(error, refused.collect()))
    }

    /// The credential and field of a reference.
    fn meant(&self, reference: &Reference) -> Result<&(Uuid, String), Error> {
        let meant = self.by_text.get(&reference.to_string());
        meant.ok_or_else(|| Error::defect("a reference was lost"))
    }

    fn resolved<'v>(
        &self,
        reference: &Reference,
        values: &'v Values,
    ) -> Result<&'v Resolved, Error> {
        value_of(self.meant(reference)?, values)
    }

    fn fill(
        &self,
        wanted: &ProjectVariable,
        length: usize,
        values: &Values,
    ) -> Result<LaunchVariable, Error> {
        let value = |reference: &Reference| Ok(&self.resolved(reference, values)?.value);
        let filled = wanted.template.fill(length, value);
        let mut kind = FieldKind::Plain;
        let mut fields = Vec::new();
        for reference in wanted.template.references() {
            let resolved = self.resolved(reference, values)?;
            if resolved.field.kind == FieldKind::Secret {
                kind = FieldKind::Secret;
            }
            fields.push(self.field(resolved)?);
        }
        let is_text = wanted.template.alone().is_none();
        let own = self.own(wanted, values);
        Ok(LaunchVariable {
            name: wanted.name.clone(),
            value: filled.map_err(|error| not_filled(wanted, error))?,
            kind,
            // The permission belongs to the credential's own variable, and to no other text.
            allow_loader_variable: own.is_some_and(|own| own.field.allow_loader_variable),
            is_own: own.is_some(),
            text: is_text.then(|| wanted.template.to_string()),
            fields,
        })
    }

    /// Where a value came from.
    fn field(&self, resolved: &Resolved) -> Result<PlannedField, Error> {
        let credential = self.credentials.get(&resolved.credential);
        let location = credential.map(|one| one.location.clone());
        let location = location.ok_or_else(|| Error::defect("a reference was lost"))?;
        Ok(PlannedField {
            credential: resolved.credential,
            project: location.project,
            environment: location.environment,
            name: resolved.name.clone(),
            field: resolved.field.name.clone(),
            kind: resolved.field.kind,
        })
    }

    /// The values that are put into a longer text, or into another form: each once.
    fn parts<'v>(&self, wanted: &[ProjectVariable], values: &'v Values) -> Vec<&'v Resolved> {
        let composed = wanted.iter().filter(|one| one.template.alone().is_none());
        let references = composed.flat_map(|one| one.template.references());
        let keys: BTreeSet<&(Uuid, String)> = references
            .filter_map(|reference| self.by_text.get(&reference.to_string()))
            .collect();
        keys.into_iter().filter_map(|key| values.get(key)).collect()
    }

    /// The field that fills a variable alone, where it sets that variable anyway.
    fn own<'v>(&self, wanted: &ProjectVariable, values: &'v Values) -> Option<&'v Resolved> {
        let reference = wanted.template.alone()?;
        let resolved = values.get(self.by_text.get(&reference.to_string())?)?;
        (resolved.field.variable.as_ref() == Some(&wanted.name)).then_some(resolved)
    }
}

fn value_of<'v>(meant: &(Uuid, String), values: &'v Values) -> Result<&'v Resolved, Error> {
    let value = values.get(meant);
    value.ok_or_else(|| Error::defect("a reference was lost"))
}

/// How long the variables become. Each value is measured once for each form, however many
/// references there are to it.
struct ValueLengths<'a> {
    found: &'a ResolvedReferences,
    values: &'a Values,
    known: HashMap<(&'a (Uuid, String), Option<ValueFilter>), usize>,
}

impl<'a> ValueLengths<'a> {
    fn of(found: &'a ResolvedReferences, values: &'a Values) -> Self {
        Self {
            found,
            values,
            known: HashMap::new(),
        }
    }

    /// Bytes of a variable's value, which fits.
    fn filled(&mut self, wanted: &ProjectVariable) -> Result<usize, Error> {
        let measure = |reference: &Reference, filter| self.measured(reference, filter);
        let length = wanted.template.length(bounds::MOST_OF_VALUE, measure);
        let length = length.map_err(|error| not_filled(wanted, error))?;
        length.ok_or_else(|| bounds::value_too_long(&wanted.name))
    }

    fn measured(
        &mut self,
        reference: &Reference,
        filter: Option<ValueFilter>,
    ) -> Result<usize, FillError<Error>> {
        stop::check().map_err(|error| FillError::Value(to_protocol(error)))?;
        let meant = self.found.meant(reference).map_err(FillError::Value)?;
        if let Some(length) = self.known.get(&(meant, filter)) {
            return Ok(*length);
        }
        let value = &value_of(meant, self.values)
            .map_err(FillError::Value)?
            .value;
        let length = ValueFilter::written_length(filter, value).map_err(FillError::Filter)?;
        self.known.insert((meant, filter), length);
        Ok(length)
    }
}

/// An error of the vault while a launch of this location is filled.
pub(super) fn worded(error: VaultError, location: &Location) -> Error {
    match error {
        VaultError::Refused(Refusal::TooLarge(_)) => bounds::too_large(location),
        error => to_protocol(error),
    }
}

/// What is plain configuration has no scope.
fn lacks_scope(credential: &Credential, needs: &HashSet<&String>) -> bool {
    let mut kinds = credential.fields.iter().map(|field| field.kind);
    let mut scopes = credential.details.scopes.iter();
    !needs.is_empty()
        && kinds.any(|kind| kind == FieldKind::Secret)
        && !scopes.any(|scope| needs.contains(scope))
}

fn not_filled(wanted: &ProjectVariable, error: FillError<Error>) -> Error {
    match error {
        FillError::Filter(FilterError::NotText(_)) => {
            Error::invalid(Problem::TemplateValueNotText {
                variable: wanted.name.clone(),
            })
        }
        FillError::Filter(FilterError::NoForm(filter)) => {
            Error::invalid(Problem::TemplateValueNoForm {
                variable: wanted.name.clone(),
                filter: filter.name().into(),
            })
        }
        FillError::Value(error) => error,
    }
}
