//! Settings of the window alone, in `window.json` in the platform's config folder: the
//! theme, which commands a person has confirmed, and which profiles the tray shows. Nothing
//! that guards the vault.
//!
//! Written as a whole; a file that cannot be read counts as absent.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read as _};
use std::ops::RangeInclusive;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use keyhaven_client::private_file;
use keyhaven_protocol::Error;
use keyhaven_protocol::paths::config_folder;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::confirmation::Confirmation;
use crate::lock::locked;

const FILE: &str = "window.json";
/// Far more than the file ever holds.
const MAX_SIZE: u64 = 16 << 20;
/// More confirmed launches would only grow the file.
const MAX_CONFIRMED: usize = 300;
/// A menu of more could not be read.
const MAX_PINNED: usize = 12;

/// Which colours the window has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// The sizes of text that a person may choose, in percent.
const ZOOM: RangeInclusive<u16> = 80..=200;

/// The longest name of a view.
const MAX_VIEW: usize = 32;

/// What a person may choose about the window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Preferences {
    /// The colours.
    pub theme: Theme,
    /// How large everything is, in percent.
    pub zoom: u16,
    /// The view that was shown last, by the page's name for it; empty where none was. It says
    /// nothing of what is in the vault.
    pub view: String,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            theme: Theme::default(),
            zoom: 100,
            view: String::new(),
        }
    }
}

impl Preferences {
    /// How large everything is; 1 is the usual size. A file may say anything.
    pub fn scale(&self) -> f64 {
        f64::from(self.zoom.clamp(*ZOOM.start(), *ZOOM.end())) / 100.0
    }
}

/// Where the window stood when it was closed, in physical pixels.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StoredPlacement {
    /// Its upper left corner, where the desktop tells it.
    pub position: Option<(i32, i32)>,
    /// Its width and height.
    pub size: Option<(u32, u32)>,
    /// Whether it filled the screen.
    pub maximized: bool,
}

