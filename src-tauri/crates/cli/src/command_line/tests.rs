//! The command line: every command has its help, and what is wrong is answered with what helps.

use std::collections::HashSet;

use clap::Arg;
use clap::error::ErrorKind;

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
    for command in definition().get_subcommands() {
        let name = command.get_name();
        let named = help
            .split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
            .any(|word| word == name);
        assert!(named, "{name} is missing in help/overview.txt");
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
        let lines = example.lines().skip(1).take_while(|line| !line.is_empty());
        let several = lines.filter(|line| line.contains("kh ")).count() > 1;
        assert_eq!(example.starts_with("s:"), several, "{help}");
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
        ("kh ls", "did you mean list?"),
        ("kh export", "did you mean env?"),
        ("kh envs", "did you mean environment?"),
        ("kh providers", "did you mean provider list?"),
        ("kh due 30", "write: kh due --within 30; see: kh due --help"),
        (
            "kh due 2027-01-01",
            "write: kh due --within DAYS; see: kh due --help",
        ),
        ("kh man", "see the commands that exist with: kh help"),
        (
            "kh move stripe",
            "store the key there with kh add, then remove it here with: kh rm",
        ),
        ("kh environment set a/b", "see: kh environment set --help"),
        ("kh config get", "see: kh config get --help"),
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
fn options_are_read_as_they_are_defined() {
    let about = "--provider x --env-var A --scope a --scope b --allow-ip ::1 --owner o \
                 --tag t --url https://u.example --note n --quota q --expires 90d --rotate-every 30 \
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
        "kh due --ics --names".into(),
        "kh snooze n --until 1w".into(),
        "kh rotate n --manual --stdin --check --costly --yes --expires keep".into(),
        "kh rotate --status".into(),
        "kh rollback n --to 2 --expires none".into(),
        "kh revoke n --yes".into(),
        "kh trash restore n".into(),
        "kh trash empty".into(),
        "kh environment set a/b --tier production".into(),
        "kh import dotenv f -p p -e e --dry-run --tier staging --plain A --secret B".into(),
        "kh env --format json".into(),
        "kh run --profile p --only a --except b --prefix C_ --as D=e --set F=g --expired warn \
         --allow-production --clean --keep H -- i"
            .into(),
        "kh shell --profile p --clean".into(),
        "kh profile add p -p a -e b --only c --need d --dir / --shell /bin/sh --mask -- e f".into(),
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

/// A value of the kind that this name stands for in the help.
fn sample(name: &str) -> &'static str {
    match name {
        "BOOL" => "true",
        "CMD" | "COMMAND" => "ls",
        "DATE" | "WHEN" => "2026-01-01",
        "DAYS" | "N" | "LEN" => "12",
        "DIR" | "FILE" | "PATH" | "TEMPLATE" | "FOLDER" => "/dir",
        "F" | "FIELD" => "field",
        "F=VAR" | "F[=VAR]" => "field=A",
        "IP" => "::1",
        "NAME=REF" | "VAR=REF" => "A=kh:b",
        "NAME=VALUE" => "A=b",
        "PROJECT/ENV" => "shop/dev",
        "REF" => "kh:a",
        "SHA256" => "00",
        "SIGNAL" => "TERM",
        "URL" => "https://u.example",
        "VAR" | "KEY" => "A",
        _ => "a",
    }
}

/// The words that give an argument, with the name of its value as the help shows it.
fn given(argument: &Arg) -> Vec<String> {
    let names = argument.get_value_names().unwrap_or_default();
    let values = argument.get_possible_values();
    let takes_value = argument.get_action().takes_values();
    let value = match (takes_value, values.first()) {
        (false, _) => None,
        (true, Some(value)) => Some(value.get_name().to_owned()),
        (true, None) => Some(sample(names.first().map_or("", |name| name)).to_owned()),
    };
    match (argument.get_long(), value) {
        (Some(long), Some(value)) => vec![format!("--{long}={value}")],
        (Some(long), None) => vec![format!("--{long}")],
        (None, value) => {
            let dashes = argument.is_last_set().then(|| "--".to_owned());
            dashes.into_iter().chain(value).collect()
        }
    }
}

#[test]
fn every_argument_has_a_help_and_takes_the_value_that_it_names() {
    use ErrorKind::{ArgumentConflict, DisplayHelp, DisplayVersion, MissingRequiredArgument};
    let mut arguments = 0;
    for (name, command) in helps() {
        let mut shorts = HashSet::new();
        let mut positionals = Vec::new();
        for argument in command.get_arguments() {
            let place = format!("{name} {}", argument.get_id());
            assert!(argument.get_help().is_some(), "{place}");
            for short in argument.get_short_and_visible_aliases().unwrap_or_default() {
                assert!(shorts.insert(short), "{place}: -{short} is taken");
            }
            let names = argument.get_value_names().unwrap_or_default();
            let shown = |name: &&str| !name.is_empty() && name.to_uppercase() == **name;
            assert!(names.iter().all(|name| shown(&name.as_str())), "{place}");
            let named = !argument.get_action().takes_values() || !names.is_empty();
            assert!(named, "{place}");
            let words = given(argument);
            let line = name.split(' ').map(str::to_owned);
            let line = line.chain(positionals.clone()).chain(words.clone());
            if argument.is_positional() {
                positionals.extend(words);
            }
            // What else it needs, or does not go with, is another matter.
            if let Err(error) = definition().try_get_matches_from(line) {
                let kinds = [
                    ArgumentConflict,
                    DisplayHelp,
                    DisplayVersion,
                    MissingRequiredArgument,
                ];
                assert!(kinds.contains(&error.kind()), "{place}: {error}");
            }
            arguments += 1;
        }
    }
    assert!(arguments > 150, "{arguments}");
}

/// The command lines of `kh` in the code blocks of a document. What a command prints is not
/// one: in a block with prompts, commands follow a prompt.
fn shown(document: &str) -> Vec<&str> {
    let blocks = document.split("```").skip(1).step_by(2);
    let commands = blocks.flat_map(|block| {
        let has_prompts = block.lines().any(|line| line.starts_with("$ "));
        let is_command = move |line: &&str| !has_prompts || line.starts_with("$ ");
        block.lines().filter(is_command)
    });
    commands
        .filter_map(|line| {
            let at = line.find("kh ")?;
            let begins = at == 0 || line[..at].ends_with([' ', '(', '/']);
            let ends = line[at..].find([')', '|', ';', '#']).map(|end| at + end);
            let command = line[at..ends.unwrap_or(line.len())].trim();
            begins.then_some(command)
        })
        .collect()
}

#[test]
fn the_commands_that_documents_show_exist() {
    let documents = [
        include_str!("../../../../../README.md"),
        include_str!("../../../../../docs/services.md"),
    ];
    for document in documents {
        let lines = shown(document);
        assert!(lines.len() > 2, "{lines:?}");
        for line in lines {
            let line: Vec<&str> = line.split_whitespace().collect();
            let parsed = parsed(&line.join(" ")).map(|read| read.globals);
            assert!(parsed.is_ok(), "{line:?}: {parsed:?}");
        }
    }
    let guide = "a\n```console\n$ kh list  # all\nsee kh x\n```\nkh no\n\
                  ```sh\neval \"$(kh env -p a)\"\n  nokh x\n```\n";
    assert_eq!(shown(guide), ["kh list", "kh env -p a"]);
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
