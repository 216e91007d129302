//! Unlocking when a command needs it and somebody is there.

use std::fs::File;

use keyhaven_client::{Client, one_segment};
use keyhaven_protocol::Error;
use keyhaven_protocol::request::{RecoverRequest, UnlockRequest};
use keyhaven_protocol::view::StatusView;
use keyhaven_secret::{Secret, SecretString};

use super::Context;
use crate::error::Failure;
use crate::problem::CliProblem;
use crate::prompt;
use crate::silence::while_working;
use crate::texts;

/// What opens the vault.
#[derive(Debug)]
pub enum UnlockSecret {
    /// The master password.
    Password(SecretString),
    /// The recovery key.
    RecoveryKey(SecretString),
}

impl UnlockSecret {
    /// What was typed or read, for what it was asked.
    pub fn new(text: SecretString, recovery: bool) -> Self {
        if recovery {
            Self::RecoveryKey(text)
        } else {
            Self::Password(text)
        }
    }

    /// For a second use.
    pub fn duplicate(&self) -> Self {
        // Exposed to be kept: it opens the vault, and then proves who asks.
        let copy = |text: &SecretString| Secret::new(text.expose().clone());
        match self {
            Self::Password(text) => Self::Password(copy(text)),
            Self::RecoveryKey(text) => Self::RecoveryKey(copy(text)),
        }
    }

    /// Its text, whichever it is.
    pub fn into_text(self) -> SecretString {
        match self {
            Self::Password(text) | Self::RecoveryKey(text) => text,
        }
    }
}

impl Context {
    /// Unlocks by asking for the master password at the terminal.
    pub fn unlock_at_terminal(&self, client: &mut Client) -> Result<StatusView, Failure> {
        self.ask_unlock_secret(client, false)
    }

    /// Unlocks by asking at the terminal, for the password or for the recovery key.
    pub fn ask_unlock_secret(
        &self,
        client: &mut Client,
        recovery: bool,
    ) -> Result<StatusView, Failure> {
        let status = self.initialised(client)?;
        if !status.locked {
            return Ok(status);
        }
        let Some(mut tty) = self.terminal() else {
            return Err(Error::Locked.into());
        };
        let question = if recovery {
            "Recovery key"
        } else {
            "Master password"
        };
        prompt::until_right(&mut tty, wrong(recovery), |tty| {
            let secret = UnlockSecret::new(prompt::hidden(tty, question)?, recovery);
            right(self.unlock_typed(client, tty, secret))
        })
    }

    /// Unlocks with what was given; an older copy of the vault is opened only after a yes at
    /// the terminal.
    pub fn unlock(&self, client: &mut Client, secret: UnlockSecret) -> Result<StatusView, Failure> {
        self.unlock_by(secret, |secret, accept_older| {
            Ok(send_unlock_secret(client, secret, accept_older))
        })
    }

    /// As [`Context::unlock`], with what was typed at the terminal.
    pub fn unlock_typed(
        &self,
        client: &mut Client,
        tty: &File,
        secret: UnlockSecret,
    ) -> Result<StatusView, Failure> {
        self.unlock_by(secret, |secret, accept_older| {
            while_working(tty, || send_unlock_secret(client, secret, accept_older))
        })
    }

    fn unlock_by(
        &self,
        secret: UnlockSecret,
        mut send: impl FnMut(UnlockSecret, bool) -> Result<Result<StatusView, Error>, Failure>,
    ) -> Result<StatusView, Failure> {
        // Should its owner accept an older copy.
        let again = secret.duplicate();
        match send(secret, false)? {
            Err(Error::OlderCopy { changes }) => {
                let refused = Error::OlderCopy { changes };
                let Some(mut tty) = self.terminal() else {
                    return Err(refused.into());
                };
                let question = format!("{}. Unlock it anyway?", texts::message(&refused));
                if !prompt::yes(&mut tty, &question)? {
                    return Err(refused.into());
                }
                Ok(send(again, true)??)
            }
            other => Ok(other?),
        }
    }
}

/// What is reported where something was mistyped each time.
pub fn wrong(recovery: bool) -> Failure {
    match recovery {
        true => Error::MistypedRecoveryKey.into(),
        false => CliProblem::WrongPasswords.into(),
    }
}

/// None where something may have been mistyped, and can be typed again.
pub fn right<T>(outcome: Result<T, Failure>) -> Result<Option<T>, Failure> {
    match outcome {
        Err(Failure::Protocol(Error::WrongPassword | Error::MistypedRecoveryKey)) => Ok(None),
        other => other.map(Some),
    }
}

fn send_unlock_secret(
    client: &mut Client,
    secret: UnlockSecret,
    accept_older: bool,
) -> Result<StatusView, Error> {
    let answered = match secret {
        UnlockSecret::Password(text) => {
            let (password, segments) = one_segment(text.into());
            let request = UnlockRequest {
                password,
                accept_older,
            };
            client.ask_with(request, &segments)
        }
        UnlockSecret::RecoveryKey(text) => {
            let (recovery_key, segments) = one_segment(text.into());
            let request = RecoverRequest {
                recovery_key,
                accept_older,
            };
            client.ask_with(request, &segments)
        }
    };
    answered.map(|answered| answered.answer)
}
