//! The vault while unlocked: every question and every change.

use keyhaven_secret::SecretBytes;
use uuid::Uuid;
use crate::audit::{Action, AuditFilter, AuditPage, Context, Detail, Outcome};
use crate::crypto::kdf::{KdfJob, Kek};
use crate::error::Error;
use crate::folder::Folder;
use crate::import::{ImportItem, ImportReport, ImportTarget};
use crate::locked::Locked;
use crate::model::*;
use crate::query::*;
use crate::reminder::Schedule;
use crate::settings::Settings;

/// An open vault.
pub struct Unlocked {}

/// Things noticed at unlock that a person should hear of, though nothing is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remark {
    /// One copy of the header was damaged and has been written again.
    HeaderHealed,
    /// One slot of the anchor was damaged after an unclean stop.
    AnchorSlotLost,
    /// An older copy was opened, on demand.
    OldCopyAccepted { /** how many */ changes: u64 },
}

/// Which record a change is for, and the revision its author has seen.
#[derive(Debug, Clone, Copy)]
pub struct Seen { /** which */ pub id: Uuid, /** revision */ pub revision: u32 }

#[allow(unused_variables)]
impl Unlocked {
    /// Checkpoint, close, both anchor slots clean; the keys are wiped.
    pub fn lock(self, context: &Context) -> Result<Locked, Error> { unimplemented!() }
    /// id
    pub fn id(&self) -> Uuid { unimplemented!() }
    /// folder
    pub fn folder(&self) -> &Folder { unimplemented!() }
    /// generation: user changes so far
    pub fn generation(&self) -> u64 { unimplemented!() }
    /// What was noticed at unlock.
    pub fn remarks(&self) -> &[Remark] { unimplemented!() }
    /// To ask for the password again: run it, then [`Unlocked::check_password`].
    pub fn password_job(&self) -> Result<KdfJob, Error> { unimplemented!() }
    /// [`Error::WrongPassword`] unless the derived key opens the password slot.
    pub fn check_password(&self, kek: &Kek) -> Result<(), Error> { unimplemented!() }

    // Changes: one transaction each, with its audit row; durable when they return.
    /// add
    pub fn add(&mut self, context: &Context, new: NewCredential) -> Result<Credential, Error> { unimplemented!() }
    /// New version; fields that are not named keep their value. Revives a revoked credential.
    pub fn set_values(&mut self, context: &Context, seen: Seen, values: Vec<FieldValue>) -> Result<Credential, Error> { unimplemented!() }
    /// edit
    pub fn edit(&mut self, context: &Context, seen: Seen, patch: &Patch) -> Result<Credential, Error> { unimplemented!() }
    /// rename
    pub fn rename(&mut self, context: &Context, seen: Seen, name: &str) -> Result<Credential, Error> { unimplemented!() }
    /// move
    pub fn move_to(&mut self, context: &Context, seen: Seen, place: &Place, tier: Option<Tier>) -> Result<Credential, Error> { unimplemented!() }
    /// to trash
    pub fn remove(&mut self, context: &Context, seen: Seen) -> Result<Credential, Error> { unimplemented!() }
    /// from trash
    pub fn restore(&mut self, context: &Context, seen: Seen) -> Result<Credential, Error> { unimplemented!() }
    /// Erases what was deleted before the time (all of it: `context.now`); how many.
    pub fn empty_trash(&mut self, context: &Context, deleted_before: jiff::Timestamp) -> Result<usize, Error> { unimplemented!() }
    /// rollback to a version
    pub fn rollback(&mut self, context: &Context, seen: Seen, number: u32) -> Result<Credential, Error> { unimplemented!() }
    /// revoke
    pub fn revoke(&mut self, context: &Context, seen: Seen) -> Result<Credential, Error> { unimplemented!() }
    /// `None` ends a snooze. Cut at the expiry.
    pub fn snooze(&mut self, context: &Context, seen: Seen, until: Option<Moment>, zone: &jiff::tz::TimeZone) -> Result<Credential, Error> { unimplemented!() }
    /// tier; makes the environment where it is missing
    pub fn set_tier(&mut self, context: &Context, place: &Place, tier: Tier) -> Result<Environment, Error> { unimplemented!() }
    /// settings
    pub fn set_settings(&mut self, context: &Context, settings: &Settings) -> Result<(), Error> { unimplemented!() }
    /// trust
    pub fn allow_file(&mut self, context: &Context, path: &str, sha256: [u8; 32], production: bool) -> Result<(), Error> { unimplemented!() }
    /// distrust
    pub fn deny_file(&mut self, context: &Context, path: &str) -> Result<(), Error> { unimplemented!() }
    /// all or nothing
    pub fn apply_import(&mut self, context: &Context, target: &ImportTarget, items: &[ImportItem]) -> Result<ImportReport, Error> { unimplemented!() }

