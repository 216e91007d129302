//! Starting the agent: a separate process that inherits nothing it does not need.
//!
//! It forks twice into a new session, works in `/`, makes private files, has
//! descriptors 0-2 on `/dev/null` and none of ours but the pipe of readiness, default
//! signals, no core files, and an environment of exactly the names in `PASSED_ON`: one
//! foreign variable is enough to load code.
//!
//! Invariants of the `unsafe` code here: between `fork` and `exec` the child makes only
//! async-signal-safe calls (POSIX.1-2017, 2.4.3) on memory that was prepared before, and it
//! never returns into Rust code of the parent.
#![allow(unsafe_code)]

use std::env;
use std::ffi::{CStr, CString, OsString};
use std::fs::File;
use std::io::{self, Read as _};
use std::os::fd::{AsRawFd as _, OwnedFd, RawFd};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::pipe::PipeFlags;

use keyhaven_protocol::error::Error;
use keyhaven_protocol::paths::VaultPaths;
use keyhaven_protocol::problem::Problem;
use keyhaven_protocol::ready::{MAX_REPORT, READY};

/// The agent's program, in the folder of the one that starts it.
const PROGRAM: &str = "keyhaven-agent";
/// Variables the agent gets as they are; besides `LC_*`, `PATH` and the vault's folder.
const PASSED_ON: [&str; 9] = [
    "HOME",
    "USER",
    "LOGNAME",
    "LANG",
    "TZ",
    "XDG_RUNTIME_DIR",
    "XDG_DATA_HOME",
    "XDG_CONFIG_HOME",
    "XDG_STATE_HOME",
];
/// The descriptor of the pipe of readiness in the agent.
const READY_FD: RawFd = 3;
/// How long the agent may take until its socket answers.
const START_WITHIN: Duration = Duration::from_secs(20);
/// For so long an agent that somebody else started is waited for before another is tried.
const START_AGAIN: Duration = Duration::from_millis(300);
/// Between two looks for its socket.
const LOOK_AGAIN: Duration = Duration::from_millis(5);

/// Starts the agent of a vault and waits until its socket answers: by its unit where one is
/// installed and answers, else as a process. When another agent won the race for the vault,
/// waits for that one.
///
/// # Errors
/// The program is missing, it refused the folder, or it did not answer in time.
pub fn start_agent(place: &VaultPaths) -> Result<(), Error> {
    // A unit that cannot start says why to nobody here, and one that is asked again and again
    // is no longer started by its manager: a child process reports, and can always be retried.
    if crate::autostart::start(place) && answers_soon(place) {
        return Ok(());
    }
    let program = agent_program()?;
    until_it_answers(place, || launch(&program, &agent_environment(place)))
}

/// Starts an agent, and again while another one holds the vault and nobody answers: that one
/// may be ending, and its lock goes after its socket.
fn until_it_answers(
    place: &VaultPaths,
    mut start: impl FnMut() -> Result<(), Error>,
) -> Result<(), Error> {
    let deadline = Instant::now() + START_WITHIN;
    while Instant::now() < deadline {
        match start() {
            Ok(()) | Err(Error::AgentRunning) => {}
            Err(error) => return Err(error),
        }
        if answers_soon(place) {
            return Ok(());
        }
    }
    Err(no_agent(Problem::OtherAgentSilent {
        socket: place.socket.display().to_string(),
    }))
}

fn answers_soon(place: &VaultPaths) -> bool {
    let deadline = Instant::now() + START_AGAIN;
    while Instant::now() < deadline {
        if UnixStream::connect(&place.socket).is_ok() {
            return true;
        }
        std::thread::sleep(LOOK_AGAIN);
    }
    false
}

/// The agent's program, in this one's folder.
///
/// # Errors
/// It is missing.
pub fn agent_program() -> Result<PathBuf, Error> {
    let this = env::current_exe().map_err(|error| no_agent(Problem::system(&error)))?;
    let program = this.with_file_name(PROGRAM);
    if program.is_file() {
        return Ok(program);
    }
    Err(no_agent(Problem::ProgramMissing {
        path: program.display().to_string(),
    }))
}

/// Exactly what the agent may know of its starter's environment.
fn agent_environment(place: &VaultPaths) -> Vec<(OsString, OsString)> {
    let passed_on = env::vars_os().filter(|(name, _)| {
        name.to_str()
            .is_some_and(|name| PASSED_ON.contains(&name) || name.starts_with("LC_"))
    });
    passed_on
        .chain([
            ("PATH".into(), "/usr/bin:/bin".into()),
            ("KEYHAVEN_HOME".into(), place.folder.clone().into()),
        ])
        .collect()
}

/// Everything the child needs, made before the fork.
struct AgentCommand {
    program: CString,
    arguments: Vec<CString>,
    environment: Vec<CString>,
    root: &'static CStr,
    null: File,
    ready: OwnedFd,
}

