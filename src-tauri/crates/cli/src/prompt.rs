//! Questions to the person at the terminal: on `/dev/tty`, never on stdin.
//!
//! While something hidden is typed, and while it is checked, the terminal is silent
//! ([`silence`](crate::silence)). Where several lines are pasted none is taken, and nothing of
//! them is left for the shell to run. What a byte does to a hidden line is decided in
//! [`hidden_line`](crate::hidden_line).

use std::fs::File;
use std::io::{Read as _, Write as _};

use keyhaven_secret::SecretString;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use crate::error::Failure;
use crate::hidden_line::{FollowingLines, HiddenLine, LineKeys, LineStep, MAX_LINE};
use crate::output::{escaped, harmless};
use crate::problem::{CliProblem, SystemPart};
use crate::silence::Silence;
use crate::texts::{count, sentence};

/// How often something may be typed.
const ATTEMPTS: u32 = 3;
/// Between two lines of a paste at most.
const PASTED: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 20_000_000,
};

/// The terminal of this process, if there is one.
pub fn terminal() -> Option<File> {
    File::options().read(true).write(true).open("/dev/tty").ok()
}

/// Asks for a password or recovery key. Nothing about what is typed is shown.
///
/// # Errors
/// The user cancelled, or the terminal failed.
pub fn hidden(tty: &mut File, question: &str) -> Result<SecretString, Failure> {
    ask_hidden(tty, question, |_| String::new())
}

/// Asks for a value, which is not shown; its length is, so that a paste can be checked.
///
/// # Errors
/// As [`hidden`].
pub fn hidden_value(tty: &mut File, question: &str) -> Result<SecretString, Failure> {
    ask_hidden(tty, question, |value| {
        // Exposed to be counted.
        let characters = value.expose().chars().count();
        count(u32::try_from(characters).unwrap_or(u32::MAX), "character")
    })
}

fn ask_hidden(
    tty: &mut File,
    question: &str,
    shown: fn(&SecretString) -> String,
) -> Result<SecretString, Failure> {
    let mut silence = Silence::begin(tty)?;
    let mut attempt = 1;
    loop {
        say(tty, &format!("{}: ", escaped(question)))?;
        let read = match read_hidden(tty, silence.keys()) {
            Ok(None) => {
                say(tty, "\n")?;
                silence = silence.suspend()?;
                continue;
            }
            Ok(Some(read)) => Ok(read),
            Err(failure) => Err(failure),
        };
        let refused = matches!(&read, Err(Failure::Own(CliProblem::ControlCharacter)));
        if !refused || attempt == ATTEMPTS {
            let shown = read.as_ref().map(shown).unwrap_or_default();
            say(tty, &format!("{shown}\n"))?;
            return read;
        }
        while is_there_more(tty)? && read_byte(tty)?.is_some() {}
        let refused = CliProblem::ControlCharacter.text().message;
        say(tty, &format!("\n{}\n", sentence(&refused)))?;
        attempt += 1;
    }
}

/// Asks for something until it is right, at most three times. `attempt` returns `None` where it
/// was wrong and may be typed again.
///
/// # Errors
/// `wrong` where it never was right; and as [`hidden`].
pub fn until_right<T>(
    tty: &mut File,
    wrong: impl Into<Failure>,
    mut attempt: impl FnMut(&mut File) -> Result<Option<T>, Failure>,
) -> Result<T, Failure> {
    let wrong = wrong.into();
    for number in 1..=ATTEMPTS {
        if let Some(right) = attempt(tty)? {
            return Ok(right);
        }
        if number < ATTEMPTS {
            say(tty, &format!("{}\n", sentence(&wrong.message())))?;
        }
    }
    Err(wrong)
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
            None if line.is_empty() => {
                say(tty, "\n")?;
                return Err(CliProblem::InputEnded.into());
            }
            None | Some(b'\n') => break,
            Some(byte) => push(&mut line, byte)?,
        }
    }
    Ok(String::from_utf8(line).map_err(|_| CliProblem::InputNotUtf8)?)
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

/// Shows text on the terminal itself; nothing in it steers the terminal.
///
/// # Errors
/// The terminal failed.
pub fn say(tty: &mut File, text: &str) -> Result<(), Failure> {
    tty.write_all(harmless(text, false).as_bytes())
        .map_err(|e| broken(&e))
}

/// None for the key that stops the process.
fn read_hidden(tty: &mut File, keys: LineKeys) -> Result<Option<SecretString>, Failure> {
    let mut line = HiddenLine::new(keys);
    loop {
        let step = read_byte(tty)?.map_or(LineStep::Ended, |byte| line.take(byte));
        match step {
            LineStep::More => {}
            LineStep::Done => break,
            LineStep::Interrupted => return Err(Failure::Interrupted),
            LineStep::Suspended => return Ok(None),
            LineStep::Ended => return Err(CliProblem::InputEnded.into()),
            LineStep::Refused => return Err(CliProblem::ControlCharacter.into()),
            LineStep::TooLong => return Err(CliProblem::LineTooLong.into()),
        }
    }
    refuse_more(tty)?;
    Ok(Some(line.into_text()?))
}

/// Refuses what goes on after the first line: of a key that has several, one is worth nothing.
fn refuse_more(tty: &mut File) -> Result<(), Failure> {
    let mut bytes = vec![0; 4096];
    let mut following = FollowingLines::default();
    while is_there_more(tty)? {
        let count = tty.read(&mut bytes).map_err(|error| broken(&error))?;
        following.take(&bytes[..count]);
        if count == 0 {
            break;
        }
    }
    if following.are_there() {
        return Err(CliProblem::SeveralLines.into());
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
        return Err(CliProblem::LineTooLong.into());
    }
    line.push(byte);
    Ok(())
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
    Failure::system(SystemPart::Terminal, error)
}
