//! Finds the directory file that holds for a working directory, and reads it once.
//!
//! What another user could have placed or could change is never read: the walk up stops at
//! the first directory that is not mine and at mount points, and a file that is not mine
//! alone is an error rather than passed over. My private group is mine alone.

use std::fs::File;
use std::io::Read as _;
use std::os::fd::{AsFd as _, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::fs::{
    AtFlags, FileType, Mode, OFlags, Stat, StatxAttributes, StatxFlags, fgetxattr, fstat, open,
    openat, statx,
};
use rustix::io::Errno;
use rustix::process::geteuid;

use crate::private_group;
use keyhaven_protocol::project_file::{FILE_NAME, MAX_BYTES, ProjectFile, fingerprint};
use keyhaven_protocol::{Error, Problem};

/// A directory file as it was read, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundProjectFile {
    /// Its absolute path, free of links.
    pub path: PathBuf,
    /// Its content.
    pub content: String,
}

impl FoundProjectFile {
    /// What it says.
    ///
    /// # Errors
    /// It is not valid.
    pub fn parse(&self) -> Result<ProjectFile, Error> {
        ProjectFile::parse(&self.content).map_err(|error| error.in_file(&self.path_text()))
    }

    /// Its path as text; [`find`] gives only paths in UTF-8.
    #[must_use]
    pub fn path_text(&self) -> String {
        self.path.to_string_lossy().into_owned()
    }

    /// The SHA-256 by which it is trusted, in lower-case hex.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        fingerprint(self.content.as_bytes())
    }
}

/// Finds the file for a working directory, in it or above.
///
/// # Errors
/// A file is there, but it is not a plain file that is mine alone and at most 64 KiB of
/// UTF-8; or the system refused to read it.
pub fn find(from: &Path) -> Result<Option<FoundProjectFile>, Error> {
    let start = from
        .canonicalize()
        .map_err(|error| Error::io(from, &error))?;
    let mut device = None;
    for folder in start.ancestors() {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let Ok(opened) = open(folder, flags, Mode::empty()) else {
            return Ok(None);
        };
        let stat = fstat(&opened).map_err(|error| Error::io(folder, &error.into()))?;
        let crossed = device.is_some_and(|device| device != stat.st_dev);
        if crossed || stat.st_uid != geteuid().as_raw() {
            return Ok(None);
        }
        device = Some(stat.st_dev);
        let path = folder.join(FILE_NAME);
        if let Some(file) = open_in(&opened, &path)? {
            return read(file, path).map(Some);
        }
        if is_mount_root(&opened) {
            return Ok(None);
        }
    }
    Ok(None)
}

/// Bind mounts keep the device's number, so that it alone does not tell.
fn is_mount_root(folder: &OwnedFd) -> bool {
    statx(folder, "", AtFlags::EMPTY_PATH, StatxFlags::TYPE)
        .is_ok_and(|found| found.stx_attributes.contains(StatxAttributes::MOUNT_ROOT))
}

/// Opens without following a link and without waiting for a FIFO's other end.
fn open_in(folder: &OwnedFd, path: &Path) -> Result<Option<File>, Error> {
    let flags =
        OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    match openat(folder.as_fd(), FILE_NAME, flags, Mode::empty()) {
        Ok(file) => Ok(Some(File::from(file))),
        Err(Errno::NOENT) => Ok(None),
        Err(Errno::LOOP) => Err(Error::unsafe_path(path, Problem::Symlink)),
        Err(Errno::NXIO) => Err(Error::unsafe_path(path, Problem::NotRegularFile)),
        Err(error) => Err(Error::io(path, &error.into())),
    }
}

fn read(file: File, path: PathBuf) -> Result<FoundProjectFile, Error> {
    let stat = fstat(&file).map_err(|error| Error::io(&path, &error.into()))?;
    if let Some(problem) = problem(&stat).or_else(|| group_problem(&file, &stat)) {
        return Err(Error::unsafe_path(&path, problem));
    }
    if path.to_str().is_none() {
        return Err(Error::unsafe_path(&path, Problem::PathNotUtf8));
    }
    let mut content = String::new();
    let limit = MAX_BYTES as u64 + 1;
    match file.take(limit).read_to_string(&mut content) {
        Ok(length) if length > MAX_BYTES => Err(Error::unsafe_path(&path, TOO_LARGE)),
        Ok(_) => Ok(FoundProjectFile { path, content }),
        Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
            Err(Error::unsafe_path(&path, Problem::NotUtf8))
        }
        Err(error) => Err(Error::io(&path, &error)),
    }
}

const TOO_LARGE: Problem = Problem::FileTooLarge {
    limit_kib: (MAX_BYTES >> 10) as u32,
};

fn problem(stat: &Stat) -> Option<Problem> {
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Some(Problem::NotRegularFile);
    }
    if stat.st_uid != geteuid().as_raw() {
        return Some(Problem::OtherOwner { uid: stat.st_uid });
    }
    if stat.st_mode & 0o002 != 0 {
        return Some(Problem::WritableByOthers);
    }
    if u64::try_from(stat.st_size).unwrap_or(u64::MAX) > MAX_BYTES as u64 {
        return Some(TOO_LARGE);
    }
    None
}

/// Refuses a file that others than its owner can change: what its owner has trusted is not
/// theirs to replace by something that asks for trust again.
///
/// # Errors
/// [`Error::UnsafePath`], [`Error::Io`].
pub fn expect_own_hands(file: &File, path: &Path) -> Result<(), Error> {
    let stat = fstat(file).map_err(|error| Error::io(path, &error.into()))?;
    let problem = match stat.st_mode & 0o002 {
        0 => group_problem(file, &stat),
        _ => Some(Problem::WritableByOthers),
    };
    problem.map_or(Ok(()), |problem| Err(Error::unsafe_path(path, problem)))
}

