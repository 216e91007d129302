//! `shell`: an interactive shell with the variables, and a mark in its prompt.
//!
//! The shell reads its owner's files as always; the mark is put before the prompt after
//! them: by an rc file in memory (bash), by a hook (zsh), by a command (fish), by `PS1`
//! (others, whose rc files may replace it). There bash, zsh and fish also put back the variables
//! that those files set again ([`settle`]).

mod settle;

use std::ffi::{OsStr, OsString};
use std::fs::{self, DirBuilder, File};
use std::io::Write as _;
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use clap::Args;
use keyhaven_protocol::request::LaunchPurpose;
use keyhaven_protocol::view::LaunchView;
use keyhaven_rules::variables::{self, Shell};
use rustix::fs::MemfdFlags;

use super::launch::{
    FileArgs, InheritArgs, LaunchArgs, MaskArgs, expect_program, inherited, mask_output, order,
    resolve, room,
};
use crate::error::Failure;
use crate::format::check_for_shells;
use crate::format::shells::quoted;
use crate::problem::{CliProblem, SystemPart};
use crate::session::Context;

/// Start a shell with the variables of an environment
///
/// What your shell's own files (.bashrc, .zshrc, config.fish) set again is put back
/// and named, in bash, zsh and fish. Where one of these files hands over to another
/// shell or tmux, kh reports that, and looks at nothing after it. A tmux server that
/// is already running gives new panes its own environment: run kh shell in a pane.
///
/// For --file, --fifo and --memfd see: kh help files
///
/// Example:
///   kh shell -p shop -e dev
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct ShellArgs {
    #[command(flatten)]
    launch: LaunchArgs,
    /// Allow a Keyhaven shell inside another
    #[arg(long)]
    nested: bool,
    #[command(flatten)]
    files: FileArgs,
    #[command(flatten)]
    inherit: InheritArgs,
    #[command(flatten)]
    mask: MaskArgs,
}

/// Set in the shell to `PROJECT/ENVIRONMENT`.
const MARK: &str = "KEYHAVEN_SHELL";
const FALLBACK: &str = "/bin/sh";

/// How a shell is started so that its prompt is marked.
#[derive(Default)]
struct ShellStart {
    arguments: Vec<OsString>,
    variables: Vec<(OsString, OsString)>,
    /// Stays open through `exec`.
    rc: Option<OwnedFd>,
    /// Removed by the shell, or here if there is none.
    folder: Option<PathBuf>,
}

/// `kh shell`
pub fn shell(context: &Context, arguments: ShellArgs) -> Result<(), Failure> {
    let outer = std::env::var_os(MARK).filter(|outer| !outer.is_empty());
    if let Some(outer) = outer.filter(|_| !arguments.nested) {
        let location = outer.to_string_lossy().into_owned();
        return Err(CliProblem::NestedShell { location }.into());
    }
    let purpose = LaunchPurpose::Shell;
    let mut order = order(context, &arguments.launch, purpose)?;
    order.give(&arguments.files)?;
    let own = order.profile.shell.as_ref().map(OsString::from);
    let program = own
        .or_else(|| std::env::var_os("SHELL"))
        .filter(|shell| !shell.is_empty())
        .unwrap_or_else(|| FALLBACK.into());
    let path = expect_program(&program)?;
    let mask = arguments.mask.scope(&order.profile);
    let variables: Vec<_> = inherited(&arguments.inherit, &order.profile).collect();
    // What marks the prompt comes to it, and is checked with the whole.
    order.room = room(&path, &[], &variables);
    let (mut launch, mut injected) = resolve(context, order, purpose, Some(&program))?;
    if let Some(shell) = known(&program)
        && let Err(failure) = check_for_shells(&[shell], &injected)
    {
        launch.never_started();
        return Err(failure);
    }
    launch.put_into_memory(&mut injected, &arguments.files, mask.is_some())?;
    // One that was allowed in spite of what it does may be changed by the shell's own files.
    let names = injected.iter().map(|one| one.name.clone());
    let names: Vec<_> = names
        .filter(|name| variables::loader(name).is_none())
        .collect();
    let start = start(context, &program, &mark(&launch.view), &names)?;
    let mut own = start.variables;
    let place = format!("{}/{}", launch.view.project, launch.view.environment);
    own.push((MARK.into(), place.into()));
    let inherited: Vec<(OsString, OsString)> = variables
        .into_iter()
        .filter(|(name, _)| own.iter().all(|(other, _)| other != name))
        .collect();
    let variables = inherited.into_iter().chain(own);
    let command = (program.as_os_str(), start.arguments.as_slice());
    let ended = match mask {
        Some(scope) => mask_output(context, scope, launch, command, variables, injected),
        None => launch.become_program(context, command.0, command.1, variables, injected),
    };
    drop(start.rc);
    if let Some(folder) = start.folder {
        // What is left holds no secret, and the folder of the socket is cleaned at logout.
        let _ = fs::remove_dir_all(folder);
    }
    Err(ended)
}

/// `(project/environment) ` with nothing in it that a shell's prompt would expand.
fn mark(view: &LaunchView) -> String {
    let safe = |name: &str| -> String {
        name.chars()
            .map(|c| {
                if c.is_alphanumeric() || "._-".contains(c) {
                    c
                } else {
                    '_'
                }
            })
            .collect()
    };
    format!("({}/{}) ", safe(&view.project), safe(&view.environment))
}

