//! The `schedule` file: what is needed to remind while the vault is locked, and no more.
//!
//! It holds no name and nothing that outlives a rewrite. Its length says little: entries
//! are padded to a multiple of 64.
//! ```text
//! magic "KHREMIND" | format u16 | nonce [16] | quiet from, to: seconds of the day u32
//! last digest i64 | entries u32 | entries padded u32
//! each entry: id [16] | overdue from i64 | expires i64 | snoozed until i64 | sent i64
//!             | notices u8 | 33 x i64 | revoke at i64
//! SHA-256 of everything before it [32]
//! ```
//! Format 1, which is still read, had no `revoke at`. Numbers are big-endian; times are seconds since 1970, and the least number means none.
//! The checksum finds damage, not malice: who can write here can silence reminders anyway.

use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Time;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::error::VaultError;
use crate::format::disk;
use crate::format::reader::ByteReader;
use crate::reminder::{QuietHours, Schedule, ScheduleEntry};

const MAGIC: &[u8; 8] = b"KHREMIND";
const FORMAT: u16 = 2;
const PADDING: usize = 64;
/// Two dates with 16 lead times each, and the end of a snooze. Where there are more, the earliest
/// are left out.
const NOTICES: usize = 33;
const FIRST_ENTRY: usize = 16 + 4 * 8 + 1 + NOTICES * 8;
const ENTRY: usize = FIRST_ENTRY + 8;
const NONE: i64 = i64::MIN;
/// About 200,000 entries.
const MOST: u64 = 64 * 1024 * 1024;

/// Why a schedule cannot be used. Reminders pause until the next unlock, and that is reported.
#[derive(Debug, thiserror::Error)]
pub enum ScheduleError {
    /// Its checksum or form is wrong.
    #[error("the schedule of reminders is damaged")]
    Damaged,
    /// It cannot be read.
    #[error(transparent)]
    Unreadable(#[from] VaultError),
}

/// Reads the file; `None` where there is none.
///
/// # Errors
/// [`ScheduleError`].
pub fn read(path: &Path) -> Result<Option<Schedule>, ScheduleError> {
    match disk::read_private(path, MOST)? {
        None => Ok(None),
        Some(bytes) => decode(&bytes).map(Some).ok_or(ScheduleError::Damaged),
    }
}

/// Writes the file, mode 0600, whole or not at all.
///
/// # Errors
/// [`VaultError::Io`], [`VaultError::DiskFull`].
pub fn write(path: &Path, schedule: &Schedule) -> Result<(), VaultError> {
    disk::replace_private(path, &encode(schedule))
}

/// The bytes of the file.
#[must_use]
pub fn encode(schedule: &Schedule) -> Vec<u8> {
    let count = schedule.entries.len();
    let padded = count.max(1).next_multiple_of(PADDING);
    let mut bytes = Vec::with_capacity(128 + padded * ENTRY);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&FORMAT.to_be_bytes());
    bytes.extend_from_slice(&schedule.nonce);
    for time in [schedule.quiet.from, schedule.quiet.to] {
        bytes.extend_from_slice(&seconds_of_day(time).to_be_bytes());
    }
    bytes.extend_from_slice(&seconds(schedule.last_digest).to_be_bytes());
    bytes.extend_from_slice(&(count as u32).to_be_bytes());
    bytes.extend_from_slice(&(padded as u32).to_be_bytes());
    for entry in &schedule.entries {
        encode_entry(&mut bytes, entry);
    }
    bytes.resize(bytes.len() + (padded - count) * ENTRY, 0);
    let sum: [u8; 32] = Sha256::digest(&bytes).into();
    bytes.extend_from_slice(&sum);
    bytes
}

fn encode_entry(bytes: &mut Vec<u8>, entry: &ScheduleEntry) {
    bytes.extend_from_slice(entry.id.as_bytes());
    for time in [
        Some(entry.overdue_from),
        entry.expires_at,
        entry.snoozed_until,
        Some(entry.sent),
    ] {
        bytes.extend_from_slice(&seconds(time).to_be_bytes());
    }
    // The latest are the ones that are still to come.
    let skip = entry.notices.len().saturating_sub(NOTICES);
    let notices = &entry.notices[skip..];
    bytes.push(notices.len() as u8);
    for at in 0..NOTICES {
        let time = notices.get(at).copied();
        bytes.extend_from_slice(&seconds(time).to_be_bytes());
    }
    bytes.extend_from_slice(&seconds(entry.revoke_at).to_be_bytes());
}

