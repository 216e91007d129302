//! The socket that a vault names: where its agent listens, for a client whose environment leads
//! to another place (cron, a sleep hook, `su`).
//!
//! What is written there is not believed: file, folder and socket must be private and mine, and
//! the listener must be the process that holds the vault, as the kernel reports.

use std::fs::Metadata;
use std::io::{self, Read as _};
use std::os::unix::ffi::OsStringExt as _;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use keyhaven_protocol::paths::{MAX_SOCKET_PATH, VaultPaths, socket_note};
use rustix::fs::OFlags;

use super::peer::own_peer;
use crate::lock_holder::holder_of;

/// Connects to the process that holds the vault, where it can be found by the vault's own word.
pub(super) fn connect(place: &VaultPaths) -> Option<(UnixStream, PathBuf)> {
    let holder = holder_of(place)?;
    let socket = read(&socket_note(&place.folder)).filter(|socket| is_private(socket))?;
    let stream = UnixStream::connect(&socket).ok()?;
    (own_peer(&stream).ok()? == holder).then_some((stream, socket))
}

/// The path in the note, if it is a private file of mine; a link or FIFO is not followed.
fn read(note: &Path) -> Option<PathBuf> {
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let mut options = std::fs::OpenOptions::new();
    options.read(true).custom_flags(flags.bits().cast_signed());
    let file = options.open(note).ok()?;
    let found = file.metadata().ok()?;
    if !found.is_file() || found.nlink() != 1 || !is_mine(&found, 0o600) {
        return None;
    }
    let mut bytes = Vec::new();
    let most = MAX_SOCKET_PATH as u64 + 1;
    file.take(most).read_to_end(&mut bytes).ok()?;
    let path = PathBuf::from(std::ffi::OsString::from_vec(bytes));
    path.is_absolute().then_some(path)
}

/// Whether this is a socket of mine in a folder that nobody else may enter.
fn is_private(socket: &Path) -> bool {
    let look = |path: &Path| -> io::Result<Metadata> { std::fs::symlink_metadata(path) };
    let folder = socket.parent().map(look);
    let folder = folder
        .is_some_and(|found| found.is_ok_and(|found| found.is_dir() && is_mine(&found, 0o700)));
    folder
        && look(socket).is_ok_and(|found| found.file_type().is_socket() && is_mine(&found, 0o600))
}

fn is_mine(found: &Metadata, mode: u32) -> bool {
    found.uid() == rustix::process::geteuid().as_raw() && found.mode() & 0o777 == mode
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File, Permissions};
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use std::os::unix::net::UnixListener;

    use super::*;

    fn mode(path: &Path, mode: u32) {
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }

    /// A vault that this process holds, with a socket elsewhere on which it listens.
    struct Vault {
        place: VaultPaths,
        socket: PathBuf,
        _lock: File,
        _listener: UnixListener,
        home: tempfile::TempDir,
    }

    impl Vault {
        fn held() -> Self {
            let home = tempfile::tempdir().unwrap();
            let (vault, run) = (home.path().join("vault"), home.path().join("run"));
            for folder in [&vault, &run] {
                fs::create_dir(folder).unwrap();
                mode(folder, 0o700);
            }
            let lock = File::create(vault.join("lock")).unwrap();
            lock.lock().unwrap();
            let socket = run.join("a.sock");
            let listener = UnixListener::bind(&socket).unwrap();
            mode(&socket, 0o600);
            let place = VaultPaths::new(&vault, Some(&home.path().join("other"))).unwrap();
            let vault = Self {
                place,
                socket,
                _lock: lock,
                _listener: listener,
                home,
            };
            vault.note(vault.socket.as_os_str().as_encoded_bytes());
            vault
        }

        fn note(&self, bytes: &[u8]) {
            let note = socket_note(&self.place.folder);
            let _ = fs::remove_file(&note);
            fs::write(&note, bytes).unwrap();
            mode(&note, 0o600);
        }

        fn found(&self) -> Option<PathBuf> {
            connect(&self.place).map(|(_, socket)| socket)
        }
    }

    #[test]
    fn the_agent_is_found_by_the_word_of_its_vault() {
        let vault = Vault::held();
        assert_eq!(vault.found(), Some(vault.socket.clone()));
        fs::remove_file(socket_note(&vault.place.folder)).unwrap();
        assert_eq!(vault.found(), None);
    }

    #[test]
    fn a_note_that_is_not_private_is_not_read() {
        let vault = Vault::held();
        let note = socket_note(&vault.place.folder);
        for open in [0o644, 0o620, 0o700] {
            mode(&note, open);
            assert_eq!(vault.found(), None, "{open:o}");
        }
        mode(&note, 0o600);
        let other = vault.home.path().join("note");
        fs::hard_link(&note, &other).unwrap();
        assert_eq!(vault.found(), None);
        fs::remove_file(&note).unwrap();
        symlink(&other, &note).unwrap();
        assert_eq!(vault.found(), None);
        // The control: the same bytes as a separate file.
        vault.note(&fs::read(&other).unwrap());
        assert!(vault.found().is_some());
    }

    #[test]
    fn a_socket_that_others_may_reach_is_not_connected_to() {
        let vault = Vault::held();
        mode(&vault.socket, 0o666);
        assert_eq!(vault.found(), None);
        mode(&vault.socket, 0o600);
        mode(vault.socket.parent().unwrap(), 0o755);
        assert_eq!(vault.found(), None);
    }

    #[test]
    fn what_is_no_path_of_a_socket_leads_nowhere() {
        let vault = Vault::held();
        let long = vec![b'/'; 4096];
        let file = vault.home.path().join("run/file");
        fs::write(&file, "").unwrap();
        mode(&file, 0o600);
        let link = vault.home.path().join("run/link");
        symlink(&vault.socket, &link).unwrap();
        let paths = [&file, &link].map(|path| path.as_os_str().as_encoded_bytes());
        for bytes in paths
            .into_iter()
            .chain([b"".as_slice(), b"run/a.sock", b"/\0", &long])
        {
            vault.note(bytes);
            assert_eq!(vault.found(), None, "{bytes:?}");
        }
    }

    /// Somebody else's process may listen where the note says: it is not the one that holds the
    /// vault.
    #[test]
    fn only_the_process_that_holds_the_vault_is_its_agent() {
        let vault = Vault::held();
        let script = "use Fcntl qw(:flock); open(my $f, '>>', shift) or die; \
                      flock($f, LOCK_EX) or die; $| = 1; print \"held\\n\"; <STDIN>;";
        vault._lock.unlock().unwrap();
        let mut other = std::process::Command::new("perl")
            .args(["-e", script])
            .arg(vault.place.folder.join("lock"))
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let output = io::BufReader::new(other.stdout.take().unwrap());
        io::BufRead::read_line(&mut { output }, &mut line).unwrap();
        assert_eq!(line, "held\n");
        assert_eq!(vault.found(), None);
        drop(other.stdin.take());
        other.wait().unwrap();
        vault._lock.lock().unwrap();
        assert!(vault.found().is_some());
    }
}
