//! A parent that stays with its child, and is as little noticed as it can be.
//!
//! What is printed passes the masks: through a pseudo-terminal where there was a terminal,
//! through pipes elsewhere. Standard input is left alone unless keys are typed there for a
//! terminal of the child's own; where something is piped in, keys are read from the user's
//! terminal. Signals are passed on, unless the child has them from who sent them to the whole
//! group; stops are shared, and the end is the child's.
//!
//! What is typed ahead is typed to the child, and is gone when it ends without reading it.
//! When the child has ended, what it left in its pipes and its terminal is still printed;
//! who else holds them open is not waited for.

use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;

use rustix::fs::{FileType, Mode, OFlags};
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::Signal;
use rustix::pty::{OpenptFlags, grantpt, ioctl_tiocgptpeer, openpt, unlockpt};
use rustix::termios::{OptionalActions, OutputModes, isatty};

use crate::child::{Child, Ends, Inside, Launch, StartError};
use crate::exec::was_closed;
use crate::mask::Masks;
use crate::pty::Signals;
use crate::relay::Relay;
use crate::stream::{Keyboard, Stream, own};

/// What says that a child is to be replaced by a new one.
pub trait Watch {
    /// Becomes readable when there is something to look at; nothing where nothing more comes.
    fn descriptor(&self) -> Option<BorrowedFd<'_>>;
    /// Looks at what came; whether it is time.
    fn look(&mut self) -> bool;
    /// The signal that asks the child to end.
    fn signal(&self) -> Signal;
}

/// Why a child ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// By itself.
    Itself(ExitStatus),
    /// To be replaced.
    Replaced,
}

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

    /// Runs a program to its end, with its output masked and until it is to be replaced, where
    /// that is asked for.
    ///
    /// # Errors
    /// Nothing was started.
    pub fn run<'w>(
        &'w self,
        launch: &Launch<'_>,
        masks: Option<&Masks>,
        watch: Option<&'w mut (dyn Watch + 'w)>,
    ) -> Result<Ended, StartError> {
        let (ours, ends) = masks.map(Ours::open).transpose()?.unwrap_or_default();
        let (child, ours) = Child::start(&self.signals, launch, ends, ours)?;
        Ok(Relay::new(&self.signals, child, ours, watch).run())
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
#[derive(Default)]
pub(crate) struct Ours<'m> {
    pub(crate) streams: Vec<Stream<'m>>,
    pub(crate) keyboard: Option<Keyboard>,
    pub(crate) terminal: Option<Outside>,
}

/// The child's terminal, from outside, and the user's, from which it has its size.
pub(crate) struct Outside {
    child_s: OwnedFd,
    user_s: OwnedFd,
}

impl<'m> Ours<'m> {
    /// Opens what the masks need; a stream that was closed stays so.
    fn open(masks: &'m Masks) -> io::Result<(Self, Ends)> {
        let mut ours = Self::default();
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
        let before = inside.before.clone();
        let sink = outside.child_s.try_clone()?;
        if !was_closed(0) && isatty(stdin) {
            ends.streams[0] = Some(inside.terminal.try_clone()?);
            self.keyboard = Some(Keyboard::new(own(stdin)?, sink, before));
        } else if let Some(terminal) = beside_a_pipe(outside) {
            self.keyboard = Some(Keyboard::of_keys(terminal, sink, before));
        }
        Ok(())
    }
}

/// The user's terminal where something else is the input: a program may ask there all the
/// same, as for a password. Where nothing is piped in (a script's job in the background has
/// `/dev/null`), or the output goes to another program, the keys may be meant for others.
fn beside_a_pipe(outside: &Outside) -> Option<OwnedFd> {
    let input = rustix::fs::fstat(rustix::stdio::stdin()).ok()?;
    let is_device = FileType::from_raw_mode(input.st_mode) == FileType::CharacterDevice;
    if was_closed(0) || is_device || was_closed(1) || !isatty(rustix::stdio::stdout()) {
        return None;
    }
    // Another session's terminal is not ours to read.
    rustix::termios::tcgetsid(&outside.user_s).ok()?;
    let flags = OFlags::RDWR | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    rustix::fs::open("/dev/tty", flags, Mode::empty()).ok()
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
    pub(crate) fn resize(&self) {
        // A terminal without a size is one, too.
        let size = rustix::termios::tcgetwinsize(&self.user_s);
        let _ = size.and_then(|size| rustix::termios::tcsetwinsize(&self.child_s, size));
    }

    pub(crate) fn send_to_front(&self, signal: Signal) {
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
