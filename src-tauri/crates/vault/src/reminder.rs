//! When to remind, given the present, the zone and what was sent. Pure.
//!
//! A credential has *points*: the starts of the days on which to speak of it, by its lead
//! times, and every day once it is overdue. A point that has come and was not sent is
//! pending; all that is pending goes into one digest a day, outside the quiet hours. Only
//! what expires within 24 hours may come at once. Nothing depends on a timer having
//! survived: what was missed is simply still pending.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ZonedDateTime};
use uuid::Uuid;

use crate::due::{Due, day_of, plus_days, start_of, start_of_day};
use crate::model::{Clock, Dates};

/// What expires sooner than this may break the quiet hours and the one digest a day.
const URGENT: SignedDuration = SignedDuration::from_hours(24);

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
    /// When the last digest went out.
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
    /// Whether this is the day's digest, not only what could not wait for it.
    pub digest: bool,
}

impl Quiet {
    fn holds_at(self, local: Time) -> bool {
        match self.from.cmp(&self.to) {
            std::cmp::Ordering::Equal => false,
            std::cmp::Ordering::Less => self.from <= local && local < self.to,
            std::cmp::Ordering::Greater => local >= self.from || local < self.to,
        }
    }
}

impl Entry {
    /// The entry of a credential with these dates; `None` where nothing has a date.
    ///
    /// Points before the day of `sent` are over; that day's own is not, so that a
    /// credential stored on a day of its lead times is still spoken of.
    #[must_use]
    pub fn of(
        id: Uuid,
        dates: &Dates,
        lead_times: &[u32],
        sent: Timestamp,
        clock: &Clock,
    ) -> Option<Self> {
        let due = Due::of(dates, clock);
        due.soonest()?;
        // An expiry takes effect at the end of its day, so its day is the one just before.
        let expiry_day = due.expires_at.map(|at| {
            let just_before = at
                .saturating_sub(SignedDuration::from_nanos(1))
                .unwrap_or(at);
            day_of(just_before, &clock.zone)
        });
        let rotation_day = due.rotate_at.map(|at| day_of(at, &clock.zone));
        let days = || expiry_day.into_iter().chain(rotation_day);

        let lead_times = dates.lead_times.as_deref().unwrap_or(lead_times);
        let mut notices: Vec<Timestamp> = days()
            .flat_map(|day| lead_times.iter().map(move |lead| before(day, *lead)))
            .map(|day| start_of_day(day, &clock.zone))
            .filter(|point| *point > sent)
            .collect();
        notices.sort_unstable();
        notices.dedup();

        let last_day = days().min()?;
        Some(Self {
            id,
            notices,
            overdue_from: start_of_day(plus_days(last_day, 1), &clock.zone),
            expires_at: due.expires_at,
            snoozed_until: dates
                .snoozed_until
                .map(|until| start_of(until, &clock.zone))
                .map(|until| due.expires_at.map_or(until, |end| until.min(end))),
            sent,
        })
    }

    /// Whether a point has come that was not sent.
    fn is_pending(&self, clock: &Clock) -> bool {
        if self.snoozed_until.is_some_and(|until| clock.now < until) {
            return false;
        }
        let passed = self.notices.partition_point(|point| *point <= clock.now);
        let noticed = passed
            .checked_sub(1)
            .is_some_and(|last| self.notices[last] > self.sent);
        let today = start_of_day(day_of(clock.now, &clock.zone), &clock.zone);
        noticed || (self.overdue_from <= today && self.sent < today)
    }

    /// Whether it ends within 24 hours.
    fn is_urgent(&self, now: Timestamp) -> bool {
        self.expires_at
            .is_some_and(|end| now < end && now.duration_until(end) <= URGENT)
    }