/// The whole file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct PreferencesFile {
    preferences: Preferences,
    /// What a person has confirmed, by what it is found by again. Files from before say which
    /// commands were confirmed under another name, and not with which keys.
    launches: BTreeMap<String, Confirmation>,
    /// Ids of the profiles in the tray's menu.
    pinned: BTreeSet<Uuid>,
    window: StoredPlacement,
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
        locked(&self.now).preferences.clone()
    }

    /// Changes what a person has chosen.
    ///
    /// # Errors
    /// The file could not be written; nothing has changed.
    pub fn set_preferences(&self, mut preferences: Preferences) -> Result<(), Error> {
        // A page may send anything.
        let is_name = |text: &str| text.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        if preferences.view.len() > MAX_VIEW || !is_name(&preferences.view) {
            preferences.view.clear();
        }
        self.change(|stored| stored.preferences = preferences)
    }

    /// Where the window stood.
    pub fn placement(&self) -> StoredPlacement {
        locked(&self.now).window
    }

    /// Remembers where the window stood.
    ///
    /// # Errors
    /// The file could not be written; the next window stands where it would have.
    pub fn set_placement(&self, placement: StoredPlacement) -> Result<(), Error> {
        if self.placement() == placement {
            return Ok(());
        }
        self.change(|stored| stored.window = placement)
    }

    /// What a person has confirmed of the launch that is found by this.
    pub fn confirmation(&self, key: &str) -> Option<Confirmation> {
        locked(&self.now).launches.get(key).cloned()
    }

    /// Whether a person has confirmed a launch of a location, which is named by its digest.
    pub fn has_confirmed_in(&self, location: &str) -> bool {
        let now = locked(&self.now);
        now.launches.values().any(|known| known.is_of(location))
    }

    /// Remembers what a person has confirmed.
    ///
    /// # Errors
    /// The file could not be written; it will be asked again.
    pub fn confirm(&self, key: String, confirmation: Confirmation) -> Result<(), Error> {
        self.change(|stored| {
            if stored.launches.len() >= MAX_CONFIRMED {
                stored.launches.clear();
            }
            stored.launches.insert(key, confirmation);
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
    use crate::launch::tests::{order, planned};

    #[test]
    fn what_is_chosen_and_confirmed_is_there_the_next_time() {
        let root = tempfile::tempdir().unwrap();
        let folder = || Ok(root.path().join("config/keyhaven"));
        let store = PreferenceStore::open_in(folder());
        assert_eq!(store.preferences().theme, Theme::System);
        store
            .set_preferences(Preferences {
                theme: Theme::Dark,
                zoom: 150,
                view: "launch".into(),
            })
            .unwrap();
        let placement = StoredPlacement {
            position: Some((40, -7)),
            size: Some((900, 600)),
            maximized: false,
        };
        store.set_placement(placement).unwrap();
        let confirmed = Confirmation::of(&planned(order("ls")));
        store.confirm("ab12".into(), confirmed.clone()).unwrap();
        let profiles = [Uuid::from_u128(1), Uuid::from_u128(2)];
        store.pin(profiles[0], true).unwrap();
        store.pin(profiles[1], true).unwrap();
        store.pin(profiles[0], false).unwrap();

        let again = PreferenceStore::open_in(folder());
        assert_eq!(again.preferences().theme, Theme::Dark);
        assert_eq!(again.preferences().scale(), 1.5);
        assert_eq!(again.preferences().view, "launch");
        assert_eq!(again.placement(), placement);
        assert_eq!(again.confirmation("ab12"), Some(confirmed));
        assert_eq!(again.confirmation("ab13"), None);
        assert!(again.has_confirmed_in(&Confirmation::location("shop", "dev")));
        assert!(!again.has_confirmed_in(&Confirmation::location("shop", "prod")));
        assert_eq!(again.pinned(), BTreeSet::from([profiles[1]]));
        let files = fs::read_dir(root.path().join("config/keyhaven"))
            .unwrap()
            .count();
        assert_eq!(files, 1, "no temporary file is left");
    }

    #[test]
    fn what_was_confirmed_without_its_keys_counts_as_not_confirmed() {
        let root = tempfile::tempdir().unwrap();
        let earlier = br#"{"preferences":{"theme":"dark"},"confirmed":["ab12"],"pinned":[]}"#;
        fs::write(root.path().join(FILE), earlier).unwrap();
        let store = PreferenceStore::open_in(Ok(root.path().into()));
        assert_eq!(store.preferences().theme, Theme::Dark);
        assert_eq!(store.preferences().scale(), 1.0);
        assert_eq!(store.confirmation("ab12"), None);
    }

    #[test]
    fn a_size_that_nobody_could_read_is_not_shown() {
        let scale = |zoom| {
            let usual = Preferences::default();
            Preferences { zoom, ..usual }.scale()
        };
        assert_eq!([scale(0), scale(80), scale(9999)], [0.8, 0.8, 2.0]);
    }

    #[test]
    fn a_view_is_a_short_word() {
        let root = tempfile::tempdir().unwrap();
        let store = PreferenceStore::open_in(Ok(root.path().into()));
        for (sent, kept) in [
            ("activity", "activity"),
            ("kh://shop/dev/stripe", ""),
            ("k".repeat(33).as_str(), ""),
        ] {
            let view = sent.to_owned();
            let usual = Preferences::default();
            store
                .set_preferences(Preferences { view, ..usual })
                .unwrap();
            assert_eq!(store.preferences().view, kept);
        }
    }

    #[test]
    fn a_damaged_file_counts_as_absent_and_confirms_nothing() {
        let root = tempfile::tempdir().unwrap();
        fs::write(
            root.path().join(FILE),
            b"{\"launches\":{\"ab12\":{}},\"preferences\":7}",
        )
        .unwrap();
        let store = PreferenceStore::open_in(Ok(root.path().into()));
        assert_eq!(store.preferences(), Preferences::default());
        assert_eq!(store.confirmation("ab12"), None);
    }

    #[test]
    fn what_could_not_be_written_has_not_changed() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("file"), b"").unwrap();
        let store = PreferenceStore::open_in(Ok(root.path().join("file/not-a-folder")));
        let refused = store.set_preferences(Preferences {
            theme: Theme::Light,
            ..Preferences::default()
        });
        assert!(matches!(refused, Err(Error::Io { .. })));
        assert_eq!(store.preferences().theme, Theme::System);
    }
}
