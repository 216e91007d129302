//! What is known of the vault that a restore replaces: whether it has the vault key of the
//! backup, and how its settings protect it. An id can be copied, so the vault key decides.

use keyhaven_rules::settings::Settings;

use super::ReplacedVault;
use crate::crypto::kdf::Kek;
use crate::crypto::keys::EpochKeys;
use crate::error::VaultError;
use crate::folder::Folder;
use crate::format::header::Header;
use crate::format::header_file;
use crate::store::connect;
use crate::store::settings_row;
use crate::unlock_slots;

/// The vault that is replaced, as far as the backup must be compared with it.
pub(super) struct PresentVault {
    /// Whether it is not certain that it has the vault key of the backup.
    pub(super) is_other: bool,
    /// Its settings, or the defaults where they cannot be read. None where there is no vault.
    pub(super) settings: Option<Settings>,
}

impl PresentVault {
    /// Looks at the vault in a folder. That takes a key that opens it. Nothing is written.
    pub(super) fn look(
        folder: &Folder,
        there: ReplacedVault<'_>,
        backup: &EpochKeys,
    ) -> Result<Self, VaultError> {
        let known = there.inventory.and_then(|there| there.settings.clone());
        let header = match header_file::read(folder.path(), folder.has_data()?) {
            Ok(chosen) => Some(chosen.copy.header),
            Err(VaultError::NotAVault(_)) => {
                return Ok(Self {
                    is_other: false,
                    settings: known,
                });
            }
            Err(_) => None,
        };
        let opened = header.and_then(|header| {
            let keys = open(&header, there.kek?)?;
            Some((header, keys))
        });
        let is_same = |(_, keys): &(Header, EpochKeys)| keys.are_of_the_same_vault(backup);
        let read = |(header, keys): &(Header, EpochKeys)| stored(folder, header, keys);
        let settings = known.or_else(|| opened.as_ref().and_then(read));
        Ok(Self {
            is_other: !opened.as_ref().is_some_and(is_same),
            settings: Some(settings.unwrap_or_default()),
        })
    }
}

fn open(there: &Header, kek: &Kek) -> Option<EpochKeys> {
    let key = unlock_slots::open_slot(there, kek).ok()?;
    Some(EpochKeys::derive(&key, there.vault, there.epoch))
}

/// The settings in the database, where it can be read: the vault may be a ruin.
fn stored(folder: &Folder, there: &Header, keys: &EpochKeys) -> Option<Settings> {
    let database = folder.path().join(&there.database);
    let connection = connect::open(&database, keys).ok()?;
    settings_row::get(&connection).ok()
}
