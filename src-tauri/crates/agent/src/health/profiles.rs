//! Keys that profiles of a lower tier give to programs. Only a profile that allows it does.

use std::collections::HashMap;

use keyhaven_protocol::Reference;
use keyhaven_protocol::project_file::Template;
use keyhaven_vault::{Credential, Location, SavedProfile, Tier};

use crate::handlers::lookup;

/// A profile that gives a key to programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LowerProfile {
    pub(crate) profile: String,
    pub(crate) tier: Tier,
}

/// What profiles below production take from elsewhere.
#[derive(Debug, Default)]
pub(crate) struct ProfileTakings(HashMap<(Location, String), Vec<LowerProfile>>);

impl ProfileTakings {
    /// Adds what a profile takes.
    pub(crate) fn add(&mut self, saved: &SavedProfile) {
        if !saved.config.allow_production || saved.tier == Tier::Production {
            return;
        }
        for reference in references(saved) {
            let place = lookup::location_of(&reference, &saved.location);
            let found = LowerProfile {
                profile: saved.name.clone(),
                tier: saved.tier,
            };
            let profiles = self.0.entry((place, reference.name)).or_default();
            if profiles.last() != Some(&found) {
                profiles.push(found);
            }
        }
    }

    /// The profiles that take a key.
    pub(crate) fn of(&self, credential: &Credential) -> &[LowerProfile] {
        if self.0.is_empty() {
            return &[];
        }
        let key = (credential.location.clone(), credential.name.clone());
        self.0.get(&key).map_or(&[], Vec::as_slice)
    }
}

/// What a profile names of other environments stands in these two; a stored text that is no
/// reference any more gives nothing.
fn references(saved: &SavedProfile) -> Vec<Reference> {
    let config = &saved.config;
    let renamed = config.renamed.iter();
    let renamed = renamed.filter_map(|(_, text)| Reference::parse(text).ok());
    let texts = config.set.iter();
    let texts = texts.filter_map(|(_, text)| Template::parse(text).ok());
    let inside = texts.flat_map(|text| text.references().cloned().collect::<Vec<_>>());
    renamed.chain(inside).collect()
}
