//! The private files of running programs: values for those that want a path.
//!
//! - They lie in memory alone, in a folder that nobody else may enter, under names that say
//!   nothing, and only their owner may read them.
//! - A file goes when it is dropped: overwritten, then removed, and the folder with the last
//!   one. Who holds it is the list of running programs, so that it ends with its program.
//! - A FIFO gives its content once, to who opens it first. What nobody has read goes at a
//!   lock, or the value would stay in this process.
//! - What an agent that was killed has left is removed when the next one starts, also where
//!   that has another runtime folder: the state folder names the one that is in use.

mod fifo;
mod note;

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use keyhaven_protocol::error::Error;
use keyhaven_protocol::problem::{PathFault, Problem};
use keyhaven_protocol::request::FileKind;
use keyhaven_secret::SecretBytes;
use rustix::fs::{self, CWD, FileType, Mode, OFlags};
use tokio::sync::watch;
use tokio::task::AbortHandle;

use crate::private_files::note::FolderNote;
use crate::server::socket;

/// What statfs(2) says of memory that is a file system (tmpfs(5)).
const TMPFS: u64 = 0x0102_1994;
/// Files that one program is given.
pub(crate) const MOST_OF_ONE: usize = 64;
/// Bytes in the files of all programs.
pub(crate) const MOST_BYTES: usize = 16 << 20;
/// FIFOs that wait to be read: each holds two descriptors, and one of the inotify instances of
/// which a person has 128 for all programs.
pub(crate) const MOST_FIFOS: usize = 16;

/// Where files are made.
#[derive(Debug)]
pub(crate) struct PrivateFiles {
    folders: Vec<PathBuf>,
    note: Option<FolderNote>,
}

/// A file of a running program.
#[derive(Debug)]
pub(crate) struct PrivateFile {
    path: PathBuf,
    size: usize,
    /// What waits for who reads a FIFO.
    feeder: Option<AbortHandle>,
}

impl PrivateFiles {
    /// In the first of these folders that is in memory and private. The file `note` keeps which
    /// one it is, if it has the same name.
    pub(crate) fn new(folders: Vec<PathBuf>, note: Option<PathBuf>) -> Self {
        let note = note.map(FolderNote::new);
        Self { folders, note }
    }

    /// Removes what an agent that was killed has left. Only who holds the vault's lock does.
    pub(crate) fn sweep(&self) {
        let noted = self.note.as_ref().and_then(FolderNote::read);
        let folders = self.folders.iter().chain(&noted);
        folders.for_each(|folder| sweep(folder));
        if let Some(note) = &self.note {
            note.remove();
        }
    }

    /// Makes a file for a program. A FIFO goes at the next lock that `locks` sees.
    ///
    /// # Errors
    /// No folder is in memory, or there is no room in it.
    pub(crate) fn make(
        &self,
        kind: FileKind,
        value: SecretBytes,
        locks: watch::Receiver<u64>,
    ) -> Result<PrivateFile, Error> {
        let folder = self.folder()?;
        if let Some(note) = &self.note {
            let noted = note.write(folder);
            noted.map_err(|error| unusable(note.path(), &error))?;
        }
        let made = match kind {
            FileKind::File => plain(folder, &value).map_err(io::Error::from),
            FileKind::Fifo => fifo::make(folder, value, locks),
        };
        made.map_err(|error| unusable(folder, &error))
    }

    /// Another's may be in the place of one: anybody can make folders where shared memory is.
    fn folder(&self) -> Result<&Path, Error> {
        let mut problems = Vec::new();
        for folder in self.folders.iter().filter(|folder| lies_in_memory(folder)) {
            match socket::private_folder(folder) {
                Ok(()) => return Ok(folder),
                Err(error) => problems.push(error),
            }
        }
        Err(match problems.is_empty() {
            true => no_file(Problem::NoMemoryFolder),
            false => no_file(Problem::MemoryFoldersRefused { cause: problems }),
        })
    }
}

impl PrivateFile {
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// What it takes.
    pub(crate) fn size(&self) -> usize {
        self.size
    }

