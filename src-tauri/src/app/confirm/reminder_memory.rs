//! What this process remembers of the reminders of keys. With it a page may undo what it did
//! without a question, and cannot add up changes of which each alone needs none: the dates that a
//! new value has ended come back with the value before it, and a snooze cannot be prolonged
//! again and again.

use std::collections::HashMap;
use std::sync::Mutex;

use jiff::Timestamp;
use jiff::civil::Date;
use keyhaven_protocol::view::{CredentialView, Moment, VersionView};
use uuid::Uuid;

use crate::lock::locked;

/// The most values whose dates are remembered. What is forgotten is asked about.
const MOST: usize = 10_000;

/// See the module.
#[derive(Debug, Default)]
pub struct ReminderMemory {
    dates: Mutex<HashMap<ValueKey, RememberedDates>>,
    quiet: Mutex<HashMap<Uuid, QuietSpan>>,
}

/// A version: its number alone may be that of another one after a restore.
type ValueKey = (Uuid, u32, Timestamp);

/// The dates of a key that end with its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RememberedDates {
    pub(super) expires: Option<Moment>,
    pub(super) rotate_on: Option<Moment>,
    pub(super) snoozed_until: Option<Date>,
}

/// Days on which a key has no reminders because the page wanted it so.
#[derive(Debug, Clone, Copy)]
struct QuietSpan {
    from: Date,
    until: Date,
}

impl ReminderMemory {
    /// Remembers the dates of a value, which another one has replaced.
    pub fn replaced(&self, known: &CredentialView) {
        let Some(version) = known.version else {
            return;
        };
        let dates = RememberedDates {
            expires: known.row.expires,
            rotate_on: known.rotate_on,
            snoozed_until: known.snoozed_until,
        };
        let key = (known.row.id, version, known.rotated_at);
        let mut remembered = locked(&self.dates);
        if remembered.len() >= MOST {
            remembered.clear();
        }
        remembered.insert(key, dates);
    }

    /// Remembers the same where an older version took its place. That one may get other dates
    /// now, so that those it had are forgotten.
    pub fn came_back(&self, before: &CredentialView, version: u32) {
        let id = before.row.id;
        locked(&self.dates).retain(|(known, number, _), _| (*known, *number) != (id, version));
        self.replaced(before);
    }

    /// The dates that a version had when another value took its place.
    pub(super) fn of(&self, credential: Uuid, version: &VersionView) -> Option<RememberedDates> {
        let key = (credential, version.number, version.created_at);
        locked(&self.dates).get(&key).copied()
    }

    /// The day on which the days began that a snooze on this day would prolong.
    pub(super) fn quiet_since(&self, credential: Uuid, today: Date) -> Date {
        let quiet = locked(&self.quiet);
        let span = quiet.get(&credential);
        // On the last day itself no reminder may have come yet.
        span.filter(|span| span.until >= today)
            .map_or(today, |span| span.from)
    }

    /// Remembers a snooze that nobody was asked about.
    pub(super) fn snoozed(&self, credential: Uuid, today: Date, until: Date) {
        let from = self.quiet_since(credential, today);
        let mut quiet = locked(&self.quiet);
        // None that lasts is forgotten, which would let it be prolonged; there are never more
        // than the vault has keys.
        quiet.retain(|_, span| span.until >= today);
        quiet.insert(credential, QuietSpan { from, until });
    }
}
