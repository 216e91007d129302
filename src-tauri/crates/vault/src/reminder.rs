//! Decides when to remind, given the time, the zone and what was sent. Pure.
//!
//! A reminder belongs to a civil day: the day of a due moment less a lead time, and every
//! day once it is overdue. One notice a day covers everything, after the quiet
//! hours; only what ends within 24 hours may break them, or be a second notice of a day.
//! What was missed while the machine slept is part of the next notice.

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use keyhaven_rules::due::{DueKind, Moment};
use uuid::Uuid;

use crate::due::{
    date_of, day_of, end_of, later, plus_days, rotation_moment, start_of, start_of_day,
};
use crate::model::{Dates, LocalNow};

/// What ends within this may disturb.
const URGENT: SignedDuration = SignedDuration::from_hours(24);

/// Hours of the local day in which only what is urgent may disturb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietHours {
    /// Begin.
    pub from: Time,
    /// End; equal to the begin where there are none.
    pub to: Time,
}

/// What a reminder needs to know of one credential; nothing in it names the credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduleEntry {
    /// Random, fresh in each rewrite of the schedule.
    pub id: Uuid,
    /// Starts of the days on which to remind, ascending.
    pub notices: Vec<Timestamp>,
    /// From the start of this day on it is overdue: remind daily.
    pub overdue_from: Timestamp,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// When its replaced value is to be revoked at its provider.
    pub revoke_at: Option<Timestamp>,
    /// Quiet until then.
    pub snoozed_until: Option<Timestamp>,
    /// Reminders up to here are sent.
    pub sent: Timestamp,
}

/// Everything from which notices follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// Fresh in each rewrite; the open vault knows from it whose an id is.
    pub nonce: [u8; 16],
    /// Quiet hours.
    pub quiet: QuietHours,
    /// When the last notice went out.
    pub last_digest: Option<Timestamp>,
    /// One per credential with a date.
    pub entries: Vec<ScheduleEntry>,
}

/// One notice about everything that is due at that time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReminderNotice {
    /// Which entries it is about.
    pub ids: Vec<Uuid>,
    /// How many of them have ended.
    pub expired: usize,
    /// How many end within 24 hours.
    pub urgent: usize,
}

/// The reminders that a credential's dates ask for; `None` where it has none. The id is nil. Of
/// the revocation of a replaced value, which rotation sets, only its own day reminds.
#[must_use]
pub fn entry(
    dates: &Dates,
    revoke_at: Option<Timestamp>,
    lead_times: &[u32],
    sent: Timestamp,
    clock: &LocalNow,
) -> Option<ScheduleEntry> {
    let zone = &clock.zone;
    let moments = [dates.expires, rotation_moment(dates, zone)];
    let days = moments
        .into_iter()
        .flatten()
        .map(|moment| date_of(moment, zone));
    let revoke_on = revoke_at.map(|at| day_of(at, zone));
    let first = days.clone().chain(revoke_on).min()?;
    let mut notices: Vec<Timestamp> = days
        .flat_map(|day| {
            let leads = lead_times
                .iter()
                .map(move |lead| plus_days(day, -i64::from(*lead)));
            leads.map(|day| start_of_day(day, zone))
        })
        .collect();
    // Its last day is the latest a snooze may end.
    let last_day = dates
        .expires
        .map(|end| start_of_day(date_of(end, zone), zone));
    let snoozed_until = dates.snoozed_until.map(|until| {
        let until = start_of(until, zone);
        last_day.map_or(until, |day| until.min(day))
    });
    // A snooze until a day ends with a reminder on that day.
    notices.extend(snoozed_until);
    notices.extend(revoke_on.map(|day| start_of_day(day, zone)));
    notices.sort_unstable();
    notices.dedup();
    Some(ScheduleEntry {
        id: Uuid::nil(),
        notices,
        overdue_from: start_of_day(plus_days(first, 1), zone),
        expires_at: dates.expires.map(|end| end_of(end, zone)),
        revoke_at,
        snoozed_until,
        sent,
    })
}

/// The moment before today began: what a new entry has behind it.
#[must_use]
pub fn before_today(clock: &LocalNow) -> Timestamp {
    let today = start_of_day(day_of(clock.now, &clock.zone), &clock.zone);
    later(today, SignedDuration::from_secs(-1))
}

impl Schedule {
    /// The notice that is to be shown now, if any.
    #[must_use]
    pub fn notice(&self, clock: &LocalNow) -> Option<ReminderNotice> {
        let pending: Vec<&ScheduleEntry> = self
            .entries
            .iter()
            .filter(|entry| entry.is_pending(clock))
            .collect();
        let urgent = pending
            .iter()
            .filter(|entry| entry.is_urgent(clock.now))
            .count();
        let may_show = urgent > 0 || self.is_digest_time(clock);
        (may_show && !pending.is_empty()).then(|| ReminderNotice {
            ids: pending.iter().map(|entry| entry.id).collect(),
            expired: pending
                .iter()
                .filter(|entry| entry.has_ended(clock.now))
                .count(),
            urgent,
        })
    }

    /// Remembers that a notice was shown.
    pub fn mark_sent(&mut self, notice: &ReminderNotice, now: Timestamp) {
        for entry in &mut self.entries {
            if notice.ids.contains(&entry.id) {
                entry.sent = now;
            }
        }
        self.last_digest = Some(now);
    }

