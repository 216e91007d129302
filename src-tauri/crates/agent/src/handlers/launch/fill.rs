//! Filling variables: the references in them found and allowed, their values put in.

use crate::handlers::launch::types::{LaunchPlan, LaunchVariable, PreparedLaunch};
use std::collections::HashMap;

use keyhaven_protocol::Reference;
use keyhaven_protocol::error::Error;
use keyhaven_protocol::problem::Problem;
use keyhaven_protocol::project_file::{FillError, ProjectVariable};
use keyhaven_protocol::view::FieldKind;
use keyhaven_secret::SecretBytes;
use keyhaven_vault::{
    Credential, ExpiredRule, FieldRef, Location, Refusal, Resolved, Selection, Tier, Unlocked,
    VaultError,
};
use uuid::Uuid;

use crate::errors::{ErrorContext, to_protocol};
use crate::handlers::lookup;
use crate::server::client_session::Now;

/// Exactly these variables, as far as the plan lets their credentials in. What it does with
/// expired ones the settings say, unless that is given.
pub(crate) fn fill(
    vault: &Unlocked,
    plan: &LaunchPlan,
    wanted: &[ProjectVariable],
    expired: Option<ExpiredRule>,
    now: &Now,
) -> Result<PreparedLaunch, Error> {
    let mut found = ResolvedReferences::default();
    for reference in wanted
        .iter()
        .flat_map(|wanted| wanted.template.references())
    {
        found.find(vault, &plan.location, reference, now)?;
    }
    if !plan.higher {
        found.check_tiers(plan.tier)?;
    }
    found.check_scopes(&plan.needs)?;
    let selection = Selection::Fields(found.fields.clone());
    let resolution = vault
        .resolve(&selection, expired, &now.clock)
        .map_err(|error| found.to_protocol(error))?;
    let mut launch = PreparedLaunch::begin(plan.location.clone(), plan.tier, &resolution);
    let values: HashMap<(Uuid, String), Resolved> = resolution
        .values
        .into_iter()
        .map(|value| ((value.credential, value.field.name.clone()), value))
        .collect();
    launch.credentials = values
        .values()
        .map(|value| (value.name.clone(), value.credential))
        .collect();
    for wanted in wanted {
        launch.variables.push(found.fill(wanted, &values)?);
        launch.parts.extend(found.parts(wanted, &values));
    }
    Ok(launch)
}

/// What the references point to.
#[derive(Default)]
struct ResolvedReferences {
    /// By the reference as written.
    by_text: HashMap<String, (Uuid, String)>,
    /// Each field once, in the order they are asked for.
    fields: Vec<FieldRef>,
    credentials: HashMap<Uuid, Credential>,
}

impl ResolvedReferences {
    fn find(
        &mut self,
        vault: &Unlocked,
        launch: &Location,
        reference: &Reference,
        now: &Now,
    ) -> Result<(), Error> {
        let location = lookup::location_of(reference, launch);
        let credential = lookup::named(vault, &location, &reference.name, now)?;
        if credential.revoked_at.is_some() {
            return Err(Error::Revoked {
                name: credential.name,
            });
        }
        let field = lookup::field(&credential, reference.field.as_deref())?;
        let wanted = FieldRef {
            credential: credential.id,
            field: Some(field.clone()),
        };
        if !self.fields.contains(&wanted) {
            self.fields.push(wanted);
        }
        self.by_text
            .insert(reference.to_string(), (credential.id, field));
        self.credentials.insert(credential.id, credential);
        Ok(())
    }

    fn check_tiers(&self, launch: Tier) -> Result<(), Error> {
        let mut higher: Vec<&Credential> = self
            .credentials
            .values()
            .filter(|credential| credential.tier > launch)
            .collect();
        higher.sort_by(|a, b| a.name.cmp(&b.name));
        match higher.first() {
            None => Ok(()),
            Some(credential) => Err(Error::TierRefused {
                name: credential.name.clone(),
                tier: credential.tier,
                launch,
            }),
        }
    }

    /// What is plain configuration has no scope.
    fn check_scopes(&self, needs: &[String]) -> Result<(), Error> {
        let secret = |one: &&Credential| {
            let mut kinds = one.fields.iter().map(|field| field.kind);
            kinds.any(|kind| kind == FieldKind::Secret)
        };
        let lacks = |one: &&Credential| {
            let scopes = &one.details.scopes;
            !needs.is_empty() && !scopes.iter().any(|scope| needs.contains(scope))
        };
        let lacking = self.credentials.values().filter(secret).filter(lacks);
        match lacking.map(|one| &one.name).min() {
            None => Ok(()),
            Some(name) => Err(Error::ScopeMissing {
                name: name.clone(),
                needs: needs.to_vec(),
            }),
        }
    }

    fn to_protocol(&self, error: VaultError) -> Error {
        match error {
            VaultError::Refused(refusal @ (Refusal::Revoked { .. } | Refusal::Expired { .. })) => {
                ErrorContext::default().to_protocol(refusal.into())
            }
            error => to_protocol(error),
        }
    }

    fn fill(
        &self,
        wanted: &ProjectVariable,
        values: &HashMap<(Uuid, String), Resolved>,
    ) -> Result<LaunchVariable, Error> {
        let resolved = |reference: &Reference| {
            let key = self.by_text.get(&reference.to_string());
            let resolved = key.and_then(|key| values.get(key));
            resolved.ok_or_else(|| Error::defect("a reference was lost"))
        };
        let filled = wanted
            .template
            .fill(|reference| Ok(resolved(reference)?.value.duplicate()));
        let value = filled.map_err(|error| match error {
            FillError::NotText(_) => Error::invalid(Problem::TemplateValueNotText {
                variable: wanted.name.clone(),
            }),
            FillError::Value(error) => error,
        })?;
        let mut kind = FieldKind::Plain;
        for reference in wanted.template.references() {
            if resolved(reference)?.field.kind == FieldKind::Secret {
                kind = FieldKind::Secret;
            }
        }
        Ok(LaunchVariable {
            name: wanted.name.clone(),
            value,
            kind,
            allow_loader_variable: self.allows_loader(wanted, values),
        })
    }

    /// The secrets that are put into a longer text, or into another form.
    fn parts<'v>(
        &'v self,
        wanted: &'v ProjectVariable,
        values: &'v HashMap<(Uuid, String), Resolved>,
    ) -> impl Iterator<Item = SecretBytes> + 'v {
        let composed = wanted.template.alone().is_none();
        let references = wanted.template.references().filter(move |_| composed);
        let resolved = references.filter_map(|reference| {
            let key = self.by_text.get(&reference.to_string())?;
            values.get(key)
        });
        resolved
            .filter(|resolved| resolved.field.kind == FieldKind::Secret)
            .map(|resolved| resolved.value.duplicate())
    }

    /// The permission belongs to the credential's own variable, and to no other text.
    fn allows_loader(
        &self,
        wanted: &ProjectVariable,
        values: &HashMap<(Uuid, String), Resolved>,
    ) -> bool {
        let Some(reference) = wanted.template.alone() else {
            return false;
        };
        let key = self.by_text.get(&reference.to_string());
        key.and_then(|key| values.get(key)).is_some_and(|resolved| {
            resolved.field.allow_loader_variable
                && resolved.field.variable.as_ref() == Some(&wanted.name)
        })
    }
}
