//! The audit log as a chain: each entry carries a MAC over itself and over the one before.
//! What the vault looks up in the log is in `audit_search`.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use uuid::Uuid;

use super::authenticated_writer::to_json;
use crate::audit::{Action, AuditContext, AuditOutcome, Detail};
use crate::crypto::mac::{Digest, MacKey};
use crate::error::{DataDamage, VaultError};

const DETAIL_VERSION: u32 = 1;
/// The detail of an unlock that names the machine.
pub(crate) const MACHINE: &str = "machine";

/// What happened, apart from when and by whom.
#[derive(Debug, Clone)]
pub(crate) struct AuditEvent {
    pub(crate) action: Action,
    pub(crate) outcome: AuditOutcome,
    pub(crate) subjects: Vec<Uuid>,
    pub(crate) detail: Detail,
}

impl AuditEvent {
    pub(crate) fn done(action: Action) -> Self {
        Self {
            action,
            outcome: AuditOutcome::Done,
            subjects: Vec::new(),
            detail: Detail::new(),
        }
    }

    pub(crate) fn about(mut self, subject: Uuid) -> Self {
        self.subjects.push(subject);
        self
    }

    pub(crate) fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.detail.insert(key.into(), value.into());
        self
    }
}

/// The end of the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) sequence: u64,
    pub(crate) mac: Digest,
}

/// Before the first entry.
pub(crate) const GENESIS: Head = Head {
    sequence: 0,
    mac: [0; 32],
};

/// An entry as its columns hold it: the MAC is over exactly this text.
struct StoredEntry {
    sequence: i64,
    at: i64,
    actor: String,
    claimed: String,
    action: String,
    subjects: Vec<u8>,
    outcome: String,
    version: u32,
    detail: String,
    mac: Digest,
}

impl StoredEntry {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            sequence: row.get(0)?,
            at: row.get(1)?,
            actor: row.get(2)?,
            claimed: row.get(3)?,
            action: row.get(4)?,
            subjects: row.get(5)?,
            outcome: row.get(6)?,
            version: row.get(7)?,
            detail: row.get(8)?,
            mac: row.get(9)?,
        })
    }

    fn derive_mac(&self, key: &MacKey, previous: &Digest) -> Digest {
        let mut mac = key.start(b"audit");
        mac.raw(previous)
            .number(self.sequence.cast_unsigned())
            .number(self.at.cast_unsigned())
            .bytes(self.actor.as_bytes())
            .bytes(self.claimed.as_bytes())
            .bytes(self.action.as_bytes())
            .bytes(&self.subjects)
            .bytes(self.outcome.as_bytes())
            .number(self.version.into())
            .bytes(self.detail.as_bytes());
        mac.finish()
    }
}

impl StoredEntry {
    fn insert(&self, connection: &Connection) -> Result<(), VaultError> {
        connection
            .prepare_cached("INSERT INTO audit VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")?
            .execute(params![
                self.sequence,
                self.at,
                self.actor,
                self.claimed,
                self.action,
                self.subjects,
                self.outcome,
                self.version,
                self.detail,
                self.mac,
            ])?;
        Ok(())
    }
}

/// Appends an entry in the transaction of the action; the new end of the chain.
pub(crate) fn append(
    connection: &Connection,
    key: &MacKey,
    head: Head,
    context: &AuditContext,
    event: &AuditEvent,
) -> Result<Head, VaultError> {
    let mut entry = StoredEntry {
        sequence: (head.sequence + 1).cast_signed(),
        at: context.now.as_microsecond(),
        actor: to_json(&context.actor)?,
        claimed: to_json(&context.claimed)?,
        action: event.action.as_str().into(),
        subjects: event
            .subjects
            .iter()
            .flat_map(|id| *id.as_bytes())
            .collect(),
        outcome: event.outcome.as_str().into(),
        version: DETAIL_VERSION,
        detail: to_json(&event.detail)?,
        mac: [0; 32],
    };
    entry.mac = entry.derive_mac(key, &head.mac);
    entry.insert(connection)?;
    Ok(Head {
        sequence: head.sequence + 1,
        mac: entry.mac,
    })
}

/// Walks the chain from a trusted place to its end.
///
/// # Errors
/// [`DataDamage::Audit`] with the first entry that is missing or not what was written.
pub(crate) fn verify_from(
    connection: &Connection,
    key: &MacKey,
    from: Head,
) -> Result<Head, VaultError> {
    walk(connection, key, from, u64::MAX, |_| Ok(()))
}

