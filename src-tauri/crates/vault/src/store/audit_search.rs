//! What the vault looks up in its audit log. Nothing here checks the chain: that is `audit`.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use keyhaven_rules::Verdict;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use uuid::Uuid;

use super::audit::{MACHINE, ids, name};
use crate::audit::{Action, AuditOutcome, CHECK_STATE, Detail, RELEASE, TAKEN_BACK, VERSION};
use crate::error::{DataDamage, VaultError};
use crate::stop;

/// A day as entries count theirs: in UTC and microseconds.
const DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// The entries of releases that came to nothing.
pub(crate) fn taken_back(connection: &Connection) -> Result<HashSet<u64>, VaultError> {
    let mut statement = connection
        .prepare_cached("SELECT detail FROM audit WHERE action = ?1 AND instr(detail, ?2)")?;
    let (action, key) = (Action::LaunchFailed.as_str(), format!("\"{TAKEN_BACK}\":"));
    let details = statement.query_map([action, &key], |row| row.get::<_, String>(0))?;
    let mut found = HashSet::new();
    for detail in details {
        let detail: Detail = serde_json::from_str(&detail?).map_err(|_| DataDamage::Malformed)?;
        found.extend(
            detail
                .get(RELEASE)
                .and_then(|text| text.parse::<u64>().ok()),
        );
    }
    Ok(found)
}

/// Which records an entry names; none where it is not there.
pub(crate) fn subjects_of(connection: &Connection, sequence: u64) -> Result<Vec<Uuid>, VaultError> {
    let found: Option<Vec<u8>> = connection
        .prepare_cached("SELECT subjects FROM audit WHERE sequence = ?1")?
        .query_row([sequence.cast_signed()], |row| row.get(0))
        .optional()?;
    Ok(found.map(|subjects| ids(&subjects)).unwrap_or_default())
}

/// Shows what counts as a use, newest first, as long as more is wanted.
pub(crate) fn each_use(
    connection: &Connection,
    mut goes_on: impl FnMut(UseEntry) -> bool,
) -> Result<(), VaultError> {
    let uses = Action::USES.map(Action::as_str);
    let mut statement = connection.prepare_cached(
        "SELECT sequence, at, subjects FROM audit
         WHERE action IN (?1, ?2, ?3, ?4) AND outcome <> ?5 ORDER BY sequence DESC",
    )?;
    let [launch, show, copy, export] = uses;
    let failed = AuditOutcome::Failed.as_str();
    let mut rows = statement.query([launch, show, copy, export, failed])?;
    while let Some(row) = rows.next()? {
        let entry = UseEntry {
            sequence: row.get::<_, i64>(0)?.cast_unsigned(),
            at: Timestamp::from_microsecond(row.get(1)?).map_err(|_| DataDamage::Malformed)?,
            subjects: ids(&row.get::<_, Vec<u8>>(2)?),
        };
        if !goes_on(entry) {
            break;
        }
    }
    Ok(())
}

/// A use.
#[derive(Debug)]
pub(crate) struct UseEntry {
    pub(crate) sequence: u64,
    pub(crate) at: Timestamp,
    pub(crate) subjects: Vec<Uuid>,
}

/// What a provider said of a credential last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LatestCheck {
    /// When it was asked.
    pub at: Timestamp,
    /// Whether it refuses the key.
    pub is_dead: bool,
    /// Which version it was asked about; none means the current one of that time.
    pub version: Option<u32>,
}

