//! What the schedule of reminders says, from the vault's dates and settings.
//!
//! Ids in a schedule follow from its nonce under a key of the vault: they mean nothing to
//! anyone who finds the file, and the unlocked vault can map them back.

use std::collections::HashMap;

use jiff::Timestamp;
use keyhaven_rules::settings::Settings;
use uuid::Uuid;

use super::Unlocked;
use crate::crypto::mac::MacKey;
use crate::error::VaultError;
use crate::model::{Credential, LocalNow};
use crate::query::Summary;
use crate::random::make_array;
use crate::reminder::{self, QuietHours, Schedule, ScheduleEntry};

impl Unlocked {
    /// A fresh schedule. What was sent is taken over from the former one, though a clock
    /// that was wrong cannot have sent anything after now; for what is new, reminders begin
    /// with today's.
    ///
    /// # Errors
    /// [`VaultError::DamagedData`], [`VaultError::Database`], [`VaultError::NoRandomness`].
    pub fn schedule(
        &mut self,
        former: Option<&Schedule>,
        clock: &LocalNow,
    ) -> Result<Schedule, VaultError> {
        // Reminders follow it while the vault is locked: a lock waits for it.
        crate::stop::to_the_end(|| self.whole_schedule(former, clock))
    }

    fn whole_schedule(
        &mut self,
        former: Option<&Schedule>,
        clock: &LocalNow,
    ) -> Result<Schedule, VaultError> {
        let settings = self.settings()?;
        let nonce = make_array(&mut *self.options.random)?;
        let sent = former.map(sent_by_id).unwrap_or_default();
        let before = self.former_schedule.take();
        let mut entries = Vec::new();
        // Revoked and plain ones are never due.
        self.visit(clock, |summary| {
            if summary.due.soonest().is_none() {
                return;
            }
            let id = summary.credential.id;
            let known = former.and_then(|former| {
                let keys = [Some(&self.keys.schedule), before.as_ref()];
                let mut keys = keys.into_iter().flatten();
                keys.find_map(|key| sent.get(&scheduled_id(key, &former.nonce, id)))
            });
            let since = known.map_or_else(
                || reminder::before_today(clock),
                |sent| (*sent).min(clock.now),
            );
            let entry = entry(summary, &settings, since, clock);
            entries.extend(entry.map(|entry| ScheduleEntry {
                id: scheduled_id(&self.keys.schedule, &nonce, id),
                ..entry
            }));
        })?;
        Ok(Schedule {
            nonce,
            quiet: QuietHours {
                from: settings.quiet_from.civil(),
                to: settings.quiet_to.civil(),
            },
            last_digest: former
                .and_then(|former| former.last_digest)
                .map(|last| last.min(clock.now)),
            entries,
        })
    }

    /// Which credential an entry of a schedule is about; `None` where it is gone.
    ///
    /// # Errors
    /// [`VaultError::DamagedData`], [`VaultError::Database`].
    pub fn scheduled_credential(
        &self,
        schedule: &Schedule,
        entry: Uuid,
        clock: &LocalNow,
    ) -> Result<Option<Credential>, VaultError> {
        let key = &self.keys.schedule;
        let is_it = |one: &Summary| scheduled_id(key, &schedule.nonce, one.credential.id) == entry;
        let found = self.summaries(clock, is_it)?.into_iter().next();
        Ok(found.map(|summary| summary.credential))
    }
}

fn scheduled_id(key: &MacKey, nonce: &[u8; 16], credential: Uuid) -> Uuid {
    let mut mac = key.start(b"schedule id");
    mac.raw(nonce).raw(credential.as_bytes());
    let tag = mac.finish();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&tag[..16]);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

fn sent_by_id(schedule: &Schedule) -> HashMap<Uuid, Timestamp> {
    let pairs = schedule.entries.iter().map(|entry| (entry.id, entry.sent));
    pairs.collect()
}

/// The reminders of one credential, if anything of it is ever due.
fn entry(
    summary: &Summary,
    settings: &Settings,
    sent: Timestamp,
    clock: &LocalNow,
) -> Option<ScheduleEntry> {
    let dates = &summary.credential.dates;
    let lead_times = dates.lead_times.as_ref().unwrap_or(&settings.lead_times);
    reminder::entry(dates, summary.revoke_at, lead_times, sent, clock)
}
