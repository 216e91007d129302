//! Who is at the other end of a connection, as the kernel sees it.
//!
//! The kernel keeps a handle of the process that connected. What `/proc` shows under its number
//! is taken only if the process still lives afterwards: then the number was its own all the time.
//! A process that has gone by then is not served, since nobody could know what it was.

use std::fs::File;
use std::io::Read as _;
use std::os::fd::{AsFd, OwnedFd};

use keyhaven_vault::{Actor, ProgramEvidence};
use nix::errno::Errno;
use nix::sys::socket::{getsockopt, sockopt};
use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::process::{Pid, PidfdFlags, pidfd_open};

/// The process that connected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    /// User id.
    pub uid: u32,
    /// Process id.
    pub pid: u32,
    /// Clock ticks since boot at which it started.
    pub start_time: u64,
    /// Path of its program; the name of the process where the path is hidden.
    pub program: String,
    /// How the program is known.
    pub known_by: ProgramEvidence,
    /// The session it belongs to (setsid(2)); 0 where its leader is outside this namespace.
    pub session: u32,
    /// Whether it has a controlling terminal.
    pub has_terminal: bool,
}

impl Peer {
    /// The peer, if it runs under this user and can be seen; nobody else is listened to, root
    /// included.
    pub(crate) fn of(socket: &impl AsFd) -> Option<Self> {
        Self::connected(socket, getsockopt(socket, sockopt::PeerPidfd))
    }

    /// The same, with what the kernel answers when it is asked for a handle.
    fn connected(socket: &impl AsFd, handle: Result<OwnedFd, Errno>) -> Option<Self> {
        let peer = getsockopt(socket, sockopt::PeerCredentials).ok()?;
        if peer.uid() != rustix::process::geteuid().as_raw() {
            return None;
        }
        // A process of another namespace has the number 0, which no process has.
        let pid = Pid::from_raw(peer.pid())?;
        let (handle, evidence) = match handle {
            Ok(handle) => (handle, ProgramEvidence::Handle),
            // Kernels before 6.5: as long as the process lives, its number is no other's.
            Err(Errno::ENOPROTOOPT) => {
                let handle = pidfd_open(pid, PidfdFlags::empty()).ok()?;
                (handle, ProgramEvidence::Number)
            }
            Err(_) => return None,
        };
        let peer = Self::observe(peer.uid(), pid, evidence)?;
        lives(&handle).then_some(peer)
    }

    /// What can be seen of a process now.
    pub(crate) fn observe(uid: u32, pid: Pid, evidence: ProgramEvidence) -> Option<Self> {
        let raw = pid.as_raw_nonzero().get();
        let stat = ProcessStat::read(raw)?;
        let path = std::fs::read_link(format!("/proc/{raw}/exe"));
        let (program, known_by) = match path {
            Ok(path) => (path.to_string_lossy().into_owned(), evidence),
            // It denies dumps, as prompts do; what it calls itself can be seen.
            Err(_) => (stat.name, ProgramEvidence::Name),
        };
        Some(Self {
            uid,
            pid: u32::try_from(raw).ok()?,
            start_time: stat.start_time,
            program,
            known_by,
            session: stat.session,
            has_terminal: stat.has_terminal,
        })
    }

    /// For the audit log.
    pub(crate) fn actor(&self) -> Actor {
        Actor {
            uid: self.uid,
            pid: self.pid,
            start_time: self.start_time,
            program: self.program.clone(),
            known_by: Some(self.known_by),
        }
    }

    /// A handle by which the process' end can be seen; none when it is gone already.
    pub(crate) fn handle(&self) -> Option<OwnedFd> {
        let raw = i32::try_from(self.pid).ok()?;
        let handle = pidfd_open(Pid::from_raw(raw)?, PidfdFlags::NONBLOCK).ok()?;
        // Looked at after the handle was taken: the id now belongs to it for sure.
        (ProcessStat::read(raw)?.start_time == self.start_time).then_some(handle)
    }
}

