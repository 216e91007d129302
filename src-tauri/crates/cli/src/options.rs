//! The options that every command takes.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// The options that every command takes.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Global options")]
pub struct Globals {
    /// Print one JSON document
    #[arg(long, global = true)]
    pub json: bool,
    /// Never prompt; fail if input is needed
    #[arg(long, global = true)]
    pub no_input: bool,
    /// Print only what was requested, warnings and errors
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Show colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColorWhen,
    /// Answer yes to questions
    #[arg(short, long, global = true)]
    pub yes: bool,
    /// Use the vault in this folder
    #[arg(long, global = true, value_name = "DIR")]
    pub vault: Option<PathBuf>,
}

impl Globals {
    /// The options that decide how an error is printed, for arguments that cannot be parsed.
    pub fn guessed(arguments: &[OsString]) -> Self {
        let mut own = arguments.iter().take_while(|argument| *argument != "--");
        Self {
            json: own.any(|argument| argument == "--json"),
            ..Self::default()
        }
    }
}

/// When to use colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum ColorWhen {
    // As the environment and the terminal say. Doc comments would make the help long.
    #[default]
    Auto,
    Always,
    Never,
}
