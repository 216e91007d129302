//! `hook`: a directory file's variables come with its folder and go with it.
//!
//! The shell calls `kh hook SHELL --step` before each prompt and evaluates what that prints.
//! What is loaded stands in [`STATE`], in the shell's own environment: the file, its content
//! by its hash, and what its variables were before. Nothing is asked of the agent while that
//! holds; where something is, the prompt waits for [`BUDGET`] at most, and the next one tries
//! again. No agent is started, nobody is asked for a password, and a step never fails.

use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use data_encoding::BASE64;
use keyhaven_protocol::client::session_from_environment;
use keyhaven_protocol::directory::Found;
use keyhaven_protocol::paths::VaultPlace;
use keyhaven_protocol::request::{Choice, LaunchPurpose, LaunchSource, Overrides, ResolveRequest};
use keyhaven_protocol::view::{Claimed, LaunchView, Notice};
use keyhaven_protocol::wording::{self, count as counted};
use keyhaven_protocol::{Client, Error};
use keyhaven_runner::{Environment, Injected, MAX_STRING, names};
use keyhaven_secret::SecretBytes;
use serde::{Deserialize, Serialize};

use super::launch::variables;
use super::vault::notice_words;
use crate::args::{EnvFormat, HookArgs, HookShell};
use crate::failure::Failure;
use crate::format::{self, quote_for_sh};
use crate::place::find_file;
use crate::session::Context;

/// The variable that says what is loaded.
const STATE: &str = "KEYHAVEN_HOOK";
/// How long a prompt waits for the agent: with the start of the process it stays below 20 ms.
const BUDGET: Duration = Duration::from_millis(15);

/// What is said where the agent did not answer in that time.
const LATE: &str = "not loaded: the agent takes its time; the next prompt tries again";
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

/// What the shell has of a directory file.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct State {
    path: String,
    sha256: String,
    /// What is loaded, for the words at its end; nothing where it could not be.
    place: Option<String>,
    /// The variables loaded, each with what it was before, in Base64.
    before: Vec<(String, Option<String>)>,
    /// Why it could not be loaded, said once.
    said: Option<String>,
}

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
    let mut script = state.unload(context, shell)?;
    script.extend_from_slice(&forget(shell, STATE));
    context.printer.out(&script)
}

fn enter(context: &Context, shell: HookShell, state: State, found: Found) -> Result<(), Failure> {
    let new = State {
        path: found.path_text(),
        sha256: found.fingerprint(),
        ..State::default()
    };
    if state.is_of(&new) && state.place.is_some() {
        return Ok(());
    }
    // Only another file, or coming anew, can change that; asking again would only be logged.
    if state.is_of(&new) && state.said.as_deref() == Some(TOO_LONG) {
        return Ok(());
    }
    let loaded = match load(context, shell, found) {
        Ok(loaded) => loaded,
        Err(why) => return say(context, shell, &state, new, why),
    };
    let kept = loaded.state(&state, &new);
    if !kept.fits()? {
        return say(context, shell, &state, new, TOO_LONG.into());
    }
    loaded.put_in(context, shell, &state, &kept)
}

/// Puts back what was there before, and says once why nothing is loaded.
fn say(
    context: &Context,
    shell: HookShell,
    state: &State,
    new: State,
    why: String,
) -> Result<(), Failure> {
    let said = state.said.as_ref().filter(|_| state.is_of(&new));
    // Of a file that has its word already, a delay is not worth another.
    if said.is_some_and(|said| *said == why || why == LATE) {
        return Ok(());
    }
    let mut script = state.unload(context, shell)?;
    context.printer.note(&why);
    let new = State {
        said: Some(why),
        ..new
    };
    script.extend_from_slice(&new.keep(shell)?);
    context.printer.out(&script)
}

impl State {
    /// What stands in the environment, if it is what a hook has left there: its names become
    /// commands of a shell.
    fn read() -> Option<Self> {
        Self::parse(&std::env::var(STATE).ok()?)
    }

    fn parse(text: &str) -> Option<Self> {
        let json = BASE64.decode(text.as_bytes()).ok()?;
        let state: Self = serde_json::from_slice(&json).ok()?;
        let loaded = |(name, _): &(String, _)| {
            let dangerous = names::loader(name).or_else(|| names::shell(name));
            names::is_well_formed(name) && dangerous.is_none()
        };
        state.before.iter().all(loaded).then_some(state)
    }

    /// Whether it is about the same content of the same file.
    fn is_of(&self, other: &Self) -> bool {
        (&self.path, &self.sha256) == (&other.path, &other.sha256)
    }

    /// The command that keeps it in the shell.
    fn keep(&self, shell: HookShell) -> Result<Vec<u8>, Failure> {
        exported(shell, &[(STATE, self.text()?.as_str()).into()])
    }

    fn text(&self) -> Result<String, Failure> {
        let json = serde_json::to_vec(self).map_err(|_| Failure::defect("the hook's state"))?;
        Ok(BASE64.encode(&json))
    }

    /// Whether programs can still be started with it in their environment.
    fn fits(&self) -> Result<bool, Failure> {
        Ok(STATE.len() + 1 + self.text()?.len() <= MAX_STRING)
    }

