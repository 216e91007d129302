//! How the command line is read, and how its errors are worded.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgMatches, Args as _, Command, FromArgMatches as _};
use keyhaven_protocol::similar;

use crate::commands::{self, COMMANDS, CommandDefinition};
use crate::error::Failure;
use crate::options::Globals;
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
        Ok(None) => Err(Failure::Shown(kh.render_help().to_string())),
        Err(error) => Err(worded(&error, arguments)),
    }
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

/// The help of one command.
pub fn command_help(name: &str) -> Option<String> {
    let mut kh = definition();
    kh.build();
    let command = kh.find_subcommand_mut(name)?;
    Some(command.render_help().to_string())
}

/// A failure from an error of the parser. An argument that is not expected is not repeated: it
/// may be a value that somebody tried to pass as an argument.
fn worded(error: &clap::Error, arguments: &[OsString]) -> Failure {
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
    let stray = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(argument)) => !argument.starts_with('-'),
        _ => false,
    };
    if error.kind() == ErrorKind::UnknownArgument && stray {
        let hint = match command {
            Some(CommandDefinition {
                name: "add" | "set",
                ..
            }) => {
                "values are never read from the command line: enter the value when prompted, or use --stdin"
                    .into()
            }
            _ => format!("quote arguments that contain spaces; {}", see(command)),
        };
        return Failure::usage("unexpected argument", hint);
    }
    if let (ErrorKind::TooManyValues, Some(ContextValue::String(option))) =
        (error.kind(), error.get(ContextKind::InvalidArg))
    {
        return Failure::usage(format!("{option} takes no value"), see(command));
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
    let hint = meant(error).map_or_else(|| see(command), |meant| format!("did you mean {meant}?"));
    Failure::usage(message, hint)
}

