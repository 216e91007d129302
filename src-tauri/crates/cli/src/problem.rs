//! What `kh` itself refuses or fails at: a closed list of codes with typed parameters. The
//! texts are in the crate `messages`, under `cli-CODE`.
//!
//! A code of this list names one text. Scripts see the code next to it, which several share,
//! and its exit status. One list, so this file is long.

use std::fmt;

use keyhaven_client::messages::{self, Family};
use keyhaven_client::{Style, Text};
use keyhaven_protocol::accepted_value::AcceptedValue;
use keyhaven_protocol::problem::Expected;
use keyhaven_protocol::request::LaunchPurpose;
use keyhaven_protocol::view::{Tier, UntrustedReason};
use keyhaven_protocol::{Error, Problem};
use keyhaven_rules::days::MAX_DAYS;
use keyhaven_rules::span::SpanError;
use serde::{Deserialize, Serialize};

use crate::texts::language;

macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident $({ $($field:ident: $type:ty),* $(,)? })? = $code:literal $status:literal,)*) => {
        keyhaven_rules::coded! {
            /// What `kh` itself refuses or fails at.
            CliProblem as CLI_PROBLEMS {
                $($(#[$doc])* $name $({ $($field: $type,)* })?,)*
            }
        }

        impl CliProblem {
            /// The stable code, for scripts.
            pub const fn code(&self) -> &'static str {
                match self { $(Self::$name { .. } => $code,)* }
            }

            /// The exit status.
            pub const fn exit_status(&self) -> u8 {
                match self { $(Self::$name { .. } => $status,)* }
            }
        }
    };
}

