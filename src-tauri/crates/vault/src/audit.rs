//! What an entry of the audit log says. The chain that protects it is in `store::audit`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Who did it, as the kernel observed it while the agent answered `Hello`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// User id.
    pub uid: u32,
    /// Process id.
    pub pid: u32,
    /// Start time of the process in clock ticks since boot; with the pid it is unique.
    pub start_time: u64,
    /// Path of its executable, or the name of the process where the path is hidden.
    pub program: String,
    /// How the program is known; entries from before this was noted have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_by: Option<ProgramEvidence>,
}

/// How it is known which program asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProgramEvidence {
    /// By the kernel's handle of the process that connected, and its executable.
    Handle,
    /// By the number of that process, and its executable: the kernel gives no handle.
    Number,
    /// By the name that the process gives itself: its executable is hidden.
    Name,
    /// It is the agent itself.
    Agent,
}

/// What the client claimed about itself, unproved.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimedFacts {
    /// The program to be run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
    /// The working directory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub directory: Option<String>,
    /// The profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
}

/// When something is done, and by whom: every write carries it into its audit entry.
#[derive(Debug, Clone)]
pub struct AuditContext {
    /// The time of the action.
    pub now: Timestamp,
    /// Observed.
    pub actor: Actor,
    /// Claimed.
    pub claimed: ClaimedFacts,
}

