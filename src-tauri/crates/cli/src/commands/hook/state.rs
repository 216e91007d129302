//! What the hook of a shell knows of a project file: which content, and what is loaded.
//!
//! It is kept in a variable of the shell that is not exported, and given to each step. No value
//! is in it, only a digest of each, with a random key of this shell: so a step sees in its own
//! environment which variables still hold what was loaded. A shell started from this one is
//! given a mark without digests.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use keyhaven_client::project_file::FoundProjectFile;
use keyhaven_protocol::project_file::fingerprint;
use keyhaven_rules::variables::{self, MAX_STRING, Shell};
use serde::{Deserialize, Serialize};

use super::script::MARK;
use crate::notice::CliNotice;

/// In the environment of a step: the shell's state.
const GIVEN: &str = "KEYHAVEN_HOOK_STATE";

/// What the shell has of a project file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HookState {
    /// The file.
    pub path: String,
    /// Its content.
    pub sha256: String,
    /// What is loaded, for messages; nothing where it could not be.
    pub place: Option<String>,
    /// The log's number of what was loaded.
    pub release: u64,
    /// When that was.
    pub released_at: Timestamp,
    /// The variables loaded.
    pub loaded: Vec<LoadedVariable>,
    /// Variables of folders that were left, which somebody else had set meanwhile.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<LoadedVariable>,
    /// The key of the digests.
    pub key: String,
    /// What is not as it should be, said once.
    pub said: Option<CliNotice>,
    /// The agent has not answered last time.
    pub late: bool,
    /// The setting for how long to wait for it, as the agent sent it last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait_seconds: Option<u32>,
}

/// A variable that was loaded.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LoadedVariable {
    /// Its name.
    pub name: String,
    /// Of its value, under the shell's key.
    pub digest: String,
    /// It holds another value.
    #[serde(skip)]
    pub changed: bool,
    /// That was mentioned.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub said: bool,
    /// The shell that started this one has loaded it: nothing is known of what was before.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub outer: bool,
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

    /// Of no file, with what somebody else has set in a folder that was left.
    pub fn only_left(self) -> Self {
        Self {
            left: self.left,
            key: self.key,
            ..Self::default()
        }
    }

    /// What the shell gives to the step.
    pub fn read(shell: Shell) -> Option<Self> {
        Self::parse(shell, &std::env::var(GIVEN).ok()?)
    }

    /// What the shell that started this one has loaded: it stands in the environment this one
    /// began with.
    pub fn inherited(shell: Shell) -> Option<Self> {
        let mut state = Self::parse(shell, &std::env::var(MARK).ok()?)?;
        state.key = random_key()?;
        let parent = rustix::process::getppid()?.as_raw_nonzero();
        let first = std::fs::read(format!("/proc/{parent}/environ")).unwrap_or_default();
        let value_of = |name: &str| {
            let mut strings = first.split(|byte| *byte == 0);
            let is_it = |string: &&[u8]| string.starts_with(format!("{name}=").as_bytes());
            strings
                .find(is_it)
                .map(|string| string[name.len() + 1..].to_vec())
        };
        let key = &state.key;
        let outer = |one: &LoadedVariable| {
            let value = value_of(&one.name)?;
            Some(LoadedVariable {
                digest: digest(key, &one.name, &value),
                name: one.name.clone(),
                outer: true,
                ..LoadedVariable::default()
            })
        };
        state.loaded = state.loaded.iter().filter_map(outer).collect();
        Some(state)
    }

    /// Whether a variable of a step is what the shell gives to the step alone.
    pub fn is_given_as(name: &OsStr) -> bool {
        name == GIVEN
    }

    /// Only what a hook has written: its names become commands of a shell.
    fn parse(shell: Shell, text: &str) -> Option<Self> {
        let state: Self = serde_json::from_str(text).ok()?;
        let ordinary = |variable: &LoadedVariable| {
            let name = &variable.name;
            let dangerous = variables::loader(name).is_some() || shell.owns(name);
            variables::is_variable_name(name) && !dangerous
        };
        let mut all = state.loaded.iter().chain(&state.left);
        all.all(ordinary).then_some(state)
    }

    /// Whether it is about the same content of the same file.
    pub fn is_of(&self, other: &Self) -> bool {
        (&self.path, &self.sha256) == (&other.path, &other.sha256)
    }

    /// Whether a variable still holds what was loaded: programs are given it.
    pub fn holds(&self, variable: &LoadedVariable) -> bool {
        let value = std::env::var_os(&variable.name);
        value.is_some_and(|value| {
            digest(&self.key, &variable.name, value.as_bytes()) == variable.digest
        })
    }

    /// A variable that is loaded now.
    pub fn loading(&self, name: &str, value: &[u8]) -> LoadedVariable {
        LoadedVariable {
            name: name.into(),
            digest: digest(&self.key, name, value),
            ..LoadedVariable::default()
        }
    }

    /// As it is given to the next step.
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// What other shells are to know, if anything is loaded.
    pub fn mark(&self) -> Option<String> {
        self.place.as_ref()?;
        let name = |variable: &LoadedVariable| LoadedVariable {
            name: variable.name.clone(),
            ..LoadedVariable::default()
        };
        let mark = Self {
            loaded: self.loaded.iter().map(name).collect(),
            left: Vec::new(),
            key: String::new(),
            said: None,
            ..self.clone()
        };
        Some(mark.text())
    }

    /// Whether a step can be given it.
    pub fn fits(&self) -> bool {
        GIVEN.len() + 1 + self.text().len() <= MAX_STRING
    }
}