/// The shell, by the name of its program.
fn known(program: &OsStr) -> Option<Shell> {
    let name = Path::new(program).file_name()?;
    Shell::ALL.into_iter().find(|shell| name == shell.program())
}

fn start(
    context: &Context,
    program: &OsStr,
    mark: &str,
    names: &[String],
) -> Result<ShellStart, Failure> {
    let rc_file = |error| Failure::system(SystemPart::RcFile, &error);
    match known(program) {
        Some(Shell::Bash) => bash(mark, names).map_err(rc_file),
        Some(Shell::Zsh) => zsh(&context.vault()?.socket, mark, names).map_err(rc_file),
        Some(Shell::Fish) => {
            note_fish_files(context);
            Ok(fish(mark, names))
        }
        None => Ok(ShellStart {
            arguments: vec!["-i".into()],
            variables: vec![("PS1".into(), format!("{mark}$ ").into())],
            ..ShellStart::default()
        }),
    }
}

/// An rc file in memory: it reads the owner's, then marks the prompt and closes itself.
fn bash(mark: &str, names: &[String]) -> std::io::Result<ShellStart> {
    let memory = rustix::fs::memfd_create("kh-shell", MemfdFlags::empty())?;
    let number = memory.as_raw_fd();
    let (before, after) = settle::bash(names);
    let text = format!(
        "exec {number}<&-\n{before}[ ! -f ~/.bashrc ] || . ~/.bashrc\n{after}PS1={}\"$PS1\"\n",
        quoted(mark)
    );
    File::from(memory.try_clone()?).write_all(text.as_bytes())?;
    Ok(ShellStart {
        arguments: vec![
            "--rcfile".into(),
            format!("/dev/fd/{number}").into(),
            "-i".into(),
        ],
        rc: Some(memory),
        ..ShellStart::default()
    })
}

/// A `.zshenv` in its own folder: it removes itself, reads the owner's files, and marks each
/// prompt before it is shown, also if a theme rebuilds it.
fn zsh(socket: &Path, mark: &str, names: &[String]) -> std::io::Result<ShellStart> {
    let base = socket.parent().unwrap_or(Path::new("/"));
    let folder = base.join(format!("zsh-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    DirBuilder::new().mode(0o700).create(&folder)?;
    let owner = match std::env::var("ZDOTDIR") {
        Ok(folder) => format!("export ZDOTDIR={}", quoted(&folder)),
        Err(_) => "unset ZDOTDIR".into(),
    };
    let text = format!(
        "command rm -rf -- {}\n{owner}\n{}\
         [[ ! -f ${{ZDOTDIR:-$HOME}}/.zshenv ]] || . ${{ZDOTDIR:-$HOME}}/.zshenv\n\
         typeset -g __kh_mark={}\n\
         __kh_prompt() {{ [[ $PROMPT == \"$__kh_mark\"* ]] || PROMPT=\"$__kh_mark$PROMPT\" }}\n\
         autoload -Uz add-zsh-hook && add-zsh-hook precmd __kh_prompt\n",
        quoted(&folder.to_string_lossy()),
        settle::zsh(names),
        quoted(mark)
    );
    fs::write(folder.join(".zshenv"), text)?;
    Ok(ShellStart {
        arguments: vec!["-i".into()],
        variables: vec![("ZDOTDIR".into(), folder.clone().into())],
        folder: Some(folder),
        ..ShellStart::default()
    })
}

/// Says that a file of fish hands the shell over (fish(1), Configuration files): then nothing
/// after it is run.
fn note_fish_files(context: &Context) {
    let base = std::env::var_os("XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".config")));
    let Some(folder) = base.map(|base| base.join("fish")) else {
        return;
    };
    let snippets = fs::read_dir(folder.join("conf.d")).into_iter().flatten();
    let snippets = snippets.filter_map(|entry| Some(entry.ok()?.path()));
    let mut files: Vec<PathBuf> = snippets
        .filter(|path| path.extension().is_some_and(|end| end == "fish"))
        .collect();
    files.sort();
    files.push(folder.join("config.fish"));
    let text = |path: &PathBuf| fs::read_to_string(path).unwrap_or_default();
    let found = files
        .iter()
        .find_map(|path| settle::fish_hands_over(&text(path)));
    if let Some(notice) = found {
        context
            .printer
            .note_text(notice.text().trim_start_matches("kh: "));
    }
}

/// A command that runs after the owner's files and wraps the prompt.
fn fish(mark: &str, names: &[String]) -> ShellStart {
    let text = format!(
        "{}functions -q fish_prompt; and functions -c fish_prompt __kh_prompt; \
         or function __kh_prompt; echo '> '; end; \
         function fish_prompt; echo -n {}; __kh_prompt; end",
        settle::fish(names),
        quoted(mark)
    );
    ShellStart {
        arguments: vec!["-i".into(), "-C".into(), text.into()],
        ..ShellStart::default()
    }
}

#[cfg(test)]
mod tests {
    use keyhaven_protocol::view::Tier;

    use super::*;

    #[test]
    fn nothing_in_the_mark_is_expanded() {
        let view = LaunchView {
            parts: Vec::new(),
            project: "$(touch x)`%F{red}\\u".into(),
            environment: "dev".into(),
            tier: Tier::Development,
            variables: vec![],
            notices: vec![],
            release: 1,
            released_at: jiff::Timestamp::UNIX_EPOCH,
        };
        assert_eq!(mark(&view), "(__touch_x___F_red__u/dev) ");
    }
}
