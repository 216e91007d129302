//! A parent that stays with its child, and is as little noticed as it can be.
//!
//! What is printed passes the masks: through a pseudo-terminal where there was a terminal,
//! through pipes elsewhere. Standard input is left alone unless keys are typed there for a
//! terminal of the child's own. Signals are passed on, stops are shared, and the end is the
//! child's.
//!
//! What is typed ahead is typed to the child, and is gone when it ends without reading it.
//! When the child has ended, what it left in its pipes and its terminal is still printed;
//! who else holds them open is not waited for.

use std::io;
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::Signal;
use rustix::pty::{OpenptFlags, grantpt, ioctl_tiocgptpeer, openpt, unlockpt};
use rustix::termios::{OptionalActions, OutputModes, isatty};

use crate::child::{Child, Ends, Inside, Launch, StartError};
use crate::exec::was_closed;
use crate::mask::Masks;
use crate::pty::{self, Arrived, Signals};
use crate::stream::{Keyboard, Stream, own};

/// After so long without output, what is too short to be masked is shown.
const SETTLED: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 20_000_000,
};
/// How often a process in the background looks whether it has come to the front.
const BEHIND: Timespec = Timespec {
    tv_sec: 1,
    tv_nsec: 0,
};

/// A process that starts a child and stays until it ends. It has one thread.
pub struct Parent {
    signals: Signals,
}

impl Parent {
    /// Holds signals back from now on, for the child.
    ///
    /// # Errors
    /// The system refused.
    pub fn new() -> io::Result<Self> {
        Ok(Self {
            signals: Signals::hold()?,
        })
    }

    /// Runs a program to its end with its output masked.
    ///
    /// # Errors
    /// Nothing was started.
    pub fn run(&self, launch: &Launch<'_>, masks: &Masks) -> Result<ExitStatus, StartError> {
        let (ours, ends) = Ours::open(masks)?;
        let (child, ours) = Child::start(&self.signals, launch, ends, ours)?;
        let mut relay = Relay {
            signals: &self.signals,
            child,
            ours,
            status: None,
        };
        Ok(relay.run())
    }

    /// Ends this process as its child ended: by the same status or the same signal.
    pub fn end_as(&self, status: ExitStatus) -> ! {
        if let Some(signal) = status.signal() {
            // Of this process there is nothing to be learnt.
            let _ = keyhaven_secret::process::disable_core_files();
            self.signals.suffer(signal);
            // The first process of a container lives on.
            std::process::exit(128 + signal);
        }
        std::process::exit(status.code().unwrap_or(1))
    }
}

/// The parent's ends.
struct Ours<'m> {
    streams: Vec<Stream<'m>>,
    keyboard: Option<Keyboard>,
    terminal: Option<Outside>,
}

/// The child's terminal, from outside, and the user's, from which it has its size.
struct Outside {
    child_s: OwnedFd,
    user_s: OwnedFd,
}

impl<'m> Ours<'m> {
    /// Opens what the masks need; a stream that was closed stays so.
    fn open(masks: &'m Masks) -> io::Result<(Self, Ends)> {
        let mut ours = Self {
            streams: Vec::new(),
            keyboard: None,
            terminal: None,
        };
        let mut ends = Ends::default();
        let outputs = [(1, rustix::stdio::stdout()), (2, rustix::stdio::stderr())];
        for (number, stream) in outputs
            .into_iter()
            .filter(|(number, _)| !was_closed(*number))
        {
            ends.streams[number] = Some(if isatty(stream) {
                ours.through_terminal(&mut ends, stream, masks)?
            } else if let Some(same) = same_file(number, stream, &ends)? {
                same
            } else {
                ours.through_pipe(stream, masks)?
            });
        }
        ours.attach_keyboard(&mut ends)?;
        Ok((ours, ends))
    }

    fn through_pipe(&mut self, sink: BorrowedFd<'_>, masks: &'m Masks) -> io::Result<OwnedFd> {
        let (source, end) = pipe_with(PipeFlags::CLOEXEC)?;
        self.add(source, sink, masks, false)?;
        Ok(end)
    }

    /// One terminal serves both outputs, as outside.
    fn through_terminal(
        &mut self,
        ends: &mut Ends,
        sink: BorrowedFd<'_>,
        masks: &'m Masks,
    ) -> io::Result<OwnedFd> {
        if let Some(inside) = &ends.terminal {
            return inside.terminal.try_clone();
        }
        let (outside, inside) = open_terminal(sink)?;
        let end = inside.terminal.try_clone()?;
        self.add(outside.child_s.try_clone()?, sink, masks, true)?;
        self.terminal = Some(outside);
        ends.terminal = Some(inside);
        Ok(end)
    }

