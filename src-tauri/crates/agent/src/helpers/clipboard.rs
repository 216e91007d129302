//! Copies: each is held by a helper process with the display of the client that asked.
//!
//! The value goes through a pipe and nowhere else. The helper ends when it loses the
//! selection, after its seconds, or when its pipe closes: at a lock, or with the agent.

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Mutex;
use std::time::Duration;

use keyhaven_protocol::error::Error;
use keyhaven_protocol::local_session::LocalSession;
use keyhaven_protocol::problem::{Problem, system_text};
use keyhaven_secret::SecretBytes;
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};
use tokio::task::AbortHandle;

use crate::child_process;
use crate::guarded;

/// How long a display may take to accept a copy.
const READY_WITHIN: Duration = Duration::from_secs(5);

/// The helpers that hold a value.
#[derive(Debug)]
pub(crate) struct ClipboardHelpers {
    program: PathBuf,
    helpers: Mutex<Vec<AbortHandle>>,
}

impl ClipboardHelpers {
    pub(crate) fn new(program: PathBuf) -> Self {
        Self {
            program,
            helpers: Mutex::default(),
        }
    }

    /// Puts a value on the clipboard.
    ///
    /// # Errors
    /// [`Error::NoClipboard`], or the value is no text.
    pub(crate) async fn hold(
        &self,
        session: &LocalSession,
        value: SecretBytes,
        seconds: u32,
    ) -> Result<(), Error> {
        if !session.has_display() {
            return Err(no_clipboard(Problem::NoDisplay));
        }
        // Exposed to be looked at.
        if std::str::from_utf8(value.expose()).is_err() {
            return Err(Error::invalid(Problem::ValueNotText));
        }
        let mut helper = Command::from(child_process::command(&self.program, session));
        helper
            .arg("--clipboard")
            .arg(seconds.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        let mut helper = helper.spawn().map_err(|error| {
            no_clipboard(Problem::HelperNotStarted {
                system: system_text(&error),
            })
        })?;
        let given = tokio::time::timeout(READY_WITHIN, give(&mut helper, value));
        given
            .await
            .unwrap_or_else(|_| Err(no_clipboard(Problem::DisplaySilent)))?;
        self.keep(helper);
        Ok(())
    }

    /// Waits for the helper's end in the background; ending the wait kills it.
    fn keep(&self, mut helper: Child) {
        // Waiting would close it, and its end tells the helper to go.
        let pipe = helper.stdin.take();
        let task = tokio::spawn(async move {
            let _pipe = pipe;
            // Its exit status does not matter: the copy is gone.
            let _ = helper.wait().await;
        });
        let mut helpers = guarded(&self.helpers);
        helpers.retain(|helper| !helper.is_finished());
        helpers.push(task.abort_handle());
    }

    /// Clears every copy.
    pub(crate) fn end(&self) {
        for helper in guarded(&self.helpers).drain(..) {
            helper.abort();
        }
    }
}

/// Hands the value over and waits until the helper holds the selection. The pipe stays
/// open: its end is what tells the helper to go.
async fn give(helper: &mut Child, value: SecretBytes) -> Result<(), Error> {
    let (Some(pipe), Some(answer)) = (helper.stdin.as_mut(), helper.stdout.take()) else {
        return Err(no_clipboard(Problem::HelperEnded));
    };
    let broken = |_| no_clipboard(Problem::HelperEnded);
    // Exposed to be handed to the helper.
    let bytes = value.expose();
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    pipe.write_all(&length.to_be_bytes())
        .await
        .map_err(broken)?;
    pipe.write_all(bytes).await.map_err(broken)?;
    pipe.flush().await.map_err(broken)?;
    match child_process::verdict(answer).await.as_deref() {
        Some(child_process::READY) => Ok(()),
        Some(system) => Err(no_clipboard(Problem::System {
            system: system.into(),
        })),
        None => Err(no_clipboard(Problem::HelperEnded)),
    }
}

const fn no_clipboard(problem: Problem) -> Error {
    Error::NoClipboard { problem }
}
