//! Inspects a vault without unlocking it: nothing is written, repaired, begun or recorded.
//!
//! This is how a vault that does not unlock any more is checked. Where both copies of the
//! header are damaged, one in a backup of the same epoch opens the database as well: slots
//! change, the vault key of an epoch does not.

use rusqlite::Connection;

use crate::backup::{self, BackupInfo};
use crate::crypto::kdf::Kek;
use crate::error::{DataDamage, VaultError};
use crate::folder::Folder;
use crate::format::anchor::Anchor;
use crate::format::backup_file::BackupFile;
use crate::format::header_file::{self, ChosenHeader};
use crate::format::uses_record;
use crate::locked::{Locked, VaultOptions, check_uses, compare};
use crate::stop;
use crate::store::audit::{self, Head};
use crate::store::check::{Check, CheckInput, pages};
use crate::store::connect;
use crate::store::row_state::RowState;
use crate::store::tolerant_read::{ReadableRows, TolerantReader};
use crate::verify::{VerifyPart, VerifyProblem, VerifyReport};

impl Locked {
    /// As [`Locked::read`], and where no copy of the header can be used, with the header of
    /// the newest automatic backup that fits the data there is. To look, not to unlock: its
    /// password is the one of that time.
    ///
    /// # Errors
    /// As [`Locked::read`].
    pub fn read_damaged(folder: Folder, options: VaultOptions) -> Result<Self, VaultError> {
        let damaged = match header_file::read(folder.path(), folder.has_data()?) {
            Ok(chosen) => return Ok(Self::from_parts(folder, options, chosen)),
            Err(error @ VaultError::DamagedHeader(_)) => error,
            Err(other) => return Err(other),
        };
        let epochs = folder.epochs()?;
        for backup in backup::list(folder.path(), None)? {
            if let Ok(file) = BackupFile::open(&backup.path)
                && epochs.contains(&file.manifest.epoch)
            {
                let chosen = ChosenHeader::of(file.header, false);
                return Ok(Self::from_parts(folder, options, chosen));
            }
        }
        Err(damaged)
    }

    /// As [`Unlocked::restorable`](crate::Unlocked::restorable), with the key of any slot.
    ///
    /// # Errors
    /// [`VaultError::WrongPassword`], [`VaultError::WrongRecoveryKey`]; [`VaultError::Insecure`],
    /// [`VaultError::Io`].
    pub fn restorable(&self, kek: &Kek) -> Result<Vec<BackupInfo>, VaultError> {
        let (header, keys) = self.look_into(kek)?;
        let listed = backup::list(self.folder().path(), Some(&keys.backup))?;
        Ok(backup::restorable(listed, header.vault))
    }

    /// Checks everything there is and changes nothing.
    ///
    /// # Errors
    /// [`VaultError::WrongPassword`], [`VaultError::WrongRecoveryKey`]. What is wrong with the vault is
    /// no error, it is in the report.
    pub fn verify(&self, kek: &Kek) -> Result<VerifyReport, VaultError> {
        let (header, keys) = self.look_into(kek)?;
        let mut report = VerifyReport::default();
        let folder = self.folder().path();
        header_file::check(folder, &keys.header, &mut report);
        let anchor = Anchor::open(folder, header.vault, header.epoch, &keys.anchor);
        report.count(VerifyPart::Anchor, 2);
        let mark = match anchor {
            Ok((_, reading)) => Some(reading.mark),
            Err(VaultError::DamagedData(damage)) => {
                report.find(VerifyPart::Anchor, VerifyProblem::Anchor(damage));
                None
            }
            Err(other) => return Err(other),
        };
        let connection = match connect::open(&folder.join(&header.database), &keys) {
            Ok(connection) => connection,
            Err(VaultError::DamagedData(damage)) => {
                report.find(VerifyPart::Pages, VerifyProblem::Database(damage));
                return Ok(report);
            }
            Err(other) => return Err(other),
        };
        pages::check(&connection, &mut report);
        if !report.is_intact(VerifyPart::Pages) {
            drop(connection);
            let open = || connect::open(&folder.join(&header.database), &keys);
            name_unreadable(&TolerantReader::new(&open).read(), &mut report);
            stop::check()?;
            return Ok(report);
        }
        let state = RowState::read(&connection, &keys.rows).ok();
        if let (Some(state), Some(mark)) = (&state, &mark) {
            if let Err(damage) = compare(state, mark) {
                report.find(VerifyPart::Anchor, VerifyProblem::Anchor(damage));
            }
            let anchored = Head {
                sequence: mark.audit_sequence,
                mac: mark.audit_head,
            };
            check_anchored(&connection, anchored, &mut report);
            let owner = (header.vault, header.epoch);
            if let Ok(last) = uses_record::required(folder, owner, &keys.uses)?
                && let Ok(end) = audit::verify_from(&connection, &keys.audit, anchored)
                && let Err(VaultError::DamagedData(damage)) =
                    check_uses(&connection, mark, last, end)
            {
                report.find(VerifyPart::Log, VerifyProblem::Uses(damage));
            }
        }
        if state.is_none() {
            report.find(VerifyPart::Rows, VerifyProblem::RowState);
        }
        let scene = CheckInput {
            connection: &connection,
            keys: &keys,
            vault: header.vault,
            epoch: header.epoch,
            state,
            // Uses behind the anchored entry are legal.
            head: None,
        };
        let report = Check::with(report).run(&scene);
        // A check that was stopped has read no further, and says nothing.
        stop::check()?;
        Ok(report)
    }
}

/// What is known to lie on broken pages.
fn name_unreadable(rescued: &ReadableRows, report: &mut VerifyReport) {
    report.count(VerifyPart::Rows, rescued.credentials.len() as u64);
    report.count(VerifyPart::Values, rescued.versions.len() as u64);
    for id in rescued.lost.keys() {
        let credential = rescued.name(*id);
        report.find(
            VerifyPart::Rows,
            VerifyProblem::UnreadableCredential { credential },
        );
    }
    for (id, number) in &rescued.lost_versions {
        let problem = VerifyProblem::UnreadableVersion {
            credential: rescued.name(*id),
            version: *number,
        };
        report.find(VerifyPart::Values, problem);
    }
}

fn check_anchored(connection: &Connection, anchored: Head, report: &mut VerifyReport) {
    if let Err(VaultError::DamagedData(DataDamage::Audit { sequence })) =
        audit::check_anchored(connection, anchored)
    {
        report.find(VerifyPart::Log, VerifyProblem::LogEntry { sequence });
    }
}