problems! {
    // The system
    /// The system refused something that is not about a file.
    System { part: SystemPart, system: String } = "io" 1,
    /// The system returned no random bytes.
    NoRandomBytes = "failed" 1,
    /// This process cannot be hidden from other programs.
    Unprotected { system: String } = "failed" 1,
    /// A path that is to be stored or read is not UTF-8.
    PathNotUtf8 { path: String } = "failed" 1,
    /// A path that was given is not UTF-8.
    GivenPathNotUtf8 { path: String } = "usage" 2,

    // The command line
    /// A command that is planned and does not exist yet.
    PlannedCommand { command: String } = "usage" 2,
    /// An argument that is not expected. It is repeated only where it cannot be a value.
    UnexpectedArgument { argument: Option<String>, command: String, takes: String, count: usize, see: String } = "usage" 2,
    /// The same where it is the value of an option.
    OptionMeant { argument: String, meant: String, see: String } = "usage" 2,
    /// The same where a value may have been meant.
    UnexpectedValue = "usage" 2,
    /// An option takes no value.
    NoOptionValue { option: String, see: String } = "usage" 2,
    /// The parser of the command line refused something, in its own words.
    CommandLine { message: String, meant: Option<String>, see: String } = "usage" 2,
    /// `--vault` without its folder.
    NoVaultFolder = "usage" 2,
    /// There is no such topic.
    NoHelpTopic { topic: String } = "usage" 2,

    // Values of options
    /// An address or a network was expected.
    BadNetwork = "usage" 2,
    /// A host was expected.
    BadHost = "usage" 2,
    /// The address of a page was expected.
    BadUrl = "usage" 2,
    /// The name of a variable is not valid.
    BadVariable = "usage" 2,
    /// The name of a variable was expected.
    EmptyVariable = "usage" 2,
    /// A variable with its text was expected.
    BadAssignment = "usage" 2,
    /// A field was expected.
    BadField = "usage" 2,
    /// A whole number was expected.
    BadNumber = "usage" 2,
    /// A whole number from 1 on was expected.
    NumberFromOne = "usage" 2,
    /// A number between two others was expected.
    BadLength { minimum: u32, maximum: u32 } = "usage" 2,
    /// A format was expected.
    BadFormat = "usage" 2,
    /// A number of days between two others was expected.
    DaysOutOfRange { minimum: u32, maximum: u32 } = "usage" 2,
    /// A date was expected.
    BadDate = "usage" 2,
    /// A date that the calendar does not have.
    NoSuchDay = "usage" 2,
    /// A date in the past was expected.
    BadSince = "usage" 2,
    /// A span of time was expected.
    BadSpan = "usage" 2,
    /// Minutes were given where months were probably meant.
    SpanInMinutes { count: i64 } = "usage" 2,
    /// A span has a unit that is shorter than a day.
    SpanTooFine = "usage" 2,
    /// A span is too long.
    SpanTooLong { limit: u32 } = "usage" 2,

    // Input
    /// What was typed or piped is not UTF-8.
    InputNotUtf8 = "usage" 2,
    /// Two entries of a new password differ.
    PasswordsDiffer = "usage" 2,
    /// The input ended before anything was typed.
    InputEnded = "interrupted" 1,
    /// A control character or a key that is no text was typed or pasted.
    ControlCharacter = "usage" 2,
    /// The master password was wrong each time.
    WrongPasswords = "wrong_password" 1,
    /// Several lines were pasted where one is taken.
    SeveralLines = "usage" 2,
    /// The typed line is too long.
    LineTooLong = "usage" 2,
    /// No password came on stdin.
    NoPasswordOnStdin = "usage" 2,
    /// The password on stdin is not UTF-8.
    PasswordNotUtf8 = "usage" 2,
    /// Too much came on stdin.
    StdinTooLarge { limit: usize } = "usage" 2,
    /// Nobody can be asked to confirm that the trash is emptied.
    NobodyEmptiesTrash = "usage" 2,
    /// Nobody can be asked to trust a file.
    NobodyTrusts = "usage" 2,
    /// Nobody can be asked to replace the vault.
    NobodyRestores = "usage" 2,
    /// Nobody can be asked for a value.
    NobodyEntersValue = "usage" 2,
    /// Nobody can be asked for a new master password.
    NobodyChoosesPassword = "usage" 2,
    /// Nobody can be asked for the master password of a locked vault.
    NobodyUnlocks = "locked" 3,
    /// Nobody can be asked for the master password.
    NobodyEntersPassword = "usage" 2,
    /// Nobody can be asked for the old and the new password.
    NobodyChangesPassword = "usage" 2,
    /// Nobody can be asked for the password of a backup.
    NobodyEntersBackupPassword = "usage" 2,
    /// Nobody can be asked for the passwords of a salvage.
    NobodyEntersPasswords = "usage" 2,

    /// Nobody can be asked to lower a tier.
    NobodyLowersTier { location: String, credentials: u32 } = "usage" 2,
    /// A tier was not lowered.
    TierKept = "failed" 1,
    /// An environment was not removed.
    EnvironmentKept = "failed" 1,

    // Locations and references
    /// No project or environment was given.
    NoLocation = "usage" 2,
    /// The same for the references of a template.
    NoTemplateLocation { reference: String, name: String } = "usage" 2,
    /// No credential has the name that was given alone.
    NoKeyOfName { name: String, environment: Option<String>, elsewhere: Option<Vec<String>>, similar: Option<String> } = "no_credential" 4,
    /// Several credentials have the name that was given alone.
    SeveralOfName { references: Vec<String> } = "usage" 2,
    /// A project or an environment was not created.
    NotCreated { meant: String } = "failed" 1,
    /// The same for a launch, which can take them from a project file.
    NoLaunchLocation = "usage" 2,
    /// A project without an environment.
    NoEnvironmentGiven { project: Option<String>, environments: Vec<String> } = "usage" 2,
    /// A project without an environment, where they are one argument.
    NoEnvironmentInLocation { project: String } = "usage" 2,
    /// A reference with a location, and a location next to it.
    LocationTwice = "usage" 2,
    /// A reference cannot be read.
    BadReference { problem: Problem } = "usage" 2,
    /// A name is empty.
    EmptyName = "usage" 2,
    /// A project file that others can change.
    UnsafeProjectFile { cause: Error } = "unsafe_path" 6,
    /// A project file that cannot be read.
    MalformedProjectFile { cause: Error } = "malformed" 1,
    /// There is no project file.
    NoProjectFile { file: String } = "failed" 1,
    /// There is no project file in a folder that was named.
    NoProjectFileIn { path: String } = "failed" 1,
    /// A project file that is not used where it is.
    UnusedProjectFile { path: String } = "failed" 1,
    /// A file was not trusted.
    NotTrusted = "failed" 1,

    // Values
    /// A value is longer than the vault stores.
    ValueTooLong { limit: usize } = "usage" 2,
    /// Nothing was typed.
    NoValueEntered = "usage" 2,
    /// An empty value on stdin.
    EmptyStdin = "usage" 2,
    /// Stdin is not a JSON object of texts.
    StdinNotObject { fields: Vec<String> } = "usage" 2,
    /// A field is missing on stdin.
    FieldMissingOnStdin { field: String, fields: Vec<String> } = "usage" 2,
    /// Stdin has a field that is not expected.
    UnknownFieldOnStdin { fields: Vec<String> } = "usage" 2,

    // Credentials
    /// Nothing to change was named.
    NothingToChange { see: String } = "usage" 2,
    /// One variable for several fields.
    VariableForSeveralFields { fields: Vec<String> } = "usage" 2,
    /// One variable for several credentials.
    VariableForSeveralKeys = "usage" 2,
    /// No interval is usual for its provider, or it has none.
    NoUsualInterval { name: String, provider: Option<String> } = "usage" 2,
    /// A variable of one of several fields is set by another credential.
    FieldVariableTaken { cause: Error, field: String } = "variable_taken" 5,
    /// One variable for a credential with several fields.
    SeveralFields { name: String, fields: Vec<String> } = "usage" 2,
    /// A field without its variable.
    NoVariableGiven { field: String } = "usage" 2,
    /// No variable can be named after a credential.
    NoVariableFollows { name: String } = "usage" 2,
    /// A reference where a new name was expected; the name in it, if any.
    NotANewName { name: Option<String> } = "usage" 2,
    /// A name with an equals sign.
    EqualsInName = "usage" 2,
    /// A field is given twice.
    FieldTwice { field: String } = "usage" 2,
    /// Two fields set one variable.
    VariableTwice { variable: String } = "usage" 2,
    /// A variable that needs a look was not accepted.
    VariableDeclined { undone: Undone } = "failed" 1,
    /// No field sets that variable; those that fields set.
    NoFieldSets { variable: String, variables: Option<Vec<String>> } = "usage" 2,
    /// The provider is not in the catalogue.
    NoProvider { provider: String, similar: Option<String> } = "no_provider" 4,
    /// A file of entries of the catalogue has problems.
    BadEntries { path: String, count: u32 } = "bad_entries" 1,
    /// A day that has passed.
    PastDay = "usage" 2,
    /// A snooze of a credential that has expired.
    SnoozePastExpiry { cause: Error, reference: String } = "snooze_past_expiry" 6,
    /// There is nothing of that name in the trash.
    NotInTrash { name: String } = "no_credential" 4,
    /// What is restored from the trash is in the way of another credential.
    InTheWay { cause: Error } = "exists" 5,
    /// The trash was not emptied.
    NothingErased = "failed" 1,

    // Profiles and launches
    /// A profile of that name exists.
    ProfileExists { cause: Error } = "exists" 5,
    /// There is no command.
    NoCommand = "usage" 2,
    /// The command is empty.
    EmptyCommand = "usage" 2,
    /// A shell inside a shell.
    NestedShell { location: String } = "nested_shell" 6,
    /// A text looks like a secret.
    LooksLikeSecret { variable: String, kind: String } = "looks_like_a_secret" 6,
    /// A variable that is part of a shell.
    ShellVariable { variable: String, shell: String } = "loader_variable" 6,
    /// A template asks for a credential of a higher tier.
    TemplateTierRefused { name: String, tier: Tier, path: String } = "tier_refused" 6,
    /// A name that no variable can have.
    VariableName { variable: String, undone: Undone } = "variable_refused" 1,
    /// A value with a NUL byte.
    VariableNul { variable: String, undone: Undone } = "variable_refused" 1,
    /// A variable with two values.
    VariableTwoValues { variable: String, undone: Undone } = "variable_refused" 1,
    /// A variable that is too long.
    VariableTooLong { variable: String, size: usize, limit: usize, undone: Undone } = "variable_refused" 1,
    /// Arguments and environment are too large together.
    EnvironmentTooLarge { size: usize, limit: usize, variable: String, largest: usize, undone: Undone } = "variable_refused" 1,
    /// There is no such program.
    ProgramNotFound { program: String } = "not_found" 127,
    /// There is no such program in the folders of `PATH` that can be read.
    ProgramFolderDenied { program: String, folder: String } = "not_found" 127,
    /// There is no program at that path.
    ProgramPathNotFound { program: String } = "not_found" 127,
    /// There is no such program, and its name holds spaces.
    ProgramWithSpaces { program: String } = "not_found" 127,
    /// There is no such program, but a command of shells.
    ShellCommand { program: String } = "not_found" 127,
    /// A program cannot be executed.
    NotExecutable { program: String, system: String } = "not_executable" 126,
    /// A program cannot be started as a child.
    NoChild { system: String } = "failed" 1,

    // Formats of kh env
    /// The value is not UTF-8.
    FormatNotUtf8 { variable: String, format: String } = "cannot_carry" 1,
    /// The readers of `.env` files would not agree about the value.
    FormatDotenv { variable: String, reason: Unquotable } = "cannot_carry" 1,
    /// The value is empty.
    FormatEmpty { variable: String, format: String } = "cannot_carry" 1,
    /// The value has several lines.
    FormatLines { variable: String, format: String } = "cannot_carry" 1,
    /// The line is too long.
    FormatLong { variable: String, format: String, limit_kib: usize } = "cannot_carry" 1,
    /// The value ends in a carriage return.
    FormatCarriageReturn { variable: String, format: String } = "cannot_carry" 1,

    // Templates
    /// The output is the template.
    OutputIsTemplate = "usage" 2,
    /// A template is no regular file.
    TemplateNotRegular { path: String } = "failed" 1,
    /// A template is not text.
    FileNotUtf8 { path: String } = "failed" 1,
    /// A template is too large.
    TemplateTooLarge { path: String, limit_mib: u64 } = "failed" 1,
    /// A template cannot be read.
    MalformedTemplate { path: String, line: usize, expected: Expected } = "malformed" 1,
    /// A template that others can change.
    UnsafeTemplate { cause: Error, path: String } = "unsafe_path" 6,
    /// A template that is not trusted.
    UntrustedTemplate { cause: Error, reason: UntrustedReason, path: String } = "untrusted" 6,
    /// A template was not filled.
    NothingWritten { path: String } = "failed" 1,
    /// A value needs a filter.
    FilterNeeded { reference: String } = "filter_needed" 1,
    /// A filter cannot write a value that is not text.
    FilterNotText { filter: String } = "failed" 1,
    /// A filter cannot write a value: the format has no form for it.
    FilterNoForm { filter: String } = "failed" 1,
    /// A value would mean something else in the format of the file.
    FormatFilterNeeded { reference: String, format: String, written: String } = "filter_needed" 1,
    /// A filter that adds quotes stands between quotes.
    FilterInQuotes { filter: String } = "failed" 1,

    // Credential helpers
    /// A credential names no host.
    NoHost { name: String, reference: String } = "failed" 1,
    /// A credential has several fields and none was named; references to them.
    NoFieldGiven { name: String, references: Vec<String> } = "usage" 2,
    /// A credential lacks a field that AWS needs.
    NoAwsField { name: String, field: String } = "failed" 1,
    /// A key for AWS has expired.
    AwsKeyExpired { name: String, end: String } = "expired" 6,
    /// A value for AWS is not UTF-8.
    FieldNotUtf8 { field: String } = "failed" 1,
    /// A value has several lines.
    FieldLines { field: String } = "failed" 1,
    /// A question of git that could mean two servers.
    AmbiguousQuestion = "not_for_this" 6,
    /// A question that is not about a key.
    NotAboutKey = "not_for_this" 6,
    /// A credential that is not for this address.
    NotForAddress { name: String, url: String } = "not_for_this" 6,
    /// A credential that is not for this question of ssh.
    NotForSsh { name: String } = "not_for_this" 6,

    // The vault and the agent
    /// A change needs the master password, and nobody can be asked.
    PasswordNeeded { cause: Error } = "password_needed" 1,
    /// There is no such setting.
    NoSetting { setting: String } = "usage" 2,
    /// A setting does not accept a value.
    SettingValue { setting: String, accepted: AcceptedValue } = "usage" 2,
    /// Verify found something that is damaged; what to do depends on whether a backup is intact.
    Damaged { count: u32, backup: Option<String> } = "damaged_data" 7,
    /// Verify found that one copy of the header is damaged.
    DamagedHeaderCopy { count: u32 } = "damaged_data" 7,
    /// Verify found damaged copies of the header that could not be written again.
    HeaderNotWritten { count: u32 } = "damaged_data" 7,
    /// Keys are not alive at their providers, or nobody knows; references to those that are dead.
    NotAlive { dead: usize, unknown: usize, references: Vec<String> } = "not_alive" 1,
    /// The provider refuses the new value of a rotation.
    NewKeyDead { reference: String } = "not_alive" 1,
    /// It is not known whether the new value of a rotation is alive, and nobody can be asked.
    NewKeyUnknown { reference: String } = "not_alive" 1,
    /// The provider still accepts the old value of a rotation.
    OldKeyAlive { place: String } = "still_alive" 1,
    /// A key cannot be replaced by its provider.
    NotRotated { why: String, reference: String } = "not_rotated" 1,
    /// A rotation by hand, whose replaced key the provider is not asked to end.
    BegunByHand { reference: String, place: String } = "begun_by_hand" 1,
    /// A key has no replacement without the key that manages it.
    AdminNeeded { reference: String } = "admin_needed" 2,
    /// The provider does not accept the key that it made, which was ended.
    MadeKeyDead { reference: String } = "not_alive" 1,
    /// The same where the key could not be ended.
    MadeKeyLeft { tag: String, place: String } = "not_alive" 1,
    /// It is not known whether the provider made a key.
    MadeKeyUnknown { why: String, tag: String, place: String, reference: String } = "needs_person" 1,
    /// The provider did not end the replaced key.
    OldKeyLeft { why: String, place: String, reference: String } = "needs_person" 1,
    /// The provider gave no complete answer.
    RotationInterrupted { why: String, reference: String } = "interrupted" 1,
    /// It is not certain that the key in use is alive.
    KeyInUseUnsure { reference: String } = "not_alive" 1,
    /// The grace period of the replaced key is not over.
    GraceNotOver { until: String, reference: String } = "grace" 1,
    /// Nobody can be asked whether a provider is to be asked.
    NobodyRotates = "usage" 2,
    /// Nobody can be asked to mark a credential as revoked.
    NobodyRevokes = "usage" 2,
    /// No credential was marked as revoked.
    NotRevoked = "failed" 1,
    /// The vault is locked, and the command can take the password.
    Locked = "locked" 3,
    /// The file of a new backup exists.
    FileExists { path: String } = "exists" 5,
    /// The file of a new backup is something else, which no yes replaces.
    NotReplaced { path: String } = "not_a_backup" 1,
    /// A new vault's folder is open to others and holds other files.
    FolderForOthers { path: String } = "unsafe_path" 1,
    /// A new vault's folder holds other files, and nobody agreed to that.
    FolderInUse { path: String } = "folder_not_empty" 5,
    /// No backup was restored.
    NothingRestored = "failed" 1,
    /// An unlocked vault needs no salvage.
    NothingToSalvage = "failed" 1,
    /// A day beyond those that can be counted.
    DayOutOfRange = "usage" 2,
    /// A log that is followed is not JSON.
    FollowJson = "usage" 2,
    /// The service manager refused the unit.
    UnitRefused { path: String } = "failed" 1,

    // Imports
    /// A line of the file cannot be read.
    ImportLine { cause: Error } = "malformed" 1,
    /// The file as a whole cannot be read.
    ImportFile { cause: Error, is_too_large: bool } = "malformed" 1,
    /// The file is in another encoding, and nobody agreed to convert it.
    OtherEncoding { file: String, encoding: String } = "malformed" 1,
    /// The format of the file is not known, and nobody agreed to read it as another one.
    UnknownFormat { file: String, formats: Vec<String> } = "malformed" 1,
    /// A value of the file is too long.
    ImportValueTooLong { file: String, line: u32, name: String, size: usize, limit: usize } = "failed" 1,
    /// The file has no such key.
    NoKeyInFile { key: String } = "usage" 2,
}

