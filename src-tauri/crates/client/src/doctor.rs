//! What is and is not protected, as `kh doctor` and the window's settings show it.
//!
//! A pure function of what the agent reports about itself and what
//! [`host_security`](crate::host_security) finds on this machine.

use keyhaven_protocol::agent_security::{AgentSecurityView, PresenceSignal};
use keyhaven_protocol::doctor::{DoctorCheck, DoctorResult, LockTrigger};
use keyhaven_protocol::host_security::{
    ClipboardKind, FileRights, FileSecurityView, HostSecurityView, VaultFileKind,
};
use keyhaven_protocol::request::KeyDerivationView;
use keyhaven_protocol::{Error, VERSION};

use crate::text::KeyDerivation;

/// A check and its result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoctorFinding {
    /// What was checked.
    pub check: DoctorCheck,
    /// What was found.
    pub result: DoctorResult,
}

/// What is known of the agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AgentState {
    /// None runs.
    Absent,
    /// It answers.
    Running(Box<AgentSecurityView>),
    /// It has another version, whose answers cannot be read.
    OtherVersion(String),
    /// It holds the vault and cannot be reached; its process.
    Unreachable(i32),
}

/// All findings, in the order in which they are shown.
///
/// Checks that need the agent are left out where none answers.
#[must_use]
pub fn findings(
    agent: &AgentState,
    password: Option<&KeyDerivationView>,
    host: &HostSecurityView,
) -> Vec<DoctorFinding> {
    let mut findings = vec![(DoctorCheck::Agent, version(agent))];
    if let AgentState::Running(agent) = agent {
        findings.extend(of_agent(agent));
    }
    if let Some(view) = password {
        findings.push((DoctorCheck::Password, password_cost(view)));
    }
    let problem = match agent {
        AgentState::Running(agent) => agent.vault_problem.clone(),
        _ => None,
    };
    findings.extend(of_host(host, problem));
    findings
        .into_iter()
        .map(|(check, result)| DoctorFinding { check, result })
        .collect()
}

fn of_agent(agent: &AgentSecurityView) -> [(DoctorCheck, DoctorResult); 6] {
    [
        (DoctorCheck::Memory, memory(agent)),
        (DoctorCheck::CoreFiles, core_files(agent)),
        (DoctorCheck::AgentMemory, agent_memory(agent)),
        (DoctorCheck::Presence, presence(agent)),
        (DoctorCheck::Notifications, notifications(agent)),
        (DoctorCheck::Database, database(agent)),
    ]
}

/// `problem` is what the agent knows about the vault; the disk alone does not tell it.
fn of_host(host: &HostSecurityView, problem: Option<Error>) -> Vec<(DoctorCheck, DoctorResult)> {
    let mut findings = Vec::new();
    if let Some(is_there) = host.swap {
        findings.push((DoctorCheck::Swap, swap(is_there)));
    }
    let scope = host.ptrace_scope.as_deref();
    findings.push((DoctorCheck::Debuggers, debuggers(scope)));
    let is_gone = |file: &&FileSecurityView| {
        let folder = file.what == VaultFileKind::VaultFolder;
        folder && file.rights == FileRights::Missing
    };
    let known = problem.is_some();
    findings.extend(problem.map(|cause| {
        let cause = Box::new(cause);
        (
            DoctorCheck::VaultFolder,
            DoctorResult::VaultUnusable { cause },
        )
    }));
    let files = host.files.iter().filter(|file| !(known && is_gone(file)));
    findings.extend(files.map(|file| (file_check(file), rights(file))));
    findings.push((DoctorCheck::Clipboard, clipboard(host.clipboard)));
    findings
}

fn version(agent: &AgentState) -> DoctorResult {
    let version = match agent {
        AgentState::Absent => return DoctorResult::NoAgent,
        AgentState::Unreachable(pid) => return DoctorResult::AgentUnreachable { pid: *pid },
        AgentState::Running(agent) => agent.version.clone(),
        AgentState::OtherVersion(version) => version.clone(),
    };
    if version == VERSION {
        return DoctorResult::AgentSameVersion { version };
    }
    DoctorResult::AgentOtherVersion {
        version,
        expected: VERSION.into(),
    }
}