    fn add(
        &mut self,
        source: OwnedFd,
        sink: BorrowedFd<'_>,
        masks: &'m Masks,
        on_terminal: bool,
    ) -> io::Result<()> {
        rustix::io::ioctl_fionbio(&source, true)?;
        let stream = Stream::new(source, own(sink)?, masks, on_terminal);
        self.streams.push(stream);
        Ok(())
    }

    /// Where the child has a terminal of its own, what is typed goes there.
    fn attach_keyboard(&mut self, ends: &mut Ends) -> io::Result<()> {
        let (Some(outside), Some(inside)) = (&self.terminal, &ends.terminal) else {
            return Ok(());
        };
        let stdin = rustix::stdio::stdin();
        if was_closed(0) || !isatty(stdin) {
            return Ok(());
        }
        ends.streams[0] = Some(inside.terminal.try_clone()?);
        self.keyboard = Some(Keyboard::new(
            own(stdin)?,
            outside.child_s.try_clone()?,
            inside.before.clone(),
        ));
        Ok(())
    }
}

/// A pseudo-terminal that is as the user's terminal is.
fn open_terminal(user_s: BorrowedFd<'_>) -> io::Result<(Outside, Inside)> {
    let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
    let child_s = openpt(flags)?;
    grantpt(&child_s)?;
    unlockpt(&child_s)?;
    let terminal = ioctl_tiocgptpeer(&child_s, flags)?;
    let before = rustix::termios::tcgetattr(user_s)?;
    let mut mode = before.clone();
    if !isatty(rustix::stdio::stdin()) {
        // The user's terminal stays as it is, and ends the lines itself.
        mode.output_modes.remove(OutputModes::OPOST);
    }
    rustix::termios::tcsetattr(&terminal, OptionalActions::Now, &mode)?;
    let outside = Outside {
        child_s,
        user_s: own(user_s)?,
    };
    outside.resize();
    let inside = Inside {
        terminal,
        outer: rustix::io::fcntl_dupfd_cloexec(user_s, 3)?,
        before,
    };
    Ok((outside, inside))
}

impl Outside {
    fn resize(&self) {
        // A terminal without a size is one, too.
        let size = rustix::termios::tcgetwinsize(&self.user_s);
        let _ = size.and_then(|size| rustix::termios::tcsetwinsize(&self.child_s, size));
    }

    fn send_to_front(&self, signal: Signal) {
        // Between two programs nobody may be in front.
        let front = rustix::termios::tcgetpgrp(&self.child_s);
        let _ = front.and_then(|group| rustix::process::kill_process_group(group, signal));
    }
}

/// Errors that go where the output goes share its pipe, so that they stay in order.
fn same_file(number: usize, stream: BorrowedFd<'_>, ends: &Ends) -> io::Result<Option<OwnedFd>> {
    let Some(output) = ends.streams[1].as_ref().filter(|_| number == 2) else {
        return Ok(None);
    };
    let [mine, other] = [
        rustix::fs::fstat(stream)?,
        rustix::fs::fstat(rustix::stdio::stdout())?,
    ];
    let same = (mine.st_dev, mine.st_ino) == (other.st_dev, other.st_ino);
    same.then(|| output.try_clone()).transpose()
}

/// Between a running child and the world.
struct Relay<'p, 'm> {
    signals: &'p Signals,
    child: Child,
    ours: Ours<'m>,
    status: Option<ExitStatus>,
}

/// What may be ready.
#[derive(Debug, Clone, Copy)]
enum Who {
    Signals,
    Child,
    Keyboard,
    Stream(usize),
}

impl Relay<'_, '_> {
    fn run(&mut self) -> ExitStatus {
        self.take_keyboard();
        let status = loop {
            let came = self.wait();
            if let Some(status) = self.status.filter(|_| !came && self.is_flushed()) {
                break status;
            }
        };
        self.ours.streams.iter_mut().for_each(Stream::break_off);
        while !self.is_flushed() {
            self.wait();
        }
        status
    }

    /// Waits for something and deals with it; says whether any output came or went.
    fn wait(&mut self) -> bool {
        let timeout = self.timeout();
        let (whose, mut waits) = self.waits();
        // Interrupted, nothing is ready.
        let count = poll(&mut waits, timeout.as_ref()).unwrap_or(1);
        let events = waits.iter().map(|wait| !wait.revents().is_empty());
        let ready: Vec<Who> = events
            .zip(whose)
            .filter_map(|(is_ready, who)| is_ready.then_some(who))
            .collect();
        if count == 0 {
            self.nothing_came();
        }
        ready.iter().for_each(|who| self.deal_with(*who));
        ready.iter().any(|who| matches!(who, Who::Stream(_)))
    }

