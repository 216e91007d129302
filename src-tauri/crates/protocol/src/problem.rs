//! What exactly is wrong, as a closed list of codes with typed parameters.
//!
//! An [`Error`](crate::Error) says which kind of failure it is and decides the exit status; its
//! `problem` says why. The texts are in the crate `messages`, under `problem-CODE`. A parameter
//! named `system` is the text of the operating system or of a library. No variant can hold a
//! value of a credential.

use std::path::Path;

use crate::accepted_value::AcceptedValue;
use crate::coded::coded;
use keyhaven_rules::Tier;
use keyhaven_rules::names::NameFault;
pub use keyhaven_rules::{EXPECTED, Expected};
use serde::{Deserialize, Serialize};

coded! {
    /// Why something was refused or failed.
    Problem as PROBLEMS {
        // Files and folders
        /// A symbolic link.
        Symlink,
        /// Not a regular file.
        NotRegularFile,
        /// Not a folder.
        NotAFolder,
        /// Not a socket.
        NotASocket,
        /// A path without a folder.
        NoParentFolder,
        /// The owner is another user.
        OtherOwner { /** The user's id. */ uid: u32 },
        /// The permissions are wider or narrower than they must be.
        WrongMode { /** Octal. */ found: String, /** Octal. */ wanted: String },
        // Why uses may be missing from the log after an unclean stop
        /// There is no record of the last use.
        UsesRecordMissing,
        /// The record of the last use is damaged.
        UsesRecordDamaged,
        /// The machine was restarted since.
        UsesOtherBoot,
        /// The vault is on another mount or device since.
        UsesOtherResidence,
        /// The disk had reported an error.
        UsesDiskError,
        /// Others can write to it.
        WritableByOthers,
        /// A group that is not private to its owner can write to it.
        WritableByGroup { /** Its name. */ group: String, /** The file's mode, octal. */ mode: String },
        /// The file is too large.
        FileTooLarge { /** KiB. */ limit_kib: u32 },
        /// The path is not UTF-8.
        PathNotUtf8,
        /// The content is not UTF-8.
        NotUtf8,
        /// A path is relative.
        RelativePath { /** As it was given. */ path: String },
        /// `KEYHAVEN_HOME` is relative.
        RelativeHome,
        /// `HOME` is not set to an absolute path.
        NoHome,
        /// The operating system or a library refused.
        System { /** Its text. */ system: String },
        // Key derivation: parameters beyond the accepted bounds (RFC 9106)
        /// Memory.
        KdfMemory { /** KiB. */ kib: u32 },
        /// Passes.
        KdfPasses { /** How many. */ passes: u32 },
        /// Lanes.
        KdfLanes { /** How many. */ lanes: u32 },
        /// Memory times passes.
        KdfWork { /** KiB times passes. */ work: u64 },
        /// Length of the salt.
        KdfSalt { /** Bytes. */ bytes: u32 },
        // Clipboard, keychain, private files
        /// The client has no display.
        NoDisplay,
        /// The display does not answer.
        DisplaySilent,
        /// A helper process could not be started.
        HelperNotStarted { /** Why. */ system: String },
        /// A helper process ended before it had answered.
        HelperEnded,
        /// The value is not text.
        ValueNotText,
        /// No session bus was found.
        NoSessionBus,
        /// The keychain did not answer in time.
        KeychainSilent,
        /// No Secret Service answers.
        NoSecretService,
        /// The keychain is locked.
        KeychainLocked,
        /// The keychain has no key of this vault.
        KeychainEmpty,
        /// What the keychain keeps does not unlock this vault.
        KeychainKeyUnknown,
        /// The process that asked cannot be observed.
        ProcessNotObservable,
        /// The private files of all running programs are too large together.
        PrivateFilesTooLarge,
        /// Too many pipes wait for a reader.
        TooManyPipes,
        /// No folder in memory can be used.
        NoMemoryFolder,
        /// Every folder in memory was refused.
        MemoryFoldersRefused { /** Why, one for each. */ cause: Vec<PathFault> },
        // Agent and connection
        /// The program `keyhaven-agent` is missing.
        ProgramMissing { /** Where it should be. */ path: String },
        /// The agent started, but its socket does not answer.
        SocketSilent,
        /// Another agent holds the vault, but its socket does not answer.
        OtherAgentSilent { /** The socket. */ socket: String },
        /// The agent did not report in time.
        AgentSilent,
        /// The agent ended without a report.
        AgentEnded,
        /// The agent did not end.
        AgentDoesNotEnd { /** Its process id. */ pid: i32 },
        /// The socket could not be connected to.
        SocketRefused { /** The socket. */ socket: String, /** Why. */ system: String },
        /// The agent serves another vault.
        OtherVault,
        /// The socket belongs to another user's process.
        OtherUser,
        /// This process has too many connections.
        TooManyConnections,
        /// Too many passwords wait to be checked.
        TooManyAttempts,
        /// The connection was closed.
        ConnectionClosed,
        /// A length in a frame is beyond its bound.
        FrameTooLarge { /** Which length. */ what: String, /** Asked for. */ size: u64, /** The bound. */ limit: u64 },
        /// The head of a frame is malformed.
        FrameMalformed,
        /// A frame lacks a segment.
        SegmentMissing { /** Its index. */ segment: u32 },
        /// No greeting came within five seconds.
        GreetingLate,
        /// The first frame was not a greeting.
        GreetingMissing,
        /// A second greeting.
        GreetingTwice,
        /// The id of a request is zero or in use.
        RequestId,
        /// Too many requests are open on one connection.
        TooManyRequests { /** The limit. */ limit: u32 },
        /// An answer is larger than a frame.
        AnswerTooLarge { /** Which length. */ what: String, /** It has. */ size: u64, /** The bound. */ limit: u64 },
        // Names, values and fields
        /// A name that no project may have.
        BadProjectName { /** What is wrong with it. */ fault: NameFault },
        /// A name that no environment may have.
        BadEnvironmentName { /** What is wrong with it. */ fault: NameFault },
        /// A name that no credential may have.
        BadCredentialName { /** What is wrong with it. */ fault: NameFault },
        /// A name that no field may have.
        BadFieldName { /** What is wrong with it. */ fault: NameFault },
        /// A name that no profile may have.
        BadProfileName { /** What is wrong with it. */ fault: NameFault },
        /// Not a name of an environment variable (POSIX.1-2017, 8.1).
        BadVariable { /** As it was given, escaped; none where it is not known. */ variable: Option<String> },
        /// A value that no environment can carry.
        NulInValue,
        /// A variable that is longer than the system allows.
        VariableTooLong { /** Bytes with its name. */ bytes: u64, /** The limit. */ limit: u64 },
        /// The largest variable of a launch whose arguments and environment are too large together.
        EnvironmentTooLarge { /** Bytes in all, as the kernel counts. */ bytes: u64, /** The limit. */ limit: u64, /** Bytes of the variable. */ largest: u64 },
        /// Two values for one variable.
        VariableTwice { /** The variable. */ variable: String },
        /// A value is too long.
        ValueTooLong { /** Of what, where it is known. */ name: Option<String>, /** Bytes, where known. */ bytes: Option<u64> },
        /// The values of a credential are too long together.
        ValuesTooLong { /** The credential, where it is known. */ name: Option<String>, /** Most MiB. */ limit_mib: u32 },
        /// A credential has no field or too many.
        FieldCount { /** The credential. */ name: Option<String> },
        /// A field has no value.
        FieldWithoutValue { /** The credential. */ name: String, /** The field. */ field: String },
        /// A value for a field that is not there.
        ValueWithoutField { /** The credential. */ name: String, /** The field. */ field: String },
        /// An edit would add or remove fields.
        FieldsDiffer { /** The credential. */ name: String },
        /// Something stands twice.
        Duplicate { /** What. */ name: String },
        /// The metadata is too long.
        MetadataTooLong { /** The credential. */ name: Option<String> },
        /// A text that is stored, longer than it may be.
        TextTooLong { /** A word for it. */ text: String, /** Bytes. */ limit: u32 },
        /// An interval outside its bounds.
        IntervalOutOfRange { /** Least days. */ minimum: u32, /** Most days. */ maximum: u32 },
        /// Never rotated, without a reason.
        NeverWithoutReason { /** The credential. */ name: Option<String> },
        /// Never rotated, and yet with an interval or a rotation date.
        NeverWithRotation { /** The credential. */ name: Option<String> },
        /// Not a day, an instant, or a time from today.
        BadDate { /** As it was given. */ text: String },
        /// A time counted in minutes, where months were probably meant.
        SpanInMinutes { /** How many. */ count: u32 },
        /// Not a time in days, weeks, months or years.
        BadSpan { /** As it was given. */ text: String },
        /// Not an address or network.
        BadAddress { /** As it was given. */ text: String },
        /// There are as many profiles as a vault can have.
        TooManyProfiles { /** The limit. */ limit: u32 },
        /// There are as many trusted files as a vault can have.
        TooManyTrustedFiles { /** The limit. */ limit: u32 },
        /// A name that a profile gives to a key that is not there: a key of that name would be
        /// used by it unasked.
        NameInProfile { /** The name. */ name: String, /** The profile. */ profile: String },
        /// The tier that was given is not the environment's.
        EnvironmentHasTier { /** Its project. */ project: String, /** Its name. */ environment: String, /** Its tier. */ tier: Tier, /** The one that was given. */ wanted: Tier },
        /// A credential is not in the trash.
        NotInTrash { /** The credential. */ name: String },
        // Passwords
        /// The password is empty.
        EmptyPassword,
        /// The password is not UTF-8.
        PasswordNotUtf8,
        // Settings and filters
        /// A value that a setting does not accept.
        SettingValue { /** Its name. */ setting: String, /** What it accepts. */ accepted: AcceptedValue },
        /// Not an action of the audit log.
        UnknownAction { /** As it was given. */ action: String, /** What may have been meant. */ actions: Vec<String> },
        // References, templates, launches
        /// A reference has no scheme.
        ReferenceScheme,
        /// A reference has the wrong number of parts.
        ReferenceParts,
        /// A part of a reference is empty or not valid.
        ReferencePart,
        /// A template cannot be read.
        BadTemplate { /** The variable it fills. */ variable: String, /** What was expected. */ expected: Expected },
        /// A value does not fit into a text, since it is not UTF-8.
        TemplateValueNotText { /** The variable. */ variable: String },
        /// A filter cannot write a value.
        TemplateValueNoForm { /** The variable. */ variable: String, /** The filter. */ filter: String },
        /// A project file names no environment.
        NoEnvironmentNamed { /** The file. */ path: String },
        /// A credential sets no variable of the launch.
        SetsNoVariable { /** A reference to the credential. */ name: String },
        /// A launch would get more values than one answer can hold.
        TooManyVariables { /** Its environment, where it has one. */ location: Option<String>, /** How many. */ count: u32, /** The limit. */ limit: u32 },
        /// A launch has too many references.
        TooManyReferences { /** How many. */ count: u32, /** The limit. */ limit: u32 },
        /// The values of a launch are too large together.
        LaunchTooLarge { /** Its environment, where it has one. */ location: Option<String>, /** Most MiB. */ limit_mib: u32 },
        /// Files need a program that stays.
        FilesNeedProgram,
        /// Too many files for one program.
        TooManyFiles { /** The limit. */ limit: u32 },
        /// The process has ended, or received no key.
        ProcessNotRunning,
        /// A release of another connection.
        ReleaseUnknown,
        /// A fingerprint that is not 64 lower-case hex digits.
        BadSha256,
        /// There is no command to run.
        NoCommand,
        /// The command holds a NUL byte.
        CommandNul,
        /// The command is too long.
        CommandTooLong { /** Most bytes. */ limit: u32 },
        /// The command and its profile are too long to be confirmed.
        ConfirmationTooLong,
        /// A variable that changes how programs load code.
        LoaderVariableInProfile { /** The variable. */ variable: String },
        /// A plain text that looks like a key.
        TextLooksLikeKey { /** The variable. */ variable: String, /** What it looks like. */ kind: String },
        /// No terminal program was found.
        NoTerminal { /** Known ones. */ programs: Vec<String> },
        /// The launch is not in the list any more.
        LaunchGone,
        /// The profile is not there any more.
        ProfileGone,
        /// The folder was not chosen in this window.
        FolderNotChosen,
        // Imports, backups, the vault's folder
        /// An import is too large.
        ImportTooLarge { /** Most records. */ records: u32, /** Most MiB of values. */ mib: u32 },
        /// Other imports use the room there is.
        ImportsBusy,
        /// Items of an import are in conflict.
        ImportConflicts { /** How many. */ count: u32 },
        /// The file of an import was closed.
        ImportClosed,
        /// The vault must be locked first.
        LockFirst,
        /// The folder of a vault holds a file with the highest number a vault can have.
        NumbersUsedUp { /** The folder. */ folder: String },
        // The window
        /// A request that this window may not make.
        RequestNotAllowed,
        /// A prompt that opens only where it is needed.
        PromptNotOpenable,
        /// A prompt whose work is not done yet.
        NothingToFinish,
        /// A prompt of another kind.
        OtherPrompt,
    }
}

