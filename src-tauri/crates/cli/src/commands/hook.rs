//! `kh hook`: the variables of a project file are set on entering its folder and unset on leaving.
//!
//! The shell calls `kh hook SHELL --step` before each prompt (zsh and fish also when the folder
//! changes) and evaluates what that prints. What the hook knows stands in a variable of the shell
//! that is not exported ([`HookState`]). While variables are loaded, each step asks the agent
//! whether they are still right: a new value is loaded, and what is trusted no more is taken
//! away. What is loaded stays when the vault is locked, with a message: the shell has it, and so
//! have the programs started there. What holds another value than the loaded one was set
//! by somebody else: the hook mentions that once and leaves it alone.
//!
//! Entering a folder waits for the agent; where nothing may have changed, a prompt waits only
//! [`UNCHANGED`](answer::UNCHANGED), and an answer that comes later is not missed. No agent is
//! started, nobody is asked for a password, and a step never fails.

mod answer;
mod loaded;
mod script;
mod state;
mod step;

use std::os::unix::ffi::OsStrExt as _;

use clap::{Args, ValueEnum};

use self::step::step;
use crate::error::Failure;
use crate::format::shells::{quote_for_fish, quote_for_sh};
use crate::problem::SystemPart;
use crate::session::Context;

/// Print a shell hook that sets a folder's variables on entry and unsets them on leaving
///
/// The variables come from the folder's trusted .keyhaven.toml. What was set before
/// is restored on leaving, unless you or another program set it meanwhile. While
/// the vault is locked, nothing is loaded; the hook reports that once.
///
/// zsh and fish load when the folder changes, bash only at the next prompt: write
/// "cd ../B; kh run -- CMD" in bash, never "cd ../B && CMD". Entering a folder waits
/// for the agent up to 2 s; change that with: kh config set hook-wait-seconds N
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

// The user's own options (errexit, nounset, allexport, xtrace, and what zsh parses in another
// way) do not apply to what is read here. The hook comes last, so that what another hook (direnv)
// sets or unsets on the way is there already.
const BASH: &str = r#"__kh_hook() {
  local kh_status=$?
  local -
  set +aeux
  eval "$(KEYHAVEN_HOOK_STATE=${__kh_state-} KH hook bash --step)"
  return "$kh_status"
}
if [[ ";${PROMPT_COMMAND[*]:-};" != *__kh_hook* ]]; then
  if [[ $(declare -p PROMPT_COMMAND 2>/dev/null) == "declare -a"* ]]; then
    PROMPT_COMMAND+=(__kh_hook)
  else
    [[ -z ${PROMPT_COMMAND-} ]] || PROMPT_COMMAND+=$'\n'
    PROMPT_COMMAND+=__kh_hook
  fi
fi
"#;
const ZSH: &str = r#"__kh_hook() {
  local kh_status=$?
  emulate -L zsh -o no_aliases
  set +aeux
  eval "$(KEYHAVEN_HOOK_STATE=${__kh_state-} KH hook zsh --step)"
  return $kh_status
}
autoload -Uz add-zsh-hook && add-zsh-hook precmd __kh_hook && add-zsh-hook chpwd __kh_hook
"#;
// fish calls hooks as they were defined, and direnv comes only with the next prompt.
const FISH: &str = r#"function __kh_hook --on-event fish_prompt
  KEYHAVEN_HOOK_STATE="$__kh_state" KH hook fish --step | source
end
function __kh_cd --on-variable PWD
  functions -q __direnv_export_eval; and __direnv_export_eval
  __kh_hook
end
"#;

/// `kh hook`
pub fn hook(context: &Context, arguments: HookArgs) -> Result<(), Failure> {
    let shell = arguments.shell;
    if arguments.step {
        // A prompt comes whatever happens here; what went wrong was reported.
        return step(context, shell);
    }
    let program =
        std::env::current_exe().map_err(|error| Failure::system(SystemPart::Program, &error))?;
    let mut quoted = Vec::new();
    match shell {
        HookShell::Fish => quote_for_fish(&mut quoted, program.as_os_str().as_bytes()),
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
