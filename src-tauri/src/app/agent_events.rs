//! The one thread that listens to the agent's events.
//!
//! It starts the agent once, at the beginning. When the agent goes it waits, without
//! waking, until a socket appears in its folder: an agent that was stopped on purpose is
//! started again only by a request.

use std::ffi::OsStr;
use std::io;
use std::mem::MaybeUninit;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use keyhaven_client::Client;
use keyhaven_protocol::Error;
use keyhaven_protocol::paths::VaultPaths;
use rustix::fs::inotify::{self, CreateFlags, ReadFlags, WatchFlags};

use crate::app::AppState;

/// Pauses after a failed attempt: the first, and the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// Attempts after a socket appeared, since it is bound a little before it listens.
const ATTEMPTS: u32 = 6;

/// Listens for the rest of the process' life.
pub fn start(state: &Arc<AppState>) {
    let state = state.clone();
    // Without the thread the window still works, it only hears nothing.
    let _ = thread::Builder::new()
        .name("agent-events".into())
        .spawn(move || run(&state));
}

fn run(state: &Arc<AppState>) {
    // A place that cannot be named now cannot be named later.
    let Ok(place) = state.link.place().cloned() else {
        return;
    };
    let first = state
        .link
        .connect()
        .map(|connection| Some(connection.into_client()));
    let mut next = first;
    let mut pause = FIRST_PAUSE;
    loop {
        if let Ok(Some(client)) = next {
            if follow(state, client).is_ok() {
                pause = FIRST_PAUSE;
            }
            state.agent_gone();
        }
        if wait_for_socket(&place).is_err() {
            thread::sleep(pause);
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        next = connect(state);
    }
}

/// Handles events until the connection ends; fails when it never got so far.
fn follow(state: &Arc<AppState>, client: Client) -> Result<(), Error> {
    let mut events = client.subscribe()?;
    state.agent_found();
    while let Ok(event) = events.wait() {
        state.handle(&event);
    }
    Ok(())
}

fn connect(state: &AppState) -> Result<Option<Client>, Error> {
    let mut pause = FIRST_PAUSE;
    let mut found = Ok(None);
    for _ in 0..ATTEMPTS {
        found = state.link.connect_if_running();
        if matches!(found, Ok(Some(_))) {
            break;
        }
        thread::sleep(pause);
        pause *= 2;
    }
    found
}

/// Returns when somebody listens on the agent's socket.
fn wait_for_socket(place: &VaultPaths) -> io::Result<()> {
    let (Some(folder), Some(name)) = (place.socket.parent(), place.socket.file_name()) else {
        return Err(io::ErrorKind::NotFound.into());
    };
    let watch = inotify::init(CreateFlags::CLOEXEC)?;
    let flags = WatchFlags::CREATE | WatchFlags::MOVED_TO | WatchFlags::ONLYDIR;
    inotify::add_watch(
        &watch,
        folder,
        flags | WatchFlags::DELETE_SELF | WatchFlags::MOVE_SELF,
    )?;
    // It may have come before the watch did.
    if UnixStream::connect(&place.socket).is_ok() {
        return Ok(());
    }
    let mut buffer = [MaybeUninit::uninit(); 1024];
    let mut reader = inotify::Reader::new(watch, &mut buffer);
    loop {
        let event = match reader.next() {
            Ok(event) => event,
            Err(rustix::io::Errno::INTR) => continue,
            Err(error) => return Err(error.into()),
        };
        if event
            .events()
            .intersects(ReadFlags::DELETE_SELF | ReadFlags::MOVE_SELF)
        {
            return Err(io::ErrorKind::NotFound.into());
        }
        if event
            .file_name()
            .is_some_and(|found| OsStr::from_bytes(found.to_bytes()) == name)
        {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;

    use super::*;

    fn place(root: &std::path::Path) -> VaultPaths {
        std::fs::create_dir(root.join("keyhaven")).unwrap();
        VaultPaths::new(&root.join("vault"), Some(root)).unwrap()
    }

    #[test]
    fn a_socket_that_appears_ends_the_wait() {
        let root = tempfile::tempdir().unwrap();
        let place = place(root.path());
        thread::scope(|scope| {
            let waiting = scope.spawn(|| wait_for_socket(&place));
            // Other files of that folder are none of its business.
            std::fs::write(root.path().join("keyhaven/other"), b"").unwrap();
            let _listener = UnixListener::bind(&place.socket).unwrap();
            waiting.join().unwrap().unwrap();
        });
    }

    #[test]
    fn a_socket_that_is_there_ends_the_wait_at_once() {
        let root = tempfile::tempdir().unwrap();
        let place = place(root.path());
        let _listener = UnixListener::bind(&place.socket).unwrap();
        wait_for_socket(&place).unwrap();
    }

    #[test]
    fn without_the_folder_nothing_can_be_awaited() {
        let root = tempfile::tempdir().unwrap();
        let place = VaultPaths::new(&root.path().join("vault"), Some(root.path())).unwrap();
        assert!(wait_for_socket(&place).is_err());
    }
}
