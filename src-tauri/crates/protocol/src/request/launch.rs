//! What a launch is asked with: where its variables come from, which of them, under which
//! names, and what its owner overrides for this once.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::settings::ExpiredPolicy;
use crate::view::Claimed;

/// See [`SecretOut::Resolve`](super::SecretOut::Resolve).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ResolveRequest {
    /// Where the variables come from.
    pub source: LaunchSource,
    /// Which of them, and what besides.
    pub choice: Choice,
    /// What the policies would not let in.
    pub overrides: Overrides,
    /// What it gets as files; only for processes that live on ([`LaunchPurpose::Run`],
    /// [`LaunchPurpose::Shell`]), and as long as they live.
    #[serde(default)]
    pub files: Vec<WantedFile>,
    /// Variables that the client replaces by the paths of files it makes itself: their values
    /// need not fit an environment.
    #[serde(default)]
    pub replaced: Vec<String>,
    /// What the system leaves for the variables of a new program, where one follows: more is
    /// refused before anything is released.
    #[serde(default)]
    pub room: Option<ExecRoom>,
    /// For what, for the log.
    pub purpose: LaunchPurpose,
    /// Which helper it is for ([`LaunchPurpose::Helper`]), for the log too.
    #[serde(default)]
    pub helper: Option<HelperCall>,
    /// What is about to be started.
    pub claimed: Claimed,
    /// [`LaunchPlanView::fingerprint`](crate::view::LaunchPlanView::fingerprint) of what its
    /// owner has confirmed; anything else is refused.
    #[serde(default)]
    pub expect: Option<String>,
}

impl ResolveRequest {
    /// A request for all that a source gives, as variables.
    #[must_use]
    pub fn new(source: LaunchSource, purpose: LaunchPurpose) -> Self {
        Self {
            source,
            choice: Choice::default(),
            overrides: Overrides::default(),
            files: Vec::new(),
            replaced: Vec::new(),
            room: None,
            purpose,
            helper: None,
            claimed: Claimed::default(),
            expect: None,
        }
    }
}

/// What the system allows for arguments and environment of a new program, in bytes as the kernel
/// counts them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ExecRoom {
    /// What they may take together.
    pub limit: u64,
    /// What arguments and inherited variables take.
    pub used: u64,
    /// What each inherited variable takes that a variable of the launch can replace.
    pub inherited: BTreeMap<String, u64>,
}

impl ExecRoom {
    /// Inherited variables that are named at most.
    pub const MOST_INHERITED: usize = 4096;
}

/// See [`Query::LaunchPlan`](super::Query::LaunchPlan).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct LaunchPlanRequest {
    /// Where the variables come from.
    pub source: LaunchSource,
    /// Which of them, and what besides.
    pub choice: Choice,
    /// What the policies would not let in.
    pub overrides: Overrides,
}

/// The one source of a launch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub enum LaunchSource {
    /// Every credential of an environment under its own variables.
    Environment {
        /// The project.
        project: String,
        /// The environment.
        environment: String,
    },
    /// A directory file that was allowed.
    ProjectFile {
        /// Its absolute path.
        path: String,
        /// Its content as it was read, once.
        content: String,
        /// Replaces the file's own environment.
        environment: Option<String>,
    },
    /// A saved way to launch.
    Profile {
        /// Its name.
        name: String,
    },
    /// Nothing but what the choice names.
    References {
        /// The project of relative references.
        project: Option<String>,
        /// Their environment.
        environment: Option<String>,
        /// The template that names them, where its owner has trusted it: what was renamed since
        /// is refused, and its keys of a higher tier enter if that was allowed with it.
        #[serde(default)]
        template: Option<LaunchFile>,
    },
}

/// Which variables of its source a launch gets, under which names, and what besides. The
/// empty choice is all of the source, as it is.
///
/// The client writes each reference as [`crate::Reference`] reads it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct Choice {
    /// Only variables filled by these credentials or fields; empty means all.
    pub only: Vec<String>,
    /// No variable filled by these.
    pub except: Vec<String>,
    /// Stands before the name of each variable of the source.
    pub prefix: String,
    /// References, each with a variable's name; each takes the place of the variable that the
    /// source fills with it alone.
    pub renamed: Vec<Assignment>,
    /// Texts with references in them, as in a directory file.
    pub set: Vec<Assignment>,
}

/// A variable and what fills it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct Assignment {
    /// The variable.
    pub variable: String,
    /// A reference, or a text.
    pub text: String,
}

/// A reference of which a program gets a file; the variable gets the path. It takes the place
/// of the variable that the source fills with it alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WantedFile {
    /// The variable, and the reference.
    pub given: Assignment,
    /// What it is.
    pub kind: FileKind,
}

/// What a program finds at the path of a file that it gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// A file in memory.
    File,
    /// A FIFO, which gives its content once.
    Fifo,
}

/// See [`Query::EndRunning`](super::Query::EndRunning).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct EndRunningRequest {
    /// The process, as it is listed.
    pub pid: u32,
}

/// What the owner of the vault says for this launch, whatever the policies say. The log
/// keeps it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct Overrides {
    /// What to do with an expired credential.
    pub expired: Option<ExpiredPolicy>,
    /// Credentials of a higher tier may enter.
    pub production: bool,
}

/// For what variables are resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LaunchPurpose {
    /// `kh run`.
    Run,
    /// `kh shell`.
    Shell,
    /// `kh env`.
    Env,
    /// `kh inject`.
    Inject,
    /// `kh hook`.
    Hook,
    /// `kh credential-process`, `kh git-credential`, `kh askpass`.
    Helper,
}

/// A helper of another program, and the server it asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HelperCall {
    /// Which one.
    pub kind: HelperKind,
    /// The server's host, where the program names one.
    pub host: Option<String>,
}

/// The commands that give a credential to a program which asks in its own way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HelperKind {
    /// `kh git-credential`.
    GitCredential,
    /// `kh askpass`.
    Askpass,
    /// `kh credential-process`.
    CredentialProcess,
}

impl HelperKind {
    /// The command, as it is typed.
    #[must_use]
    pub const fn command(self) -> &'static str {
        match self {
            Self::GitCredential => "git-credential",
            Self::Askpass => "askpass",
            Self::CredentialProcess => "credential-process",
        }
    }
}

/// See [`Query::StartFailed`](super::Query::StartFailed).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct StartFailedRequest {
    /// [`LaunchView::release`](crate::view::LaunchView::release) of the launch, released to this connection.
    #[cfg_attr(any(test, feature = "ts"), ts(type = "number"))]
    pub release: u64,
}

/// See [`Query::IsOutdated`](super::Query::IsOutdated).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct IsOutdatedRequest {
    /// [`LaunchView::release`](crate::view::LaunchView::release) of the launch; another client
    /// may have made it.
    #[cfg_attr(any(test, feature = "ts"), ts(type = "number"))]
    pub release: u64,
    /// [`LaunchView::released_at`](crate::view::LaunchView::released_at) of it.
    #[cfg_attr(any(test, feature = "ts"), ts(type = "string"))]
    pub released_at: Timestamp,
    /// The directory file of the launch, where it is asked whether it is trusted as it was.
    #[serde(default)]
    pub file: Option<LaunchFile>,
}

/// A directory file or template by its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub struct LaunchFile {
    /// Its absolute path.
    pub path: String,
    /// The SHA-256 of its content, in lower-case hex.
    pub sha256: String,
}
