//! Workers: short-lived processes that may use the network, which the agent never does. Each
//! receives one job with the fields of the credentials that it needs through a pipe, returns one small result,
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
use keyhaven_protocol::worker::{
    CallResult, CheckJob, CreateJob, CreatedKey, FindJob, FoundKeys, PlanJob, ReplacementPlan,
    RevokeJob, WorkerJob, WorkerResult,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, Command};
use tokio::sync::{Semaphore, SemaphorePermit};
use zeroize::Zeroizing;

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
    pub(crate) async fn check(&self, job: CheckJob, segments: Segments) -> CheckResult {
        let destination = Destination::of(&job.provider, &job.fields, &segments);
        let failed = CheckResult::not_sent(CheckReason::WorkerFailed);
        let Ok((WorkerResult::Check(result), _)) = self.run(WorkerJob::Check(job), segments).await
        else {
            return failed;
        };
        // It has read what a stranger answered: the log gets nothing from it but a host that it
        // was to ask.
        match destination.allows(result.host.clone()).await {
            true => result,
            false => failed,
        }
    }

    /// Asks the catalogue how a key can be replaced.
    pub(crate) async fn plan(
        &self,
        job: PlanJob,
        segments: Segments,
    ) -> Result<ReplacementPlan, CheckReason> {
        match self.run(WorkerJob::Plan(job), segments).await {
            Ok((WorkerResult::Plan(plan), _)) => plan,
            _ => Err(CheckReason::WorkerFailed),
        }
    }

    /// Makes a key; its values are the segments.
    pub(crate) async fn create(
        &self,
        job: CreateJob,
        segments: Segments,
    ) -> (CallResult<CreatedKey>, Segments) {
        let destination = Destination::of_replacement(&job.credential, &segments);
        match self.run(WorkerJob::Create(job), segments).await {
            Ok((WorkerResult::Create(result), segments)) => {
                (destination.own(result).await, segments)
            }
            ended => (without_result(ended.err()), Segments::default()),
        }
    }

    /// Finds keys by their tag.
    pub(crate) async fn find(&self, job: FindJob, segments: Segments) -> CallResult<FoundKeys> {
        let destination = Destination::of_replacement(&job.credential, &segments);
        match self.run(WorkerJob::Find(job), segments).await {
            Ok((WorkerResult::Find(result), _)) => destination.own(result).await,
            ended => without_result(ended.err()),
        }
    }

    /// Ends a key.
    pub(crate) async fn revoke(&self, job: RevokeJob, segments: Segments) -> CallResult<()> {
        let destination = Destination::of_replacement(&job.credential, &segments);
        match self.run(WorkerJob::Revoke(job), segments).await {
            Ok((WorkerResult::Revoke(result), _)) => destination.own(result).await,
            ended => without_result(ended.err()),
        }
    }

    async fn run(
        &self,
        job: WorkerJob,
        segments: Segments,
    ) -> Result<(WorkerResult, Segments), WorkerFailure> {
        let Ok(bytes) = encode(&job, &segments) else {
            return Err(WorkerFailure::NotStarted);
        };
        let worker = Command::new(&self.program.path)
            .args(&self.program.arguments)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn();
        let Ok(worker) = worker else {
            return Err(WorkerFailure::NotStarted);
        };
        drop(segments);
        let answered = tokio::time::timeout(WITHIN, answer(worker, bytes)).await;
        answered.unwrap_or_default().ok_or(WorkerFailure::Lost)
    }
}

/// Why a worker has no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WorkerFailure {
    /// It did not begin, so nothing was sent.
    NotStarted,
    /// It began, and what it did is not known.
    Lost,
}

/// What that means for a call at a provider; a result of another job is none either.
fn without_result<T>(failure: Option<WorkerFailure>) -> CallResult<T> {
    match failure {
        Some(WorkerFailure::NotStarted) => CallResult::not_sent(CheckReason::WorkerFailed),
        Some(WorkerFailure::Lost) | None => CallResult::lost(CheckReason::WorkerFailed),
    }
}

/// Hands a worker its job and reads its result; none where it ended without one.
async fn answer(mut worker: Child, job: Zeroizing<Vec<u8>>) -> Option<(WorkerResult, Segments)> {
    let (mut input, output) = (worker.stdin.take()?, worker.stdout.take()?);
    input.write_all(&job).await.ok()?;
    drop((input, job));
    // A new key may be in it.
    let mut result = Zeroizing::new(Vec::new());
    let mut output = output.take(MOST_RESULT);
    output.read_to_end(&mut result).await.ok()?;
    let status = worker.wait().await.ok()?;
    let result = read(&mut result.as_slice()).ok()?;
    status.success().then_some(result)
}

#[cfg(test)]
mod tests;
