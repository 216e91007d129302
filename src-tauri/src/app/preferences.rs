//! Settings of the window alone, in `window.json` in the platform's config folder: the
//! theme, which commands a person has confirmed, and which profiles the tray shows. Nothing
//! that guards the vault.
//!
//! Written as a whole; a file that cannot be read counts as absent.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use keyhaven_client::private_file;
use keyhaven_protocol::Error;
use keyhaven_protocol::paths::config_folder;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::lock::locked;

const FILE: &str = "window.json";
/// Far more than the file ever holds.
const MAX_SIZE: u64 = 1 << 20;
/// The oldest of more confirmed commands would only grow the file.
const MAX_CONFIRMED: usize = 1000;
/// A menu of more could not be read.
const MAX_PINNED: usize = 12;

/// Which colours the window has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// What a person may choose about the window.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Preferences {
    /// The colours.
    pub theme: Theme,
}

/// The whole file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct PreferencesFile {
    preferences: Preferences,
    /// SHA-256 of each confirmed command, in hex.
    confirmed: BTreeSet<String>,
    /// Ids of the profiles in the tray's menu.
    pinned: BTreeSet<Uuid>,
}

/// The settings as they are now, and their file.
#[derive(Debug)]
pub struct PreferenceStore {
    folder: Result<PathBuf, Error>,
    now: Mutex<PreferencesFile>,
}

impl PreferenceStore {
    /// Reads the settings of the person at this machine.
    pub fn open() -> Self {
        Self::open_in(config_folder())
    }

    fn open_in(folder: Result<PathBuf, Error>) -> Self {
        let stored = folder.as_deref().map(read).unwrap_or_default();
        Self {
            folder,
            now: Mutex::new(stored),
        }
    }

    /// What a person has chosen.
    pub fn preferences(&self) -> Preferences {
        locked(&self.now).preferences
    }

    /// Changes what a person has chosen.
    ///
    /// # Errors
    /// The file could not be written; nothing has changed.
    pub fn set_preferences(&self, preferences: Preferences) -> Result<(), Error> {
        self.change(|stored| stored.preferences = preferences)
    }

    /// Whether a person has confirmed the command of this fingerprint.
    pub fn is_confirmed(&self, fingerprint: &str) -> bool {
        locked(&self.now).confirmed.contains(fingerprint)
    }

    /// Remembers that a person has confirmed the command of this fingerprint.
    ///
    /// # Errors
    /// The file could not be written; it will be asked again.
    pub fn confirm(&self, fingerprint: String) -> Result<(), Error> {
        self.change(|stored| {
            if stored.confirmed.len() >= MAX_CONFIRMED {
                stored.confirmed.clear();
            }
            stored.confirmed.insert(fingerprint);
        })
    }

    /// The profiles in the tray's menu.
    pub fn pinned(&self) -> BTreeSet<Uuid> {
        locked(&self.now).pinned.clone()
    }

    /// Puts a profile into the tray's menu, or takes it out.
    ///
    /// # Errors
    /// The file could not be written; nothing has changed.
    pub fn pin(&self, profile: Uuid, on: bool) -> Result<(), Error> {
        self.change(|stored| {
            if on && stored.pinned.len() < MAX_PINNED {
                stored.pinned.insert(profile);
            } else {
                stored.pinned.remove(&profile);
            }
        })
    }

    fn change(&self, change: impl FnOnce(&mut PreferencesFile)) -> Result<(), Error> {
        let folder = self.folder.as_deref().map_err(Clone::clone)?;
        let mut now = locked(&self.now);
        let mut next = now.clone();
        change(&mut next);
        write(folder, &next).map_err(|error| Error::io(&folder.join(FILE), &error))?;
        *now = next;
        Ok(())
    }
}

fn read(folder: &Path) -> PreferencesFile {
    let mut text = Vec::new();
    fs::File::open(folder.join(FILE))
        .and_then(|file| file.take(MAX_SIZE).read_to_end(&mut text))
        .ok()
        .and_then(|_| serde_json::from_slice(&text).ok())
        .unwrap_or_default()
}

fn write(folder: &Path, stored: &PreferencesFile) -> io::Result<()> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    let mut text = serde_json::to_vec_pretty(stored)?;
    text.push(b'\n');
    private_file::write(&folder.join(FILE), &text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_chosen_and_confirmed_is_there_the_next_time() {
        let root = tempfile::tempdir().unwrap();
        let folder = || Ok(root.path().join("config/keyhaven"));
        let store = PreferenceStore::open_in(folder());
        assert_eq!(store.preferences().theme, Theme::System);
        store
            .set_preferences(Preferences { theme: Theme::Dark })
            .unwrap();
        store.confirm("ab12".into()).unwrap();
        let profiles = [Uuid::from_u128(1), Uuid::from_u128(2)];
        store.pin(profiles[0], true).unwrap();
        store.pin(profiles[1], true).unwrap();
        store.pin(profiles[0], false).unwrap();

        let again = PreferenceStore::open_in(folder());
        assert_eq!(again.preferences().theme, Theme::Dark);
        assert!(again.is_confirmed("ab12"));
        assert!(!again.is_confirmed("ab13"));
        assert_eq!(again.pinned(), BTreeSet::from([profiles[1]]));
        let files = fs::read_dir(root.path().join("config/keyhaven"))
            .unwrap()
            .count();
        assert_eq!(files, 1, "no temporary file is left");
    }

    #[test]
    fn a_damaged_file_counts_as_absent_and_confirms_nothing() {
        let root = tempfile::tempdir().unwrap();
        fs::write(
            root.path().join(FILE),
            b"{\"confirmed\":[\"ab12\"],\"preferences\":7}",
        )
        .unwrap();
        let store = PreferenceStore::open_in(Ok(root.path().into()));
        assert_eq!(store.preferences(), Preferences::default());
        assert!(!store.is_confirmed("ab12"));
    }

    #[test]
    fn what_could_not_be_written_has_not_changed() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("file"), b"").unwrap();
        let store = PreferenceStore::open_in(Ok(root.path().join("file/not-a-folder")));
        let refused = store.set_preferences(Preferences {
            theme: Theme::Light,
        });
        assert!(matches!(refused, Err(Error::Io { .. })));
        assert_eq!(store.preferences().theme, Theme::System);
    }
}