/// Whether the process of a handle has not ended.
fn lives(handle: &OwnedFd) -> bool {
    let mut ended = [PollFd::new(handle, PollFlags::IN)];
    rustix::event::poll(&mut ended, Some(&Timespec::default())) == Ok(0)
}

/// More bytes than `/proc/PID/stat` has: 52 fields, and a name of at most 64 bytes.
const MOST_STAT: usize = 2048;

/// Parts of `/proc/PID/stat` (proc_pid_stat(5)).
#[derive(Debug, PartialEq, Eq)]
struct ProcessStat {
    name: String,
    session: u32,
    has_terminal: bool,
    start_time: u64,
}

impl ProcessStat {
    fn read(pid: i32) -> Option<Self> {
        let file = File::open(format!("/proc/{pid}/stat")).ok()?;
        // With room for all of it: the kernel tells no size, and small reads are many.
        let mut stat = Vec::with_capacity(MOST_STAT);
        file.take(MOST_STAT as u64).read_to_end(&mut stat).ok()?;
        Self::parse(str::from_utf8(&stat).ok()?)
    }

    /// The name may have spaces and brackets.
    fn parse(stat: &str) -> Option<Self> {
        let (before, fields) = stat.rsplit_once(") ")?;
        let (_, name) = before.split_once('(')?;
        let fields: Vec<&str> = fields.split(' ').collect();
        // Counted from the third of the manual.
        let number = |at: usize| fields.get(at - 3)?.parse::<i64>().ok();
        Some(Self {
            name: name.into(),
            session: u32::try_from(number(6)?).ok()?,
            has_terminal: number(7)? != 0,
            start_time: u64::try_from(number(22)?).ok()?,
        })
    }
}

