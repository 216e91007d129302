//! The one list of requests, in three enums whose types decide who may ask.
//!
//! [`Query`] carries no secret either way, [`Submit`] carries one in and none out,
//! [`Plain`] brings one out. The main window's commands exist for the first two only.
//! A request type names its answer ([`Ask::Answer`]); a secret is a [`Segment`] index
//! into the frame's segments.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::care::{
    BackUpRequest, BackUpToRequest, BackupView, BackupsRequest, LogView, RestoreBackupRequest,
    RestoredView, SalvageRequest, SalvageView, VerifyLogRequest, VerifyRequest, VerifyView,
};
use crate::frame::Segment;
pub use crate::protection::ProtectionRequest;
use crate::protection::ProtectionView;
use crate::view::{
    AuditEntryView, CredentialRow, CredentialView, DueView, EnvironmentView, FieldKind, FieldView,
    HistoryView, ImportReport, LaunchView, Moment, RunningView, SettingsView, StatusView, Tier,
    TrustedFileView,
};

mod keys;
mod launch;
mod profile;

pub use keys::{
    ChangePasswordRequest, KeyDerivationView, LoginKeychainView, NewRecoveryKeyRequest, Proof,
    RecoverRequest, RekeyRequest, RekeyView, SetLoginKeychainRequest,
};
pub use launch::{
    Assignment, Choice, EndRunningRequest, FileKind, LaunchPurpose, LaunchSource, Overrides,
    ResolveRequest, WantedFile,
};
pub use profile::{
    AddProfileRequest, EditProfileRequest, Profile, ProfileRequest, ProfileView,
    RemoveProfileRequest,
};

/// A request that knows its answer and its place in the list.
pub trait Ask: Sized {
    /// What the agent answers.
    type Answer: Answer;
    /// The request as it stands in a frame.
    fn into_call(self) -> Call;
}

/// An answer; a long one goes over several frames.
pub trait Answer: Serialize + DeserializeOwned {
    /// Cuts the answer into parts that usually fit a frame's head.
    fn split(self) -> Vec<Self> {
        vec![self]
    }

    /// Takes the second half off a part that does not fit after all; none where there is
    /// nothing to cut.
    fn halve(&mut self) -> Option<Self> {
        None
    }

    /// Takes up the next part.
    fn merge(&mut self, _next: Self) {}
}

/// Rows per frame: about half a MiB of JSON for the widest row.
const ROWS_PER_FRAME: usize = 500;

impl<T: Serialize + DeserializeOwned> Answer for Vec<T> {
    fn split(self) -> Vec<Self> {
        if self.len() <= ROWS_PER_FRAME {
            return vec![self];
        }
        // Each row is moved once, however many there are.
        let mut parts = Vec::with_capacity(self.len() / ROWS_PER_FRAME + 1);
        let mut rows = self.into_iter();
        while rows.len() > 0 {
            parts.push(rows.by_ref().take(ROWS_PER_FRAME).collect());
        }
        parts
    }

    fn halve(&mut self) -> Option<Self> {
        (self.len() > 1).then(|| self.split_off(self.len() / 2))
    }

    fn merge(&mut self, next: Self) {
        self.extend(next);
    }
}

impl Answer for ImportReport {
    fn split(self) -> Vec<Self> {
        let applied = self.applied;
        let parts = self.items.split().into_iter();
        parts.map(|items| Self { items, applied }).collect()
    }

    fn halve(&mut self) -> Option<Self> {
        let applied = self.applied;
        self.items.halve().map(|items| Self { items, applied })
    }

    fn merge(&mut self, next: Self) {
        self.items.merge(next.items);
    }
}

/// Only the log grows without bound: an entry names every credential of its launch.
impl Answer for HistoryView {
    fn halve(&mut self) -> Option<Self> {
        let uses = self.uses.halve()?;
        Some(Self {
            credential: self.credential.clone(),
            versions: Vec::new(),
            uses,
        })
    }

    fn merge(&mut self, next: Self) {
        self.versions.extend(next.versions);
        self.uses.extend(next.uses);
    }
}

macro_rules! answers {
    ($($answer:ty),* $(,)?) => { $(impl Answer for $answer {})* };
}

