//! What can still be read of a damaged vault becomes a new one; the old one stays as it is.
//!
//! Credentials keep their ids, dates and versions; values are sealed anew. The log and the
//! counts of uses stay behind, where they can be looked at: entries of a vault that is not
//! whole must not get a good name in another one. Trust in directory files is to be given
//! anew for the same reason.

use keyhaven_secret::Exposed;
use uuid::Uuid;

use crate::audit::{Action, Context};
use crate::create::create;
use crate::crypto::kdf::{KdfParams, Kek};
use crate::crypto::keys::Keys;
use crate::crypto::recovery::RecoveryKey;
use crate::error::Error;
use crate::folder::Folder;
use crate::locked::{Locked, Options, open_slot};
use crate::settings::Settings;
use crate::store::audit::Event;
use crate::store::connect;
use crate::store::rescue::{Rescue, Rescued};
use crate::unlocked::Unlocked;
use crate::unlocked::values::Binding;

/// What a salvage brought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Salvaged {
    /// Credentials in the new vault, the trash included.
    pub credentials: u32,
    /// Versions with values in it.
    pub versions: u32,
    /// What could not be read, in words that name it.
    pub lost: Vec<String>,
}

/// The keys and the place of what is salvaged.
struct From {
    keys: Keys,
    vault: Uuid,
    epoch: u64,
}

impl Locked {
    /// Writes everything that can be read into a new vault, and locks that. Slow: one key
    /// derivation for the new password.
    ///
    /// # Errors
    /// [`Error::WrongPassword`]; [`Error::VaultExists`] for the new folder;
    /// [`Error::DamagedData`] where nothing at all can be read.
    pub fn salvage(
        &self,
        kek: &Kek,
        into: Folder,
        password: &impl Exposed,
        kdf: KdfParams,
        context: &Context,
        options: Options,
    ) -> Result<(RecoveryKey, Salvaged), Error> {
        let header = self.header();
        let key = open_slot(header, kek)?;
        let from = From {
            keys: Keys::derive(&key, header.vault, header.epoch),
            vault: header.vault,
            epoch: header.epoch,
        };
        let path = self.folder().path().join(&header.database);
        let open = || connect::open(&path, &from.keys);
        // Nothing is made where nothing can be read.
        drop(open()?);
        let rescued = Rescue::new(&open).read();
        let (mut vault, recovery) = create(into, password, kdf, context, options)?;
        let salvaged = vault.take_in(context, &from, rescued)?;
        vault.lock(context).1?;
        Ok((recovery, salvaged))
    }
}

impl Unlocked {
    fn take_in(
        &mut self,
        context: &Context,
        from: &From,
        rescued: Rescued,
    ) -> Result<Salvaged, Error> {
        if let Some(settings) = settings(&rescued) {
            self.set_settings(context, &settings)?;
        }
        let (mut salvaged, mut lost) = (Salvaged::default(), losses(&rescued));
        self.adopt(context, |adopt| {
            for row in rescued.credentials.values() {
                let (place, tier) = rescued.place(row.environment);
                adopt.credential(row.clone(), &place, tier)?;
                salvaged.credentials += 1;
            }
            for ((credential, number), version) in &rescued.versions {
                if !rescued.credentials.contains_key(credential) {
                    continue;
                }
                let binding = Binding {
                    vault: from.vault,
                    epoch: from.epoch,
                    credential: *credential,
                    version: version.id,
                };
                if adopt.version(version.clone(), &binding, &from.keys)? {
                    salvaged.versions += u32::from(version.sealed.is_some());
                } else {
                    let name = rescued.name(*credential);
                    lost.push(format!("{name}, version {number}: its values do not open"));
                }
            }
            let event = Event::done(Action::Salvaged)
                .with("from", from.vault.to_string())
                .with("credentials", salvaged.credentials.to_string())
                .with("versions", salvaged.versions.to_string())
                .with("lost", lost.len().to_string());
            Ok(event)
        })?;
        salvaged.lost = lost;
        Ok(salvaged)
    }
}

fn settings(rescued: &Rescued) -> Option<Settings> {
    let settings: Settings = serde_json::from_str(rescued.settings.as_ref()?).ok()?;
    settings.check().ok().map(|()| settings)
}

fn losses(rescued: &Rescued) -> Vec<String> {
    let mut lost = Vec::new();
    for id in rescued.lost.keys() {
        lost.push(format!("{}: cannot be read", rescued.name(*id)));
    }
    for (id, number) in &rescued.lost_versions {
        lost.push(format!(
            "{}, version {number}: cannot be read",
            rescued.name(*id)
        ));
    }
    if rescued.settings.is_some() && settings(rescued).is_none() {
        lost.push("the settings: cannot be read".into());
    }
    for path in &rescued.trusted {
        lost.push(format!(
            "the trust in {path}: read the file and give it anew with: kh allow"
        ));
    }
    lost
}
