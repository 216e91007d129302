//! Becoming the program: one `execve`, with nothing of this process left in the child.
//!
//! Rust's runtime changes two things before `main` that a child would inherit: it ignores
//! SIGPIPE, and opens `/dev/null` on standard descriptors that were closed. Both are recorded
//! before the runtime starts, and restored before `exec`.
//!
//! Invariants of the `unsafe` code here: the constructor runs once, before `main`, on the
//! only thread, and makes only calls that need no runtime; the pointers passed to `execve`
//! point into strings that end in NUL and outlive the call.
#![allow(unsafe_code)]

use std::ffi::{CString, OsStr, OsString};
use std::io;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Path, PathBuf};
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::fs::Access;
use rustix::io::Errno;

use crate::environment::{ChildEnvironment, EnvironmentError, LargestVariable, size_limit};

/// Where programs are searched without a `PATH`, as in the C library.
const DEFAULT_PATH: &[u8] = b"/bin:/usr/bin";
/// Runs a script without a `#!` line, as with `execvp` (POSIX.1-2017, exec).
const SHELL: &std::ffi::CStr = c"/bin/sh";

static SIGPIPE_IGNORED: AtomicBool = AtomicBool::new(false);
static CLOSED: [AtomicBool; 3] = [const { AtomicBool::new(false) }; 3];

/// The loader calls the functions in this section before `main`.
#[used]
#[unsafe(link_section = ".init_array")]
static RECORD_FIRST: extern "C" fn() = record_inherited_state;

extern "C" fn record_inherited_state() {
    // SAFETY: zeroed is a valid `sigaction`; both calls only read.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        if libc::sigaction(libc::SIGPIPE, ptr::null(), &raw mut action) == 0 {
            SIGPIPE_IGNORED.store(action.sa_sigaction == libc::SIG_IGN, Ordering::Relaxed);
        }
        for (descriptor, closed) in (0..).zip(&CLOSED) {
            closed.store(
                libc::fcntl(descriptor, libc::F_GETFD) == -1,
                Ordering::Relaxed,
            );
        }
    }
}

/// Why a program could not be started. It never ran.
#[derive(Debug, thiserror::Error)]
pub enum ExecError {
    /// There is no such program: status 127.
    #[error("{program} was not found")]
    NotFound {
        /// As the user wrote it.
        program: String,
    },
    /// No folder of `PATH` that can be read has such a program: status 127.
    #[error("{program} was not found; a folder in PATH cannot be read: {folder}")]
    FolderDenied {
        /// As the user wrote it.
        program: String,
        /// The folder.
        folder: String,
    },
    /// There is one, but it cannot be executed: status 126.
    #[error("{program} cannot be executed: {source}")]
    NotExecutable {
        /// As the user wrote it.
        program: String,
        /// The system's error.
        source: io::Error,
    },
    /// Arguments and environment do not fit.
    #[error(transparent)]
    TooLarge(#[from] EnvironmentError),
}

impl ExecError {
    /// The exit status that shells give for it.
    #[must_use]
    pub const fn exit_status(&self) -> u8 {
        match self {
            Self::NotFound { .. } | Self::FolderDenied { .. } => 127,
            Self::NotExecutable { .. } | Self::TooLarge(_) => 126,
        }
    }
}

/// A failure on its way from a forked child to its parent: its kind and its number.
pub(crate) type FailureRecord = [u8; 9];

impl ExecError {
    pub(crate) fn tell(&self) -> FailureRecord {
        let (kind, number) = match self {
            // The other side looks at the folders itself.
            Self::NotFound { .. } | Self::FolderDenied { .. } => (b'n', 0),
            Self::NotExecutable { source, .. } => {
                let number = source.raw_os_error().unwrap_or(libc::EINVAL);
                (b'x', u64::from(number.unsigned_abs()))
            }
            Self::TooLarge(EnvironmentError::TooMuch { size, .. }) => (b'l', *size as u64),
            Self::TooLarge(_) => (b'l', 0),
        };
        let mut told = [kind; size_of::<FailureRecord>()];
        told[1..].copy_from_slice(&number.to_ne_bytes());
        told
    }

