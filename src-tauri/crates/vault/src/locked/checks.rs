//! The checks before a vault opens: header, anchor, rows, the end of the log, and the last state
//! that was seen on this machine. Nothing is written.

use std::cmp::Ordering;

use super::{Locked, OldCopy};
use crate::crypto::kdf::Kek;
use crate::crypto::keys::EpochKeys;
use crate::error::{Damage, VaultError};
use crate::format::anchor::{Anchor, Mark};
use crate::format::header::HeaderCopy;
use crate::format::rollback_guard;
use crate::store::audit::{self, Head};
use crate::store::connect;
use crate::store::row_mac::Root;
use crate::store::row_state::RowState;

/// What opening finds out before anything is written.
pub(super) struct Opened {
    /// Of the header.
    pub(super) copy: HeaderCopy,
    pub(super) keys: EpochKeys,
    pub(super) connection: rusqlite::Connection,
    pub(super) anchor: Anchor,
    pub(super) state: RowState,
    pub(super) head: Head,
    pub(super) slot_lost: bool,
    pub(super) seen: CopyAge,
    /// Whether no newer epoch can ever have been the vault.
    pub(super) is_newest: bool,
}

/// How this copy stands to the last state seen on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CopyAge {
    /// Farther, or nothing was seen.
    Fresh,
    /// Exactly as it was seen last.
    Same,
    /// So many changes behind.
    Behind(u64),
    /// What was seen cannot be read.
    Unknown,
}

impl Locked {
    /// Everything that is checked before anything is written.
    pub(super) fn examine(&self, kek: &Kek, old: OldCopy) -> Result<Opened, VaultError> {
        let folder = self.folder.path();
        let (copy, keys) = self.open_header(kek)?;
        let header = &copy.header;
        let (anchor, reading) = Anchor::open(folder, header.vault, header.epoch, &keys.anchor)?;
        let connection = connect::open(&folder.join(&header.database), &keys)?;
        let (state, head) = check(&connection, &keys, &reading.mark)?;
        let (seen, is_newest) = self.standing(&keys, &state);
        if let (CopyAge::Behind(changes), OldCopy::Ask) = (seen, old) {
            return Err(VaultError::OldCopy { changes });
        }
        Ok(Opened {
            copy: copy.clone(),
            keys,
            connection,
            anchor,
            state,
            head,
            slot_lost: reading.slot_lost,
            seen,
            is_newest,
        })
    }

    /// How this copy stands to what was seen, and whether that proves its epoch the newest.
    fn standing(&self, keys: &EpochKeys, state: &RowState) -> (CopyAge, bool) {
        let Some(folder) = &self.options.seen else {
            return (CopyAge::Fresh, false);
        };
        let here = rollback_guard::HighWaterMark {
            epoch: self.header().epoch,
            generation: state.generation,
        };
        let seen = match rollback_guard::read(folder, self.id(), &keys.seen) {
            Ok(Some(seen)) => seen,
            Ok(None) => return (CopyAge::Fresh, false),
            // It must not prevent opening the vault, but it is reported.
            Err(_) => return (CopyAge::Unknown, false),
        };
        let is_newest = seen.is_ours && seen.newest == here.epoch;
        // A re-key changed the key of that file too, so an older epoch cannot check it.
        // A forged file causes no more than this question.
        let counts = seen.is_ours || seen.progress.epoch > here.epoch;
        let standing = match seen.progress.cmp(&here) {
            Ordering::Greater if counts => {
                let changes = seen.progress.generation.saturating_sub(here.generation);
                CopyAge::Behind(changes.max(1))
            }
            Ordering::Equal if seen.is_ours => CopyAge::Same,
            _ => CopyAge::Fresh,
        };
        (standing, is_newest)
    }
}

/// Checks an open database against a mark: its state, every row, and the log from there on.
pub(crate) fn check(
    connection: &rusqlite::Connection,
    keys: &EpochKeys,
    mark: &Mark,
) -> Result<(RowState, Head), VaultError> {
    let state = RowState::read(connection, &keys.rows)?;
    compare(&state, mark)?;
    if Root::compute(connection, &keys.rows)? != state.root {
        return Err(Damage::Rows.into());
    }
    let anchored = Head {
        sequence: mark.audit_sequence,
        mac: mark.audit_head,
    };
    audit::check_anchored(connection, anchored)?;
    let head = audit::verify_from(connection, &keys.audit, anchored)?;
    Ok((state, head))
}

/// Whether database and anchor belong together.
pub(crate) fn compare(state: &RowState, mark: &Mark) -> Result<(), Damage> {
    let (database, anchor) = (state.generation, mark.generation);
    if database < anchor {
        let missing = anchor - database;
        return Err(Damage::ChangesMissing { missing });
    }
    if database > anchor + 1 {
        let behind = database - anchor;
        return Err(Damage::OldAnchor { behind });
    }
    let follows = if database == anchor {
        state.state == mark.state
    } else {
        !mark.clean && state.previous == mark.state
    };
    if follows { Ok(()) } else { Err(Damage::Fork) }
}
