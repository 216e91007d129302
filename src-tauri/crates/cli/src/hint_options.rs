//! For tests: whether the options that a hint names are those of the command it speaks of.

use clap::Command;

use crate::command_line::definition;

/// The whole definition, with the options of every command.
pub fn built() -> Command {
    let mut kh = definition();
    kh.build();
    kh
}

/// Programs of others that hints name, with their own options.
const OTHERS: [&str; 5] = ["sh", "ls", "docker", "systemctl", "ulimit"];

/// The options of a hint that its command has not. `own` are the commands in which it is shown:
/// an option that stands behind no `kh COMMAND` has to be one of all of them.
pub fn foreign(kh: &Command, own: &[&str], hint: &str) -> Vec<String> {
    let own: Vec<&Command> = own.iter().map(|name| command(kh, name)).collect();
    let clauses = hint.split([',', ';', '(', ')']);
    let clauses = clauses.flat_map(|clause| clause.split(" or "));
    let of_clause = |clause: &str| {
        let words: Vec<&str> = clause.split_whitespace().collect();
        let mut named = own.clone();
        let mut strange = Vec::new();
        for (at, word) in words.iter().enumerate() {
            let next = |more: usize| words.get(at + more).copied().unwrap_or_default();
            if OTHERS.contains(word) {
                break;
            }
            if let Some(found) = named_command(kh, word, next(1), next(2)) {
                named = vec![found];
            }
            if let Some(option) = option(word)
                && !named.iter().all(|command| has(command, option))
            {
                strange.push(format!("{option} in: {hint}"));
            }
        }
        strange
    };
    clauses.flat_map(of_clause).collect()
}

fn command<'k>(kh: &'k Command, name: &str) -> &'k Command {
    let found = kh.find_subcommand(name);
    found.unwrap_or_else(|| panic!("no command {name}"))
}

/// What `kh NAME ACTION` names.
fn named_command<'k>(kh: &'k Command, word: &str, name: &str, action: &str) -> Option<&'k Command> {
    if word.trim_matches(['"', '\'', '$']) != "kh" {
        return None;
    }
    let command = kh.find_subcommand(name.trim_matches(|c: char| !c.is_alphanumeric()))?;
    Some(command.find_subcommand(action).unwrap_or(command))
}

/// `--option` or `-o`, without its value.
fn option(word: &str) -> Option<&str> {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '-');
    let word = word.split_once('=').map_or(word, |(option, _)| option);
    let name = word.trim_start_matches('-');
    let begins = name.starts_with(|c: char| c.is_ascii_lowercase());
    (begins && name.len() < word.len()).then_some(word)
}

fn has(command: &Command, option: &str) -> bool {
    let mut arguments = command.get_arguments();
    arguments.any(|argument| match option.strip_prefix("--") {
        Some(long) => argument.get_long() == Some(long),
        None => argument.get_short() == option.chars().nth(1),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_belongs_to_the_command_in_front_of_it() {
        let kh = built();
        let strange = |own: &[&str], hint: &str| foreign(&kh, own, hint).len();
        assert_eq!(strange(&["run"], "leave it out with --except X"), 0);
        assert_eq!(strange(&["inject"], "leave it out with --except X"), 1);
        assert_eq!(strange(&["run", "inject"], "narrow it with --only"), 1);
        assert_eq!(
            strange(&["hook"], "write it, or: kh edit X --env-var ''"),
            0
        );
        assert_eq!(strange(&["hook"], "use kh env --file, or --only"), 2);
        assert_eq!(
            strange(&["hook"], "kh profile edit web --allow-production"),
            0
        );
        assert_eq!(strange(&["hook"], "name one with -e"), 1);
        assert_eq!(strange(&["run"], "add -p PROJECT -e ENV"), 0);
        assert_eq!(strange(&["run"], "a - b, to-day, ls -l"), 0);
    }

    /// Behind a command it is one of that command, and otherwise of any.
    #[test]
    fn every_option_that_a_text_names_exists() {
        let kh = built();
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../messages/i18n/en");
        let all: Vec<&Command> = kh
            .get_subcommands()
            .flat_map(|command| command.get_subcommands().chain([command]))
            .collect();
        let is_of_some = |word: &str| {
            let option = word.split(' ').next().unwrap_or_default();
            all.iter().any(|command| has(command, option))
        };
        let mut strange = Vec::new();
        for file in std::fs::read_dir(folder).unwrap() {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            for line in text.lines().filter(|line| !line.starts_with('#')) {
                let behind_none = line.split("kh ").next().unwrap_or_default();
                let own = foreign(&kh, &["status"], behind_none);
                strange.extend(own.into_iter().filter(|option| !is_of_some(option)));
                strange.extend(foreign(&kh, &[], line));
            }
        }
        assert!(strange.is_empty(), "{strange:#?}");
    }
}
