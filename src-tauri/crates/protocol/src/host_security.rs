//! What strengthens or weakens the vault's protection on this machine. The crate `client` looks
//! at the machine.

use serde::Serialize;

/// What was found on this machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HostSecurityView {
    /// Whether there is swap; none where that is not known.
    pub swap: Option<bool>,
    /// Whom the Linux Security Module Yama lets debug whom; without it, every program may
    /// debug its own user's others.
    pub ptrace_scope: Option<String>,
    /// The vault's folder, and the socket with its own.
    pub files: Vec<FileSecurityView>,
    /// The display that a copied value goes to.
    pub clipboard: ClipboardKind,
}

/// Who may use a file or folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileSecurityView {
    /// Which file or folder.
    pub what: VaultFileKind,
    /// Its path.
    pub path: String,
    /// Whether only its owner, who is me, may use it.
    pub rights: FileRights,
}

/// A file or folder of the vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum VaultFileKind {
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
pub enum FileRights {
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
pub enum ClipboardKind {
    /// There is none.
    None,
    /// X11.
    X11,
    /// Wayland.
    Wayland,
}
