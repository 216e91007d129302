//! How much there is, and how much of it is due. Asked at every unlock: it reads no more
//! than it needs.

use std::collections::HashSet;

use jiff::Timestamp;
use uuid::Uuid;

use super::Unlocked;
use crate::due::{self, Due};
use crate::error::VaultError;
use crate::model::LocalNow;
use crate::query::Counts;
use crate::store::read;

/// What is due this week is due by the end of the day that lies so many days ahead.
const WEEK: u32 = 7;

impl Unlocked {
    /// How much there is, and how much of it is due.
    ///
    /// # Errors
    /// [`VaultError::DamagedData`], [`VaultError::Database`].
    pub fn counts(&self, clock: &LocalNow) -> Result<Counts, VaultError> {
        let environments = read::environments(&self.connection)?;
        let projects: HashSet<Uuid> = environments.iter().map(|row| row.project).collect();
        let mut counts = Counts {
            projects: projects.len() as u64,
            ..Counts::default()
        };
        let week = due::end_of_day_after(WEEK, clock);
        if self.living.borrow().is_some() {
            self.visit(clock, |summary| {
                counts.add(summary.usage.uses == 0, &summary.due, week);
            })?;
            return Ok(counts);
        }
        let revoke_at = self.revocations()?;
        read::each_dated(&self.connection, |row| {
            let mut due = match row.revoked_at {
                Some(_) => Due::default(),
                None => Due::of_dates(&row.dates, revoke_at.get(&row.id).copied(), clock),
            };
            // Few are due at a time: only their fields are looked at.
            if due.by(week) && !due::is_dated(&row.fields()?) {
                due = Due::default();
            }
            counts.add(!row.used, &due, week);
            Ok(())
        })?;
        Ok(counts)
    }
}

impl Counts {
    fn add(&mut self, never_used: bool, due: &Due, week: Timestamp) {
        self.credentials += 1;
        self.never_used += u64::from(never_used);
        if due.expired || due.rotation_overdue || due.revocation_overdue {
            self.overdue += 1;
        } else if due.by(week) {
            self.due_this_week += 1;
        }
    }
}
