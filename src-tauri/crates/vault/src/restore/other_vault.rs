//! What a backup must not bring. One of another vault brings no rights: the owner of another
//! vault must not decide which project files are trusted here, nor which keys may fill variables
//! that make programs run code. And no backup brings settings that protect less than the present
//! ones.

use jiff::Timestamp;
use keyhaven_rules::settings::Settings;
use rusqlite::Connection;

use crate::error::VaultError;
use crate::stop;
use crate::store::authenticated_writer::AuthenticatedWriter;
use crate::store::read;
use crate::store::settings_row;

/// Withdraws the trust in files, what profiles may do with production, and the permissions for
/// variables that load code.
pub(super) fn withdraw_rights(
    connection: &Connection,
    rooted: &mut AuthenticatedWriter<'_>,
    now: Timestamp,
) -> Result<(), VaultError> {
    for file in read::trusted(connection)? {
        stop::check()?;
        rooted.delete_trusted(&file)?;
    }
    for mut profile in read::profiles(connection)? {
        stop::check()?;
        if profile.config.allow_production {
            profile.config.allow_production = false;
            profile.revision += 1;
            profile.changed_at = now;
            rooted.put_profile(&profile)?;
        }
    }
    for mut credential in read::loader_permitted(connection)? {
        stop::check()?;
        for field in &mut credential.fields {
            field.allow_loader_variable = false;
        }
        credential.revision += 1;
        credential.changed_at = now;
        rooted.put_credential(&credential)?;
    }
    Ok(())
}

/// Keeps the present settings where those of the backup protect less; which ones, by their keys.
pub(super) fn keep_protection(
    connection: &Connection,
    rooted: &mut AuthenticatedWriter<'_>,
    present: &Settings,
) -> Result<Vec<String>, VaultError> {
    let (raised, weaker) = settings_row::get(connection)?.no_weaker_than(present);
    if weaker.is_empty() {
        return Ok(Vec::new());
    }
    settings_row::put(rooted, &raised)?;
    Ok(weaker.iter().map(|setting| setting.key()).collect())
}