    /// When it is pending next, if it is not now: its next point, or the end of its snooze.
    fn next_pending(&self, clock: &Clock) -> Timestamp {
        let after = self.sent.max(clock.now);
        let next = self.notices.partition_point(|point| *point <= self.sent);
        let tomorrow = start_of_day(plus_days(day_of(after, &clock.zone), 1), &clock.zone);
        let overdue = self.overdue_from.max(tomorrow);
        let point = self
            .notices
            .get(next)
            .map_or(overdue, |point| overdue.min(*point));
        point
            .max(clock.now)
            .max(self.snoozed_until.unwrap_or(point))
    }
}

impl Schedule {
    /// The notice that is to be shown now, if any.
    #[must_use]
    pub fn notice(&self, clock: &Clock) -> Option<Notice> {
        let digest = self.may_digest(clock);
        let told: Vec<&Entry> = self
            .entries
            .iter()
            .filter(|entry| entry.is_pending(clock) && (digest || entry.is_urgent(clock.now)))
            .collect();
        if told.is_empty() {
            return None;
        }
        Some(Notice {
            ids: told.iter().map(|entry| entry.id).collect(),
            expired: told
                .iter()
                .filter(|entry| entry.expires_at.is_some_and(|end| end <= clock.now))
                .count(),
            urgent: told
                .iter()
                .filter(|entry| entry.is_urgent(clock.now))
                .count(),
            digest,
        })
    }

    /// Remembers that a notice was shown.
    pub fn mark_sent(&mut self, notice: &Notice, now: Timestamp) {
        for entry in &mut self.entries {
            if notice.ids.contains(&entry.id) {
                entry.sent = entry.sent.max(now);
            }
        }
        if notice.digest {
            self.last_digest = Some(now);
        }
    }

    /// When to ask again: the next time at which [`Schedule::notice`] can answer; now,
    /// where it answers already.
    #[must_use]
    pub fn wake_at(&self, clock: &Clock) -> Option<Timestamp> {
        self.entries
            .iter()
            .map(|entry| self.next_notice_of(entry, clock))
            .min()
    }

    fn next_notice_of(&self, entry: &Entry, clock: &Clock) -> Timestamp {
        let pending = match entry.is_pending(clock) {
            true => clock.now,
            false => entry.next_pending(clock),
        };
        let digest = self.next_digest(&Clock {
            now: pending,
            zone: clock.zone.clone(),
        });
        let urgent = entry.expires_at.and_then(|end| {
            let from = end.saturating_sub(URGENT).unwrap_or(pending).max(pending);
            (from < end).then_some(from)
        });
        urgent.map_or(digest, |urgent| urgent.min(digest))
    }

    /// Whether the day's digest may be shown: not yet shown today, and no quiet hours.
    fn may_digest(&self, clock: &Clock) -> bool {
        let local = clock.zone.to_datetime(clock.now);
        let shown_today = self
            .last_digest
            .is_some_and(|at| day_of(at, &clock.zone) == local.date());
        !shown_today && !self.quiet.holds_at(local.time())
    }

    /// The first time from the clock's on at which a digest may be shown.
    fn next_digest(&self, clock: &Clock) -> Timestamp {
        let zone = &clock.zone;
        let mut at = clock.now;
        let today = day_of(at, zone);
        if self
            .last_digest
            .is_some_and(|last| day_of(last, zone) == today)
        {
            at = start_of_day(plus_days(today, 1), zone);
        }
        let local = zone.to_datetime(at);
        if !self.quiet.holds_at(local.time()) {
            return at;
        }
        let ends_today = local.time() < self.quiet.to;
        let day = plus_days(local.date(), i64::from(!ends_today));
        at_time(day, self.quiet.to, zone).map_or(at, |end| end.timestamp().max(at))
    }
}

/// So many days before a day.
fn before(day: Date, lead: u32) -> Date {
    plus_days(day, -i64::from(lead))
}

/// A local time of a day; where the zone skips it, the first that exists after it.
fn at_time(day: Date, time: Time, zone: &TimeZone) -> Option<ZonedDateTime> {
    day.to_datetime(time).to_zoned_datetime(zone.clone()).ok()
}

#[cfg(test)]
mod tests;
