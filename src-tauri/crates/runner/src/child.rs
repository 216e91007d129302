//! The child of a supervisor: started, monitored, signalled.
//!
//! On a pseudo-terminal, a monitor process runs between supervisor and child. It leads the
//! terminal's session, so that Ctrl-Z stops the child as under a shell (POSIX ignores it in a
//! session whose leader is the child), and it restores the mode of the user's terminal if the
//! supervisor is killed.

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::{Pid, PidfdFlags, Signal, WaitOptions};
use rustix::termios::{OptionalActions, Termios};

use crate::environment::ChildEnvironment;
use crate::exec::{ExecError, FailureRecord, exec};
use crate::group_signal_probe::GroupSignalProbe;
use crate::process_tree::ProcessTree;
use crate::pty::{self, HeldSignals};

/// The program to start.
#[derive(Debug)]
pub struct ChildCommand<'a> {
    /// As the user wrote it.
    pub program: &'a OsStr,
    /// The arguments after the name.
    pub arguments: &'a [OsString],
    /// All its variables. Dropped when the program has them.
    pub environment: ChildEnvironment,
}

/// Why no child was started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The program could not be executed.
    #[error(transparent)]
    Exec(#[from] ExecError),
    /// The system provided no process, pipe or pseudo-terminal.
    #[error("a child cannot be started: {0}")]
    System(#[from] io::Error),
}

/// The child's ends: the replacements of its standard streams, and its terminal.
#[derive(Default)]
pub(crate) struct ChildEnds {
    pub(crate) streams: [Option<OwnedFd>; 3],
    pub(crate) terminal: Option<ChildTerminal>,
}

/// The child's terminal, inside the user's.
pub(crate) struct ChildTerminal {
    pub(crate) terminal: OwnedFd,
    /// The user's terminal, and its original mode.
    pub(crate) outer: OwnedFd,
    pub(crate) before: Termios,
}

/// A running child.
pub(crate) struct ChildProcess {
    pid: Pid,
    handle: OwnedFd,
    monitor: Option<OwnedFd>,
    /// The monitor's process.
    between: Option<Pid>,
    /// If the child is in the group of this process.
    probe: Option<GroupSignalProbe>,
}

impl ChildProcess {
    /// Starts a program. `ours` are the parent's ends, which a monitor must not keep open.
    pub(crate) fn start<T>(
        signals: &HeldSignals,
        launch: ChildCommand<'_>,
        ends: ChildEnds,
        ours: T,
    ) -> Result<(Self, T), StartError> {
        let (failure, tell) = pipe_with(PipeFlags::CLOEXEC).map_err(io::Error::from)?;
        let (program, largest) = (launch.program, launch.environment.largest());
        let (ours, child) = match ends.terminal {
            None => match pty::fork()? {
                None => turn_into(signals, &launch, ends.streams, tell),
                Some(pid) => {
                    // The probe is a copy of this process.
                    drop(launch);
                    let mut child = Self::open(pid, None)?;
                    // Without it, a signal to the group reaches the child twice; nothing else changes.
                    child.probe = GroupSignalProbe::start(signals).ok();
                    (ours, child)
                }
            },
            Some(inside) => {
                let flags = SocketFlags::CLOEXEC;
                let (near, far) =
                    socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, flags, None)
                        .map_err(io::Error::from)?;
                let Some(between) = pty::fork()? else {
                    drop((ours, near, failure));
                    let child = lead(signals, &launch, ends.streams, &inside, tell);
                    drop(launch);
                    monitor(signals, child.ok(), &inside, &far);
                };
                drop((far, inside, launch));
                let pid = receive(&near).and_then(Pid::from_raw);
                let pid = pid.ok_or_else(|| io::Error::from(io::ErrorKind::BrokenPipe))?;
                let mut child = Self::open(pid, Some(near))?;
                child.between = Some(between);
                // The monitor waits for this, so that the pid cannot have been reused.
                child.resume();
                (ours, child)
            }
        };
        drop(tell);
        let mut told = FailureRecord::default();
        // If the program runs, its end of the pipe was closed by `exec` and nothing is read.
        match rustix::io::retry_on_intr(|| rustix::io::read(&failure, &mut told)) {
            Ok(0) => Ok((child, ours)),
            _ => Err(ExecError::told(told, program, largest).into()),
        }
    }

    fn open(pid: Pid, monitor: Option<OwnedFd>) -> io::Result<Self> {
        Ok(Self {
            pid,
            handle: rustix::process::pidfd_open(pid, PidfdFlags::empty())?,
            monitor,
            between: None,
            probe: None,
        })
    }

    /// Becomes readable when the monitor sends a report.
    pub(crate) fn monitor(&self) -> Option<BorrowedFd<'_>> {
        self.monitor.as_ref().map(AsFd::as_fd)
    }

    /// How the child has stopped or ended since the last call. Also reaps orphans that this
    /// process inherited, which may be the first process of a container.
    pub(crate) fn status(&self) -> Option<ExitStatus> {
        let mut own = None;
        while let Some((pid, status)) = waited() {
            if pid == self.pid {
                own = Some(status);
                break;
            }
        }
        match &self.monitor {
            None => own,
            Some(monitor) => heard(monitor),
        }
    }

    /// Reaps what has ended below this process.
    pub(crate) fn reap(&self) {
        while waited().is_some() {}
    }

    /// Leaves the processes out that only serve this one.
    pub(crate) fn leave_helpers_out(&self, tree: &mut ProcessTree) {
        if let Some(probe) = &self.probe {
            tree.leave_out(probe.pid());
        }
    }

    /// Sends a signal to the child and to everything that it has started.
    pub(crate) fn send_to_tree(&self, tree: &ProcessTree, signal: Signal) {
        self.send(signal);
        let except: Vec<Pid> = self.between.into_iter().chain([self.pid]).collect();
        tree.signal(signal, &except);
    }

    /// Sends a signal to the child.
    pub(crate) fn send(&self, signal: Signal) {
        // The child may have ended.
        let _ = rustix::process::pidfd_send_signal(&self.handle, signal);
    }

    /// Whether a signal that this process received reached the child as well.
    pub(crate) fn got(&self, signal: Signal) -> bool {
        let probe = self.probe.as_ref();
        probe.is_some_and(|probe| probe.reached_group(signal))
    }

    /// Continues a stopped child and what runs with it.
    pub(crate) fn resume(&self) {
        match &self.monitor {
            None => self.send(Signal::CONT),
            // If the monitor was killed, the terminal is gone as well.
            Some(monitor) => {
                let _ = rustix::io::write(monitor, &[1]);
            }
        }
    }
}

