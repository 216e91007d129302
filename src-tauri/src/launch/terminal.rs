//! A terminal of the person's own, with a shell or a command that finds the keys in it.
//!
//! What runs in it belongs to the terminal: it goes on when the window is gone, and asks
//! there for what it wants to know.

use std::ffi::OsString;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use keyhaven_protocol::Error;
use keyhaven_protocol::problem::Problem;

use super::child;
use crate::launch::PlannedLaunch;

/// The terminals looked for, the person's choice first, and what stands before the program
/// to run in each (their manual pages). The second is Debian's name for the chosen one.
const TERMINALS: [(&str, &[&str]); 14] = [
    ("xdg-terminal-exec", &[]),
    ("x-terminal-emulator", &["-e"]),
    ("gnome-terminal", &["--"]),
    ("ptyxis", &["--"]),
    ("kgx", &["--"]),
    ("konsole", &["-e"]),
    ("xfce4-terminal", &["-x"]),
    ("mate-terminal", &["-x"]),
    ("kitty", &[]),
    ("alacritty", &["-e"]),
    ("foot", &[]),
    ("wezterm", &["start", "--"]),
    ("ghostty", &["-e"]),
    ("xterm", &["-e"]),
];

/// Runs what follows, and waits for Enter after it.
const STAY: &str = r#""$@"; printf '\n(ended with %s; Enter closes)' "$?"; read -r _"#;

/// A terminal and how it takes the command to run.
#[derive(Debug, PartialEq, Eq)]
struct TerminalProgram {
    program: PathBuf,
    before: &'static [&'static str],
}

/// Opens a terminal with a shell that has the keys, or with a command.
///
/// # Errors
/// No terminal is known here, or it could not be started.
pub fn open(kh: &Path, launch: &PlannedLaunch) -> Result<(), Error> {
    let chosen = std::env::var_os("TERMINAL");
    let terminal = find(chosen, child::on_path).ok_or_else(none)?;
    // A terminal closes with its program; a person has seen what a command said by then.
    let stays: &[&str] = match launch.order.command.is_empty() {
        true => &[],
        false => &["sh", "-c", STAY, "sh"],
    };
    let mut child = Command::new(&terminal.program)
        .args(terminal.before)
        .args(stays)
        .arg(kh)
        .args(child::arguments(launch))
        .current_dir(child::directory(&launch.order))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // It is no part of what this process may stop.
        .process_group(0)
        .spawn()
        .map_err(|error| Error::io(&terminal.program, &error))?;
    // Only to take it off the system's table when it ends; without the thread that waits for
    // the end of this process.
    let _ = thread::Builder::new()
        .name("terminal".into())
        .spawn(move || child.wait());
    Ok(())
}

/// `$TERMINAL` is a program, told what to run by `-e` unless it is one of the known.
fn find(
    chosen: Option<OsString>,
    on_path: impl Fn(&str) -> Option<PathBuf>,
) -> Option<TerminalProgram> {
    let chosen = chosen.and_then(|chosen| chosen.into_string().ok());
    if let Some(program) = chosen.as_deref().and_then(&on_path) {
        let name = program.file_name().and_then(|name| name.to_str());
        let known = TERMINALS.iter().find(|(known, _)| Some(*known) == name);
        let before = known.map_or(["-e"].as_slice(), |(_, before)| before);
        return Some(TerminalProgram { program, before });
    }
    TERMINALS.iter().find_map(|(name, before)| {
        let program = on_path(name)?;
        Some(TerminalProgram { program, before })
    })
}

fn none() -> Error {
    let names: Vec<&str> = TERMINALS.iter().skip(2).map(|(name, _)| *name).collect();
    Error::invalid(Problem::NoTerminal {
        programs: names.iter().map(|name| (*name).to_owned()).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(
        chosen: Option<&str>,
        installed: &[&str],
    ) -> Option<(String, &'static [&'static str])> {
        let on_path = |name: &str| {
            let name = name.trim_start_matches("/opt/");
            installed
                .contains(&name)
                .then(|| PathBuf::from(format!("/usr/bin/{name}")))
        };
        let terminal = find(chosen.map(OsString::from), on_path)?;
        Some((terminal.program.display().to_string(), terminal.before))
    }

    #[test]
    fn the_persons_own_choice_comes_first() {
        let installed = ["xterm", "kitty", "mine", "x-terminal-emulator"];
        let before = |words: &'static [&'static str]| words;
        assert_eq!(
            found(None, &installed),
            Some(("/usr/bin/x-terminal-emulator".into(), before(&["-e"])))
        );
        assert_eq!(
            found(Some("/opt/kitty"), &installed),
            Some(("/usr/bin/kitty".into(), before(&[])))
        );
        assert_eq!(
            found(Some("mine"), &installed),
            Some(("/usr/bin/mine".into(), before(&["-e"])))
        );
        // A choice that is not there is none.
        assert_eq!(
            found(Some("gone"), &["konsole"]),
            Some(("/usr/bin/konsole".into(), before(&["-e"])))
        );
        assert_eq!(found(None, &[]), None);
    }
}
