//! Looks at what strengthens or weakens the vault's protection on this machine: swap, debuggers,
//! who may use the vault's files, and the clipboard.
//!
//! Changes nothing and needs no agent.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use keyhaven_protocol::host_security::{
    ClipboardKind, FileRights, FileSecurityView, HostSecurityView, VaultFileKind,
};
use keyhaven_protocol::local_session::LocalSession;
use keyhaven_protocol::paths::VaultPaths;
use keyhaven_protocol::request::Session;
use rustix::process::geteuid;

/// Looks at this machine.
#[must_use]
pub fn look(place: &VaultPaths, session: &Session) -> HostSecurityView {
    let scope = fs::read_to_string("/proc/sys/kernel/yama/ptrace_scope");
    HostSecurityView {
        swap: fs::read_to_string("/proc/swaps")
            .ok()
            .map(|text| has_swap(&text)),
        ptrace_scope: scope.ok().map(|text| text.trim().to_owned()),
        files: files(place),
        clipboard: clipboard(&LocalSession::check(session)),
    }
}

/// As the agent would use it.
fn clipboard(session: &LocalSession) -> ClipboardKind {
    if session.has_wayland_display() {
        ClipboardKind::Wayland
    } else if session.has_display() {
        ClipboardKind::X11
    } else {
        ClipboardKind::None
    }
}

/// Behind a line of headings there is one for each device.
fn has_swap(swaps: &str) -> bool {
    swaps.lines().nth(1).is_some()
}

fn files(place: &VaultPaths) -> Vec<FileSecurityView> {
    let view = |what, path: &Path, mode| FileSecurityView {
        what,
        path: path.display().to_string(),
        rights: rights(path, mode),
    };
    let mut files = vec![view(VaultFileKind::VaultFolder, &place.folder, 0o700)];
    let folder = place.socket.parent();
    if let Some(folder) = folder.filter(|folder| *folder != place.folder) {
        files.push(view(VaultFileKind::SocketFolder, folder, 0o700));
    }
    files.push(view(VaultFileKind::Socket, &place.socket, 0o600));
    files
}

fn rights(path: &Path, wanted: u32) -> FileRights {
    let Ok(found) = fs::symlink_metadata(path) else {
        return FileRights::Missing;
    };
    let (mode, owner) = (found.mode() & 0o777, found.uid());
    if found.is_symlink() {
        FileRights::Link
    } else if owner != geteuid().as_raw() {
        FileRights::Foreign(owner)
    } else if mode != wanted {
        FileRights::Open { mode, wanted }
    } else {
        FileRights::Mine
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn who_may_use_a_file_follows_from_its_kind_and_mode() {
        let home = tempfile::tempdir().unwrap();
        let mode = |mode| fs::set_permissions(home.path(), fs::Permissions::from_mode(mode));
        mode(0o700).unwrap();
        assert_eq!(rights(home.path(), 0o700), FileRights::Mine);
        mode(0o750).unwrap();
        let open = FileRights::Open {
            mode: 0o750,
            wanted: 0o700,
        };
        assert_eq!(rights(home.path(), 0o700), open);
        let link = home.path().join("link");
        std::os::unix::fs::symlink(home.path(), &link).unwrap();
        assert_eq!(rights(&link, 0o700), FileRights::Link);
        assert_eq!(
            rights(&home.path().join("none"), 0o700),
            FileRights::Missing
        );
    }

    #[test]
    fn swap_is_what_the_kernel_lists() {
        let header = "Filename Type Size Used Priority\n";
        assert!(!has_swap(header));
        assert!(has_swap(&format!("{header}/swap file 1 0 -2\n")));
    }

    #[test]
    fn a_socket_in_the_vaults_folder_has_no_separate_folder() {
        let place = |socket: &str| VaultPaths {
            folder: "/vault".into(),
            socket: socket.into(),
        };
        let named = |socket| files(&place(socket)).iter().map(|file| file.what).collect();
        let inside: Vec<VaultFileKind> = named("/vault/agent.sock");
        assert_eq!(inside, [VaultFileKind::VaultFolder, VaultFileKind::Socket]);
        let apart: Vec<VaultFileKind> = named("/run/agent.sock");
        assert_eq!(
            apart,
            [
                VaultFileKind::VaultFolder,
                VaultFileKind::SocketFolder,
                VaultFileKind::Socket
            ]
        );
    }
}