    // Uses: survive a kill at once, power loss after the next flush.
    /// Before the values are handed out.
    pub fn record_use(&mut self, context: &Context, action: Action, outcome: Outcome, subjects: &[Uuid], detail: Detail) -> Result<(), Error> { unimplemented!() }
    /// Within 1 s of a use; does nothing where nothing waits.
    pub fn flush_uses(&mut self) -> Result<(), Error> { unimplemented!() }
    /// Whether a flush is wanted.
    pub fn has_unflushed_uses(&self) -> bool { unimplemented!() }

    // Questions.
    /// import preview
    pub fn preview_import(&self, target: &ImportTarget, items: &[ImportItem]) -> Result<ImportReport, Error> { unimplemented!() }
    /// living, by project, environment, name
    pub fn list(&self, filter: &Filter, clock: &Clock) -> Result<Vec<Summary>, Error> { unimplemented!() }
    /// what is due within so many days, soonest first
    pub fn due(&self, within_days: u32, clock: &Clock) -> Result<Vec<Summary>, Error> { unimplemented!() }
    /// trash
    pub fn trash(&self) -> Result<Vec<Credential>, Error> { unimplemented!() }
    /// by id, living or in trash
    pub fn get(&self, id: Uuid) -> Result<Credential, Error> { unimplemented!() }
    /// by name, living
    pub fn find(&self, place: &Place, name: &str) -> Result<Credential, Error> { unimplemented!() }
    /// with usage and due
    pub fn summary(&self, id: Uuid, clock: &Clock) -> Result<Summary, Error> { unimplemented!() }
    /// newest first
    pub fn versions(&self, id: Uuid, now: jiff::Timestamp) -> Result<Vec<Version>, Error> { unimplemented!() }
    /// One value; `version` None is the current one, `field` None the only one.
    pub fn value(&self, id: Uuid, field: Option<&str>, version: Option<u32>) -> Result<(Field, SecretBytes), Error> { unimplemented!() }
    /// for a launch
    pub fn resolve(&self, selection: &Selection, clock: &Clock) -> Result<Resolution, Error> { unimplemented!() }
    /// counts
    pub fn counts(&self, clock: &Clock) -> Result<Counts, Error> { unimplemented!() }
    /// environments
    pub fn environments(&self) -> Result<Vec<Environment>, Error> { unimplemented!() }
    /// one environment
    pub fn environment(&self, place: &Place) -> Result<Environment, Error> { unimplemented!() }
    /// settings
    pub fn settings(&self) -> Result<Settings, Error> { unimplemented!() }
    /// trusted
    pub fn trusted_files(&self) -> Result<Vec<TrustedFile>, Error> { unimplemented!() }
    /// The trust in exactly this content, if any.
    pub fn trusted_file(&self, path: &str, sha256: &[u8; 32]) -> Result<Option<TrustedFile>, Error> { unimplemented!() }
    /// audit
    pub fn audit(&self, filter: &AuditFilter) -> Result<AuditPage, Error> { unimplemented!() }
    /// chain check; number of entries
    pub fn verify_audit(&self) -> Result<u64, Error> { unimplemented!() }
    /// The schedule file's content; what was sent is taken over from the former one.
    pub fn schedule(&mut self, former: Option<&Schedule>, clock: &Clock) -> Result<Schedule, Error> { unimplemented!() }
    /// Which credential an entry of a schedule is about.
    pub fn scheduled_credential(&self, schedule: &Schedule, entry: Uuid) -> Result<Option<Uuid>, Error> { unimplemented!() }
}
