//! What is known of the vault that a restore replaces: whether it has the vault key of the
//! backup, what its owner has allowed, and how its settings protect it. An id can be copied, so
//! the vault key decides.

use jiff::Timestamp;
use keyhaven_rules::settings::Settings;
use rusqlite::Connection;

use super::rights::Rights;
use super::{ReplacedVault, RestoredRights};
use crate::crypto::kdf::Kek;
use crate::crypto::keys::EpochKeys;
use crate::error::VaultError;
use crate::folder::Folder;
use crate::format::header::Header;
use crate::format::header_file;
use crate::locked::{Locked, OldCopy, VaultOptions};
use crate::store::authenticated_writer::AuthenticatedWriter;
use crate::store::connect;
use crate::store::settings_row;

/// The vault that is replaced, as far as the backup must be compared with it.
pub(super) struct PresentVault {
    pub(super) rights: PresentRights,
    /// Its settings, or the defaults where they cannot be read. None where there is no vault.
    pub(super) settings: Option<Settings>,
}

/// What the owner of that vault has allowed.
pub(super) enum PresentRights {
    /// There is no vault: the backup's are its own.
    NoVault,
    /// It is not certain that it has the vault key of the backup.
    OtherVault,
    /// It has that key, but does not pass the checks of an unlock.
    Unreadable,
    /// These.
    Known(Rights),
}

impl PresentRights {
    /// Withdraws from a restored vault what this one does not allow.
    pub(super) fn limit(
        &self,
        connection: &Connection,
        rooted: &mut AuthenticatedWriter<'_>,
        now: Timestamp,
    ) -> Result<RestoredRights, VaultError> {
        let mut limit = |rights: &Rights| rights.limit(connection, rooted, now);
        match self {
            Self::NoVault => Ok(RestoredRights::Kept),
            Self::Known(rights) => limit(rights).map(RestoredRights::Common),
            Self::OtherVault => limit(&Rights::default()).map(|_| RestoredRights::OtherVault),
            Self::Unreadable => limit(&Rights::default()).map(|withdrawn| {
                match withdrawn.total() {
                    // There was nothing to compare.
                    0 => RestoredRights::Common(withdrawn),
                    _ => RestoredRights::Unreadable,
                }
            }),
        }
    }
}

impl PresentVault {
    /// Looks at the vault in a folder, which is returned. That takes a key that opens it. Nothing
    /// is written.
    pub(super) fn look(
        folder: Folder,
        options: VaultOptions,
        there: ReplacedVault<'_>,
        backup: &EpochKeys,
    ) -> Result<(Self, Folder, VaultOptions), VaultError> {
        let chosen = match header_file::read(folder.path(), folder.has_data()?) {
            Ok(chosen) => chosen,
            Err(VaultError::NotAVault(_)) => return Ok((Self::gone(there), folder, options)),
            Err(_) => return Ok((Self::unknown(there), folder, options)),
        };
        let locked = Locked::from_parts(folder, options, chosen);
        let present = Self::opened(&locked, there, backup);
        let present = present.unwrap_or_else(|| Self::unknown(there));
        let Locked {
            folder, options, ..
        } = locked;
        Ok((present, folder, options))
    }

    /// There are no files; it may have been unlocked still.
    fn gone(there: ReplacedVault<'_>) -> Self {
        let inventory = there.inventory;
        let rights = inventory.and_then(|there| there.rights.clone());
        Self {
            rights: rights.map_or(PresentRights::NoVault, PresentRights::Known),
            settings: inventory.and_then(|there| there.settings.clone()),
        }
    }

    /// Nobody can open it.
    fn unknown(there: ReplacedVault<'_>) -> Self {
        let settings = there.inventory.and_then(|there| there.settings.clone());
        Self {
            rights: PresentRights::OtherVault,
            settings: Some(settings.unwrap_or_default()),
        }
    }

    fn opened(locked: &Locked, there: ReplacedVault<'_>, backup: &EpochKeys) -> Option<Self> {
        let kek = there.kek?;
        let (header, keys) = locked.look_into(kek).ok()?;
        let known = there.inventory.and_then(|there| there.settings.clone());
        let settings = known.or_else(|| stored(locked.folder(), header, &keys));
        let rights = || {
            let known = there.inventory.and_then(|there| there.rights.clone());
            known.or_else(|| checked(locked, kek))
        };
        Some(Self {
            rights: match keys.are_of_the_same_vault(backup) {
                true => rights().map_or(PresentRights::Unreadable, PresentRights::Known),
                false => PresentRights::OtherVault,
            },
            settings: Some(settings.unwrap_or_default()),
        })
    }
}

/// The rights in the database, where it would unlock: an old one holds what was withdrawn since.
fn checked(locked: &Locked, kek: &Kek) -> Option<Rights> {
    let opened = locked.examine(kek, OldCopy::Ask).ok()?;
    Rights::read(&opened.connection).ok()
}

/// The settings in the database, where it can be read: the vault may be a ruin.
fn stored(folder: &Folder, there: &Header, keys: &EpochKeys) -> Option<Settings> {
    let database = folder.path().join(&there.database);
    let connection = connect::open(&database, keys).ok()?;
    settings_row::get(&connection).ok()
}