answers!(
    (),
    bool,
    u32,
    StatusView,
    ProtectionView,
    CredentialView,
    SettingsView,
    LaunchView,
    ProfileView,
    ValueView,
    RecoveryKeyView,
    KeyDerivationView,
    LoginKeychainView,
    RekeyView,
    HelloAnswer
);

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
    #[cfg_attr(test, derive(ts_rs::TS))]
    Query {
        /// The state of the vault and the agent. Never counts as use.
        Status(StatusRequest) -> StatusView,
        /// What is and is not protected, as far as the agent knows.
        Protection(ProtectionRequest) -> ProtectionView,
        /// Living credentials.
        List(ListRequest) -> Vec<CredentialRow>,
        /// One credential, whole but for its values.
        Show(ShowRequest) -> CredentialView,
        /// Versions and uses of one credential.
        History(HistoryRequest) -> HistoryView,
        /// What is or will be due, soonest first.
        Due(DueRequest) -> Vec<DueView>,
        /// All environments of all projects.
        Environments(EnvironmentsRequest) -> Vec<EnvironmentView>,
        /// Changes an environment's tier; creates the environment when it is new.
        SetTier(SetTierRequest) -> (),
        /// Replaces what is known about a credential, not its values.
        Edit(EditRequest) -> CredentialView,
        /// Moves a credential to the trash.
        Remove(RemoveRequest) -> (),
        /// Takes a credential back from the trash.
        Restore(RestoreRequest) -> CredentialView,
        /// Erases for good what lies in the trash; how many credentials.
        EmptyTrash(EmptyTrashRequest) -> u32,
        /// Quiets the reminders of a credential.
        Snooze(SnoozeRequest) -> (),
        /// The audit log, newest first.
        Audit(AuditRequest) -> Vec<AuditEntryView>,
        /// Checks the log from its beginning to its end.
        VerifyLog(VerifyLogRequest) -> LogView,
        /// The automatic backups, newest first.
        Backups(BackupsRequest) -> Vec<BackupView>,
        /// Writes a backup beside the vault.
        BackUp(BackUpRequest) -> BackupView,
        /// Writes a backup into a file.
        BackUpTo(BackUpToRequest) -> BackupView,
        /// The settings that live in the vault.
        Settings(SettingsRequest) -> SettingsView,
        /// How the master password's key is derived; also while locked.
        KeyDerivation(KeyDerivationRequest) -> KeyDerivationView,
        /// Whether the login keychain may open the vault; also while locked.
        LoginKeychain(LoginKeychainRequest) -> LoginKeychainView,
        /// Opens the vault with what the login keychain keeps, where its owner allowed that.
        UnlockByLogin(UnlockByLoginRequest) -> StatusView,
        /// Puts a value on the clipboard of the display that asked, through the helper.
        Copy(CopyRequest) -> (),
        /// Trusts exactly this content of a directory file.
        Trust(TrustRequest) -> (),
        /// Withdraws the trust in a directory file.
        Distrust(DistrustRequest) -> (),
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
        /// Locks the vault.
        Lock(LockRequest) -> (),
        /// Locks the vault and ends the agent.
        Stop(StopRequest) -> (),
    }

    /// A secret in, none out.
    Submit {
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
        /// Previews or writes an import.
        Import(ImportRequest) -> ImportReport,
        /// Checks the whole vault, open or locked, and changes nothing.
        Verify(VerifyRequest) -> VerifyView,
        /// Changes settings; a weaker lock needs the password.
        Configure(ConfigureRequest) -> SettingsView,
    }

    /// A secret out. Never reachable from the main window.
    Plain {
        /// Creates the vault; the answer holds the recovery key.
        Init(InitRequest) -> RecoveryKeyView,
        /// Makes a new recovery key; the old one opens nothing any more.
        NewRecoveryKey(NewRecoveryKeyRequest) -> RecoveryKeyView,
        /// Encrypts everything under a new vault key, with a new password and a new recovery
        /// key; tells how far it is, and can be given up.
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
    Submit(Submit),
    /// Secret out.
    Plain(Plain),
    /// Gives up the request of that id; its answer is an error `cancelled`, or came before.
    Cancel(u32),
}

impl Call {
    /// The request's stable name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Hello(_) => "Hello",
            Self::Query(query) => query.name(),
            Self::Submit(submit) => submit.name(),
            Self::Plain(plain) => plain.name(),
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
}

