//! The arguments of the commands about the vault, its agent and this program.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::PlaceArgs;
use crate::value_parsers::{Moments, from_one};

#[derive(Debug, Clone, Args)]
pub struct InitArgs {
    /// Read the master password from stdin, one line
    #[arg(long)]
    pub password_stdin: bool,
}

#[derive(Debug, Clone, Args)]
pub struct UnlockArgs {
    /// Read the master password from stdin, one line
    #[arg(long)]
    pub password_stdin: bool,
    /// Unlock with the recovery key instead
    #[arg(long)]
    pub recovery: bool,
}

#[derive(Debug, Clone, Args)]
pub struct PasswordArgs {
    /// Read the old and the new password from stdin, a line each
    #[arg(long)]
    pub password_stdin: bool,
    /// Give the recovery key instead of the old password
    #[arg(long)]
    pub recovery: bool,
    /// Encrypt everything under a new key, with a new recovery key
    #[arg(long)]
    pub rekey: bool,
    /// With --rekey: go on where no backup can be written before
    #[arg(long, requires = "rekey")]
    pub no_backup: bool,
}

#[derive(Debug, Clone, Args)]
pub struct RecoveryArgs {
    /// Read the master password from stdin, one line
    #[arg(long)]
    pub password_stdin: bool,
}

#[derive(Debug, Clone, Args)]
pub struct LockArgs {}

#[derive(Debug, Clone, Args)]
pub struct StatusArgs {}

#[derive(Debug, Clone, Args)]
pub struct VerifyArgs {
    /// Read the master password from stdin, one line; only asked for while locked
    #[arg(long)]
    pub password_stdin: bool,
}

#[derive(Debug, Clone, Args)]
pub struct BackupArgs {
    /// The file; without it the backup goes beside the vault
    pub file: Option<PathBuf>,
    /// List the backups beside the vault
    #[arg(long, conflicts_with = "file")]
    pub list: bool,
}

#[derive(Debug, Clone, Args)]
pub struct RestoreArgs {
    /// The backup
    pub file: PathBuf,
    /// Read the master password of the time it was made from stdin, one line
    #[arg(long)]
    pub password_stdin: bool,
}

#[derive(Debug, Clone, Args)]
pub struct SalvageArgs {
    /// The folder of the new vault: empty, or not there yet
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// Read the old and the new master password from stdin, a line each
    #[arg(long)]
    pub password_stdin: bool,
}

#[derive(Debug, Clone, Args)]
pub struct AuditArgs {
    /// Only about this credential
    #[arg(value_name = "REF")]
    pub reference: Option<String>,
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Only this action, such as credential.add or use.launch
    #[arg(long)]
    pub action: Option<String>,
    /// Not before: YYYY-MM-DD, RFC 3339, or so long ago as in 7d
    #[arg(long, value_name = "DATE")]
    pub since: Option<Moments>,
    /// At most so many entries
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = from_one)]
    pub limit: u32,
    /// Check that no entry is missing or changed, from the first to the last
    #[arg(long, conflicts_with_all = ["reference", "action", "since", "limit"])]
    pub verify: bool,
}

#[derive(Debug, Clone, Args)]
pub struct ConfigArgs {
    #[command(subcommand)]
    pub action: Option<ConfigAction>,
}

#[derive(Debug, Clone, Subcommand)]
pub enum ConfigAction {
    /// Lists all settings
    List,
    /// Prints one setting
    Get {
        /// Its name
        key: String,
    },
    /// Changes one setting; a weaker lock or a shorter log asks for the master password
    Set {
        /// Its name
        key: String,
        /// Its new value
        value: String,
        /// Read the master password from stdin, one line
        #[arg(long)]
        password_stdin: bool,
    },
    /// Lets the login keychain open the vault, or no longer
    LoginKeychain {
        /// Whether it may
        state: OnOff,
        /// Read the master password from stdin, one line
        #[arg(long)]
        password_stdin: bool,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum OnOff {
    On,
    Off,
}

#[derive(Debug, Clone, Args)]
pub struct DoctorArgs {}

#[derive(Debug, Clone, Args)]
pub struct AgentArgs {
    #[command(subcommand)]
    pub action: Option<AgentAction>,
}

#[derive(Debug, Clone, Copy, Subcommand)]
pub enum AgentAction {
    /// Says whether the agent runs
    Status,
    /// Locks the vault and ends the agent
    Stop,
    /// Ends the agent and starts it anew; the vault is locked then
    Restart,
    /// Prints what the agent did and what went wrong: times, words and codes, no names
    Log {
        /// Go on with what is added
        #[arg(long)]
        follow: bool,
    },
    /// Lets the agent start at login
    Install,
    /// Lets the agent start at login no more
    Uninstall,
}

#[derive(Debug, Clone, Args)]
pub struct CompletionsArgs {
    /// The shell
    pub shell: clap_complete::Shell,
}

#[derive(Debug, Clone, Args)]
pub struct HelpArgs {
    /// A command, or: exit-codes, references, directory-file, files
    #[arg(value_name = "TOPIC")]
    pub topic: Option<String>,
}
