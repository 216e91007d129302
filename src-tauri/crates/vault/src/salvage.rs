//! What can still be read of a damaged vault becomes a new one; the old one stays as it is.
//!
//! Credentials and profiles keep their ids, dates and versions; values are sealed again. The
//! log and the counts of uses stay behind, where they can be looked at: entries of a vault that
//! is not whole must not get a good name in another one. Trust in project files is to be given
//! again for the same reason, and a profile's leave to take keys of a higher tier.
//!
//! A salvage that fails leaves nothing, and one that is stopped leaves no vault: a part of it
//! would look like one that was saved. The header, which makes it a vault, comes last.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use keyhaven_rules::settings::Settings;
use keyhaven_secret::Exposed;
use uuid::Uuid;

use crate::audit::{Action, AuditContext};
use crate::create;
use crate::crypto::kdf::{KdfParams, Kek};
use crate::crypto::keys::EpochKeys;
use crate::crypto::recovery::RecoveryKey;
use crate::error::VaultError;
use crate::folder::{self, Folder, LOCK};
use crate::format::header_file::{self, ChosenHeader};
use crate::format::{disk, rollback_guard};
use crate::locked::{Locked, OldCopy, VaultOptions};
use crate::model::{Label, Location};
use crate::stop;
use crate::store::audit::AuditEvent;
use crate::store::connect;
use crate::store::tolerant_read::{ReadableRows, TolerantReader};
use crate::unlocked::Unlocked;
use crate::unlocked::values::Binding;

/// What a salvage brought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Salvaged {
    /// Credentials in the new vault, the trash included.
    pub credentials: u32,
    /// Versions with values in it.
    pub versions: u32,
    /// Profiles in it.
    pub profiles: u32,
    /// What could not be read.
    pub lost: Vec<LostItem>,
    /// What was changed on the way.
    pub changed: Vec<ChangedItem>,
}

/// Something that a salvage could not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LostItem {
    /// The name of a project.
    ProjectName {
        /// Its new name.
        now: String,
    },
    /// The names of an environment and its project.
    EnvironmentName {
        /// Its new location.
        now: Location,
    },
    /// A credential.
    Credential {
        /// Its location and name, or its id.
        credential: String,
    },
    /// A version of a credential.
    Version {
        /// The credential's location and name, or its id.
        credential: String,
        /// The number of the version.
        version: u32,
    },
    /// The sealed values of a version, which do not open.
    Values {
        /// The credential's location and name.
        credential: String,
        /// The number of the version.
        version: u32,
    },
    /// The settings.
    Settings,
    /// The trust in a file: its owner is to approve it again.
    Trust {
        /// The path of the file.
        path: String,
    },
    /// A profile: its owner is to save it again.
    Profile {
        /// Its name.
        profile: String,
    },
}

/// Something that a salvage changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangedItem {
    /// The name was taken.
    ProfileRenamed {
        /// The old name.
        was: String,
        /// The new name.
        now: String,
    },
    /// A profile no longer takes credentials of a higher tier until its owner allows it again.
    ProfileTierWithdrawn {
        /// Its name.
        profile: String,
    },
    /// The name was taken.
    EnvironmentRenamed {
        /// The old location.
        was: Location,
        /// The new location.
        now: Location,
    },
    /// The name was taken.
    CredentialRenamed {
        /// The old location and name.
        was: String,
        /// The new location and name.
        now: String,
    },
    /// A field no longer fills its variable, because another credential does.
    VariableCleared {
        /// The credential's location and name.
        credential: String,
        /// The variable.
        variable: String,
        /// The location and name of the credential that fills it.
        by: String,
    },
}

/// The keys and the place of what is salvaged.
struct SalvageSource {
    keys: EpochKeys,
    vault: Uuid,
    epoch: u64,
}

impl Locked {
    /// Writes everything that can be read into a new vault, and locks that; its folder must
    /// be empty or missing. Slow: one key derivation for the new password.
    ///
    /// # Errors
    /// [`VaultError::WrongPassword`]; [`VaultError::VaultExists`] and [`VaultError::FolderNotEmpty`] for the
    /// new folder; [`VaultError::DamagedData`] where nothing at all can be read. Nothing is left of
    /// the new vault then.
    pub fn salvage(
        &self,
        kek: &Kek,
        into: &Path,
        password: &impl Exposed,
        kdf: KdfParams,
        context: &AuditContext,
        mut options: VaultOptions,
    ) -> Result<(RecoveryKey, Salvaged), VaultError> {
        let (header, keys) = self.look_into(kek)?;
        let from = SalvageSource {
            keys,
            vault: header.vault,
            epoch: header.epoch,
        };
        let path = self.folder().path().join(&header.database);
        let open = || connect::open(&path, &from.keys);
        // Nothing is made where nothing can be read.
        drop(open()?);
        let rescued = TolerantReader::new(&open).read();
        // What was stopped is not lost.
        stop::check()?;
        let (mut target, folder) = SalvageTarget::take(into)?;
        let fill = || {
            let made = create::make(&folder, password, kdf, context, &mut options)?;
            if let Some(seen) = &options.seen {
                target.seen = Some((seen.clone(), made.copy.header.vault));
            }
            let new = Self::from_parts(
                folder,
                options,
                ChosenHeader::unpublished(made.copy.clone()),
            );
            let opened = new.open(&made.kek, OldCopy::Accept, context);
            let mut vault = opened.map_err(|failure| failure.error)?;
            let salvaged = vault.take_in(context, &from, rescued)?;
            let (locked, clean) = vault.lock(context);
            clean?;
            create::publish(locked.folder(), &made.copy)?;
            Ok((made.recovery, salvaged))
        };
        fill().inspect_err(|_| target.clear())
    }
}

