//! Leaves the path of the socket in the vault's folder, so that a client with another runtime
//! folder finds the agent. It is a hint: the client checks who listens there.
//!
//! Only who holds the vault's lock writes or removes it.

use std::io::{self, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use keyhaven_protocol::paths::socket_note;

/// Writes it; what is in its place is replaced, never followed. Where it cannot be written, only
/// clients with the same runtime folder find the agent.
pub(crate) fn leave(folder: &Path, socket: &Path) {
    let _ = write(folder, socket);
}

/// Writes it where it is gone.
pub(crate) fn keep(folder: &Path, socket: &Path) {
    if !socket_note(folder).exists() {
        leave(folder, socket);
    }
}

/// Removes it.
pub(crate) fn remove(folder: &Path) {
    // One that stays leads to a socket on which nobody listens.
    let _ = std::fs::remove_file(socket_note(folder));
}

fn write(folder: &Path, socket: &Path) -> io::Result<()> {
    let note = socket_note(folder);
    match std::fs::remove_file(&note) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    let mut file = options.open(&note)?;
    file.write_all(socket.as_os_str().as_bytes())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn the_note_is_private_and_follows_no_link() {
        let folder = tempfile::tempdir().unwrap();
        let (note, other) = (socket_note(folder.path()), folder.path().join("other"));
        std::fs::write(&other, "untouched").unwrap();
        std::os::unix::fs::symlink(&other, &note).unwrap();
        leave(folder.path(), Path::new("/run/a.sock"));
        let found = std::fs::symlink_metadata(&note).unwrap();
        let private = (found.is_file(), found.permissions().mode() & 0o777);
        assert_eq!(private, (true, 0o600));
        assert_eq!(std::fs::read(&note).unwrap(), b"/run/a.sock");
        assert_eq!(std::fs::read(&other).unwrap(), b"untouched");
        remove(folder.path());
        assert!(!note.exists());
    }
}
