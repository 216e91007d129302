//! One request at a provider, in a process that ends with it.
//!
//! The agent starts the program with an empty environment, writes one job into its input and
//! reads one result from its output. The process has no vault and no way to the agent; what it
//! holds of secrets are the fields of one credential. It speaks HTTPS only, to hosts that the
//! catalogue names, at addresses of the internet, and follows no redirect.
//!
//! The shipped program and the test-worker of the end-to-end tests differ only in [`Network`].

mod check;
mod confinement;
mod encoding;
mod fields;
mod fill;
mod network;
mod outcome;
mod send;

use std::ffi::OsString;
use std::io;
use std::process::ExitCode;

use keyhaven_protocol::check::{CheckReason, CheckResult};
use keyhaven_protocol::frame::{self, Segments};
use keyhaven_protocol::worker::CheckJob;

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
    let Ok((job, segments)) = frame::read::<CheckJob>(&mut io::stdin()) else {
        return ExitCode::from(USAGE);
    };
    let Some(result) = carry_out(job, segments, network) else {
        return ExitCode::from(FAILED);
    };
    match frame::write(&mut io::stdout(), &result, &Segments::default()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(FAILED),
    }
}

/// None where there is no runtime to do it.
fn carry_out(job: CheckJob, segments: Segments, network: Network) -> Option<CheckResult> {
    let prepared = match check::prepare(job, segments) {
        Ok(prepared) => prepared,
        Err(reason) => return Some(CheckResult::not_sent(reason)),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .ok()?;
    let host = prepared.request.host.to_string();
    let answered = runtime.block_on(async {
        let within = network.within;
        let answer = network.send(&prepared.request);
        let answer = tokio::time::timeout(within, answer).await;
        answer.unwrap_or(Err(CheckReason::Silent))
    });
    // A name that is still being looked up is not waited for.
    runtime.shutdown_background();
    let (state, reason) = match answered {
        Ok(answer) => outcome::of(&prepared.answers, &answer),
        Err(reason) => return Some(failed(reason, host)),
    };
    Some(CheckResult {
        state,
        reason,
        host: Some(host),
    })
}

/// What is known of the host where no answer came. The key was sent only over a connection
/// whose certificate is valid.
fn failed(reason: CheckReason, host: String) -> CheckResult {
    let sent = matches!(
        reason,
        CheckReason::Silent | CheckReason::BrokenAnswer | CheckReason::LargeAnswer
    );
    CheckResult {
        host: sent.then_some(host),
        ..CheckResult::not_sent(reason)
    }
}
