//! Whether a signal to this process was sent to its whole process group, and so also to the
//! child.
//!
//! The system does not report this. The probe is a process in the same group that blocks all
//! signals and is asked about each one: if the probe received it, the child did as well.
//! Otherwise a forwarded group signal would reach the child twice, and many programs quit
//! immediately at the second one.

use std::io;
use std::os::fd::OwnedFd;

use rustix::net::{AddressFamily, SendFlags, SocketFlags, SocketType, send, socketpair};
use rustix::process::{Pid, PidfdFlags, Signal};

use crate::pty::{self, HeldSignals, OF_STOPS};

/// A process in the group of this process, which ends with it.
pub(crate) struct GroupSignalProbe {
    pid: Pid,
    handle: OwnedFd,
    line: OwnedFd,
}

impl GroupSignalProbe {
    /// Starts the probe, which sees signals from now on.
    pub(crate) fn start(_held: &HeldSignals) -> io::Result<Self> {
        let flags = SocketFlags::CLOEXEC;
        let (line, far) = socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, flags, None)?;
        let Some(pid) = pty::fork()? else {
            answer_questions(far);
        };
        let handle = rustix::process::pidfd_open(pid, PidfdFlags::empty())?;
        Ok(Self { pid, handle, line })
    }

    pub(crate) const fn pid(&self) -> Pid {
        self.pid
    }

    /// Whether a signal that this process received was sent to its group. Must be asked about
    /// each signal: the probe keeps one until it is asked about it.
    pub(crate) fn reached_group(&self, signal: Signal) -> bool {
        // A second one of these changes nothing, and the probe must not be stopped.
        !OF_STOPS.contains(&signal) && self.ask(signal).unwrap_or(false)
    }

    /// Fails if the probe was killed.
    fn ask(&self, signal: Signal) -> rustix::io::Result<bool> {
        // The kernel signals the processes of a group one after the other, and blocks changes
        // of group meanwhile: this call returns only after all were signalled. No group has
        // this number, so the call has no other effect.
        let _ = rustix::process::setpgid(None, Pid::from_raw(i32::MAX));
        // A stop of the whole group stopped the probe as well.
        rustix::process::pidfd_send_signal(&self.handle, Signal::CONT)?;
        let question = signal.as_raw().to_ne_bytes();
        send(&self.line, &question, SendFlags::NOSIGNAL)?;
        let mut answer = [0];
        rustix::io::retry_on_intr(|| rustix::io::read(&self.line, &mut answer))?;
        Ok(answer == [1])
    }
}

/// In the forked probe: answers until the other end is closed.
fn answer_questions(line: OwnedFd) -> ! {
    // It may be stopped when its parent ends.
    let _ = rustix::process::set_parent_process_death_signal(Some(Signal::KILL));
    // Other processes wait until the descriptors that the parent has open are closed.
    if rustix::stdio::dup2_stdin(&line).is_err() || !pty::close_all_but_input() {
        pty::leave(1);
    }
    let line = rustix::stdio::stdin();
    let mut question = [0; size_of::<i32>()];
    while let Ok(4) = rustix::io::retry_on_intr(|| rustix::io::read(line, &mut question)) {
        let held = pty::take(i32::from_ne_bytes(question));
        // If the parent is gone, the next read ends the loop.
        let _ = send(line, &[held.into()], SendFlags::NOSIGNAL);
    }
    pty::leave(0)
}
