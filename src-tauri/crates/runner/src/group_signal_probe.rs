//! Whether a signal to this process was sent to its whole group, and so to the child as well.
//!
//! The system does not say. A witness stands in the same group, holds all signals back, and
//! is asked about each: what it got as well, the child got too. A process that is told what
//! its group was told learns it a second time otherwise, and many end at once at the second.

use std::io;
use std::os::fd::OwnedFd;

use rustix::net::{AddressFamily, SendFlags, SocketFlags, SocketType, send, socketpair};
use rustix::process::{Pid, PidfdFlags, Signal};

use crate::pty::{self, HeldSignals, OF_STOPS};

/// A process of this process's group, which ends with it.
pub(crate) struct GroupSignalProbe {
    handle: OwnedFd,
    line: OwnedFd,
}

impl GroupSignalProbe {
    /// It sees what comes from now on.
    pub(crate) fn post(_held: &HeldSignals) -> io::Result<Self> {
        let flags = SocketFlags::CLOEXEC;
        let (line, far) = socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, flags, None)?;
        let Some(pid) = pty::fork()? else {
            testify(far);
        };
        let handle = rustix::process::pidfd_open(pid, PidfdFlags::empty())?;
        Ok(Self { handle, line })
    }

    /// Whether a signal that came to this process came to its group. It is to be asked about
    /// each, since a signal is seen until it was asked about.
    pub(crate) fn saw(&self, signal: Signal) -> bool {
        // Of these one more changes nothing, and a witness must not stand still.
        !OF_STOPS.contains(&signal) && self.ask(signal).unwrap_or(false)
    }

    /// Fails where the witness was killed.
    fn ask(&self, signal: Signal) -> rustix::io::Result<bool> {
        // The kernel tells one process of a group after the other, and lets nobody join or
        // leave a group meanwhile: who tries waits until all were told. No group has this
        // number, so that nothing else comes of it.
        let _ = rustix::process::setpgid(None, Pid::from_raw(i32::MAX));
        // A stop of the whole group stopped it, too.
        rustix::process::pidfd_send_signal(&self.handle, Signal::CONT)?;
        let question = signal.as_raw().to_ne_bytes();
        send(&self.line, &question, SendFlags::NOSIGNAL)?;
        let mut answer = [0];
        rustix::io::retry_on_intr(|| rustix::io::read(&self.line, &mut answer))?;
        Ok(answer == [1])
    }
}

/// In the forked witness: answers until nobody asks any more.
fn testify(line: OwnedFd) -> ! {
    // Should it be stopped when its parent ends.
    let _ = rustix::process::set_parent_process_death_signal(Some(Signal::KILL));
    // Others wait for the end of what the parent has open.
    if rustix::stdio::dup2_stdin(&line).is_err() || !pty::close_all_but_input() {
        pty::leave(1);
    }
    let line = rustix::stdio::stdin();
    let mut question = [0; size_of::<i32>()];
    while let Ok(4) = rustix::io::retry_on_intr(|| rustix::io::read(line, &mut question)) {
        let held = pty::take(i32::from_ne_bytes(question));
        // Where nobody hears it, nothing more is read.
        let _ = send(line, &[held.into()], SendFlags::NOSIGNAL);
    }
    pty::leave(0)
}
