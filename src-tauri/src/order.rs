//! What a person confirms before it runs: a command, where, and with whose keys.

use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use keyhaven_protocol::Error;
use sha2::{Digest as _, Sha256};

/// A command longer than this could not be read in a dialog; in bytes.
const MAX_COMMAND: usize = 1000;

/// What is to be started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Whose keys it gets.
    pub project: String,
    /// Whose keys it gets.
    pub environment: String,
    /// For `sh -c`.
    pub command: String,
    /// Where it runs; none means the person's home.
    pub directory: Option<PathBuf>,
}

impl Order {
    /// Refuses what no dialog could show.
    ///
    /// # Errors
    /// The command is empty, holds a NUL or is too long.
    pub fn check(&self) -> Result<(), Error> {
        let problem = if self.command.trim().is_empty() {
            "it is empty".into()
        } else if self.command.contains('\0') {
            "it holds a NUL character".into()
        } else if self.command.len() > MAX_COMMAND {
            format!("it is longer than {MAX_COMMAND} bytes; put it into a script")
        } else {
            return Ok(());
        };
        Err(Error::Invalid {
            what: "the command".into(),
            problem,
        })
    }

    /// SHA-256, in hex, of all that a person confirms: what runs, where, with whose keys.
    pub fn fingerprint(&self) -> String {
        let directory = self
            .directory
            .as_deref()
            .unwrap_or(Path::new(""))
            .as_os_str();
        let parts = [
            self.project.as_bytes(),
            self.environment.as_bytes(),
            self.command.as_bytes(),
            directory.as_encoded_bytes(),
        ];
        let mut hash = Sha256::new();
        for part in parts {
            // The length keeps two parts from being read as others.
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        HEXLOWER.encode(&hash.finalize())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(command: &str) -> Order {
        Order {
            project: "shop".into(),
            environment: "dev".into(),
            command: command.into(),
            directory: None,
        }
    }

    #[test]
    fn a_command_that_no_dialog_could_show_is_refused() {
        assert!(order("npm start").check().is_ok());
        for wrong in ["", " \n", "a\0b", &"x".repeat(MAX_COMMAND + 1)] {
            assert!(order(wrong).check().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_confirmation_is_for_exactly_one_command_place_and_environment() {
        let base = order("npm start");
        let others = [
            order("npm start "),
            Order {
                environment: "prod".into(),
                ..base.clone()
            },
            Order {
                directory: Some("/srv".into()),
                ..base.clone()
            },
            Order {
                project: "shopd".into(),
                environment: "ev".into(),
                ..base.clone()
            },
        ];
        assert_eq!(base.fingerprint(), order("npm start").fingerprint());
        for other in others {
            assert_ne!(base.fingerprint(), other.fingerprint(), "{other:?}");
        }
    }
}
