//! What a shell has of a project file, kept in the shell itself: which file, what was
//! loaded, and how to put back what was there before.

use std::os::unix::ffi::OsStringExt as _;

use data_encoding::BASE64;
use jiff::Timestamp;
use keyhaven_client::project_file::FoundProjectFile;
use keyhaven_rules::variables::{self, MAX_STRING};
use keyhaven_runner::InjectedVariable;
use keyhaven_secret::SecretBytes;
use serde::{Deserialize, Serialize};

use super::HookShell;
use crate::error::Failure;
use crate::format::{self, EnvFormat};

/// The variable that says what is loaded.
pub const STATE: &str = "KEYHAVEN_HOOK";
/// With a variable's name behind it: what the shell kept to itself under that name before.
const HIDDEN: &str = "__kh_was_";

/// What the shell has of a project file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HookState {
    /// The file.
    pub path: String,
    /// Its content.
    pub sha256: String,
    /// What is loaded, for the words at its end; nothing where it could not be.
    pub place: Option<String>,
    /// The log's number of what was loaded.
    #[serde(default)]
    pub release: u64,
    /// When that was.
    #[serde(default)]
    pub released_at: Timestamp,
    /// The variables loaded, each with what programs were given before, in Base64.
    pub before: Vec<(String, Option<String>)>,
    /// What is not as it should be, said once.
    pub said: Option<String>,
}

impl HookState {
    /// Of a file of which nothing is loaded yet.
    pub fn of(found: &FoundProjectFile) -> Self {
        Self {
            path: found.path_text(),
            sha256: found.fingerprint(),
            ..Self::default()
        }
    }

    /// What stands in the environment, if it is what a hook has left there: its names become
    /// commands of a shell.
    pub fn read() -> Option<Self> {
        Self::parse(&std::env::var(STATE).ok()?)
    }

    fn parse(text: &str) -> Option<Self> {
        let json = BASE64.decode(text.as_bytes()).ok()?;
        let state: Self = serde_json::from_slice(&json).ok()?;
        let loaded = |(name, _): &(String, _)| {
            let dangerous = variables::loader(name).or_else(|| variables::shell(name));
            variables::is_variable_name(name) && dangerous.is_none()
        };
        state.before.iter().all(loaded).then_some(state)
    }

    /// Whether it is about the same content of the same file.
    pub fn is_of(&self, other: &Self) -> bool {
        (&self.path, &self.sha256) == (&other.path, &other.sha256)
    }

    /// The command that keeps it in the shell.
    pub fn keep(&self, shell: HookShell) -> Result<Vec<u8>, Failure> {
        exported(shell, &[(STATE, self.text()?.as_str()).into()])
    }

    fn text(&self) -> Result<String, Failure> {
        let json = serde_json::to_vec(self).map_err(|_| Failure::defect("the hook's state"))?;
        Ok(BASE64.encode(&json))
    }

    /// Whether programs can still be started with it in their environment.
    pub fn fits(&self) -> Result<bool, Failure> {
        Ok(STATE.len() + 1 + self.text()?.len() <= MAX_STRING)
    }

    /// Commands that put aside what the shell keeps to itself under the names that come: what
    /// programs are not given, this one cannot see.
    pub fn put_aside(&self, shell: HookShell) -> Vec<u8> {
        let unseen = self.before.iter().filter(|(_, before)| before.is_none());
        let commands = unseen.map(|(name, _)| match shell {
            HookShell::Bash | HookShell::Zsh => {
                format!("[ -z \"${{{name}+x}}\" ] || {HIDDEN}{name}=\"${name}\"\n")
            }
            HookShell::Fish => format!("set -qg {name}; and set -g {HIDDEN}{name} ${name}\n"),
        });
        commands.collect::<String>().into_bytes()
    }

    /// Commands that put back what was there before.
    pub fn put_back(&self, shell: HookShell) -> Result<Vec<u8>, Failure> {
        let mut script = Vec::new();
        for (name, before) in &self.before {
            let value = before
                .as_ref()
                .and_then(|text| BASE64.decode(text.as_bytes()).ok());
            let command = match value {
                None => unseen(shell, name),
                Some(value) => exported(
                    shell,
                    &[InjectedVariable {
                        name: name.clone(),
                        value: SecretBytes::new(value),
                        allow_loader: false,
                    }],
                )?,
            };
            script.extend_from_slice(&command);
        }
        Ok(script)
    }

    /// What programs were given under a name before anything was loaded.
    pub fn before(&self, name: &str) -> (String, Option<String>) {
        let known = self.before.iter().find(|(one, _)| one == name);
        let inherited = || {
            let value = std::env::var_os(name)?;
            Some(BASE64.encode(&value.into_vec()))
        };
        let before = known.map_or_else(inherited, |(_, before)| before.clone());
        (name.into(), before)
    }
}

/// Commands that give variables to the shell and its programs.
pub fn exported(shell: HookShell, variables: &[InjectedVariable]) -> Result<Vec<u8>, Failure> {
    let format = match shell {
        HookShell::Bash | HookShell::Zsh => EnvFormat::Sh,
        HookShell::Fish => EnvFormat::Fish,
    };
    format::write(format, variables)
}

/// The command that takes a variable away.
pub fn forget(shell: HookShell, name: &str) -> Vec<u8> {
    match shell {
        HookShell::Bash | HookShell::Zsh => format!("unset {name}\n"),
        HookShell::Fish => format!("set -e -g {name}\n"),
    }
    .into_bytes()
}

/// The commands that take a variable away and bring back what was put aside under its name.
fn unseen(shell: HookShell, name: &str) -> Vec<u8> {
    let aside = format!("{HIDDEN}{name}");
    let back = match shell {
        HookShell::Bash | HookShell::Zsh => {
            format!("[ -z \"${{{aside}+x}}\" ] || {name}=\"${aside}\"\nunset {aside}\n")
        }
        HookShell::Fish => {
            format!("set -qg {aside}; and set -g {name} ${aside}; and set -e -g {aside}\n")
        }
    };
    [forget(shell, name), back.into_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_that_no_hook_has_left_is_none() {
        let state = |name: &str| {
            let state = HookState {
                path: "/p/.keyhaven.toml".into(),
                before: vec![(name.into(), None)],
                ..HookState::default()
            };
            BASE64.encode(&serde_json::to_vec(&state).unwrap())
        };
        assert_eq!(HookState::parse(&state("KEY")).unwrap().before[0].0, "KEY");
        for name in [
            "A; touch x",
            "$(id)",
            "",
            "A B",
            "PATH",
            "PROMPT",
            "LD_PRELOAD",
        ] {
            assert_eq!(HookState::parse(&state(name)), None, "{name}");
        }
        assert_eq!(HookState::parse("garbage"), None);
        assert_eq!(HookState::parse(&BASE64.encode(b"{}")), None);
    }
}