const fn memory(agent: &AgentSecurityView) -> DoctorResult {
    match agent.keys_locked {
        Some(true) => DoctorResult::KeysLocked {
            locked_kib: agent.locked_kib,
        },
        Some(false) => DoctorResult::KeysSwappable {
            limit_kib: agent.limit_kib,
        },
        None => DoctorResult::NoKeys,
    }
}

const fn core_files(agent: &AgentSecurityView) -> DoctorResult {
    if agent.core_files {
        DoctorResult::CoreFile
    } else {
        DoctorResult::NoCoreFile
    }
}

const fn agent_memory(agent: &AgentSecurityView) -> DoctorResult {
    if agent.undumpable {
        DoctorResult::AgentMemoryPrivate
    } else {
        DoctorResult::AgentMemoryReadable
    }
}

fn presence(agent: &AgentSecurityView) -> DoctorResult {
    if agent.keys_locked.is_none() {
        return DoctorResult::PresenceNotWatched;
    }
    if agent.watcher_failed {
        return DoctorResult::PresenceWatcherFailed;
    }
    let trigger = triggers(&agent.listening);
    if trigger.is_empty() {
        return DoctorResult::NoPresenceSignal;
    }
    DoctorResult::LocksOn { trigger }
}

/// A sleep that waits for the lock makes the later signal of the same sleep irrelevant.
fn triggers(listening: &[PresenceSignal]) -> Vec<LockTrigger> {
    let watched = |signal| listening.contains(&signal);
    let waits = watched(PresenceSignal::Sleep);
    let all = [
        (waits, LockTrigger::Sleep),
        (
            !waits && watched(PresenceSignal::LateSleep),
            LockTrigger::LateSleep,
        ),
        (watched(PresenceSignal::Screen), LockTrigger::Screen),
        (watched(PresenceSignal::Session), LockTrigger::Session),
    ];
    all.into_iter()
        .filter_map(|(applies, trigger)| applies.then_some(trigger))
        .collect()
}

const fn notifications(agent: &AgentSecurityView) -> DoctorResult {
    if agent.notices_work {
        DoctorResult::RemindersDelivered
    } else {
        DoctorResult::ReminderLost
    }
}

fn database(agent: &AgentSecurityView) -> DoctorResult {
    DoctorResult::DatabaseVersions {
        sqlite: agent.sqlite.clone(),
        sqlcipher: agent.sqlcipher.clone(),
    }
}

fn password_cost(view: &KeyDerivationView) -> DoctorResult {
    let KeyDerivation {
        memory,
        passes,
        lanes,
        seconds,
    } = view.into();
    DoctorResult::PasswordCost {
        memory,
        passes,
        lanes,
        seconds,
    }
}

const fn swap(is_there: bool) -> DoctorResult {
    if is_there {
        DoctorResult::Swap
    } else {
        DoctorResult::NoSwap
    }
}

/// Without Yama (`None`), every program may debug the other programs of its user.
fn debuggers(scope: Option<&str>) -> DoctorResult {
    match scope {
        Some("0") | None => DoctorResult::DebuggersAllowed,
        Some(scope) => DoctorResult::DebuggersRestricted {
            scope: scope.into(),
        },
    }
}

const fn file_check(file: &FileSecurityView) -> DoctorCheck {
    match file.what {
        VaultFileKind::VaultFolder => DoctorCheck::VaultFolder,
        VaultFileKind::SocketFolder => DoctorCheck::SocketFolder,
        VaultFileKind::Socket => DoctorCheck::Socket,
    }
}

fn rights(file: &FileSecurityView) -> DoctorResult {
    let path = file.path.clone();
    match file.rights {
        FileRights::Mine => DoctorResult::FilePrivate { path },
        FileRights::Missing => DoctorResult::FileMissing { path },
        FileRights::Link => DoctorResult::FileLink { path },
        FileRights::Foreign(uid) => DoctorResult::FileForeign { path, uid },
        FileRights::Open { mode, wanted } => DoctorResult::FileMode {
            path,
            found: format!("{mode:03o}"),
            wanted: format!("{wanted:03o}"),
        },
    }
}

const fn clipboard(kind: ClipboardKind) -> DoctorResult {
    match kind {
        ClipboardKind::None => DoctorResult::ClipboardNone,
        ClipboardKind::Wayland => DoctorResult::ClipboardWayland,
        ClipboardKind::X11 => DoctorResult::ClipboardX11,
    }
}

#[cfg(test)]
mod tests;
