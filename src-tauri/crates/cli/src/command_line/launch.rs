//! The arguments of the commands that hand variables to programs.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use keyhaven_hosts::HostPort;
use keyhaven_protocol::request::Assignment;
use keyhaven_protocol::view::ExpiredPolicy;

use super::{PlaceArgs, TargetArgs};
use crate::value_parsers as values;

/// Where the variables come from, which of them are wanted, and what is allowed this once.
#[derive(Debug, Clone, Args)]
pub struct LaunchArgs {
    /// A saved way to launch, in place of -p and -e
    #[arg(long, value_name = "PROFILE", conflicts_with_all = ["project", "environment"])]
    pub profile: Option<String>,
    #[command(flatten)]
    pub place: PlaceArgs,
    #[command(flatten)]
    pub choice: ChoiceArgs,
    /// What to do with expired keys this once
    #[arg(long, value_name = "WHAT")]
    pub expired: Option<ExpiredArg>,
    /// Let keys of a higher tier in this once
    #[arg(long)]
    pub allow_production: bool,
}

#[derive(Debug, Clone, Args)]
pub struct ChoiceArgs {
    /// Only the variables that REF fills (repeat)
    #[arg(long, value_name = "REF")]
    pub only: Vec<String>,
    /// No variable that REF fills (repeat)
    #[arg(long, value_name = "REF")]
    pub except: Vec<String>,
    /// Put TEXT before their names
    #[arg(long, value_name = "TEXT", value_parser = values::some_variable)]
    pub prefix: Option<String>,
    /// Give REF under this name, in place of its own (repeat)
    #[arg(long = "as", value_name = "NAME=REF", value_parser = values::assignment)]
    pub renamed: Vec<Assignment>,
    /// Set a variable; VALUE may hold {{kh:REF|FILTER}} (repeat)
    #[arg(long, value_name = "NAME=VALUE", value_parser = values::assignment)]
    pub set: Vec<Assignment>,
}

/// What a program gets as files; each takes the place of the key's own variable.
#[derive(Debug, Clone, Args)]
pub struct FileArgs {
    /// Give REF as a private file in memory, its path in VAR (repeat)
    #[arg(long, value_name = "VAR=REF", value_parser = values::assignment)]
    pub file: Vec<Assignment>,
    /// The same as a pipe that can be read once (repeat)
    #[arg(long, value_name = "VAR=REF", value_parser = values::assignment)]
    pub fifo: Vec<Assignment>,
    /// The same as a descriptor, /proc/PID/fd/N (repeat)
    #[arg(long, value_name = "VAR=REF", value_parser = values::assignment)]
    pub memfd: Vec<Assignment>,
}

/// What a child inherits.
#[derive(Debug, Clone, Args)]
pub struct InheritArgs {
    /// Inherit nothing but PATH, HOME, TERM and the locale
    #[arg(long)]
    pub clean: bool,
    /// With --clean: inherit this variable too (repeat)
    #[arg(long, value_name = "NAME", requires = "clean", value_parser = values::some_variable)]
    pub keep: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExpiredArg {
    Refuse,
    Warn,
    Allow,
}

impl From<ExpiredArg> for ExpiredPolicy {
    fn from(argument: ExpiredArg) -> Self {
        match argument {
            ExpiredArg::Refuse => Self::Refuse,
            ExpiredArg::Warn => Self::Warn,
            ExpiredArg::Allow => Self::Allow,
        }
    }
}

#[derive(Debug, Clone, Args)]
pub struct RunArgs {
    #[command(flatten)]
    pub launch: LaunchArgs,
    #[command(flatten)]
    pub files: FileArgs,
    #[command(flatten)]
    pub inherit: InheritArgs,
    // No comment of rustdoc's, to which the brackets would be a link.
    #[arg(long, help = "Print [masked] where the command prints a value")]
    pub mask: bool,
    /// Start the command anew when a key that it has gets a new value
    #[arg(long)]
    pub watch: bool,
    /// With --watch: how to end the command
    #[arg(
        long,
        value_name = "SIGNAL",
        requires = "watch",
        ignore_case = true,
        default_value = "term",
        hide_default_value = true
    )]
    pub watch_signal: WatchSignal,
    /// The command and its arguments
    #[arg(
        value_name = "CMD",
        required_unless_present = "profile",
        trailing_var_arg = true
    )]
    pub command: Vec<OsString>,
}

