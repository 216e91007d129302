//! The processes that were given values and are still alive.
//!
//! `kh` becomes the program it starts, so the process that asked is the one to watch. It is
//! held by a handle of the kernel, never by its number.

use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex};

use keyhaven_protocol::event::Event;
use keyhaven_protocol::view::RunningView;
use tokio::io::unix::AsyncFd;

use crate::agent::Agent;
use crate::guarded;
use crate::peer::Peer;
use crate::watched::watched;

/// More processes than this are not listed.
const MOST: usize = 512;

/// The list.
#[derive(Debug, Default)]
pub(crate) struct Running(Mutex<Vec<Process>>);

#[derive(Debug)]
struct Process {
    start_time: u64,
    view: RunningView,
}

impl Running {
    /// Oldest first.
    pub(crate) fn list(&self) -> Vec<RunningView> {
        let list = guarded(&self.0);
        list.iter().map(|process| process.view.clone()).collect()
    }

    /// Forgets a process: it ended, or never became the program.
    pub(crate) fn remove(&self, pid: u32, start_time: u64) -> bool {
        let mut list = guarded(&self.0);
        let before = list.len();
        list.retain(|process| (process.view.pid, process.start_time) != (pid, start_time));
        list.len() != before
    }

    fn insert(&self, process: Process) -> bool {
        self.remove(process.view.pid, process.start_time);
        let mut list = guarded(&self.0);
        if list.len() >= MOST {
            return false;
        }
        list.push(process);
        true
    }
}

/// Lists a process until it ends.
pub(crate) fn watch(agent: &Arc<Agent>, peer: &Peer, view: RunningView) {
    let Some(handle) = peer.handle().and_then(|handle| watched(handle).ok()) else {
        return;
    };
    let (pid, start_time) = (view.pid, peer.start_time);
    if !agent.running.insert(Process { start_time, view }) {
        return;
    }
    agent.hub.tell(Event::Running);
    let agent = agent.clone();
    tokio::spawn(async move {
        ended(&handle).await;
        if agent.running.remove(pid, start_time) {
            agent.hub.tell(Event::Running);
        }
    });
}

/// A process handle becomes readable when the process has ended.
async fn ended(handle: &AsyncFd<OwnedFd>) {
    // It cannot fail while the runtime lives.
    let _ = handle.readable().await;
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use rustix::process::Pid;

    use super::*;

    #[tokio::test]
    async fn the_end_of_a_process_is_seen() {
        let mut child = Command::new("sleep").arg("1000").spawn().unwrap();
        let peer = Peer::observe(0, Pid::from_child(&child));
        let handle = watched(peer.handle().unwrap()).unwrap();
        child.kill().unwrap();
        ended(&handle).await;
        assert!(child.wait().unwrap().code().is_none());
    }
}
