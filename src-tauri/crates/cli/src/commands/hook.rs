//! `hook`: a directory file's variables come with its folder and go with it.
//!
//! The shell calls `kh hook SHELL --step` before each prompt and evaluates what that prints.
//! What is loaded stands in the shell's own environment ([`State`]). While it is, each prompt
//! asks the agent whether it is still right: a new value is loaded, and what is trusted no more
//! is taken away. What is loaded stays when the vault is locked, and that is said: the shell
//! has it, and so have the programs started there.
//!
//! A prompt waits for [`BUDGET`] and no longer: what comes later is lost, and the next prompt
//! tries again. No agent is started, nobody is asked for a password, and a step never fails.

mod state;

use std::os::unix::ffi::OsStrExt as _;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use jiff::Timestamp;
use keyhaven_client::Client;
use keyhaven_client::project_file::FoundProjectFile;
use keyhaven_client::session_from_environment;
use keyhaven_protocol::Error;
use keyhaven_protocol::paths::VaultPaths;
use keyhaven_protocol::request::{
    Choice, IsOutdatedRequest, LaunchFile, LaunchPurpose, LaunchSource, Overrides, ResolveRequest,
};
use keyhaven_protocol::view::{Claimed, LaunchView, Notice};
use keyhaven_protocol::wording::{self, count as counted};
use keyhaven_runner::{ChildEnvironment, InjectedVariable};

use self::state::{STATE, State, exported, forget};
use super::launch::variables;
use super::status::notice_words;
use crate::command_line::{HookArgs, HookShell};
use crate::error::Failure;
use crate::format::{self, quote_for_sh};
use crate::session::Context;
use crate::target::find_file;

/// How long a prompt waits for the agent: with the start of the process it stays below 20 ms.
const BUDGET: Duration = Duration::from_millis(15);

/// What is said where putting back what was before could not be kept in one variable.
const TOO_LONG: &str = "not loaded: what its variables hold now is too long to be put back later; \
                        unset them, and come anew";

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
        // A prompt comes whatever happens here; what went wrong was said.
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
    let state = State::read();
    match find_file() {
        Ok(None) => leave(context, shell, state),
        Ok(Some(found)) => enter(context, shell, state.unwrap_or_default(), found),
        // One that is not safe to read: as if there were none.
        Err(failure) => {
            let state = state.unwrap_or_default();
            say(context, shell, &state, State::default(), failure.message())
        }
    }
}

fn leave(context: &Context, shell: HookShell, state: Option<State>) -> Result<(), Failure> {
    let Some(state) = state else { return Ok(()) };
    let mut script = unload(context, shell, &state)?;
    script.extend_from_slice(&forget(shell, STATE));
    context.printer.out(&script)
}

fn enter(
    context: &Context,
    shell: HookShell,
    state: State,
    found: FoundProjectFile,
) -> Result<(), Failure> {
    let new = State::of(&found);
    if !state.is_of(&new) {
        return load(context, shell, &state, new, found);
    }
    if state.place.is_some() {
        return stay(context, shell, &state, new, found);
    }
    // Only another file, or coming anew, can change that; asking again would only be logged.
    if state.said.as_deref() == Some(TOO_LONG) {
        return Ok(());
    }
    load(context, shell, &state, new, found)
}

/// Looks whether what is loaded is still right.
fn stay(
    context: &Context,
    shell: HookShell,
    state: &State,
    new: State,
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
        Err(Why::Refused(error @ Error::Untrusted { .. })) => {
            return say(context, shell, state, new, not_loaded(&error));
        }
        // The next prompt asks again; what was said stays said.
        Err(Why::Late) if state.said.is_some() => return Ok(()),
        Err(why) => Some(stays(&why.words())),
    };
    remain(context, shell, state, why)
}

/// Leaves what is loaded, and says once why it may not be what it should.
fn remain(
    context: &Context,
    shell: HookShell,
    state: &State,
    why: Option<String>,
) -> Result<(), Failure> {
    if why == state.said {
        return Ok(());
    }
    if let (Some(place), Some(why)) = (&state.place, &why) {
        context.printer.note(&format!("{place}: {why}"));
    }
    let state = State {
        said: why,
        ..state.clone()
    };
    context.printer.out(&state.keep(shell)?)
}

