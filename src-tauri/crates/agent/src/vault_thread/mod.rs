//! The one thread that owns the vault.
//!
//! Everything else sends it jobs and waits. A job whose asker is gone before it begins is
//! not done, and a lock stops the work of those that were sent before it. The folder's lock is held from the start to the end of the agent.

pub(crate) mod attempts;
#[cfg(test)]
pub(crate) mod for_tests;
pub(crate) mod kdf;
pub(crate) mod refusals;
mod state;
mod wrong_passwords;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};

use keyhaven_protocol::error::Error;
use keyhaven_secret::memory::{give_back, wipe_stack};
use keyhaven_vault::stop::StopSignal;
use tokio::sync::oneshot;

pub(crate) use state::{VaultConfig, VaultState};

type Job = Box<dyn FnOnce(&mut VaultState) + Send>;

/// The way to the vault's thread.
#[derive(Debug, Clone)]
pub(crate) struct VaultThread {
    jobs: mpsc::Sender<Job>,
    /// Whether the vault was open after the last job, seen without waiting for the next.
    open: Arc<AtomicBool>,
    stop: StopSignal,
}

impl VaultThread {
    /// Takes the folder's lock and starts the thread. It ends when the last handle is
    /// dropped; then the lock is free again.
    ///
    /// # Errors
    /// The folder cannot be used, or another agent holds it.
    pub(crate) fn start(config: VaultConfig) -> Result<(Self, std::thread::JoinHandle<()>), Error> {
        let mut state = VaultState::enter(config)?;
        let (sender, jobs) = mpsc::channel::<Job>();
        let thread = std::thread::Builder::new()
            .name("vault".into())
            .spawn(move || {
                for job in jobs {
                    job(&mut state);
                    // Ciphers leave keys on the stack.
                    wipe_stack();
                    give_back();
                }
            })
            .map_err(|error| Error::defect(&format!("the vault's thread: {error}")))?;
        let vault = Self {
            jobs: sender,
            open: Arc::default(),
            stop: StopSignal::default(),
        };
        Ok((vault, thread))
    }

    /// Whether the vault is open, as every answer given so far has it.
    pub(crate) fn is_unlocked(&self) -> bool {
        self.open.load(Ordering::Acquire)
    }

    /// Stops what was sent so far, as soon as it looks whether it is to stop.
    pub(crate) fn stop_work(&self) {
        self.stop.stop();
    }

    /// Does something with the vault.
    ///
    /// # Errors
    /// The thread is gone.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut VaultState) -> T + Send + 'static,
    ) -> Result<T, Error> {
        let (answer, answered) = oneshot::channel();
        let open = self.open.clone();
        let ticket = self.stop.ticket();
        let job: Job = Box::new(move |state| {
            if !answer.is_closed() {
                let done = ticket.run(|| job(state));
                open.store(state.is_unlocked(), Ordering::Release);
                // The client may be gone by now.
                let _ = answer.send(done);
            }
        });
        self.jobs.send(job).map_err(|_| gone())?;
        answered.await.map_err(|_| gone())
    }
}

fn gone() -> Error {
    Error::defect("the vault's thread has ended")
}