    /// When to ask again: no notice is due before. `None` where there is nothing to come.
    #[must_use]
    pub fn wake_at(&self, clock: &LocalNow) -> Option<Timestamp> {
        let wakes = self.entries.iter().filter_map(|entry| {
            let due = entry.next_due(clock)?.max(clock.now);
            Some(self.earliest_show(entry, due, &clock.zone))
        });
        wakes.min()
    }

    /// The earliest time from `due` on at which a reminder of this entry may be shown.
    fn earliest_show(&self, entry: &ScheduleEntry, due: Timestamp, zone: &TimeZone) -> Timestamp {
        let digest = self.next_digest_time(due, zone);
        match entry.expires_at {
            Some(end) if end > due => digest.min(due.max(later(end, -URGENT))),
            _ => digest,
        }
    }

    /// Outside quiet hours, and no notice yet today.
    fn is_digest_time(&self, clock: &LocalNow) -> bool {
        self.next_digest_time(clock.now, &clock.zone) == clock.now
    }

    fn next_digest_time(&self, from: Timestamp, zone: &TimeZone) -> Timestamp {
        let mut at = from;
        if let Some(last) = self.last_digest {
            at = at.max(start_of_day(plus_days(day_of(last, zone), 1), zone));
        }
        self.quiet.end_after(at, zone).unwrap_or(at)
    }
}

/// The date or instant of which this is the end: the schedule keeps the end of a civil date, which
/// is the midnight after it.
fn expiry_moment(end: Timestamp, zone: &TimeZone) -> Moment {
    let day = day_of(end, zone);
    if start_of_day(day, zone) == end {
        Moment::Date(plus_days(day, -1))
    } else {
        Moment::Instant(end)
    }
}

impl ScheduleEntry {
    /// What happens first to the credential, as far as the schedule knows its dates.
    #[must_use]
    pub fn first_due(&self, zone: &TimeZone) -> (DueKind, Moment) {
        let is_first = |at: &Timestamp| *at <= self.overdue_from;
        if let Some(end) = self.expires_at.filter(is_first) {
            return (DueKind::Expiry, expiry_moment(end, zone));
        }
        if let Some(at) = self.revoke_at.filter(is_first) {
            return (DueKind::Revocation, Moment::Instant(at));
        }
        let day = plus_days(day_of(self.overdue_from, zone), -1);
        (DueKind::Rotation, Moment::Date(day))
    }

    /// What a notice tells: an end that has come or is near, else what happens first.
    #[must_use]
    pub fn most_pressing(&self, clock: &LocalNow) -> (DueKind, Moment) {
        match self.expires_at {
            Some(end) if self.has_ended(clock.now) || self.is_urgent(clock.now) => {
                (DueKind::Expiry, expiry_moment(end, &clock.zone))
            }
            _ => self.first_due(&clock.zone),
        }
    }

    /// Whether something is due that was not reported yet.
    fn is_pending(&self, clock: &LocalNow) -> bool {
        let is_over = |until: Timestamp| until <= clock.now;
        self.snoozed_until.is_none_or(is_over)
            && self
                .latest_notice(clock)
                .is_some_and(|notice| notice > self.sent)
    }

    /// The latest reminder that has come due.
    fn latest_notice(&self, clock: &LocalNow) -> Option<Timestamp> {
        let today = start_of_day(day_of(clock.now, &clock.zone), &clock.zone);
        if today >= self.overdue_from {
            return Some(today);
        }
        self.notices
            .iter()
            .rev()
            .find(|notice| **notice <= clock.now)
            .copied()
    }

    /// When it is, or becomes, pending.
    fn next_due(&self, clock: &LocalNow) -> Option<Timestamp> {
        let snoozed = self.snoozed_until.unwrap_or(Timestamp::MIN);
        let tomorrow = plus_days(day_of(self.sent.max(clock.now), &clock.zone), 1);
        let daily = start_of_day(tomorrow, &clock.zone).max(self.overdue_from);
        let latest = self
            .latest_notice(clock)
            .filter(|notice| *notice > self.sent);
        let coming = self
            .notices
            .iter()
            .find(|notice| **notice > self.sent.max(clock.now));
        // Of two dates one may be overdue long before the other has its next reminder.
        let next = coming.map_or(daily, |notice| daily.min(*notice));
        Some(latest.unwrap_or(next).max(snoozed))
    }

    fn has_ended(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }

    fn is_urgent(&self, now: Timestamp) -> bool {
        let soon = later(now, URGENT);
        self.expires_at.is_some_and(|end| now < end && end <= soon)
    }
}

impl QuietHours {
    /// When the quiet hours that hold a time are over; `None` outside of them.
    fn end_after(&self, at: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let local = zone.to_datetime(at);
        let time = local.time();
        let over_midnight = self.from > self.to;
        let inside = if over_midnight {
            time >= self.from || time < self.to
        } else {
            time >= self.from && time < self.to
        };
        if !inside {
            return None;
        }
        let next_day = over_midnight && time >= self.from;
        let day = plus_days(local.date(), i64::from(next_day));
        // Where a clock change repeats the end, the second time counts.
        let end = zone.to_ambiguous_timestamp(day.to_datetime(self.to));
        end.later().ok().filter(|end| *end > at)
    }
}
