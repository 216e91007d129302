//! The ends of the pipes and of the pseudo-terminal between a supervisor and its child.

use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};

use rustix::fs::{FileType, Mode, OFlags};
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::Signal;
use rustix::pty::{OpenptFlags, grantpt, ioctl_tiocgptpeer, openpt, unlockpt};
use rustix::termios::{OptionalActions, OutputModes, isatty};

use crate::child::{ChildEnds, ChildTerminal};
use crate::exec::was_closed;
use crate::mask::Masks;
use crate::stream::{Keyboard, MaskedStream, own};

/// The supervisor's ends.
#[derive(Default)]
pub(crate) struct SupervisorEnds<'m> {
    pub(crate) streams: Vec<MaskedStream<'m>>,
    pub(crate) keyboard: Option<Keyboard>,
    pub(crate) terminal: Option<TerminalLink>,
}

/// The controlling side of the child's terminal, and the user's terminal, whose size it has.
pub(crate) struct TerminalLink {
    child_s: OwnedFd,
    user_s: OwnedFd,
}

impl<'m> SupervisorEnds<'m> {
    /// Opens what the masks need. A stream that was closed stays closed.
    pub(crate) fn open(masks: &'m Masks) -> io::Result<(Self, ChildEnds)> {
        let mut ours = Self::default();
        let mut ends = ChildEnds::default();
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

    /// One terminal serves both outputs, as the user's does.
    fn through_terminal(
        &mut self,
        ends: &mut ChildEnds,
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
        let stream = MaskedStream::new(source, own(sink)?, masks, on_terminal);
        self.streams.push(stream);
        Ok(())
    }

    /// If the child has its own terminal, keys are typed there.
    fn attach_keyboard(&mut self, ends: &mut ChildEnds) -> io::Result<()> {
        let (Some(outside), Some(inside)) = (&self.terminal, &ends.terminal) else {
            return Ok(());
        };
        let stdin = rustix::stdio::stdin();
        let before = inside.before.clone();
        let sink = outside.child_s.try_clone()?;
        if !was_closed(0) && isatty(stdin) {
            ends.streams[0] = Some(inside.terminal.try_clone()?);
            self.keyboard = Some(Keyboard::new(own(stdin)?, sink, before));
        } else if let Some(terminal) = terminal_next_to_pipe(outside) {
            self.keyboard = Some(Keyboard::of_keys(terminal, sink, before));
        }
        Ok(())
    }
}

/// The user's terminal if something else is the input: a program may still ask there, for a
/// password for instance. If nothing is piped in (a script's background job has `/dev/null`),
/// or the output goes to another program, keys may be meant for other programs.
fn terminal_next_to_pipe(outside: &TerminalLink) -> Option<OwnedFd> {
    let input = rustix::fs::fstat(rustix::stdio::stdin()).ok()?;
    let is_device = FileType::from_raw_mode(input.st_mode) == FileType::CharacterDevice;
    if was_closed(0) || is_device || was_closed(1) || !isatty(rustix::stdio::stdout()) {
        return None;
    }
    // The terminal of another session must not be read.
    rustix::termios::tcgetsid(&outside.user_s).ok()?;
    let flags = OFlags::RDWR | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    rustix::fs::open("/dev/tty", flags, Mode::empty()).ok()
}

/// A pseudo-terminal with the mode and size of the user's terminal.
fn open_terminal(user_s: BorrowedFd<'_>) -> io::Result<(TerminalLink, ChildTerminal)> {
    let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
    let child_s = openpt(flags)?;
    grantpt(&child_s)?;
    unlockpt(&child_s)?;
    let terminal = ioctl_tiocgptpeer(&child_s, flags)?;
    let before = rustix::termios::tcgetattr(user_s)?;
    let mut mode = before.clone();
    if !isatty(rustix::stdio::stdin()) {
        // The user's terminal keeps its mode, and so adds the carriage returns itself.
        mode.output_modes.remove(OutputModes::OPOST);
    }
    rustix::termios::tcsetattr(&terminal, OptionalActions::Now, &mode)?;
    let outside = TerminalLink {
        child_s,
        user_s: own(user_s)?,
    };
    outside.resize();
    let inside = ChildTerminal {
        terminal,
        outer: rustix::io::fcntl_dupfd_cloexec(user_s, 3)?,
        before,
    };
    Ok((outside, inside))
}

impl TerminalLink {
    pub(crate) fn resize(&self) {
        // A terminal may have no size.
        let size = rustix::termios::tcgetwinsize(&self.user_s);
        let _ = size.and_then(|size| rustix::termios::tcsetwinsize(&self.child_s, size));
    }

    pub(crate) fn send_to_front(&self, signal: Signal) {
        // Between two programs there may be no foreground group.
        let front = rustix::termios::tcgetpgrp(&self.child_s);
        let _ = front.and_then(|group| rustix::process::kill_process_group(group, signal));
    }
}

/// If stderr is the same file as stdout, both share one pipe, so that their order is kept.
fn same_file(
    number: usize,
    stream: BorrowedFd<'_>,
    ends: &ChildEnds,
) -> io::Result<Option<OwnedFd>> {
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
