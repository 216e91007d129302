//! No backup brings settings that protect less than the present ones.

use keyhaven_rules::settings::Settings;
use rusqlite::Connection;

use crate::error::VaultError;
use crate::store::authenticated_writer::AuthenticatedWriter;
use crate::store::settings_row;

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
