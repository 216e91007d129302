//! Selects the backups next to the vault to keep: a pure function of when and why they were made.

use std::collections::HashSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::due;
use crate::format::backup_manifest::Reason;

/// Days of which the newest daily backup is kept.
const DAYS: usize = 7;
/// Weeks (ISO 8601) of which the newest daily backup is kept.
const WEEKS: usize = 4;
/// Backups before an import, a re-key or a migration that are kept, newest first of each.
const BEFORE: usize = 5;

/// Requested backups that are kept, newest first; and all of the last 30 days of use, so that
/// requests do not push out what was there. A backup to keep forever goes to another file.
const ASKED: usize = 20;
/// Bytes that requested backups may take beyond that number.
const MOST_ASKED_BYTES: u64 = 1 << 30;

/// What is to be known of a backup to decide whether it stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KeptBackup {
    pub(crate) made_at: Timestamp,
    pub(crate) reason: Reason,
    /// Whether it was made within the last 30 days of use.
    pub(crate) is_recent: bool,
}

/// Of these backups, those that are not needed any more, by their place in the list. The
/// newest of any kind is never among them.
pub(crate) fn superseded(backups: &[KeptBackup], zone: &TimeZone) -> Vec<usize> {
    let mut newest_first: Vec<usize> = (0..backups.len()).collect();
    newest_first.sort_by_key(|at| std::cmp::Reverse((backups[*at].made_at, *at)));
    let mut keep: HashSet<usize> = HashSet::new();
    for kind in Reason::ALL {
        let of_kind = newest_first
            .iter()
            .filter(|at| backups[**at].reason == kind);
        match kind {
            Reason::Asked => {
                keep.extend(of_kind.clone().take(ASKED));
                keep.extend(of_kind.filter(|at| backups[**at].is_recent));
            }
            Reason::Daily => {
                let day = |at: &usize| due::day_of(backups[*at].made_at, zone);
                let week = |at: &usize| {
                    let week = day(at).iso_week_date();
                    (week.year(), week.week())
                };
                keep.extend(newest_of_each(of_kind.clone(), day, DAYS));
                keep.extend(newest_of_each(of_kind, week, WEEKS));
            }
            Reason::Import | Reason::Rekey | Reason::Migration => {
                keep.extend(of_kind.take(BEFORE));
            }
        }
    }
    (0..backups.len()).filter(|at| !keep.contains(at)).collect()
}

/// Whether there is room for another requested backup next to recent ones of these sizes.
pub(crate) fn has_room(recent: &[u64]) -> bool {
    recent.len() < ASKED || recent.iter().sum::<u64>() < MOST_ASKED_BYTES
}

/// The first of each group, of so many groups.
fn newest_of_each<'a, G: std::hash::Hash + Eq>(
    newest_first: impl Iterator<Item = &'a usize>,
    group: impl Fn(&usize) -> G,
    most: usize,
) -> Vec<&'a usize> {
    let mut groups = HashSet::new();
    newest_first
        .filter(|at| groups.insert(group(at)))
        .take(most)
        .collect()
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn at(day: i64, hour: i64) -> Timestamp {
        let start = date(2026, 1, 1).checked_add(day.days()).unwrap();
        let start = due::start_of_day(start, &TimeZone::UTC);
        start + hour.hours()
    }

    fn made(made_at: Timestamp, reason: Reason) -> KeptBackup {
        KeptBackup {
            made_at,
            reason,
            is_recent: false,
        }
    }

    fn kept(backups: &[KeptBackup]) -> Vec<KeptBackup> {
        let gone = superseded(backups, &TimeZone::UTC);
        let stays = backups
            .iter()
            .enumerate()
            .filter(|(at, _)| !gone.contains(at));
        stays.map(|(_, backup)| *backup).collect()
    }

    #[test]
    fn seven_days_and_four_weeks_are_kept() {
        let daily: Vec<_> = (0..60).map(|day| made(at(day, 9), Reason::Daily)).collect();
        let days: Vec<i64> = kept(&daily)
            .iter()
            .map(|one| (one.made_at.as_second() - at(0, 0).as_second()) / 86_400)
            .collect();
        // Day 59 is a Sunday: the fourth week back ends at day 38.
        assert_eq!(days, [38, 45, 52, 53, 54, 55, 56, 57, 58, 59]);
    }

    #[test]
    fn recent_requests_push_nothing_out_and_take_limited_room() {
        let asked = |day, is_recent| KeptBackup {
            is_recent,
            ..made(at(day, 9), Reason::Asked)
        };
        let all: Vec<_> = (0..60).map(|day| asked(day, day >= 30)).collect();
        assert_eq!(kept(&all), all[30..]);
        let old: Vec<_> = (0..60).map(|day| asked(day, false)).collect();
        assert_eq!(kept(&old), old[60 - ASKED..]);
        assert!(has_room(&[1 << 40; ASKED - 1]));
        assert!(has_room(&[1 << 20; ASKED]));
        assert!(!has_room(&[1 << 26; ASKED]));
    }

    proptest! {
        #[test]
        fn pruning_each_day_keeps_what_pruning_once_keeps(
            mut all in proptest::collection::vec((0..90i64, 0..24i64, 0..3u8), 1..120),
        ) {
            all.sort_unstable();
            all.dedup();
            let reason = |kind| match kind {
                0 => Reason::Asked,
                1 => Reason::Import,
                _ => Reason::Daily,
            };
            let all: Vec<_> = all
                .iter()
                .map(|(day, hour, kind)| made(at(*day, *hour), reason(*kind)))
                .collect();
            let mut stepwise: Vec<KeptBackup> = Vec::new();
            for backup in &all {
                stepwise.push(*backup);
                stepwise = kept(&stepwise);
            }
            let once = kept(&all);
            prop_assert_eq!(&stepwise, &once);
            prop_assert_eq!(&kept(&once), &once);
            prop_assert!(once.contains(all.last().unwrap()));
            let asked = |list: &[KeptBackup]| {
                list.iter().filter(|one| one.reason == Reason::Asked).count()
            };
            prop_assert_eq!(asked(&all).min(ASKED), asked(&once));
            let daily = once.iter().filter(|one| one.reason == Reason::Daily);
            prop_assert!(daily.count() <= DAYS + WEEKS);
        }
    }
}
