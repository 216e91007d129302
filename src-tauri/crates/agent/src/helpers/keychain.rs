//! The login keychain: the Secret Service of the person's desktop, reached through a helper
//! process (`keyhaven-agent --keychain`), since the agent itself talks to no bus.
//!
//! It keeps one item for each vault, a random key that opens one slot of the header. Any
//! program that may read the user's keychain may open the vault: its owner chose that.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use keyhaven_protocol::error::Error;
use keyhaven_protocol::local_session::LocalSession;
use keyhaven_protocol::problem::{Problem, system_text};
use keyhaven_secret::{Secret, SecretBytes};
use secret_service::EncryptionType;
use secret_service::blocking::{Collection, Item, SecretService};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;
use uuid::Uuid;

use crate::child_process::{self, READY};

/// How long the service may take.
const WITHIN: Duration = Duration::from_secs(15);
/// The most that a helper sends or receives, in bytes.
const MOST: u64 = 1024;

/// What is to be done with a vault's item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeychainTask {
    /// Keep what comes on the input, in the place of what was kept.
    Store,
    /// Say what is kept.
    Fetch,
    /// Keep nothing any more.
    Forget,
}

impl KeychainTask {
    const ALL: [Self; 3] = [Self::Store, Self::Fetch, Self::Forget];

    const fn name(self) -> &'static str {
        match self {
            Self::Store => "store",
            Self::Fetch => "fetch",
            Self::Forget => "forget",
        }
    }

    /// From the word on the command line.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|task| task.name() == word)
    }
}

/// The way to the helper.
#[derive(Debug)]
pub(crate) struct Keychain {
    program: PathBuf,
}

impl Keychain {
    /// `program` is `keyhaven-agent` itself.
    pub(crate) fn new(program: PathBuf) -> Self {
        Self { program }
    }

    /// Does a task on the session's bus; what was fetched.
    ///
    /// # Errors
    /// [`Error::NoKeychain`].
    pub(crate) async fn ask(
        &self,
        session: &LocalSession,
        vault: Uuid,
        task: KeychainTask,
        input: Option<SecretBytes>,
    ) -> Result<SecretBytes, Error> {
        let answer = async {
            if !session.has_bus() {
                return Err(Problem::NoSessionBus);
            }
            let asked = self.run_helper(session, vault, task, input.as_ref());
            let answer = tokio::time::timeout(WITHIN, asked).await;
            answer.unwrap_or(Err(Problem::KeychainSilent))
        };
        answer
            .await
            .map_err(|problem| Error::NoKeychain { problem })
    }

    async fn run_helper(
        &self,
        session: &LocalSession,
        vault: Uuid,
        task: KeychainTask,
        input: Option<&SecretBytes>,
    ) -> Result<SecretBytes, Problem> {
        let mut helper = Command::from(child_process::command(&self.program, session));
        helper
            .args(["--keychain", task.name(), &vault.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        let ended = || Problem::HelperEnded;
        let mut helper = helper.spawn().map_err(|error| Problem::HelperNotStarted {
            system: system_text(&error),
        })?;
        if let (Some(input), Some(pipe)) = (input, helper.stdin.as_mut()) {
            // Exposed to be handed to the helper. One that has ended already says why.
            let _ = pipe.write_all(input.expose()).await;
        }
        drop(helper.stdin.take());
        let output = helper.stdout.take().ok_or_else(ended)?;
        let mut said = Secret::new(Vec::with_capacity(MOST as usize));
        // Exposed to be filled in place.
        let mut output = output.take(MOST);
        let read = output.read_to_end(said.expose_mut()).await;
        read.map_err(|_| ended())?;
        // Exposed to separate the status word from the kept value.
        let said = said.expose();
        let (word, rest) = match said.iter().position(|byte| *byte == b'\n') {
            Some(end) => (&said[..end], &said[end + 1..]),
            None => return Err(ended()),
        };
        if word == READY.as_bytes() {
            Ok(SecretBytes::copy_of(rest))
        } else {
            Err(serde_json::from_slice(word).unwrap_or(Problem::HelperEnded))
        }
    }
}

/// What the helper does: one task, then one line, `ready` or what went wrong, and after
/// `ready` what was fetched.
pub(crate) fn serve(task: KeychainTask, vault: Uuid, input: impl Read, mut output: impl Write) {
    let done = perform(task, vault, input);
    // An agent that has gone needs no answer.
    let _ = match done {
        Ok(fetched) => writeln!(output, "{READY}")
            // Exposed to be handed to the agent.
            .and_then(|()| output.write_all(fetched.expose())),
        Err(problem) => {
            let line = serde_json::to_string(&problem).unwrap_or_default();
            writeln!(output, "{line}")
        }
    };
    let _ = output.flush();
}

fn perform(task: KeychainTask, vault: Uuid, input: impl Read) -> Result<SecretBytes, Problem> {
    let words = |error: secret_service::Error| library(&error);
    let service =
        SecretService::connect(EncryptionType::Dh).map_err(|_| Problem::NoSecretService)?;
    let id = vault.to_string();
    let attributes = HashMap::from([("application", "keyhaven"), ("vault", id.as_str())]);
    let nothing = SecretBytes::copy_of(b"");
    match task {
        KeychainTask::Store => {
            let mut key = Secret::new(Vec::with_capacity(MOST as usize));
            // Exposed to be filled in place.
            let read = input.take(MOST).read_to_end(key.expose_mut());
            read.map_err(|error| Problem::system(&error))?;
            let collection = service.get_default_collection().map_err(words)?;
            unlocked(&collection)?;
            // Exposed to be kept by the service.
            let made = collection.create_item(
                "Keyhaven vault",
                attributes,
                key.expose(),
                true,
                "text/plain",
            );
            made.map(|_| nothing).map_err(words)
        }
        KeychainTask::Fetch => {
            let found = service.search_items(attributes).map_err(words)?;
            match (found.unlocked.first(), found.locked.first()) {
                (Some(item), _) => item.get_secret().map(SecretBytes::new).map_err(words),
                (None, Some(_)) => Err(Problem::KeychainLocked),
                (None, None) => Err(Problem::KeychainEmpty),
            }
        }
        KeychainTask::Forget => {
            let found = service.search_items(attributes).map_err(words)?;
            let delete = |item: &Item<'_>| item.delete().map_err(words);
            found
                .unlocked
                .iter()
                .chain(&found.locked)
                .try_for_each(delete)?;
            Ok(nothing)
        }
    }
}

fn library(error: &secret_service::Error) -> Problem {
    Problem::System {
        system: error.to_string(),
    }
}

fn unlocked(collection: &Collection<'_>) -> Result<(), Problem> {
    match collection.is_locked() {
        Ok(false) => Ok(()),
        Ok(true) => Err(Problem::KeychainLocked),
        Err(error) => Err(library(&error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_have_words() {
        for task in KeychainTask::ALL {
            assert_eq!(KeychainTask::parse(task.name()), Some(task));
        }
        assert_eq!(KeychainTask::parse("steal"), None);
    }
}