/// A key for digests; none where the system has no random bytes.
pub fn random_key() -> Option<String> {
    let mut random = [0; 32];
    getrandom::fill(&mut random).ok()?;
    Some(HEXLOWER.encode(&random))
}

/// Of a value under a key. Shortened: nobody but the shell itself chooses what is compared.
fn digest(key: &str, name: &str, value: &[u8]) -> String {
    let mut bytes = format!("{key} {name}=").into_bytes();
    bytes.extend_from_slice(value);
    let mut digest = fingerprint(&bytes);
    digest.truncate(16);
    digest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(name: &str) -> HookState {
        let mut state = HookState {
            path: "/p/.keyhaven.toml".into(),
            place: Some("shop/dev".into()),
            key: random_key().unwrap(),
            ..HookState::default()
        };
        state.loaded = vec![state.loading(name, b"sk_live_4eC39HqLyjWDarjt")];
        state
    }

    #[test]
    fn the_state_comes_back_and_the_mark_tells_no_digest() {
        let state = state("KEY");
        assert_eq!(
            HookState::parse(Shell::Zsh, &state.text()),
            Some(state.clone())
        );
        let mark = state.mark().unwrap();
        assert!(!mark.contains(&state.key) && !mark.contains(&state.loaded[0].digest));
        assert!(!state.text().contains("sk_live"));
        let parsed = HookState::parse(Shell::Zsh, &mark).unwrap();
        assert!(parsed.is_of(&state) && parsed.loaded[0].name == "KEY");
    }

    #[test]
    fn a_digest_is_of_one_shell_one_name_and_one_value() {
        let digest = super::digest;
        assert_eq!(digest("k", "A", b"v"), digest("k", "A", b"v"));
        for other in [
            digest("l", "A", b"v"),
            digest("k", "B", b"v"),
            digest("k", "A", b"w"),
        ] {
            assert_ne!(digest("k", "A", b"v"), other);
        }
    }

    #[test]
    fn a_state_that_no_hook_has_left_is_none() {
        for name in [
            "A; touch x",
            "$(id)",
            "",
            "A B",
            "PATH",
            "PROMPT",
            "LD_PRELOAD",
            "status",
        ] {
            assert_eq!(
                HookState::parse(Shell::Zsh, &state(name).text()),
                None,
                "{name}"
            );
        }
        assert_eq!(HookState::parse(Shell::Zsh, "garbage"), None);
    }
}
