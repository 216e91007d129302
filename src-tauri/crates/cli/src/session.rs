//! What a command works with: how it prints, and the connection to the agent.

mod unlocking;

use std::fs::File;
use std::path::Path;

use keyhaven_client::{Answered, Client, session_from_environment};
use keyhaven_protocol::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::paths::VaultPaths;
use keyhaven_protocol::problem::system_text;
use keyhaven_protocol::request::{Ask, StatusRequest};
use keyhaven_protocol::view::StatusView;
use keyhaven_rules::vault_files::{FoundFiles, found_in};
use keyhaven_secret::process::HardeningError;

use crate::dates::Calendar;
use crate::error::Failure;
use crate::folder::{is_for_others, names};
use crate::notice::CliNotice;
use crate::options::Globals;
use crate::output::Printer;
use crate::problem::CliProblem;
use crate::prompt;

pub use unlocking::{UnlockSecret, right, wrong};

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
        let place = self.vault()?;
        self.expect_a_folder(&place)?;
        self.agent_at(&place)
    }

    /// The same where the folder may hold no vault yet.
    pub fn agent_of_any_folder(&self) -> Result<Client, Failure> {
        self.agent_at(&self.vault()?)
    }

    fn agent_at(&self, place: &VaultPaths) -> Result<Client, Failure> {
        let client = Client::connect_or_start(place, &session_from_environment())?;
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
        let place = self.vault()?;
        self.expect_a_folder(&place)?;
        let session = session_from_environment();
        let (client, pending) = Client::connect_or_start_asking(&place, &session, request.clone())?;
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
    fn expect_a_folder(&self, place: &VaultPaths) -> Result<(), Failure> {
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
