//! Streams between a child and the outside: output on its way through the masks, and keys on
//! their way to the child's terminal.
//!
//! A stream reads no more before it has written what it read, so that a slow reader slows
//! down the child and nothing else.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::event::PollFlags;
use rustix::fs::{FileType, Mode, OFlags};
use rustix::io::Errno;
use rustix::termios::{LocalModes, OptionalActions, Termios};
use zeroize::Zeroizing;

use crate::mask::{Masker, Masks};

/// How much is read at once: the size of a pipe.
const PIECE: usize = 64 << 10;
/// The most that a child can have left in a pipe or terminal when it ended.
const LEFT: usize = 4 * PIECE;

/// An output of the child.
pub(crate) struct MaskedStream<'m> {
    source: Option<OwnedFd>,
    sink: Option<OwnedFd>,
    masker: Masker<'m>,
    taken: Zeroizing<Vec<u8>>,
    pending: PendingBytes,
    on_terminal: bool,
    /// How much more is read now that the child has ended.
    left: Option<usize>,
}

impl<'m> MaskedStream<'m> {
    pub(crate) fn new(source: OwnedFd, sink: OwnedFd, masks: &'m Masks, on_terminal: bool) -> Self {
        Self {
            source: Some(source),
            sink: Some(sink),
            masker: Masker::new(masks),
            taken: Zeroizing::new(vec![0; PIECE]),
            pending: PendingBytes::default(),
            on_terminal,
            left: None,
        }
    }

    /// The descriptor and the event it waits for.
    pub(crate) fn waits(&self) -> Option<(BorrowedFd<'_>, PollFlags)> {
        if let Some(sink) = self.sink.as_ref().filter(|_| !self.pending.is_empty()) {
            return Some((sink.as_fd(), PollFlags::OUT));
        }
        let source = self.source.as_ref()?;
        Some((source.as_fd(), PollFlags::IN))
    }

    /// Handles the event it waited for.
    pub(crate) fn go_on(&mut self) {
        if self.pending.is_empty() {
            self.take();
        }
        self.give();
    }

    /// Whether everything was written, or cannot be.
    pub(crate) fn is_flushed(&self) -> bool {
        self.pending.is_empty()
    }

    /// Whether something is held back that the user should see.
    pub(crate) fn is_unsettled(&self) -> bool {
        self.on_terminal && self.masker.is_unsettled()
    }

    /// Called when nothing arrived for a while.
    pub(crate) fn settle(&mut self) {
        if self.on_terminal {
            self.masker.settle(&mut self.pending.bytes);
            self.give();
        }
    }

    /// The child has ended: what it left is read and no more, even if others still write.
    pub(crate) fn limit(&mut self) {
        self.left.get_or_insert(LEFT);
    }

    /// Nothing more is read, even if others still write.
    pub(crate) fn break_off(&mut self) {
        if self.source.take().is_some() {
            self.masker.break_off(&mut self.pending.bytes);
            self.give();
        }
    }

    fn take(&mut self) {
        if self.left == Some(0) {
            return self.break_off();
        }
        let Some(source) = &self.source else { return };
        let most = self.left.unwrap_or(PIECE).min(PIECE);
        match rustix::io::read(source, &mut self.taken[..most]) {
            Err(Errno::AGAIN | Errno::INTR) => {}
            // Reading a terminal without programs fails with EIO.
            Ok(0) | Err(_) => {
                self.source = None;
                self.masker.finish(&mut self.pending.bytes);
            }
            Ok(count) => {
                self.left = self.left.map(|left| left - count);
                self.masker
                    .feed(&self.taken[..count], &mut self.pending.bytes);
            }
        }
    }

    fn give(&mut self) {
        let Some(sink) = &self.sink else {
            self.pending.clear();
            return;
        };
        if self.pending.write_to(sink).is_err() {
            self.pending.clear();
            self.sink = None;
            if !self.on_terminal {
                // The child learns it by SIGPIPE, as it would without a supervisor.
                self.source = None;
            }
        }
    }
}

/// Bytes that wait to be written.
#[derive(Default)]
struct PendingBytes {
    bytes: Zeroizing<Vec<u8>>,
    given: usize,
}

impl PendingBytes {
    fn is_empty(&self) -> bool {
        self.given == self.bytes.len()
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.given = 0;
    }