fn waited() -> Option<(Pid, ExitStatus)> {
    let options = WaitOptions::NOHANG | WaitOptions::UNTRACED;
    let (pid, status) = rustix::process::wait(options).ok()??;
    Some((pid, ExitStatus::from_raw(status.as_raw())))
}

/// The report of the monitor, if there is one; a killed monitor ends the child as well.
fn heard(monitor: &OwnedFd) -> Option<ExitStatus> {
    let mut waits = [PollFd::new(monitor, PollFlags::IN)];
    let now = rustix::event::Timespec::default();
    if !matches!(poll(&mut waits, Some(&now)), Ok(1..)) {
        return None;
    }
    let killed = Signal::KILL.as_raw();
    Some(ExitStatus::from_raw(receive(monitor).unwrap_or(killed)))
}

fn receive(socket: &OwnedFd) -> Option<i32> {
    let mut number = [0; size_of::<i32>()];
    let read = rustix::io::retry_on_intr(|| rustix::io::read(socket, &mut number));
    matches!(read, Ok(4)).then(|| i32::from_ne_bytes(number))
}

fn send(socket: &OwnedFd, number: i32) {
    // If the supervisor was killed, this fails; the monitor notices that elsewhere.
    let _ = rustix::io::write(socket, &number.to_ne_bytes());
}