/// A part of the system that is not a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SystemPart {
    /// Standard input.
    Stdin,
    /// Standard output.
    Stdout,
    /// The terminal.
    Terminal,
    /// The working directory.
    WorkingDirectory,
    /// The file that a shell reads at its start.
    RcFile,
    /// A file in memory.
    MemoryFile,
    /// The program `kh` itself.
    Program,
}

/// What was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Undone {
    /// No program was started.
    Started,
    /// Nothing was printed.
    Printed,
    /// Nothing was stored.
    Stored,
    /// Nothing was changed.
    Changed,
    /// Nothing was imported.
    Imported,
    /// Nothing was loaded into the shell.
    Loaded,
}

/// Why the readers of `.env` files would not agree about a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unquotable {
    /// A carriage return.
    CarriageReturn,
    /// A variable in braces.
    Expansion,
    /// Quotes, `$` or backslashes.
    Quotes,
}

impl Undone {
    /// What a launch does.
    pub const fn of(purpose: LaunchPurpose) -> Self {
        match purpose {
            LaunchPurpose::Run | LaunchPurpose::Shell => Self::Started,
            LaunchPurpose::Hook => Self::Loaded,
            LaunchPurpose::Env | LaunchPurpose::Inject | LaunchPurpose::Helper => Self::Printed,
        }
    }
}

impl CliProblem {
    /// What happened and what to do about it.
    pub fn text(&self) -> Text {
        messages::text(language(), Style::Terminal, Family::Cli, self)
    }

    /// The same for a shell that has the hook.
    pub fn in_hook(&self) -> Text {
        messages::text(language(), Style::Hook, Family::Cli, self)
    }
}

impl fmt::Display for CliProblem {
    /// As clap shows what is wrong with the value of an option.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text().message)
    }
}

impl std::error::Error for CliProblem {}

impl From<SpanError> for CliProblem {
    fn from(error: SpanError) -> Self {
        match error {
            SpanError::Format => Self::BadSpan,
            SpanError::Minutes { count } => Self::SpanInMinutes { count },
            SpanError::TooFine => Self::SpanTooFine,
            SpanError::OutOfRange => Self::SpanTooLong { limit: MAX_DAYS },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_text() {
        let found = messages::differences(Family::Cli, CLI_PROBLEMS.iter().copied());
        assert!(found.is_empty(), "{found:#?}");
    }
}
