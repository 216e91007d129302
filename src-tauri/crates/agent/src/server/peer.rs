//! Who is at the other end of a connection, as the kernel sees it.
//!
//! Read before anything that was sent is read. Process ids are used again by the system;
//! with the start time they are unique.

use std::os::fd::{AsFd, OwnedFd};

use keyhaven_vault::Actor;
use rustix::process::{Pid, PidfdFlags, pidfd_open};

/// The process that connected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    /// User id.
    pub uid: u32,
    /// Process id.
    pub pid: u32,
    /// Clock ticks since boot at which it started; 0 when it is gone or hidden.
    pub start_time: u64,
    /// Path of its program; empty when it is gone or hidden.
    pub program: String,
}

impl Peer {
    /// The peer if it runs under this user; nobody else is listened to, root included.
    pub(crate) fn of_this_user(socket: impl AsFd) -> Option<(u32, Pid)> {
        let peer = rustix::net::sockopt::socket_peercred(socket).ok()?;
        (peer.uid == rustix::process::geteuid()).then(|| (peer.uid.as_raw(), peer.pid))
    }

    /// What can be seen of a process now.
    pub(crate) fn observe(uid: u32, pid: Pid) -> Self {
        let raw = pid.as_raw_nonzero().get();
        Self {
            uid,
            pid: u32::try_from(raw).unwrap_or(0),
            start_time: start_time(raw).unwrap_or(0),
            program: std::fs::read_link(format!("/proc/{raw}/exe"))
                .map(|path| path.to_string_lossy().into_owned())
                .unwrap_or_default(),
        }
    }

    /// For the audit log.
    pub(crate) fn actor(&self) -> Actor {
        Actor {
            uid: self.uid,
            pid: self.pid,
            start_time: self.start_time,
            program: self.program.clone(),
        }
    }

    /// A handle by which the process' end can be seen; none when it is gone already.
    pub(crate) fn handle(&self) -> Option<OwnedFd> {
        let raw = i32::try_from(self.pid).ok()?;
        let handle = pidfd_open(Pid::from_raw(raw)?, PidfdFlags::NONBLOCK).ok()?;
        // Looked at after the handle was taken: the id now belongs to it for sure.
        (start_time(raw)? == self.start_time).then_some(handle)
    }
}

/// Field 22 of `/proc/PID/stat`; the program's name before it may hold spaces and brackets.
fn start_time(pid: i32) -> Option<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(") ")?;
    fields.split(' ').nth(19)?.parse().ok()
}

/// This process, as the actor of what the agent does by itself.
pub(crate) fn myself() -> Peer {
    Peer::observe(
        rustix::process::geteuid().as_raw(),
        rustix::process::getpid(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_can_be_seen() {
        let me = myself();
        assert_eq!(me.pid, std::process::id());
        assert!(me.start_time > 0);
        assert!(me.program.contains("keyhaven"));
        assert!(me.handle().is_some());
    }

    #[test]
    fn a_process_with_another_start_is_not_taken_for_the_same() {
        let other = Peer {
            start_time: 1,
            ..myself()
        };
        assert!(other.handle().is_none());
    }
}
