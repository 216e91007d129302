//! Questions to the person at the terminal: on `/dev/tty`, never on stdin.
//!
//! While something hidden is typed, the terminal neither echoes nor sends signals; its
//! settings are always restored afterwards. Where several lines are pasted none is
//! taken, and nothing of them is left for the shell to run.

use std::fs::File;
use std::io::{Read as _, Write as _};

use keyhaven_secret::{Secret, SecretString};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::termios::{
    LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr,
};

use crate::error::Failure;
use crate::output::escaped;

/// The longest line taken, in bytes; longer values come by `--stdin`.
const MAX_LINE: usize = 1 << 20;
/// Between two lines of a paste at most.
const PASTED: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 20_000_000,
};
const END_OF_TEXT: u8 = 0x03;
const END_OF_TRANSMISSION: u8 = 0x04;
const BACKSPACE: u8 = 0x08;
const KILL_LINE: u8 = 0x15;
const DELETE: u8 = 0x7f;

/// The terminal of this process, if there is one.
pub fn terminal() -> Option<File> {
    File::options().read(true).write(true).open("/dev/tty").ok()
}

/// Asks for something that is not shown while it is typed.
///
/// # Errors
/// The user cancelled, or the terminal failed.
pub fn hidden(tty: &mut File, question: &str) -> Result<SecretString, Failure> {
    let _silence = Silence::begin(tty)?;
    say(tty, &format!("{}: ", escaped(question)))?;
    let line = read_hidden(tty);
    say(tty, "\n")?;
    let bytes = line?;
    let text =
        String::from_utf8(bytes).map_err(|_| Failure::usage("the input is not UTF-8", ""))?;
    Ok(Secret::new(text))
}

/// Asks for a new password, twice.
///
/// # Errors
/// The two differ; and as [`hidden`].
pub fn new_password(tty: &mut File, question: &str) -> Result<SecretString, Failure> {
    let password = hidden(tty, question)?;
    if hidden(tty, "Repeat it")? != password {
        return Err(Failure::usage("the passwords do not match", "try again"));
    }
    Ok(password)
}

/// Asks for a line that may be seen.
///
/// # Errors
/// The user cancelled, or the terminal failed.
pub fn visible(tty: &mut File, question: &str) -> Result<String, Failure> {
    say(tty, question)?;
    let mut line = Vec::new();
    loop {
        match read_byte(tty)? {
            None if line.is_empty() => return Err(Failure::Interrupted),
            None | Some(b'\n') => break,
            Some(byte) => push(&mut line, byte)?,
        }
    }
    String::from_utf8(line).map_err(|_| Failure::usage("the input is not UTF-8", ""))
}

/// Asks for a yes; anything else is a no.
///
/// # Errors
/// The user cancelled, or the terminal failed.
pub fn yes(tty: &mut File, question: &str) -> Result<bool, Failure> {
    let answer = visible(tty, &format!("{} [y/N] ", escaped(question)))?;
    let answer = answer.trim();
    Ok(answer.eq_ignore_ascii_case("y") || answer.eq_ignore_ascii_case("yes"))
}

/// Shows text on the terminal itself.
///
/// # Errors
/// The terminal failed.
pub fn say(tty: &mut File, text: &str) -> Result<(), Failure> {
    tty.write_all(text.as_bytes()).map_err(|e| broken(&e))
}

fn read_hidden(tty: &mut File) -> Result<Vec<u8>, Failure> {
    // Grown by hand, so that the wiping allocator sees every block that held a part of it.
    let mut line = Vec::with_capacity(256);
    loop {
        match read_byte(tty)? {
            None | Some(END_OF_TEXT) => return Err(Failure::Interrupted),
            Some(END_OF_TRANSMISSION) if line.is_empty() => return Err(Failure::Interrupted),
            Some(END_OF_TRANSMISSION) => return Ok(line),
            Some(b'\n' | b'\r') => return refuse_more(tty).map(|()| line),
            Some(BACKSPACE | DELETE) => drop_character(&mut line),
            Some(KILL_LINE) => line.clear(),
            Some(byte) => push(&mut line, byte)?,
        }
    }
}

/// Refuses what goes on after the first line: of a key that has several, one is worth nothing.
fn refuse_more(tty: &mut File) -> Result<(), Failure> {
    let mut rest = vec![0; 4096];
    let mut goes_on = false;
    while is_there_more(tty)? {
        let count = tty.read(&mut rest).map_err(|error| broken(&error))?;
        goes_on |= !rest[..count].trim_ascii().is_empty();
        if count == 0 {
            break;
        }
    }
    if goes_on {
        return Err(Failure::usage(
            "several lines were pasted, but only one is accepted here",
            "pass them with: --stdin < FILE",
        ));
    }
    Ok(())
}

/// Whether a paste goes on: its lines come faster than anybody types.
fn is_there_more(tty: &File) -> Result<bool, Failure> {
    let mut waiting = [PollFd::new(tty, PollFlags::IN)];
    loop {
        match poll(&mut waiting, Some(&PASTED)) {
            Ok(count) => return Ok(count > 0),
            Err(Errno::INTR) => {}
            Err(error) => return Err(broken(&error.into())),
        }
    }
}

fn push(line: &mut Vec<u8>, byte: u8) -> Result<(), Failure> {
    if line.len() == MAX_LINE {
        return Err(Failure::usage(
            "the line is too long",
            "pass it with --stdin",
        ));
    }
    line.push(byte);
    Ok(())
}

/// Removes the last character of UTF-8 text.
fn drop_character(line: &mut Vec<u8>) {
    while line.pop().is_some_and(|byte| byte & 0xc0 == 0x80) {}
}

fn read_byte(tty: &mut File) -> Result<Option<u8>, Failure> {
    let mut byte = [0];
    loop {
        match tty.read(&mut byte) {
            Ok(0) => return Ok(None),
            Ok(_) => return Ok(Some(byte[0])),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(broken(&error)),
        }
    }
}

fn broken(error: &std::io::Error) -> Failure {
    Failure::system("the terminal", error)
}

/// A terminal that does not echo, as long as this lives.
struct Silence {
    tty: File,
    before: Termios,
}

impl Silence {
    fn begin(tty: &File) -> Result<Self, Failure> {
        let tty = tty.try_clone().map_err(|error| broken(&error))?;
        let before = tcgetattr(&tty).map_err(|error| broken(&error.into()))?;
        let mut silent = before.clone();
        silent
            .local_modes
            .remove(LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON | LocalModes::ISIG);
        silent.special_codes[SpecialCodeIndex::VMIN] = 1;
        silent.special_codes[SpecialCodeIndex::VTIME] = 0;
        tcsetattr(&tty, OptionalActions::Flush, &silent).map_err(|error| broken(&error.into()))?;
        Ok(Self { tty, before })
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        // A terminal that has gone needs no settings.
        let _ = tcsetattr(&self.tty, OptionalActions::Flush, &self.before);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backspace_takes_a_whole_character() {
        let mut line = "aä日".as_bytes().to_vec();
        drop_character(&mut line);
        assert_eq!(line, "aä".as_bytes());
        drop_character(&mut line);
        assert_eq!(line, b"a");
        drop_character(&mut line);
        drop_character(&mut line);
        assert_eq!(line, b"");
    }
}
