//! Where the variables of a launch come from: a whole environment, or a directory file
//! whose exact bytes were allowed.

use std::collections::{BTreeSet, HashMap};

use keyhaven_protocol::Reference;
use keyhaven_protocol::directory::{Directory, NotText, Variable as Wanted};
use keyhaven_protocol::error::Error;
use keyhaven_protocol::view::{FieldKind, Notice};
use keyhaven_vault::{
    Credential, Error as VaultError, ExpiredPolicy, FieldRef, Kind, Place, Refusal, Resolution,
    Resolved, Selection, Tier, Unlocked,
};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::caller::Now;
use crate::cases::launches::{Launch, Variable};
use crate::cases::locate;
use crate::errors::{About, invalid, word};
use crate::views;

/// Every credential of an environment, under its own variables.
pub(crate) fn whole_environment(
    vault: &Unlocked,
    place: &Place,
    now: &Now,
) -> Result<Launch, Error> {
    let environment = locate::environment(vault, place)?;
    let selection = Selection::Environment(place.clone());
    let resolution = vault.resolve(&selection, &now.clock).map_err(word)?;
    let mut launch = empty(place.clone(), environment.tier);
    launch.notices = notices(vault, &resolution)?;
    for resolved in resolution.values {
        let Some(name) = resolved.field.variable.clone() else {
            continue;
        };
        launch
            .credentials
            .insert((resolved.name, resolved.credential));
        launch.variables.push(Variable {
            name,
            value: resolved.value,
            kind: views::kind(resolved.field.kind),
            allow_loader_variable: resolved.field.allow_loader_variable,
        });
    }
    Ok(launch)
}

/// What an allowed directory file asks for.
pub(crate) fn directory(
    vault: &Unlocked,
    path: &str,
    content: &str,
    environment: Option<String>,
    now: &Now,
) -> Result<Launch, Error> {
    let sha256: [u8; 32] = Sha256::digest(content.as_bytes()).into();
    let untrusted = || Error::Untrusted { path: path.into() };
    let trust = match vault.trusted_file(path, &sha256) {
        Ok(trust) => trust.ok_or_else(untrusted)?,
        Err(VaultError::NotFound(Kind::TrustedFile) | VaultError::Invalid(_)) => {
            return Err(untrusted());
        }
        Err(error) => return Err(word(error)),
    };
    let file = Directory::parse(content).map_err(|error| error.in_file(path))?;
    let chosen_by_caller = environment.is_some();
    let environment = environment
        .or(file.environment)
        .ok_or_else(|| invalid(path, "it names no environment; give one with -e"))?;
    let place = locate::place(&file.project, &environment);
    // Production needs its owner's yes also where the file lives in it; `-e` is one.
    let tier = locate::environment(vault, &place)?.tier;
    if tier == Tier::Production && !chosen_by_caller && !trust.production {
        return Err(Error::ProductionNotAllowed { path: path.into() });
    }
    match file.variables {
        None => whole_environment(vault, &place, now),
        Some(wanted) => {
            let higher = file.allow_production && trust.production;
            chosen(vault, place, &wanted, higher, now)
        }
    }
}

/// Exactly the variables of a file; `higher` tiers enter only by the file's word and its
/// owner's.
fn chosen(
    vault: &Unlocked,
    place: Place,
    wanted: &[Wanted],
    higher: bool,
    now: &Now,
) -> Result<Launch, Error> {
    let tier = locate::environment(vault, &place)?.tier;
    let mut found = Found::default();
    for reference in wanted
        .iter()
        .flat_map(|wanted| wanted.template.references())
    {
        found.find(vault, &place, reference, now)?;
    }
    if !higher {
        found.check_tiers(tier)?;
    }
    let selection = Selection::Fields(found.fields.clone());
    let resolution = vault
        .resolve(&selection, &now.clock)
        .map_err(|error| found.word(error))?;
    let mut launch = empty(place, tier);
    launch.notices = notices(vault, &resolution)?;
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
    }
    Ok(launch)
}