/// What asks a command to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum WatchSignal {
    Term,
    Hup,
    Int,
    Quit,
    Usr1,
    Usr2,
    Kill,
}

#[derive(Debug, Clone, Args)]
pub struct ShellArgs {
    #[command(flatten)]
    pub launch: LaunchArgs,
    /// Start it in another one of them
    #[arg(long)]
    pub nested: bool,
    #[command(flatten)]
    pub files: FileArgs,
    #[command(flatten)]
    pub inherit: InheritArgs,
    /// Print `[masked]` where a value is printed
    #[arg(long)]
    pub mask: bool,
}

#[derive(Debug, Clone, Args)]
pub struct EnvArgs {
    #[command(flatten)]
    pub launch: LaunchArgs,
    /// How to write them
    #[arg(long, value_name = "FORMAT", default_value = "sh")]
    pub format: EnvFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EnvFormat {
    Sh,
    Fish,
    Powershell,
    Dotenv,
    Json,
    Docker,
    Github,
}

#[derive(Debug, Clone, Args)]
pub struct InjectArgs {
    #[command(flatten)]
    pub place: PlaceArgs,
    /// The template
    #[arg(short = 'i', long = "in", value_name = "TEMPLATE")]
    pub template: PathBuf,
    /// The file to be written, readable by you alone; else it is printed
    #[arg(short, long = "out", value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// What to do with expired keys this once
    #[arg(long, value_name = "WHAT")]
    pub expired: Option<ExpiredArg>,
    /// Let keys of a higher tier in this once
    #[arg(long)]
    pub allow_production: bool,
}

#[derive(Debug, Clone, Args)]
pub struct CredentialProcessArgs {
    /// Whose form
    pub form: ProcessForm,
    #[command(flatten)]
    pub target: TargetArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ProcessForm {
    Aws,
}

#[derive(Debug, Clone, Args)]
pub struct GitCredentialArgs {
    #[command(flatten)]
    pub target: TargetArgs,
    /// Give it to this host, in place of its page's (repeat)
    #[arg(long, value_name = "HOST", value_parser = values::host)]
    pub host: Vec<HostPort>,
    /// The name that goes with it
    #[arg(long, value_name = "NAME")]
    pub username: Option<String>,
    /// What git wants: get, store or erase
    pub operation: String,
}

#[derive(Debug, Clone, Args)]
pub struct AskpassArgs {
    #[command(flatten)]
    pub target: TargetArgs,
    /// Give it to this host, in place of its page's (repeat)
    #[arg(long, value_name = "HOST", value_parser = values::host)]
    pub host: Vec<HostPort>,
    /// Answer ssh: it is the passphrase of a key, or the password for a host
    #[arg(long)]
    pub ssh: bool,
    /// The name that goes with it
    #[arg(long, value_name = "NAME")]
    pub username: Option<String>,
    /// The question, as git and ssh give it
    pub prompt: Option<String>,
}

#[derive(Debug, Clone, Args)]
pub struct HookArgs {
    /// The shell
    pub shell: HookShell,
    /// What the hook does before a prompt
    #[arg(long, hide = true)]
    pub step: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum HookShell {
    Bash,
    Zsh,
    Fish,
}

#[derive(Debug, Clone, Args)]
pub struct AllowArgs {
    /// A template for kh inject, or another folder's directory file, in place of this one's
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// With --yes: let production keys in as well, where the file asks for it
    #[arg(long)]
    pub allow_production: bool,
    /// List the files that are trusted
    #[arg(long, conflicts_with = "allow_production")]
    pub list: bool,
}

#[derive(Debug, Clone, Args)]
pub struct DenyArgs {
    /// A template for kh inject, in place of the directory file
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
}
