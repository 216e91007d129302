//! The checks before a vault opens: header, anchor, rows, the end of the log, and the last state
//! that was seen on this machine. Nothing is written.

use std::cmp::Ordering;

use super::{Locked, OldCopy};
use crate::crypto::kdf::Kek;
use crate::crypto::keys::EpochKeys;
use crate::error::{DataDamage, UsesDoubt, VaultError};
use crate::format::anchor::{Anchor, Mark};
use crate::format::header::HeaderCopy;
use crate::format::rollback_guard::{self, SeenFile};
use crate::format::uses_record;
use crate::store::audit::{self, Head};
use crate::store::audit_search;
use crate::store::connect;
use crate::store::row_mac::Root;
use crate::store::row_state::RowState;

/// What opening finds out before anything is written.
pub(crate) struct Opened {
    /// Of the header.
    pub(crate) copy: HeaderCopy,
    pub(crate) keys: EpochKeys,
    pub(crate) connection: rusqlite::Connection,
    pub(crate) anchor: Anchor,
    pub(crate) state: RowState,
    pub(crate) head: Head,
    pub(crate) slot_lost: bool,
    /// The vault was not locked properly, and why uses may be missing.
    pub(crate) unclean: Option<Option<UsesDoubt>>,
    pub(crate) seen: CopyAge,
    /// Whether no newer epoch can ever have been the vault.
    pub(crate) is_newest: bool,
}

/// How this copy stands to the last state seen on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CopyAge {
    /// Farther, or nothing was seen.
    Fresh,
    /// Exactly as it was seen last.
    Same,
    /// So many changes behind.
    Behind(u64),
    /// What was seen cannot be read.
    Unknown,
    /// It was opened on this machine before, but what was seen then is gone, or not what was
    /// written.
    Lost,
}

impl Locked {
    /// Everything that is checked before anything is written.
    pub(crate) fn examine(&self, kek: &Kek, old: OldCopy) -> Result<Opened, VaultError> {
        let folder = self.folder.path();
        let (copy, keys) = self.open_header(kek)?;
        let header = &copy.header;
        let (anchor, reading) = Anchor::open(folder, header.vault, header.epoch, &keys.anchor)?;
        let connection = connect::open(&folder.join(&header.database), &keys)?;
        let (state, head) = check(&connection, &keys, &reading.mark)?;
        let owner = (header.vault, header.epoch);
        let required = uses_record::required(folder, owner, &keys.uses)?;
        if let Ok(last) = required {
            check_uses(&connection, &reading.mark, last, head)?;
        }
        let (seen, is_newest) = self.standing(&keys, &state, &connection)?;
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
            unclean: (!reading.mark.clean).then(|| required.err()),
            seen,
            is_newest,
        })
    }

    /// How this copy stands to what was seen, and whether that proves its epoch the newest.
    fn standing(
        &self,
        keys: &EpochKeys,
        state: &RowState,
        connection: &rusqlite::Connection,
    ) -> Result<(CopyAge, bool), VaultError> {
        let Some(folder) = &self.options.seen else {
            return Ok((CopyAge::Fresh, false));
        };
        let here = rollback_guard::HighWaterMark {
            epoch: self.header().epoch,
            generation: state.generation,
        };
        let seen = match rollback_guard::read(folder, self.id(), &keys.seen) {
            Ok(SeenFile::Found(seen)) => seen,
            // None of these must prevent opening the vault, but they are reported.
            Ok(SeenFile::Damaged) => return Ok((CopyAge::Lost, false)),
            Ok(SeenFile::Missing) => {
                let mark = rollback_guard::machine_mark(&keys.seen);
                let known = match mark {
                    Some(mark) => audit_search::was_unlocked_on(connection, &mark)?,
                    None => false,
                };
                let age = if known { CopyAge::Lost } else { CopyAge::Fresh };
                return Ok((age, false));
            }
            Err(_) => return Ok((CopyAge::Unknown, false)),
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
            // Of another vault key, or altered: it does not tell how far this vault had come.
            _ if !seen.is_ours => CopyAge::Lost,
            _ => CopyAge::Fresh,
        };
        Ok((standing, is_newest))
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
        return Err(DataDamage::Rows.into());
    }
    let anchored = Head {
        sequence: mark.audit_sequence,
        mac: mark.audit_head,
    };
    audit::check_anchored(connection, anchored)?;
    let head = audit::verify_from(connection, &keys.audit, anchored)?;
    Ok((state, head))
}

/// Whether the log reaches as far as the record of the last use says.
pub(crate) fn check_uses(
    connection: &rusqlite::Connection,
    mark: &Mark,
    last: Head,
    end: Head,
) -> Result<(), VaultError> {
    // What is anchored is there; older entries may have been trimmed since.
    if last.sequence <= mark.audit_sequence {
        return Ok(());
    }
    match last.sequence.checked_sub(end.sequence) {
        Some(missing) if missing > 0 => Err(DataDamage::UsesMissing { missing }.into()),
        _ => audit::check_anchored(connection, last),
    }
}

/// Whether database and anchor belong together.
pub(crate) fn compare(state: &RowState, mark: &Mark) -> Result<(), DataDamage> {
    let (database, anchor) = (state.generation, mark.generation);
    if database < anchor {
        let missing = anchor - database;
        return Err(DataDamage::ChangesMissing { missing });
    }
    if database > anchor + 1 {
        let behind = database - anchor;
        return Err(DataDamage::OldAnchor { behind });
    }
    let follows = if database == anchor {
        state.state == mark.state
    } else {
        !mark.clean && state.previous == mark.state
    };
    if follows {
        Ok(())
    } else {
        Err(DataDamage::Fork)
    }
}
