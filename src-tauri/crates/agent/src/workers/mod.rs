//! Workers: short-lived processes that may use the network, which the agent never does. Each
//! receives one job with the fields of one credential through a pipe, returns one small result,
//! and ends.
//!
//! A worker inherits nothing: no environment, no descriptor but its pipes, no working folder.
//! Dropping the wait for its result kills it: at a lock, when nobody waits any more, or when it
//! takes too long.

mod destination;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use keyhaven_protocol::check::{CheckReason, CheckResult};
use keyhaven_protocol::frame::{Segments, encode, read};
use keyhaven_protocol::worker::CheckJob;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;
use tokio::sync::{Semaphore, SemaphorePermit};

use self::destination::Destination;

/// Workers at a time.
const MOST: usize = 8;
/// How long one may take; it ends by itself before that.
const WITHIN: Duration = Duration::from_secs(30);
/// The most bytes of a result.
const MOST_RESULT: u64 = 64 << 10;

/// The program of workers.
#[derive(Debug, Clone)]
pub struct WorkerProgram {
    /// Where it is.
    pub path: PathBuf,
    /// With which arguments it is started; the shipped one takes none.
    pub arguments: Vec<OsString>,
}

/// Starts workers, a few at a time.
#[derive(Debug)]
pub(crate) struct Workers {
    program: WorkerProgram,
    seats: Semaphore,
}

impl Workers {
    pub(crate) fn new(program: WorkerProgram) -> Self {
        Self {
            program,
            seats: Semaphore::new(MOST),
        }
    }

    /// Waits for room for one more worker. None comes at the end of the agent.
    pub(crate) async fn seat(&self) -> Option<SemaphorePermit<'_>> {
        self.seats.acquire().await.ok()
    }

    /// Checks a key at its provider.
    pub(crate) async fn check(&self, job: &CheckJob, segments: Segments) -> CheckResult {
        let destination = Destination::of(job, &segments);
        let answered = tokio::time::timeout(WITHIN, self.run(job, segments)).await;
        let failed = CheckResult::not_sent(CheckReason::WorkerFailed);
        let Some(result) = answered.unwrap_or_default() else {
            return failed;
        };
        // It has read what a stranger answered: the log gets nothing from it but a host that it
        // was to ask. The catalogue is read away from the thread that answers clients.
        let host = result.host.clone();
        let known = tokio::task::spawn_blocking(move || {
            host.is_none_or(|host| destination.is_named(&host))
        });
        match known.await {
            Ok(true) => result,
            _ => failed,
        }
    }

    /// None where it could not be started or ended without a result.
    async fn run(&self, job: &CheckJob, segments: Segments) -> Option<CheckResult> {
        let bytes = encode(job, &segments).ok()?;
        let mut worker = Command::new(&self.program.path)
            .args(&self.program.arguments)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .ok()?;
        let (mut input, output) = (worker.stdin.take()?, worker.stdout.take()?);
        input.write_all(&bytes).await.ok()?;
        drop((input, bytes, segments));
        let mut result = Vec::new();
        let mut output = output.take(MOST_RESULT);
        output.read_to_end(&mut result).await.ok()?;
        let status = worker.wait().await.ok()?;
        let (result, _) = read(&mut result.as_slice()).ok()?;
        status.success().then_some(result)
    }
}

#[cfg(test)]
mod tests;
