//! Children started from the window: always through `kh run --mask-all`, each the leader of
//! a process group, without terminal or input; what they write is kept here (`output`).
//! Terminals are opened by `terminal`, and are none of them.
//!
//! No signal is ever sent to a process that was reaped: a child that ended stays a zombie
//! until nobody can stop it any more.

mod child;
mod output;
mod plan;
mod request;
mod terminal;

use std::io::PipeReader;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use keyhaven_protocol::Error;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions};
use serde::Serialize;

use crate::lock::locked;

use output::Output;

pub use child::parse_command;
pub use output::OutputPiece;
pub use plan::PlannedLaunch;
pub use request::{LaunchKeys, LaunchRequest};
pub use terminal::open as open_terminal;

/// How long a child may take to end when it is asked to.
const PATIENCE: Duration = Duration::from_secs(5);
/// Launches kept after their end, for the list.
const MAX_ENDED: usize = 50;

/// How a child ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LaunchEnd {
    /// Its exit status, unless a signal ended it.
    pub code: Option<i32>,
    /// The signal that ended it.
    pub signal: Option<i32>,
}

/// A change to report about a child.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LaunchChange {
    /// This one has written something.
    Output(u32),
    /// The list has changed.
    Ended,
}

/// A child as the window shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ChildView {
    /// Counts from 1.
    pub id: u32,
    /// As it was typed.
    pub command: String,
    /// The profile it was started by.
    pub profile: Option<String>,
    /// Whose keys it got.
    pub project: String,
    /// Whose keys it got.
    pub environment: String,
    /// The process, also the id of its group.
    pub pid: i32,
    /// When it was started.
    #[cfg_attr(test, ts(type = "string"))]
    pub started_at: Timestamp,
    /// None while it runs.
    pub ended: Option<LaunchEnd>,
}

/// The children of this process.
#[derive(Debug, Clone, Default)]
pub struct Launches(Arc<LaunchTable>);

#[derive(Debug, Default)]
struct LaunchTable {
    list: Mutex<Vec<LaunchEntry>>,
    /// A child ended.
    change: Condvar,
}

#[derive(Debug)]
struct LaunchEntry {
    view: ChildView,
    order: LaunchRequest,
    output: Arc<Output>,
    pid: Pid,
    /// Until then it may end by itself.
    kill_at: Option<Instant>,
}

impl Launches {
    /// The children that run, and the latest that ended; newest first.
    pub fn list(&self) -> Vec<ChildView> {
        locked(&self.0.list)
            .iter()
            .rev()
            .map(|entry| entry.view.clone())
            .collect()
    }

    /// Starts a child, if the agent finds what was confirmed; `tell` is called when it has
    /// written something, or ended.
    ///
    /// # Errors
    /// `kh` is not in this program's folder or could not be started.
    pub fn start(
        &self,
        kh: &Path,
        launch: PlannedLaunch,
        tell: impl Fn(LaunchChange) + Clone + Send + 'static,
    ) -> Result<ChildView, Error> {
        let (mut child, written) = spawn(kh, &launch)?;
        let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) else {
            return Err(Error::defect("a child has no process id"));
        };
        let (view, output) = self.enter(launch.order, pid);
        let (state, id) = (self.0.clone(), view.id);
        let telling = tell.clone();
        let reading = begin("output", move || {
            output.keep(written, || telling(LaunchChange::Output(id)));
        });
        let waiting = reading.and_then(|()| {
            begin("child", move || {
                state.attend(id, pid, &mut child, || tell(LaunchChange::Ended));
            })
        });
        waiting.map(|()| view).map_err(|error| {
            signal(pid, Signal::KILL);
            locked(&self.0.list).retain(|entry| entry.view.id != id);
            Error::io(kh, &error)
        })
    }

    /// The commands of the children that run.
    pub fn running(&self) -> Vec<String> {
        let list = locked(&self.0.list);
        let running = list.iter().filter(|entry| entry.view.ended.is_none());
        running.map(|entry| entry.view.command.clone()).collect()
    }

    /// Whether a child runs.
    pub fn any_runs(&self) -> bool {
        !self.running().is_empty()
    }

    /// Ends every child, as [`Launches::stop`] does, all at the same time.
    pub fn stop_all(&self) {
        let ids: Vec<u32> = self.list().iter().map(|launched| launched.id).collect();
        thread::scope(|scope| {
            for id in ids {
                scope.spawn(move || self.stop(id));
            }
        });
    }

    /// What a child was started with.
    pub fn order(&self, id: u32) -> Option<LaunchRequest> {
        let list = locked(&self.0.list);
        let entry = list.iter().find(|entry| entry.view.id == id)?;
        Some(entry.order.clone())
    }

    /// What a child wrote, from a place on, as far as it is kept.
    pub fn output(&self, id: u32, from: u64) -> Option<OutputPiece> {
        let output = {
            let list = locked(&self.0.list);
            let entry = list.iter().find(|entry| entry.view.id == id)?;
            entry.output.clone()
        };
        Some(output.piece(from))
    }

    /// Asks a child and its group to end, and makes them after five seconds.
    pub fn stop(&self, id: u32) {
        let kill_at = Instant::now() + PATIENCE;
        {
            let mut list = locked(&self.0.list);
            let Some(entry) = list.iter_mut().find(|entry| entry.view.id == id) else {
                return;
            };
            if entry.view.ended.is_some() {
                return;
            }
            entry.kill_at.get_or_insert(kill_at);
            signal(entry.pid, Signal::TERM);
        }
        self.0.kill_unless_ended(id, kill_at);
    }

    fn enter(&self, order: LaunchRequest, pid: Pid) -> (ChildView, Arc<Output>) {
        let mut list = locked(&self.0.list);
        let (project, environment) = order.keys.place();
        let view = ChildView {
            id: list.last().map_or(1, |last| last.view.id + 1),
            command: order.command_line(),
            profile: order.keys.profile().map(str::to_owned),
            project: project.into(),
            environment: environment.into(),
            pid: pid.as_raw_nonzero().get(),
            started_at: Timestamp::now(),
            ended: None,
        };
        if list.len() >= MAX_ENDED
            && let Some(oldest) = list.iter().position(|entry| entry.view.ended.is_some())
        {
            list.remove(oldest);
        }
        let output = Arc::new(Output::default());
        list.push(LaunchEntry {
            view: view.clone(),
            order,
            output: output.clone(),
            pid,
            kill_at: None,
        });
        (view, output)
    }
}