/// The latest check of each credential, among so many of the latest entries.
pub(crate) fn latest_checks(
    connection: &Connection,
    entries: u64,
) -> Result<HashMap<Uuid, LatestCheck>, VaultError> {
    let mut statement = connection.prepare_cached(
        "SELECT at, subjects, detail FROM audit
         WHERE sequence > (SELECT max(sequence) FROM audit) - ?1 AND action = ?2 AND outcome = ?3
         ORDER BY sequence DESC",
    )?;
    let (action, outcome) = (Action::Checked.as_str(), AuditOutcome::Done.as_str());
    let mut rows = statement.query(params![entries.cast_signed(), action, outcome])?;
    let mut latest = HashMap::new();
    while let Some(row) = rows.next()? {
        stop::check()?;
        let detail: Detail =
            serde_json::from_str(&row.get::<_, String>(2)?).map_err(|_| DataDamage::Malformed)?;
        let check = LatestCheck {
            at: Timestamp::from_microsecond(row.get(0)?).map_err(|_| DataDamage::Malformed)?,
            is_dead: detail
                .get(CHECK_STATE)
                .is_some_and(|found| found == Verdict::Dead.name()),
            version: detail.get(VERSION).and_then(|text| text.parse().ok()),
        };
        for credential in ids(&row.get::<_, Vec<u8>>(1)?) {
            latest.entry(credential).or_insert(check);
        }
    }
    Ok(latest)
}

/// Which one credential an entry names, and how: from its subjects and its details.
pub(crate) fn named(row: &Row<'_>) -> rusqlite::Result<Option<(Uuid, String)>> {
    let (subjects, detail): (Vec<u8>, String) = (row.get(0)?, row.get(1)?);
    let named = match ids(&subjects).as_slice() {
        [only] => name(&detail).map(|name| (*only, name)),
        _ => None,
    };
    Ok(named)
}

/// The number of the newest entry behind which there are entries of so many other days, today
/// not among them; zero where there is none. For what goes by itself when it is old: a clock
/// can jump by years, but each of these days it must have been.
pub(crate) fn newest_old(
    connection: &Connection,
    days: u32,
    now: Timestamp,
) -> Result<u64, VaultError> {
    let newest: Option<i64> = connection
        .query_row(
            "SELECT max(sequence) AS newest FROM audit WHERE at / ?1 <> ?2 / ?1
             GROUP BY at / ?1 ORDER BY newest DESC LIMIT 1 OFFSET ?3",
            [DAY, now.as_microsecond(), days.into()],
            |row| row.get(0),
        )
        .optional()?;
    Ok(newest.unwrap_or(0).cast_unsigned())
}

/// An entry that stored a version of a credential or made one the current one.
#[derive(Debug)]
pub(crate) struct VersionEntry {
    pub(crate) sequence: u64,
    pub(crate) at: Timestamp,
    pub(crate) change: VersionChange,
}

/// What an entry did with versions. New ones count upwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum VersionChange {
    /// A new one became current.
    New,
    /// A new one was stored to become current later.
    Stored,
    /// This one became current, which was stored before.
    Promoted(u32),
}

/// Shows what stored versions of a credential or made them current, newest first, until told to
/// stop.
pub(crate) fn each_version(
    connection: &Connection,
    credential: Uuid,
    mut goes_on: impl FnMut(VersionEntry) -> bool,
) -> Result<(), VaultError> {
    let mut statement = connection.prepare_cached(
        "SELECT sequence, at, action, subjects, detail FROM audit
         WHERE action IN (?1, ?2, ?3, ?4, ?5, ?6, ?7) ORDER BY sequence DESC",
    )?;
    let actions = [
        Action::Added,
        Action::ValueSet,
        Action::Imported,
        Action::RolledBack,
        Action::RotationStarted,
        Action::RotationPromoted,
        Action::RotationUndone,
    ];
    let mut rows = statement.query(actions.map(Action::as_str))?;
    while let Some(row) = rows.next()? {
        let (action, subjects): (String, Vec<u8>) = (row.get(2)?, row.get(3)?);
        if !ids(&subjects).contains(&credential) {
            continue;
        }
        let change = match Action::parse(&action) {
            Some(Action::RotationStarted) => VersionChange::Stored,
            Some(Action::RolledBack | Action::RotationPromoted | Action::RotationUndone) => {
                let detail: Detail = serde_json::from_str(&row.get::<_, String>(4)?)
                    .map_err(|_| DataDamage::Malformed)?;
                let version = detail.get(VERSION).and_then(|text| text.parse().ok());
                version.map_or(VersionChange::New, VersionChange::Promoted)
            }
            _ => VersionChange::New,
        };
        let entry = VersionEntry {
            sequence: row.get::<_, i64>(0)?.cast_unsigned(),
            at: Timestamp::from_microsecond(row.get(1)?).map_err(|_| DataDamage::Malformed)?,
            change,
        };
        if !goes_on(entry) {
            break;
        }
    }
    Ok(())
}

