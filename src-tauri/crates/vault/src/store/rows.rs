//! Rows of the rooted tables as Rust values, and back to the domain's words.

use jiff::Timestamp;
use keyhaven_rules::Verdict;
use rusqlite::Row;
use rusqlite::types::{FromSqlError, ValueRef};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::model::{Credential, Dates, Details, Field, Label, Location, Moment, Tier};
use crate::profile::{LaunchConfig, SavedProfile};
use crate::rotation::{Automation, AutomationStage, NewValueCheck};

type Result<T> = rusqlite::Result<T>;

/// Environments are few and looked up often: id, place and tier.
#[derive(Debug, Clone)]
pub(crate) struct EnvironmentRecord {
    pub(crate) id: Uuid,
    pub(crate) revision: u32,
    pub(crate) project: Uuid,
    pub(crate) location: Location,
    pub(crate) tier: Tier,
    pub(crate) created_at: Timestamp,
}

/// A credential as stored: it knows its environment by id.
#[derive(Debug, Clone)]
pub(crate) struct CredentialRecord {
    pub(crate) id: Uuid,
    pub(crate) revision: u32,
    pub(crate) environment: Uuid,
    pub(crate) name: String,
    pub(crate) provider: Option<String>,
    pub(crate) fields: Vec<Field>,
    pub(crate) details: Details,
    pub(crate) dates: Dates,
    pub(crate) source_id: Option<String>,
    pub(crate) revoked_at: Option<Timestamp>,
    pub(crate) deleted_at: Option<Timestamp>,
    pub(crate) created_at: Timestamp,
    pub(crate) changed_at: Timestamp,
}

/// Of a credential, what says whether it is due and was ever used.
pub(crate) struct DatedRecord<'a> {
    fields: &'a str,
    /// Without what belongs to reminders.
    pub(crate) dates: Dates,
    pub(crate) revoked_at: Option<Timestamp>,
    pub(crate) used: bool,
    pub(crate) id: Uuid,
}

/// A version as stored, with its sealed values.
#[derive(Debug, Clone)]
pub(crate) struct VersionRecord {
    pub(crate) credential: Uuid,
    pub(crate) number: u32,
    pub(crate) id: Uuid,
    pub(crate) label: Label,
    pub(crate) created_at: Timestamp,
    pub(crate) grace_until: Option<Timestamp>,
    pub(crate) sealed: Option<Vec<u8>>,
}

/// A profile as stored: it knows its environment by id.
#[derive(Debug, Clone)]
pub(crate) struct ProfileRecord {
    pub(crate) id: Uuid,
    pub(crate) revision: u32,
    pub(crate) name: String,
    pub(crate) environment: Uuid,
    pub(crate) config: LaunchConfig,
    pub(crate) created_at: Timestamp,
    pub(crate) changed_at: Timestamp,
}

/// An open rotation as stored.
#[derive(Debug, Clone)]
pub(crate) struct RotationRecord {
    pub(crate) credential: Uuid,
    /// The version with the new value.
    pub(crate) version: u32,
    /// The version that was current before; none while the new one is pending.
    pub(crate) replaced: Option<u32>,
    /// The expiry and the fixed rotation date of the replaced version.
    pub(crate) expires: Option<Moment>,
    pub(crate) rotate_due: Option<Moment>,
    pub(crate) check: Option<NewValueCheck>,
    pub(crate) started_at: Timestamp,
    pub(crate) changed_at: Timestamp,
}

impl RotationRecord {
    /// Reads `SELECT * FROM rotation`.
    pub(crate) fn read(row: &Row<'_>) -> Result<Self> {
        let found = row.get::<_, Option<i64>>(5)?.map(found_from).transpose()?;
        let found_at = maybe_time(row, 6)?;
        Ok(Self {
            credential: uuid(row, 0)?,
            version: row.get(1)?,
            replaced: row.get(2)?,
            expires: moment(row, 3)?,
            rotate_due: moment(row, 4)?,
            check: found
                .zip(found_at)
                .map(|(found, at)| NewValueCheck { found, at }),
            started_at: time(row, 7)?,
            changed_at: time(row, 8)?,
        })
    }
}

