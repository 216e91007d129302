//! Keys that have the same value. The finding is about the key that should get another one: that
//! of the lower tier, or of a later environment.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use keyhaven_protocol::health::{HealthFinding, key_reference};
use keyhaven_vault::{Credential, Location, Tier};
use uuid::Uuid;

/// A key that has a value, as a finding names it.
#[derive(Debug, Clone)]
pub(crate) struct ValueHolder {
    pub(crate) id: Uuid,
    pub(crate) tier: Tier,
    pub(crate) location: Location,
    pub(crate) name: String,
    /// Whether its findings are wanted.
    pub(crate) is_wanted: bool,
    pub(crate) is_rotating: bool,
}

impl ValueHolder {
    pub(crate) fn of(credential: &Credential, is_wanted: bool, is_rotating: bool) -> Self {
        Self {
            id: credential.id,
            tier: credential.tier,
            location: credential.location.clone(),
            name: credential.name.clone(),
            is_wanted,
            is_rotating,
        }
    }

    fn reference(&self) -> String {
        let location = &self.location;
        key_reference(&location.project, &location.environment, &self.name)
    }
}

/// Which keys have which value; a value is known by its mark.
#[derive(Debug)]
pub(crate) struct SharedValues<M> {
    holders: Vec<ValueHolder>,
    /// By value, the places in `holders`, in their order.
    by_value: HashMap<M, Vec<usize>>,
}

impl<M> Default for SharedValues<M> {
    fn default() -> Self {
        Self {
            holders: Vec::new(),
            by_value: HashMap::new(),
        }
    }
}

impl<M: Eq + Hash> SharedValues<M> {
    /// Adds a key with its values.
    pub(crate) fn add(&mut self, holder: impl FnOnce() -> ValueHolder, marks: Vec<M>) {
        if marks.is_empty() {
            return;
        }
        let place = self.holders.len();
        for mark in marks {
            let places = self.by_value.entry(mark).or_default();
            // Two fields of one key may have one value.
            if places.last() != Some(&place) {
                places.push(place);
            }
        }
        self.holders.push(holder());
    }

    /// The findings, in the order in which the keys were added.
    pub(crate) fn findings(&self) -> Vec<(&ValueHolder, HealthFinding)> {
        let groups = self.by_value.values().filter(|places| places.len() > 1);
        let mut found: Vec<(usize, HealthFinding)> =
            groups.flat_map(|places| self.of_group(places)).collect();
        found.sort_by_cached_key(|(place, finding)| (*place, other(finding)));
        let mut known = HashSet::new();
        found.retain(|(place, finding)| known.insert((*place, other(finding))));
        let with_holder = |(place, finding)| (&self.holders[place], finding);
        found.into_iter().map(with_holder).collect()
    }

    fn of_group(&self, places: &[usize]) -> Vec<(usize, HealthFinding)> {
        let holders = places.iter().map(|place| (*place, &self.holders[*place]));
        // The first of the highest tier; `max_by_key` would give the last.
        let highest = holders.clone().rev().max_by_key(|(_, holder)| holder.tier);
        let Some((_, highest)) = highest else {
            return Vec::new();
        };
        let mut first_of_tier: HashMap<Tier, &ValueHolder> = HashMap::new();
        let mut found = Vec::new();
        for (place, holder) in holders {
            let first = *first_of_tier.entry(holder.tier).or_insert(holder);
            if !holder.is_wanted {
                continue;
            }
            if holder.tier < highest.tier {
                let (other, tier) = (highest.reference(), highest.tier);
                found.push((place, HealthFinding::SameValueAcrossTiers { other, tier }));
            } else if holder.location != first.location {
                let other = first.reference();
                found.push((place, HealthFinding::SameValueInEnvironments { other }));
            }
        }
        found
    }
}

fn other(finding: &HealthFinding) -> Option<String> {
    match finding {
        HealthFinding::SameValueAcrossTiers { other, .. }
        | HealthFinding::SameValueInEnvironments { other } => Some(other.clone()),
        _ => None,
    }
}
