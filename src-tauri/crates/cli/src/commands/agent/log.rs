//! `agent log`: what the agent wrote down, whether it runs or not.

use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use keyhaven_protocol::paths::older_log;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::inotify::{self, CreateFlags, WatchFlags};
use rustix::io::retry_on_intr;
use serde::Serialize;

use crate::error::Failure;
use crate::problem::CliProblem;
use crate::session::Context;

/// Room for the names in some hundred notes of the system; what they say is not used.
const NOTES: usize = 32 << 10;

/// One line of the log.
#[derive(Serialize)]
struct Line<'a> {
    at: &'a str,
    what: &'a str,
}

/// `kh agent log`
pub fn log(context: &Context, follow: bool) -> Result<(), Failure> {
    let path = context.vault()?.log()?;
    if context.printer.json && follow {
        return Err(CliProblem::FollowJson.into());
    }
    if follow {
        return tail(context, &path);
    }
    let mut text = String::new();
    for path in [&older_log(&path), &path] {
        if let Some(mut file) = open(path)? {
            rest(&mut file, path, &mut text)?;
        }
    }
    if context.printer.json {
        let lines: Vec<Line<'_>> = text.lines().filter_map(line).collect();
        return context.printer.document(&lines);
    }
    if text.is_empty() {
        return context.printer.done("The log is empty.");
    }
    context.printer.text(&text)
}

fn line(text: &str) -> Option<Line<'_>> {
    let (at, what) = text.split_once(' ')?;
    Some(Line { at, what })
}

/// Prints what is there and what is added, until nobody reads it any more.
fn tail(context: &Context, path: &Path) -> Result<(), Failure> {
    let Some(folder) = path.parent() else {
        return Err(Failure::defect("the path of the log"));
    };
    let broken = |error: rustix::io::Errno| Failure::io(folder.display(), &error.into());
    let notes = inotify::init(CreateFlags::CLOEXEC).map_err(broken)?;
    // Asked for before anything is read, so that nothing is missed in between.
    let changes = WatchFlags::MODIFY | WatchFlags::CREATE;
    inotify::add_watch(&notes, folder, changes).map_err(broken)?;
    let mut open_file = open(path)?;
    let mut buffer = vec![0; NOTES];
    loop {
        let mut text = String::new();
        if let Some(file) = &mut open_file {
            rest(file, path, &mut text)?;
        }
        let newer = open(path)?.filter(|newer| !is_same(newer, open_file.as_ref()));
        if let Some(mut newer) = newer {
            rest(&mut newer, path, &mut text)?;
            open_file = Some(newer);
        }
        context.printer.text(&text)?;
        if !is_read(&notes).map_err(broken)? {
            return Ok(());
        }
        retry_on_intr(|| rustix::io::read(&notes, &mut buffer)).map_err(broken)?;
    }
}

/// Waits for a change; false when nobody reads what is printed any more.
fn is_read(notes: &OwnedFd) -> rustix::io::Result<bool> {
    let mut waiting = [
        PollFd::new(notes, PollFlags::IN),
        PollFd::from_borrowed_fd(rustix::stdio::stdout(), PollFlags::empty()),
    ];
    retry_on_intr(|| poll(&mut waiting, None))?;
    Ok(waiting[1].revents().is_empty())
}

fn is_same(newer: &File, known: Option<&File>) -> bool {
    let place = |file: &File| file.metadata().map(|found| (found.dev(), found.ino())).ok();
    known.is_some_and(|known| place(known) == place(newer))
}

/// The file; none where it is not there yet.
fn open(path: &Path) -> Result<Option<File>, Failure> {
    match File::open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::io(path.display(), &error)),
    }
}

fn rest(file: &mut File, path: &Path, text: &mut String) -> Result<(), Failure> {
    file.read_to_string(text)
        .map(drop)
        .map_err(|error| Failure::io(path.display(), &error))
}
