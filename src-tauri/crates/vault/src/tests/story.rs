//! A vault that is written to at random, and what it must hold at each moment.

use std::collections::BTreeMap;

use keyhaven_proof::SeededRng;

use super::*;

/// Names and current values of the living.
pub(crate) type Picture = BTreeMap<String, String>;

/// What is seen of a vault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sight {
    pub(crate) generation: u64,
    pub(crate) picture: Picture,
    pub(crate) uses: u64,
}

/// What has been promised at some moment.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct StoryPromise {
    /// User changes that were acknowledged.
    pub(crate) generation: u64,
    /// Uses that were recorded: a kill takes none of them.
    pub(crate) uses: u64,
    /// Uses that a power loss must not take.
    pub(crate) durable_uses: u64,
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum StoryStep {
    Add(String, String),
    Set(String, String),
    Remove(String),
    Use(String),
    Flush,
}

/// What was done so far, in order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Story {
    /// The picture at each generation, that of a change under way included.
    pub(crate) pictures: Vec<Picture>,
    pub(crate) promised: StoryPromise,
}

impl Story {
    /// A new vault's.
    pub(crate) fn new() -> Self {
        Self {
            pictures: vec![Picture::new()],
            promised: StoryPromise::default(),
        }
    }

    /// Goes on from what was seen after a stop.
    pub(crate) fn resume(&mut self, sight: &Sight) {
        self.pictures.truncate(sight.generation as usize + 1);
        self.promised = StoryPromise {
            generation: sight.generation,
            uses: sight.uses,
            durable_uses: sight.uses,
        };
    }

    fn now(&self) -> &Picture {
        &self.pictures[self.promised.generation as usize]
    }

    /// Draws what to do next.
    pub(crate) fn draw(&self, dice: &mut SeededRng) -> StoryStep {
        let living: Vec<&String> = self.now().keys().collect();
        let value = format!("v{:x}", dice.next());
        if living.is_empty() || (living.len() < 12 && dice.below(4) == 0) {
            return StoryStep::Add(format!("k{:x}", dice.next() & 0xffff), value);
        }
        let name = living[dice.below(living.len())].clone();
        match dice.below(10) {
            0..4 => StoryStep::Set(name, value),
            4 => StoryStep::Remove(name),
            5..9 => StoryStep::Use(name),
            _ => StoryStep::Flush,
        }
    }

    /// Does it, and promises what was acknowledged.
    pub(crate) fn take(
        &mut self,
        step: &StoryStep,
        vault: &mut Unlocked,
        context: &AuditContext,
    ) -> Result<(), VaultError> {
        let mut next = self.now().clone();
        match step {
            StoryStep::Add(name, value) | StoryStep::Set(name, value) => {
                next.insert(name.clone(), value.clone());
            }
            StoryStep::Remove(name) => {
                next.remove(name);
            }
            StoryStep::Use(_) | StoryStep::Flush => {}
        }
        if !matches!(step, StoryStep::Use(_) | StoryStep::Flush) {
            // Known before it is done: a stop may find it done.
            self.pictures
                .truncate(self.promised.generation as usize + 1);
            self.pictures.push(next);
        }
        perform(step, vault, context)?;
        match step {
            StoryStep::Use(_) => self.promised.uses += 1,
            StoryStep::Flush => {}
            _ => self.promised.generation += 1,
        }
        if vault.unflushed == 0 {
            self.promised.durable_uses = self.promised.uses;
        }
        Ok(())
    }

    /// Whether a vault holds what was promised, and nothing that never was.
    pub(crate) fn check(
        &self,
        promise: &StoryPromise,
        least_uses: u64,
        sight: &Sight,
    ) -> Result<(), String> {
        let generation = sight.generation;
        if generation < promise.generation || generation > promise.generation + 1 {
            return Err(format!("generation {generation} after {promise:?}"));
        }
        match self.pictures.get(generation as usize) {
            Some(picture) if *picture == sight.picture => {}
            expected => return Err(format!("{:?} instead of {expected:?}", sight.picture)),
        }
        // One more may have been under way.
        if sight.uses < least_uses || sight.uses > self.promised.uses + 1 {
            return Err(format!(
                "{} uses instead of {least_uses} or more",
                sight.uses
            ));
        }
        Ok(())
    }
}

fn perform(
    step: &StoryStep,
    vault: &mut Unlocked,
    context: &AuditContext,
) -> Result<(), VaultError> {
    let find = |vault: &Unlocked, name: &str| vault.find(&location("shop", "dev"), name);
    match step {
        StoryStep::Add(name, value) => vault.add(context, credential(name, value)).map(drop),
        StoryStep::Set(name, value) => {
            let found = seen(&find(vault, name)?);
            vault
                .set_values(context, found, new_value(value), OldVersions::Keep)
                .map(drop)
        }
        StoryStep::Remove(name) => {
            let found = seen(&find(vault, name)?);
            vault.remove(context, found).map(drop)
        }
        StoryStep::Use(name) => {
            let subjects = [find(vault, name)?.id];
            let (action, outcome) = (Action::Launched, AuditOutcome::Released);
            let recorded = vault.record_use(context, action, outcome, &subjects, Detail::new());
            recorded.map(drop)
        }
        StoryStep::Flush => vault.flush_uses(),
    }
}

/// Looks at everything: each value is opened, the whole log is checked.
pub(crate) fn look(vault: &Unlocked, home: &Home) -> Result<Sight, VaultError> {
    vault.verify_audit()?;
    let mut picture = Picture::new();
    for one in vault.list(&CredentialFilter::default(), &home.clock())? {
        let (_, value) = vault.value(one.credential.id, None, None)?;
        let value = String::from_utf8(value.expose().clone()).unwrap();
        picture.insert(one.credential.name, value);
    }
    let uses: i64 = vault.connection.query_row(
        "SELECT count(*) FROM audit WHERE action = ?1",
        [Action::Launched.as_str()],
        |row| row.get(0),
    )?;
    Ok(Sight {
        generation: vault.generation(),
        picture,
        uses: uses.cast_unsigned(),
    })
}
