//! The arguments of `kh` for an order: a command with its output masked, or a shell.

use std::path::PathBuf;

use rustix::fs::Access;

use crate::launch::{LaunchKeys, LaunchRequest, PlannedLaunch};

/// The arguments of `kh`, for a terminal.
pub fn arguments(launch: &PlannedLaunch) -> Vec<String> {
    if launch.order.command.is_empty() {
        return with_keys(launch, "shell", &[]);
    }
    let run = with_keys(launch, "run", &["--mask-all"]);
    [run, command(&launch.order)].concat()
}

/// The arguments of `kh` for a child without a terminal, whose output is shown here.
pub fn masked_arguments(launch: &PlannedLaunch) -> Vec<String> {
    let run = with_keys(launch, "run", &["--mask-all", "--no-input"]);
    [run, command(&launch.order)].concat()
}

/// Where it runs.
pub fn directory(order: &LaunchRequest) -> PathBuf {
    let home = || std::env::home_dir().unwrap_or_else(|| "/".into());
    order.directory.clone().unwrap_or_else(home)
}

/// A program with plain words is started itself, so that the log names it; everything else
/// is the shell's to read. Nothing is a shell in a terminal.
pub fn parse_command(command: &str) -> Vec<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || " _-./:,@%+=".contains(c);
    let words: Vec<&str> = command.split_ascii_whitespace().collect();
    let Some(program) = words.first() else {
        return Vec::new();
    };
    let itself = command.chars().all(plain) && !program.contains('=');
    let words = match itself && on_path(program).is_some() {
        true => words,
        false => vec!["sh", "-c", command.trim()],
    };
    words.into_iter().map(str::to_owned).collect()
}

/// The program of a name, or of a path, if it can be executed.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let executable =
        |path: &PathBuf| path.is_file() && rustix::fs::access(path, Access::EXEC_OK).is_ok();
    if name.contains('/') {
        return Some(PathBuf::from(name)).filter(executable);
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(executable)
}

fn with_keys(launch: &PlannedLaunch, verb: &str, options: &[&str]) -> Vec<String> {
    let keys = match &launch.order.keys {
        LaunchKeys::Environment {
            project,
            environment,
        } => vec!["-p", project, "-e", environment],
        LaunchKeys::Profile(profile) => vec!["--profile", &profile.name],
    };
    let expect = ["--expect", &launch.plan.fingerprint];
    let all = [verb]
        .into_iter()
        .chain(options.iter().copied())
        .chain(expect)
        .chain(keys);
    all.map(str::to_owned).collect()
}

/// As it was confirmed, whatever the profile says by now.
fn command(order: &LaunchRequest) -> Vec<String> {
    [vec!["--".into()], order.command.clone()].concat()
}

#[cfg(test)]
mod tests {
    use keyhaven_protocol::request::Profile;

    use super::*;
    use crate::launch::tests::{order, planned};

    #[test]
    fn a_terminal_gets_a_shell_or_a_command() {
        let arguments = |command| arguments(&planned(order(command))).join(" ");
        assert_eq!(arguments(" "), "shell --expect f00d -p shop -e dev");
        let run = "run --mask-all --expect f00d -p shop -e dev -- ls -l";
        assert_eq!(arguments("ls -l"), run);
    }

    #[test]
    fn what_is_shown_here_is_masked_and_asks_nothing() {
        let options = "run --mask-all --no-input --expect f00d";
        let run = masked_arguments(&planned(order("ls"))).join(" ");
        assert_eq!(run, format!("{options} -p shop -e dev -- ls"));
        let profile = LaunchRequest::of_profile(Profile {
            name: "web".into(),
            command: vec!["npm".into(), "start".into()],
            ..Profile::default()
        });
        let run = masked_arguments(&planned(profile)).join(" ");
        assert_eq!(run, format!("{options} --profile web -- npm start"));
    }

    #[test]
    fn only_plain_words_of_a_known_program_go_without_a_shell() {
        assert_eq!(parse_command("/bin/ls  -l a=b"), ["/bin/ls", "-l", "a=b"]);
        assert!(parse_command("  ").is_empty());
        for command in [
            "exit 7",
            "A=1 ls",
            "ls | wc",
            "ls *",
            "ls ~",
            "ls 'a b'",
            "ls\nls",
            "/nonexistent/program",
        ] {
            assert_eq!(parse_command(command), ["sh", "-c", command], "{command}");
        }
    }
}
