//! The calls to the system by which every file but the database's is reached.
//!
//! Nothing else in this crate opens, writes, syncs, renames or removes a file: test builds
//! put a simulated disk around each call, which stops, fails or forgets
//! (`crate::faults`). The database's files are behind a VFS of the same disk.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, Write as _};
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use rustix::fs::{AtFlags, CWD, Mode, OFlags, StatxFlags, makedev, statx};
use uuid::Uuid;

#[cfg(test)]
pub(crate) use crate::faults::boots::machine;
#[cfg(test)]
use crate::faults::{around, boots::boot};

/// What a call is about to do.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(
    not(test),
    expect(dead_code, reason = "only the simulated disk looks inside")
)]
pub(crate) enum SystemCall<'a> {
    /// Look at a file or its content, or open one that must be there.
    Look(&'a Path),
    /// Open a file, and make it where it is missing.
    Make(&'a Path),
    /// Make a folder.
    MakeFolder(&'a Path),
    /// Write bytes at an offset.
    Write(&'a Path, u64, &'a [u8]),
    /// Cut or lengthen a file.
    Resize(&'a Path, u64),
    /// Wait until content and length are on the disk.
    Sync(&'a Path),
    /// Wait until the names in a folder are on the disk.
    SyncFolder(&'a Path),
    /// Give a file another name, replacing what had it.
    Rename(&'a Path, &'a Path),
    /// Remove a name.
    Remove(&'a Path),
}

/// Shipped builds only do what is asked.
#[cfg(not(test))]
fn around<T>(_call: SystemCall<'_>, work: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    work()
}

/// As [`around`], for what only waits. Test builds wait for the simulated disk alone: no
/// test can tell whether the real one was waited for, and it is slow.
fn wait(call: SystemCall<'_>, work: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    around(call, || if cfg!(test) { Ok(()) } else { work() })
}

/// `lstat`.
pub(crate) fn metadata(path: &Path) -> io::Result<std::fs::Metadata> {
    around(SystemCall::Look(path), || std::fs::symlink_metadata(path))
}

/// `open`, never through a symbolic link at the end where `flags` say so.
pub(crate) fn open(path: &Path, flags: OFlags, mode: Mode) -> io::Result<File> {
    let call = if flags.contains(OFlags::CREATE) {
        SystemCall::Make(path)
    } else {
        SystemCall::Look(path)
    };
    around(call, || {
        Ok(rustix::fs::openat(CWD, path, flags, mode)?.into())
    })
}

/// `mkdir`, one level.
pub(crate) fn make_folder(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    around(SystemCall::MakeFolder(path), || {
        std::fs::DirBuilder::new().mode(mode).create(path)
    })
}

/// Reads what is left of a file, at most `limit` bytes.
pub(crate) fn read(file: &File, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    around(SystemCall::Look(path), || {
        let mut bytes = Vec::new();
        file.take(limit).read_to_end(&mut bytes)?;
        Ok(bytes)
    })
}

/// `pread` of exactly so many bytes.
pub(crate) fn read_at(file: &File, path: &Path, bytes: &mut [u8], at: u64) -> io::Result<()> {
    around(SystemCall::Look(path), || file.read_exact_at(bytes, at))
}

/// Writes where the file stands.
pub(crate) fn write(mut file: &File, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let at = file.stream_position()?;
    around(SystemCall::Write(path, at, bytes), || file.write_all(bytes))
}

/// `pwrite`.
pub(crate) fn write_at(file: &File, path: &Path, bytes: &[u8], at: u64) -> io::Result<()> {
    around(SystemCall::Write(path, at, bytes), || {
        file.write_all_at(bytes, at)
    })
}

/// `fsync`.
pub(crate) fn sync(file: &File, path: &Path) -> io::Result<()> {
    wait(SystemCall::Sync(path), || file.sync_all())
}

/// `fdatasync`: content, and the length where it changed.
pub(crate) fn sync_data(file: &File, path: &Path) -> io::Result<()> {
    wait(SystemCall::Sync(path), || file.sync_data())
}

/// `fsync` of a folder.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    wait(SystemCall::SyncFolder(folder), || {
        File::open(folder)?.sync_all()
    })
}

/// Where a folder is now: what a file that was not synced depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Residence {
    /// The system's boot; nil where it is not known.
    pub(crate) boot: Uuid,
    /// The mount, as the kernel numbers it.
    pub(crate) mount: u64,
    /// The device of the file system.
    pub(crate) device: u64,
}

/// The boot, mount and device of a folder.
pub(crate) fn residence(folder: &Path) -> io::Result<Residence> {
    around(SystemCall::Look(folder), || {
        let found = statx(CWD, folder, AtFlags::empty(), StatxFlags::MNT_ID)?;
        Ok(Residence {
            boot: boot(),
            mount: found.stx_mnt_id,
            device: makedev(found.stx_dev_major, found.stx_dev_minor),
        })
    })
}

/// The kernel's random id of this boot.
#[cfg(not(test))]
fn boot() -> Uuid {
    let text = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    Uuid::parse_str(text.trim()).unwrap_or_default()
}

/// What names this machine and user: the id that the system was given at its installation.
/// None where it has none.
#[cfg(not(test))]
pub(crate) fn machine() -> Option<String> {
    let read = |path| std::fs::read_to_string(path).ok();
    let id = read("/etc/machine-id").or_else(|| read("/var/lib/dbus/machine-id"))?;
    let id = id.trim();
    let user = rustix::process::geteuid().as_raw();
    (!id.is_empty()).then(|| format!("{id}/{user}"))
}

/// `rename`.
pub(crate) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    around(SystemCall::Rename(from, to), || std::fs::rename(from, to))
}

/// `unlink`.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    around(SystemCall::Remove(path), || std::fs::remove_file(path))
}
