//! A pseudo-terminal with a program in it, as a terminal window would run it.
//!
//! The one `unsafe` is `pre_exec`: between fork and exec the child calls only
//! `setsid` and an ioctl, both async-signal-safe.
#![allow(unsafe_code)]

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitStatus};
use std::sync::{Arc, Mutex};

use rustix::pty::{OpenptFlags, grantpt, ioctl_tiocgptpeer, openpt, unlockpt};

use crate::{Kept, World, eventually, eventually_some};

/// A program on a terminal of 80 columns and 24 lines.
pub struct Terminal {
    program: Kept,
    keyboard: File,
    screen: Arc<Mutex<Vec<u8>>>,
}

impl Terminal {
    /// Starts a command as the leader of a session with this terminal.
    ///
    /// # Panics
    /// When there is no pseudo-terminal or the command cannot be started.
    pub fn start(mut command: Command) -> Self {
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
        let keyboard = openpt(flags).expect("a pseudo-terminal");
        grantpt(&keyboard).expect("a granted pseudo-terminal");
        unlockpt(&keyboard).expect("an unlocked pseudo-terminal");
        let inside = ioctl_tiocgptpeer(&keyboard, flags).expect("its other end");
        rustix::termios::tcsetwinsize(&inside, size(24, 80)).expect("a size");
        let end = || inside.try_clone().expect("a copied descriptor");
        command.stdin(end()).stdout(end()).stderr(end());
        // SAFETY: both calls are async-signal-safe and touch no memory of ours.
        unsafe {
            command.pre_exec(|| {
                rustix::process::setsid()?;
                rustix::process::ioctl_tiocsctty(rustix::stdio::stdin())?;
                Ok(())
            });
        }
        let program = Kept::start(&mut command);
        // Our copies of the inner end must go, or reading never ends.
        drop(command);
        drop(inside);
        let screen = Arc::new(Mutex::new(Vec::new()));
        collect(
            keyboard.try_clone().expect("a copied descriptor"),
            Arc::clone(&screen),
        );
        Self {
            program,
            keyboard: File::from(keyboard),
            screen,
        }
    }

    /// Starts `kh` and waits for its question.
    ///
    /// # Panics
    /// When it does not ask.
    pub fn asked(world: &World, arguments: &[&str], question: &str) -> Self {
        let terminal = Self::start(world.kh(arguments));
        terminal.expect(question);
        terminal
    }

    /// Types a line as soon as a question was asked so many times.
    ///
    /// # Panics
    /// When it was not.
    pub fn answer(&mut self, question: &str, times: usize, line: &str) {
        self.expect_times(question, times);
        self.type_text(&format!("{line}\n"));
    }

    /// Types text; `\n` is Enter, `\u{3}` Ctrl-C, `\u{4}` Ctrl-D.
    ///
    /// # Panics
    /// When the terminal is gone.
    pub fn type_text(&mut self, text: &str) {
        self.keyboard
            .write_all(text.as_bytes())
            .expect("an open terminal");
    }

    /// Gives the window another size.
    ///
    /// # Panics
    /// When the terminal is gone.
    pub fn resize(&self, lines: u16, columns: u16) {
        rustix::termios::tcsetwinsize(&self.keyboard, size(lines, columns)).expect("a size");
    }

    /// Everything printed so far.
    pub fn screen(&self) -> String {
        let bytes = self.screen.lock().expect("a living reader");
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Waits until `text` was printed.
    ///
    /// # Panics
    /// When it is not.
    pub fn expect(&self, text: &str) {
        eventually(&format!("{text:?} on the terminal"), || {
            self.screen().contains(text)
        });
    }

    /// Waits until `text` was printed so many times.
    ///
    /// # Panics
    /// When it was not.
    pub fn expect_times(&self, text: &str, times: usize) {
        eventually(&format!("{text:?}, {times} times"), || {
            self.count(text) == times
        });
    }

    /// How often a text was printed.
    pub fn count(&self, text: &str) -> usize {
        self.screen().matches(text).count()
    }

    /// Waits for the program's end.
    ///
    /// # Panics
    /// When it does not end.
    pub fn wait(&mut self) -> ExitStatus {
        eventually_some("the program's end", || {
            self.program.child().try_wait().expect("a child of ours")
        })
    }

    /// The program's process id.
    pub fn pid(&self) -> u32 {
        self.program.pid()
    }

    /// The terminal itself, for its settings.
    pub fn settings(&self) -> rustix::termios::Termios {
        rustix::termios::tcgetattr(self.keyboard.as_fd()).expect("an open terminal")
    }
}

fn size(lines: u16, columns: u16) -> rustix::termios::Winsize {
    rustix::termios::Winsize {
        ws_row: lines,
        ws_col: columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    }
}

/// Reads the terminal until its last program is gone, so that none ever waits
/// for a reader.
fn collect(keyboard: OwnedFd, screen: Arc<Mutex<Vec<u8>>>) {
    let mut keyboard = File::from(keyboard);
    std::thread::spawn(move || {
        let mut chunk = [0; 4096];
        while let Ok(count @ 1..) = keyboard.read(&mut chunk) {
            let Ok(mut screen) = screen.lock() else {
                return;
            };
            screen.extend_from_slice(&chunk[..count]);
        }
    });
}
