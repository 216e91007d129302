//! What the owner of a vault has allowed, and what of it a backup may bring: only what the vault
//! that it replaces allows too, so that nothing comes back that was withdrawn since. A backup of
//! another vault, or one in the place of a vault that cannot be read, brings nothing: the owner of
//! another vault must not decide which project files are trusted here, nor which keys may fill
//! variables that make programs run code.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use rusqlite::Connection;
use uuid::Uuid;

use crate::error::VaultError;
use crate::model::{Location, Tier, TrustedFile};
use crate::stop;
use crate::store::authenticated_writer::AuthenticatedWriter;
use crate::store::read;
use crate::store::rows::ProfileRecord;
use crate::unlocked::trusted_files::MOST_FILES;

/// What the owner of a vault has allowed; by default nothing.
#[derive(Clone, Default)]
pub(crate) struct Rights {
    /// Trusted contents by their hash, and denials by that of none.
    files: HashMap<(String, [u8; 32]), TrustedFile>,
    /// Profiles that let production in.
    profiles: HashMap<Uuid, ProfileRecord>,
    /// Fields that may fill a variable that loads code: of which credential, and which variable.
    loaders: HashSet<(Uuid, String, Option<String>)>,
    tiers: HashMap<Location, Tier>,
}

/// How many permissions of a backup are not in the vault that was restored from it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WithdrawnRights {
    /// Trusted contents of files.
    pub files: u32,
    /// Profiles that let production in.
    pub profiles: u32,
    /// Credentials that could fill a variable that loads code.
    pub credentials: u32,
    /// Environments whose tier was lower.
    pub environments: u32,
}

impl WithdrawnRights {
    /// How many in all.
    #[must_use]
    pub const fn total(&self) -> u32 {
        self.files + self.profiles + self.credentials + self.environments
    }
}

impl Rights {
    /// Reads those of a vault.
    pub(crate) fn read(connection: &Connection) -> Result<Self, VaultError> {
        let files = read::trusted(connection)?.into_iter();
        let profiles = read::profiles(connection)?.into_iter();
        let environments = read::environments(connection)?.into_iter();
        let mut loaders = HashSet::new();
        for credential in read::loader_permitted(connection)? {
            let fields = credential.fields.into_iter();
            let permitted = fields.filter(|field| field.allow_loader_variable);
            loaders.extend(permitted.map(|field| (credential.id, field.name, field.variable)));
        }
        Ok(Self {
            files: files
                .map(|file| ((file.path.clone(), file.sha256), file))
                .collect(),
            profiles: profiles
                .filter(|profile| profile.config.allow_production)
                .map(|profile| (profile.id, profile))
                .collect(),
            loaders,
            tiers: environments.map(|one| (one.location, one.tier)).collect(),
        })
    }

    /// Withdraws from a restored vault what these do not have.
    pub(super) fn limit(
        &self,
        connection: &Connection,
        rooted: &mut AuthenticatedWriter<'_>,
        now: Timestamp,
    ) -> Result<WithdrawnRights, VaultError> {
        Ok(WithdrawnRights {
            files: self.limit_files(connection, rooted)?,
            profiles: self.limit_profiles(connection, rooted, now)?,
            credentials: self.limit_loaders(connection, rooted, now)?,
            environments: self.raise_tiers(connection, rooted)?,
        })
    }

    /// A content stays that is trusted since the same moment: trust that was withdrawn and given
    /// again may have been for other names. Denials of both stay, as far as there is room.
    fn limit_files(
        &self,
        connection: &Connection,
        rooted: &mut AuthenticatedWriter<'_>,
    ) -> Result<u32, VaultError> {
        let mut withdrawn = 0;
        for file in read::trusted(connection)? {
            stop::check()?;
            let known = self.files.get(&(file.path.clone(), file.sha256));
            if !file.is_denial() && known != Some(&file) {
                rooted.delete_trusted(&file)?;
                withdrawn += 1;
            }
        }
        let room = MOST_FILES.saturating_sub(read::trusted_count(connection)?);
        let denials = self.files.values().filter(|file| file.is_denial());
        for denial in denials.take(room) {
            rooted.put_trusted(denial)?;
        }
        Ok(withdrawn)
    }

    /// The right of a profile is one to start exactly what it says.
    fn limit_profiles(
        &self,
        connection: &Connection,
        rooted: &mut AuthenticatedWriter<'_>,
        now: Timestamp,
    ) -> Result<u32, VaultError> {
        let mut withdrawn = 0;
        for mut profile in read::profiles(connection)? {
            stop::check()?;
            let known = self.profiles.get(&profile.id);
            let is_same = known.is_some_and(|known| {
                known.environment == profile.environment && known.config == profile.config
            });
            if is_same || !profile.config.allow_production {
                continue;
            }
            profile.config.allow_production = false;
            profile.revision += 1;
            profile.changed_at = now;
            rooted.put_profile(&profile)?;
            withdrawn += 1;
        }
        Ok(withdrawn)
    }

    fn limit_loaders(
        &self,
        connection: &Connection,
        rooted: &mut AuthenticatedWriter<'_>,
        now: Timestamp,
    ) -> Result<u32, VaultError> {
        let mut withdrawn = 0;
        for mut credential in read::loader_permitted(connection)? {
            stop::check()?;
            let before = credential.fields.clone();
            for field in &mut credential.fields {
                let right = (credential.id, field.name.clone(), field.variable.clone());
                field.allow_loader_variable &= self.loaders.contains(&right);
            }
            if credential.fields == before {
                continue;
            }
            credential.revision += 1;
            credential.changed_at = now;
            rooted.put_credential(&credential)?;
            withdrawn += 1;
        }
        Ok(withdrawn)
    }

    /// A lower tier is a permission too: it lets keys into more launches.
    fn raise_tiers(
        &self,
        connection: &Connection,
        rooted: &mut AuthenticatedWriter<'_>,
    ) -> Result<u32, VaultError> {
        let mut raised = 0;
        for mut environment in read::environments(connection)? {
            let known = self.tiers.get(&environment.location);
            let Some(tier) = known.filter(|tier| **tier > environment.tier) else {
                continue;
            };
            environment.tier = *tier;
            environment.revision += 1;
            rooted.put_environment(&environment)?;
            raised += 1;
        }
        Ok(raised)
    }
}
