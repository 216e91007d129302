//! The vault's folder: private, and held by one process.

use std::collections::BTreeSet;
use std::fs::{File, Metadata};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use keyhaven_rules::vault_files::{HEADERS, SOCKET_NOTE, is_data};
use rustix::fs::FlockOperation;
use rustix::io::Errno;

use crate::error::VaultError;
use crate::format::{disk, header_file};

/// Its lock.
pub(crate) const LOCK: &str = "lock";
/// Marks a vault that is being created: files next to it without a header hold nothing.
pub(crate) const MAKING: &str = "making";

/// A checked folder, held under its lock until dropped.
///
/// The lock is a `flock` on a separate file, because POSIX locks vanish when any
/// descriptor of the file is closed. The file is never removed: a process that waited
/// on a removed file would hold a lock that no other process sees.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    lock: File,
}

impl Folder {
    /// Opens an existing folder, checks that it and what is in it belong to this user and
    /// are closed to others, and takes the lock.
    ///
    /// # Errors
    /// [`VaultError::NotAVault`] where there is no such folder, [`VaultError::Insecure`],
    /// [`VaultError::AlreadyRunning`] where another process holds it.
    pub fn open(path: &Path) -> Result<Self, VaultError> {
        match std::fs::symlink_metadata(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(VaultError::NotAVault(path.to_owned()));
            }
            _ => disk::check_folder(path)?,
        }
        let path = path
            .canonicalize()
            .map_err(|error| VaultError::io(path, error))?;
        let lock = take_lock(&path)?;
        let folder = Self { path, lock };
        folder.check_files()?;
        Ok(folder)
    }

    /// Makes the folder (0700, parents too) where it is missing, then opens it.
    ///
    /// # Errors
    /// As [`Folder::open`], and [`VaultError::Io`].
    pub fn create(path: &Path) -> Result<Self, VaultError> {
        disk::make_folder(path)?;
        Self::open(path)
    }

    /// Whether it holds a vault, or what is left of one.
    ///
    /// # Errors
    /// [`VaultError::Io`] and [`VaultError::Insecure`].
    pub fn holds_vault(&self) -> Result<bool, VaultError> {
        Ok(header_file::exists(&self.path)? || self.has_data()?)
    }

    /// Whether its path still leads to this folder, and to its lock.
    #[must_use]
    pub fn is_in_place(&self) -> bool {
        disk::is_same(&self.lock, &self.path.join(LOCK))
    }

    /// Its canonical path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the schedule of reminders lies.
    #[must_use]
    pub fn schedule_path(&self) -> PathBuf {
        self.path.join("schedule")
    }

    /// Whether there is a database, an anchor or a record of uses of any epoch.
    pub(crate) fn has_data(&self) -> Result<bool, VaultError> {
        Ok(self.names()?.iter().any(|name| is_data(name)))
    }

    /// The epochs of which there is a file.
    pub(crate) fn epochs(&self) -> Result<BTreeSet<u64>, VaultError> {
        Ok(self
            .names()?
            .iter()
            .filter_map(|name| epoch(name))
            .collect())
    }

    /// The files that make the vault: headers, databases with their logs, anchors,
    /// records of uses.
    pub(crate) fn vault_files(&self) -> Result<Vec<String>, VaultError> {
        let mut names = self.names()?;
        let is_vault = |name: &String| {
            let header = HEADERS.contains(&name.as_str());
            header || (is_data(name) && !name.ends_with("-shm"))
        };
        names.retain(is_vault);
        names.sort();
        Ok(names)
    }

    fn names(&self) -> Result<Vec<String>, VaultError> {
        let io = |error| VaultError::io(&self.path, error);
        let mut names = Vec::new();
        for entry in std::fs::read_dir(&self.path).map_err(io)? {
            names.push(
                entry
                    .map_err(io)?
                    .file_name()
                    .to_string_lossy()
                    .into_owned(),
            );
        }
        Ok(names)
    }

    /// Checks every file that is ours; strangers (a backup, a socket) are not.
    fn check_files(&self) -> Result<(), VaultError> {
        for name in self.names()? {
            if is_data(&name) || HEADERS.contains(&name.as_str()) || name == "schedule" {
                disk::check_file(&self.path.join(name))?;
            }
        }
        Ok(())
    }
}

/// Whether a path leads to a database of a vault, whatever it is called there: opened and
/// closed again, it would drop the locks of the process that has it open.
#[must_use]
pub fn is_database(vault: &Path, file: &Path) -> bool {
    let (Ok(file), Ok(entries)) = (file.metadata(), vault.read_dir()) else {
        return false;
    };
    let mut data = entries
        .flatten()
        .filter(|entry| is_data(&entry.file_name().to_string_lossy()));
    data.any(|entry| {
        let same = |there: Metadata| (there.dev(), there.ino()) == (file.dev(), file.ino());
        entry.metadata().is_ok_and(same)
    })
}

/// Whether a folder holds anything but a vault's data, or what is left of a creation. What
/// cannot be listed is reported when it is opened.
pub(crate) fn holds_strangers(path: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(path) else {
        return false;
    };
    entries.flatten().any(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        !is_data(&name) && ![LOCK, SOCKET_NOTE].contains(&&*name) && !is_unfinished(&name)
    })
}