/// Where the new vault goes.
struct SalvageTarget {
    path: PathBuf,
    /// Where last seen states are kept, and the new vault.
    seen: Option<(PathBuf, Uuid)>,
    /// Folders that were missing, from the innermost.
    missing: Vec<PathBuf>,
}

impl SalvageTarget {
    fn take(path: &Path) -> Result<(Self, Folder), VaultError> {
        // Before its lock is put into a folder that is somebody else's.
        if header_file::exists(path)? {
            return Err(VaultError::VaultExists(path.to_owned()));
        }
        if folder::holds_strangers(path) {
            return Err(VaultError::FolderNotEmpty(path.to_owned()));
        }
        let is_missing = |path: &&Path| std::fs::symlink_metadata(path).is_err();
        let missing = path.ancestors().take_while(is_missing);
        let target = Self {
            path: path.to_owned(),
            seen: None,
            missing: missing.map(Path::to_owned).collect(),
        };
        let taken = Folder::create(path).and_then(|folder| {
            create::clear_unfinished(&folder)?;
            Ok(folder)
        });
        match taken {
            Ok(folder) => Ok((target, folder)),
            Err(error) => {
                target.clear_folders();
                Err(error)
            }
        }
    }

    /// Removes what was made, ignoring errors: the first error is the one to report.
    fn clear(&self) {
        if let Some((seen, vault)) = &self.seen {
            let _ = rollback_guard::forget(seen, *vault);
        }
        if let Ok(folder) = Folder::open(&self.path) {
            let _ = create::discard(&folder);
        }
        self.clear_folders();
    }

    fn clear_folders(&self) {
        if self.missing.contains(&self.path) {
            // It goes with its folder, so that nobody can wait on it any more.
            let _ = disk::remove(&self.path.join(LOCK));
        }
        for folder in &self.missing {
            let _ = std::fs::remove_dir(folder);
        }
    }
}

impl Unlocked {
    fn take_in(
        &mut self,
        context: &AuditContext,
        from: &SalvageSource,
        rescued: ReadableRows,
    ) -> Result<Salvaged, VaultError> {
        if let Some(settings) = settings(&rescued) {
            self.set_settings(context, &settings)?;
        }
        let (mut salvaged, mut lost) = (Salvaged::default(), losses(&rescued));
        self.adopt(context, |adopt| {
            for row in rescued.credentials.values() {
                stop::check()?;
                let (location, tier) = rescued.location(row.environment);
                adopt.credential(row.clone(), &location, tier)?;
                salvaged.credentials += 1;
            }
            for ((credential, number), version) in &rescued.versions {
                stop::check()?;
                if !rescued.credentials.contains_key(credential) {
                    continue;
                }
                let mut row = version.clone();
                // Without its rotation, nothing would promote it.
                if row.label == Label::Pending && !rescued.rotations.contains_key(credential) {
                    row.label = Label::Retired;
                }
                let binding = Binding {
                    vault: from.vault,
                    epoch: from.epoch,
                    credential: *credential,
                    version: version.id,
                };
                if adopt.version(row, &binding, &from.keys)? {
                    salvaged.versions += u32::from(version.sealed.is_some());
                } else {
                    lost.push(LostItem::Values {
                        credential: rescued.name(*credential),
                        version: *number,
                    });
                }
            }
            for row in rescued.rotations.values() {
                adopt.rotation(row)?;
            }
            for row in rescued.automations.values() {
                adopt.automation(row)?;
            }
            for row in rescued.profiles.values() {
                let (location, tier) = rescued.location(row.environment);
                adopt.profile(row.clone(), &location, tier)?;
                salvaged.profiles += 1;
            }
            salvaged.changed = std::mem::take(&mut adopt.changed);
            let event = AuditEvent::done(Action::Salvaged)
                .with("from", from.vault.to_string())
                .with("credentials", salvaged.credentials.to_string())
                .with("versions", salvaged.versions.to_string())
                .with("profiles", salvaged.profiles.to_string())
                .with("lost", lost.len().to_string())
                .with("changed", salvaged.changed.len().to_string());
            Ok(event)
        })?;
        salvaged.lost = lost;
        Ok(salvaged)
    }
}

fn settings(rescued: &ReadableRows) -> Option<Settings> {
    let settings = crate::settings::stored(rescued.settings.as_ref()?)?;
    settings.first_invalid().is_none().then_some(settings)
}

fn losses(rescued: &ReadableRows) -> Vec<LostItem> {
    let mut lost = Vec::new();
    lost.extend(
        rescued
            .nameless
            .values()
            .map(|now| LostItem::ProjectName { now: now.clone() }),
    );
    let of_profiles = rescued.profiles.values().map(|row| row.environment);
    let environments = rescued.credentials.values().map(|row| row.environment);
    let environments = environments.chain(of_profiles);
    let unknown = environments.filter(|id| !rescued.environments.contains_key(id));
    for id in unknown.collect::<BTreeSet<_>>() {
        let (now, _) = rescued.location(id);
        lost.push(LostItem::EnvironmentName { now });
    }
    lost.extend(rescued.lost.keys().map(|id| LostItem::Credential {
        credential: rescued.name(*id),
    }));
    let versions = rescued.lost_versions.iter();
    lost.extend(versions.map(|(id, number)| LostItem::Version {
        credential: rescued.name(*id),
        version: *number,
    }));
    if rescued.settings.is_some() && settings(rescued).is_none() {
        lost.push(LostItem::Settings);
    }
    let trusted = rescued.trusted.iter();
    lost.extend(trusted.map(|path| LostItem::Trust { path: path.clone() }));
    let profiles = rescued.lost_profiles.iter();
    lost.extend(profiles.map(|name| LostItem::Profile {
        profile: name.clone(),
    }));
    lost
}