impl Automation {
    /// Reads `SELECT * FROM automation`.
    pub(crate) fn read(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            credential: uuid(row, 0)?,
            stage: automation_stage_from(row.get(1)?)?,
            tag: row.get(2)?,
            admin: row.get::<_, Option<_>>(3)?.map(Uuid::from_bytes),
            key_id: row.get(4)?,
            known: json(row, 5)?.unwrap_or_default(),
            attempts: row.get(6)?,
            reason: row.get(7)?,
            started_at: time(row, 8)?,
            changed_at: time(row, 9)?,
        })
    }
}

impl ProfileRecord {
    /// Reads `SELECT * FROM profile`.
    pub(crate) fn read(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: uuid(row, 0)?,
            revision: row.get(1)?,
            name: row.get(2)?,
            environment: uuid(row, 3)?,
            config: json(row, 4)?.unwrap_or_default(),
            created_at: time(row, 5)?,
            changed_at: time(row, 6)?,
        })
    }

    pub(crate) fn into_profile(self, environment: &EnvironmentRecord) -> SavedProfile {
        SavedProfile {
            id: self.id,
            revision: self.revision,
            name: self.name,
            location: environment.location.clone(),
            tier: environment.tier,
            config: self.config,
            created_at: self.created_at,
            changed_at: self.changed_at,
        }
    }
}

impl CredentialRecord {
    /// Reads `SELECT * FROM credential`.
    pub(crate) fn read(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: uuid(row, 0)?,
            revision: row.get(1)?,
            environment: uuid(row, 2)?,
            name: row.get(3)?,
            provider: row.get(4)?,
            fields: json(row, 5)?.unwrap_or_default(),
            details: json(row, 6)?.unwrap_or_default(),
            dates: Dates {
                expires: moment(row, 7)?,
                rotate_every_days: row.get(8)?,
                rotate_due: moment(row, 9)?,
                rotated_at: maybe_time(row, 10)?,
                snoozed_until: moment(row, 11)?,
                lead_times: json(row, 12)?,
            },
            source_id: row.get(13)?,
            revoked_at: maybe_time(row, 14)?,
            deleted_at: maybe_time(row, 15)?,
            created_at: time(row, 16)?,
            changed_at: time(row, 17)?,
        })
    }

    pub(crate) fn into_credential(self, environment: &EnvironmentRecord) -> Credential {
        Credential {
            id: self.id,
            revision: self.revision,
            location: environment.location.clone(),
            tier: environment.tier,
            name: self.name,
            provider: self.provider,
            fields: self.fields,
            details: self.details,
            dates: self.dates,
            source_id: self.source_id,
            revoked_at: self.revoked_at,
            deleted_at: self.deleted_at,
            created_at: self.created_at,
            changed_at: self.changed_at,
        }
    }
}

impl<'a> DatedRecord<'a> {
    /// Reads fields, expires, rotate_every, rotate_due, rotated_at, revoked_at, a column of its
    /// use, and its id.
    pub(crate) fn read(row: &'a Row<'_>) -> Result<Self> {
        Ok(Self {
            fields: row.get_ref(0)?.as_str()?,
            dates: Dates {
                expires: moment(row, 1)?,
                rotate_every_days: row.get(2)?,
                rotate_due: moment(row, 3)?,
                rotated_at: maybe_time(row, 4)?,
                ..Dates::default()
            },
            revoked_at: maybe_time(row, 5)?,
            used: row.get_ref(6)? != ValueRef::Null,
            id: uuid(row, 7)?,
        })
    }

    /// Its fields.
    pub(crate) fn fields(&self) -> Result<Vec<Field>> {
        serde_json::from_str(self.fields).map_err(|_| FromSqlError::InvalidType.into())
    }
}

impl VersionRecord {
    /// Reads `SELECT * FROM version`.
    pub(crate) fn read(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            credential: uuid(row, 0)?,
            number: row.get(1)?,
            id: uuid(row, 2)?,
            label: label_from(row.get(3)?)?,
            created_at: time(row, 4)?,
            grace_until: maybe_time(row, 5)?,
            sealed: row.get(6)?,
        })
    }
}

/// A version without its values, and the room that they take.
#[derive(Debug)]
pub(crate) struct VersionHead {
    pub(crate) number: u32,
    pub(crate) id: Uuid,
    pub(crate) label: Label,
    pub(crate) created_at: Timestamp,
    pub(crate) grace_until: Option<Timestamp>,
    /// Bytes of the sealed values; none where they were erased.
    pub(crate) bytes: Option<u64>,
}

