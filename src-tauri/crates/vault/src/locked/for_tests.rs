//! Test builds only: parts of unlocking, and control of the anchor.

use keyhaven_secret::Exposed;

use super::*;
use crate::crypto::kdf::Kek;
use crate::crypto::keys::EpochKeys;
use crate::format::anchor::{Anchor, Mark};
use crate::store::audit;
use crate::store::connect;
use crate::store::row_state::RowState;
use crate::unlock_slots;

impl Locked {
    /// Everything that opening checks, and nothing that it writes; whether a slot of the
    /// anchor was lost.
    pub(crate) fn examine_for_tests(
        &self,
        kek: &Kek,
    ) -> Result<(rusqlite::Connection, bool), VaultError> {
        let opened = self.examine(kek, OldCopy::Ask)?;
        Ok((opened.connection, opened.slot_lost))
    }

    /// The database with its key alone: no header's MAC, anchor, state, root or chain.
    pub(crate) fn trust_for_tests(&self, kek: &Kek) -> Result<rusqlite::Connection, VaultError> {
        let header = self.header();
        let keys = EpochKeys::derive(
            &unlock_slots::open_slot(header, kek)?,
            header.vault,
            header.epoch,
        );
        connect::open(&self.folder.path().join(&header.database), &keys)
    }

    /// Writes an anchor for whatever database is there: what an attacker cannot do.
    pub(crate) fn write_anchor_for_tests(self, password: &impl Exposed) {
        let header = self.header();
        let kek = self.password_job().unwrap().run(password).unwrap();
        let keys = EpochKeys::derive(
            &unlock_slots::open_slot(header, &kek).unwrap(),
            header.vault,
            header.epoch,
        );
        let folder = self.folder.path();
        let connection = connect::open(&folder.join(&header.database), &keys).unwrap();
        let state = RowState::read(&connection, &keys.rows).unwrap();
        let head = audit::verify_from(&connection, &keys.audit, audit::GENESIS).unwrap();
        let mark = Mark {
            generation: state.generation,
            state: state.state,
            audit_sequence: head.sequence,
            audit_head: head.mac,
            clean: true,
        };
        let (vault, epoch) = (header.vault, header.epoch);
        disk::remove(&crate::format::anchor::path(folder, epoch)).unwrap();
        Anchor::make(folder, vault, epoch, &mark, &keys.anchor).unwrap();
    }
}