/// Walks up to so many entries of the chain, each checked before it is shown.
fn walk(
    connection: &Connection,
    key: &MacKey,
    from: Head,
    most: u64,
    mut take: impl FnMut(StoredEntry) -> Result<(), VaultError>,
) -> Result<Head, VaultError> {
    let mut statement = connection
        .prepare_cached("SELECT * FROM audit WHERE sequence > ?1 ORDER BY sequence LIMIT ?2")?;
    let most = most.min(i64::MAX as u64).cast_signed();
    let mut rows = statement.query([from.sequence.cast_signed(), most])?;
    let mut head = from;
    while let Some(row) = rows.next()? {
        let sequence = head.sequence + 1;
        let broken = DataDamage::Audit { sequence };
        let entry = StoredEntry::read(row).map_err(|_| broken)?;
        let follows = entry.sequence.cast_unsigned() == sequence;
        if !follows || entry.derive_mac(key, &head.mac) != entry.mac {
            return Err(broken.into());
        }
        head = Head {
            sequence,
            mac: entry.mac,
        };
        take(entry)?;
    }
    Ok(head)
}

/// Carries entries into another database under another key: the same numbers and words, a
/// new chain. Both ends, as far as it came.
///
/// # Errors
/// [`DataDamage::Audit`] where the old chain is broken: it is not made whole by that.
pub(crate) fn carry(
    from: (&Connection, &MacKey, Head),
    to: (&Connection, &MacKey, Head),
    most: u64,
) -> Result<(Head, Head), VaultError> {
    let (source, old_key, old_head) = from;
    let (target, new_key, mut new_head) = to;
    let old_head = walk(source, old_key, old_head, most, |mut entry| {
        entry.mac = entry.derive_mac(new_key, &new_head.mac);
        entry.insert(target)?;
        new_head = Head {
            sequence: entry.sequence.cast_unsigned(),
            mac: entry.mac,
        };
        Ok(())
    })?;
    Ok((old_head, new_head))
}

/// What an entry says about the records it names.
#[derive(Debug)]
pub(crate) struct EntryFacts {
    pub(crate) sequence: u64,
    pub(crate) at: Timestamp,
    /// None for an action of a later program.
    pub(crate) action: Option<Action>,
    pub(crate) outcome: Option<AuditOutcome>,
    pub(crate) subjects: Vec<Uuid>,
    /// The name of the one credential that was changed.
    pub(crate) name: Option<String>,
}

impl EntryFacts {
    /// Whether it counts as a use.
    pub(crate) fn is_use(&self) -> bool {
        self.action.is_some_and(Action::is_use) && self.outcome != Some(AuditOutcome::Failed)
    }
}

/// Walks up to so many entries and shows what each says.
///
/// # Errors
/// [`DataDamage::Audit`] with the first entry that is missing or not what was written.
pub(crate) fn read_along(
    connection: &Connection,
    key: &MacKey,
    from: Head,
    most: u64,
    mut take: impl FnMut(EntryFacts),
) -> Result<Head, VaultError> {
    walk(connection, key, from, most, |entry| {
        let action = Action::parse(&entry.action);
        take(EntryFacts {
            sequence: entry.sequence.cast_unsigned(),
            at: Timestamp::from_microsecond(entry.at).map_err(|_| DataDamage::Malformed)?,
            action,
            outcome: AuditOutcome::parse(&entry.outcome),
            subjects: ids(&entry.subjects),
            name: match action {
                Some(action) if !action.is_use() => name(&entry.detail),
                _ => None,
            },
        });
        Ok(())
    })
}

/// `PROJECT/ENVIRONMENT/NAME` from the details of an entry about one credential.
pub(super) fn name(detail: &str) -> Option<String> {
    let detail: Detail = serde_json::from_str(detail).ok()?;
    let part = |key| detail.get(key);
    let (project, environment) = (part("project")?, part("environment")?);
    Some(format!("{project}/{environment}/{}", part("name")?))
}

pub(super) fn ids(subjects: &[u8]) -> Vec<Uuid> {
    subjects
        .chunks_exact(16)
        .filter_map(|id| Uuid::from_slice(id).ok())
        .collect()
}

/// Checks that an anchored entry is at its place.
pub(crate) fn check_anchored(connection: &Connection, anchored: Head) -> Result<(), VaultError> {
    let found: Option<Digest> = connection
        .prepare_cached("SELECT mac FROM audit WHERE sequence = ?1")?
        .query_row([anchored.sequence.cast_signed()], |row| row.get(0))
        .optional()?;
    if found != Some(anchored.mac) {
        let sequence = anchored.sequence;
        return Err(DataDamage::Audit { sequence }.into());
    }
    Ok(())
}

/// Removes entries, in the transaction that says so.
pub(crate) fn remove_up_to(connection: &Connection, sequence: u64) -> Result<(), VaultError> {
    connection
        .prepare_cached("DELETE FROM audit WHERE sequence <= ?1")?
        .execute([sequence.cast_signed()])?;
    Ok(())
}