    fn waits(&self) -> (Vec<Who>, Vec<PollFd<'_>>) {
        let signals = Some((self.signals.as_fd(), PollFlags::IN));
        let monitor = self.child.monitor().filter(|_| self.status.is_none());
        let keyboard = self.ours.keyboard.as_ref();
        let streams = self.ours.streams.iter().enumerate();
        [
            (Who::Signals, signals),
            (Who::Child, monitor.map(|monitor| (monitor, PollFlags::IN))),
            (Who::Keyboard, keyboard.and_then(Keyboard::waits)),
        ]
        .into_iter()
        .chain(streams.map(|(number, stream)| (Who::Stream(number), stream.waits())))
        .filter_map(|(who, wait)| {
            let (descriptor, flags) = wait?;
            Some((who, PollFd::from_borrowed_fd(descriptor, flags)))
        })
        .unzip()
    }

    fn timeout(&self) -> Option<Timespec> {
        let behind = |keyboard: &Keyboard| keyboard.is_behind();
        if self.status.is_some() {
            return self.is_flushed().then(Timespec::default);
        }
        if self.ours.streams.iter().any(Stream::is_unsettled) {
            return Some(SETTLED);
        }
        self.ours
            .keyboard
            .as_ref()
            .is_some_and(behind)
            .then_some(BEHIND)
    }

    fn is_flushed(&self) -> bool {
        self.ours.streams.iter().all(Stream::is_flushed)
    }

    fn nothing_came(&mut self) {
        self.ours.streams.iter_mut().for_each(Stream::settle);
        self.take_keyboard();
    }

    fn take_keyboard(&mut self) {
        if let Some(keyboard) = &mut self.ours.keyboard {
            keyboard.take();
        }
    }

    fn deal_with(&mut self, who: Who) {
        match who {
            Who::Signals => {
                while let Some(arrived) = self.signals.next() {
                    self.pass_on(arrived);
                }
            }
            Who::Child => self.look_at_child(),
            Who::Keyboard => {
                if let Some(keyboard) = &mut self.ours.keyboard {
                    keyboard.go_on();
                }
            }
            Who::Stream(number) => self.ours.streams[number].go_on(),
        }
    }

    fn look_at_child(&mut self) {
        while self.status.is_none()
            && let Some(status) = self.child.status()
        {
            if let Some(signal) = status.stopped_signal() {
                self.stop_too(signal);
                continue;
            }
            self.status = Some(status);
            self.ours.streams.iter_mut().for_each(Stream::limit);
        }
    }

    /// A signal to this process is meant for the child.
    fn pass_on(&mut self, Arrived { signal, by_kernel }: Arrived) {
        let ends = [Signal::TERM, Signal::INT, Signal::HUP, Signal::QUIT].contains(&signal);
        match &self.ours.terminal {
            _ if signal == Signal::CHILD => self.look_at_child(),
            // Nobody is left to be told, and who told is not kept waiting.
            _ if self.status.is_some() && ends => self.ours.streams.clear(),
            Some(terminal) if signal == Signal::WINCH => terminal.resize(),
            // Keys that were not typed through us: for whom they would be there.
            Some(terminal) if by_kernel => terminal.send_to_front(signal),
            // The kernel has told the child as well, which is of the same group.
            None if by_kernel => {}
            _ => self.child.send(signal),
        }
    }

    /// Stops as the child did, with those beside it that Ctrl-Z would have stopped; and goes
    /// on with it when continued.
    fn stop_too(&mut self, number: i32) {
        // What was printed before is seen before.
        self.ours.streams.iter_mut().for_each(Stream::go_on);
        self.ours.streams.iter_mut().for_each(Stream::settle);
        if let Some(keyboard) = &mut self.ours.keyboard {
            keyboard.give_back();
        }
        let signal = pty::signal(number);
        if self.ours.terminal.is_some() && signal != Signal::STOP {
            // This process is in its own group.
            let _ = rustix::process::kill_current_process_group(signal);
        }
        self.signals.suffer(number);
        self.take_keyboard();
        self.child.resume();
        while let Some(arrived) = self.signals.next() {
            let of_the_stop = [Signal::CONT, Signal::TSTP, Signal::TTIN, Signal::TTOU];
            if !of_the_stop.contains(&arrived.signal) {
                self.pass_on(arrived);
            }
        }
        if let Some(terminal) = &self.ours.terminal {
            terminal.resize();
        }
    }
}
