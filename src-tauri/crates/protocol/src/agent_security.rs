//! What is and is not protected on this machine, as far as the agent knows.

use serde::{Deserialize, Serialize};

use crate::error::Error;

/// See [`crate::request::Query::AgentSecurity`].
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct AgentSecurityRequest {}

/// What the agent knows about its protection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentSecurityView {
    /// Whether every key in memory is kept out of swap; none while locked, when there is none.
    pub keys_locked: Option<bool>,
    /// What the kernel counts as locked memory of the agent, in KiB.
    pub locked_kib: Option<u64>,
    /// The limit on it (`RLIMIT_MEMLOCK`), in KiB; none means no limit.
    pub limit_kib: Option<u64>,
    /// Whether neither debuggers nor `/proc` show the agent's memory to its own user.
    pub undumpable: bool,
    /// Whether the agent may leave a core file.
    pub core_files: bool,
    /// Whether the last notice reached a notification service.
    pub notices_work: bool,
    /// The signals of leaving that are heard now; none while locked or switched off.
    pub listening: Vec<PresenceSignal>,
    /// Whether what listens for them ended again and again, and is started no more before the
    /// next unlock.
    pub watcher_failed: bool,
    /// SQLite's version.
    pub sqlite: String,
    /// SQLCipher's version; none while locked.
    pub sqlcipher: Option<String>,
    /// The agent's version.
    pub version: String,
    /// The socket on which it listens: it may have been started in another session.
    pub socket: String,
    /// Why the vault cannot be used as it is.
    pub vault_problem: Option<Error>,
}

/// A way to hear that a person leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PresenceSignal {
    /// The machine's sleep, which waits for the lock.
    Sleep,
    /// The machine's sleep, which does not wait.
    LateSleep,
    /// The lock of the login session.
    Session,
    /// The lock of the screen.
    Screen,
}
