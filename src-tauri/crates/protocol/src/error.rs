//! Errors the agent answers and the clients raise: a closed list of typed codes.
//!
//! Each has a stable [`Code`], each code one exit status ([`Code::exit_status`]). The texts are
//! in the crate `messages`, under `error-CODE`, and are made where they are shown. No variant
//! can hold a value of a credential.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::finding::Damage;
use crate::problem::{Expected, PathFault, Problem};
use keyhaven_rules::Tier;
use keyhaven_rules::due::Moment;

/// Why a file is not trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
pub enum UntrustedReason {
    /// Its owner has never said anything about it.
    New,
    /// Another content of it is trusted.
    Changed,
    /// Its owner has denied it, and not trusted it since.
    Denied,
}

macro_rules! errors {
    ($($(#[$doc:meta])* $name:ident $({ $($(#[$fdoc:meta])* $field:ident: $type:ty,)* })? = $status:literal,)*) => {
        /// What went wrong, with the parameters of its text. Its `Display` is its code.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
        #[serde(tag = "code", rename_all = "snake_case")]
        #[error("{}", self.code().name())]
        #[cfg_attr(any(test, feature = "ts"), derive(ts_rs::TS))]
        pub enum Error {
            $($(#[$doc])* $name $({ $($(#[$fdoc])* $field: $type,)* })?,)*
        }

        /// The stable name of an error, for scripts.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Code {
            $($(#[$doc])* $name,)*
        }

        impl Error {
            /// The stable name of this error.
            #[must_use]
            pub const fn code(&self) -> Code {
                match self { $(Self::$name { .. } => Code::$name,)* }
            }
        }

        impl Code {
            /// Every code, in the order of this list.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The names of its parameters, for the test of its text.
            #[must_use]
            pub const fn parameters(self) -> &'static [&'static str] {
                match self { $(Self::$name => &[$($(stringify!($field)),*)?],)* }
            }

            /// The stable word for it.
            #[must_use]
            pub fn name(self) -> String {
                match serde_json::to_value(self) {
                    Ok(serde_json::Value::String(name)) => name,
                    _ => String::new(),
                }
            }

            /// The exit status of a command that ends with this error.
            #[must_use]
            pub const fn exit_status(self) -> u8 {
                match self { $(Self::$name => $status,)* }
            }
        }
    };
}

errors! {
    // 1: the request could not be carried out
    /// The password opens no slot (or the header and its checksum were altered).
    WrongPassword = 1,
    /// The recovery key is typed correctly, but opens nothing here.
    WrongRecoveryKey = 1,
    /// The checksum within the recovery key does not match: a typing error.
    MistypedRecoveryKey = 1,
    /// The folder holds no vault yet.
    NoVault { /// The vault folder.
        folder: String, } = 1,
    /// The folder holds something that is not a vault.
    NotAVault { /// The file in question.
        path: String, } = 1,
    /// The vault was written by a newer program.
    NewerVault { /// The vault's format.
        vault: u32, /// The newest format this program reads.
        program: u32, } = 1,
    /// This copy of the vault is older than one seen here before.
    OlderCopy { /// How many user changes are missing.
        changes: u32, } = 1,
    /// A folder or file has the wrong owner, mode or type.
    UnsafePath { /// The path.
        path: String, /// What is wrong with it.
        problem: Problem, } = 1,
    /// The path of the agent's socket is longer than the system allows.
    LongSocketPath { /// The path.
        path: String, } = 1,
    /// The system refused a file operation.
    Io { /// The path.
        path: String, /// The system's text.
        system: String, } = 1,
    /// No space is left for the change; nothing was written.
    DiskFull = 1,
    /// The header asks for key derivation outside the accepted bounds.
    KdfRefused { /// What is out of bounds.
        problem: Problem, } = 1,
    /// The machine has not enough memory for the key derivation.
    NotEnoughMemory { /// How much was needed, in MiB.
        needed_mib: u32, } = 1,
    /// The password is empty or too short.
    WeakPassword { /// The least number of characters.
        minimum: u32, } = 1,
    /// A change that weakens protection needs the master password.
    PasswordNeeded = 1,
    /// The vault that a restore would replace can be opened, so its owner has to agree.
    PresentProofNeeded = 1,
    /// The password does not open the vault that a restore would replace.
    WrongPresentPassword = 1,
    /// The clipboard could not be reached.
    NoClipboard { /// Why.
        problem: Problem, } = 1,
    /// The login keychain could not be used.
    NoKeychain { /// Why.
        problem: Problem, } = 1,
    /// A value cannot be given as a file.
    NoPrivateFile { /// Why.
        problem: Problem, } = 1,
    /// The request was cancelled by its client.
    Cancelled = 1,
    /// No backup could be written; what was to follow it was not done.
    BackupFailed { /// Why.
        cause: Box<Error>, } = 1,
    /// The file is something else than a backup.
    NotABackup { /// The file.
        path: String, } = 1,
    /// A foreign file could not be read.
    Malformed { /// The file as the user named it.
        file: String, /// Line, from 1.
        line: u32, /// Column, from 1.
        column: u32, /// What was expected there.
        expected: Expected, } = 1,
    /// Another agent already holds this vault.
    AgentRunning = 1,
    /// An environment that is to be removed has credentials.
    EnvironmentNotEmpty { /// The project.
        project: String, /// The environment.
        environment: String, /// How many.
        credentials: u32, } = 1,
    /// An environment that is to be removed has credentials in the trash.
    EnvironmentHasTrash { /// The project.
        project: String, /// The environment.
        environment: String, /// Their names.
        names: Vec<String>, } = 1,
    /// An environment that is to be removed has profiles.
    EnvironmentHasProfiles { /// The project.
        project: String, /// The environment.
        environment: String, /// Their names.
        profiles: Vec<String>, } = 1,
    /// A program cannot be given a variable.
    VariableRefused { /// The variable.
        variable: String, /// A reference to what sets it; none where a file or an option names it.
        credential: Option<String>, /// Why not.
        problem: Box<Problem>, } = 1,
    /// The new value of a rotation is not in use yet, so the old one is still needed.
    NotPromoted { /// The credential.
        name: String, } = 1,
    /// Another value than that of its rotation is in use since.
    RotationOvertaken { /// The credential.
        name: String, } = 1,
    /// A version becomes current only by its rotation.
    VersionPending { /// The credential.
        name: String, /// Which.
        version: u32, } = 1,
    // 2: wrong usage
    /// A name, value or option is not acceptable.
    Invalid { /// What is wrong with it.
        problem: Problem, } = 2,
    /// A backup was to lie in the vault's own folder.
    BackupInVault { /// The file.
        path: String, } = 2,
    /// A credential has several fields and none was named.
    FieldNeeded { /// The credential.
        name: String, /// Its fields.
        fields: Vec<String>, } = 2,
    // 3
    /// The vault is locked.
    Locked = 3,
    /// The vault was locked during an import, which was rolled back.
    ImportStopped = 3,
    // 4: no such thing
    /// There is no such credential.
    NoCredential { /// As it was named.
        name: String, /// A similar name that exists.
        similar: Option<String>, } = 4,
    /// There is no such project.
    NoProject { /// As it was named.
        project: String, /// A similar name that exists.
        similar: Option<String>, } = 4,
    /// There is no such environment.
    NoEnvironment { /// The project.
        project: String, /// As it was named.
        environment: String, /// The names of those that the project has.
        known: Option<String>, } = 4,
    /// There is no such profile.
    NoProfile { /// As it was named.
        name: String, /// A similar name that exists.
        similar: Option<String>, } = 4,
    /// The credential has no such field.
    NoField { /// The credential.
        name: String, /// As it was named.
        field: String, /// Its fields.
        fields: Vec<String>, } = 4,
    /// The credential has no such version, or its value was erased.
    NoVersion { /// The credential.
        name: String, /// As it was named.
        version: u32, } = 4,
    /// No rotation of the credential is open.
    NoRotation { /// The credential.
        name: String, } = 4,
    // 5: exists already, or changed meanwhile
    /// A rotation of the credential is open already.
    RotationOpen { /// The credential.
        name: String, /// Since when.
        #[cfg_attr(any(test, feature = "ts"), ts(type = "string"))] since: Timestamp, } = 5,
    /// The new value of a rotation is the one in use.
    SameValue { /// The credential.
        name: String, } = 5,
    /// A vault exists already.
    VaultExists { /// The vault folder.
        folder: String, } = 5,
    /// A new vault is not put into a folder that holds something else.
    FolderNotEmpty { /// The folder.
        folder: String, } = 5,
    /// A credential of that name exists already.
    Exists { /// Its name.
        name: String, } = 5,
    /// Another credential of the environment fills that variable.
    VariableTaken { /// The variable.
        variable: String, /// The credential that fills it.
        by: String, } = 5,
    /// A new name can be taken for another one next to it.
    Lookalike { /// The new name.
        name: String, /// The one there is.
        existing: String, } = 5,
    /// The record was changed since it was read.
    Changed { /// Its name.
        name: String, } = 5,
    /// A launch would be given something else than what its owner has confirmed.
    LaunchChanged = 5,
    /// An import would overwrite credentials of another origin; nothing was written.
    ImportConflict { /// The credentials in the way.
        names: Vec<String>, } = 5,
    // 6: refused by a policy
    /// The credential is revoked.
    Revoked { /// Its name.
        name: String, } = 6,
    /// A version is revoked, and so never current again.
    VersionRevoked { /// The credential.
        name: String, /// Which.
        version: u32, } = 6,
    /// The credential is expired and the settings refuse it.
    Expired { /// Its name.
        name: String, } = 6,
    /// A credential of a higher tier does not enter this launch.
    TierRefused { /// The credential.
        name: String, /// Its tier.
        tier: Tier, /// The launch's tier.
        launch: Tier, } = 6,
    /// A credential has none of the scopes that its profile asks for.
    ScopeMissing { /// The credential.
        name: String, /// A reference to it.
        credential: String, /// The scopes of which it needs one.
        needs: Vec<String>, } = 6,
    /// The directory file or template is not trusted.
    Untrusted { /// Its path.
        path: String, /// What is known about it.
        reason: UntrustedReason, } = 6,
    /// A directory file names a credential that got its name after the file was trusted: another
    /// one may have had it then.
    KeyRenamed { /// The credential.
        name: String, /// The file.
        path: String, } = 6,
    /// A trusted directory file lives in production, which its owner has not let it in.
    ProductionNotAllowed { /// Its path.
        path: String, } = 6,
    /// A snooze ends at the expiry, and that is not later than now.
    SnoozePastExpiry { /// The credential.
        name: String, /// When it expires or expired.
        expires: Moment, } = 6,
    /// The older values of a credential leave no room for a new one: that would discard one.
    WouldDiscard { /// The credential.
        name: String, /// The oldest version that would lose its values.
        version: u32, /// Until when it was the current one.
        #[cfg_attr(any(test, feature = "ts"), ts(type = "string"))] until: Timestamp, } = 6,
    /// The backups next to the vault that have to stay leave no room for another one.
    BackupsFull { /// Their folder.
        folder: String, } = 6,
    /// A variable changes how programs load code.
    LoaderVariable { /// The variable.
        variable: String, /// A reference to what sets it; none where a file or an option names it.
        #[serde(default)] credential: Option<String>, } = 6,
    // 7: damaged or tampered
    /// The vault's header is damaged in both copies.
    DamagedHeader { /// What is wrong with it.
        damage: Damage, } = 7,
    /// The vault's data is damaged or was tampered with.
    DamagedData { /// What is wrong with it.
        damage: Damage, } = 7,
    /// A backup is not what was written.
    DamagedBackup { /// The file.
        path: String, /// What is wrong with it.
        damage: Damage, } = 7,
    /// The files of the unlocked vault were removed or replaced: only the agent's memory has it.
    VaultGone { /// The vault folder.
        folder: String, } = 7,
    // 8: no agent
    /// No agent could be reached or started.
    NoAgent { /// Why.
        problem: Problem, } = 8,
    /// An agent holds the vault, but its socket cannot be reached from here.
    AgentUnreachable { /// Its process.
        pid: i32, } = 8,
    /// The agent is of another version and the vault is unlocked.
    AgentVersion { /// The agent's version.
        agent: String, /// The client's version.
        client: String, } = 8,
    /// Something else listens on the socket, or the connection broke.
    BrokenAgent { /// What was seen.
        problem: Problem, } = 8,
    // 70
    /// A defect in Keyhaven.
    Defect { /// Where, in words without data.
        place: String, } = 70,
}

impl Error {
    /// A name, value or option that is not acceptable.
    #[must_use]
    pub const fn invalid(problem: Problem) -> Self {
        Self::Invalid { problem }
    }

    /// The system refused something with a file.
    #[must_use]
    pub fn io(path: &std::path::Path, error: &std::io::Error) -> Self {
        PathFault::io(path, error).into()
    }

    /// A folder or file that is not safe to use.
    #[must_use]
    pub fn unsafe_path(path: &std::path::Path, problem: Problem) -> Self {
        PathFault::unsafe_path(path, problem).into()
    }

    /// A defect in Keyhaven, named by its place.
    #[must_use]
    pub fn defect(place: &str) -> Self {
        Self::Defect {
            place: place.into(),
        }
    }
}

impl From<PathFault> for Error {
    fn from(fault: PathFault) -> Self {
        match fault {
            PathFault::Io { path, system } => Self::Io { path, system },
            PathFault::UnsafePath { path, problem } => Self::UnsafePath {
                path,
                problem: *problem,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn a_path_fault_is_written_as_the_error_that_it_stands_for() {
        let path = Path::new("/run/keyhaven");
        let denied = std::io::Error::from_raw_os_error(13);
        for fault in [
            PathFault::io(path, &denied),
            PathFault::unsafe_path(path, Problem::NotAFolder),
        ] {
            let error = serde_json::to_value(Error::from(fault.clone())).unwrap();
            assert_eq!(serde_json::to_value(fault).unwrap(), error);
        }
    }
}
