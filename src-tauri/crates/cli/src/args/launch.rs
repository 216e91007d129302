//! The arguments of the commands that hand variables to programs.

use std::ffi::OsString;

use clap::{Args, ValueEnum};

use super::PlaceArgs;

#[derive(Debug, Clone, Args)]
pub struct RunArgs {
    #[command(flatten)]
    pub place: PlaceArgs,
    /// The command and its arguments
    #[arg(
        value_name = "CMD",
        required = true,
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    pub command: Vec<OsString>,
}

#[derive(Debug, Clone, Args)]
pub struct ShellArgs {
    #[command(flatten)]
    pub place: PlaceArgs,
}

#[derive(Debug, Clone, Args)]
pub struct EnvArgs {
    #[command(flatten)]
    pub place: PlaceArgs,
    /// How to write them
    #[arg(long, value_name = "FORMAT", default_value = "sh")]
    pub format: EnvFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EnvFormat {
    Sh,
    Dotenv,
    Json,
}

#[derive(Debug, Clone, Args)]
pub struct AllowArgs {
    /// With --yes: let production keys in as well, where the file asks for it
    #[arg(long)]
    pub allow_production: bool,
    /// List the files that are trusted
    #[arg(long, conflicts_with = "allow_production")]
    pub list: bool,
}

#[derive(Debug, Clone, Args)]
pub struct DenyArgs {}