macro_rules! empty_requests {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
        #[cfg_attr(test, derive(ts_rs::TS))]
        pub struct $name {}
    )* };
}

empty_requests!(
    /// See [`Query::Status`].
    StatusRequest,
    /// See [`Query::Environments`].
    EnvironmentsRequest,
    /// See [`Query::Settings`].
    SettingsRequest,
    /// See [`Query::KeyDerivation`].
    KeyDerivationRequest,
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
    /// See [`Query::EmptyTrash`].
    EmptyTrashRequest,
    /// See [`Query::Lock`].
    LockRequest,
    /// See [`Query::Stop`].
    StopRequest,
);

/// Which credential is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Target {
    /// By its id.
    Id(Uuid),
    /// By its place and name.
    Named {
        /// The project.
        project: String,
        /// The environment.
        environment: String,
        /// The name.
        name: String,
    },
}

/// Narrows a listing; an empty filter lists all.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ListRequest {
    /// Exactly this project.
    pub project: Option<String>,
    /// Exactly this environment.
    pub environment: Option<String>,
    /// Having this tag.
    pub tag: Option<String>,
    /// Of this provider.
    pub provider: Option<String>,
    /// Case-insensitive part of name, project, environment, provider, variable or tag.
    pub text: Option<String>,
    /// Only what is due within its lead time, overdue or expired.
    pub due: bool,
    /// Only what is expired.
    pub expired: bool,
    /// Only what was never used.
    pub unused: bool,
    /// Only what lies in the trash.
    pub removed: bool,
}

/// See [`Query::Show`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ShowRequest {
    /// The credential.
    pub target: Target,
}

/// See [`Query::History`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct HistoryRequest {
    /// The credential.
    pub target: Target,
}

/// See [`Query::Due`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DueRequest {
    /// How many days to look ahead; what is past due is always included.
    pub within_days: u32,
}

/// See [`Query::SetTier`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SetTierRequest {
    /// The project.
    pub project: String,
    /// The environment.
    pub environment: String,
    /// The new tier.
    pub tier: Tier,
}

/// Everything a person can say about a credential, but its values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Metadata {
    /// The name.
    pub name: String,
    /// Id of the catalogue's entry.
    pub provider: Option<String>,
    /// The fields in order; an edit may change variables and kinds, not add or drop fields.
    pub fields: Vec<FieldView>,
    /// Scopes at the provider.
    pub scopes: Vec<String>,
    /// Addresses or networks (CIDR) the provider accepts it from.
    pub allowed_ips: Vec<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Its quota, as the provider words it.
    pub quota: Option<String>,
    /// A page about it.
    pub url: Option<String>,
    /// A free note.
    pub note: Option<String>,
    /// Free labels.
    pub tags: Vec<String>,
    /// When the provider ends it.
    pub expires: Option<Moment>,
    /// The rotation policy in days, counted from the last new value.
    pub rotate_every_days: Option<u32>,
    /// Days before a due moment at which a reminder comes; none means the global ones.
    pub lead_times: Option<Vec<u32>>,
}

/// See [`Query::Edit`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct EditRequest {
    /// The credential.
    pub id: Uuid,
    /// The revision that was read; another one means it changed meanwhile.
    pub revision: u32,
    /// The new metadata.
    pub metadata: Metadata,
}

/// See [`Query::Remove`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RemoveRequest {
    /// The credential.
    pub id: Uuid,
    /// The revision that was read.
    pub revision: u32,
}

/// See [`Query::Restore`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RestoreRequest {
    /// The credential.
    pub id: Uuid,
}

/// See [`Query::Snooze`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SnoozeRequest {
    /// The credential.
    pub id: Uuid,
    /// The revision that was read.
    pub revision: u32,
    /// Quiet until this day; none ends the quiet. Never past the expiry.
    #[cfg_attr(test, ts(type = "string | null"))]
    pub until: Option<Date>,
}

/// See [`Query::Audit`].
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AuditRequest {
    /// About this credential.
    pub credential: Option<Target>,
    /// In this project.
    pub project: Option<String>,
    /// With this action.
    pub action: Option<String>,
    /// Not before this instant.
    #[cfg_attr(test, ts(type = "string | null"))]
    pub since: Option<Timestamp>,
    /// At most this many; zero means 200.
    pub limit: u32,
}

