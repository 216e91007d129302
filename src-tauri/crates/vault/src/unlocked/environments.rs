//! Environments and their tiers, settings, and trusted directory files.

use uuid::Uuid;

use super::{Edit, Unlocked};
use crate::audit::{Action, AuditContext};
use crate::error::{Damage, Invalid, RecordKind, Refusal, VaultError};
use crate::model::{EnvironmentInfo, Location, Tier, TrustedFile};
use crate::names;
use crate::settings::Settings;
use crate::store::audit::AuditEvent;
use crate::store::authenticated_writer::to_json;
use crate::store::read;
use crate::store::rows::EnvironmentRecord;

/// All settings are one row.
const SETTINGS: &str = "settings";

impl Unlocked {
    /// All environments, by project and name.
    ///
    /// # Errors
    /// [`VaultError::DamagedData`], [`VaultError::Database`].
    pub fn environments(&self) -> Result<Vec<EnvironmentInfo>, VaultError> {
        let counts = read::living_counts(&self.connection)?;
        let count = |id: Uuid| {
            counts
                .iter()
                .find(|(of, _)| *of == id)
                .map_or(0, |(_, n)| *n)
        };
        let rows = read::environments(&self.connection)?;
        Ok(rows
            .into_iter()
            .map(|row| environment(&row, count(row.id)))
            .collect())
    }

    /// One environment by name.
    ///
    /// # Errors
    /// [`VaultError::NotFound`].
    pub fn environment(&self, location: &Location) -> Result<EnvironmentInfo, VaultError> {
        let row = self.environment_row(location)?;
        let living = read::living_count(&self.connection, row.id)?;
        Ok(environment(&row, living))
    }

    pub(super) fn environment_row(
        &self,
        location: &Location,
    ) -> Result<EnvironmentRecord, VaultError> {
        read::environment_by_place(&self.connection, location)?
            .ok_or(VaultError::NotFound(RecordKind::Environment))
    }

    /// Sets an environment's tier; makes the environment where it is missing.
    ///
    /// # Errors
    /// [`VaultError::Invalid`], and what any write may meet.
    pub fn set_tier(
        &mut self,
        context: &AuditContext,
        location: &Location,
        tier: Tier,
    ) -> Result<EnvironmentInfo, VaultError> {
        names::check_location(location)?;
        self.change(context, |edit| {
            let known = read::environment_by_place(edit.connection, location)?;
            let was = known.as_ref().map(|row| row.tier);
            let mut row = match known {
                Some(row) => row,
                None => edit.make_environment(location, tier)?,
            };
            if was.is_some_and(|was| was != tier) {
                row.tier = tier;
                row.revision += 1;
                edit.rooted.put_environment(&row)?;
            }
            let event = AuditEvent::done(Action::TierSet)
                .about(row.id)
                .with("project", &location.project)
                .with("environment", &location.environment)
                .with("tier", format!("{tier:?}").to_lowercase());
            let living = read::living_count(edit.connection, row.id)?;
            let changed = was != Some(tier);
            Ok((environment(&row, living), changed.then_some(event)))
        })
    }

    /// The settings.
    ///
    /// # Errors
    /// [`VaultError::DamagedData`], [`VaultError::Database`].
    pub fn settings(&self) -> Result<Settings, VaultError> {
        match read::setting(&self.connection, SETTINGS)? {
            None => Ok(Settings::default()),
            Some(text) => serde_json::from_str(&text).map_err(|_| Damage::Malformed.into()),
        }
    }

    /// Replaces the settings.
    ///
    /// # Errors
    /// [`Invalid::Setting`], and what any write may meet.
    pub fn set_settings(
        &mut self,
        context: &AuditContext,
        settings: &Settings,
    ) -> Result<(), VaultError> {
        settings.check()?;
        let text = to_json(settings)?;
        let same = self.settings()? == *settings;
        self.change(context, |edit| {
            edit.rooted.put_setting(SETTINGS, &text)?;
            let event = AuditEvent::done(Action::SettingsChanged).with("settings", &text);
            Ok(((), (!same).then_some(event)))
        })
    }

