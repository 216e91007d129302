//! The one list of requests, in three enums whose types decide who may ask.
//!
//! [`Query`] carries no secret either way, [`SecretIn`] carries one in and none out,
//! [`SecretOut`] brings one out. The main window's commands exist for the first two only.
//! A request type names its answer ([`Ask::Answer`]); a secret is an index into the frame's
//! segments ([`Segment`](crate::frame::Segment)).

use serde::{Deserialize, Serialize};

pub use crate::agent_security::AgentSecurityRequest;
use crate::agent_security::AgentSecurityView;
pub use crate::check::CheckRequest;
use crate::check::KeyCheckView;
pub use crate::health::HealthRequest;
use crate::health::HealthView;
use crate::maintenance::{
    BackUpRequest, BackUpToRequest, BackupView, BackupsRequest, LogView, RestoreBackupRequest,
    RestoredView, SalvageRequest, SalvageView, VerifyLogRequest, VerifyRequest, VerifyView,
};
pub use crate::proof::Proof;
use crate::settings::Settings;
use crate::view::{
    AuditEntryView, AutomaticRotationView, CredentialRow, CredentialView, DueView, EnvironmentView,
    FileTrustView, HistoryView, ImportReport, LaunchPlanView, LaunchView, RotationView,
    RunningView, StatusView, TrustedFileView,
};

mod answer;
mod credentials;
mod head;
mod import;
mod keys;
mod launch;
mod profile;
mod rotation;
mod trust;

pub use answer::Answer;
pub use credentials::{
    AddRequest, AuditRequest, CopyRequest, DueRequest, EditAllRequest, EditRequest,
    EmptyTrashRequest, EndedDates, FieldValue, GetRequest, HistoryRequest, ListRequest, Metadata,
    NextExpiry, RemoveEnvironmentRequest, RemoveRequest, RestoreRequest, RollBackRequest,
    SetRequest, SetTierRequest, ShowRequest, SnoozeRequest, Target, ValueView,
};
pub use head::{CallHead, ReplyHead};
pub use import::{ImportItem, ImportRequest, ImportStep};
pub use keys::{
    ChangePasswordRequest, CheckPasswordRequest, ConfigureRequest, InitRequest, KeyDerivationView,
    LoginKeychainView, MINIMUM_PASSWORD, NewRecoveryKeyRequest, RecoverRequest, RecoveryKeyView,
    RekeyRequest, RekeyView, SetLoginKeychainRequest, UnlockRequest,
};
pub use launch::{
    Assignment, Choice, EndRunningRequest, ExecRoom, FileKind, HelperCall, HelperKind,
    IsOutdatedRequest, LaunchFile, LaunchPlanRequest, LaunchPurpose, LaunchSource, Overrides,
    ResolveRequest, StartFailedRequest, WantedFile,
};
pub use profile::{
    AddProfileRequest, EditProfileRequest, Profile, ProfileRequest, ProfileView,
    RemoveProfileRequest,
};
pub use rotation::{
    AutomaticPart, RevokeRequest, RotateAutomaticallyRequest, RotateRequest, RotationStep,
    RotationsRequest, StartRotationRequest,
};
pub use trust::{DistrustRequest, FileTrustRequest, MAX_OUTLINE, TrustRequest};

/// A request that knows its answer and its place in the list.
pub trait Ask: Sized {
    /// What the agent answers.
    type Answer: Answer;
    /// The request as it stands in a frame.
    fn into_call(self) -> Call;
}

