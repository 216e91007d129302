//! A backup of another vault than the one it replaces brings no rights: the owner of
//! another vault must not decide which project files are trusted here. An id can be copied, so
//! the vault key decides.

use jiff::Timestamp;
use rusqlite::Connection;

use crate::crypto::kdf::Kek;
use crate::crypto::keys::EpochKeys;
use crate::error::VaultError;
use crate::folder::Folder;
use crate::format::header::Header;
use crate::format::header_file;
use crate::store::authenticated_writer::AuthenticatedWriter;
use crate::store::read;
use crate::unlock_slots;

/// Whether a folder holds a vault of which it is not certain that it has the vault key of a
/// backup. That takes a key that opens the vault.
pub(super) fn is_other(
    folder: &Folder,
    present: Option<&Kek>,
    backup: &EpochKeys,
) -> Result<bool, VaultError> {
    Ok(match header_file::read(folder.path(), folder.has_data()?) {
        Ok(there) => !present.is_some_and(|kek| opens_both(&there.copy.header, kek, backup)),
        Err(VaultError::NotAVault(_)) => false,
        Err(_) => true,
    })
}

/// Whether a key opens the vault key of a vault, and that is also the backup's.
fn opens_both(there: &Header, kek: &Kek, backup: &EpochKeys) -> bool {
    let key = unlock_slots::open_slot(there, kek);
    key.is_ok_and(|key| {
        EpochKeys::derive(&key, there.vault, there.epoch).are_of_the_same_vault(backup)
    })
}

/// Withdraws the trust in files, and what profiles may do with production.
pub(super) fn withdraw_rights(
    connection: &Connection,
    rooted: &mut AuthenticatedWriter<'_>,
    now: Timestamp,
) -> Result<(), VaultError> {
    for file in read::trusted(connection)? {
        rooted.delete_trusted(&file)?;
    }
    for mut profile in read::profiles(connection)? {
        if profile.config.allow_production {
            profile.config.allow_production = false;
            profile.revision += 1;
            profile.changed_at = now;
            rooted.put_profile(&profile)?;
        }
    }
    Ok(())
}