/// In the forked child: becomes the program, or reports why it cannot.
fn turn_into(
    signals: &HeldSignals,
    launch: &ChildCommand<'_>,
    streams: [Option<OwnedFd>; 3],
    tell: OwnedFd,
) -> ! {
    // The child is killed together with its supervisor, as if both were one process.
    let _ = rustix::process::set_parent_process_death_signal(Some(Signal::KILL));
    let [input, output, errors] = &streams;
    let placed = [
        input.as_ref().map(rustix::stdio::dup2_stdin),
        output.as_ref().map(rustix::stdio::dup2_stdout),
        errors.as_ref().map(rustix::stdio::dup2_stderr),
    ];
    signals.release();
    let error = match placed.into_iter().flatten().find_map(Result::err) {
        None => exec(launch.program, launch.arguments, &launch.environment),
        Some(error) => ExecError::NotExecutable {
            program: String::new(),
            source: error.into(),
        },
    };
    let _ = rustix::io::write(&tell, &error.tell());
    pty::leave(error.exit_status().into())
}

/// In the forked monitor: creates a session on the terminal, with the child in the foreground.
fn lead(
    signals: &HeldSignals,
    launch: &ChildCommand<'_>,
    streams: [Option<OwnedFd>; 3],
    inside: &ChildTerminal,
    tell: OwnedFd,
) -> io::Result<Pid> {
    rustix::process::setsid()?;
    rustix::process::ioctl_tiocsctty(&inside.terminal)?;
    if let Some(pid) = pty::fork()? {
        return Ok(pid);
    }
    // Its own group, in the foreground before the program starts.
    let in_front = rustix::process::setpgid(None, None).and_then(|()| {
        let own = rustix::process::getpid();
        rustix::termios::tcsetpgrp(&inside.terminal, own)
    });
    if in_front.is_err() {
        pty::leave(1);
    }
    turn_into(signals, launch, streams, tell)
}

/// In the forked monitor: reports how the child stops and ends.
fn monitor(
    signals: &HeldSignals,
    child: Option<Pid>,
    inside: &ChildTerminal,
    parent: &OwnedFd,
) -> ! {
    let Some(child) = child else { pty::leave(1) };
    send(parent, child.as_raw_pid());
    // The supervisor has a handle of the child now; any other result is handled below.
    let _ = rustix::io::read(parent, &mut [0]);
    loop {
        let mut waits = [
            PollFd::new(signals, PollFlags::IN),
            PollFd::new(parent, PollFlags::IN),
        ];
        // After an interruption, everything is checked as well.
        let _ = poll(&mut waits, None);
        let asked = !waits[1].revents().is_empty();
        while signals.next().is_some() {}
        while let Some((pid, status)) = waited() {
            if pid == child {
                report(status, inside, parent);
            }
        }
        if asked && !matches!(rustix::io::read(parent, &mut [0]), Ok(1)) {
            // The supervisor was killed: only this process can restore the terminal's mode.
            let _ = rustix::termios::tcsetattr(&inside.outer, OptionalActions::Now, &inside.before);
            pty::leave(1);
        }
        if asked {
            let _ = rustix::process::kill_process_group(child, Signal::CONT);
        }
    }
}

fn report(status: ExitStatus, inside: &ChildTerminal, parent: &OwnedFd) {
    let ended = status.stopped_signal().is_none();
    if ended {
        // The end of a session sends SIGHUP to the foreground group; what the child left in the
        // background must not receive it.
        let _ = rustix::termios::tcsetpgrp(&inside.terminal, rustix::process::getpgrp());
    }
    send(parent, status.into_raw());
    if ended {
        pty::leave(0);
    }
}
