//! The vault while locked: a checked header, no key; and the checks before it opens.

mod checks;
#[cfg(test)]
mod for_tests;

use std::path::PathBuf;

use uuid::Uuid;

use crate::crypto::kdf::{KdfParams, KdfPolicy};
use crate::error::VaultError;
use crate::folder::{Folder, MAKING};
use crate::format::disk;
use crate::format::header::Header;
use crate::format::header_file::{self, ChosenHeader};
use crate::random::Random;
use crate::unlock_slots::LOGIN_SLOT;
pub(crate) use checks::{CopyAge, Opened, check, check_uses, compare};

/// What the embedder hands in.
pub struct VaultOptions {
    /// Key derivation: what is accepted, what is chosen.
    pub policy: KdfPolicy,
    /// Folder of last seen states, `$XDG_STATE_HOME/keyhaven`; with `None` old copies are
    /// not noticed.
    pub seen: Option<PathBuf>,
    /// For ids, nonces and keys.
    pub random: Box<dyn Random>,
}

/// What to do with a copy that is older than one already seen on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OldCopy {
    /// Answer [`VaultError::OldCopy`], so that a person can be asked.
    Ask,
    /// Go on; it is audited.
    Accept,
}

/// A vault whose keys are not in memory.
pub struct Locked {
    pub(crate) folder: Folder,
    pub(crate) options: VaultOptions,
    pub(crate) chosen: ChosenHeader,
}

impl Locked {
    /// Reads and checks the header.
    ///
    /// # Errors
    /// [`VaultError::NotAVault`], [`VaultError::DamagedHeader`], [`VaultError::NewerVersion`],
    /// [`VaultError::Insecure`], [`VaultError::Io`].
    pub fn read(folder: Folder, options: VaultOptions) -> Result<Self, VaultError> {
        let path = folder.path();
        let unfinished = disk::check_file(&path.join(MAKING))?;
        let chosen = header_file::read(path, folder.has_data()? && !unfinished)?;
        Ok(Self::from_parts(folder, options, chosen))
    }

    pub(crate) fn from_parts(folder: Folder, options: VaultOptions, chosen: ChosenHeader) -> Self {
        Self {
            folder,
            options,
            chosen,
        }
    }

    /// The vault's id.
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.header().vault
    }

    /// The name of its folder.
    #[must_use]
    pub fn name(&self) -> String {
        let name = self.folder.path().file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }

    /// Its folder.
    #[must_use]
    pub fn folder(&self) -> &Folder {
        &self.folder
    }

    /// Writes copies of the header that are missing again, as they were read. Damaged ones wait
    /// for a key, which tells what is damaged.
    ///
    /// # Errors
    /// What writing may meet.
    pub fn put_header_back(&self) -> Result<(), VaultError> {
        match self.chosen.other {
            // A header alone opens nothing.
            None if !self.folder.has_data()? => Ok(()),
            None => header_file::put_back(self.folder.path(), &self.chosen.copy),
            // Only a key can tell which of both is whole.
            Some(_) => Ok(()),
        }
    }

    /// Releases its folder.
    #[must_use]
    pub fn into_folder(self) -> Folder {
        self.folder
    }

    /// Whether there is a slot for the login keychain.
    #[must_use]
    pub fn has_login_slot(&self) -> bool {
        self.header().has_slot(LOGIN_SLOT)
    }

    /// How the password's key is derived; none where the header has no slot for one.
    #[must_use]
    pub fn kdf(&self) -> Option<KdfParams> {
        self.header().kdf()
    }

    pub(crate) fn header(&self) -> &Header {
        &self.chosen.copy.header
    }
}
