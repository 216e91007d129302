//! What this machine adds to the agent's protection, or takes from it, as both clients look at
//! it: swap, debuggers, who may use the vault's files, and the clipboard.
//!
//! It looks and changes nothing, and needs no agent.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use rustix::process::geteuid;
use serde::Serialize;

use crate::paths::VaultPlace;
use crate::request::Session;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct MachineView {
    /// Whether there is swap; none where that cannot be told.
    pub swap: Option<bool>,
    /// Whom the Linux Security Module Yama lets debug whom; without it, every program may
    /// debug its own user's others.
    pub ptrace_scope: Option<String>,
    /// The vault's folder, and the socket with its own.
    pub files: Vec<FileView>,
    /// Where a copy goes.
    pub clipboard: Clipboard,
}

/// Who may use a file or folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct FileView {
    /// What it is.
    pub what: What,
    /// Its path.
    pub path: String,
    /// Whether only its owner, who is me, may use it.
    pub rights: Rights,
}

/// A file or folder of the vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum What {
    /// Where the vault lies.
    VaultFolder,
    /// Where the socket lies, where that is elsewhere.
    SocketFolder,
    /// The agent's socket.
    Socket,
}

/// Who may use it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Rights {
    /// I alone.
    Mine,
    /// It is not there yet.
    Missing,
    /// It is a symbolic link.
    Link,
    /// Another user, by id.
    Foreign(u32),
    /// Others as well: the mode it has, and the one it is to have.
    Open {
        /// Has.
        mode: u32,
        /// Is to have.
        wanted: u32,
    },
}

/// The display that a copy goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Clipboard {
    /// There is none.
    None,
    /// X11.
    X11,
    /// Wayland.
    Wayland,
}

/// Looks at this machine.
#[must_use]
pub fn look(place: &VaultPlace, session: &Session) -> MachineView {
    let scope = fs::read_to_string("/proc/sys/kernel/yama/ptrace_scope");
    MachineView {
        swap: fs::read_to_string("/proc/swaps")
            .ok()
            .map(|text| has_swap(&text)),
        ptrace_scope: scope.ok().map(|text| text.trim().to_owned()),
        files: files(place),
        clipboard: match (&session.wayland_display, &session.display) {
            (Some(_), _) => Clipboard::Wayland,
            (None, Some(_)) => Clipboard::X11,
            (None, None) => Clipboard::None,
        },
    }
}

/// Behind a line of headings there is one for each device.
fn has_swap(swaps: &str) -> bool {
    swaps.lines().nth(1).is_some()
}

fn files(place: &VaultPlace) -> Vec<FileView> {
    let view = |what, path: &Path, mode| FileView {
        what,
        path: path.display().to_string(),
        rights: rights(path, mode),
    };
    let mut files = vec![view(What::VaultFolder, &place.folder, 0o700)];
    let folder = place.socket.parent();
    if let Some(folder) = folder.filter(|folder| *folder != place.folder) {
        files.push(view(What::SocketFolder, folder, 0o700));
    }
    files.push(view(What::Socket, &place.socket, 0o600));
    files
}

fn rights(path: &Path, wanted: u32) -> Rights {
    let Ok(found) = fs::symlink_metadata(path) else {
        return Rights::Missing;
    };
    let (mode, owner) = (found.mode() & 0o777, found.uid());
    if found.is_symlink() {
        Rights::Link
    } else if owner != geteuid().as_raw() {
        Rights::Foreign(owner)
    } else if mode != wanted {
        Rights::Open { mode, wanted }
    } else {
        Rights::Mine
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn who_may_use_a_file_is_told_by_its_kind_and_mode() {
        let home = tempfile::tempdir().unwrap();
        let mode = |mode| fs::set_permissions(home.path(), fs::Permissions::from_mode(mode));
        mode(0o700).unwrap();
        assert_eq!(rights(home.path(), 0o700), Rights::Mine);
        mode(0o750).unwrap();
        let open = Rights::Open {
            mode: 0o750,
            wanted: 0o700,
        };
        assert_eq!(rights(home.path(), 0o700), open);
        let link = home.path().join("link");
        std::os::unix::fs::symlink(home.path(), &link).unwrap();
        assert_eq!(rights(&link, 0o700), Rights::Link);
        assert_eq!(rights(&home.path().join("none"), 0o700), Rights::Missing);
    }

    #[test]
    fn swap_is_what_the_kernel_lists() {
        let header = "Filename Type Size Used Priority\n";
        assert!(!has_swap(header));
        assert!(has_swap(&format!("{header}/swap file 1 0 -2\n")));
    }

    #[test]
    fn a_socket_in_the_vaults_folder_has_no_folder_of_its_own() {
        let place = |socket: &str| VaultPlace {
            folder: "/vault".into(),
            socket: socket.into(),
        };
        let named = |socket| files(&place(socket)).iter().map(|file| file.what).collect();
        let inside: Vec<What> = named("/vault/agent.sock");
        assert_eq!(inside, [What::VaultFolder, What::Socket]);
        let apart: Vec<What> = named("/run/agent.sock");
        assert_eq!(apart, [What::VaultFolder, What::SocketFolder, What::Socket]);
    }
}