fn empty(place: Place, tier: Tier) -> Launch {
    Launch {
        place,
        tier,
        variables: Vec::new(),
        notices: Vec::new(),
        credentials: BTreeSet::new(),
    }
}

/// What the references of a file point to.
#[derive(Default)]
struct Found {
    /// By the reference as written.
    by_text: HashMap<String, (Uuid, String)>,
    /// Each field once, in the order of the file.
    fields: Vec<FieldRef>,
    credentials: HashMap<Uuid, Credential>,
}

impl Found {
    fn find(
        &mut self,
        vault: &Unlocked,
        launch: &Place,
        reference: &Reference,
        now: &Now,
    ) -> Result<(), Error> {
        let place = match &reference.place {
            Some((project, environment)) => locate::place(project, environment),
            None => launch.clone(),
        };
        let credential = locate::named(vault, &place, &reference.name, now)?;
        if credential.revoked_at.is_some() {
            return Err(Error::Revoked {
                name: credential.name,
            });
        }
        let field = locate::field(&credential, reference.field.as_deref())?;
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
                tier: views::tier(credential.tier),
                launch: views::tier(launch),
            }),
        }
    }

    fn word(&self, error: VaultError) -> Error {
        match error {
            VaultError::Refused(refusal @ (Refusal::Revoked { .. } | Refusal::Expired { .. })) => {
                About::default().word(refusal.into())
            }
            error => word(error),
        }
    }

    fn fill(
        &self,
        wanted: &Wanted,
        values: &HashMap<(Uuid, String), Resolved>,
    ) -> Result<Variable, Error> {
        let resolved = |reference: &Reference| {
            let key = self.by_text.get(&reference.to_string());
            let resolved = key.and_then(|key| values.get(key));
            resolved.ok_or_else(|| crate::outbox::defect("a reference went astray"))
        };
        let filled = wanted.template.fill(|reference| {
            let value = resolved(reference).map_err(Unfilled::Other)?;
            Ok::<_, Unfilled>(value.value.duplicate())
        });
        let value = filled.map_err(|error| match error {
            Unfilled::NotText(error) => invalid(&wanted.name, &error.to_string()),
            Unfilled::Other(error) => error,
        })?;
        let mut kind = FieldKind::Plain;
        for reference in wanted.template.references() {
            if views::kind(resolved(reference)?.field.kind) == FieldKind::Secret {
                kind = FieldKind::Secret;
            }
        }
        Ok(Variable {
            name: wanted.name.clone(),
            value,
            kind,
            allow_loader_variable: self.allows_loader(wanted, values),
        })
    }

    /// The permission belongs to the credential's own variable, and to no other text.
    fn allows_loader(&self, wanted: &Wanted, values: &HashMap<(Uuid, String), Resolved>) -> bool {
        let mut references = wanted.template.references();
        let (Some(reference), 1) = (references.next(), wanted.template.parts.len()) else {
            return false;
        };
        let key = self.by_text.get(&reference.to_string());
        key.and_then(|key| values.get(key)).is_some_and(|resolved| {
            resolved.field.allow_loader_variable
                && resolved.field.variable.as_ref() == Some(&wanted.name)
        })
    }
}

/// Why a template could not be filled.
enum Unfilled {
    NotText(NotText),
    Other(Error),
}

impl From<NotText> for Unfilled {
    fn from(error: NotText) -> Self {
        Self::NotText(error)
    }
}

/// What a person should know of a launch.
fn notices(vault: &Unlocked, resolution: &Resolution) -> Result<Vec<Notice>, Error> {
    let warns = vault.settings().map_err(word)?.expired == ExpiredPolicy::Warn;
    let expired: BTreeSet<&String> = resolution
        .values
        .iter()
        .filter(|value| warns && value.expired_at.is_some())
        .map(|value| &value.name)
        .collect();
    let expired = expired
        .into_iter()
        .map(|name| Notice::Expired { name: name.clone() });
    let revoked = resolution.revoked.iter().map(|name| Notice::LeftOut {
        name: name.clone(),
        reason: "it is revoked".into(),
    });
    Ok(expired.chain(revoked).collect())
}