/// The mark of a creation, or a file of one that was stopped before it had its name.
fn is_unfinished(name: &str) -> bool {
    let mut names = [MAKING, "header-a", "header-b"].into_iter();
    name == MAKING || names.any(|own| name.strip_suffix(disk::NEW) == Some(own))
}

/// The epoch that a file of the vault belongs to.
fn epoch(name: &str) -> Option<u64> {
    let database = || {
        let (number, rest) = name.strip_prefix("vault-")?.split_once(".db")?;
        matches!(rest, "" | "-wal" | "-shm" | "-journal").then_some(number)
    };
    let outside = || {
        name.strip_prefix("anchor-")
            .or_else(|| name.strip_prefix("uses-"))
    };
    let number = outside().or_else(database)?;
    number.parse().ok()
}

/// A lock that nobody holds any more can still be in a process that is just being started: until
/// it runs another program, it has every descriptor of the one that has started it. So often such
/// a process is looked at: no longer than a person notices, since the lock may as well be that of
/// another agent.
const MOST_LOOKS: u32 = 20;
/// Between two looks at it.
const LOOK_AGAIN: Duration = Duration::from_millis(5);

fn take_lock(folder: &Path) -> Result<File, VaultError> {
    let mut looks = 0;
    take_lock_waiting(folder, || {
        std::thread::sleep(LOOK_AGAIN);
        looks += 1;
        looks < MOST_LOOKS
    })
}

/// `wait` says whether to look again.
fn take_lock_waiting(folder: &Path, mut wait: impl FnMut() -> bool) -> Result<File, VaultError> {
    let path = folder.join(LOCK);
    let file = disk::open_private(&path, true)?;
    loop {
        match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => return Ok(file),
            Err(Errno::WOULDBLOCK) if wait() => {}
            Err(Errno::WOULDBLOCK) => return Err(VaultError::AlreadyRunning(folder.to_owned())),
            Err(error) => return Err(VaultError::io(&path, error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;
    use crate::error::Insecurity;

    #[test]
    fn a_new_folder_is_private_and_held_once() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("a/b");
        let folder = Folder::create(&path).unwrap();
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        assert!(!folder.holds_vault().unwrap());
        assert!(matches!(
            Folder::open(&path),
            Err(VaultError::AlreadyRunning(_))
        ));
        drop(folder);
        Folder::open(&path).unwrap();
    }

    /// What a started process inherits of a process that is gone, until it runs its program.
    #[test]
    fn a_lock_that_a_starting_process_still_has_is_waited_for() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("vault");
        let folder = Folder::create(&path).unwrap();
        let mut inherited = Some(folder.lock.try_clone().unwrap());
        drop(folder);
        let mut looks = 0;
        let taken = take_lock_waiting(&path, || {
            looks += 1;
            if looks == 3 {
                inherited.take();
            }
            looks < 10
        });
        assert!(taken.is_ok() && looks == 3, "{looks}");
        // One that is held is refused.
        assert!(matches!(
            take_lock_waiting(&path, || false),
            Err(VaultError::AlreadyRunning(_))
        ));
    }

    #[test]
    fn a_database_is_known_by_any_of_its_names() {
        let home = tempfile::tempdir().unwrap();
        let vault = home.path().join("vault");
        drop(Folder::create(&vault).unwrap());
        let database = vault.join("vault-1.db");
        let (hard, soft) = (home.path().join("hard"), home.path().join("soft"));
        let other = home.path().join("vault-1.db");
        for file in [&database, &other, &vault.join("header-a")] {
            std::fs::write(file, b"same").unwrap();
        }
        std::fs::hard_link(&database, &hard).unwrap();
        symlink(&hard, &soft).unwrap();
        for name in [&database, &hard, &soft, &vault.join("../hard")] {
            assert!(is_database(&vault, name), "{}", name.display());
        }
        for name in [&other, &vault.join("header-a"), &home.path().join("none")] {
            assert!(!is_database(&vault, name), "{}", name.display());
        }
    }

    #[test]
    fn open_folders_links_and_files_are_refused() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("vault");
        assert!(matches!(Folder::open(&path), Err(VaultError::NotAVault(_))));
        drop(Folder::create(&path).unwrap());

        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o750)).unwrap();
        let refused = Folder::open(&path).unwrap_err();
        assert_eq!(
            refused.to_string(),
            format!("{} has mode 750 instead of 700", path.display())
        );
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).unwrap();

        let link = home.path().join("link");
        symlink(&path, &link).unwrap();
        assert!(matches!(
            Folder::open(&link),
            Err(VaultError::Insecure {
                what: Insecurity::Symlink,
                ..
            })
        ));

        std::fs::write(path.join("vault-1.db"), b"").unwrap();
        std::fs::set_permissions(
            path.join("vault-1.db"),
            std::fs::Permissions::from_mode(0o644),
        )
        .unwrap();
        assert!(matches!(
            Folder::open(&path),
            Err(VaultError::Insecure {
                what: Insecurity::Mode { found: 0o644, .. },
                ..
            })
        ));
    }
}
