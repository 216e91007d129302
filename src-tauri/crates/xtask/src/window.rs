//! `cargo xtask run`: set-up, build, and the window; without a display, the
//! first steps on the command line.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::say;
use crate::setup;
use crate::stage::Stages;
use crate::workspace::Workspace;

/// Builds and becomes the window.
///
/// # Errors
/// Names the first step that failed.
pub fn run(workspace: &Workspace, stages: &mut Stages, arguments: &[&str]) -> Result<ExitCode> {
    setup::for_build(workspace, stages)?;
    setup::build_front_end(workspace, stages)?;
    let mut build = workspace.cargo(["build", "--workspace", "--bins"]);
    stages.command("programs", &mut build, "")?;
    stages.summary();
    if !has_display() {
        first_steps(workspace);
        return Ok(ExitCode::SUCCESS);
    }
    say::step("Opening the window");
    let program = workspace.debug.join("keyhaven");
    let error = as_started_by_hand(&program, workspace)
        .args(arguments)
        .exec();
    Err(error).with_context(|| format!("cannot start {}", program.display()))
}

fn has_display() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// Without what `cargo run` adds to the environment: programs that the window
/// launches would inherit it.
fn as_started_by_hand(program: &Path, workspace: &Workspace) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CARGO") {
            command.env_remove(name);
        }
    }
    let Some(libraries) = std::env::var_os("LD_LIBRARY_PATH") else {
        return command;
    };
    let own: Vec<_> = std::env::split_paths(&libraries)
        .filter(|path| !path.starts_with(&workspace.debug))
        .filter(|path| !path.components().any(|part| part.as_os_str() == ".rustup"))
        .collect();
    match std::env::join_paths(&own) {
        Ok(rest) if rest != OsString::new() => command.env("LD_LIBRARY_PATH", rest),
        _ => command.env_remove("LD_LIBRARY_PATH"),
    };
    command
}

fn first_steps(workspace: &Workspace) {
    say::text(&format!(
        "
There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so the
window cannot open. The same first steps on the command line:

  export PATH=\"{}:$PATH\"
  kh init                                            # a vault, a master password
  kh import dotenv .env -p shop -e dev --dry-run     # what would be read
  kh import dotenv .env -p shop -e dev               # your keys, encrypted
  kh list                                            # what is there, what is due
  kh run -p shop -e dev -- node app.js               # the keys, only in this process

`kh --help` shows the rest.
",
        workspace.debug.display()
    ));
}
