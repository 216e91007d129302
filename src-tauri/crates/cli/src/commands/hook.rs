//! `kh hook`: the variables of a project file are set on entering its folder and unset on leaving.
//!
//! The shell calls `kh hook SHELL --step` before each prompt and evaluates what that prints.
//! What is loaded stands in the shell's own environment ([`HookState`]). While it is, each prompt
//! asks the agent whether it is still right: a new value is loaded, and what is trusted no more
//! is taken away. What is loaded stays when the vault is locked, with a message: the shell
//! has it, and so have the programs started there.
//!
//! A prompt waits for [`BUDGET`](answer::BUDGET) and no longer: what comes later is lost, and
//! the next prompt tries again. No agent is started, nobody is asked for a password, and a step never fails.

mod answer;
mod loaded;
mod state;

use std::os::unix::ffi::OsStrExt as _;

use clap::{Args, ValueEnum};
use keyhaven_client::project_file::FoundProjectFile;
use keyhaven_protocol::Error;
use keyhaven_protocol::request::{IsOutdatedRequest, LaunchFile};

use self::answer::{NoAnswer, ask, connect, in_time, worded};
use self::loaded::LoadedVariables;
use self::state::{HookState, STATE, forget};
use crate::error::Failure;
use crate::format::{self, quote_for_sh};
use crate::session::Context;
use crate::target::find_file;

/// Print a shell hook that sets a folder's variables on entry and unsets them on leaving
///
/// The variables come from the folder's trusted .keyhaven.toml. Variables that
/// were set before are restored on leaving. While the vault is locked, nothing is
/// loaded; the hook reports that once.
///
/// Examples:
///   eval "$(kh hook bash)"      # in ~/.bashrc; for zsh in ~/.zshrc
///   kh hook fish | source        # in ~/.config/fish/config.fish
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct HookArgs {
    /// The shell
    shell: HookShell,
    /// What the hook does before a prompt
    #[arg(long, hide = true)]
    step: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum HookShell {
    Bash,
    Zsh,
    Fish,
}

/// Shown where the values to put back later do not fit in one variable.
const TOO_LONG: &str = "not loaded: the current values are too long to be restored later; \
                        unset them and re-enter the folder";

const BASH: &str = r#"__kh_hook() {
  local kh_status=$?
  eval "$(KH hook bash --step)"
  return $kh_status
}
if [[ ";${PROMPT_COMMAND[*]:-};" != *__kh_hook* ]]; then
  if [[ $(declare -p PROMPT_COMMAND 2>/dev/null) == "declare -a"* ]]; then
    PROMPT_COMMAND=(__kh_hook "${PROMPT_COMMAND[@]}")
  else
    PROMPT_COMMAND="__kh_hook${PROMPT_COMMAND:+;$PROMPT_COMMAND}"
  fi
fi
"#;
const ZSH: &str = r#"__kh_hook() {
  local kh_status=$?
  eval "$(KH hook zsh --step)"
  return $kh_status
}
autoload -Uz add-zsh-hook && add-zsh-hook precmd __kh_hook
"#;
const FISH: &str = r#"function __kh_hook --on-event fish_prompt
  KH hook fish --step | source
end
"#;

/// `kh hook`
pub fn hook(context: &Context, arguments: HookArgs) -> Result<(), Failure> {
    let shell = arguments.shell;
    if arguments.step {
        // A prompt comes whatever happens here; what went wrong was reported.
        return step(context, shell);
    }
    let program = std::env::current_exe().map_err(|error| Failure::system("kh", &error))?;
    let mut quoted = Vec::new();
    match shell {
        HookShell::Fish => format::quote_for_fish(&mut quoted, program.as_os_str().as_bytes()),
        HookShell::Bash | HookShell::Zsh => {
            quote_for_sh(&mut quoted, program.as_os_str().as_bytes());
        }
    }
    let script = match shell {
        HookShell::Bash => BASH,
        HookShell::Zsh => ZSH,
        HookShell::Fish => FISH,
    };
    let script = script.replace(
        "KH hook",
        &format!("{} hook", String::from_utf8_lossy(&quoted)),
    );
    context.printer.out(script.as_bytes())
}

/// What a shell is to do before a prompt.
fn step(context: &Context, shell: HookShell) -> Result<(), Failure> {
    let state = HookState::read();
    match find_file() {
        Ok(None) => leave(context, shell, state),
        Ok(Some(found)) => enter(context, shell, state.unwrap_or_default(), found),
        // One that is not safe to read: as if there were none.
        Err(failure) => {
            let state = state.unwrap_or_default();
            say(
                context,
                shell,
                &state,
                HookState::default(),
                failure.message(),
            )
        }
    }
}

fn leave(context: &Context, shell: HookShell, state: Option<HookState>) -> Result<(), Failure> {
    let Some(state) = state else { return Ok(()) };
    let mut script = unload(context, shell, &state)?;
    script.extend_from_slice(&forget(shell, STATE));
    context.printer.out(&script)
}

