//! How the list of commands becomes a parser.
//!
//! Building the options of every command costs milliseconds at each start, so a command is
//! defined only when it is named: until then it is its name. Authors of commands need not know.

use clap::{ArgMatches, Args, Command, FromArgMatches};

use crate::error::Failure;
use crate::session::Context;

/// One command.
#[derive(Debug)]
pub struct CommandDefinition {
    /// As it is typed.
    pub name: &'static str,
    pub(super) define: fn(Command) -> Command,
    pub(super) run: fn(&Context, &ArgMatches) -> Result<(), Failure>,
}

impl CommandDefinition {
    /// It alone, with its options and actions.
    pub fn definition(&self) -> Command {
        (self.define)(Command::new(self.name))
    }

    /// Runs it with the arguments that were read.
    ///
    /// # Errors
    /// What the command reports.
    pub fn run(&self, context: &Context, arguments: &ArgMatches) -> Result<(), Failure> {
        (self.run)(context, arguments)
    }
}

/// What a command does with its arguments.
type Handler<A> = fn(&Context, A) -> Result<(), Failure>;

/// Makes the list `COMMANDS` from names and functions.
macro_rules! commands {
    ($($name:literal => $handler:path,)*) => {
        /// Every command.
        pub const COMMANDS: &[CommandDefinition] = &[$(CommandDefinition {
            name: $name,
            define: |command| registry::with_arguments(command, $handler),
            run: |context, matches| registry::run(context, matches, $handler),
        },)*];
    };
}
pub(super) use commands;

/// Adds commands to `kh`; each is defined in full when it is named.
pub fn define(kh: Command, commands: &'static [CommandDefinition]) -> Command {
    kh.subcommands(
        commands
            .iter()
            .map(|command| Command::new(command.name).defer(command.define)),
    )
}

pub(super) fn with_arguments<A: Args>(command: Command, _: Handler<A>) -> Command {
    let command = A::augment_args(command).mut_subcommands(with_help_below);
    with_help_below(command)
}

/// The first paragraph of the doc comment stands above the options, the rest below them.
fn with_help_below(command: Command) -> Command {
    let Some(help) = command.get_long_about().map(ToString::to_string) else {
        return command;
    };
    let (summary, rest) = help.split_once("\n\n").unwrap_or((&help, ""));
    command
        .about(summary.to_owned())
        .long_about(None)
        .after_help(rest.to_owned())
}

pub(super) fn run<A: FromArgMatches>(
    context: &Context,
    matches: &ArgMatches,
    handler: Handler<A>,
) -> Result<(), Failure> {
    // The parser has accepted them with this definition.
    let arguments =
        A::from_arg_matches(matches).map_err(|_| Failure::defect("the definition of a command"))?;
    handler(context, arguments)
}