macro_rules! requests {
    ($(
        $(#[$meta:meta])*
        $list:ident { $($(#[$doc:meta])* $name:ident($request:ty) -> $answer:ty,)* }
    )*) => { $(
        $(#[$meta])*
        #[derive(Debug, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        // A request lives once, between a frame and its answer: a box would save nothing.
        #[allow(clippy::large_enum_variant)]
        pub enum $list { $($(#[$doc])* $name($request),)* }

        impl $list {
            /// The names of all.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($name)),*];

            /// The request's stable name, for logs and the window's surface test.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self { $(Self::$name(_) => stringify!($name),)* }
            }
        }

        $(impl Ask for $request {
            type Answer = $answer;
            fn into_call(self) -> Call { Call::$list($list::$name(self)) }
        })*
    )* };
}

requests! {
    /// No secret in, no secret out.
    #[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
    Query {
        /// The state of the vault and the agent. Never counts as use.
        Status(StatusRequest) -> StatusView,
        /// What is and is not protected, as far as the agent knows.
        AgentSecurity(AgentSecurityRequest) -> AgentSecurityView,
        /// Shows a test notification in the user's session; whether a service took it.
        TestNotification(TestNotificationRequest) -> bool,
        /// Living credentials.
        List(ListRequest) -> Vec<CredentialRow>,
        /// One credential, whole but for its values.
        Show(ShowRequest) -> CredentialView,
        /// Versions and uses of one credential.
        History(HistoryRequest) -> HistoryView,
        /// What is or will be due, soonest first.
        Due(DueRequest) -> Vec<DueView>,
        /// What is wrong with the keys, the most urgent first.
        Health(HealthRequest) -> HealthView,
        /// All environments of all projects.
        Environments(EnvironmentsRequest) -> Vec<EnvironmentView>,
        /// Changes an environment's tier; creates the environment when it is new.
        SetTier(SetTierRequest) -> (),
        /// Removes an environment without credentials.
        RemoveEnvironment(RemoveEnvironmentRequest) -> (),
        /// Replaces what is known about a credential, not its values.
        Edit(EditRequest) -> CredentialView,
        /// Replaces what is known about several credentials, of all or of none.
        EditAll(EditAllRequest) -> Vec<CredentialView>,
        /// Moves a credential to the trash.
        Remove(RemoveRequest) -> (),
        /// Takes a credential back from the trash.
        Restore(RestoreRequest) -> CredentialView,
        /// Erases for good what of these is in the trash; how many credentials.
        EmptyTrash(EmptyTrashRequest) -> u32,
        /// Makes an older version the current one again.
        RollBack(RollBackRequest) -> CredentialView,
        /// The open rotations, the oldest first.
        Rotations(RotationsRequest) -> Vec<RotationView>,
        /// The next step of an open rotation, or its end.
        Rotate(RotateRequest) -> CredentialView,
        /// A part of a rotation in which the provider makes the new key and ends the old one.
        RotateAutomatically(RotateAutomaticallyRequest) -> AutomaticRotationView,
        /// Marks a credential as revoked; at its provider it stays as it is.
        Revoke(RevokeRequest) -> CredentialView,
        /// Quiets the reminders of a credential.
        Snooze(SnoozeRequest) -> CredentialView,
        /// The audit log, newest first.
        Audit(AuditRequest) -> Vec<AuditEntryView>,
        /// Checks the log from its beginning to its end.
        VerifyLog(VerifyLogRequest) -> LogView,
        /// The automatic backups, newest first.
        Backups(BackupsRequest) -> Vec<BackupView>,
        /// Writes a backup into the vault's folder.
        BackUp(BackUpRequest) -> BackupView,
        /// Writes a backup into a file.
        BackUpTo(BackUpToRequest) -> BackupView,
        /// The settings that live in the vault.
        Settings(SettingsRequest) -> Settings,
        /// How the master password's key is derived; also while locked.
        KeyDerivation(KeyDerivationRequest) -> KeyDerivationView,
        /// Whether the login keychain may open the vault; also while locked.
        LoginKeychain(LoginKeychainRequest) -> LoginKeychainView,
        /// Opens the vault with what the login keychain keeps, where its owner allowed that.
        UnlockByLogin(UnlockByLoginRequest) -> StatusView,
        /// Puts a value on the clipboard of the display that asked, through the helper.
        Copy(CopyRequest) -> (),
        /// Asks the providers of credentials whether these are alive: values leave, to the hosts
        /// of their providers alone.
        Check(CheckRequest) -> Vec<KeyCheckView>,
        /// Trusts exactly this content of a directory file.
        Trust(TrustRequest) -> (),
        /// Withdraws the trust in a directory file.
        Distrust(DistrustRequest) -> (),
        /// What its owner has said about one content of a file.
        FileTrust(FileTrustRequest) -> FileTrustView,
        /// The trusted directory files.
        TrustedFiles(TrustedFilesRequest) -> Vec<TrustedFileView>,
        /// The saved ways to launch, by name.
        Profiles(ProfilesRequest) -> Vec<ProfileView>,
        /// One of them.
        Profile(ProfileRequest) -> ProfileView,
        /// Saves a way to launch.
        AddProfile(AddProfileRequest) -> ProfileView,
        /// Replaces what a profile says.
        EditProfile(EditProfileRequest) -> ProfileView,
        /// Removes a profile for good.
        RemoveProfile(RemoveProfileRequest) -> (),
        /// What a launch would be given, without a value. Never counts as use.
        LaunchPlan(LaunchPlanRequest) -> LaunchPlanView,
        /// Processes alive that were given credentials.
        Running(RunningRequest) -> Vec<RunningView>,
        /// Asks one of them to end (SIGTERM).
        EndRunning(EndRunningRequest) -> (),
        /// Says that a program which was given values could not be started.
        StartFailed(StartFailedRequest) -> (),
        /// Whether a credential has another value than a launch was given. Never counts as use.
        IsOutdated(IsOutdatedRequest) -> bool,
        /// Sends events to this connection from now on.
        Subscribe(SubscribeRequest) -> (),
        /// A person used the window: the time without use begins again.
        InputSeen(InputSeenRequest) -> (),
        /// Locks the vault.
        Lock(LockRequest) -> (),
        /// Locks the vault and ends the agent.
        Stop(StopRequest) -> (),
    }

    /// A secret in, none out.
    SecretIn {
        /// Opens the vault with the master password.
        Unlock(UnlockRequest) -> StatusView,
        /// Opens the vault with the recovery key.
        Recover(RecoverRequest) -> StatusView,
        /// Lets the login keychain open the vault, or no longer.
        SetLoginKeychain(SetLoginKeychainRequest) -> LoginKeychainView,
        /// Changes the master password.
        ChangePassword(ChangePasswordRequest) -> (),
        /// Stores a new credential.
        Add(AddRequest) -> CredentialView,
        /// Stores a new version; the old one becomes the previous.
        Set(SetRequest) -> CredentialView,
        /// Begins a rotation: stores a new value that is not used yet.
        StartRotation(StartRotationRequest) -> CredentialView,
        /// Previews or writes an import.
        Import(ImportRequest) -> ImportReport,
        /// Checks the whole vault, open or locked, and changes nothing.
        Verify(VerifyRequest) -> VerifyView,
        /// Whether this is the master password, before what needs its owner.
        CheckPassword(CheckPasswordRequest) -> (),
        /// Changes settings; a change that weakens protection needs the password.
        Configure(ConfigureRequest) -> Settings,
    }

    /// A secret out. Never reachable from the main window.
    SecretOut {
        /// Creates the vault; the answer holds the recovery key.
        Init(InitRequest) -> RecoveryKeyView,
        /// Makes a new recovery key; the old one opens nothing any more.
        NewRecoveryKey(NewRecoveryKeyRequest) -> RecoveryKeyView,
        /// Encrypts everything under a new vault key, with a new password and a new recovery
        /// key; reports its progress, and can be cancelled.
        Rekey(RekeyRequest) -> RekeyView,
        /// The value of one field.
        Get(GetRequest) -> ValueView,
        /// Puts a backup in the vault's place; the answer holds a new recovery key.
        RestoreBackup(RestoreBackupRequest) -> RestoredView,
        /// Writes what can still be read into a new vault; the answer holds its recovery key.
        Salvage(SalvageRequest) -> SalvageView,
        /// The variables of a launch.
        Resolve(ResolveRequest) -> LaunchView,
    }
}

/// What a client may send.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::large_enum_variant)] // As the requests in it.
pub enum Call {
    /// The first frame of a connection, and only that.
    Hello(Hello),
    /// No secret either way.
    Query(Query),
    /// Secret in.
    SecretIn(SecretIn),
    /// Secret out.
    SecretOut(SecretOut),
    /// Cancels the request of that id; its answer is an error `cancelled`, or came before.
    Cancel(u32),
}

impl Call {
    /// The request's stable name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Hello(_) => "Hello",
            Self::Query(query) => query.name(),
            Self::SecretIn(request) => request.name(),
            Self::SecretOut(request) => request.name(),
            Self::Cancel(_) => "Cancel",
        }
    }
}

/// Who calls, and which vault is meant.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Hello {
    /// [`crate::PROTOCOL`].
    pub protocol: u32,
    /// [`crate::VERSION`].
    pub version: String,
    /// The canonical path of the vault folder.
    pub vault: String,
    /// Where the caller's person sits.
    pub session: Session,
}

/// The display and bus of the person at the client, for copies and notices.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// `DISPLAY`.
    pub display: Option<String>,
    /// `XAUTHORITY`.
    pub xauthority: Option<String>,
    /// `WAYLAND_DISPLAY`.
    pub wayland_display: Option<String>,
    /// `DBUS_SESSION_BUS_ADDRESS`.
    pub bus: Option<String>,
}

impl Ask for Hello {
    type Answer = HelloAnswer;
    fn into_call(self) -> Call {
        Call::Hello(self)
    }
}

/// The agent's side of the handshake.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HelloAnswer {
    /// The agent's protocol.
    pub protocol: u32,
    /// The agent's version.
    pub version: String,
    /// The canonical path of its vault folder.
    pub vault: String,
    /// Whether the vault is locked: an older agent is replaced only then.
    pub locked: bool,
    /// Its process id.
    pub pid: u32,
    /// The setting `hook_wait_seconds`, while the vault is unlocked: needed before the first
    /// answer that is drawn from the vault.
    #[serde(default)]
    pub hook_wait_seconds: Option<u32>,
}

macro_rules! empty_requests {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
        #[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
        pub struct $name {}
    )* };
}

empty_requests!(
    /// See [`Query::Status`].
    StatusRequest,
    /// See [`Query::TestNotification`].
    TestNotificationRequest,
    /// See [`Query::Environments`].
    EnvironmentsRequest,
    /// See [`Query::Settings`].
    SettingsRequest,
    /// See [`Query::KeyDerivation`].
    KeyDerivationRequest,
    /// See [`Query::InputSeen`].
    InputSeenRequest,
    /// See [`Query::LoginKeychain`].
    LoginKeychainRequest,
    /// See [`Query::UnlockByLogin`].
    UnlockByLoginRequest,
    /// See [`Query::TrustedFiles`].
    TrustedFilesRequest,
    /// See [`Query::Profiles`].
    ProfilesRequest,
    /// See [`Query::Running`].
    RunningRequest,
    /// See [`Query::Subscribe`].
    SubscribeRequest,
    /// See [`Query::Lock`].
    LockRequest,
    /// See [`Query::Stop`].
    StopRequest,
);