/// See [`Query::Copy`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CopyRequest {
    /// The credential.
    pub target: Target,
    /// The field; none means the only one.
    pub field: Option<String>,
}

/// The longest outline of a trusted file in bytes, its lines joined.
pub const MAX_OUTLINE: usize = 64 << 10;

/// See [`Query::Trust`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TrustRequest {
    /// The directory file's absolute path.
    pub path: String,
    /// SHA-256 of its content in lower-case hex.
    pub sha256: String,
    /// Whether its owner said yes to production credentials.
    pub allow_production: bool,
    /// What it asks for, a line each and without values: the log keeps it, to be compared
    /// with the next content. At most [`MAX_OUTLINE`].
    pub outline: Vec<String>,
}

/// See [`Query::Distrust`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DistrustRequest {
    /// The directory file's absolute path.
    pub path: String,
}

/// See [`Query::StartFailed`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct StartFailedRequest {
    /// [`LaunchView::release`] of the launch, released to this connection.
    #[cfg_attr(test, ts(type = "number"))]
    pub release: u64,
}

/// See [`Query::IsOutdated`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct IsOutdatedRequest {
    /// [`LaunchView::release`] of the launch, whoever was given it.
    #[cfg_attr(test, ts(type = "number"))]
    pub release: u64,
    /// [`LaunchView::released_at`] of it.
    #[cfg_attr(test, ts(type = "string"))]
    pub released_at: Timestamp,
    /// The directory file of the launch, where it is asked whether it is trusted as it was.
    #[serde(default)]
    pub file: Option<LaunchFile>,
}

/// A directory file by its content.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LaunchFile {
    /// Its absolute path.
    pub path: String,
    /// The SHA-256 of its content, in lower-case hex.
    pub sha256: String,
}

/// See [`Submit::Unlock`].
#[derive(Debug, Serialize, Deserialize)]
pub struct UnlockRequest {
    /// The master password.
    pub password: Segment,
    /// Opens a vault that is older than the one last seen here, after its owner was asked.
    pub accept_older: bool,
}

/// A value of a field that is stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FieldValue {
    /// The field's name.
    pub field: String,
    /// Its value.
    pub value: Segment,
}

/// See [`Submit::Add`].
#[derive(Debug, Serialize, Deserialize)]
pub struct AddRequest {
    /// The project; created on first use.
    pub project: String,
    /// The environment; created on first use.
    pub environment: String,
    /// The tier of a new environment whose name does not tell.
    pub tier: Option<Tier>,
    /// What is known of it.
    pub metadata: Metadata,
    /// One value per field.
    pub values: Vec<FieldValue>,
}

/// See [`Submit::Set`].
#[derive(Debug, Serialize, Deserialize)]
pub struct SetRequest {
    /// The credential.
    pub target: Target,
    /// The revision that was read; none takes whatever is there.
    pub revision: Option<u32>,
    /// New values; fields not named keep theirs.
    pub values: Vec<FieldValue>,
}

/// One record of a foreign file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ImportItem {
    /// The credential's name.
    pub name: String,
    /// The variable it fills.
    pub variable: Option<String>,
    /// Secret or plain.
    pub kind: FieldKind,
    /// The provider recognised.
    pub provider: Option<String>,
    /// The provider's usual rotation interval.
    pub rotate_every_days: Option<u32>,
    /// Stable within the environment, such as `dotenv:KEY`.
    pub source_id: String,
    /// The value.
    pub value: Segment,
}

/// See [`Submit::Import`].
#[derive(Debug, Serialize, Deserialize)]
pub struct ImportRequest {
    /// The project.
    pub project: String,
    /// The environment.
    pub environment: String,
    /// The tier of a new environment whose name does not tell.
    pub tier: Option<Tier>,
    /// The records; an import larger than a frame gathers parts on this connection.
    pub items: Vec<ImportItem>,
    /// What to do with the records gathered so far.
    pub step: ImportStep,
    /// Writes them although there can be no backup before.
    #[serde(default)]
    pub without_backup: bool,
}

