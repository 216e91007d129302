//! How errors of the command line are worded, and what was probably meant.

use std::ffi::OsString;

use clap::Command;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use keyhaven_exchange::Catalogue;
use keyhaven_protocol::similar;

use crate::commands::{self, CommandDefinition};
use crate::error::Failure;
use crate::problem::CliProblem;
use crate::value_parsers::days;

/// What other programs call a command, and what it is called here.
const HABITS: [(&str, &str); 33] = [
    ("ls", "list"),
    ("find", "list"),
    ("search", "list"),
    ("grep", "list"),
    ("delete", "rm"),
    ("del", "rm"),
    ("remove", "rm"),
    ("mv", "rename"),
    ("read", "get"),
    ("cat", "get"),
    ("print", "get"),
    ("copy", "get --copy"),
    ("cp", "get --copy"),
    ("insert", "add"),
    ("new", "add"),
    ("create", "add"),
    ("generate", "add --generate"),
    ("update", "set"),
    ("exec", "run"),
    ("log", "audit"),
    ("logs", "audit"),
    ("export", "env"),
    ("envs", "environment"),
    ("environments", "environment"),
    ("projects", "environment list"),
    ("providers", "provider list"),
    ("version", "--version"),
    ("stat", "status"),
    ("whoami", "status"),
    ("login", "unlock"),
    ("signin", "unlock"),
    ("logout", "lock"),
    ("settings", "config"),
];

/// Commands that are planned, as the README says.
const PLANNED: [&str; 2] = ["move", "man"];

/// A failure from an error of the parser. An argument that is not expected is not repeated: it
/// may be a value that somebody tried to pass as an argument.
pub(super) fn worded(error: &clap::Error, arguments: &[OsString]) -> Failure {
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    ) {
        return Failure::Shown(error.render().to_string());
    }
    let command = arguments
        .iter()
        .skip(1)
        .find_map(|argument| commands::find(argument.to_str()?));
    let see = see(command, arguments);
    let stray = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(argument)) => !argument.starts_with('-'),
        _ => false,
    };
    if error.kind() == ErrorKind::UnknownArgument && stray {
        return Failure::Own(match command {
            Some(CommandDefinition {
                name: "add" | "set",
                ..
            }) => CliProblem::UnexpectedValue,
            command => unexpected(command, error, see),
        });
    }
    if let (ErrorKind::TooManyValues, Some(ContextValue::String(option))) =
        (error.kind(), error.get(ContextKind::InvalidArg))
    {
        let option = option.clone();
        return Failure::Own(CliProblem::NoOptionValue { option, see });
    }
    if let Some(ContextValue::String(command)) = error.get(ContextKind::InvalidSubcommand)
        && PLANNED.contains(&command.as_str())
    {
        let command = command.clone();
        return Failure::Own(CliProblem::PlannedCommand { command });
    }
    let rendered = error.render().to_string();
    let message = rendered
        .split("\n\n")
        .next()
        .unwrap_or_default()
        .trim_start_matches("error: ")
        .lines()
        .map(str::trim)
        .collect::<Vec<_>>()
        .join(" ");
    let meant = meant(error);
    Failure::Own(CliProblem::CommandLine {
        message,
        meant,
        see,
    })
}

/// An argument too many. It is shown where it cannot be a value: the command takes no secret, and
/// it does not look like one.
fn unexpected(command: Option<&CommandDefinition>, error: &clap::Error, see: String) -> CliProblem {
    let name = see.trim_end_matches(" --help").to_owned();
    let definition = command.map(CommandDefinition::definition);
    let action = name.split(' ').nth(2);
    let definition = definition.map(|command| match action {
        Some(action) => command.find_subcommand(action).cloned().unwrap_or(command),
        None => command,
    });
    let positionals: Vec<String> = definition
        .iter()
        .flat_map(Command::get_positionals)
        .map(value_name)
        .collect();
    let takes_secrets = definition.as_ref().is_none_or(|command| {
        let mut arguments = command.get_arguments();
        arguments.any(|argument| argument.get_id() == PASSWORD_STDIN)
    });
    let argument = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(argument)) if !takes_secrets => Some(argument.clone()),
        _ => None,
    };
    let argument = argument
        .filter(|one| one.len() <= MOST_SHOWN && Catalogue::builtin().secret_in(one).is_none());
    if let Some(argument) = &argument
        && let Some(option) = definition
            .as_ref()
            .and_then(|one| option_meant(one, argument))
    {
        return CliProblem::OptionMeant {
            argument: argument.clone(),
            meant: format!("{name} {option}"),
            see,
        };
    }
    CliProblem::UnexpectedArgument {
        argument,
        command: name,
        count: positionals.len(),
        takes: positionals.join(" "),
        see,
    }
}

/// The longest argument that is shown in bytes: keys are longer than names.
const MOST_SHOWN: usize = 40;
/// The option of the commands that take a password.
const PASSWORD_STDIN: &str = "password_stdin";

fn value_name(argument: &clap::Arg) -> String {
    let names = argument.get_value_names().unwrap_or_default();
    let name = names.first().map(ToString::to_string);
    let name = name.unwrap_or_else(|| argument.get_id().as_str().to_uppercase());
    match argument.is_last_set() {
        true => format!("-- {name}"),
        false => name,
    }
}

/// `kh due 30`: a number of days is for the only option that takes one, and a date is none.
fn option_meant(command: &Command, argument: &str) -> Option<String> {
    let takes_days = command.get_name() == "due";
    let begins = argument.starts_with(|c: char| c.is_ascii_digit());
    (takes_days && begins).then(|| match days(argument) {
        Ok(_) => format!("--within {argument}"),
        Err(_) => "--within DAYS".into(),
    })
}

/// The command, option or value that was probably meant. What the parser suggests is more
/// generous: it begins with what is least like it.
fn meant(error: &clap::Error) -> Option<String> {
    if let Some(ContextValue::String(wrong)) = error.get(ContextKind::InvalidSubcommand)
        && let Some((_, meant)) = HABITS.iter().find(|(habit, _)| habit == wrong)
    {
        return Some((*meant).into());
    }
    let kinds = [
        (
            ContextKind::InvalidSubcommand,
            ContextKind::SuggestedSubcommand,
        ),
        (ContextKind::InvalidArg, ContextKind::SuggestedArg),
        (ContextKind::InvalidValue, ContextKind::SuggestedValue),
    ];
    kinds.into_iter().find_map(|(wrong, suggested)| {
        let Some(ContextValue::String(wrong)) = error.get(wrong) else {
            return None;
        };
        match error.get(suggested)? {
            ContextValue::String(one) => similar(wrong, [one.as_str()]),
            ContextValue::Strings(several) => similar(wrong, several.iter().map(String::as_str)),
            _ => None,
        }
    })
}

/// Where the right usage stands: in the help of the action that was named, if there is one.
fn see(command: Option<&CommandDefinition>, arguments: &[OsString]) -> String {
    let Some(command) = command else {
        return "kh help".into();
    };
    let actions = command.definition();
    let after = arguments.iter().filter_map(|argument| argument.to_str());
    let after = after
        .skip_while(|argument| *argument != command.name)
        .nth(1);
    match after.filter(|action| actions.find_subcommand(action).is_some()) {
        Some(action) => format!("kh {} {action} --help", command.name),
        None => format!("kh {} --help", command.name),
    }
}
