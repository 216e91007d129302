//! When to remind, given the present, the zone and what was sent. Pure.

use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use uuid::Uuid;

use crate::model::Clock;

/// Hours of the local day in which only what expires within 24 h may disturb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quiet {
    /// Begin.
    pub from: Time,
    /// End; equal to the begin where there are none.
    pub to: Time,
}

/// What a reminder needs to know of one credential; nothing in it names the credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Random, fresh in each rewrite of the schedule.
    pub id: Uuid,
    /// Starts of the days on which to remind, ascending.
    pub notices: Vec<Timestamp>,
    /// Overdue from the start of this day on: remind daily.
    pub overdue_from: Timestamp,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// Quiet until then.
    pub snoozed_until: Option<Timestamp>,
    /// Notices up to here are sent.
    pub sent: Timestamp,
}

/// Everything from which notices follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// Fresh in each rewrite; the unlocked vault knows from it whose an id is.
    pub nonce: [u8; 16],
    /// Quiet hours.
    pub quiet: Quiet,
    /// When the last notice went out.
    pub last_digest: Option<Timestamp>,
    /// One per credential with a date.
    pub entries: Vec<Entry>,
}

/// One notice, about all that is to be said at that time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Which entries it is about.
    pub ids: Vec<Uuid>,
    /// How many of them have expired.
    pub expired: usize,
    /// How many expire within 24 hours.
    pub urgent: usize,
}

impl Schedule {
    /// The notice that is to be shown now, if any.
    #[must_use]
    pub fn notice(&self, clock: &Clock) -> Option<Notice> {
        let _ = clock;
        None
    }

    /// Remembers that a notice was shown.
    pub fn mark_sent(&mut self, notice: &Notice, now: Timestamp) {
        let _ = (notice, now);
    }

    /// When to ask again: the next time at which [`Schedule::notice`] can answer.
    #[must_use]
    pub fn wake_at(&self, clock: &Clock) -> Option<Timestamp> {
        let _: &TimeZone = &clock.zone;
        None
    }
}