macro_rules! actions {
    ($($(#[$doc:meta])* $variant:ident = $text:literal,)*) => {
        /// What was done. The text is what the log stores; texts are never reused.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Action {
            $($(#[$doc])* #[serde(rename = $text)] $variant,)*
        }

        impl Action {
            /// As stored, such as `credential.add`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// Every action.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// From its stored text.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

actions! {
    /// The vault was made.
    Created = "vault.create",
    /// Unlocked with the password.
    Unlocked = "vault.unlock",
    /// Unlocked with the recovery key.
    Recovered = "vault.unlock_recovery",
    /// An older copy was opened although it is old.
    OldCopyAccepted = "vault.old_copy",
    /// What had been seen of the vault on this machine was gone or not what was written.
    LastSeenLost = "vault.last_seen_lost",
    /// The tables were brought to a later form.
    Migrated = "vault.migrate",
    /// The session before did not end with a lock: a kill, a crash or a power loss.
    UncleanStop = "vault.unclean_stop",
    /// Locked.
    Locked = "vault.lock",
    /// The master password was changed.
    PasswordChanged = "vault.password",
    /// A new recovery key was made; the old one opens nothing any more.
    RecoveryChanged = "vault.recovery_key",
    /// Unlocked with the key that the login keychain keeps.
    UnlockedByLogin = "vault.unlock_login",
    /// The login keychain may open the vault.
    LoginAllowed = "vault.login_on",
    /// And no longer.
    LoginForbidden = "vault.login_off",
    /// A new vault key: everything before this entry was carried over from the epoch before.
    Rekeyed = "vault.rekey",
    /// A credential was added.
    Added = "credential.add",
    /// A new value.
    ValueSet = "credential.set",
    /// Metadata.
    Edited = "credential.edit",
    /// A new name.
    Renamed = "credential.rename",
    /// Another place.
    Moved = "credential.move",
    /// To the trash.
    Removed = "credential.remove",
    /// From the trash.
    Restored = "credential.restore",
    /// Gone for good.
    Erased = "credential.erase",
    /// An older version is current again.
    RolledBack = "credential.rollback",
    /// Never to be used again.
    Revoked = "credential.revoke",
    /// Reminders quieted.
    Snoozed = "credential.snooze",
    /// Its provider was asked whether it is alive.
    Checked = "credential.check",
    /// A new value was stored, to replace the current one in stages.
    RotationStarted = "rotation.start",
    /// The new value became the current one.
    RotationPromoted = "rotation.promote",
    /// The replaced value was revoked at its provider.
    RotationFinished = "rotation.finish",
    /// The new value was erased before it was used.
    RotationAborted = "rotation.abort",
    /// The replaced value is current again.
    RotationUndone = "rotation.undo",
    /// A provider is about to be asked for a new key.
    RotationCreating = "rotation.create",
    /// A provider is about to be asked to end the replaced key.
    RotationRevoking = "rotation.revoke",
    /// An automatic rotation waits for a person.
    RotationHalted = "rotation.halt",
    /// An automatic rotation ended before there was a new value.
    RotationDropped = "rotation.drop",
    /// Credentials came from a file.
    Imported = "import.apply",
    /// Another tier.
    TierSet = "environment.tier",
    /// An empty environment was removed.
    EnvironmentRemoved = "environment.remove",
    /// Settings changed.
    SettingsChanged = "settings.change",
    /// A project file is trusted.
    FileAllowed = "file.allow",
    /// And no longer.
    FileDenied = "file.deny",
    /// A profile was saved.
    ProfileAdded = "profile.add",
    /// And changed.
    ProfileEdited = "profile.edit",
    /// And removed for good.
    ProfileRemoved = "profile.remove",
    /// The oldest entries of the log were cut off, as the settings say.
    AuditCut = "audit.cut",
    /// A backup was written.
    BackedUp = "backup.write",
    /// A backup took the place of the vault.
    BackupRestored = "backup.restore",
    /// What could still be read of a damaged vault became this one.
    Salvaged = "vault.salvage",
    /// Values went to a launch.
    Launched = "use.launch",
    /// A program that was to get values could not be started.
    LaunchFailed = "use.launch_failed",
    /// A value was printed or shown.
    Shown = "use.show",
    /// A value was copied.
    Copied = "use.copy",
    /// Values left as a file or as text for a shell.
    Exported = "use.export",
    /// A wrong password or recovery key.
    PasswordRefused = "refused.password",
    /// A credential of a higher tier was not let in.
    TierRefused = "refused.tier",
    /// A project file or template was not trusted.
    UntrustedRefused = "refused.untrusted",
    /// An expired credential was not let in.
    ExpiredRefused = "refused.expired",
    /// A revoked credential was not let in.
    RevokedRefused = "refused.revoked",
    /// A credential lacked the scope that a profile asks for.
    ScopeRefused = "refused.scope",
    /// A program cannot be given a variable.
    VariableRefused = "refused.variable",
}

impl Action {
    /// The part of its text before the dot, such as `credential`.
    #[must_use]
    pub fn family(self) -> &'static str {
        let text = self.as_str();
        text.split_once('.').map_or(text, |(family, _)| family)
    }

    /// What counts as a use of the credentials it names.
    pub(crate) const USES: [Self; 4] = [Self::Launched, Self::Shown, Self::Copied, Self::Exported];

    /// Whether it counts as a use of the credentials it names.
    #[must_use]
    pub fn is_use(self) -> bool {
        Self::USES.contains(&self)
    }
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditOutcome {
    /// It was done.
    Done,
    /// Values were handed out; what became of them afterwards is not known.
    Released,
    /// It was refused or failed.
    Failed,
}

impl AuditOutcome {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Released => "released",
            Self::Failed => "failed",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "done" => Some(Self::Done),
            "released" => Some(Self::Released),
            "failed" => Some(Self::Failed),
            _ => None,
        }
    }
}

/// Names and numbers that explain an action, by key. Never a value of a credential.
pub type Detail = BTreeMap<String, String>;

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Counts from 1 without gaps.
    pub sequence: u64,
    /// When.
    pub at: Timestamp,
    /// Observed.
    pub actor: Actor,
    /// Claimed.
    pub claimed: ClaimedFacts,
    /// What.
    pub action: Action,
    /// Which records.
    pub subjects: Vec<Uuid>,
    /// What came of it.
    pub outcome: AuditOutcome,
    /// Version of the keys in `detail`; 1 so far.
    pub detail_version: u32,
    /// Explanations.
    pub detail: Detail,
}

impl AuditEntry {
    /// The entry of the release that this one takes back: what it was for did not start, so it
    /// counts as no use.
    #[must_use]
    pub fn release_taken_back(&self) -> Option<u64> {
        let taken_back =
            self.action == Action::LaunchFailed && self.detail.contains_key(TAKEN_BACK);
        let release = self.detail.get(RELEASE).filter(|_| taken_back);
        release.and_then(|text| text.parse().ok())
    }
}

/// The detail of a launch that failed: its release counts as no use. Entries from before this was
/// noted have none, and the count of their releases stays.
pub(crate) const TAKEN_BACK: &str = "uncounted";
/// The detail that names the entry of the release.
pub(crate) const RELEASE: &str = "release";

/// The detail that names a version which became current, though it was not stored just then.
pub(crate) const VERSION: &str = "version";
/// Names in an entry what a provider said of a key.
pub const CHECK_STATE: &str = "state";

/// Which entries to read, newest first.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// Only entries about this record.
    pub subject: Option<Uuid>,
    /// Only this action.
    pub action: Option<Action>,
    /// Not before.
    pub since: Option<Timestamp>,
    /// Not after.
    pub until: Option<Timestamp>,
    /// Only entries below this sequence: the way to the next page.
    pub before: Option<u64>,
    /// Only entries above this sequence; those below are not even looked at.
    pub after: Option<u64>,
    /// At most so many; 0 means 100, and 1,000 is the most.
    pub limit: usize,
}

/// A piece of the log.
#[derive(Debug, Clone)]
pub struct AuditPage {
    /// Newest first.
    pub entries: Vec<AuditEntry>,
    /// Give this as `before` for the next page; `None` at the end.
    pub next: Option<u64>,
}