    /// Whether it is a FIFO that was not read yet.
    pub(crate) fn waits(&self) -> bool {
        let feeder = self.feeder.as_ref();
        feeder.is_some_and(|feeder| !feeder.is_finished())
    }
}

impl Drop for PrivateFile {
    fn drop(&mut self) {
        if let Some(feeder) = &self.feeder {
            feeder.abort();
        }
        remove(&self.path, self.size);
        if let Some(folder) = self.path.parent() {
            // It stays while there are others.
            let _ = std::fs::remove_dir(folder);
        }
    }
}

fn plain(folder: &Path, value: &SecretBytes) -> rustix::io::Result<PrivateFile> {
    let handle = opened(folder)?;
    let name = random_name()?;
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let file = fs::openat(&handle, &name, flags, Mode::RUSR)?;
    // Exposed because this is where a value becomes the program's.
    let value = value.expose();
    // From here on it goes again should something fail.
    let made = PrivateFile {
        path: folder.join(name),
        size: value.len(),
        feeder: None,
    };
    write_all(&file, value)?;
    Ok(made)
}

/// Opens without waiting for anybody, and never through a link.
fn open(path: &Path, access: OFlags) -> rustix::io::Result<OwnedFd> {
    let flags = access | OFlags::NONBLOCK | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    fs::open(path, flags, Mode::empty())
}

/// The folder, which is looked at once more when it is held: it is in memory.
fn opened(folder: &Path) -> rustix::io::Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let handle = fs::openat(CWD, folder, flags, Mode::empty())?;
    match is_memory(&fs::fstatfs(&handle)?) {
        true => Ok(handle),
        false => Err(rustix::io::Errno::NOTSUP),
    }
}

fn is_memory(found: &fs::StatFs) -> bool {
    u64::try_from(found.f_type).is_ok_and(|kind| kind == TMPFS)
}

fn random_name() -> rustix::io::Result<String> {
    let mut random = [0; 16];
    rustix::rand::getrandom(&mut random, rustix::rand::GetRandomFlags::empty())?;
    Ok(HEXLOWER.encode(&random))
}

fn lies_in_memory(folder: &Path) -> bool {
    let parent = folder.parent().map(fs::statfs);
    parent.is_some_and(|found| found.is_ok_and(|found| is_memory(&found)))
}

/// Removes what lies in a folder, and the folder; nothing of somebody else's, nothing behind a
/// link and nothing on a disk.
fn sweep(folder: &Path) {
    if !folder.exists() || socket::private_folder(folder).is_err() || opened(folder).is_err() {
        return;
    }
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        remove(&entry.path(), MOST_BYTES);
    }
    // What could not be removed keeps it.
    let _ = std::fs::remove_dir(folder);
}

/// Overwrites and removes a file of a size. What cannot be removed now is swept at the next
/// start.
fn remove(path: &Path, size: usize) {
    let _ = wipe(path, size);
    let _ = std::fs::remove_file(path);
}

/// Removing alone leaves the bytes in memory until that is used again.
fn wipe(path: &Path, size: usize) -> rustix::io::Result<()> {
    let found = open(path, OFlags::RDONLY)?;
    let status = fs::fstat(&found)?;
    if FileType::from_raw_mode(status.st_mode) != FileType::RegularFile {
        return Ok(());
    }
    fs::fchmod(&found, Mode::RUSR | Mode::WUSR)?;
    let file = open(path, OFlags::WRONLY)?;
    // However long its program made it meanwhile: that is not ours, and could take long.
    let ours = usize::try_from(status.st_size).unwrap_or(0).min(size);
    fs::ftruncate(&file, ours as u64)?;
    write_all(file, &vec![0; ours])
}

fn write_all(file: impl AsFd, mut bytes: &[u8]) -> rustix::io::Result<()> {
    while !bytes.is_empty() {
        let written = rustix::io::retry_on_intr(|| rustix::io::write(&file, bytes))?;
        bytes = &bytes[written..];
    }
    Ok(())
}

fn unusable(folder: &Path, error: &io::Error) -> Error {
    no_file(Problem::MemoryFoldersRefused {
        cause: vec![PathFault::io(folder, error)],
    })
}