/// Whether there is an unlock that carries the mark of a machine.
pub(crate) fn was_unlocked_on(connection: &Connection, mark: &str) -> Result<bool, VaultError> {
    let mut statement = connection.prepare_cached(
        "SELECT 1 FROM audit WHERE action IN (?1, ?2, ?3) AND instr(detail, ?4) LIMIT 1",
    )?;
    let actions = [Action::Unlocked, Action::Recovered, Action::UnlockedByLogin];
    let [password, recovery, login] = actions.map(Action::as_str);
    let member = format!("\"{MACHINE}\":\"{mark}\"");
    Ok(statement.exists([password, recovery, login, &member])?)
}

/// What was moved to the trash by entries behind a number.
pub(crate) fn removed_after(
    connection: &Connection,
    sequence: u64,
) -> Result<HashSet<Uuid>, VaultError> {
    let mut statement = connection
        .prepare_cached("SELECT subjects FROM audit WHERE sequence > ?1 AND action = ?2")?;
    let about = |row: &Row<'_>| row.get::<_, Vec<u8>>(0);
    let rows = statement.query_map(
        params![sequence.cast_signed(), Action::Removed.as_str()],
        about,
    )?;
    let subjects: Vec<Vec<u8>> = rows.collect::<Result<_, _>>()?;
    Ok(subjects.iter().flat_map(|about| ids(about)).collect())
}

/// On how many other days entries came after something was moved to the trash for the last time,
/// today not among them.
#[derive(Debug)]
pub(crate) struct DaysSinceRemoval {
    known: HashMap<Uuid, u32>,
    /// Since the first entry of the log.
    all: u32,
}

impl DaysSinceRemoval {
    /// What the log does not know, such as what a salvage brought, is older than all of it, but
    /// no day before the first entry is known to have passed.
    pub(crate) fn of(&self, id: Uuid) -> u32 {
        self.known.get(&id).copied().unwrap_or(self.all)
    }
}

/// Counts at most so many days.
pub(crate) fn days_since_removal(
    connection: &Connection,
    most: u32,
    now: Timestamp,
) -> Result<DaysSinceRemoval, VaultError> {
    let today = now.as_microsecond() / DAY;
    // One more than is counted: the day of the removal is among them.
    let mut statement = connection.prepare_cached(
        "SELECT max(sequence) AS newest FROM audit WHERE at / ?1 <> ?2
         GROUP BY at / ?1 ORDER BY newest DESC LIMIT ?3",
    )?;
    let days = statement.query_map([DAY, today, i64::from(most) + 1], |row| row.get(0))?;
    let days: Vec<i64> = days.collect::<Result<_, _>>()?;
    let mut statement = connection.prepare_cached(
        "SELECT sequence, at / ?1, subjects FROM audit WHERE action = ?2 ORDER BY sequence",
    )?;
    let removals = statement.query_map(params![DAY, Action::Removed.as_str()], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })?;
    let count = |days: usize| u32::try_from(days).unwrap_or(most).min(most);
    let mut known = HashMap::new();
    for removal in removals {
        let (sequence, day, subjects): (i64, i64, Vec<u8>) = removal?;
        let after = days
            .iter()
            .take_while(|newest| **newest >= sequence)
            .count();
        let others = after - usize::from(day != today && after > 0);
        let others = count(others);
        known.extend(ids(&subjects).into_iter().map(|id| (id, others)));
    }
    let all = count(days.len().saturating_sub(1));
    Ok(DaysSinceRemoval { known, all })
}
