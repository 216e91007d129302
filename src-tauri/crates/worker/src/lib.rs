//! One operation at a provider, in a process that ends with it: a check, or a step of replacing
//! a key.
//!
//! The agent starts the program with an empty environment, writes one job into its input and
//! reads one result from its output. The process has no vault and no way to the agent; what it
//! holds of secrets are the fields of one credential, and of the one that manages it where a key
//! is replaced. It speaks HTTPS only, to hosts that the catalogue names, at addresses of the
//! internet, and follows no redirect; or the protocol of a database, with the server that the
//! credential itself names.
//!
//! The shipped program and the test-worker of the end-to-end tests differ only in [`Network`].

mod call;
mod check;
mod confinement;
mod encoding;
mod facts;
mod fields;
mod fill;
mod network;
mod outcome;
mod postgres;
mod replace;
mod send;
mod signing;
mod values;

use std::ffi::OsString;
use std::io;
use std::process::ExitCode;

use jiff::Timestamp;
use keyhaven_protocol::check::{CheckReason, CheckResult, Verdict};
use keyhaven_protocol::frame::{self, Segments};
use keyhaven_protocol::reported::ReportedFacts;
use keyhaven_protocol::worker::{CallResult, CheckJob, WorkerJob, WorkerResult};
use tokio::time::Instant;

use check::{CheckToMake, PreparedCheck};
use facts::FactReader;
use outcome::HttpAnswer;
use send::Route;

pub use network::Network;

/// The status of a program that was started in a wrong way.
const USAGE: u8 = 2;
/// The status of a program that could not do its job.
const FAILED: u8 = 1;

/// Everything `main` does. `network` is made of the arguments after the program is confined;
/// with none the program was started in a wrong way.
pub fn main(network: impl FnOnce(&[OsString]) -> Option<Network>) -> ExitCode {
    if confinement::confine().is_err() {
        return ExitCode::from(FAILED);
    }
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    // Variables can name a proxy, other resolvers or code to load.
    if std::env::vars_os().next().is_some() {
        return ExitCode::from(USAGE);
    }
    let Some(network) = network(&arguments) else {
        return ExitCode::from(USAGE);
    };
    let Ok((job, segments)) = frame::read::<WorkerJob>(&mut io::stdin()) else {
        return ExitCode::from(USAGE);
    };
    let Some((result, segments)) = carry_out(job, segments, network) else {
        return ExitCode::from(FAILED);
    };
    match frame::write(&mut io::stdout(), &result, &segments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(FAILED),
    }
}

/// None where there is no runtime to do it.
fn carry_out(
    job: WorkerJob,
    segments: Segments,
    network: Network,
) -> Option<(WorkerResult, Segments)> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .ok()?;
    let result = runtime.block_on(operation(job, segments, network));
    // A name that is still being looked up is not waited for.
    runtime.shutdown_background();
    Some(result)
}

async fn operation(
    job: WorkerJob,
    segments: Segments,
    network: Network,
) -> (WorkerResult, Segments) {
    let result = match job {
        WorkerJob::Check(job) => WorkerResult::Check(checked(job, segments, network).await),
        WorkerJob::Plan(job) => WorkerResult::Plan(replace::plan(job, segments)),
        WorkerJob::Create(job) => match replace::prepare_creation(job, segments) {
            Ok(prepared) => {
                let (created, segments) = prepared.send(network).await;
                return (WorkerResult::Create(created), segments);
            }
            Err(reason) => WorkerResult::Create(CallResult::not_sent(reason)),
        },
        WorkerJob::Find(job) => WorkerResult::Find(match replace::prepare_search(job, segments) {
            Ok(prepared) => prepared.send(network).await,
            Err(reason) => CallResult::not_sent(reason),
        }),
        WorkerJob::Revoke(job) => {
            WorkerResult::Revoke(match replace::prepare_revocation(job, segments) {
                Ok(prepared) => prepared.send(network).await,
                Err(reason) => CallResult::not_sent(reason),
            })
        }
    };
    (result, Segments::default())
}

async fn checked(job: CheckJob, segments: Segments, network: Network) -> CheckResult {
    let prepared = match check::prepare(job, segments) {
        Ok(prepared) => prepared,
        Err(reason) => return CheckResult::not_sent(reason),
    };
    let (host, result) = match &prepared {
        CheckToMake::Request(prepared) => (&prepared.request.host, send(prepared, network).await),
        CheckToMake::Login(account) => (&account.host, postgres::check(account, network).await),
    };
    result.unwrap_or_else(|reason| failed(reason, host.to_string()))
}

/// Asks whether the key is alive and, if it is, what the provider reports about it.
async fn send(prepared: &PreparedCheck, network: Network) -> Result<CheckResult, CheckReason> {
    let until = Instant::now() + network.within;
    let host = &prepared.request.host;
    let answer = async {
        let route = network.route(host, prepared.request.reach()).await?;
        let answer = route.send(&prepared.request).await?;
        Ok((route, answer))
    };
    let answer = tokio::time::timeout_at(until, answer).await;
    let (route, answer) = answer.unwrap_or(Err(CheckReason::Silent))?;
    let (state, reason) = outcome::of(&prepared.answers, &answer);
    let mut reported = ReportedFacts::default();
    if state == Verdict::Alive {
        let report = report(prepared, &route, &answer, &mut reported);
        // What was reported in time counts; that the key is alive is known.
        let _ = tokio::time::timeout_at(until, report).await;
    }
    Ok(CheckResult {
        state,
        reason,
        host: Some(host.to_string()),
        reported: Some(reported).filter(|facts| *facts != ReportedFacts::default()),
    })
}

/// Reads the facts that the answer to the check has, and asks for the others.
async fn report(
    prepared: &PreparedCheck,
    route: &Route,
    answer: &HttpAnswer,
    facts: &mut ReportedFacts,
) {
    let reader = FactReader {
        secrets: &prepared.secrets,
        now: Timestamp::now(),
    };
    for report in &prepared.reports {
        match &report.request {
            None => reader.read(&report.extract, answer, facts),
            // The audit log names one host, so the key goes to no other.
            Some(request) if !route.leads_to(&request.host) => {}
            Some(request) => {
                let answer = route.send(request).await;
                if let Some(answer) = answer.ok().filter(HttpAnswer::is_success) {
                    reader.read(&report.extract, &answer, facts);
                }
            }
        }
    }
}

/// What is known of the host where no answer came. The key was sent only over a connection
/// whose certificate is valid.
fn failed(reason: CheckReason, host: String) -> CheckResult {
    let sent = matches!(
        reason,
        CheckReason::Silent
            | CheckReason::BrokenAnswer
            | CheckReason::LargeAnswer
            | CheckReason::DatabaseRefused { .. }
            | CheckReason::NoPasswordAsked
    );
    CheckResult {
        host: sent.then_some(host),
        ..CheckResult::not_sent(reason)
    }
}
