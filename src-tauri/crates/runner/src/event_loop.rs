//! The time between a child's start and its end: output, keys and signals go their ways.

use std::os::fd::{AsFd as _, BorrowedFd};
use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::Signal;

use crate::child::ChildProcess;
use crate::ends::SupervisorEnds;
use crate::pty::{self, HeldSignals, OF_STOPS, ReceivedSignal};
use crate::restart::{ChildOutcome, RestartTrigger};
use crate::stream::{Keyboard, MaskedStream};

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
/// How long a child that is to be replaced may take to end before it is killed.
const GRACE: Duration = Duration::from_secs(10);

/// Between a running child and the world.
pub(crate) struct EventLoop<'p, 'm> {
    signals: &'p HeldSignals,
    child: ChildProcess,
    ours: SupervisorEnds<'m>,
    status: Option<ExitStatus>,
    watch: Option<&'p mut (dyn RestartTrigger + 'p)>,
    /// When the child was asked to end, to be replaced; and whether it was killed since.
    asked: Option<EndRequest>,
}

#[derive(Debug, Clone, Copy)]
struct EndRequest {
    at: Instant,
    killed: bool,
}

/// What may be ready.
#[derive(Debug, Clone, Copy)]
enum EventSource {
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
    ) -> Self {
        Self {
            signals,
            child,
            ours,
            status: None,
            watch,
            asked: None,
        }
    }

    /// Until the child has ended and all it left is printed.
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
            if let Some(status) = self.status.filter(|_| !came && self.is_flushed()) {
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

    /// Waits for something and deals with it; says whether any output came or went.
    fn wait(&mut self) -> bool {
        let timeout = self.timeout();
        let (whose, mut waits) = self.waits();
        // Interrupted, nothing is ready.
        let count = poll(&mut waits, timeout.as_ref()).unwrap_or(1);
        let events = waits.iter().map(|wait| !wait.revents().is_empty());
        let ready: Vec<EventSource> = events
            .zip(whose)
            .filter_map(|(is_ready, who)| is_ready.then_some(who))
            .collect();
        if count == 0 {
            self.nothing_came();
        }
        self.lose_patience();
        ready.iter().for_each(|who| self.deal_with(*who));
        ready
            .iter()
            .any(|who| matches!(who, EventSource::MaskedStream(_)))
    }

    fn waits(&self) -> (Vec<EventSource>, Vec<PollFd<'_>>) {
        let signals = Some((self.signals.as_fd(), PollFlags::IN));
        let monitor = self.child.monitor().filter(|_| self.status.is_none());
        let keyboard = self.ours.keyboard.as_ref();
        let streams = self.ours.streams.iter().enumerate();
        [
            (EventSource::HeldSignals, signals),
            (
                EventSource::Child,
                monitor.map(|monitor| (monitor, PollFlags::IN)),
            ),
            (
                EventSource::RestartTrigger,
                self.watched().map(|fd| (fd, PollFlags::IN)),
            ),
            (EventSource::Keyboard, keyboard.and_then(Keyboard::waits)),
        ]
        .into_iter()
        .chain(streams.map(|(number, stream)| (EventSource::MaskedStream(number), stream.waits())))
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
            self.child.send(watch.signal());
        }
    }

    fn lose_patience(&mut self) {
        if self.patience().is_some_and(|left| left.is_zero()) {
            self.asked = self.asked.map(|asked| EndRequest {
                killed: true,
                ..asked
            });
            self.child.send(Signal::KILL);
        }
    }

    /// Until when a child that was asked to end may still live.
    fn patience(&self) -> Option<Duration> {
        let asked = self.asked.filter(|asked| !asked.killed)?;
        Some(GRACE.saturating_sub(asked.at.elapsed()))
    }

    fn timeout(&self) -> Option<Timespec> {
        let behind = |keyboard: &Keyboard| keyboard.is_behind();
        if self.status.is_some() {
            return self.is_flushed().then(Timespec::default);
        }
        if self.ours.streams.iter().any(MaskedStream::is_unsettled) {
            return Some(SETTLED);
        }
        let keyboard = self.ours.keyboard.as_ref();
        let behind = keyboard.is_some_and(behind).then_some(BEHIND);
        let patience = self.patience().and_then(|left| left.try_into().ok());
        [behind, patience].into_iter().flatten().min()
    }

    fn is_flushed(&self) -> bool {
        self.ours.streams.iter().all(MaskedStream::is_flushed)
    }

    fn nothing_came(&mut self) {
        self.ours.streams.iter_mut().for_each(MaskedStream::settle);
        self.take_keyboard();
    }

    fn take_keyboard(&mut self) {
        if let Some(keyboard) = &mut self.ours.keyboard {
            keyboard.take();
        }
    }

    fn deal_with(&mut self, who: EventSource) {
        match who {
            EventSource::HeldSignals => {
                while let Some(arrived) = self.signals.next() {
                    self.pass_on(arrived);
                }
            }
            EventSource::Child => self.look_at_child(),
            EventSource::RestartTrigger => self.look_at_watch(),
            EventSource::Keyboard => {
                if let Some(keyboard) = &mut self.ours.keyboard {
                    keyboard.go_on();
                }
            }
            EventSource::MaskedStream(number) => self.ours.streams[number].go_on(),
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

    /// A signal to this process is meant for the child.
    fn pass_on(&mut self, ReceivedSignal { signal, by_kernel }: ReceivedSignal) {
        let ends = [Signal::TERM, Signal::INT, Signal::HUP, Signal::QUIT].contains(&signal);
        if ends && self.asked.is_some() {
            // Who wants an end does not want another beginning.
            (self.asked, self.watch) = (None, None);
        }
        match &self.ours.terminal {
            _ if signal == Signal::CHILD => self.look_at_child(),
            // Nobody is left to be told, and who told is not kept waiting.
            _ if self.status.is_some() && ends => self.ours.streams.clear(),
            Some(terminal) if signal == Signal::WINCH => terminal.resize(),
            // Keys that were not typed through us: for whom they would be there.
            Some(terminal) if by_kernel => terminal.send_to_front(signal),
            // Who told the group has told the child; the kernel always does.
            None if self.child.got(signal) || by_kernel => {}
            _ => self.child.send(signal),
        }
    }

    /// Stops as the child did, with those beside it that Ctrl-Z would have stopped; and goes
    /// on with it when continued.
    fn stop_too(&mut self, number: i32) {
        // What was printed before is seen before.
        self.ours.streams.iter_mut().for_each(MaskedStream::go_on);
        self.ours.streams.iter_mut().for_each(MaskedStream::settle);
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
            if !OF_STOPS.contains(&arrived.signal) {
                self.pass_on(arrived);
            }
        }
        if let Some(terminal) = &self.ours.terminal {
            terminal.resize();
        }
    }
}
