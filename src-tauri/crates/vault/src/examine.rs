//! Looking at a vault without unlocking it: nothing is written, healed, begun or recorded.
//!
//! This is how a vault that does not unlock any more is checked. Where both copies of the
//! header are damaged, one in a backup of the same epoch opens the database as well: slots
//! change, the vault key of an epoch does not.

use rusqlite::Connection;

use crate::backup::{self, BackupInfo};
use crate::crypto::kdf::Kek;
use crate::error::{Damage, Error};
use crate::folder::Folder;
use crate::format::anchor::Anchor;
use crate::format::backup_file::BackupFile;
use crate::format::header_file::{self, Chosen};
use crate::locked::{Locked, Options, compare};
use crate::store::audit::{self, Head};
use crate::store::check::{Check, Scene, pages};
use crate::store::connect;
use crate::store::rescue::{Rescue, Rescued};
use crate::store::root::State;
use crate::verify::{Part, Report, Wrong};

impl Locked {
    /// As [`Locked::read`], and where no copy of the header can be used, with the header of
    /// the newest automatic backup that fits the data there is. To look, not to unlock: its
    /// password is the one of that time.
    ///
    /// # Errors
    /// As [`Locked::read`].
    pub fn read_damaged(folder: Folder, options: Options) -> Result<Self, Error> {
        let damaged = match header_file::read(folder.path(), folder.has_data()?) {
            Ok(chosen) => return Ok(Self::from_parts(folder, options, chosen)),
            Err(error @ Error::DamagedHeader(_)) => error,
            Err(other) => return Err(other),
        };
        let epochs = folder.epochs()?;
        for backup in backup::list(folder.path(), None)? {
            if let Ok(file) = BackupFile::open(&backup.path)
                && epochs.contains(&file.manifest.epoch)
            {
                let chosen = Chosen::of(file.header, false);
                return Ok(Self::from_parts(folder, options, chosen));
            }
        }
        Err(damaged)
    }

    /// As [`Unlocked::restorable`](crate::Unlocked::restorable), with the key of any slot.
    ///
    /// # Errors
    /// [`Error::WrongPassword`], [`Error::WrongRecoveryKey`]; [`Error::Insecure`],
    /// [`Error::Io`].
    pub fn restorable(&self, kek: &Kek) -> Result<Vec<BackupInfo>, Error> {
        let (header, keys) = self.look_into(kek)?;
        let listed = backup::list(self.folder().path(), Some(&keys.backup))?;
        Ok(backup::restorable(listed, header.vault))
    }

    /// Checks everything there is and changes nothing.
    ///
    /// # Errors
    /// [`Error::WrongPassword`], [`Error::WrongRecoveryKey`]. What is wrong with the vault is
    /// no error, it is in the report.
    pub fn verify(&self, kek: &Kek) -> Result<Report, Error> {
        let (header, keys) = self.look_into(kek)?;
        let mut report = Report::default();
        let folder = self.folder().path();
        header_file::check(folder, &keys.header, &mut report);
        let anchor = Anchor::open(folder, header.vault, header.epoch, &keys.anchor);
        report.count(Part::Anchor, 2);
        let mark = match anchor {
            Ok((_, reading)) => Some(reading.mark),
            Err(Error::DamagedData(damage)) => {
                report.find(Part::Anchor, Wrong::Anchor(damage));
                None
            }
            Err(other) => return Err(other),
        };
        let connection = match connect::open(&folder.join(&header.database), &keys) {
            Ok(connection) => connection,
            Err(Error::DamagedData(damage)) => {
                report.find(Part::Pages, Wrong::Database(damage));
                return Ok(report);
            }
            Err(other) => return Err(other),
        };
        pages::check(&connection, &mut report);
        if !report.is_intact(Part::Pages) {
            drop(connection);
            let open = || connect::open(&folder.join(&header.database), &keys);
            name_unreadable(&Rescue::new(&open).read(), &mut report);
            return Ok(report);
        }
        let state = State::read(&connection, &keys.rows).ok();
        if let (Some(state), Some(mark)) = (&state, &mark) {
            if let Err(damage) = compare(state, mark) {
                report.find(Part::Anchor, Wrong::Anchor(damage));
            }
            let anchored = Head {
                sequence: mark.audit_sequence,
                mac: mark.audit_head,
            };
            check_anchored(&connection, anchored, &mut report);
        }
        if state.is_none() {
            report.find(Part::Rows, Wrong::State);
        }
        let scene = Scene {
            connection: &connection,
            keys: &keys,
            vault: header.vault,
            epoch: header.epoch,
            state,
            // Uses behind the anchored entry are legal.
            head: None,
        };
        Ok(Check::with(report).run(&scene))
    }
}

/// What is known to lie on broken pages.
fn name_unreadable(rescued: &Rescued, report: &mut Report) {
    report.count(Part::Rows, rescued.credentials.len() as u64);
    report.count(Part::Values, rescued.versions.len() as u64);
    for id in rescued.lost.keys() {
        let row = rescued.name(*id);
        report.find(Part::Rows, Wrong::Unreadable { row });
    }
    for (id, number) in &rescued.lost_versions {
        let row = format!("{}, version {number}", rescued.name(*id));
        report.find(Part::Values, Wrong::Unreadable { row });
    }
}

fn check_anchored(connection: &Connection, anchored: Head, report: &mut Report) {
    if let Err(Error::DamagedData(Damage::Audit { sequence })) =
        audit::check_anchored(connection, anchored)
    {
        report.find(Part::Log, Wrong::Entry { sequence });
    }
}
