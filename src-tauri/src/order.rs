//! What a person confirms before it runs: a command, where, and with which keys.

use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use keyhaven_protocol::Error;
use keyhaven_protocol::request::Profile;
use sha2::{Digest as _, Sha256};

use crate::words;

/// A command longer than this could not be read in a dialog; in bytes.
const MAX_COMMAND: usize = 1000;
/// More than this besides, of what a profile says, could not be read there either.
const MAX_REST: usize = 1000;

/// Which keys a launch gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keys {
    /// Every key of an environment.
    Environment {
        /// The project.
        project: String,
        /// The environment.
        environment: String,
    },
    /// What a saved way to launch gives.
    Profile(Box<Profile>),
}

/// What is to be started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Which keys it gets.
    pub keys: Keys,
    /// A program and its arguments; empty for a shell in a terminal.
    pub command: Vec<String>,
    /// Where it runs; none means the person's home, or where its profile says.
    pub directory: Option<PathBuf>,
}

impl Keys {
    /// Project and environment.
    pub fn place(&self) -> (&str, &str) {
        match self {
            Self::Environment {
                project,
                environment,
            } => (project, environment),
            Self::Profile(profile) => (&profile.project, &profile.environment),
        }
    }

    /// The profile's name.
    pub fn profile(&self) -> Option<&str> {
        match self {
            Self::Environment { .. } => None,
            Self::Profile(profile) => Some(&profile.name),
        }
    }
}

impl Order {
    /// What a profile starts, and how.
    pub fn of_profile(profile: Profile) -> Self {
        Self {
            command: profile.command.clone(),
            directory: profile.directory.as_ref().map(PathBuf::from),
            keys: Keys::Profile(Box::new(profile)),
        }
    }

    /// The command as a person would type it; empty for a shell.
    pub fn command_line(&self) -> String {
        command_line(&self.command)
    }

    /// Refuses what no dialog could show.
    ///
    /// # Errors
    /// A part of the command holds a NUL, or it is too long.
    pub fn check(&self) -> Result<(), Error> {
        let problem = if self.command.iter().any(|word| word.contains('\0')) {
            "it holds a NUL character".into()
        } else if self.command_line().len() > MAX_COMMAND {
            format!("it is longer than {MAX_COMMAND} bytes; put it into a script")
        } else if words::confirm_launch(self).len() > MAX_COMMAND + MAX_REST {
            "with all its profile says it is too long to be confirmed; save it with kh profile"
                .into()
        } else {
            return Ok(());
        };
        Err(Error::Invalid {
            what: "the command".into(),
            problem,
        })
    }

    /// SHA-256, in hex, of all that a person confirms: what runs, where, with which keys.
    pub fn fingerprint(&self) -> String {
        let (project, environment) = self.keys.place();
        let directory = self.directory.as_deref().unwrap_or(Path::new(""));
        let mut parts: Vec<&[u8]> = vec![
            project.as_bytes(),
            environment.as_bytes(),
            directory.as_os_str().as_encoded_bytes(),
        ];
        // Everything that a profile says, so that another one of its name is asked about.
        let profile = match &self.keys {
            Keys::Environment { .. } => Vec::new(),
            Keys::Profile(profile) => serde_json::to_vec(profile).unwrap_or_default(),
        };
        parts.push(&profile);
        parts.extend(self.command.iter().map(|word| word.as_bytes()));
        let mut hash = Sha256::new();
        for part in parts {
            // The length keeps two parts from being read as others.
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        HEXLOWER.encode(&hash.finalize())
    }
}

/// Words as a person would type them; what is for the shell stays as it was typed.
pub fn command_line(words: &[String]) -> String {
    match words {
        [shell, option, command] if shell == "sh" && option == "-c" => command.clone(),
        // A NUL cannot be written, and is refused elsewhere.
        words => shlex::try_join(words.iter().map(String::as_str)).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(words: &[&str]) -> Order {
        Order {
            keys: Keys::Environment {
                project: "shop".into(),
                environment: "dev".into(),
            },
            command: words.iter().map(ToString::to_string).collect(),
            directory: None,
        }
    }

    fn of(profile: Profile) -> Order {
        Order::of_profile(Profile {
            project: "shop".into(),
            environment: "dev".into(),
            command: vec!["npm".into(), "start".into()],
            ..profile
        })
    }

    #[test]
    fn a_command_that_no_dialog_could_show_is_refused() {
        assert!(order(&["npm", "start"]).check().is_ok());
        assert!(order(&[]).check().is_ok());
        for wrong in ["a\0b", &"x".repeat(MAX_COMMAND + 1)] {
            assert!(order(&[wrong]).check().is_err(), "{wrong:?}");
        }
        let mut long = Profile::default();
        long.choice.only = vec!["kh:stripe".into(); 500];
        assert!(of(Profile::default()).check().is_ok());
        assert!(of(long).check().is_err());
    }

    #[test]
    fn a_command_reads_as_it_was_typed() {
        let line = |words: &[&str]| order(words).command_line();
        assert_eq!(line(&["npm", "start"]), "npm start");
        assert_eq!(line(&["sh", "-c", "ls | wc"]), "ls | wc");
        assert_eq!(line(&["echo", "a b"]), "echo 'a b'");
        assert_eq!(line(&[]), "");
    }

    #[test]
    fn a_confirmation_is_for_exactly_one_command_place_and_choice_of_keys() {
        let base = order(&["npm", "start"]);
        let environment = |project: &str, environment: &str| Keys::Environment {
            project: project.into(),
            environment: environment.into(),
        };
        let others = [
            order(&["npm", "start "]),
            order(&["npm start"]),
            order(&[]),
            Order {
                keys: environment("shop", "prod"),
                ..base.clone()
            },
            Order {
                keys: environment("shopd", "ev"),
                ..base.clone()
            },
            Order {
                directory: Some("/srv".into()),
                ..base.clone()
            },
            of(Profile::default()),
        ];
        assert_eq!(base.fingerprint(), order(&["npm", "start"]).fingerprint());
        for other in &others {
            assert_ne!(base.fingerprint(), other.fingerprint(), "{other:?}");
        }
        let loose = of(Profile {
            allow_production: true,
            ..Profile::default()
        });
        assert_ne!(of(Profile::default()).fingerprint(), loose.fingerprint());
    }
}