impl Problem {
    /// The operating system or a library refused.
    #[must_use]
    pub fn system(error: &std::io::Error) -> Self {
        Self::System {
            system: system_text(error),
        }
    }
}

/// Why a file or folder cannot be used: an [`Error`](crate::Error) about a path that another
/// problem can name as its cause. It has the code, form and text of that error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub enum PathFault {
    /// The system refused something with it.
    Io {
        /// The path.
        path: String,
        /// The text of the system.
        system: String,
    },
    /// It is not safe to use.
    UnsafePath {
        /// The path.
        path: String,
        /// What is wrong with it.
        problem: Box<Problem>,
    },
}

impl PathFault {
    /// The system refused something with a file.
    #[must_use]
    pub fn io(path: &Path, error: &std::io::Error) -> Self {
        Self::Io {
            path: path.display().to_string(),
            system: system_text(error),
        }
    }

    /// A folder or file that is not safe to use.
    #[must_use]
    pub fn unsafe_path(path: &Path, problem: Problem) -> Self {
        Self::UnsafePath {
            path: path.display().to_string(),
            problem: Box::new(problem),
        }
    }
}

/// The text of the operating system, without the number of its error.
#[must_use]
pub fn system_text(error: &std::io::Error) -> String {
    let text = error.to_string();
    match text.rsplit_once(" (os error ") {
        Some((text, _)) => text.into(),
        None => text,
    }
}