fn launch(program: &Path, environment: &[(OsString, OsString)]) -> Result<(), Error> {
    let broken = |error: io::Error| no_agent(Problem::system(&error));
    let (reports, ready) =
        rustix::pipe::pipe_with(PipeFlags::CLOEXEC).map_err(|error| broken(error.into()))?;
    let plan = AgentCommand {
        program: c_string(program.as_os_str().as_bytes()).map_err(broken)?,
        arguments: vec![
            c_string(PROGRAM.as_bytes()).map_err(broken)?,
            c_string(b"--ready-fd").map_err(broken)?,
            c_string(READY_FD.to_string().as_bytes()).map_err(broken)?,
        ],
        environment: environment
            .iter()
            .map(|(name, value)| {
                let mut text = name.clone().into_vec();
                text.push(b'=');
                text.extend_from_slice(value.as_bytes());
                c_string(&text)
            })
            .collect::<io::Result<_>>()
            .map_err(broken)?,
        root: c"/",
        null: File::options()
            .read(true)
            .write(true)
            .open("/dev/null")
            .map_err(broken)?,
        ready,
    };
    fork_twice(&plan).map_err(broken)?;
    drop(plan);
    hear(reports)
}

/// Waits for the agent's word; the end of the pipe without one means that it ended.
fn hear(reports: OwnedFd) -> Result<(), Error> {
    let deadline = Instant::now() + START_WITHIN;
    let mut pipe = File::from(reports);
    let mut report = Vec::new();
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let timeout = Timespec::try_from(left).map_err(|_| no_agent(Problem::AgentSilent))?;
        let mut waiting = [PollFd::new(&pipe, PollFlags::IN)];
        match rustix::event::poll(&mut waiting, Some(&timeout)) {
            Ok(0) => return Err(no_agent(Problem::AgentSilent)),
            Ok(_) => {}
            Err(rustix::io::Errno::INTR) => continue,
            Err(error) => return Err(no_agent(Problem::system(&error.into()))),
        }
        let before = report.len();
        let mut part = [0; 1024];
        let count = pipe
            .read(&mut part)
            .map_err(|error| no_agent(Problem::system(&error)))?;
        report.extend_from_slice(&part[..count]);
        if report == READY {
            return Ok(());
        }
        if report.len() == before || report.len() as u64 > MAX_REPORT {
            return Err(
                serde_json::from_slice(&report).unwrap_or_else(|_| no_agent(Problem::AgentEnded))
            );
        }
    }
}

/// Forks, and lets the child fork the agent and end, so that the agent is nobody's child.
fn fork_twice(plan: &AgentCommand) -> io::Result<()> {
    let arguments = pointers(&plan.arguments);
    let environment = pointers(&plan.environment);
    // SAFETY: the child runs only `become_agent`, which keeps to async-signal-safe calls.
    let child = unsafe { libc::fork() };
    match child {
        -1 => Err(io::Error::last_os_error()),
        // SAFETY: in the child; everything it touches was made before the fork.
        0 => unsafe { become_agent(plan, &arguments, &environment) },
        child => wait_for(child),
    }
}

fn wait_for(child: libc::pid_t) -> io::Result<()> {
    let mut status = 0;
    loop {
        // SAFETY: our own child, and a valid place for its status.
        if unsafe { libc::waitpid(child, &raw mut status, 0) } == child {
            return if status == 0 {
                Ok(())
            } else {
                Err(io::ErrorKind::Other.into())
            };
        }
        let error = io::Error::last_os_error();
        // Where SIGCHLD is ignored the system has waited for it; the pipe tells the rest.
        if error.raw_os_error() == Some(libc::ECHILD) {
            return Ok(());
        }
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
}

/// The child's way to the agent's `main`.
///
/// # Safety
/// To be called in a fresh child of `fork` only; the pointers end with a null.
unsafe fn become_agent(
    plan: &AgentCommand,
    arguments: &[*const libc::c_char],
    environment: &[*const libc::c_char],
) -> ! {
    // SAFETY: async-signal-safe calls on what was prepared; `_exit` runs no handlers.
    unsafe {
        if libc::setsid() == -1 {
            libc::_exit(1);
        }
        match libc::fork() {
            0 => {}
            -1 => libc::_exit(1),
            _ => libc::_exit(0),
        }
        libc::umask(0o077);
        let no_core = libc::rlimit {
            rlim_cur: 0,
            rlim_max: 0,
        };
        let null = plan.null.as_raw_fd();
        let ready = keep_above(plan.ready.as_raw_fd());
        let placed = ready != -1
            && libc::chdir(plan.root.as_ptr()) == 0
            && libc::setrlimit(libc::RLIMIT_CORE, &raw const no_core) == 0
            && (0..=2).all(|standard| libc::dup2(null, standard) == standard)
            && libc::dup2(ready, READY_FD) == READY_FD
            && close_from(READY_FD + 1);
        if !placed {
            libc::_exit(1);
        }
        default_signals();
        libc::execve(
            plan.program.as_ptr(),
            arguments.as_ptr(),
            environment.as_ptr(),
        );
        libc::_exit(127);
    }
}

/// A copy of the descriptor that the ones given to the agent cannot overwrite.
///
/// # Safety
/// As [`become_agent`].
unsafe fn keep_above(descriptor: RawFd) -> RawFd {
    // SAFETY: makes a new descriptor and touches no other.
    unsafe { libc::fcntl(descriptor, libc::F_DUPFD, READY_FD + 1) }
}

/// # Safety
/// As [`become_agent`]: closing what others own is right only in a child that execs.
unsafe fn close_from(first: RawFd) -> bool {
    let first = libc::c_uint::try_from(first).unwrap_or(libc::c_uint::MAX);
    // SAFETY: by the caller.
    unsafe { libc::syscall(libc::SYS_close_range, first, libc::c_uint::MAX, 0) == 0 }
}

/// # Safety
/// As [`become_agent`].
unsafe fn default_signals() {
    // SAFETY: zeroed, both structures are valid: the default action and the empty set.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = libc::SIG_DFL;
        for signal in 1..=64 {
            // SIGKILL, SIGSTOP and the C library's own refuse, and need nothing.
            libc::sigaction(signal, &raw const action, std::ptr::null_mut());
        }
        let mut none: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&raw mut none);
        libc::sigprocmask(libc::SIG_SETMASK, &raw const none, std::ptr::null_mut());
    }
}