fn enter(
    context: &Context,
    shell: HookShell,
    state: HookState,
    found: FoundProjectFile,
) -> Result<(), Failure> {
    let new = HookState::of(&found);
    if !state.is_of(&new) {
        return load(context, shell, &state, new, found);
    }
    if state.place.is_some() {
        return stay(context, shell, &state, new, found);
    }
    // Only another file or re-entering the folder can change that; asking again would only add
    // an audit entry.
    if state.said.as_deref() == Some(TOO_LONG) {
        return Ok(());
    }
    load(context, shell, &state, new, found)
}

/// Looks whether what is loaded is still right.
fn stay(
    context: &Context,
    shell: HookShell,
    state: &HookState,
    new: HookState,
    found: FoundProjectFile,
) -> Result<(), Failure> {
    let request = IsOutdatedRequest {
        release: state.release,
        released_at: state.released_at,
        file: Some(LaunchFile {
            path: new.path.clone(),
            sha256: new.sha256.clone(),
        }),
    };
    let asked = in_time(context, |vault| connect(vault)?.ask(request));
    let why = match asked {
        Ok(false) => None,
        Ok(true) => return load(context, shell, state, new, found),
        Err(NoAnswer::Refused(error @ Error::Untrusted { .. })) => {
            return say(context, shell, state, new, not_loaded(&error));
        }
        // The next prompt asks again; the message is not repeated.
        Err(NoAnswer::Late) if state.said.is_some() => return Ok(()),
        Err(why) => Some(stays(&why.words())),
    };
    remain(context, shell, state, why)
}

/// Leaves what is loaded, and says once why it may not be what it should.
fn remain(
    context: &Context,
    shell: HookShell,
    state: &HookState,
    why: Option<String>,
) -> Result<(), Failure> {
    if why == state.said {
        return Ok(());
    }
    if let (Some(place), Some(why)) = (&state.place, &why) {
        context.printer.note(&format!("{place}: {why}"));
    }
    let state = HookState {
        said: why,
        ..state.clone()
    };
    context.printer.out(&state.keep(shell)?)
}

/// Loads a file in place of what is loaded.
fn load(
    context: &Context,
    shell: HookShell,
    state: &HookState,
    new: HookState,
    found: FoundProjectFile,
) -> Result<(), Failure> {
    let is_there = state.is_of(&new) && state.place.is_some();
    let loaded = match in_time(context, |vault| ask(vault, found)) {
        Ok((view, injected)) => LoadedVariables::new(shell, view, injected),
        Err(why @ NoAnswer::Late) if is_there => {
            return remain(context, shell, state, Some(stays(&why.words())));
        }
        Err(why @ NoAnswer::Late) => return postpone(context, shell, state, new, &why.words()),
        Err(why) => Err(why.words()),
    };
    let loaded = match loaded {
        Ok(loaded) => loaded,
        Err(why) => return say(context, shell, state, new, format!("not loaded: {why}")),
    };
    let kept = loaded.state(state, new.clone());
    if !kept.fits()? {
        return say(context, shell, state, new, TOO_LONG.into());
    }
    loaded.put_in(context, shell, state, &kept)
}

/// Puts back what was there before, and says once why nothing is loaded.
fn say(
    context: &Context,
    shell: HookShell,
    state: &HookState,
    new: HookState,
    why: String,
) -> Result<(), Failure> {
    if state.is_of(&new) && state.said.as_ref() == Some(&why) {
        return Ok(());
    }
    let said = Some(why.clone());
    instead(context, shell, state, &HookState { said, ..new }, &why)
}

/// The same where the answer came too late. That is reported each time, and does not replace
/// the earlier message about the file.
fn postpone(
    context: &Context,
    shell: HookShell,
    state: &HookState,
    new: HookState,
    why: &str,
) -> Result<(), Failure> {
    let said = state.said.clone().filter(|_| state.is_of(&new));
    let words = format!("not loaded: {why}");
    instead(context, shell, state, &HookState { said, ..new }, &words)
}

/// Nothing loaded, in place of what is.
fn instead(
    context: &Context,
    shell: HookShell,
    state: &HookState,
    new: &HookState,
    words: &str,
) -> Result<(), Failure> {
    let mut script = unload(context, shell, state)?;
    context.printer.note(words);
    script.extend_from_slice(&new.keep(shell)?);
    context.printer.out(&script)
}

/// Commands that put back what was there before, said in one line.
fn unload(context: &Context, shell: HookShell, state: &HookState) -> Result<Vec<u8>, Failure> {
    if let Some(place) = &state.place {
        context.printer.note(&format!("{place}: unloaded"));
    }
    state.put_back(shell)
}

fn stays(why: &str) -> String {
    format!("the loaded variables are kept: {why}")
}

fn not_loaded(error: &Error) -> String {
    format!("not loaded: {}", worded(error))
}
