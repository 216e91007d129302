//! The processes of a world: who they are, and their end with it.

use std::fs;
use std::os::unix::net::UnixStream;
use std::process::Stdio;

use rustix::net::sockopt::socket_peercred;
use rustix::process::{Pid, Signal, kill_process, test_kill_process};

use super::World;
use crate::eventually;

/// How the programs of ours are called, and those that WebKit starts for the window.
const OURS: [&str; 5] = ["keyhaven", "kh", "test-agent", "WebKitWeb", "WebKitNetwork"];

impl World {
    /// The pid of this world's agent, if one runs.
    pub fn agent_pid(&self) -> Option<u32> {
        let output = self
            .kh(&["agent", "status", "--json"])
            .stderr(Stdio::null())
            .output()
            .ok()?;
        let status: serde_json::Value = serde_json::from_slice(&output.stdout).ok()?;
        status["pid"].as_u64()?.try_into().ok()
    }

    /// Every process of ours in this world, the browser's own included: its id and the name of
    /// its program. Only root sees those that let nobody look.
    pub fn processes(&self) -> Vec<(u32, String)> {
        let place = self.folder.path().as_os_str().as_encoded_bytes();
        let processes = fs::read_dir("/proc").expect("processes").flatten();
        let mut found: Vec<(u32, String)> = processes
            .filter_map(|entry| {
                let pid = entry.file_name().to_str()?.parse().ok()?;
                let program = fs::read_link(entry.path().join("exe")).ok()?;
                let program = program.file_name()?.to_str()?.to_owned();
                let ours = OURS.iter().any(|name| program.starts_with(name));
                let environment = fs::read(entry.path().join("environ")).ok()?;
                let here = environment.windows(place.len()).any(|part| part == place);
                (ours && here).then_some((pid, program))
            })
            .collect();
        found.sort();
        found
    }

    /// The helpers of this world's agent, each with its arguments: what every user sees of
    /// processes that let nobody look.
    pub fn helpers(&self) -> Vec<(u32, Vec<String>)> {
        let Some(agent) = UnixStream::connect(self.place().socket)
            .and_then(|socket| Ok(socket_peercred(&socket)?.pid))
            .ok()
        else {
            return Vec::new();
        };
        let parent = format!("PPid:\t{}\n", agent.as_raw_nonzero());
        let processes = fs::read_dir("/proc").expect("processes").flatten();
        processes
            .filter_map(|entry| {
                let pid = entry.file_name().to_str()?.parse().ok()?;
                let status = fs::read_to_string(entry.path().join("status")).ok()?;
                let line = fs::read_to_string(entry.path().join("cmdline")).ok()?;
                let words = line.split('\0').map(str::to_owned).collect();
                status.contains(&parent).then_some((pid, words))
            })
            .collect()
    }

    /// How many helpers hold a copy on a clipboard. Ask this before the clipboard when one is
    /// about to end: who asks a holder that dies just then waits for its answer for ever.
    pub fn copy_holders(&self) -> usize {
        let helpers = self.helpers();
        let holds = |words: &[String]| words.iter().any(|word| word == "--clipboard");
        helpers.iter().filter(|(_, words)| holds(words)).count()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        // All agents of this world, also those of other vault folders; only root sees the rest.
        let sockets = fs::read_dir(self.path("run/keyhaven"));
        let pids: Vec<Pid> = sockets
            .into_iter()
            .flatten()
            .filter_map(|entry| UnixStream::connect(entry.ok()?.path()).ok())
            .filter_map(|agent| Some(socket_peercred(&agent).ok()?.pid))
            .collect();
        for pid in &pids {
            let _ = kill_process(*pid, Signal::KILL);
        }
        // What a window or a terminal started is nobody's child here. Before all have ended, one
        // may have started another agent.
        let ended = || {
            let left = self.processes();
            for pid in left.iter().filter_map(|(pid, _)| to_pid(*pid)) {
                let _ = kill_process(pid, Signal::KILL);
            }
            left.is_empty() && pids.iter().all(|pid| test_kill_process(*pid).is_err())
        };
        // Panicking while a failed test unwinds would hide its message.
        if !ended() && !std::thread::panicking() {
            eventually("the end of what was started here", ended);
        }
        // What a killed agent leaves lies outside the world.
        for folder in self.place().files() {
            let _ = fs::remove_dir_all(folder);
        }
    }
}

fn to_pid(number: u32) -> Option<Pid> {
    Pid::from_raw(i32::try_from(number).ok()?)
}