/// What its group may do. Where the file has a list of who may use it, the mode of the group
/// stands for everybody in the list.
fn group_problem(file: &File, stat: &Stat) -> Option<Problem> {
    group_problem_where(file, stat, private_group::is_private)
}

fn group_problem_where(
    file: &File,
    stat: &Stat,
    is_private: impl Fn(u32, u32) -> bool,
) -> Option<Problem> {
    if stat.st_mode & 0o020 == 0 {
        return None;
    }
    let nobody: &mut [u8] = &mut [];
    let no_list = [Errno::NODATA, Errno::OPNOTSUPP];
    let list = fgetxattr(file, "system.posix_acl_access", nobody);
    let has_list = !list.is_err_and(|error| no_list.contains(&error));
    let private = !has_list && is_private(stat.st_gid, stat.st_uid);
    (!private).then(|| Problem::WritableByGroup {
        group: private_group::group_name(stat.st_gid),
        mode: format!("{:o}", stat.st_mode & 0o7777),
    })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    /// A folder with `a/b/c` below a directory file of the given content.
    fn tree(content: &[u8]) -> (tempfile::TempDir, PathBuf) {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("a/b/c")).unwrap();
        let file = root.path().join("a").join(FILE_NAME);
        fs::write(&file, content).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        (root, file)
    }

    fn problem_of(root: &tempfile::TempDir) -> Problem {
        match find(&root.path().join("a/b/c")) {
            Err(Error::UnsafePath { problem, .. }) => problem,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_nearest_file_above_is_found() {
        let (root, file) = tree(b"project = 'a'");
        let found = find(&root.path().join("a/b/c")).unwrap().unwrap();
        assert_eq!(found.path, file.canonicalize().unwrap());
        assert_eq!(found.content, "project = 'a'");
        assert_eq!(
            found.fingerprint(),
            "eef68d7f343da17aed2a8586373a0c1b1c70fa375ec4eb19e05786ece8760aed"
        );
    }

    #[test]
    fn links_fifos_and_folders_are_refused() {
        let (root, file) = tree(b"x");
        fs::rename(&file, root.path().join("elsewhere")).unwrap();
        symlink(root.path().join("elsewhere"), &file).unwrap();
        assert_eq!(problem_of(&root), Problem::Symlink);

        fs::remove_file(&file).unwrap();
        rustix::fs::mknodat(rustix::fs::CWD, &file, FileType::Fifo, Mode::RUSR, 0).unwrap();
        assert_eq!(problem_of(&root), Problem::NotRegularFile);

        fs::remove_file(&file).unwrap();
        fs::create_dir(&file).unwrap();
        assert_eq!(problem_of(&root), Problem::NotRegularFile);
    }

    #[test]
    fn what_others_can_write_is_refused() {
        let (root, file) = tree(b"x");
        for mode in [0o646, 0o666] {
            fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(problem_of(&root), Problem::WritableByOthers);
        }
    }

    #[test]
    fn what_its_group_can_write_is_accepted_for_a_private_group_alone() {
        let (root, file) = tree(b"x");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o664)).unwrap();
        let (uid, gid) = (geteuid().as_raw(), rustix::process::getegid().as_raw());
        let found = find(&root.path().join("a"));
        assert_eq!(
            found.is_ok(),
            private_group::is_private(gid, uid),
            "{found:?}"
        );
        // Of another group, which only root can give it.
        if rustix::fs::chown(&file, None, Some(rustix::fs::Gid::from_raw(4_000_000))).is_ok() {
            let (group, mode) = ("4000000".into(), "664".into());
            assert_eq!(problem_of(&root), Problem::WritableByGroup { group, mode });
        } else {
            eprintln!("not checked: another group, without root");
        }
    }

    /// umask 002, whatever the groups of this machine are.
    #[test]
    fn what_a_private_group_can_write_is_accepted_and_of_another_one_named() {
        let (_root, path) = tree(b"x");
        let of = |mode, private| {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let file = File::open(&path).unwrap();
            let stat = fstat(&file).unwrap();
            group_problem_where(&file, &stat, |gid, uid| {
                assert_eq!((gid, uid), (stat.st_gid, stat.st_uid));
                private
            })
        };
        assert_eq!(of(0o664, true), None);
        assert_eq!(of(0o644, false), None);
        let group = private_group::group_name(rustix::process::getegid().as_raw());
        let mode = "664".into();
        assert_eq!(
            of(0o664, false),
            Some(Problem::WritableByGroup { group, mode })
        );
    }

    #[test]
    fn others_in_whose_hands_a_template_is_are_refused() {
        let (_root, path) = tree(b"x");
        for (mode, expected) in [(0o644, None), (0o666, Some(Problem::WritableByOthers))] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let checked = expect_own_hands(&File::open(&path).unwrap(), &path);
            let expected = expected.map_or(Ok(()), |one| Err(Error::unsafe_path(&path, one)));
            assert_eq!(checked, expected);
        }
    }

    #[test]
    fn the_size_is_exact_and_the_text_utf8() {
        let (root, file) = tree(&vec![b'#'; MAX_BYTES]);
        assert!(find(&root.path().join("a")).unwrap().is_some());
        fs::write(&file, vec![b'#'; MAX_BYTES + 1]).unwrap();
        assert_eq!(problem_of(&root), TOO_LARGE);
        fs::write(&file, b"\xff").unwrap();
        assert_eq!(problem_of(&root), Problem::NotUtf8);
    }

    #[test]
    fn the_walk_stops_where_a_file_system_begins() {
        // The root of /proc is a mount; a file above it would be another's word.
        assert_eq!(find(Path::new("/proc/self")).unwrap(), None);
    }
}