    /// Commands that put back what was there before, said in one line.
    fn unload(&self, context: &Context, shell: HookShell) -> Result<Vec<u8>, Failure> {
        let mut script = Vec::new();
        for (name, before) in &self.before {
            let value = before
                .as_ref()
                .and_then(|text| BASE64.decode(text.as_bytes()).ok());
            let command = match value {
                None => forget(shell, name),
                Some(value) => exported(
                    shell,
                    &[Injected {
                        name: name.clone(),
                        value: SecretBytes::new(value),
                        allow_loader: false,
                    }],
                )?,
            };
            script.extend_from_slice(&command);
        }
        if let Some(place) = &self.place {
            context.printer.note(&format!("{place}: unloaded"));
        }
        Ok(script)
    }

    /// What a variable was before anything was loaded.
    fn before(&self, name: &str) -> (String, Option<String>) {
        let known = self.before.iter().find(|(one, _)| one == name);
        let inherited = || {
            let value = std::env::var_os(name)?;
            Some(BASE64.encode(&value.into_vec()))
        };
        let before = known.map_or_else(inherited, |(_, before)| before.clone());
        (name.into(), before)
    }
}

fn exported(shell: HookShell, variables: &[Injected]) -> Result<Vec<u8>, Failure> {
    let format = match shell {
        HookShell::Bash | HookShell::Zsh => EnvFormat::Sh,
        HookShell::Fish => EnvFormat::Fish,
    };
    format::write(format, variables)
}

fn forget(shell: HookShell, name: &str) -> Vec<u8> {
    match shell {
        HookShell::Bash | HookShell::Zsh => format!("unset {name}\n"),
        HookShell::Fish => format!("set -e -g {name}\n"),
    }
    .into_bytes()
}

/// A file's variables, ready for the shell.
struct Loaded {
    place: String,
    notices: Vec<Notice>,
    names: Vec<String>,
    script: Vec<u8>,
}

impl Loaded {
    /// What the shell is to know of it.
    fn state(&self, state: &State, new: &State) -> State {
        State {
            path: new.path.clone(),
            sha256: new.sha256.clone(),
            place: Some(self.place.clone()),
            before: self.names.iter().map(|name| state.before(name)).collect(),
            said: None,
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
        let mut script = state.unload(context, shell)?;
        let count = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        let mut words = format!("{}: {} loaded", self.place, counted(count, "variable"));
        for notice in &self.notices {
            words.push_str("; ");
            words.push_str(&notice_words(notice));
        }
        context.printer.note(&words);
        script.extend_from_slice(&self.script);
        script.extend_from_slice(&kept.keep(shell)?);
        context.printer.out(&script)
    }
}

/// What a file gives, or why it gives nothing; in time for the prompt.
fn load(context: &Context, shell: HookShell, found: Found) -> Result<Loaded, String> {
    let vault = context.vault().map_err(|failure| failure.message())?;
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        // Nobody may wait any more.
        let _ = sender.send(ask(&vault, found));
    });
    let Ok(answer) = receiver.recv_timeout(BUDGET) else {
        return Err(LATE.into());
    };
    let (view, injected) = answer.map_err(|error| worded(&error))?;
    let refused = |why: String| format!("not loaded: {why}");
    let script = exported(shell, &injected).map_err(|failure| refused(failure.message()))?;
    let names = injected.iter().map(|one| one.name.clone()).collect();
    // The checks are those of a launch.
    Environment::new(std::iter::empty(), injected).map_err(|error| refused(error.to_string()))?;
    Ok(Loaded {
        place: format!("{}/{}", view.project, view.environment),
        notices: view.notices,
        names,
        script,
    })
}

fn worded(error: &Error) -> String {
    let hint = wording::hint(error).map(|hint| format!(" ({hint})"));
    format!(
        "not loaded: {}{}",
        wording::message(error),
        hint.unwrap_or_default()
    )
}

fn ask(vault: &VaultPlace, found: Found) -> Result<(LaunchView, Vec<Injected>), Error> {
    let client = Client::connect(vault, &session_from_environment())?;
    let mut client = client
        .filter(|client| !client.agent().locked)
        .ok_or(Error::Locked)?;
    keyhaven_secret::process::deny_dumps().map_err(|error| Error::Io {
        path: "kh".into(),
        problem: error.to_string(),
    })?;
    let directory = std::env::current_dir().ok();
    let request = ResolveRequest {
        source: LaunchSource::Directory {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_that_no_hook_has_left_is_none() {
        let state = |name: &str| {
            let state = State {
                path: "/p/.keyhaven.toml".into(),
                before: vec![(name.into(), None)],
                ..State::default()
            };
            BASE64.encode(&serde_json::to_vec(&state).unwrap())
        };
        assert_eq!(State::parse(&state("KEY")).unwrap().before[0].0, "KEY");
        for name in [
            "A; touch x",
            "$(id)",
            "",
            "A B",
            "PATH",
            "PROMPT",
            "LD_PRELOAD",
        ] {
            assert_eq!(State::parse(&state(name)), None, "{name}");
        }
        assert_eq!(State::parse("garbage"), None);
        assert_eq!(State::parse(&BASE64.encode(b"{}")), None);
    }
}
