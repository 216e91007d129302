//! What the schedule of reminders says, from the vault's dates and settings.
//!
//! Ids in a schedule follow from its nonce under a key of the vault: they mean nothing to
//! whoever finds the file, and the open vault can tell whose they are.

use std::collections::HashMap;

use jiff::Timestamp;
use uuid::Uuid;

use super::Unlocked;
use crate::error::Error;
use crate::model::{Clock, Credential};
use crate::query::Summary;
use crate::random::make_array;
use crate::reminder::{self, Entry, Quiet, Schedule};
use crate::settings::Settings;

impl Unlocked {
    /// A fresh schedule. What was sent is taken over from the former one; for what is new,
    /// reminders begin with today's.
    ///
    /// # Errors
    /// [`Error::DamagedData`], [`Error::Database`], [`Error::NoRandomness`].
    pub fn schedule(
        &mut self,
        former: Option<&Schedule>,
        clock: &Clock,
    ) -> Result<Schedule, Error> {
        let settings = self.settings()?;
        let nonce = make_array(&mut *self.options.random)?;
        let sent = former.map(sent_by_id).unwrap_or_default();
        let mut entries = Vec::new();
        for summary in self.summaries(clock)? {
            let id = summary.credential.id;
            let known = former.and_then(|former| sent.get(&self.scheduled_id(&former.nonce, id)));
            let since = known
                .copied()
                .unwrap_or_else(|| reminder::before_today(clock));
            let entry = entry(&summary, &settings, since, clock);
            entries.extend(entry.map(|entry| Entry {
                id: self.scheduled_id(&nonce, id),
                ..entry
            }));
        }
        Ok(Schedule {
            nonce,
            quiet: Quiet {
                from: settings.quiet_from,
                to: settings.quiet_to,
            },
            last_digest: former.and_then(|former| former.last_digest),
            entries,
        })
    }

    /// Which credential an entry of a schedule is about; `None` where it is gone.
    ///
    /// # Errors
    /// [`Error::DamagedData`], [`Error::Database`].
    pub fn scheduled_credential(
        &self,
        schedule: &Schedule,
        entry: Uuid,
        clock: &Clock,
    ) -> Result<Option<Credential>, Error> {
        let mut living = self.summaries(clock)?.into_iter();
        let found =
            living.find(|one| self.scheduled_id(&schedule.nonce, one.credential.id) == entry);
        Ok(found.map(|summary| summary.credential))
    }

    fn scheduled_id(&self, nonce: &[u8; 16], credential: Uuid) -> Uuid {
        let mut mac = self.keys.schedule.start(b"schedule id");
        mac.raw(nonce).raw(credential.as_bytes());
        let tag = mac.finish();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&tag[..16]);
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }
}

fn sent_by_id(schedule: &Schedule) -> HashMap<Uuid, Timestamp> {
    let pairs = schedule.entries.iter().map(|entry| (entry.id, entry.sent));
    pairs.collect()
}

/// The reminders of one credential, if anything of it is ever due.
fn entry(summary: &Summary, settings: &Settings, sent: Timestamp, clock: &Clock) -> Option<Entry> {
    let dates = &summary.credential.dates;
    let lead_times = dates.lead_times.as_ref().unwrap_or(&settings.lead_times);
    // Whether it is dated at all: revoked and plain ones are not.
    summary.due.soonest()?;
    reminder::entry(dates, lead_times, sent, clock)
}