    /// Trusts a directory file for exactly one content. The log keeps its outline.
    ///
    /// # Errors
    /// [`Invalid::RelativePath`], [`Invalid::DetailsTooLong`], and what any write may meet.
    pub fn allow_file(
        &mut self,
        context: &AuditContext,
        path: &str,
        sha256: [u8; 32],
        production: bool,
        outline: &str,
    ) -> Result<(), VaultError> {
        if !path.starts_with('/') {
            return Err(Invalid::RelativePath.into());
        }
        if outline.len() > names::MOST_DETAILS {
            return Err(Invalid::DetailsTooLong.into());
        }
        self.change(context, |edit| {
            edit.rooted.put_trusted(&TrustedFile {
                path: path.into(),
                sha256,
                production,
                allowed_at: edit.now,
            })?;
            let event = AuditEvent::done(Action::FileAllowed)
                .with("path", path)
                .with("sha256", data_encoding::HEXLOWER.encode(&sha256))
                .with("production", production.to_string())
                .with("outline", outline);
            Ok(((), Some(event)))
        })
    }

    /// Trusts it no longer.
    ///
    /// # Errors
    /// [`VaultError::NotFound`] where it was not trusted.
    pub fn deny_file(&mut self, context: &AuditContext, path: &str) -> Result<(), VaultError> {
        self.change(context, |edit| {
            let known = read::trusted(edit.connection)?;
            if !known.iter().any(|file| file.path == path) {
                return Err(VaultError::NotFound(RecordKind::TrustedFile));
            }
            edit.rooted.delete_trusted(path)?;
            Ok((
                (),
                Some(AuditEvent::done(Action::FileDenied).with("path", path)),
            ))
        })
    }

    /// All trusted files, by path.
    ///
    /// # Errors
    /// [`VaultError::DamagedData`], [`VaultError::Database`].
    pub fn trusted_files(&self) -> Result<Vec<TrustedFile>, VaultError> {
        read::trusted(&self.connection)
    }

    /// The trust in exactly this content at this path, if any.
    ///
    /// # Errors
    /// [`VaultError::DamagedData`], [`VaultError::Database`].
    pub fn trusted_file(
        &self,
        path: &str,
        sha256: &[u8; 32],
    ) -> Result<Option<TrustedFile>, VaultError> {
        let mut known = read::trusted(&self.connection)?.into_iter();
        Ok(known.find(|file| file.path == path && file.sha256 == *sha256))
    }
}

fn environment(row: &EnvironmentRecord, credentials: u64) -> EnvironmentInfo {
    EnvironmentInfo {
        id: row.id,
        revision: row.revision,
        location: row.location.clone(),
        tier: row.tier,
        credentials,
    }
}

/// The tier of a new environment: the requested one, or the one its name implies, or production.
pub(super) fn new_tier(location: &Location, said: Option<Tier>) -> Tier {
    said.or_else(|| Tier::of_environment(&location.environment))
        .unwrap_or(Tier::Production)
}

impl Edit<'_> {
    /// The environment of that name, made on first use. A given tier must agree with
    /// a known environment's.
    pub(super) fn environment(
        &mut self,
        location: &Location,
        said: Option<Tier>,
    ) -> Result<EnvironmentRecord, VaultError> {
        match read::environment_by_place(self.connection, location)? {
            Some(row) if said.is_some_and(|tier| tier != row.tier) => {
                Err(Refusal::Tier(row.tier).into())
            }
            Some(row) => Ok(row),
            None => self.make_environment(location, new_tier(location, said)),
        }
    }

    fn make_environment(
        &mut self,
        location: &Location,
        tier: Tier,
    ) -> Result<EnvironmentRecord, VaultError> {
        let project = match self.rooted.project(&location.project)? {
            Some(id) => id,
            None => {
                let id = self.make_id()?;
                self.rooted
                    .insert_project(id, &location.project, self.now)?;
                id
            }
        };
        let row = EnvironmentRecord {
            id: self.make_id()?,
            revision: 1,
            project,
            location: location.clone(),
            tier,
            created_at: self.now,
        };
        self.rooted.put_environment(&row)?;
        Ok(row)
    }
}