    pub(crate) fn told(told: FailureRecord, program: &OsStr, largest: LargestVariable) -> Self {
        let [kind, number @ ..] = told;
        let number = u64::from_ne_bytes(number);
        match kind {
            b'n' => not_found(program),
            b'x' => {
                let number = i32::try_from(number).unwrap_or(libc::EINVAL);
                not_executable(program, io::Error::from_raw_os_error(number))
            }
            _ => largest
                .too_much(usize::try_from(number).unwrap_or(usize::MAX), size_limit())
                .into(),
        }
    }
}

/// Whether a standard stream was closed when this process began.
pub(crate) fn was_closed(stream: usize) -> bool {
    std::hint::black_box(&RECORD_FIRST);
    CLOSED[stream].load(Ordering::Relaxed)
}

/// Becomes a program. Returns only if that failed, and then this process is as it was.
///
/// A name without a slash is looked up in this process's own `PATH`, as `execvp` does.
pub fn exec(program: &OsStr, arguments: &[OsString], environment: &ChildEnvironment) -> ExecError {
    match prepare(program, arguments, environment) {
        Ok(argv) => with_inherited_state(|| try_all(program, &argv, environment)),
        Err(error) => error,
    }
}

/// The path of a program that may be executed, as [`exec`] would find it.
///
/// # Errors
/// [`ExecError::NotFound`], [`ExecError::FolderDenied`], [`ExecError::NotExecutable`].
pub fn find(program: &OsStr) -> Result<PathBuf, ExecError> {
    let mut refused = None;
    for candidate in candidates(program) {
        let path = Path::new(OsStr::from_bytes(&candidate));
        match rustix::fs::access(path, Access::EXEC_OK) {
            // What is no file can be entered, not executed.
            Ok(()) if path.is_dir() => refused = Some(Errno::ACCESS),
            Ok(()) => return Ok(path.to_owned()),
            Err(Errno::NOENT | Errno::NOTDIR | Errno::NAMETOOLONG | Errno::LOOP) => {}
            Err(Errno::ACCESS) if is_searched(program) && is_hidden(path) => {}
            Err(error) => refused = Some(error),
        }
    }
    Err(match refused {
        Some(error) => not_executable(program, error.into()),
        None => not_found(program),
    })
}

/// Whether the folders of `PATH` are searched for a program.
fn is_searched(program: &OsStr) -> bool {
    !program.is_empty() && !program.as_bytes().contains(&b'/')
}

/// Whether it cannot be known what is at a path, because a folder on the way cannot be entered.
fn is_hidden(path: &Path) -> bool {
    matches!(rustix::fs::access(path, Access::EXISTS), Err(Errno::ACCESS))
}

/// Nothing that may be executed has that name. Where a folder could not be looked into, the
/// program may be there.
fn not_found(program: &OsStr) -> ExecError {
    let denied = candidates(program)
        .into_iter()
        .filter(|_| is_searched(program))
        .map(|candidate| PathBuf::from(OsString::from_vec(candidate)))
        .find(|candidate| is_hidden(candidate));
    match denied.as_deref().and_then(Path::parent) {
        Some(folder) => ExecError::FolderDenied {
            program: shown(program),
            folder: shown(folder.as_os_str()),
        },
        None => ExecError::NotFound {
            program: shown(program),
        },
    }
}

/// Whether arguments and environment fit together.
///
/// # Errors
/// [`ExecError::TooLarge`], [`ExecError::NotExecutable`].
pub fn fits(
    program: &OsStr,
    arguments: &[OsString],
    environment: &ChildEnvironment,
) -> Result<(), ExecError> {
    prepare(program, arguments, environment).map(drop)
}

fn prepare(
    program: &OsStr,
    arguments: &[OsString],
    environment: &ChildEnvironment,
) -> Result<Vec<CString>, ExecError> {
    let all = std::iter::once(program).chain(arguments.iter().map(OsString::as_os_str));
    let argv: Vec<CString> = all
        // Arguments came from the system, which ends them at a NUL.
        .map(|argument| CString::new(argument.as_bytes()))
        .collect::<Result<_, _>>()
        .map_err(|error| not_executable(program, error.into()))?;
    let limit = size_limit();
    let size = environment.size(program.as_bytes(), argv.iter().map(|a| a.to_bytes()));
    if size > limit {
        return Err(environment.largest().too_much(size, limit).into());
    }
    Ok(argv)
}

/// Restores what the runtime changed, and undoes that if `exec` failed.
fn with_inherited_state(exec: impl FnOnce() -> ExecError) -> ExecError {
    // This use keeps the linker from removing the constructor.
    std::hint::black_box(&RECORD_FIRST);
    let ours = set_sigpipe(if SIGPIPE_IGNORED.load(Ordering::Relaxed) {
        libc::SIG_IGN
    } else {
        libc::SIG_DFL
    });
    let closed = (0..)
        .zip(&CLOSED)
        .filter(|(_, closed)| closed.load(Ordering::Relaxed));
    for (descriptor, _) in closed {
        // SAFETY: this is the runtime's `/dev/null`; with the flag, `exec` closes it, and it
        // stays open if that fails.
        unsafe { libc::fcntl(descriptor, libc::F_SETFD, libc::FD_CLOEXEC) };
    }
    let error = exec();
    set_sigpipe(ours);
    error
}

fn set_sigpipe(handler: libc::sighandler_t) -> libc::sighandler_t {
    // SAFETY: only the two standard dispositions are ever set here.
    unsafe { libc::signal(libc::SIGPIPE, handler) }
}

fn try_all(program: &OsStr, argv: &[CString], environment: &ChildEnvironment) -> ExecError {
    let envp: Vec<*const libc::c_char> = environment
        .strings()
        .map(|string| string.as_ptr().cast())
        .chain([ptr::null()])
        .collect();
    let mut refused = None;
    for candidate in candidates(program) {
        let Ok(path) = CString::new(candidate) else {
            continue;
        };
        let error = execve(&path, argv, &envp);
        match error.raw_os_error() {
            Some(libc::ENOENT | libc::ENOTDIR | libc::ENAMETOOLONG | libc::ELOOP) => {}
            Some(libc::EACCES) if is_searched(program) && is_hidden(as_path(&path)) => {}
            Some(libc::EACCES | libc::ESTALE | libc::ENODEV | libc::ETIMEDOUT) => {
                refused = Some(error);
            }
            // The path found may be longer than the name that was checked.
            Some(libc::E2BIG) => {
                let size = environment.size(path.to_bytes(), argv.iter().map(|a| a.to_bytes()));
                return environment.largest().too_much(size, size_limit()).into();
            }
            _ => return not_executable(program, error),
        }
    }
    match refused {
        Some(error) => not_executable(program, error),
        None => not_found(program),
    }
}

fn as_path(path: &CString) -> &Path {
    Path::new(OsStr::from_bytes(path.to_bytes()))
}

/// The paths that a name may mean, in order.
fn candidates(program: &OsStr) -> Vec<Vec<u8>> {
    let name = program.as_bytes();
    if !is_searched(program) {
        return vec![name.to_vec()];
    }
    let path = std::env::var_os("PATH");
    let path = path.as_ref().map_or(DEFAULT_PATH, |path| path.as_bytes());
    path.split(|byte| *byte == b':')
        .map(|folder| match folder {
            [] => name.to_vec(),
            folder => [folder, b"/", name].concat(),
        })
        .collect()
}

fn execve(path: &CString, argv: &[CString], envp: &[*const libc::c_char]) -> io::Error {
    let error = call(
        path.as_ptr(),
        &pointers(argv.iter().map(|a| a.as_ptr())),
        envp,
    );
    if error.raw_os_error() != Some(libc::ENOEXEC) {
        return error;
    }
    let script = [SHELL.as_ptr(), path.as_ptr()];
    let rest = argv.iter().skip(1).map(|argument| argument.as_ptr());
    call(
        SHELL.as_ptr(),
        &pointers(script.into_iter().chain(rest)),
        envp,
    )
}

fn pointers(strings: impl Iterator<Item = *const libc::c_char>) -> Vec<*const libc::c_char> {
    strings.chain([ptr::null()]).collect()
}

fn call(
    path: *const libc::c_char,
    argv: &[*const libc::c_char],
    envp: &[*const libc::c_char],
) -> io::Error {
    // SAFETY: by the module's invariants; on success nothing here runs any more.
    unsafe { libc::execve(path, argv.as_ptr(), envp.as_ptr()) };
    io::Error::last_os_error()
}

fn not_executable(program: &OsStr, source: io::Error) -> ExecError {
    ExecError::NotExecutable {
        program: shown(program),
        source,
    }
}

fn shown(program: &OsStr) -> String {
    program.to_string_lossy().escape_debug().to_string()
}
