//! The settings that live in the vault.

use serde::{Deserialize, Serialize};

/// The settings that live in the vault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SettingsView {
    /// Minutes without use after which the vault locks; 0 means never.
    pub auto_lock_minutes: u32,
    /// Whether the vault locks before the machine sleeps.
    pub lock_on_suspend: bool,
    /// Whether the vault locks when the screen or the session is locked.
    pub lock_on_screen_lock: bool,
    /// Seconds after which the clipboard helper clears a copied value.
    pub clipboard_seconds: u32,
    /// Days before a due moment at which a reminder comes.
    pub lead_times: Vec<u32>,
    /// Start of the quiet hours, local, `HH:MM`.
    pub quiet_from: String,
    /// End of the quiet hours, local, `HH:MM`.
    pub quiet_to: String,
    /// Whether notices may name credentials while the vault is unlocked.
    pub names_in_notices: bool,
    /// What a launch does with an expired credential.
    pub expired: ExpiredPolicy,
    /// Hours for which a replaced value stays the previous one.
    pub grace_hours: u32,
    /// Days for which entries of the log are kept; 0 keeps all.
    pub audit_keep_days: u32,
}

/// What a launch does with an expired credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum ExpiredPolicy {
    /// Inject without a word.
    Allow,
    /// Inject and say so.
    Warn,
    /// Refuse.
    Refuse,
}