pub(crate) const fn no_file(problem: Problem) -> Error {
    Error::NoPrivateFile { problem }
}

#[cfg(test)]
mod tests {
    use std::fs::OpenOptions;
    use std::io::Write as _;
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};

    use super::*;

    /// A folder in memory, and files in one inside it.
    pub(super) fn files() -> (tempfile::TempDir, PathBuf, PrivateFiles) {
        let memory = tempfile::tempdir_in("/dev/shm").unwrap();
        let folder = memory.path().join("files");
        let files = PrivateFiles::new(vec![folder.clone()], None);
        (memory, folder, files)
    }

    pub(super) fn secret(bytes: &[u8]) -> SecretBytes {
        SecretBytes::copy_of(bytes)
    }

    pub(super) fn made(files: &PrivateFiles, kind: FileKind, value: &[u8]) -> PrivateFile {
        let (_, locks) = watch::channel(0);
        files.make(kind, secret(value), locks).unwrap()
    }

    fn mode(path: &Path) -> u32 {
        std::fs::symlink_metadata(path).unwrap().mode() & 0o7777
    }

    #[test]
    fn a_file_is_its_owners_alone_and_goes_with_its_folder() {
        let (_memory, folder, files) = files();
        let file = made(&files, FileKind::File, b"a key");
        let other = made(&files, FileKind::File, b"");
        let path = file.path().to_owned();
        assert_eq!(std::fs::read(&path).unwrap(), b"a key");
        assert!(std::fs::symlink_metadata(&path).unwrap().is_file());
        assert_eq!((mode(&folder), mode(&path)), (0o700, 0o400));
        assert_ne!(path, other.path());
        drop(file);
        assert!(!path.exists());
        assert!(other.path().exists());
        drop(other);
        assert!(!folder.exists());
    }

    #[test]
    fn nothing_of_a_file_stays_in_memory() {
        let (_memory, _folder, files) = files();
        let file = made(&files, FileKind::File, b"a key");
        let held = std::fs::File::open(file.path()).unwrap();
        let reads = || {
            let mut found = [1; 5];
            std::os::unix::fs::FileExt::read_exact_at(&held, &mut found, 0).unwrap();
            found
        };
        assert_eq!(&reads(), b"a key");
        drop(file);
        assert_eq!(reads(), [0; 5]);
    }

    #[test]
    fn what_a_program_made_of_its_file_is_not_overwritten_but_cut_off() {
        let (_memory, _folder, files) = files();
        let file = made(&files, FileKind::File, b"a key");
        let mode = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(file.path(), mode).unwrap();
        let held = OpenOptions::new()
            .read(true)
            .append(true)
            .open(file.path())
            .unwrap();
        (&held).write_all(b"; more").unwrap();
        // A hole takes no memory; overwritten, it would.
        held.set_len(1 << 40).unwrap();
        drop(file);
        assert_eq!(held.metadata().unwrap().len(), 5);
    }

    #[test]
    fn what_is_not_in_memory_or_not_private_is_refused() {
        let (memory, folder, _) = files();
        let refused = |folders: Vec<PathBuf>| {
            let (_, locks) = watch::channel(0);
            let made =
                PrivateFiles::new(folders, None).make(FileKind::File, secret(b"a key"), locks);
            match made {
                Err(Error::NoPrivateFile { problem }) => problem,
                other => panic!("{other:?}"),
            }
        };
        let elsewhere = PathBuf::from("/proc/self/files");
        let none = refused(vec![elsewhere.clone(), memory.path().join("none/files")]);
        assert_eq!(none, Problem::NoMemoryFolder);
        std::fs::create_dir(&folder).unwrap();
        let open = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(&folder, open).unwrap();
        let open = refused(vec![elsewhere.clone(), folder.clone()]);
        let wrong_mode = || {
            let problem = Problem::WrongMode {
                found: "755".into(),
                wanted: "700".into(),
            };
            PathFault::unsafe_path(&folder, problem)
        };
        let because = |cause| Problem::MemoryFoldersRefused { cause };
        assert_eq!(open, because(vec![wrong_mode()]));
        let link = memory.path().join("link");
        symlink(&folder, &link).unwrap();
        let not_a_folder = PathFault::unsafe_path(&link, Problem::NotAFolder);
        assert_eq!(refused(vec![link]), because(vec![not_a_folder.clone()]));
        let both = refused(vec![folder.clone(), memory.path().join("link")]);
        assert_eq!(both, because(vec![wrong_mode(), not_a_folder]));
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
        // Control: where the first is not private, the next one is taken.
        let next = memory.path().join("next");
        let files = PrivateFiles::new(vec![folder.clone(), next.clone()], None);
        let file = made(&files, FileKind::File, b"");
        assert!(file.path().starts_with(next));
        // And the first one where it is.
        let private = std::fs::Permissions::from_mode(0o700);
        std::fs::set_permissions(&folder, private).unwrap();
        let files = PrivateFiles::new(vec![elsewhere, folder.clone()], None);
        assert!(made(&files, FileKind::File, b"").path().starts_with(folder));
    }

    #[tokio::test]
    async fn what_a_killed_agent_left_is_swept_and_nothing_else() {
        let (memory, folder, files) = files();
        let left = made(&files, FileKind::File, b"a key");
        let held = std::fs::File::open(left.path()).unwrap();
        std::mem::forget(left);
        std::mem::forget(made(&files, FileKind::Fifo, b"a key"));
        let mine = memory.path().join("mine");
        std::fs::write(&mine, "mine").unwrap();
        symlink(&mine, folder.join("link")).unwrap();
        files.sweep();
        assert!(!folder.exists());
        assert_eq!(std::fs::read(&mine).unwrap(), b"mine");
        let mut found = [1; 5];
        std::os::unix::fs::FileExt::read_exact_at(&held, &mut found, 0).unwrap();
        assert_eq!(found, [0; 5]);
        // A folder behind a link is somebody else's.
        let other = memory.path().join("other");
        std::fs::create_dir(&other).unwrap();
        std::fs::write(other.join("kept"), "kept").unwrap();
        symlink(&other, &folder).unwrap();
        files.sweep();
        assert!(other.join("kept").exists());
        // So is one that others may enter, also an empty one.
        std::fs::remove_file(&folder).unwrap();
        std::fs::create_dir(&folder).unwrap();
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).unwrap();
        files.sweep();
        assert!(folder.exists());
    }

    #[test]
    fn what_was_left_in_another_runtime_folder_is_swept_too() {
        let (memory, _, _) = files();
        let state = tempfile::tempdir().unwrap();
        let note = state.path().join("keyhaven/a.files");
        let agent = |runtime: &str| {
            let folder = memory.path().join(runtime).join("a.files");
            let _ = std::fs::create_dir(folder.parent().unwrap());
            (
                folder.clone(),
                PrivateFiles::new(vec![folder], Some(note.clone())),
            )
        };
        let ((old, killed), (new, next)) = (agent("old"), agent("new"));
        std::mem::forget(made(&killed, FileKind::File, b"a key"));
        next.sweep();
        assert!(!old.exists() && !note.exists());
        drop(made(&next, FileKind::File, b"a key"));
        assert!(!new.exists());
        next.sweep();
        // What is noted is not believed: only a private folder of that name in memory is ours.
        let disk = state.path().join("a.files");
        let others = memory.path().join("others/a.files");
        let named = memory.path().join("named");
        for (folder, mode) in [(&disk, 0o700), (&others, 0o755), (&named, 0o700)] {
            std::fs::create_dir_all(folder).unwrap();
            std::fs::set_permissions(folder, std::fs::Permissions::from_mode(mode)).unwrap();
            std::fs::write(folder.join("kept"), "kept").unwrap();
            std::fs::write(&note, folder.as_os_str().as_encoded_bytes()).unwrap();
            next.sweep();
            assert!(folder.join("kept").exists(), "{}", folder.display());
        }
        // Control: with the right mode it goes.
        std::fs::set_permissions(&others, std::fs::Permissions::from_mode(0o700)).unwrap();
        std::fs::write(&note, others.as_os_str().as_encoded_bytes()).unwrap();
        next.sweep();
        assert!(!others.exists());
    }
}
