//! Why a command failed: what happened, what to do, and the exit status.

use keyhaven_protocol::Error;
use keyhaven_protocol::problem::system_text;

use crate::texts;

/// Why a command did not do what was asked.
#[derive(Debug, PartialEq, Eq)]
pub enum Failure {
    /// What the agent or its client answered.
    Protocol(Error),
    /// What `kh` itself found.
    Own {
        /// Stable, for scripts.
        code: &'static str,
        /// The exit status.
        status: u8,
        /// What happened, without a final full stop.
        message: String,
        /// What to do about it.
        hint: Option<String>,
    },
    /// Something to be printed instead: help, or the version.
    Shown(String),
    /// The reader of the output is gone, so there is nobody to report to.
    NobodyReads,
    /// Interrupted at the terminal.
    Interrupted,
}

impl Failure {
    /// Wrong usage.
    pub fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::own("usage", 2, message, hint)
    }

    /// The request could not be carried out.
    pub fn failed(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::own("failed", 1, message, hint)
    }

    /// A refusal or failure of `kh` itself; an empty hint means none.
    pub fn own(
        code: &'static str,
        status: u8,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        let hint = hint.into();
        Self::Own {
            code,
            status,
            message: message.into(),
            hint: (!hint.is_empty()).then_some(hint),
        }
    }

    /// There is nobody to ask for something.
    pub fn nobody_to_ask(what: &str, hint: &str) -> Self {
        let message = format!("there is no terminal to ask for {what}");
        Self::usage(message, hint)
    }

    /// The system refused something with a file.
    pub fn io(path: impl std::fmt::Display, error: &std::io::Error) -> Self {
        Self::Protocol(Error::Io {
            path: path.to_string(),
            system: system_text(error),
        })
    }

    /// The system refused something that is not about a file, such as the terminal.
    pub fn system(what: &str, error: &std::io::Error) -> Self {
        Self::own("io", 1, format!("{what}: {}", system_text(error)), "")
    }

    /// An internal error: something happened that cannot happen.
    pub fn defect(place: &str) -> Self {
        Self::Protocol(Error::Defect {
            place: place.into(),
        })
    }

    /// The contract's exit status.
    pub fn exit_status(&self) -> u8 {
        match self {
            Self::Protocol(error) => error.code().exit_status(),
            Self::Own { status, .. } => *status,
            Self::Shown(_) | Self::NobodyReads => 0,
            // As a shell reports the signal that the key would have sent.
            Self::Interrupted => 130,
        }
    }

    /// The stable code.
    pub fn code(&self) -> String {
        match self {
            Self::Protocol(error) => error.code().name(),
            Self::Own { code, .. } => (*code).into(),
            Self::Shown(_) | Self::NobodyReads => String::new(),
            Self::Interrupted => "interrupted".into(),
        }
    }

    /// What happened.
    pub fn message(&self) -> String {
        match self {
            Self::Protocol(error) => texts::message(error),
            Self::Own { message, .. } => message.clone(),
            Self::Shown(text) => text.clone(),
            Self::NobodyReads => String::new(),
            Self::Interrupted => "interrupted; nothing was changed".into(),
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Protocol(error) => texts::hint(error),
            Self::Own { hint, .. } => hint.clone(),
            Self::Shown(_) | Self::NobodyReads | Self::Interrupted => None,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Protocol(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_agents_errors_keep_their_code_and_status() {
        let failure = Failure::from(Error::Locked);
        assert_eq!(failure.code(), "locked");
        assert_eq!(failure.exit_status(), 3);
        assert_eq!(failure.hint().as_deref(), Some("unlock it with: kh unlock"));
    }
}
