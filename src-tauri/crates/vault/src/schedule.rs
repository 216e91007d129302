//! The `schedule` file: by it reminders come while the vault is locked.
//!
//! It lies outside the encrypted database, so it names nothing: random ids, fresh in each
//! rewrite, computed times, and what was sent. Entries have one width and are padded to
//! a multiple of 64, so that the file's size tells little. A damaged file is never
//! guessed at: reminders pause until the next unlock writes it anew.
//!
//! Layout, integers in big-endian: magic, `u16` version, nonce, quiet hours as two `u32`
//! seconds of the day, last digest, `u32` number of entries, entries, SHA-256 of all
//! before. Times are `i64` microseconds since 1970 (`i64::MIN` where there is none).

use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Time;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::error::Error;
use crate::format::disk;
use crate::format::reader::Reader;
use crate::reminder::{Entry, Quiet, Schedule};

const MAGIC: &[u8; 8] = b"khsched\n";
const VERSION: u16 = 1;
/// Two due moments with at most 16 lead times each.
const MAX_NOTICES: usize = 32;
const PADDED_TO: usize = 64;
const ENTRY: usize = 16 + 4 * 8 + 1 + MAX_NOTICES * 8;
/// More credentials than this are not reminded of while the vault is locked.
const MAX_ENTRIES: usize = 100_000;
const MAX_FILE: u64 = ((MAX_ENTRIES + PADDED_TO) * ENTRY + 256) as u64;
const NONE: i64 = i64::MIN;

/// Why a schedule cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ScheduleError {
    /// Its checksum or form is wrong: reminders pause until the next unlock.
    #[error("the schedule is damaged")]
    Damaged,
    /// It cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Error),
}

/// Reads the file; `None` where there is none.
///
/// # Errors
/// It is damaged, or not readable, or open to others.
pub fn read(path: &Path) -> Result<Option<Schedule>, ScheduleError> {
    match disk::read_private(path, MAX_FILE)? {
        None => Ok(None),
        Some(bytes) => decode(&bytes).map(Some).ok_or(ScheduleError::Damaged),
    }
}

/// Writes the file atomically, 0600.
///
/// # Errors
/// The system refused a file operation.
pub fn write(path: &Path, schedule: &Schedule) -> Result<(), Error> {
    disk::replace_private(path, &encode(schedule))
}

fn encode(schedule: &Schedule) -> Vec<u8> {
    let entries = &schedule.entries[..schedule.entries.len().min(MAX_ENTRIES)];
    let padded = entries.len().max(1).next_multiple_of(PADDED_TO);
    let mut bytes = Vec::with_capacity(padded * ENTRY + 256);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&VERSION.to_be_bytes());
    bytes.extend_from_slice(&schedule.nonce);
    put_time_of_day(&mut bytes, schedule.quiet.from);
    put_time_of_day(&mut bytes, schedule.quiet.to);
    put_time(&mut bytes, schedule.last_digest);
    let count = u32::try_from(entries.len()).unwrap_or(u32::MAX);
    bytes.extend_from_slice(&count.to_be_bytes());
    for entry in entries {
        put_entry(&mut bytes, entry);
    }
    bytes.resize(bytes.len() + (padded - entries.len()) * ENTRY, 0);
    let checksum = Sha256::digest(&bytes);
    bytes.extend_from_slice(&checksum);
    bytes
}

fn put_entry(bytes: &mut Vec<u8>, entry: &Entry) {
    let notices = &entry.notices[..entry.notices.len().min(MAX_NOTICES)];
    bytes.extend_from_slice(entry.id.as_bytes());
    put_time(bytes, Some(entry.overdue_from));
    put_time(bytes, entry.expires_at);
    put_time(bytes, entry.snoozed_until);
    put_time(bytes, Some(entry.sent));
    bytes.push(u8::try_from(notices.len()).unwrap_or(0));
    for notice in notices {
        put_time(bytes, Some(*notice));
    }
    bytes.resize(bytes.len() + (MAX_NOTICES - notices.len()) * 8, 0);
}

fn put_time(bytes: &mut Vec<u8>, at: Option<Timestamp>) {
    bytes.extend_from_slice(&at.map_or(NONE, Timestamp::as_microsecond).to_be_bytes());
}

fn put_time_of_day(bytes: &mut Vec<u8>, time: Time) {
    let seconds =
        i32::from(time.hour()) * 3600 + i32::from(time.minute()) * 60 + i32::from(time.second());
    bytes.extend_from_slice(&seconds.unsigned_abs().to_be_bytes());
}