/// Loads a file in place of what is loaded.
fn load(
    context: &Context,
    shell: HookShell,
    state: &State,
    new: State,
    found: FoundProjectFile,
) -> Result<(), Failure> {
    let is_there = state.is_of(&new) && state.place.is_some();
    let loaded = match in_time(context, |vault| ask(vault, found)) {
        Ok((view, injected)) => Loaded::new(shell, view, injected),
        Err(why @ Why::Late) if is_there => {
            return remain(context, shell, state, Some(stays(&why.words())));
        }
        Err(why @ Why::Late) => return postpone(context, shell, state, new, &why.words()),
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
    state: &State,
    new: State,
    why: String,
) -> Result<(), Failure> {
    if state.is_of(&new) && state.said.as_ref() == Some(&why) {
        return Ok(());
    }
    let said = Some(why.clone());
    instead(context, shell, state, &State { said, ..new }, &why)
}

/// The same where the answer came too late. That is said each time, since values went nowhere
/// with it; what was said of the file before holds.
fn postpone(
    context: &Context,
    shell: HookShell,
    state: &State,
    new: State,
    why: &str,
) -> Result<(), Failure> {
    let said = state.said.clone().filter(|_| state.is_of(&new));
    let words = format!("not loaded: {why}");
    instead(context, shell, state, &State { said, ..new }, &words)
}

/// Nothing loaded, in place of what is.
fn instead(
    context: &Context,
    shell: HookShell,
    state: &State,
    new: &State,
    words: &str,
) -> Result<(), Failure> {
    let mut script = unload(context, shell, state)?;
    context.printer.note(words);
    script.extend_from_slice(&new.keep(shell)?);
    context.printer.out(&script)
}

/// Commands that put back what was there before, said in one line.
fn unload(context: &Context, shell: HookShell, state: &State) -> Result<Vec<u8>, Failure> {
    if let Some(place) = &state.place {
        context.printer.note(&format!("{place}: unloaded"));
    }
    state.put_back(shell)
}

/// A file's variables, ready for the shell.
struct Loaded {
    place: String,
    release: u64,
    released_at: Timestamp,
    notices: Vec<Notice>,
    names: Vec<String>,
    script: Vec<u8>,
}

impl Loaded {
    /// What a file gives, or why it gives nothing.
    fn new(
        shell: HookShell,
        view: LaunchView,
        injected: Vec<InjectedVariable>,
    ) -> Result<Self, String> {
        let script = exported(shell, &injected).map_err(|failure| failure.message())?;
        let names = injected.iter().map(|one| one.name.clone()).collect();
        // The checks are those of a launch.
        ChildEnvironment::new(std::iter::empty(), injected).map_err(|error| error.to_string())?;
        Ok(Self {
            place: format!("{}/{}", view.project, view.environment),
            release: view.release,
            released_at: view.released_at,
            notices: view.notices,
            names,
            script,
        })
    }

    /// What the shell is to know of it.
    fn state(&self, state: &State, new: State) -> State {
        State {
            place: Some(self.place.clone()),
            release: self.release,
            released_at: self.released_at,
            before: self.names.iter().map(|name| state.before(name)).collect(),
            ..new
        }
    }

    /// In place of what the shell has so far, said in one line.
    fn put_in(
        self,
        context: &Context,
        shell: HookShell,
        state: &State,
        kept: &State,
    ) -> Result<(), Failure> {
        let again = state.is_of(kept) && state.place.is_some();
        let mut script = match again {
            true => state.put_back(shell)?,
            false => unload(context, shell, state)?,
        };
        let count = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        let loaded = if again { "loaded anew" } else { "loaded" };
        let mut words = format!("{}: {} {loaded}", self.place, counted(count, "variable"));
        for notice in &self.notices {
            words.push_str("; ");
            words.push_str(&notice_words(notice));
        }
        context.printer.note(&words);
        script.extend_from_slice(&kept.put_aside(shell));
        script.extend_from_slice(&self.script);
        script.extend_from_slice(&kept.keep(shell)?);
        context.printer.out(&script)
    }
}

/// Why the agent gave no answer.
enum Why {
    /// It said so.
    Refused(Error),
    /// It is not known which agent.
    Nowhere(Failure),
    /// It took too long.
    Late,
}

impl Why {
    fn words(&self) -> String {
        match self {
            Self::Refused(error) => worded(error),
            Self::Nowhere(failure) => failure.message(),
            Self::Late => {
                let budget = BUDGET.as_millis();
                format!(
                    "the agent has not answered within {budget} ms; the next prompt tries again"
                )
            }
        }
    }
}

fn stays(why: &str) -> String {
    format!("what is loaded stays: {why}")
}

/// The agent's answer, if it comes in time for the prompt.
fn in_time<T: Send + 'static>(
    context: &Context,
    ask: impl FnOnce(&VaultPaths) -> Result<T, Error> + Send + 'static,
) -> Result<T, Why> {
    let vault = context.vault().map_err(Why::Nowhere)?;
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        // Nobody may wait any more.
        let _ = sender.send(ask(&vault));
    });
    match receiver.recv_timeout(BUDGET) {
        Ok(answer) => answer.map_err(Why::Refused),
        Err(_) => Err(Why::Late),
    }
}

fn not_loaded(error: &Error) -> String {
    format!("not loaded: {}", worded(error))
}

fn worded(error: &Error) -> String {
    let hint = wording::hint(error).map(|hint| format!(" ({hint})"));
    format!("{}{}", wording::message(error), hint.unwrap_or_default())
}

/// The agent, if it runs and the vault is open.
fn connect(vault: &VaultPaths) -> Result<Client, Error> {
    Client::connect(vault, &session_from_environment())?
        .filter(|client| !client.agent().locked)
        .ok_or(Error::Locked)
}

fn ask(
    vault: &VaultPaths,
    found: FoundProjectFile,
) -> Result<(LaunchView, Vec<InjectedVariable>), Error> {
    let mut client = connect(vault)?;
    keyhaven_secret::process::deny_dumps().map_err(|error| Error::Io {
        path: "kh".into(),
        problem: error.to_string(),
    })?;
    let directory = std::env::current_dir().ok();
    let request = ResolveRequest {
        source: LaunchSource::ProjectFile {
            path: found.path_text(),
            content: found.content,
            environment: None,
        },
        choice: Choice::default(),
        overrides: Overrides::default(),
        files: Vec::new(),
        purpose: LaunchPurpose::Hook,
        claimed: Claimed {
            directory: directory.map(|directory| directory.to_string_lossy().into_owned()),
            ..Claimed::default()
        },
    };
    let mut answered = client.ask_with(request, &Default::default())?;
    let mut view = answered.answer;
    let injected = variables(&mut view, &mut answered.segments);
    let injected = injected.ok_or_else(|| Error::Defect {
        place: "the answer to a hook".into(),
    })?;
    Ok((view, injected))
}