/// What to do with the records of an import session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportStep {
    /// Keep them; more follow on this connection. The report is empty.
    Gather,
    /// Say what would happen, and forget them.
    Preview,
    /// Write them in one transaction, or nothing when there is a conflict.
    Apply,
}

/// See [`Submit::Configure`].
#[derive(Debug, Serialize, Deserialize)]
pub struct ConfigureRequest {
    /// The settings as they shall be.
    pub settings: SettingsView,
    /// The master password; needed for a weaker lock.
    pub password: Option<Segment>,
}

/// The least number of characters of a master password.
pub const MINIMUM_PASSWORD: u32 = 8;

/// See [`Plain::Init`].
#[derive(Debug, Serialize, Deserialize)]
pub struct InitRequest {
    /// The master password.
    pub password: Segment,
}

/// The recovery key, shown once.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecoveryKeyView {
    /// Its text in groups with a checksum.
    pub recovery_key: Segment,
}

/// See [`Plain::Get`].
#[derive(Debug, Serialize, Deserialize)]
pub struct GetRequest {
    /// The credential.
    pub target: Target,
    /// The field; none means the only one.
    pub field: Option<String>,
    /// The version; none means the current one.
    pub version: Option<u32>,
}

/// The value of one field.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ValueView {
    /// The field.
    pub field: String,
    /// Secret or plain.
    pub kind: FieldKind,
    /// Its value.
    pub value: Segment,
}

/// What a client sends: a call with its number, chosen by the client.
#[derive(Debug, Serialize, Deserialize)]
pub struct CallHead {
    /// Unique among the open calls of the connection.
    pub id: u32,
    /// The call.
    pub call: Call,
}

/// What the agent sends: exactly one of its parts is there.
///
/// An answer may come in several frames of one id, the last one marked. Events have id 0.
/// The answer is JSON of its own; a reader may borrow it from the frame.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "A: Deserialize<'de>"))]
pub struct ReplyHead<A = Box<serde_json::value::RawValue>> {
    /// The call that is answered; 0 for events.
    pub id: u32,
    /// Whether this is the end of the answer to that call.
    #[serde(default)]
    pub last: bool,
    /// An answer, or a part of one.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present"
    )]
    pub answer: Option<A>,
    /// The call failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<crate::Error>,
    /// The call goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progress: Option<crate::event::Progress>,
    /// Something happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<crate::event::Event>,
}

/// An answer that is there, also the answer `null` of a request that brings nothing.
fn present<'de, D: serde::Deserializer<'de>, A: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<A>, D::Error> {
    A::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_import_report_goes_in_parts_that_fit_and_comes_back_whole() {
        let item = |number: usize| crate::view::ImportItemView {
            name: format!("{number:0>128}"),
            variable: Some(format!("V{number:0>127}")),
            kind: FieldKind::Secret,
            provider: None,
            rotate_every_days: None,
            outcome: crate::view::ImportOutcome::New,
        };
        let report = ImportReport {
            items: (0..20_000).map(item).collect(),
            applied: true,
        };
        let mut parts = report.clone().split().into_iter();
        let mut whole = parts.next().unwrap();
        let mut largest = serde_json::to_vec(&whole).unwrap().len();
        for part in parts {
            largest = largest.max(serde_json::to_vec(&part).unwrap().len());
            whole.merge(part);
        }
        assert_eq!(whole, report);
        assert!(largest < crate::frame::MAX_HEAD / 2, "{largest}");
        let empty = ImportReport {
            items: Vec::new(),
            applied: false,
        };
        assert_eq!(empty.clone().split(), [empty]);
    }

    #[test]
    fn a_part_that_is_too_large_is_halved_down_to_one_row() {
        let mut rows = vec![1, 2, 3];
        assert_eq!(rows.halve(), Some(vec![2, 3]));
        assert_eq!((rows.halve(), rows), (None, vec![1]));
    }

    #[test]
    fn the_answer_null_is_an_answer() {
        let read = |json: &str| serde_json::from_str::<ReplyHead>(json).unwrap().answer;
        assert_eq!(
            read(r#"{"id":1,"last":true,"answer":null}"#).unwrap().get(),
            "null"
        );
        assert!(read(r#"{"id":1,"progress":{"done":1,"total":2}}"#).is_none());
    }
}
