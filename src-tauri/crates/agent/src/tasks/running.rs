//! The processes that were given values and are still alive.
//!
//! `kh` becomes the program it starts, so the process that asked is the one to watch. It is
//! held by a handle of the kernel, never by its number. Its private files end with it.

use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex};

use keyhaven_protocol::event::Event;
use keyhaven_protocol::view::RunningView;
use rustix::process::{Signal, pidfd_send_signal};
use tokio::io::unix::AsyncFd;
use uuid::Uuid;

use crate::async_fd::watched;
use crate::guarded;
use crate::private_files::PrivateFile;
use crate::server::events::EventHub;
use crate::server::peer::Peer;

/// More processes than this are not listed.
const MOST: usize = 512;

/// The list.
#[derive(Debug, Default)]
pub(crate) struct RunningPrograms(Mutex<Vec<WatchedProcess>>);

#[derive(Debug)]
struct WatchedProcess {
    start_time: u64,
    handle: OwnedFd,
    /// With what it was given.
    given: RunningProcess,
    /// They go with it.
    files: Vec<PrivateFile>,
}

/// What a process was given, as it is listed, and the credentials it is from.
#[derive(Debug, Clone)]
pub(crate) struct RunningProcess {
    pub(crate) view: RunningView,
    pub(crate) credentials: Vec<(String, Uuid)>,
}

impl RunningPrograms {
    /// Oldest first.
    pub(crate) fn list(&self) -> Vec<RunningProcess> {
        let list = guarded(&self.0);
        list.iter().map(|process| process.given.clone()).collect()
    }

    /// Asks a process to end; false when none of that number is listed. The number cannot be
    /// another's by now: the process is held by its handle.
    pub(crate) fn end(&self, pid: u32) -> bool {
        let list = guarded(&self.0);
        let listed = list.iter().find(|process| process.given.view.pid == pid);
        // One that has ended just now needs no signal.
        let signalled = listed.map(|process| pidfd_send_signal(&process.handle, Signal::TERM));
        signalled.is_some()
    }

    /// Forgets a process: it ended, or never became the program.
    pub(crate) fn remove(&self, pid: u32, start_time: u64) -> bool {
        let is_it = |process: &mut WatchedProcess| {
            (process.given.view.pid, process.start_time) == (pid, start_time)
        };
        // Their files are overwritten while nobody waits for the list.
        let gone: Vec<WatchedProcess> = guarded(&self.0).extract_if(.., is_it).collect();
        !gone.is_empty()
    }

    /// Forgets all: nobody sees their end any more.
    pub(crate) fn clear(&self) {
        let gone = std::mem::take(&mut *guarded(&self.0));
        drop(gone);
    }

    /// How many bytes are in the files of other processes, and how many FIFOs of theirs wait to
    /// be read: its own go with its next launch.
    pub(crate) fn files_of_others(&self, peer: &Peer) -> (usize, usize) {
        let list = guarded(&self.0);
        let own = (peer.pid, peer.start_time);
        let others =
            |process: &&WatchedProcess| (process.given.view.pid, process.start_time) != own;
        let files = || list.iter().filter(others).flat_map(|one| &one.files);
        let fifos = files().filter(|file| file.waits()).count();
        (files().map(PrivateFile::size).sum(), fifos)
    }

    fn insert(&self, process: WatchedProcess) -> bool {
        self.remove(process.given.view.pid, process.start_time);
        let mut list = guarded(&self.0);
        if list.len() >= MOST {
            return false;
        }
        list.push(process);
        true
    }
}

/// Lists a process until it ends, and keeps its files as long; false where it cannot be watched,
/// and the files are removed.
pub(crate) fn watch(
    running: &Arc<RunningPrograms>,
    events: &Arc<EventHub>,
    peer: &Peer,
    given: RunningProcess,
    files: Vec<PrivateFile>,
) -> bool {
    let handles = || {
        let handle = peer.handle()?;
        Some((handle.try_clone().ok()?, watched(handle).ok()?))
    };
    let Some((own, handle)) = handles() else {
        return false;
    };
    let (pid, start_time) = (given.view.pid, peer.start_time);
    let process = WatchedProcess {
        start_time,
        handle: own,
        given,
        files,
    };
    if !running.insert(process) {
        return false;
    }
    events.tell(Event::Running);
    let (running, events) = (running.clone(), events.clone());
    tokio::spawn(async move {
        ended(&handle).await;
        if running.remove(pid, start_time) {
            events.tell(Event::Running);
        }
    });
    true
}

/// A process handle becomes readable when the process has ended.
async fn ended(handle: &AsyncFd<OwnedFd>) {
    // It cannot fail while the runtime lives.
    let _ = handle.readable().await;
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use keyhaven_vault::ProgramEvidence;
    use rustix::process::Pid;

    use super::*;

    #[tokio::test]
    async fn the_end_of_a_process_is_seen() {
        let mut child = Command::new("sleep").arg("1000").spawn().unwrap();
        let peer = Peer::observe(0, Pid::from_child(&child), ProgramEvidence::Handle).unwrap();
        let handle = watched(peer.handle().unwrap()).unwrap();
        child.kill().unwrap();
        ended(&handle).await;
        assert!(child.wait().unwrap().code().is_none());
    }
}
