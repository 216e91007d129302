//! Decides which older versions keep their values when another one becomes current.
//!
//! The last ten retired ones do, and all that were current within the last 30 days of use,
//! however many: ten new values must not erase the good one. Only where older
//! values take more room than a credential may have is one of them discarded, and only if that
//! was asked for.

use std::collections::HashMap;

use jiff::Timestamp;
use keyhaven_rules::settings::Settings;
use uuid::Uuid;

use super::Edit;
use super::trash::TRASH_DAYS;
use crate::due;
use crate::error::{RecordKind, Refusal, VaultError};
use crate::model::Label;
use crate::stop;
use crate::store::audit_search::{self, VersionChange};
use crate::store::read;
use crate::store::rows::{CredentialRecord, VersionRecord};

/// Retired versions that keep their values, however old.
const KEPT_RETIRED: usize = 10;
/// Bytes that the older values of a credential may take, sealed.
pub(super) const MOST_OLD_BYTES: u64 = if cfg!(test) { 1 << 20 } else { 64 << 20 };

/// What is done where a new value leaves no room for the older ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OldVersions {
    /// The new value is refused.
    Keep,
    /// The oldest are discarded.
    Discard,
}

impl Edit<'_> {
    /// Makes way for another current version: current becomes previous, previous retired, and
    /// the values of retired ones that need not stay are erased.
    pub(super) fn demote_current(
        &mut self,
        credential: Uuid,
        promoted: u32,
        settings: &Settings,
    ) -> Result<(), VaultError> {
        let grace = jiff::SignedDuration::from_hours(settings.grace_hours.into());
        let (mut retired, mut lately) = (0, None);
        for version in read::versions(self.connection, credential)? {
            if version.number == promoted {
                continue;
            }
            let (label, grace_until) = match version.label {
                Label::Current => (Label::Previous, Some(due::later(self.now, grace))),
                Label::Previous => (Label::Retired, version.grace_until),
                other => (other, version.grace_until),
            };
            retired += usize::from(label == Label::Retired);
            let beyond = label == Label::Retired && retired > KEPT_RETIRED;
            let erase = beyond && version.bytes.is_some() && {
                let lately = match &mut lately {
                    Some(known) => known,
                    none => none.insert(self.current_lately(credential)?),
                };
                lately.has_lapsed(version.number)
            };
            if label != version.label || erase {
                self.change_version(credential, version.number, |version| {
                    version.label = label;
                    version.grace_until = grace_until;
                    version.sealed = version.sealed.take().filter(|_| !erase);
                })?;
            }
        }
        Ok(())
    }

    /// Makes room for a new version where the older values take too much: the oldest that
    /// nobody relies on any more are discarded, if that is wanted.
    ///
    /// # Errors
    /// [`Refusal::WouldDiscard`].
    pub(super) fn make_room(
        &mut self,
        row: &CredentialRecord,
        old: OldVersions,
    ) -> Result<(), VaultError> {
        let versions = read::versions(self.connection, row.id)?;
        let mut total: u64 = versions.iter().filter_map(|version| version.bytes).sum();
        let mut goes = Vec::new();
        for oldest in versions.iter().rev() {
            if total <= MOST_OLD_BYTES {
                break;
            }
            let may_go = matches!(oldest.label, Label::Retired | Label::Revoked);
            if let (true, Some(bytes)) = (may_go, oldest.bytes) {
                total -= bytes;
                goes.push(oldest);
            }
        }
        // The newest one that goes: agreeing to it is agreeing to the ones before it.
        if let (OldVersions::Keep, Some(newest)) = (old, goes.last()) {
            let lately = self.current_lately(row.id)?;
            return Err(Refusal::WouldDiscard {
                credential: row.name.clone(),
                version: newest.number,
                until: lately.until(newest.number).unwrap_or(newest.created_at),
            }
            .into());
        }
        for gone in goes {
            self.change_version(row.id, gone.number, |version| version.sealed = None)?;
        }
        Ok(())
    }

    /// Stores a version again, changed. One has its values in memory at a time.
    pub(super) fn change_version(
        &mut self,
        credential: Uuid,
        number: u32,
        change: impl FnOnce(&mut VersionRecord),
    ) -> Result<(), VaultError> {
        stop::check()?;
        let version = read::version(self.connection, credential, number)?;
        let mut version = version.ok_or(VaultError::NotFound(RecordKind::Version))?;
        change(&mut version);
        self.rooted.put_version(&version)
    }

    /// Which versions of a credential were current lately, as the log tells: days of use are
    /// counted as for the trash, so that no clock makes them pass.
    fn current_lately(&self, credential: Uuid) -> Result<CurrentLately, VaultError> {
        let old = audit_search::newest_old(self.connection, TRASH_DAYS, self.now)?;
        let newest = read::versions(self.connection, credential)?;
        let mut number = newest.first().map_or(0, |newest| newest.number);
        let mut until = self.now;
        let mut lately = CurrentLately::default();
        audit_search::each_version(self.connection, credential, |entry| {
            let newest = number;
            if !matches!(entry.change, VersionChange::Promoted(_)) {
                number = number.saturating_sub(1);
            }
            let promoted = match entry.change {
                VersionChange::New => newest,
                VersionChange::Promoted(version) => version,
                VersionChange::Stored => return true,
            };
            lately.until.entry(promoted).or_insert(until);
            until = entry.at;
            // This one was still current when the days began.
            lately.is_whole = old > 0 && entry.sequence <= old;
            !lately.is_whole
        })?;
        Ok(lately)
    }
}

/// Until when versions were current that were so within the last days of use.
#[derive(Debug, Default)]
struct CurrentLately {
    until: HashMap<u32, Timestamp>,
    /// Whether the log reaches back far enough to name all of them.
    is_whole: bool,
}

impl CurrentLately {
    fn has_lapsed(&self, version: u32) -> bool {
        self.is_whole && !self.until.contains_key(&version)
    }

    fn until(&self, version: u32) -> Option<Timestamp> {
        self.until.get(&version).copied()
    }
}