/// The command, option or value that was probably meant. What the parser suggests is more
/// generous: it begins with what is least like it.
fn meant(error: &clap::Error) -> Option<String> {
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

/// Where the right usage stands.
fn see(command: Option<&CommandDefinition>) -> String {
    command.map_or_else(
        || "see: kh help".into(),
        |command| format!("see: kh {} --help", command.name),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Invocation, Failure> {
        let arguments: Vec<OsString> = line.split(' ').map(Into::into).collect();
        parse(&arguments)
    }

    fn failure(line: &str) -> Failure {
        match parsed(line) {
            Ok(_) => panic!("{line} was accepted"),
            Err(failure) => failure,
        }
    }

    #[test]
    fn the_definition_is_sound() {
        let mut kh = definition();
        kh.build();
        kh.debug_assert();
    }

    #[test]
    fn help_fits_a_screen_and_names_every_command() {
        let Failure::Shown(help) = failure("kh --help") else {
            panic!("no help");
        };
        assert!(help.lines().count() <= 40, "{}", help.lines().count());
        assert!(help.lines().all(|line| line.len() <= 80), "{help}");
        for command in COMMANDS {
            let named = help
                .split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
                .any(|word| word == command.name);
            assert!(named, "{} is missing", command.name);
        }
    }

    /// Every command and every action, with its help.
    fn helps() -> Vec<(String, Command)> {
        let mut kh = definition();
        kh.build();
        let mut all = Vec::new();
        for command in kh.get_subcommands() {
            let name = format!("kh {}", command.get_name());
            for action in command.get_subcommands() {
                all.push((format!("{name} {}", action.get_name()), action.clone()));
            }
            all.push((name, command.clone()));
        }
        all
    }

    /// A summary or a description in the house style: a capital, no full stop.
    fn check_sentence(name: &str, text: &str) {
        assert!(
            text.starts_with(|c: char| c.is_uppercase() || text.starts_with("kh://") || c == '-'),
            "{name}: {text}"
        );
        assert!(!text.ends_with('.'), "{name}: {text}");
        assert!(!text.contains("(repeat)"), "{name}: {text}");
    }

    #[test]
    fn the_help_of_every_command_has_the_same_shape() {
        for (name, mut command) in helps() {
            let help = command.render_help().to_string();
            assert!(help.lines().count() <= 64, "{help}");
            assert!(
                help.lines().all(|line| line.chars().count() <= 100),
                "{help}"
            );
            let summary = command.get_about().unwrap().to_string();
            assert!(!summary.contains('\n'), "{name}: {summary}");
            check_sentence(&name, &summary);
            // "Creates", "Shows": the imperative has no s. These verbs end in one.
            let verb = summary.split(' ').next().unwrap();
            assert!(!verb.ends_with('s'), "{name}: {summary}");
            for argument in command.get_arguments().filter(|one| !one.is_hide_set()) {
                let words = argument.get_help().map(ToString::to_string);
                let words = words.unwrap_or_default();
                check_sentence(&format!("{name} {}", argument.get_id()), &words);
            }
        }
    }

    #[test]
    fn the_help_of_every_command_shows_an_example_of_it() {
        for (name, mut command) in helps() {
            let help = command.render_help().to_string();
            let (_, example) = help
                .split_once("\nExample")
                .unwrap_or_else(|| panic!("{help}"));
            assert!(example.contains(&name), "{help}");
        }
    }

    #[test]
    fn the_command_that_comes_first_is_the_only_one_defined() {
        let run = commands::find("run").unwrap();
        let mut kh = kh(std::slice::from_ref(run));
        let read = read(&mut kh, &["kh".into(), "run".into(), "ls".into()]);
        assert!(read.unwrap().is_some());
        let names: Vec<_> = kh.get_subcommands().map(Command::get_name).collect();
        assert_eq!(names, ["run"]);
        // In the whole definition the others are names without options.
        let mut kh = definition();
        assert!(super::read(&mut kh, &["kh".into(), "run".into(), "ls".into()]).is_ok());
        for command in kh.get_subcommands().filter(|one| one.get_name() != "run") {
            let mut own = command.get_arguments().filter(|one| !one.is_global_set());
            assert!(own.next().is_none(), "{}", command.get_name());
        }
    }

    #[test]
    fn what_was_meant_is_what_is_most_like_it() {
        for (line, hint) in [
            ("kh stauts", "did you mean status?"),
            ("kh lsit", "did you mean list?"),
            ("kh agent stpo", "did you mean stop?"),
            ("kh list --provder x", "did you mean --provider?"),
            ("kh run -p a --maks -- env", "did you mean --mask?"),
            ("kh completions bahs", "did you mean bash?"),
            ("kh frobnicate", "see: kh help"),
        ] {
            assert_eq!(failure(line).hint().as_deref(), Some(hint), "{line}");
        }
    }

    #[test]
    fn options_of_a_command_to_run_are_its_own() {
        assert!(parsed("kh run -p a -e b -- ls --json -p x").is_ok());
        assert!(parsed("kh run ls --json").is_ok());
        assert!(parsed("kh run -p a -e b -- --maks").is_ok());
        assert!(!Globals::guessed(&["kh".into(), "--".into(), "--json".into()]).json);
    }

    #[test]
    fn every_option_is_read_as_it_is_defined() {
        let about = "--provider x --env-var A --scope a --scope b --allow-ip ::1 --owner o \
                     --tag t --url u --note n --quota q --expires 90d --rotate-every 30 \
                     --allow-loader-variable A -p p -e e";
        for line in [
            format!("kh add n {about} --stdin --raw --plain --tier staging"),
            "kh add n --generate=12 --field a=A --field b".into(),
            format!("kh edit n {about} --plain --field a=A"),
            "kh edit n --secret --refuse-loader-variables --rotate-every none".into(),
            "kh set n --field a --generate".into(),
            "kh get n --field a --version 2".into(),
            "kh list t --tag a --provider b --due --expired --unused -p p".into(),
            "kh due --within 9".into(),
            "kh snooze n --until 1w".into(),
            "kh trash restore n".into(),
            "kh trash empty".into(),
            "kh environment set a/b --tier production".into(),
            "kh import dotenv f -p p -e e --dry-run --tier staging --plain A --secret B".into(),
            "kh env --format json".into(),
            "kh run --profile p --only a --except b --prefix C_ --as D=e --set F=g --expired warn \
             --allow-production --clean --keep H -- i"
                .into(),
            "kh shell --profile p --clean".into(),
            "kh profile add p -p a -e b --only c --need d --dir / --shell /bin/sh --mask -- e f"
                .into(),
            "kh profile edit p --rename q --clear command --clean=false --mask=false".into(),
            "kh allow f --allow-production".into(),
            "kh deny f".into(),
            "kh inject -i a -o b -p c -e d --expired warn --allow-production".into(),
            "kh hook bash".into(),
            "kh credential-process aws a -p b -e c".into(),
            "kh git-credential a --host b --username c get".into(),
            "kh askpass a --username b Password:".into(),
            "kh audit n --action a --since 2026-01-01 --limit 3".into(),
            "kh audit --verify".into(),
            "kh verify --password-stdin".into(),
            "kh backup".into(),
            "kh backup /f".into(),
            "kh backup --list".into(),
            "kh restore f --password-stdin".into(),
            "kh salvage d --password-stdin".into(),
            "kh import dotenv f -p p -e e --no-backup".into(),
            "kh config set a b --password-stdin".into(),
            "kh unlock --recovery --password-stdin".into(),
            "kh password --recovery --rekey --no-backup --password-stdin".into(),
            "kh recovery --password-stdin".into(),
            "kh agent restart".into(),
            "kh agent log --follow".into(),
            "kh completions zsh".into(),
            "kh --json --no-input -q -y --color never --vault /v status".into(),
        ] {
            let parsed = parsed(&line).map(|read| read.globals);
            assert!(parsed.is_ok(), "{line}: {parsed:?}");
        }
    }

    #[test]
    fn a_value_given_as_an_argument_is_not_repeated() {
        for line in [
            "kh add stripe hunter2",
            "kh set stripe hunter2 -p a -e b",
            "kh set stripe --stdin=hunter2",
            "kh unlock --password-stdin=hunter2",
            "kh add stripe --value=hunter2",
        ] {
            let failure = failure(line);
            assert_eq!(failure.exit_status(), 2);
            assert!(!failure.message().contains("hunter2"), "{failure:?}");
        }
    }

    #[test]
    fn wrong_usage_is_status_two_on_one_line() {
        for line in ["kh frobnicate", "kh add", "kh list --nope", "kh run"] {
            let failure = failure(line);
            assert_eq!(failure.exit_status(), 2, "{line}");
            assert!(!failure.message().contains('\n'), "{failure:?}");
            assert!(!failure.message().starts_with("error"), "{failure:?}");
        }
    }
}
