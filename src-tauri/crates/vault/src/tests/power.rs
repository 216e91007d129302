//! Promise 2: a power loss takes no acknowledged change, and raises no false alarm.

use keyhaven_proof::{ProofRun, SeededRng};

use super::story::{Sight, Story, StoryPromise, look};
use super::*;
use crate::faults::loss::Image;
use crate::faults::{Disk, DiskEvent, FaultKind, boots};

/// Power losses drawn from one record.
const DRAWS: usize = 4;
/// Losses that one vault lives through before the next is made.
const LIVES: usize = 10;

/// A vault somewhere in its life, and what was done with it.
struct Life {
    home: Home,
    story: Story,
    /// Its creation was not acknowledged yet.
    is_new: bool,
}

/// What was recorded while a vault was in use.
struct LifeRecord {
    before: Image,
    /// What had been promised then; nothing where the vault is new.
    at_first: Option<StoryPromise>,
    events: Vec<DiskEvent>,
    promises: Vec<StoryPromise>,
}

impl Life {
    fn new() -> Self {
        Self {
            home: Home::new(),
            story: Story::new(),
            is_new: true,
        }
    }

    /// Opens (or makes) the vault and uses it; the record ends where the power does.
    fn record(
        &mut self,
        dice: &mut SeededRng,
        lie: Option<FaultKind>,
    ) -> Result<LifeRecord, String> {
        let before = Image::of(self.home.path());
        let at_first = (!self.is_new).then_some(self.story.promised);
        let disk = match lie {
            Some(lie) => Disk::lying(self.home.path(), lie),
            None => Disk::recording(self.home.path()),
        };
        let mut promises = Vec::new();
        let mut vault = if self.is_new {
            self.home.create().0
        } else {
            self.home.open().unwrap()
        };
        for _ in 0..=dice.below(10) {
            promises.push(self.story.promised);
            disk.acknowledge(promises.len() - 1);
            if dice.below(8) == 0 {
                self.home.close(vault);
                self.story.promised.durable_uses = self.story.promised.uses;
                vault = self.home.open().unwrap();
            } else {
                let step = self.story.draw(dice);
                let context = self.home.context();
                let taken = self.story.take(&step, &mut vault, &context);
                // After a lie that was survived, a later change may be the first to notice.
                taken.map_err(|error| format!("{step:?}: {error}"))?;
            }
        }
        promises.push(self.story.promised);
        disk.acknowledge(promises.len() - 1);
        let end = disk.recorded();
        // What dropping does to the files comes after the end.
        drop(vault);
        let mut events = disk.finish();
        events.truncate(end);
        Ok(LifeRecord {
            before,
            at_first,
            events,
            promises,
        })
    }

    /// Loses power somewhere in a record, and opens what is left.
    fn lose(&self, record: &LifeRecord, dice: &mut SeededRng) -> Result<(Home, Sight), String> {
        let end = dice.below(record.events.len() + 1);
        let mut image = record.before.clone();
        let mut promise = record.at_first;
        for event in &record.events[..end] {
            if let DiskEvent::Acknowledged(at) = event {
                promise = Some(record.promises[*at]);
            }
            image.apply(event);
        }
        let mut home = Home::new();
        home.now = self.home.now;
        boots::restart();
        image.lose_power(dice, home.path());
        let vault = match (home.open(), promise) {
            // Before the creation was acknowledged there may be no vault.
            (Err(VaultError::NotAVault(_)), None) => home.create().0,
            (Ok(vault), _) => vault,
            (Err(error), _) => return Err(format!("at {end}: {error}")),
        };
        let promise = promise.unwrap_or_default();
        let harmless = |remark: &UnlockWarning| match remark {
            UnlockWarning::HeaderHealed => self.is_new,
            // What may be missing is checked below; the record must not decide.
            UnlockWarning::UncleanStop { doubt } => doubt.is_some(),
            _ => false,
        };
        if !vault.warnings().iter().all(harmless) {
            return Err(format!("at {end}: {:?}", vault.warnings()));
        }
        let sight = look(&vault, &home).map_err(|error| format!("at {end}: {error}"))?;
        self.story
            .check(&promise, promise.durable_uses, &sight)
            .map_err(|error| format!("at {end}: {error}"))?;
        Ok((home, sight))
    }
}

/// Lives through so many power losses; what went wrong.
fn lose_power(cases: usize, lie: Option<FaultKind>, mut held: impl FnMut()) -> Vec<String> {
    let mut failures = Vec::new();
    let mut life = Life::new();
    for case in 0..cases.div_ceil(DRAWS) {
        if case % LIVES == 0 {
            life = Life::new();
        }
        let mut dice = SeededRng::new(case as u64);
        let record = match life.record(&mut dice, lie) {
            Ok(record) => record,
            Err(error) => {
                failures.push(format!("case {case} {error}"));
                life = Life::new();
                continue;
            }
        };
        let mut survived = None;
        for _ in 0..DRAWS {
            match life.lose(&record, &mut dice) {
                Ok(kept) => {
                    held();
                    survived = Some(kept);
                }
                Err(error) => failures.push(format!("case {case} {error}")),
            }
        }
        life = match survived {
            Some((home, sight)) => {
                let mut story = life.story;
                story.resume(&sight);
                Life {
                    home,
                    story,
                    is_new: false,
                }
            }
            None => Life::new(),
        };
    }
    failures
}

#[test]
fn promise_02_power_loss_takes_no_change_and_raises_no_alarm() {
    let mut proof = ProofRun::begin("promise_02_power_loss_takes_no_change_and_raises_no_alarm");
    let failures = lose_power(ProofRun::cases(120, 1000), None, || proof.case());
    assert!(failures.is_empty(), "{failures:#?}");
}

/// The controls: with any one kind of sync pretended, the same losses take changes.
#[test]
fn promise_02_control_a_sync_that_does_nothing_is_found_out() {
    let mut proof = ProofRun::begin("promise_02_control_a_sync_that_does_nothing_is_found_out");
    for lie in [FaultKind::Database, FaultKind::Files, FaultKind::Folders] {
        let failures = lose_power(ProofRun::cases(60, 200), Some(lie), || {});
        assert!(!failures.is_empty(), "{lie:?} made no difference");
        proof.case();
    }
}
