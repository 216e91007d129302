//! The command line: the global options, the list of commands, and how arguments are read.
//!
//! Only the command that was named is defined in full: the others cost their name.

mod data;
mod house;
mod launch;
mod profile;
mod text;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgMatches, Args, Command, FromArgMatches, ValueEnum};
use keyhaven_protocol::similar;

pub use crate::value_parsers::{Field, Moments};
pub use data::*;
pub use house::*;
pub use launch::*;
pub use profile::*;
pub use text::topic;

use crate::commands as run;
use crate::error::Failure;
use crate::session::Context;

/// What every command takes.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Global options")]
pub struct Globals {
    /// Print one JSON document
    #[arg(long, global = true)]
    pub json: bool,
    /// Never ask; fail instead
    #[arg(long, global = true)]
    pub no_input: bool,
    /// Print only what was asked for, and errors
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// When to use colours
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_default_value = true
    )]
    pub color: When,
    /// Answer yes to questions
    #[arg(short, long, global = true)]
    pub yes: bool,
    /// The vault's folder
    #[arg(long, global = true, value_name = "DIR")]
    pub vault: Option<PathBuf>,
}

impl Globals {
    /// What can be known when the arguments cannot be read: how to print the error.
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
pub enum When {
    // On a terminal, unless NO_COLOR is set. Comments of values would make the help long.
    #[default]
    Auto,
    Always,
    Never,
}

/// What a command does with the context, once its arguments are read.
pub type Run = Box<dyn FnOnce(&Context) -> Result<(), Failure>>;

/// One command.
struct Entry {
    name: &'static str,
    about: &'static str,
    define: fn(Command) -> Command,
    read: fn(&ArgMatches) -> Result<Run, clap::Error>,
}

macro_rules! entries {
    ($($name:literal $about:literal $args:ty => $run:path,)*) => {
        /// Every command.
        const ENTRIES: &[Entry] = &[$(Entry {
            name: $name,
            about: $about,
            // A flattened group of options brings the words for itself; they are not the command's.
            define: |command| {
                <$args>::augment_args(command)
                    .about($about)
                    .long_about(None)
                    .mut_subcommands(|action| {
                        let example = text::action_example($name, action.get_name());
                        action.after_help(example)
                    })
            },
            read: |matches| {
                let arguments = <$args as FromArgMatches>::from_arg_matches(matches)?;
                Ok(Box::new(move |context: &Context| $run(context, arguments)))
            },
        },)*];
    };
}

entries! {
    "init" "Creates a vault and shows its recovery key once" InitArgs => run::status::init,
    "unlock" "Unlocks the vault" UnlockArgs => run::status::unlock,
    "lock" "Locks the vault" LockArgs => run::status::lock,
    "password" "Changes the master password" PasswordArgs => run::password::password,
    "recovery" "Makes a new recovery key and shows it once" RecoveryArgs => run::password::recovery,
    "status" "Says whether the vault is locked, and what is due" StatusArgs => run::status::status,
    "add" "Stores a new credential" AddArgs => run::add::add,
    "set" "Gives a credential a new value; the old one becomes the previous" SetArgs => run::add::set,
    "edit" "Changes what is known about a credential" EditArgs => run::edit::edit,
    "rename" "Gives a credential another name" RenameArgs => run::edit::rename,
    "rm" "Moves a credential to the trash" RemoveArgs => run::trash::remove,
    "trash" "Lists the trash, and takes credentials back from it" TrashArgs => run::trash::trash,
    "get" "Prints a value and nothing else" GetArgs => run::get::get,
    "list" "Lists credentials" ListArgs => run::list::list,
    "show" "Shows everything about a credential but its value" ShowArgs => run::show::show,
    "history" "Shows a credential's versions and who used them" HistoryArgs => run::show::history,
    "due" "Lists what expires or must be rotated, soonest first" DueArgs => run::due::due,
    "snooze" "Quiets a credential's reminders" SnoozeArgs => run::due::snooze,
    "environment" "Lists environments, and sets their tiers" EnvironmentArgs => run::environment::environment,
    "import" "Imports a file of another program" ImportArgs => run::import::import,
    "run" "Runs a command with the variables of an environment" RunArgs => run::launch::run,
    "shell" "Starts a shell with the variables of an environment" ShellArgs => run::shell::shell,
    "env" "Prints the variables of an environment, for eval" EnvArgs => run::launch::env,
    "profile" "Saves ways to launch, and lists them" ProfileArgs => run::profile::profile,
    "inject" "Fills a template's references into a private file" InjectArgs => run::inject::inject,
    "hook" "Prints a shell's hook: variables come with a folder and go with it" HookArgs => run::hook::hook,
    "credential-process" "Gives a key to AWS's tools" CredentialProcessArgs => run::credential_helpers::credential_process,
    "git-credential" "Gives a key to git, for one host" GitCredentialArgs => run::credential_helpers::git_credential,
    "askpass" "Answers git and ssh when they ask for a password" AskpassArgs => run::credential_helpers::askpass,
    "allow" "Shows the directory file and trusts it" AllowArgs => run::allow::allow,
    "deny" "Withdraws the trust in the directory file" DenyArgs => run::allow::deny,
    "audit" "Shows the log" AuditArgs => run::audit::audit,
    "config" "Shows and changes the vault's settings" ConfigArgs => run::config::config,
    "verify" "Checks the whole vault and says what is damaged" VerifyArgs => run::verify::verify,
    "backup" "Writes one encrypted file, checked after writing" BackupArgs => run::verify::backup,
    "restore" "Puts a backup in the vault's place, and keeps what it replaces" RestoreArgs => run::restore::restore,
    "salvage" "Saves what a damaged vault still holds into a new one" SalvageArgs => run::restore::salvage,
    "doctor" "Says what is and is not protected on this machine" DoctorArgs => run::doctor::doctor,
    "agent" "Shows, stops, restarts or installs the agent; prints its log" AgentArgs => run::agent::agent,
    "completions" "Prints completions for a shell" CompletionsArgs => run::help::completions,
    "help" "Explains a command or a topic" HelpArgs => run::help::help,
}

/// Reads the arguments.
///
/// # Errors
/// Wrong usage; or help or the version, to be printed instead.
pub fn parse(arguments: &[OsString]) -> Result<(Globals, Run), Failure> {
    // Where the command stands first, as it mostly does, the others are not needed to read it.
    let first = arguments.get(1).and_then(|first| entry(first.to_str()?));
    if let Some(entry) = first
        && let Ok(Some(read)) = read(&mut defined(std::slice::from_ref(entry)), arguments)
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

/// What the arguments say; nothing where they name no command.
fn read(kh: &mut Command, arguments: &[OsString]) -> Result<Option<(Globals, Run)>, clap::Error> {
    let matches = kh.try_get_matches_from_mut(arguments)?;
    let globals = Globals::from_arg_matches(&matches)?;
    let found = matches
        .subcommand()
        .and_then(|(name, matches)| Some((entry(name)?, matches)));
    let Some((entry, matches)) = found else {
        return Ok(None);
    };
    Ok(Some((globals, (entry.read)(matches)?)))
}

/// The whole command, its commands defined when they are needed.
pub fn definition() -> Command {
    defined(ENTRIES)
}

fn defined(entries: &[Entry]) -> Command {
    let kh = Command::new("kh")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Keeps API keys and hands them to the programs that need them")
        .override_help(text::HELP)
        .disable_help_subcommand(true)
        .subcommand_required(false)
        .subcommands(entries.iter().map(|entry| {
            Command::new(entry.name)
                .about(entry.about)
                .after_help(text::example(entry.name))
                .defer(entry.define)
        }));
    Globals::augment_args(kh)
}

/// The help of one command.
pub fn command_help(name: &str) -> Option<String> {
    let mut kh = definition();
    kh.build();
    let command = kh.find_subcommand_mut(name)?;
    Some(command.render_help().to_string())
}

fn entry(name: &str) -> Option<&'static Entry> {
    ENTRIES.iter().find(|entry| entry.name == name)
}

/// An error of the parser in our form. What stood where nothing belongs is not repeated: it
/// may be a value that somebody tried to give as an argument.
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
        .find_map(|argument| entry(argument.to_str()?));
    let stray = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(argument)) => !argument.starts_with('-'),
        _ => false,
    };
    if error.kind() == ErrorKind::UnknownArgument && stray {
        let hint = match command {
            Some(Entry {
                name: "add" | "set",
                ..
            }) => {
                "a value is never taken from the command line: type it when asked, or use --stdin"
                    .into()
            }
            _ => format!("quote what holds spaces; {}", see(command)),
        };
        return Failure::usage("there is an argument too many", hint);
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
fn see(command: Option<&Entry>) -> String {
    command.map_or_else(
        || "see: kh help".into(),
        |entry| format!("see: kh {} --help", entry.name),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<(Globals, Run), Failure> {
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
        for entry in ENTRIES {
            let named = help
                .split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
                .any(|word| word == entry.name);
            assert!(named, "{} is missing", entry.name);
        }
    }

    #[test]
    fn every_command_has_an_example() {
        for entry in ENTRIES {
            let help = command_help(entry.name).unwrap();
            assert!(help.starts_with(entry.about), "{help}");
            assert!(help.lines().count() <= 48, "{help}");
            assert!(
                text::example(entry.name).contains("kh "),
                "{} has no example",
                entry.name
            );
        }
    }

    #[test]
    fn the_example_of_an_action_shows_that_action() {
        let mut kh = definition();
        kh.build();
        for command in kh.get_subcommands_mut() {
            let name = command.get_name().to_owned();
            for action in command.get_subcommands_mut() {
                let line = format!("\n  kh {name} {}", action.get_name());
                let help = action.render_help().to_string();
                assert!(help.contains(&line), "{help}");
            }
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
            let parsed = parsed(&line).map(|(globals, _)| globals);
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
