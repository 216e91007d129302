//! How the command line is read.

mod usage_error;

use std::ffi::OsString;

use clap::{ArgMatches, Args as _, Command, FromArgMatches as _};

use crate::commands::{self, COMMANDS, CommandDefinition};
use crate::error::Failure;
use crate::options::Globals;
use crate::problem::CliProblem;
use crate::session::Context;

/// `kh --help`: one screen.
const OVERVIEW: &str = include_str!("commands/help/overview.txt");

/// A command line that was read.
#[derive(Debug)]
pub struct Invocation {
    /// The options that every command takes.
    pub globals: Globals,
    command: &'static CommandDefinition,
    arguments: ArgMatches,
}

impl Invocation {
    /// Does what was requested.
    ///
    /// # Errors
    /// What the command reports.
    pub fn run(&self, context: &Context) -> Result<(), Failure> {
        self.command.run(context, &self.arguments)
    }
}

/// Reads the arguments.
///
/// # Errors
/// Wrong usage; or help or the version, to be printed instead.
pub fn parse(arguments: &[OsString]) -> Result<Invocation, Failure> {
    // If the command comes first, as it usually does, the others are not needed to read it.
    let first = arguments
        .get(1)
        .and_then(|first| commands::find(first.to_str()?));
    if let Some(command) = first
        && let Ok(Some(read)) = read(&mut kh(std::slice::from_ref(command)), arguments)
    {
        return Ok(read);
    }
    let mut kh = definition();
    match read(&mut kh, arguments) {
        Ok(Some(read)) => Ok(read),
        Ok(None) if took_command_for_folder(&kh, arguments) => {
            Err(Failure::Own(CliProblem::NoVaultFolder))
        }
        Ok(None) => Err(Failure::Shown(kh.render_help().to_string())),
        Err(error) => Err(usage_error::worded(&error, arguments)),
    }
}

/// Whether `--vault` stands before a command instead of a folder.
fn took_command_for_folder(kh: &Command, arguments: &[OsString]) -> bool {
    let after = arguments
        .iter()
        .skip_while(|argument| *argument != "--vault");
    let folder = after.clone().nth(1).and_then(|folder| folder.to_str());
    folder.is_some_and(|folder| kh.find_subcommand(folder).is_some())
}

/// Reads the arguments; nothing if they name no command.
fn read(kh: &mut Command, arguments: &[OsString]) -> Result<Option<Invocation>, clap::Error> {
    let mut matches = kh.try_get_matches_from_mut(arguments)?;
    let globals = Globals::from_arg_matches(&matches)?;
    let Some((name, arguments)) = matches.remove_subcommand() else {
        return Ok(None);
    };
    Ok(commands::find(&name).map(|command| Invocation {
        globals,
        command,
        arguments,
    }))
}

/// The whole command, its commands defined when they are needed.
pub fn definition() -> Command {
    kh(COMMANDS)
}

fn kh(commands: &'static [CommandDefinition]) -> Command {
    let kh = Command::new("kh")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Keep API keys and give them to the programs that need them")
        .override_help(OVERVIEW)
        .disable_help_subcommand(true)
        .subcommand_required(false);
    Globals::augment_args(commands::define(kh, commands))
}

#[cfg(test)]
mod tests;