impl LaunchTable {
    /// Waits for the end of a child, and clears up its group if it was stopped.
    fn attend(&self, id: u32, pid: Pid, child: &mut Child, changed: impl FnOnce()) {
        let ended = wait_without_reaping(pid);
        let kill_at = {
            let mut list = locked(&self.list);
            let entry = list.iter_mut().find(|entry| entry.view.id == id);
            entry.and_then(|entry| {
                entry.view.ended = Some(ended);
                entry.kill_at
            })
        };
        self.change.notify_all();
        changed();
        if let Some(kill_at) = kill_at {
            // What the child started may need its time too; its zombie keeps the group's
            // number from being given to others.
            thread::sleep(kill_at.saturating_duration_since(Instant::now()));
            signal(pid, Signal::KILL);
        }
        // It has ended; this only takes it off the system's table.
        let _ = child.wait();
    }

    fn kill_unless_ended(&self, id: u32, kill_at: Instant) {
        let mut list = locked(&self.list);
        loop {
            let Some(entry) = list.iter().find(|entry| entry.view.id == id) else {
                return;
            };
            if entry.view.ended.is_some() {
                return;
            }
            let left = kill_at.saturating_duration_since(Instant::now());
            if left.is_zero() {
                signal(entry.pid, Signal::KILL);
                return;
            }
            list = match self.change.wait_timeout(list, left) {
                Ok((list, _)) => list,
                Err(poisoned) => poisoned.into_inner().0,
            };
        }
    }
}

/// The child, and what it writes. Nobody else holds the other end, so that reading ends with
/// the last of its processes.
fn spawn(kh: &Path, launch: &PlannedLaunch) -> Result<(Child, PipeReader), Error> {
    let start = || {
        let (reader, writer) = std::io::pipe()?;
        let child = Command::new(kh)
            .args(child::masked_arguments(launch))
            .current_dir(child::directory(&launch.order))
            .stdin(Stdio::null())
            .stdout(writer.try_clone()?)
            .stderr(writer)
            .process_group(0)
            .spawn()?;
        Ok((child, reader))
    };
    start().map_err(|error: std::io::Error| Error::io(kh, &error))
}

fn begin(name: &str, work: impl FnOnce() + Send + 'static) -> std::io::Result<()> {
    thread::Builder::new()
        .name(name.into())
        .spawn(work)
        .map(drop)
}

fn wait_without_reaping(pid: Pid) -> LaunchEnd {
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
    loop {
        match rustix::process::waitid(WaitId::Pid(pid), options) {
            Ok(Some(status)) => {
                return LaunchEnd {
                    code: status.exit_status(),
                    signal: status.terminating_signal(),
                };
            }
            Ok(None) | Err(rustix::io::Errno::INTR) => {}
            // Nobody else waits for it, so this cannot be; it is gone in any case.
            Err(_) => {
                return LaunchEnd {
                    code: None,
                    signal: None,
                };
            }
        }
    }
}

/// Sent to the group of a child that was not reaped; one that just ended is no error.
fn signal(group: Pid, signal: Signal) {
    let _ = rustix::process::kill_process_group(group, signal);
}

/// Our program `name`, in the folder of this one.
///
/// # Errors
/// The system does not say where this program lies.
pub fn sibling(name: &str) -> Result<PathBuf, Error> {
    std::env::current_exe()
        .map(|own| own.with_file_name(name))
        .map_err(|error| Error::io(std::path::Path::new(name), &error))
}

#[cfg(test)]
pub mod tests;
