//! The connection to the agent, and unlocking when a command needs it and somebody is there.
//! Reaching an agent and asking for the password share the terminal, so this file is long.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use keyhaven_client::{Answered, Client, one_segment, session_from_environment};
use keyhaven_protocol::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::paths::VaultPaths;
use keyhaven_protocol::problem::system_text;
use keyhaven_protocol::request::{Ask, RecoverRequest, StatusRequest, UnlockRequest};
use keyhaven_protocol::view::StatusView;
use keyhaven_rules::vault_files::{FoundFiles, found_in};
use keyhaven_secret::process::HardeningError;
use keyhaven_secret::{Secret, SecretString};

use crate::dates::Calendar;
use crate::error::Failure;
use crate::new_folder::{is_for_others, names};
use crate::notice::CliNotice;
use crate::options::Globals;
use crate::output::Printer;
use crate::problem::{CliProblem, SystemPart};
use crate::prompt;
use crate::silence::while_working;
use crate::texts;

/// The longest line taken from stdin as a password, in bytes.
const MAX_PASSWORD: usize = 64 << 10;

/// What a command works with.
#[derive(Debug)]
pub struct Context {
    /// How it prints.
    pub printer: Printer,
    /// What day it is.
    pub calendar: Calendar,
    /// Makes the definition of `kh`, for the commands that print parts of it.
    pub definition: fn() -> clap::Command,
    globals: Globals,
}

/// The agent, and what it answered.
pub type ClientAndAnswer<A> = (Client, Result<Answered<A>, Error>);

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
    pub fn new(globals: Globals, definition: fn() -> clap::Command) -> Self {
        Self {
            printer: Printer::new(&globals),
            calendar: Calendar::default(),
            definition,
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
        self.expect_a_folder()?;
        self.agent_of_any_folder()
    }

    /// The same where the folder may hold no vault yet.
    pub fn agent_of_any_folder(&self) -> Result<Client, Failure> {
        let client = Client::connect_or_start(&self.vault()?, &session_from_environment())?;
        self.prepared(client)
    }

    /// The agent with the vault unlocked; asks for the password at the terminal.
    pub fn unlocked(&self) -> Result<Client, Failure> {
        let mut client = self.agent()?;
        if client.agent().locked {
            self.unlock_at_terminal(&mut client)?;
        }
        Ok(client)
    }

    /// As [`Context::unlocked`], and asks something that carries no secret. It is sent together
    /// with the greeting: one way to the agent and back instead of two.
    pub fn unlocked_asking<R: Ask + Clone>(
        &self,
        request: R,
    ) -> Result<ClientAndAnswer<R::Answer>, Failure> {
        self.expect_a_folder()?;
        let session = session_from_environment();
        let (client, pending) =
            Client::connect_or_start_asking(&self.vault()?, &session, request.clone())?;
        // Before the answer is read, which may hold values.
        let mut client = self.prepared(client)?;
        let answered = client.answer(pending);
        if answered.is_ok() || !client.agent().locked {
            return Ok((client, answered));
        }
        self.unlock_at_terminal(&mut client)?;
        let answered = client.ask_with(request, &Segments::default());
        Ok((client, answered))
    }

    /// For a folder that is not there no agent is started: it would make it, and stay. One that
    /// runs is asked: it may have the vault in memory.
    ///
    /// # Errors
    /// There is no vault.
    fn expect_a_folder(&self) -> Result<(), Failure> {
        let place = self.vault()?;
        match std::fs::metadata(&place.folder) {
            // No hint should ask to close a folder to others that holds nothing of a vault.
            Ok(found) if is_for_others(&found) && holds_nothing_of_one(&place.folder) => {
                Err(Error::NoVault {
                    folder: place.folder_text(),
                }
                .into())
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => match self.running()? {
                Some(_) => Ok(()),
                None => Err(Error::NoVault {
                    folder: place.folder_text(),
                }
                .into()),
            },
            _ => Ok(()),
        }
    }

    /// The agent has seen who asks; from here on values may come in, and nobody else of the
    /// same user shall look into this process.
    fn prepared(&self, client: Client) -> Result<Client, Failure> {
        keyhaven_secret::process::deny_dumps().map_err(|error| {
            let (HardeningError::Dumpable(error) | HardeningError::CoreFiles(error)) = error;
            let system = system_text(&error);
            CliProblem::Unprotected { system }
        })?;
        if client.is_outdated() {
            self.printer.note(&CliNotice::OtherAgent);
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

    /// A yes or no: `--yes`, or the answer at the terminal, or nobody to ask.
    pub fn confirm(&self, question: &str, nobody: CliProblem) -> Result<bool, Failure> {
        if self.yes() {
            return Ok(true);
        }
        match self.terminal() {
            Some(mut tty) => prompt::yes(&mut tty, question),
            None => Err(nobody.into()),
        }
    }
}

/// False also for a folder that cannot be read.
fn holds_nothing_of_one(folder: &Path) -> bool {
    names(folder).is_some_and(|names| found_in(names.iter()) == FoundFiles::None)
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

/// The first line of stdin, without its end; what follows is left unread.
pub fn line_from_stdin() -> Result<SecretString, Failure> {
    let line = optional_line_from_stdin()?;
    line.ok_or_else(|| CliProblem::NoPasswordOnStdin.into())
}

/// As [`line_from_stdin`]; none at its end or where the line is empty.
pub fn optional_line_from_stdin() -> Result<Option<SecretString>, Failure> {
    let mut stdin = unbuffered_stdin()?;
    let mut line = Vec::with_capacity(256);
    let mut byte = [0];
    while line.len() <= MAX_PASSWORD {
        let count = stdin
            .read(&mut byte)
            .map_err(|error| Failure::system(SystemPart::Stdin, &error))?;
        if count == 0 || byte[0] == b'\n' {
            break;
        }
        line.push(byte[0]);
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    if line.is_empty() {
        return Ok(None);
    }
    let password = String::from_utf8(line).map_err(|_| CliProblem::PasswordNotUtf8)?;
    Ok(Some(Secret::new(password)))
}

/// All of stdin, up to a limit in bytes.
pub fn all_of_stdin(limit: usize) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    unbuffered_stdin()?
        .take(limit as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::system(SystemPart::Stdin, &error))?;
    if bytes.len() > limit {
        return Err(CliProblem::StdinTooLarge { limit }.into());
    }
    Ok(bytes)
}

/// Stdin without the standard library's buffer, which nobody would wipe.
fn unbuffered_stdin() -> Result<File, Failure> {
    let stdin = rustix::io::dup(rustix::stdio::stdin())
        .map_err(|error| Failure::system(SystemPart::Stdin, &error.into()))?;
    Ok(File::from(stdin))
}
