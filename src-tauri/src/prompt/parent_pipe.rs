//! The pipe from the window that asked: what it sends first, and that it is still there.
//!
//! When the pipe is closed the prompt is killed at once, whatever it was doing: a lock, or
//! the end of the window, must leave no prompt behind.

use std::io::{self, Read as _};
use std::thread;

use rustix::fs::FileType;
use rustix::process::{Signal, getpid, kill_process};
use serde::de::DeserializeOwned;

/// Far more than any task needs.
const MAX_LINE: usize = 64 << 10;

/// Reads what the process is for from standard input, where it takes any, and from
/// then on holds on to it. Started by hand, without a pipe, a prompt has no lifeline.
///
/// # Errors
/// What it needs did not come.
pub fn hold<T: DeserializeOwned>(needs_task: bool) -> io::Result<Option<T>> {
    let is_pipe = rustix::fs::fstat(rustix::stdio::stdin())
        .is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::Fifo);
    let task = match (needs_task, is_pipe) {
        (false, _) => None,
        (true, true) => Some(read_task(io::stdin().lock())?),
        (true, false) => return Err(io::ErrorKind::InvalidInput.into()),
    };
    if is_pipe {
        thread::Builder::new()
            .name("lifeline".into())
            .spawn(end_with_the_pipe)?;
    }
    Ok(task)
}

fn end_with_the_pipe() {
    let mut input = io::stdin().lock();
    let mut byte = [0];
    loop {
        match input.read(&mut byte) {
            Ok(1..) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Ok(0) | Err(_) => break,
        }
    }
    end_now();
}

/// Ends this process on the spot.
pub fn end_now() {
    // Not `exit`: nothing of the toolkit may run on or wait now. It cannot fail.
    let _ = kill_process(getpid(), Signal::KILL);
}

/// One line of JSON, byte by byte so that nothing behind it is swallowed.
fn read_task<T: DeserializeOwned>(mut input: impl io::Read) -> io::Result<T> {
    let mut line = Vec::new();
    let mut byte = [0];
    while line.len() < MAX_LINE {
        input.read_exact(&mut byte)?;
        if byte == *b"\n" {
            return Ok(serde_json::from_slice(&line)?);
        }
        line.extend_from_slice(&byte);
    }
    Err(io::ErrorKind::InvalidData.into())
}

#[cfg(test)]
mod tests {
    use keyhaven_protocol::settings::Settings;

    use super::*;

    fn read_settings(input: impl io::Read) -> io::Result<Settings> {
        read_task(input)
    }

    fn settings() -> String {
        serde_json::to_string(&Settings::default()).unwrap()
    }

    #[test]
    fn settings_are_one_line() {
        let line = format!("{}\nmore", settings());
        let read = read_settings(line.as_bytes()).unwrap();
        assert_eq!(read, Settings::default());
    }

    #[test]
    fn a_cut_or_endless_line_is_refused() {
        assert!(read_settings(settings().as_bytes()).is_err());
        assert!(read_settings(io::repeat(b' ')).is_err());
        assert!(read_settings(&b"{}\n"[..]).is_err());
    }
}
