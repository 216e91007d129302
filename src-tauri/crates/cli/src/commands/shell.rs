//! `shell`: an interactive shell with the variables, and a mark in its prompt.
//!
//! The shell reads its owner's files as always; the mark is put before the prompt after
//! them: by an rc file in memory (bash), by a hook (zsh), by a command (fish), by `PS1`
//! (others, whose rc files may replace it).

use std::ffi::{OsStr, OsString};
use std::fs::{self, DirBuilder, File};
use std::io::Write as _;
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use clap::Args;
use keyhaven_protocol::request::LaunchPurpose;
use keyhaven_protocol::view::LaunchView;
use rustix::fs::MemfdFlags;

use super::launch::{FileArgs, InheritArgs, LaunchArgs, inherited, mask_output, order, resolve};
use crate::error::Failure;
use crate::format::quote_for_sh;
use crate::session::Context;

/// ShellStart a shell with the variables of an environment
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
    /// Mask values in the output of the shell
    #[arg(long)]
    mask: bool,
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
        return Err(Failure::own(
            "nested_shell",
            6,
            format!("this is already a shell of {}", outer.to_string_lossy()),
            "leave it with: exit, or start another shell inside it with: --nested",
        ));
    }
    let mut order = order(context, &arguments.launch)?;
    order.give(&arguments.files)?;
    let own = order.profile.shell.as_ref().map(OsString::from);
    let program = own
        .or_else(|| std::env::var_os("SHELL"))
        .filter(|shell| !shell.is_empty())
        .unwrap_or_else(|| FALLBACK.into());
    let mask = arguments.mask || order.profile.mask;
    let purpose = LaunchPurpose::Shell;
    let variables = inherited(&arguments.inherit, &order.profile);
    let (mut launch, mut injected) = resolve(context, order, purpose, Some(&program))?;
    launch.put_into_memory(&mut injected, &arguments.files, mask)?;
    let start = start(context, &program, &mark(&launch.view))?;
    let mut own = start.variables;
    let place = format!("{}/{}", launch.view.project, launch.view.environment);
    own.push((MARK.into(), place.into()));
    let inherited: Vec<(OsString, OsString)> = variables
        .filter(|(name, _)| own.iter().all(|(other, _)| other != name))
        .collect();
    let variables = inherited.into_iter().chain(own);
    let command = (program.as_os_str(), start.arguments.as_slice());
    let ended = if mask {
        mask_output(context, launch, command, variables, injected)
    } else {
        launch.become_program(command.0, command.1, variables, injected)
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

fn start(context: &Context, program: &OsStr, mark: &str) -> Result<ShellStart, Failure> {
    let name = Path::new(program).file_name().and_then(OsStr::to_str);
    match name {
        Some("bash") => bash(mark).map_err(|error| Failure::system("the shell's rc file", &error)),
        Some("zsh") => zsh(&context.vault()?.socket, mark)
            .map_err(|error| Failure::system("the shell's rc file", &error)),
        Some("fish") => Ok(fish(mark)),
        _ => Ok(ShellStart {
            arguments: vec!["-i".into()],
            variables: vec![("PS1".into(), format!("{mark}$ ").into())],
            ..ShellStart::default()
        }),
    }
}

/// An rc file in memory: it reads the owner's, then marks the prompt and closes itself.
fn bash(mark: &str) -> std::io::Result<ShellStart> {
    let memory = rustix::fs::memfd_create("kh-shell", MemfdFlags::empty())?;
    let number = memory.as_raw_fd();
    let text = format!(
        "exec {number}<&-\n[ ! -f ~/.bashrc ] || . ~/.bashrc\nPS1={}\"$PS1\"\n",
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
fn zsh(socket: &Path, mark: &str) -> std::io::Result<ShellStart> {
    let base = socket.parent().unwrap_or(Path::new("/"));
    let folder = base.join(format!("zsh-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    DirBuilder::new().mode(0o700).create(&folder)?;
    let owner = match std::env::var("ZDOTDIR") {
        Ok(folder) => format!("export ZDOTDIR={}", quoted(&folder)),
        Err(_) => "unset ZDOTDIR".into(),
    };
    let text = format!(
        "command rm -rf -- {}\n{owner}\n\
         [[ ! -f ${{ZDOTDIR:-$HOME}}/.zshenv ]] || . ${{ZDOTDIR:-$HOME}}/.zshenv\n\
         typeset -g __kh_mark={}\n\
         __kh_prompt() {{ [[ $PROMPT == \"$__kh_mark\"* ]] || PROMPT=\"$__kh_mark$PROMPT\" }}\n\
         autoload -Uz add-zsh-hook && add-zsh-hook precmd __kh_prompt\n",
        quoted(&folder.to_string_lossy()),
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

/// A command that runs after the owner's files and wraps the prompt.
fn fish(mark: &str) -> ShellStart {
    let text = format!(
        "functions -q fish_prompt; and functions -c fish_prompt __kh_prompt; \
         or function __kh_prompt; echo '> '; end; \
         function fish_prompt; echo -n {}; __kh_prompt; end",
        quoted(mark)
    );
    ShellStart {
        arguments: vec!["-i".into(), "-C".into(), text.into()],
        ..ShellStart::default()
    }
}

/// Single quotes, as sh, bash, zsh and fish read them where there is no backslash.
fn quoted(text: &str) -> String {
    let mut out = Vec::new();
    quote_for_sh(&mut out, text.as_bytes());
    String::from_utf8_lossy(&out).into_owned()
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
