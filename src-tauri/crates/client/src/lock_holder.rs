//! The process that holds a vault's lock file, as the kernel reports it (proc_locks(5)).

use std::path::Path;

use keyhaven_protocol::paths::VaultPaths;
use rustix::fs::{AtFlags, CWD, StatxFlags, statx};
use rustix::process::Pid;

/// The vault's lock file, in its folder.
pub(crate) const LOCK_FILE: &str = "lock";

/// The process that holds the vault, if there is one and the kernel names it.
pub(crate) fn holder_of(place: &VaultPaths) -> Option<Pid> {
    holder(&place.folder.join(LOCK_FILE))
}

/// The process that holds a lock on a file.
fn holder(file: &Path) -> Option<Pid> {
    let wanted = StatxFlags::INO | StatxFlags::MNT_ID;
    let found = statx(CWD, file, AtFlags::empty(), wanted).ok()?;
    // Paths of mounts are bytes.
    let mounts = std::fs::read("/proc/self/mountinfo").ok()?;
    let (major, minor) = device_of(&String::from_utf8_lossy(&mounts), found.stx_mnt_id)?;
    let file = format!("{major:02x}:{minor:02x}:{}", found.stx_ino);
    let locks = std::fs::read_to_string("/proc/locks").ok()?;
    locks.lines().find_map(|line| held(line, &file))
}

/// The device of a mount's file system, as `/proc/locks` names it. The device of a file is
/// another one on btrfs and overlayfs.
fn device_of(mounts: &str, mount: u64) -> Option<(u32, u32)> {
    let mount = mount.to_string();
    let mut mounts = mounts.lines().map(str::split_ascii_whitespace);
    let mut words = mounts.find_map(|mut words| (words.next()? == mount).then_some(words))?;
    let (major, minor) = words.nth(1)?.split_once(':')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

/// The holder in a line of `/proc/locks`, if it is about this file; who waits is on a
/// separate line that begins with `->`.
fn held(line: &str, file: &str) -> Option<Pid> {
    let mut words = line.split_whitespace().skip(1);
    let (kind, _, _) = (words.next()?, words.next()?, words.next()?);
    let (pid, of) = (words.next()?, words.next()?);
    if kind != "FLOCK" || of != file {
        return None;
    }
    Pid::from_raw(pid.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::process::Command;

    use super::*;

    /// Names the folder to the test that runs itself on an overlay.
    const ON_OVERLAY: &str = "KEYHAVEN_TEST_ON_OVERLAY";

    #[test]
    fn who_holds_a_lock_is_found_and_who_waits_is_not() {
        let line = "3: FLOCK  ADVISORY  WRITE 1234 fd:01:99 0 EOF";
        assert_eq!(held(line, "fd:01:99"), Pid::from_raw(1234));
        assert_eq!(held(line, "fd:01:9"), None);
        assert_eq!(held(&line.replace("FLOCK ", "POSIX "), "fd:01:99"), None);
        let waits = "3: -> FLOCK  ADVISORY  WRITE 1234 fd:01:99 0 EOF";
        assert_eq!(held(waits, "fd:01:99"), None);
    }

    #[test]
    fn the_holder_of_a_lock_file_is_this_process() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(LOCK_FILE);
        let file = File::create(&path).unwrap();
        assert_eq!(holder(&path), None);
        file.lock().unwrap();
        assert_eq!(holder(&path), Some(rustix::process::getpid()));
    }

    fn holds_what_it_locks(folder: &Path) {
        let path = folder.join(LOCK_FILE);
        let file = File::create(&path).unwrap();
        file.lock().unwrap();
        assert_eq!(holder(&path), Some(rustix::process::getpid()));
    }

    /// There a file's device is that of a layer, as it is that of a subvolume on btrfs.
    #[test]
    fn the_holder_is_found_where_a_file_has_another_device_than_its_file_system() {
        if let Some(folder) = std::env::var_os(ON_OVERLAY) {
            return holds_what_it_locks(folder.as_ref());
        }
        let overlay = "cd \"$1\" && mkdir lower layer folder \
            && mount -t tmpfs none lower && mount -t tmpfs none layer \
            && mkdir layer/upper layer/work && mount -t overlay none folder \
                -o lowerdir=lower,upperdir=layer/upper,workdir=layer/work";
        let on_overlay = |then: &str| {
            let place = tempfile::tempdir().unwrap();
            let script = format!("{overlay} && {then}");
            let mut command = Command::new("unshare");
            command.args(["--user", "--map-root-user", "--mount", "sh", "-c"]);
            command.arg(script).arg("sh").arg(place.path());
            let program = std::env::current_exe().unwrap();
            command.arg(program).arg("the_holder_is_found_where");
            command.env(ON_OVERLAY, place.path().join("folder"));
            command.output().unwrap()
        };
        if !on_overlay("true").status.success() {
            eprintln!("not checked: this system lets nobody mount an overlay");
            return;
        }
        let output = on_overlay("exec \"$2\" \"$3\"");
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(text.contains("1 passed"), "{text}");
    }

    #[test]
    fn the_device_of_a_mount_is_that_of_its_file_system() {
        let mounts = "22 27 0:21 / /proc rw - proc proc rw\n\
                      86 65 0:39 /@home /home rw,relatime shared:1 - btrfs /dev/sda rw,subvol=/@home\n";
        assert_eq!(device_of(mounts, 86), Some((0, 39)));
        assert_eq!(device_of(mounts, 65), None);
    }
}