/// Reads the bytes back; `None` where they are not what was written.
#[must_use]
pub fn decode(bytes: &[u8]) -> Option<Schedule> {
    let (body, sum) = bytes.split_last_chunk::<32>()?;
    let expected: [u8; 32] = Sha256::digest(body).into();
    if expected != *sum {
        return None;
    }
    let mut reader = ByteReader::new(body);
    let magic: [u8; 8] = reader.array()?;
    let entry_size = match (magic == *MAGIC, reader.u16()?) {
        (true, 1) => FIRST_ENTRY,
        (true, FORMAT) => ENTRY,
        _ => return None,
    };
    let nonce = reader.array()?;
    let quiet = QuietHours {
        from: time_of_day(reader.u32()?)?,
        to: time_of_day(reader.u32()?)?,
    };
    let last_digest = time(reader.i64()?)?;
    let count = reader.u32()?;
    let padding = reader.u32()?.checked_sub(count)?;
    let entries = (0..count)
        .map(|_| decode_entry(&mut reader, entry_size))
        .collect::<Option<_>>()?;
    reader.take(entry_size.checked_mul(padding as usize)?)?;
    reader.at_end().then_some(Schedule {
        nonce,
        quiet,
        last_digest,
        entries,
    })
}

fn decode_entry(reader: &mut ByteReader<'_>, size: usize) -> Option<ScheduleEntry> {
    let id = Uuid::from_bytes(reader.array()?);
    let overdue_from = time(reader.i64()?)??;
    let expires_at = time(reader.i64()?)?;
    let snoozed_until = time(reader.i64()?)?;
    let sent = time(reader.i64()?)??;
    let count = usize::from(reader.u8()?);
    let all = (0..NOTICES)
        .map(|_| reader.i64())
        .collect::<Option<Vec<_>>>()?;
    let notices = all.get(..count)?.iter().map(|at| time(*at)?);
    let revoke_at = match size {
        FIRST_ENTRY => None,
        _ => time(reader.i64()?)?,
    };
    Some(ScheduleEntry {
        id,
        notices: notices.collect::<Option<_>>()?,
        overdue_from,
        expires_at,
        revoke_at,
        snoozed_until,
        sent,
    })
}

fn seconds(time: Option<Timestamp>) -> i64 {
    time.map_or(NONE, Timestamp::as_second)
}

fn time(seconds: i64) -> Option<Option<Timestamp>> {
    if seconds == NONE {
        return Some(None);
    }
    Timestamp::from_second(seconds).ok().map(Some)
}

fn seconds_of_day(time: Time) -> u32 {
    let part = |part: i8| u32::from(part.unsigned_abs());
    part(time.hour()) * 3600 + part(time.minute()) * 60 + part(time.second())
}

fn time_of_day(seconds: u32) -> Option<Time> {
    let part = |value: u32| i8::try_from(value).ok();
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    Time::new(part(hour)?, part(minute)?, part(second)?, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(count: usize) -> Schedule {
        let at = |second| Timestamp::from_second(second).unwrap();
        let entry = |number: usize| ScheduleEntry {
            id: Uuid::from_u128(number as u128),
            notices: vec![at(10), at(20)],
            overdue_from: at(30),
            expires_at: number.is_multiple_of(2).then(|| at(40)),
            revoke_at: number.is_multiple_of(3).then(|| at(50)),
            snoozed_until: None,
            sent: at(-5),
        };
        Schedule {
            nonce: [7; 16],
            quiet: QuietHours {
                from: Time::constant(20, 30, 0, 0),
                to: Time::constant(8, 0, 15, 0),
            },
            last_digest: Some(at(15)),
            entries: (0..count).map(entry).collect(),
        }
    }

    #[test]
    fn it_comes_back_at_a_length_that_says_little() {
        for count in [0, 1, 64, 65] {
            let schedule = sample(count);
            assert_eq!(decode(&encode(&schedule)).unwrap(), schedule);
        }
        assert_eq!(encode(&sample(0)).len(), encode(&sample(64)).len());
        assert_ne!(encode(&sample(64)).len(), encode(&sample(65)).len());
    }

    #[test]
    fn a_file_of_the_first_format_is_read() {
        let mut schedule = sample(2);
        let mut bytes = encode(&schedule);
        bytes.truncate(bytes.len() - 32);
        let body = bytes.len() - PADDING * ENTRY;
        let (head, entries) = bytes.split_at(body);
        let mut first = head.to_vec();
        first[9] = 1;
        for entry in entries.chunks(ENTRY) {
            first.extend_from_slice(&entry[..FIRST_ENTRY]);
        }
        let sum: [u8; 32] = Sha256::digest(&first).into();
        first.extend_from_slice(&sum);
        for entry in &mut schedule.entries {
            entry.revoke_at = None;
        }
        assert_eq!(decode(&first), Some(schedule));
    }

    #[test]
    fn damage_is_noticed() {
        let bytes = encode(&sample(2));
        for at in (0..bytes.len()).step_by(7) {
            let mut bent = bytes.clone();
            bent[at] ^= 4;
            assert!(decode(&bent).is_none(), "byte {at}");
        }
        assert!(decode(&[]).is_none());
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("schedule");
        assert!(read(&path).unwrap().is_none());
        write(&path, &sample(3)).unwrap();
        assert_eq!(read(&path).unwrap().unwrap(), sample(3));
        std::fs::write(&path, b"x").unwrap();
        assert!(matches!(read(&path), Err(ScheduleError::Damaged)));
    }
}
