//! What is due, given the present and the zone. Pure.
//!
//! A civil date expires at its end and wants rotation at its start, both in the zone
//! handed in; only a provider's instant is an instant.

use jiff::Timestamp;
use jiff::tz::TimeZone;
pub use keyhaven_rules::due::{
    RotationBasis, date_of, day_of, end_of, later, plus_days, start_of, start_of_day, takes_effect,
};

use crate::model::{Dates, ExpiryChange, Field, FieldKind, Label, LocalNow, Moment, Version};

/// When a credential ends, when it wants rotation, and when its replaced value is to be revoked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Due {
    /// When the provider ends it.
    pub expires_at: Option<Timestamp>,
    /// When policy wants it rotated.
    pub rotate_at: Option<Timestamp>,
    /// When its replaced value is to be revoked at its provider.
    pub revoke_at: Option<Timestamp>,
    /// The end has come.
    pub expired: bool,
    /// The rotation is overdue.
    pub rotation_overdue: bool,
    /// The revocation is overdue.
    pub revocation_overdue: bool,
}

impl Due {
    /// Works it out. Nothing is due of what is revoked, nor of what is no secret.
    #[must_use]
    pub fn of(
        fields: &[Field],
        revoked_at: Option<Timestamp>,
        dates: &Dates,
        revoke_at: Option<Timestamp>,
        clock: &LocalNow,
    ) -> Self {
        if revoked_at.is_some() || !is_dated(fields) {
            return Self::default();
        }
        Self::of_dates(dates, revoke_at, clock)
    }

    /// What the dates alone say, for a secret that is not revoked.
    pub(crate) fn of_dates(dates: &Dates, revoke_at: Option<Timestamp>, clock: &LocalNow) -> Self {
        let expires_at = dates.expires.map(|moment| end_of(moment, &clock.zone));
        let rotate_at =
            rotation_moment(dates, &clock.zone).map(|moment| start_of(moment, &clock.zone));
        Self {
            expires_at,
            rotate_at,
            expired: expires_at.is_some_and(|at| at <= clock.now),
            rotation_overdue: rotate_at.is_some_and(|at| at <= clock.now),
            revoke_at,
            revocation_overdue: revoke_at.is_some_and(|at| at <= clock.now),
        }
    }

    /// The soonest of all.
    #[must_use]
    pub fn soonest(&self) -> Option<Timestamp> {
        let all = [self.expires_at, self.rotate_at, self.revoke_at];
        all.into_iter().flatten().min()
    }

    /// Whether something is due by the end of the day that lies so many days ahead.
    #[must_use]
    pub fn within(&self, days: u32, clock: &LocalNow) -> bool {
        self.by(end_of_day_after(days, clock))
    }

    /// Whether something is due by an instant.
    pub(crate) fn by(&self, limit: Timestamp) -> bool {
        self.soonest().is_some_and(|at| at <= limit)
    }
}

/// Whether a credential of these fields has dates: what is merely configuration has none.
pub(crate) fn is_dated(fields: &[Field]) -> bool {
    fields.iter().any(|field| field.kind == FieldKind::Secret)
}

/// The end of the day that lies so many days ahead.
pub(crate) fn end_of_day_after(days: u32, clock: &LocalNow) -> Timestamp {
    let last = plus_days(day_of(clock.now, &clock.zone), i64::from(days));
    end_of(Moment::Date(last), &clock.zone)
}

/// The moment at which policy wants a rotation: a fixed one, or the interval after the last.
#[must_use]
pub fn rotation_moment(dates: &Dates, zone: &TimeZone) -> Option<Moment> {
    dates.rotate_due.or_else(|| {
        let (every, last) = (dates.rotate_every_days?, dates.rotated_at?);
        let date = plus_days(day_of(last, zone), i64::from(every));
        Some(Moment::Date(date))
    })
}

/// From what the date of [`rotation_moment`] follows, where there is one. Versions are newest
/// first.
#[must_use]
pub fn rotation_basis(dates: &Dates, versions: &[Version]) -> Option<RotationBasis> {
    if dates.rotate_due.is_some() {
        return Some(RotationBasis::FixedDate);
    }
    dates.rotate_every_days?;
    let is_current = |version: &&Version| version.label == Label::Current;
    let current = versions.iter().find(is_current)?.number;
    // One that is pending or aborted was never in use.
    let was_used = |version: &&Version| !matches!(version.label, Label::Pending | Label::Revoked);
    match versions.iter().find(was_used) {
        Some(newest) if newest.number > current => Some(RotationBasis::EarlierVersion),
        _ if current == 1 => Some(RotationBasis::Added),
        _ => Some(RotationBasis::NewValue),
    }
}

impl ExpiryChange {
    /// The expiry that a credential has after its new value.
    #[must_use]
    pub fn applied(self, before: Option<Moment>, now: Timestamp) -> Option<Moment> {
        match self {
            Self::Unsaid => before.filter(|end| !is_over_somewhere(*end, now)),
            Self::Keep => before,
            Self::Set(expires) => expires,
        }
    }
}

/// Whether an expiry has passed somewhere on earth: for callers that do not know the time zone.
fn is_over_somewhere(end: Moment, now: Timestamp) -> bool {
    // Kiritimati is the first to end a day.
    end_of(end, &TimeZone::fixed(jiff::tz::offset(14))) <= now
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_rotation_date_follows_from_what_set_it_last() {
        let version = |number, label| Version {
            id: Uuid::nil(),
            number,
            label,
            created_at: Timestamp::UNIX_EPOCH,
            grace_until: None,
            has_values: true,
        };
        let every = Dates {
            rotate_every_days: Some(30),
            ..Dates::default()
        };
        let fixed = Dates {
            rotate_due: Some(Moment::Instant(Timestamp::UNIX_EPOCH)),
            ..every.clone()
        };
        let first = [version(1, Label::Current)];
        let second = [version(2, Label::Current), version(1, Label::Previous)];
        let earlier = [version(2, Label::Retired), version(1, Label::Current)];
        let pending = [version(2, Label::Pending), version(1, Label::Current)];
        let aborted = [version(2, Label::Revoked), version(1, Label::Current)];
        for (dates, versions, basis) in [
            (&every, &first[..], Some(RotationBasis::Added)),
            (&every, &second, Some(RotationBasis::NewValue)),
            (&every, &earlier, Some(RotationBasis::EarlierVersion)),
            (&every, &pending, Some(RotationBasis::Added)),
            (&every, &aborted, Some(RotationBasis::Added)),
            (&every, &[], None),
            (&fixed, &second, Some(RotationBasis::FixedDate)),
            (&Dates::default(), &first, None),
        ] {
            assert_eq!(rotation_basis(dates, versions), basis);
        }
    }
}
