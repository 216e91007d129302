//! The row of the settings: all of them are one.

use keyhaven_rules::settings::Settings;
use rusqlite::Connection;

use super::authenticated_writer::{AuthenticatedWriter, to_json};
use super::read;
use crate::error::{DataDamage, VaultError};
use crate::settings;

const NAME: &str = "settings";

/// The settings of a vault; the defaults where none were set.
pub(crate) fn get(connection: &Connection) -> Result<Settings, VaultError> {
    match read::setting(connection, NAME)? {
        None => Ok(Settings::default()),
        Some(text) => settings::stored(&text).ok_or_else(|| DataDamage::Malformed.into()),
    }
}

/// Stores settings; returns the text of the row.
pub(crate) fn put(
    rooted: &mut AuthenticatedWriter<'_>,
    settings: &Settings,
) -> Result<String, VaultError> {
    let text = to_json(settings)?;
    rooted.put_setting(NAME, &text)?;
    Ok(text)
}
