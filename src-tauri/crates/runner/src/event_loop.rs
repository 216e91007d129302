//! The time between the start and the end of a child: output, keys and signals are forwarded.

use std::os::fd::{AsFd as _, BorrowedFd};
use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::Signal;

use crate::child::ChildProcess;
use crate::ends::SupervisorEnds;
use crate::process_tree::ProcessTree;
use crate::pty::{self, HeldSignals, OF_STOPS, ReceivedSignal};
use crate::restart::{ChildOutcome, RestartTrigger};
use crate::stream::{Keyboard, MaskedStream};

/// After this time without output, what is too short to be masked is shown.
const SETTLED: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 20_000_000,
};
/// How often a background process checks whether it has come to the foreground.
const BEHIND: Timespec = Timespec {
    tv_sec: 1,
    tv_nsec: 0,
};
/// How long a child that is to be replaced may take to quit before it is killed.
const GRACE: Duration = Duration::from_secs(10);

/// How much longer something that was killed may take to go: nobody can kill what waits for a
/// device, or runs as another user.
const KILLED: Duration = Duration::from_secs(2);
/// How often it is looked whether everything that the child started has gone.
const GOING: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 20_000_000,
};

/// Forwards output, keys and signals of a running child.
pub(crate) struct EventLoop<'p, 'm> {
    signals: &'p HeldSignals,
    child: ChildProcess,
    ours: SupervisorEnds<'m>,
    status: Option<ExitStatus>,
    watch: Option<&'p mut (dyn RestartTrigger + 'p)>,
    /// Set once the child was asked to quit, to be replaced.
    asked: Option<EndRequest>,
    tree: ProcessTree,
}

#[derive(Debug, Clone, Copy)]
struct EndRequest {
    at: Instant,
    killed: bool,
}

/// Where an event may come from.
#[derive(Debug, Clone, Copy)]
enum PollSource {
    HeldSignals,
    Child,
    RestartTrigger,
    Keyboard,
    MaskedStream(usize),
}