/// This process, as the actor of what the agent does by itself.
pub(crate) fn myself() -> Peer {
    let uid = rustix::process::geteuid().as_raw();
    let seen = Peer::observe(uid, rustix::process::getpid(), ProgramEvidence::Agent);
    seen.unwrap_or_else(|| Peer {
        uid,
        pid: std::process::id(),
        start_time: 0,
        program: env!("CARGO_PKG_NAME").into(),
        known_by: ProgramEvidence::Agent,
        session: 0,
        has_terminal: false,
    })
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::os::unix::net::UnixListener;
    use std::process::{Child, ChildStdin, Command, Stdio};

    use super::*;

    #[test]
    fn this_process_can_be_seen() {
        let me = myself();
        assert_eq!(me.pid, std::process::id());
        assert!(me.start_time > 0);
        assert!(me.program.contains("keyhaven"));
        assert!(me.handle().is_some());
    }

    /// Not tried with this process: the leader of its session may be outside what it can see,
    /// as in a container, and then the session has no number.
    #[test]
    fn the_session_of_a_process_is_the_one_it_started() {
        let mut child = Command::new("setsid")
            .args(["perl", "-e", "$| = 1; print 'c'; <STDIN>;"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut started = [0];
        let mut output = child.stdout.take().unwrap();
        output.read_exact(&mut started).unwrap();
        let pid = Pid::from_child(&child);
        let peer = Peer::observe(0, pid, ProgramEvidence::Number);
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(peer.unwrap().session, child.id());
    }

    #[test]
    fn a_process_with_another_start_is_not_taken_for_the_same() {
        let other = Peer {
            start_time: 1,
            ..myself()
        };
        assert!(other.handle().is_none());
    }

    /// How many reads this thread has asked of the system (proc_pid_io(5)).
    fn reads() -> u64 {
        let counted = std::fs::read_to_string("/proc/thread-self/io").unwrap();
        let reads = counted
            .lines()
            .find_map(|line| line.strip_prefix("syscr: "));
        reads.unwrap().parse().unwrap()
    }

    /// It is looked at before each answer to a launch.
    #[test]
    fn a_process_is_looked_at_in_two_reads() {
        let pid = rustix::process::getpid().as_raw_nonzero().get();
        let before = reads();
        let of_the_count = reads() - before;
        let before = reads();
        ProcessStat::read(pid).unwrap();
        assert_eq!(reads() - before - of_the_count, 2);
    }

    #[test]
    fn a_name_with_brackets_and_spaces_is_read_past() {
        let stat = "7 (a) b (c) S 1 7 5 34816 7 0 0 0 0 0 0 0 0 0 20 0 1 0 99 0";
        let expected = ProcessStat {
            name: "a) b (c".into(),
            session: 5,
            has_terminal: true,
            start_time: 99,
        };
        assert_eq!(ProcessStat::parse(stat), Some(expected));
        let without = ProcessStat::parse(&stat.replace(" 34816 ", " 0 ")).unwrap();
        assert!(!without.has_terminal);
        assert_eq!(ProcessStat::parse("7 (a) S 1"), None);
    }

    /// A process that connects and then goes on as a test wants.
    struct Connected {
        child: Child,
        stdin: ChildStdin,
        listener: UnixListener,
        _folder: tempfile::TempDir,
    }

    impl Connected {
        /// `then` is Perl, run after it has connected and a line has come.
        fn new(then: &str) -> Self {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("socket");
            let listener = UnixListener::bind(&path).unwrap();
            let script = format!(
                "use IO::Socket::UNIX; $| = 1;
                 my $s = IO::Socket::UNIX->new(Peer => shift) or die;
                 print 'c'; my $line = <STDIN>; {then}"
            );
            let mut child = Command::new("perl")
                .args(["-e", &script])
                .arg(&path)
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            let mut told = [0];
            let mut output = child.stdout.take().unwrap();
            output.read_exact(&mut told).unwrap();
            child.stdout = Some(output);
            let stdin = child.stdin.take().unwrap();
            Self {
                child,
                stdin,
                listener,
                _folder: folder,
            }
        }

        fn go_on(&mut self) {
            self.stdin.write_all(b"\n").unwrap();
        }

        /// Who is found at the other end: as this kernel tells, and as one before 6.5.
        fn peers(&self) -> [Option<Peer>; 2] {
            let (stream, _) = self.listener.accept().unwrap();
            let before = Peer::connected(&stream, Err(Errno::ENOPROTOOPT));
            assert_eq!(Peer::connected(&stream, Err(Errno::EIO)), None);
            [Peer::of(&stream), before]
        }
    }

    impl Drop for Connected {
        fn drop(&mut self) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }

    #[test]
    fn a_process_that_waits_is_seen() {
        let connected = Connected::new("<STDIN>;");
        let [now, before] = connected.peers().map(Option::unwrap);
        assert_eq!(before.pid, connected.child.id());
        assert!(before.program.contains("perl"), "{before:?}");
        assert_eq!(before.known_by, ProgramEvidence::Number);
        let by_handle = Peer {
            known_by: ProgramEvidence::Handle,
            ..before.clone()
        };
        assert!(now == by_handle || now == before, "{now:?}");
    }

    #[test]
    fn a_process_that_has_gone_is_not_served_although_another_holds_its_connection() {
        let mut connected = Connected::new("fork and exit; <STDIN>;");
        connected.go_on();
        // Not waited for yet: its number is still its own, and it has no program any more.
        let pid = Pid::from_child(&connected.child);
        let handle = pidfd_open(pid, PidfdFlags::empty()).unwrap();
        let mut ended = [PollFd::new(&handle, PollFlags::IN)];
        rustix::event::poll(&mut ended, None).unwrap();
        assert_eq!(connected.peers(), [None, None]);
    }

    #[test]
    fn a_process_that_hides_its_program_is_known_by_its_name() {
        if rustix::process::geteuid().is_root() {
            // Root sees every program.
            return;
        }
        // Process 1 is another user's: as hidden as one that denies dumps.
        let hidden = Peer::observe(0, Pid::INIT, ProgramEvidence::Handle).unwrap();
        assert_eq!(hidden.known_by, ProgramEvidence::Name);
        assert!(!hidden.program.is_empty());
    }
}