impl VersionHead {
    pub(crate) fn read(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            number: row.get(0)?,
            id: uuid(row, 1)?,
            label: label_from(row.get(2)?)?,
            created_at: time(row, 3)?,
            grace_until: maybe_time(row, 4)?,
            bytes: row.get::<_, Option<i64>>(5)?.map(i64::cast_unsigned),
        })
    }

    /// The label at a time: a previous version ends with its grace.
    pub(crate) fn label_at(&self, now: Timestamp) -> Label {
        match (self.label, self.grace_until) {
            (Label::Previous, Some(until)) if until <= now => Label::Retired,
            (label, _) => label,
        }
    }
}

pub(crate) fn label_number(label: Label) -> i64 {
    match label {
        Label::Pending => 1,
        Label::Current => 2,
        Label::Previous => 3,
        Label::Retired => 4,
        Label::Revoked => 5,
    }
}

pub(super) fn label_from(number: i64) -> Result<Label> {
    match number {
        1 => Ok(Label::Pending),
        2 => Ok(Label::Current),
        3 => Ok(Label::Previous),
        4 => Ok(Label::Retired),
        5 => Ok(Label::Revoked),
        other => Err(FromSqlError::OutOfRange(other).into()),
    }
}

pub(crate) fn found_number(found: Verdict) -> i64 {
    match found {
        Verdict::Alive => 1,
        Verdict::Dead => 2,
        Verdict::Unknown => 3,
    }
}

fn found_from(number: i64) -> Result<Verdict> {
    match number {
        1 => Ok(Verdict::Alive),
        2 => Ok(Verdict::Dead),
        3 => Ok(Verdict::Unknown),
        other => Err(FromSqlError::OutOfRange(other).into()),
    }
}

pub(crate) fn automation_stage_number(stage: AutomationStage) -> i64 {
    match stage {
        AutomationStage::Creating => 1,
        AutomationStage::Created => 2,
        AutomationStage::Revoking => 3,
        AutomationStage::NeedsPerson => 4,
    }
}

fn automation_stage_from(number: i64) -> Result<AutomationStage> {
    match number {
        1 => Ok(AutomationStage::Creating),
        2 => Ok(AutomationStage::Created),
        3 => Ok(AutomationStage::Revoking),
        4 => Ok(AutomationStage::NeedsPerson),
        other => Err(FromSqlError::OutOfRange(other).into()),
    }
}

pub(crate) fn tier_number(tier: Tier) -> i64 {
    match tier {
        Tier::Development => 1,
        Tier::Staging => 2,
        Tier::Production => 3,
    }
}

pub(crate) fn tier_from(number: i64) -> Result<Tier> {
    match number {
        1 => Ok(Tier::Development),
        2 => Ok(Tier::Staging),
        3 => Ok(Tier::Production),
        other => Err(FromSqlError::OutOfRange(other).into()),
    }
}

/// Times are microseconds since 1970.
pub(crate) fn time(row: &Row<'_>, column: usize) -> Result<Timestamp> {
    time_from(row.get(column)?)
}

pub(crate) fn maybe_time(row: &Row<'_>, column: usize) -> Result<Option<Timestamp>> {
    row.get::<_, Option<i64>>(column)?
        .map(time_from)
        .transpose()
}

fn time_from(micros: i64) -> Result<Timestamp> {
    Timestamp::from_microsecond(micros).map_err(|_| FromSqlError::OutOfRange(micros).into())
}

pub(crate) fn uuid(row: &Row<'_>, column: usize) -> Result<Uuid> {
    row.get(column).map(Uuid::from_bytes)
}

fn moment(row: &Row<'_>, column: usize) -> Result<Option<Moment>> {
    let text = row.get_ref(column)?.as_str_or_null()?;
    text.map(|text| text.parse().map_err(|_| FromSqlError::InvalidType.into()))
        .transpose()
}

/// Lists and maps are JSON; NULL where there is nothing to say.
pub(crate) fn json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> Result<Option<T>> {
    let text = row.get_ref(column)?.as_str_or_null()?;
    text.map(|text| serde_json::from_str(text).map_err(|_| FromSqlError::InvalidType.into()))
        .transpose()
}