fn pointers(strings: &[CString]) -> Vec<*const libc::c_char> {
    strings
        .iter()
        .map(|text| text.as_ptr())
        .chain([std::ptr::null()])
        .collect()
}

fn c_string(bytes: &[u8]) -> io::Result<CString> {
    CString::new(bytes).map_err(|_| io::ErrorKind::InvalidInput.into())
}

fn no_agent(problem: Problem) -> Error {
    Error::NoAgent { problem }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;
    use std::os::unix::net::UnixListener;

    use super::*;

    /// Starts a shell script in the agent's place; what it wrote, and what was heard.
    fn start(script: &str) -> (Result<(), Error>, String) {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("agent");
        let seen = folder.path().join("seen");
        let text = format!("#!/bin/sh\nseen={}\n{script}\n", seen.display());
        std::fs::write(&program, text).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o700)).unwrap();
        let heard = launch(&program, &[("PATH".into(), "/usr/bin:/bin".into())]);
        (heard, std::fs::read_to_string(seen).unwrap_or_default())
    }

    #[test]
    fn the_agent_inherits_nothing_it_does_not_need() {
        let null = File::open("/dev/null").unwrap();
        // SAFETY: a copy that stays open through exec, as a careless starter would have it.
        let careless = unsafe { libc::fcntl(null.as_raw_fd(), libc::F_DUPFD, 100) };
        let (heard, seen) = start(&format!(
            "{{ env | grep -vE '^(PWD|SHLVL|_|OLDPWD)='; pwd; umask; ulimit -c; \
             [ -e /proc/$$/fd/{careless} ] && echo leaked; readlink /proc/$$/fd/0; \
             ps -o sid= -p $$ | grep -qw $$ || echo follower; \
             while read -r line; do case $line in SigBlk*|SigIgn*) echo \"$line\";; esac; \
             done </proc/self/status; }} >$seen\n\
             printf ready >&3",
        ));
        assert_eq!(heard, Ok(()));
        let lines: Vec<&str> = seen.lines().collect();
        // Forked twice: it is in a new session, and does not lead it.
        let expected = [
            "PATH=/usr/bin:/bin",
            "/",
            "0077",
            "0",
            "/dev/null",
            "follower",
        ];
        assert_eq!(lines[..6], expected, "{seen}");
        assert_eq!(lines[6], "SigBlk:\t0000000000000000");
        let ignored = lines[7].strip_prefix("SigIgn:\t").unwrap();
        // 32 and 33 are the C library's own and cannot be set.
        let ignored = u64::from_str_radix(ignored, 16).unwrap() & !(0b11 << 31);
        assert_eq!(ignored, 0, "{seen}");
    }

    #[test]
    fn a_child_that_the_system_waited_for_is_no_failure() {
        // Not our child, as one is not any more where SIGCHLD is ignored.
        assert!(wait_for(1).is_ok());
    }

    #[test]
    fn a_failure_keeps_the_agents_own_error() {
        let report = serde_json::to_string(&Error::AgentRunning).unwrap();
        let (heard, _) = start(&format!("printf '%s' '{report}' >&3"));
        assert_eq!(heard, Err(Error::AgentRunning));
    }

    #[test]
    fn where_the_winner_is_only_ending_another_is_started() {
        let folder = tempfile::tempdir().unwrap();
        let place = VaultPaths {
            folder: folder.path().into(),
            socket: folder.path().join("agent.sock"),
        };
        let mut listener = None;
        let mut starts = 0;
        let heard = until_it_answers(&place, || {
            starts += 1;
            if starts < 3 {
                return Err(Error::AgentRunning);
            }
            listener = Some(UnixListener::bind(&place.socket).unwrap());
            Ok(())
        });
        assert_eq!((heard, starts), (Ok(()), 3));
        drop(listener);
    }

    #[test]
    fn an_end_without_a_word_is_an_error() {
        let (heard, _) = start("exit 3");
        assert!(matches!(heard, Err(Error::NoAgent { .. })));
    }
}
