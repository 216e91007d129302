//! What a program around this library does: harden, take arguments, serve.
//!
//! The shipped program and the test agent of the end-to-end tests differ only in
//! [`ProgramOptions`]. Arguments: none, or `--ready-fd N`, the pipe by which the starter hears that
//! it serves or why it does not; `--clipboard`, `--notice`, `--watch` and `--keychain` are its
//! own helpers; `--judge` is one of `kh`.

use std::ffi::OsString;
use std::io::{self, Read as _, Write as _};
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::process::ExitCode;
use std::sync::Arc;

use keyhaven_protocol::error::{Code, Error};
use keyhaven_protocol::paths::{VaultPaths, state_folder};
use keyhaven_secret::SecretString;
use keyhaven_secret::process::harden;
use keyhaven_vault::KdfPolicy;

use crate::clock::Clock;
use crate::consent::AllowAll;
use crate::helpers::keychain::{self, KeychainTask};
use crate::helpers::notification::DesktopNotifier;
use crate::helpers::presence_signal::WatchedEvents;
use crate::helpers::{clipboard_helper, notification_helper, presence_helper};
use crate::server::ready_pipe::ReadyPipe;
use crate::workers::WorkerProgram;
use crate::{AgentOptions, PresenceOptions, run};

/// Bytes of a password that is judged, far more than anybody types.
const MOST_JUDGED: u64 = 64 << 10;

/// The program of workers, next to the agent's own.
const WORKER: &str = "keyhaven-worker";

/// What an agent takes for granted.
pub struct ProgramOptions {
    /// Accepted and chosen key derivation.
    pub kdf: KdfPolicy,
    /// The clocks.
    pub clock: Arc<dyn Clock>,
    /// The address of the system's bus, where it is not the usual one.
    pub system_bus: Option<String>,
    /// The arguments of workers; the shipped program takes none.
    pub worker_arguments: Vec<OsString>,
}

/// Everything `main` does. `options` is made only by a program that serves, after it was
/// hardened.
pub fn main(options: impl FnOnce() -> ProgramOptions) -> ExitCode {
    if harden().is_err() {
        return ExitCode::from(Code::Defect.exit_status());
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        [] => serve(options(), None),
        ["--ready-fd", number] => match ready_pipe(number) {
            Some(pipe) => serve(options(), Some(pipe)),
            None => usage(),
        },
        ["--clipboard", seconds] => match seconds.parse() {
            Ok(seconds) => hold_copy(seconds),
            Err(_) => usage(),
        },
        ["--watch", words] => match WatchedEvents::of_words(words) {
            Some(events) => {
                presence_helper::watch(events, io::stdin());
                ExitCode::SUCCESS
            }
            None => usage(),
        },
        ["--keychain", task, vault] => match (KeychainTask::parse(task), vault.parse()) {
            (Some(task), Ok(vault)) => {
                keychain::serve(task, vault, io::stdin(), io::stdout());
                ExitCode::SUCCESS
            }
            _ => usage(),
        },
        ["--judge"] => judge(),
        ["--notice"] => {
            notification_helper::show(io::stdin(), say);
            ExitCode::SUCCESS
        }
        _ => usage(),
    }
}

fn usage() -> ExitCode {
    ExitCode::from(2)
}

fn serve(options: ProgramOptions, mut ready: Option<ReadyPipe>) -> ExitCode {
    let tell = &mut ready;
    let result = start(options, || {
        if let Some(pipe) = tell.take() {
            pipe.ready();
        }
        tell_manager();
    });
    let Err(error) = result else {
        return ExitCode::SUCCESS;
    };
    if let Some(pipe) = ready {
        pipe.failed(&error);
    }
    ExitCode::from(error.code().exit_status())
}

/// Tells the manager of services that started this one that it serves (sd_notify(3)).
fn tell_manager() {
    let Some(name) = std::env::var_os("NOTIFY_SOCKET") else {
        return;
    };
    // A service manager that this does not reach runs into its own timeout.
    let _ = UnixDatagram::unbound().and_then(|socket| {
        match name.as_encoded_bytes().strip_prefix(b"@") {
            Some(name) => socket.send_to_addr(b"READY=1", &SocketAddr::from_abstract_name(name)?),
            None => socket.send_to(b"READY=1", &name),
        }
    });
}

fn start(options: ProgramOptions, ready: impl FnOnce()) -> Result<(), Error> {
    let place = VaultPaths::find(None)?;
    let log = place.log()?;
    let (files, files_note) = (place.files(), place.files_note()?);
    let program = std::env::current_exe()
        .map_err(|error| Error::io(std::path::Path::new("/proc/self/exe"), &error))?;
    let options = AgentOptions {
        folder: place.folder,
        socket: place.socket,
        state: Some(state_folder()?),
        log: Some(log),
        files,
        files_note: Some(files_note),
        kdf: options.kdf,
        clock: options.clock,
        notifier: Arc::new(DesktopNotifier::new(program.clone())),
        consent: Arc::new(AllowAll),
        helper: program.clone(),
        worker: WorkerProgram {
            path: program.with_file_name(WORKER),
            arguments: options.worker_arguments,
        },
        presence_options: Some(PresenceOptions {
            program,
            system_bus: options.system_bus,
        }),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::Defect {
            place: format!("the runtime: {error}"),
        })?;
    runtime.block_on(run(options, ready))
}

fn ready_pipe(number: &str) -> Option<ReadyPipe> {
    ReadyPipe::take_over(number.parse().ok()?).ok()
}

/// Says one line to the agent, which reads this helper's output.
fn say(line: &str) {
    let mut output = io::stdout();
    let line = line.lines().next().unwrap_or_default();
    // An agent that has gone needs no answer.
    let _ = writeln!(output, "{line}").and_then(|()| output.flush());
}

/// Says how hard the password on the input is to guess, in JSON.
fn judge() -> ExitCode {
    let mut text = String::with_capacity(256);
    // A password that is longer than this is not read to its end: it is strong.
    let read = io::stdin().take(MOST_JUDGED).read_to_string(&mut text);
    let password = SecretString::new(text);
    if read.is_err() {
        return usage();
    }
    let judged = keyhaven_strength::judge(&password);
    match serde_json::to_writer(io::stdout(), &judged) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn hold_copy(seconds: u64) -> ExitCode {
    clipboard_helper::hold(seconds, io::stdin(), say);
    // At once and without destructors: see `clipboard_helper::hold`.
    std::process::exit(0);
}
