//! What is wrong with the keys: gathers what the rules of `health` look at.

use std::collections::HashMap;

use keyhaven_catalogue::Catalogue;
use keyhaven_protocol::error::Error;
use keyhaven_protocol::health::{HealthRequest, HealthView};
use keyhaven_vault::{
    CurrentSecrets, LatestCheck, Location, Rotation, Settings, Summary, Unlocked, ValueMark, stop,
};
use uuid::Uuid;

use crate::errors::to_protocol;
use crate::handlers::listing;
use crate::health::list::FindingList;
use crate::health::profiles::ProfileTakings;
use crate::health::rules::{self, KeyFacts};
use crate::health::shared::{SharedValues, ValueHolder};
use crate::health::values::ValueFacts;
use crate::server::client_session::{ClientSession, Now};
use crate::views::ViewContext;

/// What is wrong with the keys, the most urgent first.
pub(crate) async fn health(
    client: &ClientSession,
    request: HealthRequest,
) -> Result<HealthView, Error> {
    // Read at first use, which takes a while: not on the vault's thread, where a lock would wait.
    let _ = tokio::task::spawn_blocking(Catalogue::builtin).await;
    client
        .with_vault(move |vault, now| {
            let (project, environment) = (&request.project, &request.environment);
            listing::known(vault, project.as_deref(), environment.as_deref())?;
            examine(vault, now, &request)
        })
        .await
}

/// What is known of the vault as a whole.
struct VaultFacts {
    settings: Settings,
    rotations: HashMap<Uuid, Rotation>,
    checks: HashMap<Uuid, LatestCheck>,
    takings: ProfileTakings,
}

impl VaultFacts {
    fn gather(vault: &Unlocked) -> Result<Self, Error> {
        let rotations = vault.rotations().map_err(to_protocol)?.into_iter();
        let mut takings = ProfileTakings::default();
        for profile in vault.profiles().map_err(to_protocol)? {
            stop::check().map_err(to_protocol)?;
            takings.add(&profile);
        }
        Ok(Self {
            settings: vault.settings().map_err(to_protocol)?,
            rotations: rotations.map(|open| (open.credential, open)).collect(),
            checks: vault.latest_checks().map_err(to_protocol)?,
            takings,
        })
    }
}

fn examine(vault: &Unlocked, now: &Now, request: &HealthRequest) -> Result<HealthView, Error> {
    let mut examination = Examination {
        vault,
        now,
        request,
        facts: VaultFacts::gather(vault)?,
        list: FindingList::default(),
        shared: SharedValues::default(),
    };
    vault
        .each_current(&now.clock, |summary, current| {
            examination.key(summary, current)
        })
        .map_err(to_protocol)?;
    Ok(examination.into_view())
}

/// The keys one after the other.
struct Examination<'a> {
    vault: &'a Unlocked,
    now: &'a Now,
    request: &'a HealthRequest,
    facts: VaultFacts,
    list: FindingList,
    shared: SharedValues<ValueMark>,
}

impl Examination<'_> {
    fn key(&mut self, summary: &Summary, current: &CurrentSecrets) {
        let credential = &summary.credential;
        let is_wanted = self.is_wanted(&credential.location);
        let rotation = self.facts.rotations.get(&credential.id);
        let is_rotating = rotation.is_some();
        let is_only = credential.fields.len() == 1;
        let provider = credential.provider.as_deref();
        let look = |(field, value)| ValueFacts::of(field, is_only, value, provider);
        let values = current.values.iter().map(|(field, value)| (field, value));
        let values: Vec<_> = values.map(look).collect();
        let unique = current.values.iter().zip(&values);
        let unique = unique.filter(|(_, facts)| facts.is_to_be_unique());
        // Those of the whole vault: the other key may be anywhere.
        let marks = unique.map(|((_, value), _)| self.vault.value_mark(value));
        let holder = || ValueHolder::of(credential, is_wanted, is_rotating);
        self.shared.add(holder, marks.collect());
        if !is_wanted {
            return;
        }
        self.list.key();
        let view_context = ViewContext {
            clock: &self.now.clock,
            settings: &self.facts.settings,
        };
        let lead_times = view_context.lead_times(summary);
        let facts = KeyFacts {
            summary,
            clock: &self.now.clock,
            lead_time: lead_times.iter().copied().max().unwrap_or(0),
            version: (current.version, current.stored_at),
            values,
            check: self.facts.checks.get(&credential.id).copied(),
            rotation,
            profiles: self.facts.takings.of(credential),
        };
        for finding in rules::findings(&facts) {
            let (id, location) = (credential.id, &credential.location);
            let name = &credential.name;
            self.list.add(id, location, name, is_rotating, finding);
        }
    }

    fn is_wanted(&self, location: &Location) -> bool {
        let is_it = |wanted: &Option<String>, found: &String| {
            wanted.as_ref().is_none_or(|wanted| wanted == found)
        };
        is_it(&self.request.project, &location.project)
            && is_it(&self.request.environment, &location.environment)
    }

    fn into_view(mut self) -> HealthView {
        for (holder, finding) in self.shared.findings() {
            let (id, location, name) = (holder.id, &holder.location, &holder.name);
            self.list
                .add(id, location, name, holder.is_rotating, finding);
        }
        self.list.into_view()
    }
}