impl<'p, 'm> EventLoop<'p, 'm> {
    pub(crate) fn new(
        signals: &'p HeldSignals,
        child: ChildProcess,
        ours: SupervisorEnds<'m>,
        watch: Option<&'p mut (dyn RestartTrigger + 'p)>,
        tree: ProcessTree,
    ) -> Self {
        Self {
            signals,
            child,
            ours,
            status: None,
            watch,
            asked: None,
            tree,
        }
    }

    /// Runs until the child has ended and everything it left is printed.
    pub(crate) fn run(mut self) -> ChildOutcome {
        let status = self.until_the_end();
        match self.asked {
            None => ChildOutcome::Itself(status),
            Some(_) => ChildOutcome::Replaced,
        }
    }

    fn until_the_end(&mut self) -> ExitStatus {
        self.take_keyboard();
        let status = loop {
            let came = self.wait();
            let ended = self.status.filter(|_| !came && self.is_flushed());
            if let Some(status) = ended.filter(|_| !self.waits_for_tree()) {
                break status;
            }
        };
        self.ours
            .streams
            .iter_mut()
            .for_each(MaskedStream::break_off);
        while !self.is_flushed() {
            self.wait();
        }
        status
    }

    /// Waits for events and handles them. Returns whether there was any output.
    fn wait(&mut self) -> bool {
        let timeout = self.timeout();
        let (whose, mut waits) = self.waits();
        // After an interruption nothing is ready.
        let count = poll(&mut waits, timeout.as_ref()).unwrap_or(1);
        let events = waits.iter().map(|wait| !wait.revents().is_empty());
        let ready: Vec<PollSource> = events
            .zip(whose)
            .filter_map(|(is_ready, who)| is_ready.then_some(who))
            .collect();
        if count == 0 {
            self.on_idle();
        }
        self.kill_if_overdue();
        ready.iter().for_each(|who| self.handle(*who));
        ready
            .iter()
            .any(|who| matches!(who, PollSource::MaskedStream(_)))
    }

    fn waits(&self) -> (Vec<PollSource>, Vec<PollFd<'_>>) {
        let signals = Some((self.signals.as_fd(), PollFlags::IN));
        let monitor = self.child.monitor().filter(|_| self.status.is_none());
        let keyboard = self.ours.keyboard.as_ref();
        let streams = self.ours.streams.iter().enumerate();
        [
            (PollSource::HeldSignals, signals),
            (
                PollSource::Child,
                monitor.map(|monitor| (monitor, PollFlags::IN)),
            ),
            (
                PollSource::RestartTrigger,
                self.watched().map(|fd| (fd, PollFlags::IN)),
            ),
            (PollSource::Keyboard, keyboard.and_then(Keyboard::waits)),
        ]
        .into_iter()
        .chain(streams.map(|(number, stream)| (PollSource::MaskedStream(number), stream.waits())))
        .filter_map(|(who, wait)| {
            let (descriptor, flags) = wait?;
            Some((who, PollFd::from_borrowed_fd(descriptor, flags)))
        })
        .unzip()
    }

    fn watched(&self) -> Option<BorrowedFd<'_>> {
        let watch = self.watch.as_deref()?;
        let waits = self.asked.is_none() && self.status.is_none();
        waits.then(|| watch.descriptor()).flatten()
    }

    fn look_at_watch(&mut self) {
        let Some(watch) = self.watch.as_deref_mut() else {
            return;
        };
        if watch.look() {
            let (at, killed) = (Instant::now(), false);
            self.asked = Some(EndRequest { at, killed });
            self.child.send_to_tree(&self.tree, watch.signal());
        }
    }

    /// Whether something that the child started still runs, and a new child is to come.
    fn waits_for_tree(&self) -> bool {
        let Some(asked) = self.asked else {
            return false;
        };
        self.child.reap();
        asked.at.elapsed() < GRACE + KILLED && !self.tree.is_gone()
    }

    fn kill_if_overdue(&mut self) {
        if self.time_to_quit().is_some_and(|left| left.is_zero()) {
            self.asked = self.asked.map(|asked| EndRequest {
                killed: true,
                ..asked
            });
            self.child.send_to_tree(&self.tree, Signal::KILL);
        }
    }

    /// How long a child that was asked to quit may still take.
    fn time_to_quit(&self) -> Option<Duration> {
        let asked = self.asked.filter(|asked| !asked.killed)?;
        Some(GRACE.saturating_sub(asked.at.elapsed()))
    }

    fn timeout(&self) -> Option<Timespec> {
        let behind = |keyboard: &Keyboard| keyboard.is_behind();
        if self.status.is_some() {
            let soon = if self.asked.is_some() {
                GOING
            } else {
                Timespec::default()
            };
            return self.is_flushed().then_some(soon);
        }
        if self.ours.streams.iter().any(MaskedStream::is_unsettled) {
            return Some(SETTLED);
        }
        let keyboard = self.ours.keyboard.as_ref();
        let behind = keyboard.is_some_and(behind).then_some(BEHIND);
        let time_to_quit = self.time_to_quit().and_then(|left| left.try_into().ok());
        [behind, time_to_quit].into_iter().flatten().min()
    }

    fn is_flushed(&self) -> bool {
        self.ours.streams.iter().all(MaskedStream::is_flushed)
    }

    fn on_idle(&mut self) {
        self.ours.streams.iter_mut().for_each(MaskedStream::settle);
        self.take_keyboard();
    }

    fn take_keyboard(&mut self) {
        if let Some(keyboard) = &mut self.ours.keyboard {
            keyboard.take();
        }
    }

    fn handle(&mut self, who: PollSource) {
        match who {
            PollSource::HeldSignals => {
                while let Some(arrived) = self.signals.next() {
                    self.forward(arrived);
                }
            }
            PollSource::Child => self.look_at_child(),
            PollSource::RestartTrigger => self.look_at_watch(),
            PollSource::Keyboard => {
                if let Some(keyboard) = &mut self.ours.keyboard {
                    keyboard.go_on();
                }
            }
            PollSource::MaskedStream(number) => self.ours.streams[number].go_on(),
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
            self.ours.streams.iter_mut().for_each(MaskedStream::limit);
        }
    }

    /// Forwards a signal that this process received to the child.
    fn forward(&mut self, ReceivedSignal { signal, by_kernel }: ReceivedSignal) {
        let ends = [Signal::TERM, Signal::INT, Signal::HUP, Signal::QUIT].contains(&signal);
        if ends && self.asked.is_some() {
            // The user wants the child to end, not to restart.
            (self.asked, self.watch) = (None, None);
        }
        match &self.ours.terminal {
            _ if signal == Signal::CHILD => self.look_at_child(),
            // The child is gone, and the sender of the signal must not have to wait for output.
            _ if self.status.is_some() && ends => self.ours.streams.clear(),
            Some(terminal) if signal == Signal::WINCH => terminal.resize(),
            // From keys that were not typed through this process: for the foreground group.
            Some(terminal) if by_kernel => terminal.send_to_front(signal),
            // A signal to the group reached the child as well; the kernel always signals the group.
            None if self.child.got(signal) || by_kernel => {}
            _ => self.child.send(signal),
        }
    }

    /// Stops as the child did, together with the processes that Ctrl-Z would have stopped,
    /// and continues the child when it is continued itself.
    fn stop_too(&mut self, number: i32) {
        // Earlier output is shown first.
        self.ours.streams.iter_mut().for_each(MaskedStream::go_on);
        self.ours.streams.iter_mut().for_each(MaskedStream::settle);
        if let Some(keyboard) = &mut self.ours.keyboard {
            keyboard.give_back();
        }
        let signal = pty::signal(number);
        if self.ours.terminal.is_some() && signal != Signal::STOP {
            // The signal reaches this process as well, and waits.
            let _ = rustix::process::kill_current_process_group(signal);
        }
        self.signals.suffer(number);
        self.take_keyboard();
        self.child.resume();
        while let Some(arrived) = self.signals.next() {
            if !OF_STOPS.contains(&arrived.signal) {
                self.forward(arrived);
            }
        }
        if let Some(terminal) = &self.ours.terminal {
            terminal.resize();
        }
    }
}
