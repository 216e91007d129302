//! The connection to the agent, and unlocking when a command needs it and somebody is there.

use std::fs::File;
use std::io::Read as _;

use keyhaven_protocol::client::{one_segment, session_from_environment};
use keyhaven_protocol::paths::VaultPlace;
use keyhaven_protocol::request::{StatusRequest, UnlockRequest};
use keyhaven_protocol::view::StatusView;
use keyhaven_protocol::{Client, Error};
use keyhaven_secret::{Secret, SecretString};

use crate::args::Globals;
use crate::dates::Calendar;
use crate::failure::Failure;
use crate::print::Printer;
use crate::prompt;

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

    /// The terminal, when there is one and it may be used.
    pub fn terminal(&self) -> Option<File> {
        if self.globals.no_input {
            return None;
        }
        prompt::terminal()
    }

    /// Which vault is meant.
    pub fn vault(&self) -> Result<VaultPlace, Failure> {
        Ok(VaultPlace::find(self.globals.vault.as_deref())?)
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
        let mut client = self.agent()?;
        if client.agent().locked {
            self.unlock_at_terminal(&mut client)?;
        }
        Ok(client)
    }

    /// The agent has seen who asks; from here on values may come in, and nobody else of the
    /// same user shall look into this process.
    fn prepared(&self, client: Client) -> Result<Client, Failure> {
        keyhaven_secret::process::deny_dumps().map_err(|error| {
            Failure::failed(
                error.to_string(),
                "values are not taken into such a process",
            )
        })?;
        if client.is_outdated() {
            self.printer
                .note("the agent is of another version; replace it with: kh agent restart");
        }
        Ok(client)
    }

    /// Unlocks by asking at the terminal.
    pub fn unlock_at_terminal(&self, client: &mut Client) -> Result<StatusView, Failure> {
        let status = client.ask(StatusRequest {})?;
        if !status.initialised {
            return Err(Error::NoVault {
                folder: status.folder,
            }
            .into());
        }
        if !status.locked {
            return Ok(status);
        }
        let Some(mut tty) = self.terminal() else {
            return Err(Error::Locked.into());
        };
        let mut attempt = 1;
        loop {
            let password = prompt::hidden(&mut tty, "Master password")?;
            match self.unlock(client, password) {
                Err(Failure::Protocol(Error::WrongPassword)) if attempt < ATTEMPTS => {
                    prompt::say(&mut tty, "That is not the password.\n")?;
                    attempt += 1;
                }
                other => return other,
            }
        }
    }

    /// Unlocks with a password; an older copy of the vault is opened only after a yes at the
    /// terminal.
    pub fn unlock(
        &self,
        client: &mut Client,
        password: SecretString,
    ) -> Result<StatusView, Failure> {
        // Exposed to be kept for a second try, should its owner accept an older copy.
        let again = Secret::new(password.expose().clone());
        match send_password(client, password, false) {
            Err(Error::OlderCopy { changes }) => {
                let refused = Error::OlderCopy { changes };
                let Some(mut tty) = self.terminal() else {
                    return Err(refused.into());
                };
                let question = format!(
                    "{}. Open it all the same?",
                    keyhaven_protocol::wording::message(&refused)
                );
                if !prompt::yes(&mut tty, &question)? {
                    return Err(refused.into());
                }
                Ok(send_password(client, again, true)?)
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

fn send_password(
    client: &mut Client,
    password: SecretString,
    accept_older: bool,
) -> Result<StatusView, Error> {
    let (password, segments) = one_segment(password.into());
    let request = UnlockRequest {
        password,
        accept_older,
    };
    client
        .ask_with(request, &segments)
        .map(|answered| answered.answer)
}

/// The first line of stdin, without its end; what follows is left unread.
pub fn line_from_stdin() -> Result<SecretString, Failure> {
    let mut stdin = unbuffered_stdin()?;
    let mut line = Vec::with_capacity(256);
    let mut byte = [0];
    while line.len() <= MAX_PASSWORD {
        let count = stdin
            .read(&mut byte)
            .map_err(|error| Failure::io("standard input", &error))?;
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
        .map_err(|error| Failure::io("standard input", &error))?;
    if bytes.len() > limit {
        let message = format!("standard input is larger than {limit} bytes");
        return Err(Failure::usage(message, ""));
    }
    Ok(bytes)
}

/// Stdin without the standard library's buffer, which nobody would wipe.
fn unbuffered_stdin() -> Result<File, Failure> {
    let stdin = rustix::io::dup(rustix::stdio::stdin())
        .map_err(|error| Failure::io("standard input", &error.into()))?;
    Ok(File::from(stdin))
}
