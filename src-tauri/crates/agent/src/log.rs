//! What the agent did and what went wrong, one line each, for `kh agent log`.
//!
//! Two files of bounded size in the state folder, the older one full. A line holds a time,
//! words of this list, codes and process ids: [`LogEvent`] can hold neither a name nor a value,
//! so there is no level at which the log could say one.

use std::fmt;
use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use jiff::Timestamp;
use keyhaven_protocol::agent_security::PresenceSignal;
use keyhaven_protocol::error::Code;
use keyhaven_protocol::paths::older_log;
use rustix::fs::OFlags;

use crate::guarded;
use crate::helpers::presence_signal::name;

/// The size in bytes at which a file becomes the older one.
const FULL: u64 = 256 << 10;

/// Why the vault was locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LockReason {
    /// A process asked for it.
    Asked(u32),
    /// Nobody used it.
    Unused,
    /// It was unlocked for the longest time that the settings allow.
    Longest,
    /// The person leaves.
    Left(PresenceSignal),
    /// The agent ends.
    Ending,
    /// It could not stay open.
    Failed,
}

/// One line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogEvent {
    Started,
    Ended,
    Unlocked,
    Locked(LockReason),
    /// A request of a process ended with an error.
    Refused(&'static str, Code, u32),
    /// A daily backup could not be written.
    BackupFailed(Code),
    /// No notification service took a reminder.
    ReminderUnshown,
    /// The calendar file could not be written or removed.
    CalendarUnwritten,
    /// The socket was removed; whether it could be made again. If not, the agent ends.
    SocketLost {
        made: bool,
    },
    /// What listens whether the person leaves has ended.
    ListenerLost,
    /// It is not started again before the next unlock.
    ListenerGivenUp,
}

impl fmt::Display for LogEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Started => {
                let version = keyhaven_protocol::VERSION;
                write!(f, "started version={version} pid={}", std::process::id())
            }
            Self::Ended => f.write_str("ended"),
            Self::Unlocked => f.write_str("unlocked"),
            Self::Locked(LockReason::Asked(pid)) => write!(f, "locked by=request pid={pid}"),
            Self::Locked(LockReason::Unused) => f.write_str("locked by=time"),
            Self::Locked(LockReason::Longest) => f.write_str("locked by=longest-time"),
            Self::Locked(LockReason::Left(signal)) => write!(f, "locked by={}", name(signal)),
            Self::Locked(LockReason::Ending) => f.write_str("locked by=end"),
            Self::Locked(LockReason::Failed) => f.write_str("locked by=failure"),
            Self::Refused(request, code, pid) => {
                let code = code.name();
                write!(f, "refused request={request} code={code} pid={pid}")
            }
            Self::BackupFailed(code) => write!(f, "backup-failed code={}", code.name()),
            Self::ReminderUnshown => f.write_str("reminder-unshown"),
            Self::CalendarUnwritten => f.write_str("calendar-unwritten"),
            Self::SocketLost { made: true } => f.write_str("socket-made-again"),
            Self::SocketLost { made: false } => f.write_str("socket-lost"),
            Self::ListenerLost => f.write_str("listener-lost"),
            Self::ListenerGivenUp => f.write_str("listener-given-up"),
        }
    }
}

/// Whether an error is more than an ordinary answer, such as that the vault is locked or that
/// there is no such credential.
pub(crate) fn is_worth_a_line(code: Code) -> bool {
    code != Code::Cancelled && !matches!(code.exit_status(), 2..=5)
}

/// The log of one agent; without a file nothing is kept.
#[derive(Debug)]
pub(crate) struct AgentLog {
    // Held while a line is added: a second thread that finds the file full would put the one
    // just begun in the place of the older one.
    file: Option<Mutex<PathBuf>>,
    full: u64,
}

impl AgentLog {
    pub(crate) fn new(file: Option<PathBuf>) -> Self {
        Self {
            file: file.map(Mutex::new),
            full: FULL,
        }
    }

    /// Adds a line. A log that cannot be written stops nothing.
    pub(crate) fn note(&self, now: Timestamp, event: LogEvent) {
        if let Some(file) = &self.file {
            let _ = add(&guarded(file), &format!("{now:.0} {event}\n"), self.full);
        }
    }
}

fn add(file: &Path, line: &str, full: u64) -> io::Result<()> {
    let size = std::fs::symlink_metadata(file).map_or(0, |found| found.len());
    if size >= full {
        std::fs::rename(file, older_log(file))?;
    }
    let nofollow = OFlags::NOFOLLOW.bits().cast_signed();
    let mut options = OpenOptions::new();
    options.append(true).create(true).mode(0o600);
    options.custom_flags(nofollow);
    let opened = options.open(file).or_else(|error| match file.parent() {
        Some(folder) if error.kind() == ErrorKind::NotFound => {
            DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(folder)?;
            options.open(file)
        }
        _ => Err(error),
    });
    // In one call: lines stay whole.
    opened?.write_all(line.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_full_file_becomes_the_older_one() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("state/agent.log");
        for number in 0..25 {
            add(&file, &format!("line {number:04}\n"), 100).unwrap();
        }
        let text = |path: &Path| std::fs::read_to_string(path).unwrap();
        assert_eq!(text(&older_log(&file)).lines().count(), 10);
        assert_eq!(text(&file).lines().last(), Some("line 0024"));
        assert_eq!(text(&file).lines().next(), Some("line 0020"));
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&file), 0o600);
        assert_eq!(mode(file.parent().unwrap()), 0o700);
    }

    #[test]
    fn two_threads_never_put_a_file_just_begun_in_the_place_of_the_older_one() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("agent.log");
        let log = AgentLog {
            full: 100,
            ..AgentLog::new(Some(file.clone()))
        };
        let older = older_log(&file);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..2_000 {
                        log.note(Timestamp::UNIX_EPOCH, LogEvent::Ended);
                        let size = older.metadata().map_or(log.full, |found| found.len());
                        assert!(size >= log.full, "{size}");
                    }
                });
            }
        });
        assert!(older.exists());
    }

    #[test]
    fn another_file_is_not_written_through_a_link() {
        let home = tempfile::tempdir().unwrap();
        let (other, file) = (home.path().join("other"), home.path().join("agent.log"));
        std::fs::write(&other, "").unwrap();
        std::os::unix::fs::symlink(&other, &file).unwrap();
        assert!(add(&file, "line\n", FULL).is_err());
        assert_eq!(std::fs::read_to_string(&other).unwrap(), "");
    }

    #[test]
    fn ordinary_answers_are_no_news() {
        assert!(is_worth_a_line(Code::WrongPassword) && is_worth_a_line(Code::DamagedData));
        for code in [
            Code::Locked,
            Code::NoCredential,
            Code::Cancelled,
            Code::Exists,
        ] {
            assert!(!is_worth_a_line(code), "{code:?}");
        }
    }
}
