//! The connection to the agent, and unlocking when a command needs it and somebody is there.

use std::fs::File;
use std::io::Read as _;

use keyhaven_client::{Client, one_segment, session_from_environment};
use keyhaven_protocol::Error;
use keyhaven_protocol::paths::VaultPaths;
use keyhaven_protocol::request::{RecoverRequest, StatusRequest, UnlockRequest};
use keyhaven_protocol::view::StatusView;
use keyhaven_secret::{Secret, SecretString};

use crate::dates::Calendar;
use crate::error::Failure;
use crate::options::Globals;
use crate::output::Printer;
use crate::prompt;
use crate::texts;

/// How often a mistyped password may be typed again.
const ATTEMPTS: u32 = 3;
/// The longest line taken from stdin as a password, in bytes.
const MAX_PASSWORD: usize = 64 << 10;

/// What a command works with.
#[derive(Debug)]
pub struct Context {
    /// How it prints.
    pub printer: Printer,
    /// What day it is.
    pub calendar: Calendar,
    globals: Globals,
}

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
    /// As the options say.
    pub fn new(globals: Globals) -> Self {
        Self {
            printer: Printer::new(&globals),
            calendar: Calendar::default(),
            globals,
        }
    }

    /// Whether questions are answered with yes beforehand.
    pub fn yes(&self) -> bool {
        self.globals.yes
    }

    /// Whether nothing may be asked.
    pub fn no_input(&self) -> bool {
        self.globals.no_input
    }

    /// The terminal, when there is one and it may be used.
    pub fn terminal(&self) -> Option<File> {
        if self.globals.no_input {
            return None;
        }
        prompt::terminal()
    }

    /// Which vault is meant.
    pub fn vault(&self) -> Result<VaultPaths, Failure> {
        Ok(VaultPaths::find(self.globals.vault.as_deref())?)
    }

    /// The agent if it runs; never starts one.
    pub fn running(&self) -> Result<Option<Client>, Failure> {
        let client = Client::connect(&self.vault()?, &session_from_environment())?;
        client.map(|client| self.prepared(client)).transpose()
    }

    /// The agent, started if need be; the vault may be locked.
    pub fn agent(&self) -> Result<Client, Failure> {
        let client = Client::connect_or_start(&self.vault()?, &session_from_environment())?;
        self.prepared(client)
    }

    /// The agent with the vault unlocked; asks for the password at the terminal.
    pub fn unlocked(&self) -> Result<Client, Failure> {
        self.expect_a_folder()?;
        let mut client = self.agent()?;
        if client.agent().locked {
            self.unlock_at_terminal(&mut client)?;
        }
        Ok(client)
    }

    /// For a folder that is not there no agent is started: it would make it, and stay.
    ///
    /// # Errors
    /// There is no vault.
    pub fn expect_a_folder(&self) -> Result<(), Failure> {
        let place = self.vault()?;
        match std::fs::symlink_metadata(&place.folder) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(Error::NoVault {
                folder: place.folder_text(),
            }
            .into()),
            _ => Ok(()),
        }
    }

    /// The agent has seen who asks; from here on values may come in, and nobody else of the
    /// same user shall look into this process.
    fn prepared(&self, client: Client) -> Result<Client, Failure> {
        keyhaven_secret::process::deny_dumps().map_err(|error| {
            Failure::failed(
                error.to_string(),
                "kh does not load values into an unprotected process",
            )
        })?;
        if client.is_outdated() {
            self.printer
                .note("the agent has another version; replace it with: kh agent restart");
        }
        Ok(client)
    }

    /// There is a vault.
    ///
    /// # Errors
    /// There is none.
    pub fn initialised(&self, client: &mut Client) -> Result<StatusView, Failure> {
        let status = client.ask(StatusRequest {})?;
        if status.initialised {
            return Ok(status);
        }
        Err(Error::NoVault {
            folder: status.folder,
        }
        .into())
    }

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
        let mut attempt = 1;
        loop {
            let secret = UnlockSecret::new(prompt::hidden(&mut tty, question)?, recovery);
            let told = match self.unlock(client, secret) {
                Err(Failure::Protocol(Error::WrongPassword)) => "Wrong password.\n",
                Err(Failure::Protocol(Error::MistypedRecoveryKey)) => {
                    "The recovery key contains a typing error.\n"
                }
                other => return other,
            };
            if attempt == ATTEMPTS {
                return Err(if recovery {
                    Error::MistypedRecoveryKey.into()
                } else {
                    Error::WrongPassword.into()
                });
            }
            prompt::say(&mut tty, told)?;
            attempt += 1;
        }
    }

    /// Unlocks with what was given; an older copy of the vault is opened only after a yes at
    /// the terminal.
    pub fn unlock(&self, client: &mut Client, secret: UnlockSecret) -> Result<StatusView, Failure> {
        // Should its owner accept an older copy.
        let again = secret.duplicate();
        match send_unlock_secret(client, secret, false) {
            Err(Error::OlderCopy { changes }) => {
                let refused = Error::OlderCopy { changes };
                let Some(mut tty) = self.terminal() else {
                    return Err(refused.into());
                };
                let question = format!("{}. Unlock it anyway?", texts::message(&refused));
                if !prompt::yes(&mut tty, &question)? {
                    return Err(refused.into());
                }
                Ok(send_unlock_secret(client, again, true)?)
            }
            other => Ok(other?),
        }
    }

    /// A yes or no: `--yes`, or the answer at the terminal, or nobody to ask.
    pub fn confirm(&self, question: &str, hint: &str) -> Result<bool, Failure> {
        if self.yes() {
            return Ok(true);
        }
        match self.terminal() {
            Some(mut tty) => prompt::yes(&mut tty, question),
            None => Err(Failure::nobody_to_ask("a yes", hint)),
        }
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

/// The first line of stdin, without its end; what follows is left unread.
pub fn line_from_stdin() -> Result<SecretString, Failure> {
    let mut stdin = unbuffered_stdin()?;
    let mut line = Vec::with_capacity(256);
    let mut byte = [0];
    while line.len() <= MAX_PASSWORD {
        let count = stdin
            .read(&mut byte)
            .map_err(|error| Failure::system("standard input", &error))?;
        if count == 0 || byte[0] == b'\n' {
            break;
        }
        line.push(byte[0]);
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    if line.is_empty() {
        return Err(Failure::usage("there is no password on stdin", ""));
    }
    String::from_utf8(line)
        .map(Secret::new)
        .map_err(|_| Failure::usage("the password on stdin is not UTF-8", ""))
}

/// All of stdin, up to a limit in bytes.
pub fn all_of_stdin(limit: usize) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    unbuffered_stdin()?
        .take(limit as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::system("standard input", &error))?;
    if bytes.len() > limit {
        let message = format!("standard input is larger than {limit} bytes");
        return Err(Failure::usage(message, ""));
    }
    Ok(bytes)
}

/// Stdin without the standard library's buffer, which nobody would wipe.
fn unbuffered_stdin() -> Result<File, Failure> {
    let stdin = rustix::io::dup(rustix::stdio::stdin())
        .map_err(|error| Failure::system("standard input", &error.into()))?;
    Ok(File::from(stdin))
}