fn decode(bytes: &[u8]) -> Option<Schedule> {
    let (body, checksum) = bytes.split_last_chunk::<32>()?;
    if Sha256::digest(body).as_slice() != checksum {
        return None;
    }
    let mut reader = Reader::new(body);
    if reader.take(MAGIC.len())? != MAGIC || reader.u16()? != VERSION {
        return None;
    }
    let nonce = reader.array()?;
    let quiet = Quiet {
        from: time_of_day(&mut reader)?,
        to: time_of_day(&mut reader)?,
    };
    let last_digest = time(&mut reader)?;
    let count = usize::try_from(reader.u32()?).ok()?;
    if count > MAX_ENTRIES {
        return None;
    }
    let padded = count.max(1).next_multiple_of(PADDED_TO);
    let entries = (0..count)
        .map(|_| entry(&mut reader))
        .collect::<Option<Vec<_>>>()?;
    reader.take((padded - count) * ENTRY)?;
    reader.at_end().then_some(Schedule {
        nonce,
        quiet,
        last_digest,
        entries,
    })
}

fn entry(reader: &mut Reader<'_>) -> Option<Entry> {
    let id = Uuid::from_bytes(reader.array()?);
    let overdue_from = time(reader)??;
    let expires_at = time(reader)?;
    let snoozed_until = time(reader)?;
    let sent = time(reader)??;
    let count = usize::from(reader.u8()?);
    if count > MAX_NOTICES {
        return None;
    }
    let notices = (0..count)
        .map(|_| time(reader)?)
        .collect::<Option<Vec<_>>>()?;
    reader.take((MAX_NOTICES - count) * 8)?;
    if !notices.is_sorted() {
        return None;
    }
    Some(Entry {
        id,
        notices,
        overdue_from,
        expires_at,
        snoozed_until,
        sent,
    })
}

/// The outer option is the form's, the inner one the time's.
fn time(reader: &mut Reader<'_>) -> Option<Option<Timestamp>> {
    match reader.i64()? {
        NONE => Some(None),
        microseconds => Timestamp::from_microsecond(microseconds).ok().map(Some),
    }
}

fn time_of_day(reader: &mut Reader<'_>) -> Option<Time> {
    let seconds = reader.u32()?;
    let part = |value: u32| i8::try_from(value).ok();
    Time::new(
        part(seconds / 3600)?,
        part(seconds / 60 % 60)?,
        part(seconds % 60)?,
        0,
    )
    .ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(microseconds: i64) -> Timestamp {
        Timestamp::from_microsecond(microseconds).unwrap()
    }

    fn some_entry() -> impl Strategy<Value = Entry> {
        let time = 0i64..4_000_000_000_000_000;
        (
            any::<u128>(),
            prop::collection::vec(time.clone(), 0..=MAX_NOTICES),
            prop::option::of(time.clone()),
            time,
        )
            .prop_map(|(id, mut notices, expiry, sent)| {
                notices.sort_unstable();
                Entry {
                    id: Uuid::from_u128(id),
                    notices: notices.into_iter().map(at).collect(),
                    overdue_from: at(sent),
                    expires_at: expiry.map(at),
                    snoozed_until: None,
                    sent: at(sent),
                }
            })
    }

    fn some_schedule() -> impl Strategy<Value = Schedule> {
        prop::collection::vec(some_entry(), 0..70).prop_map(|entries| Schedule {
            nonce: [7; 16],
            quiet: Quiet {
                from: Time::constant(20, 15, 0, 0),
                to: Time::constant(8, 0, 30, 0),
            },
            last_digest: Some(at(5)),
            entries,
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn what_is_written_is_read(schedule in some_schedule()) {
            prop_assert_eq!(decode(&encode(&schedule)), Some(schedule));
        }

        #[test]
        fn a_flipped_bit_is_noticed(schedule in some_schedule(), at in any::<prop::sample::Index>(), bit in 0u8..8) {
            let mut bytes = encode(&schedule);
            let index = at.index(bytes.len());
            bytes[index] ^= 1 << bit;
            prop_assert_eq!(decode(&bytes), None);
        }

        #[test]
        fn arbitrary_bytes_never_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let checksum = Sha256::digest(&bytes);
            bytes.extend_from_slice(&checksum);
            let _ = decode(&bytes);
        }
    }

    #[test]
    fn the_size_does_not_tell_the_number() {
        let mut schedule = Schedule {
            nonce: [0; 16],
            quiet: Quiet {
                from: Time::MIN,
                to: Time::MIN,
            },
            last_digest: None,
            entries: Vec::new(),
        };
        let empty = encode(&schedule).len();
        schedule.entries = vec![
            Entry {
                id: Uuid::nil(),
                notices: vec![at(1)],
                overdue_from: at(1),
                expires_at: None,
                snoozed_until: None,
                sent: at(0),
            };
            64
        ];
        assert_eq!(encode(&schedule).len(), empty);
    }

    #[test]
    fn a_damaged_file_is_named_and_a_missing_one_is_none() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("schedule");
        assert!(matches!(read(&path), Ok(None)));
        disk::replace_private(&path, b"not a schedule").unwrap();
        assert!(matches!(read(&path), Err(ScheduleError::Damaged)));
    }
}
