//! Bounds of settings and options that count days.

use std::ops::RangeInclusive;

/// A hundred years: the longest time that is counted in days.
pub const MAX_DAYS: u32 = 36_500;

/// Days between two rotations of a credential.
pub const ROTATION: RangeInclusive<u32> = 1..=MAX_DAYS;

/// Days to look ahead for what is due.
pub const LOOK_AHEAD: RangeInclusive<u32> = 0..=MAX_DAYS;

/// Days before a due date at which to remind.
pub const LEAD_TIME: RangeInclusive<u32> = 0..=3650;

/// How many lead times a vault or a credential may have.
pub const MAX_LEAD_TIMES: usize = 16;

/// Days of use for which audit entries are kept, where not all are kept.
pub const AUDIT_RETENTION: RangeInclusive<u32> = 30..=MAX_DAYS;
