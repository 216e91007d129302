//! The processes that a child has started, and theirs: to replace the child, all of them are.
//!
//! Orphans among them come to this process ([`adopt_orphans`]), so that the tree stays whole
//! also where a parent in it has ended or a process began a session.

use std::collections::BTreeSet;
use std::fs;
use std::os::fd::OwnedFd;

use rustix::process::{Pid, PidfdFlags, Signal, getpid, pidfd_open, pidfd_send_signal};

/// Makes this process the parent of orphans below it.
pub(crate) fn adopt_orphans() {
    // Where it cannot be, the tree is only what still hangs together.
    let _ = rustix::process::set_child_subreaper(Some(getpid()));
}

/// What runs below this process, except for some of its children and what is below them.
#[derive(Default)]
pub(crate) struct ProcessTree {
    others: BTreeSet<i32>,
}

impl ProcessTree {
    /// What is there already belongs to nobody's child.
    pub(crate) fn begin() -> Self {
        let own = getpid().as_raw_nonzero().get();
        let others = processes().into_iter().filter(|one| one.parent == own);
        Self {
            others: others.map(|one| one.pid).collect(),
        }
    }

    /// Another process of this one that is not the child's.
    pub(crate) fn leave_out(&mut self, pid: Pid) {
        self.others.insert(pid.as_raw_nonzero().get());
    }

    /// Whether nothing of it runs any more.
    pub(crate) fn is_gone(&self) -> bool {
        self.running(&BTreeSet::new()).is_empty()
    }

    /// Sends a signal to all of it except for these.
    pub(crate) fn signal(&self, signal: Signal, except: &[Pid]) {
        let except = except
            .iter()
            .map(|pid| pid.as_raw_nonzero().get())
            .collect();
        let open = |pid: i32| {
            let handle = pidfd_open(Pid::from_raw(pid)?, PidfdFlags::empty()).ok()?;
            Some((pid, handle))
        };
        let found: Vec<(i32, OwnedFd)> =
            self.running(&except).into_iter().filter_map(open).collect();
        // A number may have gone to another process before its handle was opened.
        let still = self.running(&except);
        for (_, handle) in found.iter().filter(|(pid, _)| still.contains(pid)) {
            // It may have ended.
            let _ = pidfd_send_signal(handle, signal);
        }
    }

    fn running(&self, except: &BTreeSet<i32>) -> BTreeSet<i32> {
        let own = getpid().as_raw_nonzero().get();
        let all = processes();
        let mut below = BTreeSet::from([own]);
        loop {
            let children = all
                .iter()
                .filter(|one| below.contains(&one.parent) && !self.others.contains(&one.pid));
            let before = below.len();
            let children: Vec<i32> = children.map(|one| one.pid).collect();
            below.extend(children);
            if below.len() == before {
                break;
            }
        }
        let ended = all.iter().filter(|one| one.ended).map(|one| one.pid);
        for pid in ended.chain([own]).chain(except.iter().copied()) {
            below.remove(&pid);
        }
        below
    }
}

struct Process {
    pid: i32,
    parent: i32,
    /// Only its status is left.
    ended: bool,
}

fn processes() -> Vec<Process> {
    let Ok(folders) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    let process = |folder: std::io::Result<fs::DirEntry>| {
        let name = folder.ok()?.file_name();
        let pid = name.to_str()?.parse().ok()?;
        let stat = fs::read(format!("/proc/{pid}/stat")).ok()?;
        // The program's name may hold anything, and ends with the last parenthesis.
        let after = stat.iter().rposition(|byte| *byte == b')')? + 1;
        let rest = String::from_utf8_lossy(&stat[after..]).into_owned();
        let mut fields = rest.split_ascii_whitespace();
        let state = fields.next()?;
        let parent = fields.next()?.parse().ok()?;
        let ended = matches!(state, "Z" | "X");
        Some(Process { pid, parent, ended })
    };
    folders.filter_map(process).collect()
}
