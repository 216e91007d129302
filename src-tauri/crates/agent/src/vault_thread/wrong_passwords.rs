//! Wrong passwords at a vault that is locked: how many and when, in a small file next to it, until
//! they can be entered in its log. Anyone who can write into the folder can remove the file; what
//! this agent has counted itself it still knows.

use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use keyhaven_vault::Detail;
use rustix::fs::OFlags;
use serde::{Deserialize, Serialize};

/// The file, in the vault's folder.
const FILE: &str = "wrong-passwords";
/// Times that are kept: the newest.
const MOST_TIMES: usize = 32;
/// The largest file that is read, in bytes.
const MOST_BYTES: u64 = 8 << 10;

/// How many there were, and when the last ones were.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct WrongPasswords {
    pub(crate) count: u64,
    pub(crate) times: Vec<Timestamp>,
}

impl WrongPasswords {
    /// Counts one more, on the disk too.
    pub(crate) fn add(&mut self, folder: &Path, now: Timestamp) {
        let kept = read(folder).unwrap_or_default();
        if kept.count > self.count {
            *self = kept;
        }
        self.count = self.count.saturating_add(1);
        self.times.push(now);
        let old = self.times.len().saturating_sub(MOST_TIMES);
        self.times.drain(..old);
        // Where it cannot be written, this agent knows them as long as it runs.
        let _ = write(folder, self);
    }

    /// Takes them to be entered in the log; none where there were none.
    pub(crate) fn take(&mut self, folder: &Path) -> Option<Self> {
        let own = std::mem::take(self);
        let kept = read(folder).unwrap_or_default();
        let newest = if kept.count > own.count { kept } else { own };
        (newest.count > 0).then_some(newest)
    }

    /// As the log has it.
    pub(crate) fn detail(&self) -> Detail {
        let times: Vec<String> = self.times.iter().map(Timestamp::to_string).collect();
        Detail::from([
            ("while_locked".into(), "true".into()),
            ("repeats".into(), self.count.to_string()),
            ("times".into(), times.join("\n")),
        ])
    }

    /// Forgets what was entered.
    pub(crate) fn remove(folder: &Path) {
        let _ = std::fs::remove_file(path(folder));
    }
}

fn path(folder: &Path) -> PathBuf {
    folder.join(FILE)
}

/// Never through a link, nor waiting where a FIFO is in the way.
fn options() -> std::fs::OpenOptions {
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let mut options = std::fs::OpenOptions::new();
    options.custom_flags(flags.bits().cast_signed());
    options
}

fn read(folder: &Path) -> Option<WrongPasswords> {
    let file = options().read(true).open(path(folder)).ok()?;
    let mut bytes = Vec::new();
    file.take(MOST_BYTES).read_to_end(&mut bytes).ok()?;
    let mut read: WrongPasswords = serde_json::from_slice(&bytes).ok()?;
    read.times.truncate(MOST_TIMES);
    Some(read)
}

fn write(folder: &Path, wrong: &WrongPasswords) -> io::Result<()> {
    let mut options = options();
    options.write(true).create(true).truncate(true).mode(0o600);
    options
        .open(path(folder))?
        .write_all(&serde_json::to_vec(wrong)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn the_count_survives_the_agent_and_the_file_does_not_grow() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        for second in 0..100 {
            // Another agent each time.
            WrongPasswords::default().add(folder, at(second));
        }
        let mut wrong = WrongPasswords::default();
        let taken = wrong.take(folder).unwrap();
        assert_eq!((taken.count, taken.times.len()), (100, MOST_TIMES));
        assert_eq!(taken.times.last(), Some(&at(99)));
        assert!(std::fs::metadata(path(folder)).unwrap().len() < MOST_BYTES);
        WrongPasswords::remove(folder);
        assert_eq!(wrong.take(folder), None);
    }

    #[test]
    fn what_is_removed_or_written_by_others_is_no_reason_to_forget_or_to_fail() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let mut wrong = WrongPasswords::default();
        wrong.add(folder, at(1));
        WrongPasswords::remove(folder);
        wrong.add(folder, at(2));
        std::fs::write(path(folder), vec![b'['; 1 << 20]).unwrap();
        assert_eq!(wrong.clone().take(folder).map(|taken| taken.count), Some(2));
        std::fs::remove_file(path(folder)).unwrap();
        let other = folder.join("other");
        std::fs::write(&other, "untouched").unwrap();
        std::os::unix::fs::symlink(&other, path(folder)).unwrap();
        wrong.add(folder, at(3));
        assert_eq!(std::fs::read(&other).unwrap(), b"untouched");
    }
}