    /// Once, as much as is taken.
    fn write_to(&mut self, sink: &OwnedFd) -> rustix::io::Result<()> {
        if self.is_empty() {
            return Ok(());
        }
        match rustix::io::write(sink, &self.bytes[self.given..]) {
            Ok(count) => self.given += count,
            Err(Errno::AGAIN | Errno::INTR) => {}
            Err(error) => return Err(error),
        }
        if self.is_empty() {
            self.clear();
        }
        Ok(())
    }
}

/// The user's keys, while this process is in front.
pub(crate) struct Keyboard {
    terminal: OwnedFd,
    sink: OwnedFd,
    before: Termios,
    /// The terminal's mode while it is taken.
    during: Termios,
    taken: bool,
    gone: bool,
    pending: PendingBytes,
}

impl Keyboard {
    /// Every key is the child's: the terminal makes no signals of them, and leaves the output
    /// alone.
    pub(crate) fn new(terminal: OwnedFd, sink: OwnedFd, before: Termios) -> Self {
        let mut during = before.clone();
        during.make_raw();
        Self::taking(terminal, sink, before, during)
    }

    /// Next to a pipe: keys that send signals send them to every process of the pipe.
    pub(crate) fn of_keys(terminal: OwnedFd, sink: OwnedFd, before: Termios) -> Self {
        let mut during = before.clone();
        during.make_raw();
        during.output_modes = before.output_modes;
        let signals = before.local_modes & LocalModes::ISIG;
        during.local_modes.insert(signals);
        Self::taking(terminal, sink, before, during)
    }

    fn taking(terminal: OwnedFd, sink: OwnedFd, before: Termios, during: Termios) -> Self {
        Self {
            terminal,
            sink,
            before,
            during,
            taken: false,
            gone: false,
            pending: PendingBytes::default(),
        }
    }

    /// Takes it, if this process is in front.
    pub(crate) fn take(&mut self) {
        let front = rustix::termios::tcgetpgrp(&self.terminal);
        if self.taken || front.is_ok_and(|group| group != rustix::process::getpgrp()) {
            return;
        }
        let set = rustix::termios::tcsetattr(&self.terminal, OptionalActions::Drain, &self.during);
        self.taken = set.is_ok();
    }

    /// Gives the terminal its mode back.
    pub(crate) fn give_back(&mut self) {
        if std::mem::take(&mut self.taken) {
            // It may be gone.
            let _ =
                rustix::termios::tcsetattr(&self.terminal, OptionalActions::Drain, &self.before);
        }
    }

    /// Whether to try again later: the system does not report when a process comes to the
    /// foreground.
    pub(crate) fn is_behind(&self) -> bool {
        !self.taken && !self.gone
    }

    pub(crate) fn waits(&self) -> Option<(BorrowedFd<'_>, PollFlags)> {
        if !self.pending.is_empty() {
            return Some((self.sink.as_fd(), PollFlags::OUT));
        }
        (self.taken && !self.gone).then_some((self.terminal.as_fd(), PollFlags::IN))
    }

    pub(crate) fn go_on(&mut self) {
        if self.pending.is_empty() {
            let mut keys = Zeroizing::new([0; 4096]);
            match rustix::io::read(&self.terminal, &mut *keys) {
                Err(Errno::AGAIN | Errno::INTR) => {}
                Ok(0) => self.gone = true,
                // Another program came to the foreground.
                Err(_) => self.taken = false,
                Ok(count) => self.pending.bytes.extend_from_slice(&keys[..count]),
            }
        }
        if self.pending.write_to(&self.sink).is_err() {
            self.pending.clear();
            self.gone = true;
        }
    }
}

impl Drop for Keyboard {
    fn drop(&mut self) {
        self.give_back();
    }
}

/// A stream of this process that never blocks. Blocking is a property of the open file, which
/// every process that inherited it shares, so it is opened again where that is possible;
/// files never block for long.
pub(crate) fn own(stream: BorrowedFd<'_>) -> rustix::io::Result<OwnedFd> {
    use std::os::fd::AsRawFd as _;
    let mode = FileType::from_raw_mode(rustix::fs::fstat(stream)?.st_mode);
    let access = rustix::fs::fcntl_getfl(stream)? & OFlags::RWMODE;
    if matches!(mode, FileType::Fifo | FileType::CharacterDevice) {
        let path = format!("/proc/self/fd/{}", stream.as_raw_fd());
        let flags = access | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        if let Ok(opened) = rustix::fs::open(path, flags, Mode::empty()) {
            return Ok(opened);
        }
    }
    rustix::io::fcntl_dupfd_cloexec(stream, 3)
}
