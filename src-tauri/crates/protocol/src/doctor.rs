//! What `kh doctor` and the window's settings report about the protection of a vault, as closed
//! lists of codes with typed parameters.
//!
//! The crate `client` decides which results apply. The texts are in the crate `messages`:
//! `doctor-check-CODE` for the name of a check, `doctor-CODE` for its result, `trigger-CODE` for
//! what locks the vault.

use serde::Serialize;

use crate::coded::{coded, judged};
use crate::error::Error;

/// How a result is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub enum DoctorState {
    /// It protects.
    Ok,
    /// It does not protect, and something can be done.
    Warning,
    /// A limit to know, or something that cannot be checked now.
    Note,
}

/// A finding with its texts as sentences, for the window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct DoctorFindingView {
    /// The check's stable id.
    pub check: &'static str,
    /// How the result is judged.
    pub state: DoctorState,
    /// The check's name.
    pub name: String,
    /// The result.
    pub message: String,
    /// What to do about it; none where nothing needs to be done.
    pub hint: Option<String>,
}

coded! {
    /// What is checked.
    DoctorCheck as DOCTOR_CHECKS {
        /// Whether the agent runs, and its version.
        Agent,
        /// Whether keys are kept out of swap.
        Memory,
        /// Whether a crash of the agent writes a core file.
        CoreFiles,
        /// Whether other programs can read the agent's memory.
        AgentMemory,
        /// What locks the vault when the user leaves.
        Presence,
        /// Whether reminders reach a notification service.
        Notifications,
        /// The versions of the database libraries.
        Database,
        /// What a guess at the password costs.
        Password,
        /// Whether this machine has swap.
        Swap,
        /// Whether programs may debug each other.
        Debuggers,
        /// Who may use the vault's folder.
        VaultFolder,
        /// Who may use the socket's folder.
        SocketFolder,
        /// Who may use the socket.
        Socket,
        /// Where copied values go.
        Clipboard,
    }
}

impl DoctorCheck {
    /// The stable id of the check, as `kh doctor --json` prints it.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Memory => "memory",
            Self::CoreFiles => "core files",
            Self::AgentMemory => "looks inside",
            Self::Presence => "leaving",
            Self::Notifications => "notices",
            Self::Database => "database",
            Self::Password => "password",
            Self::Swap => "swap",
            Self::Debuggers => "debuggers",
            Self::VaultFolder => "vault folder",
            Self::SocketFolder => "socket folder",
            Self::Socket => "socket",
            Self::Clipboard => "clipboard",
        }
    }
}

coded! {
    /// What locks the vault when the user leaves.
    LockTrigger as LOCK_TRIGGERS {
        /// The machine's sleep, which waits for the lock.
        Sleep,
        /// The machine's sleep, which does not wait.
        LateSleep,
        /// The lock of the screen.
        Screen,
        /// The lock of the login session.
        Session,
    }
}

judged! {
    /// The result of a check.
    DoctorResult as DOCTOR_RESULTS, each with its state: DoctorState {
        Ok {
            /// The agent has the version of its client.
            AgentSameVersion { /** Its version. */ version: String },
            /// Every key in memory is kept out of swap.
            KeysLocked { /** Locked memory in KiB. */ locked_kib: Option<u64> },
            /// The vault is locked.
            NoKeys,
            /// The agent writes no core file.
            NoCoreFile,
            /// Other programs cannot read the agent's memory.
            AgentMemoryPrivate,
            /// The vault locks when the user leaves.
            LocksOn { /** What locks it. */ trigger: Vec<LockTrigger> },
            /// The last reminder reached a notification service, or there was none.
            RemindersDelivered,
            /// The database libraries.
            DatabaseVersions { /** SQLite's version. */ sqlite: String, /** Unknown while locked. */ sqlcipher: Option<String> },
            /// What a guess at the password costs.
            PasswordCost {
                /** With its unit. */ memory: String,
                /** How many. */ passes: u32,
                /** How many. */ lanes: u32,
                /** How long it took, where that is known. */ seconds: Option<String>
            },
            /// No swap.
            NoSwap,
            /// Programs cannot freely debug each other.
            DebuggersRestricted { /** The kernel's `ptrace_scope`. */ scope: String },
            /// Only the user can use the file or folder.
            FilePrivate { /** Its path. */ path: String },
        }
        Warning {
            /// The agent has another version than its client.
            AgentOtherVersion { /** Its version. */ version: String, /** The client's. */ expected: String },
            /// An agent holds the vault and cannot be reached.
            AgentUnreachable { /** Its process. */ pid: i32 },
            /// Keys may be swapped to disk.
            KeysSwappable { /** The limit on locked memory in KiB, if there is one. */ limit_kib: Option<u64> },
            /// The agent may write a core file.
            CoreFile,
            /// Other programs can read the agent's memory.
            AgentMemoryReadable,
            /// The watcher for sleep and screen lock keeps stopping.
            PresenceWatcherFailed,
            /// No notification service accepted the last notification.
            ReminderLost,
            /// The vault cannot be used as it is.
            VaultUnusable { /** Why. */ cause: Box<Error> },
            /// The file or folder is a symbolic link.
            FileLink { /** Its path. */ path: String },
            /// The file or folder belongs to another user.
            FileForeign { /** Its path. */ path: String, /** The user's id. */ uid: u32 },
            /// The file or folder has the wrong mode.
            FileMode { /** Its path. */ path: String, /** Octal. */ found: String, /** Octal. */ wanted: String },
        }
        Note {
            /// No agent of this version runs.
            NoAgent,
            /// Presence is not watched while the vault is locked.
            PresenceNotWatched,
            /// No signal for sleep or screen lock is available, or all are turned off.
            NoPresenceSignal,
            /// Values in use may be swapped to disk.
            Swap,
            /// Programs can debug each other.
            DebuggersAllowed,
            /// The file or folder does not exist.
            FileMissing { /** Its path. */ path: String },
            /// No display.
            ClipboardNone,
            /// The clipboard of Wayland.
            ClipboardWayland,
            /// The clipboard of X11.
            ClipboardX11,
        }
    }
}
