//! What a person confirms before it runs: a command, where, and with which keys.

use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use keyhaven_protocol::request::Profile;
use sha2::{Digest as _, Sha256};

/// Which keys a launch gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LaunchKeys {
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
pub struct LaunchRequest {
    /// Which keys it gets.
    pub keys: LaunchKeys,
    /// A program and its arguments; empty for a shell in a terminal.
    pub command: Vec<String>,
    /// Where it runs; none means the person's home, or where its profile says.
    pub directory: Option<PathBuf>,
}

impl LaunchKeys {
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

impl LaunchRequest {
    /// What a profile starts, and how.
    pub fn of_profile(profile: Profile) -> Self {
        Self {
            command: profile.command.clone(),
            directory: profile.directory.as_ref().map(PathBuf::from),
            keys: LaunchKeys::Profile(Box::new(profile)),
        }
    }

    /// The command as a person would type it; empty for a shell.
    pub fn command_line(&self) -> String {
        command_line(&self.command)
    }

    /// SHA-256, in hex, of what a person asks for: what runs, where, of which environment or
    /// profile. What it is given is not in it.
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
            LaunchKeys::Environment { .. } => Vec::new(),
            LaunchKeys::Profile(profile) => serde_json::to_vec(profile).unwrap_or_default(),
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
    use crate::launch::tests::order_of;

    fn of(profile: Profile) -> LaunchRequest {
        LaunchRequest::of_profile(Profile {
            project: "shop".into(),
            environment: "dev".into(),
            command: vec!["npm".into(), "start".into()],
            ..profile
        })
    }

    #[test]
    fn a_command_reads_as_it_was_typed() {
        let line = |words: &[&str]| order_of(words).command_line();
        assert_eq!(line(&["npm", "start"]), "npm start");
        assert_eq!(line(&["sh", "-c", "ls | wc"]), "ls | wc");
        assert_eq!(line(&["echo", "a b"]), "echo 'a b'");
        assert_eq!(line(&[]), "");
    }

    #[test]
    fn a_confirmation_is_for_exactly_one_command_place_and_choice_of_keys() {
        let base = order_of(&["npm", "start"]);
        let environment = |project: &str, environment: &str| LaunchKeys::Environment {
            project: project.into(),
            environment: environment.into(),
        };
        let others = [
            order_of(&["npm", "start "]),
            order_of(&["npm start"]),
            order_of::<&str>(&[]),
            LaunchRequest {
                keys: environment("shop", "prod"),
                ..base.clone()
            },
            LaunchRequest {
                keys: environment("shopd", "ev"),
                ..base.clone()
            },
            LaunchRequest {
                directory: Some("/srv".into()),
                ..base.clone()
            },
            of(Profile::default()),
        ];
        assert_eq!(
            base.fingerprint(),
            order_of(&["npm", "start"]).fingerprint()
        );
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
