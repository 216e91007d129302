//! What is and is not protected, as `kh doctor` and the window's settings show it.
//!
//! A pure function of what the agent reports about itself and what
//! [`host_security`](crate::host_security) finds on this machine.

use keyhaven_protocol::VERSION;
use keyhaven_protocol::agent_security::{AgentSecurityView, PresenceSignal};
use keyhaven_protocol::doctor::{DoctorCheck, DoctorResult, LockTrigger};
use keyhaven_protocol::host_security::{
    ClipboardKind, FileRights, FileSecurityView, HostSecurityView, VaultFileKind,
};
use keyhaven_protocol::request::KeyDerivationView;

use crate::text::KeyDerivation;

/// A check and its result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoctorFinding {
    /// What was checked.
    pub check: DoctorCheck,
    /// What was found.
    pub result: DoctorResult,
}

/// All findings, in the order in which they are shown.
///
/// Checks that need the agent are left out where none runs.
#[must_use]
pub fn findings(
    agent: Option<&AgentSecurityView>,
    password: Option<&KeyDerivationView>,
    host: &HostSecurityView,
) -> Vec<DoctorFinding> {
    let mut findings = vec![(DoctorCheck::Agent, version(agent))];
    if let Some(agent) = agent {
        findings.extend(of_agent(agent));
    }
    if let Some(view) = password {
        findings.push((DoctorCheck::Password, password_cost(view)));
    }
    findings.extend(of_host(host));
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

fn of_host(host: &HostSecurityView) -> Vec<(DoctorCheck, DoctorResult)> {
    let mut findings = Vec::new();
    if let Some(is_there) = host.swap {
        findings.push((DoctorCheck::Swap, swap(is_there)));
    }
    let scope = host.ptrace_scope.as_deref();
    findings.push((DoctorCheck::Debuggers, debuggers(scope)));
    let files = host
        .files
        .iter()
        .map(|file| (file_check(file), rights(file)));
    findings.extend(files);
    findings.push((DoctorCheck::Clipboard, clipboard(host.clipboard)));
    findings
}

fn version(agent: Option<&AgentSecurityView>) -> DoctorResult {
    let Some(agent) = agent else {
        return DoctorResult::NoAgent;
    };
    let version = agent.version.clone();
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
mod tests {
    use keyhaven_messages::{Language, Style, Text};
    use keyhaven_protocol::doctor::DoctorState;

    use super::*;
    use crate::text;

    fn agent() -> AgentSecurityView {
        AgentSecurityView {
            keys_locked: Some(true),
            locked_kib: Some(32),
            limit_kib: Some(8192),
            undumpable: true,
            core_files: false,
            notices_work: true,
            listening: vec![PresenceSignal::Sleep, PresenceSignal::Screen],
            watcher_failed: false,
            sqlite: "3".into(),
            sqlcipher: Some("4".into()),
            version: VERSION.into(),
        }
    }

    fn host() -> HostSecurityView {
        HostSecurityView {
            swap: Some(false),
            ptrace_scope: Some("1".into()),
            files: Vec::new(),
            clipboard: ClipboardKind::X11,
        }
    }

    fn derivation() -> KeyDerivationView {
        KeyDerivationView {
            memory_kib: 128 * 1024,
            passes: 1,
            lanes: 4,
            milliseconds: Some(1057),
        }
    }

    fn result(check: DoctorCheck, agent: &AgentSecurityView) -> DoctorResult {
        let findings = findings(Some(agent), None, &host());
        let found = findings.into_iter().find(|finding| finding.check == check);
        found.unwrap().result
    }

    fn said(result: &DoctorResult) -> Text {
        text::of_doctor(Language::ENGLISH, Style::Terminal, result)
    }

    #[test]
    fn a_protected_agent_gives_no_warning() {
        let findings = findings(Some(&agent()), Some(&derivation()), &host());
        let ids: Vec<_> = findings.iter().map(|finding| finding.check.id()).collect();
        let expected = [
            "agent",
            "memory",
            "core files",
            "looks inside",
            "leaving",
            "notices",
            "database",
            "password",
            "swap",
            "debuggers",
            "clipboard",
        ];
        assert_eq!(ids, expected);
        let (clipboard, others) = findings.split_last().unwrap();
        assert_eq!(clipboard.result.state(), DoctorState::Note);
        for finding in others {
            assert_eq!(finding.result.state(), DoctorState::Ok, "{finding:?}");
        }
    }

    #[test]
    fn each_thing_that_does_not_protect_is_a_warning_with_a_hint() {
        let swapped = AgentSecurityView {
            keys_locked: Some(false),
            ..agent()
        };
        let dumpable = AgentSecurityView {
            undumpable: false,
            ..agent()
        };
        let core = AgentSecurityView {
            core_files: true,
            ..agent()
        };
        let deaf = AgentSecurityView {
            watcher_failed: true,
            listening: Vec::new(),
            ..agent()
        };
        let silent = AgentSecurityView {
            notices_work: false,
            ..agent()
        };
        let old = AgentSecurityView {
            version: "0.0.1".into(),
            ..agent()
        };
        for (check, weak) in [
            (DoctorCheck::Memory, swapped),
            (DoctorCheck::AgentMemory, dumpable),
            (DoctorCheck::CoreFiles, core),
            (DoctorCheck::Presence, deaf),
            (DoctorCheck::Notifications, silent),
            (DoctorCheck::Agent, old),
        ] {
            let warnings: Vec<_> = findings(Some(&weak), None, &host())
                .into_iter()
                .filter(|finding| finding.result.state() == DoctorState::Warning)
                .collect();
            let [finding] = &*warnings else {
                panic!("{warnings:?}");
            };
            assert_eq!(finding.check, check);
            assert!(said(&finding.result).hint.is_some(), "{finding:?}");
        }
    }

    #[test]
    fn without_an_agent_only_this_machine_is_checked() {
        let findings = findings(None, None, &host());
        let first = findings.first().unwrap();
        assert_eq!(first.result, DoctorResult::NoAgent);
        let ids: Vec<_> = findings.iter().map(|finding| finding.check.id()).collect();
        assert_eq!(ids, ["agent", "swap", "debuggers", "clipboard"]);
    }

    #[test]
    fn missing_signals_differ_from_a_locked_vault_and_a_failed_watcher() {
        let silent = AgentSecurityView {
            listening: Vec::new(),
            ..agent()
        };
        let presence = |agent: &AgentSecurityView| result(DoctorCheck::Presence, agent);
        assert_eq!(presence(&silent), DoctorResult::NoPresenceSignal);
        let failed = AgentSecurityView {
            watcher_failed: true,
            ..silent.clone()
        };
        assert_eq!(presence(&failed), DoctorResult::PresenceWatcherFailed);
        let locked = AgentSecurityView {
            keys_locked: None,
            ..silent
        };
        assert_eq!(presence(&locked), DoctorResult::PresenceNotWatched);
    }

    #[test]
    fn the_signals_that_lock_the_vault_are_listed() {
        let late = AgentSecurityView {
            listening: vec![PresenceSignal::Session, PresenceSignal::LateSleep],
            ..agent()
        };
        for (agent, expected) in [
            (
                agent(),
                "the vault locks before the computer sleeps, with the screen",
            ),
            (
                late,
                "the vault locks while the computer goes to sleep, with the session",
            ),
        ] {
            let result = result(DoctorCheck::Presence, &agent);
            assert_eq!(said(&result).message, expected);
        }
    }

    #[test]
    fn files_that_others_may_use_are_named() {
        let found = |rights| {
            super::rights(&FileSecurityView {
                what: VaultFileKind::Socket,
                path: "/s".into(),
                rights,
            })
        };
        assert_eq!(found(FileRights::Mine).state(), DoctorState::Ok);
        assert_eq!(found(FileRights::Missing).state(), DoctorState::Note);
        let open = FileRights::Open {
            mode: 0o050,
            wanted: 0o700,
        };
        for (rights, expected) in [
            (open, "/s has mode 050 instead of 700"),
            (FileRights::Link, "/s is a symbolic link"),
            (FileRights::Foreign(1007), "/s belongs to user 1007"),
        ] {
            let result = found(rights);
            assert_eq!(result.state(), DoctorState::Warning);
            assert_eq!(said(&result).message, expected);
            assert!(said(&result).hint.is_some());
        }
    }

    #[test]
    fn a_check_has_a_name_in_either_style() {
        let name =
            |style| text::of_doctor_check(Language::ENGLISH, style, &DoctorCheck::VaultFolder);
        assert_eq!(name(Style::Terminal), "vault folder");
        assert_eq!(name(Style::Sentence), "Vault folder");
    }

    #[test]
    fn swap_and_debuggers_are_judged_by_what_the_kernel_reports() {
        assert_eq!(swap(false).state(), DoctorState::Ok);
        assert_eq!(swap(true).state(), DoctorState::Note);
        assert_eq!(debuggers(Some("1")).state(), DoctorState::Ok);
        assert_eq!(debuggers(Some("0")).state(), DoctorState::Note);
        assert_eq!(debuggers(None).state(), DoctorState::Note);
    }

    #[test]
    fn absent_numbers_are_left_out_of_the_texts() {
        let unknown = AgentSecurityView {
            locked_kib: None,
            sqlcipher: None,
            ..agent()
        };
        let unlimited = AgentSecurityView {
            keys_locked: Some(false),
            limit_kib: None,
            ..agent()
        };
        for (check, agent, expected) in [
            (
                DoctorCheck::Memory,
                agent(),
                "all keys in memory are kept out of swap (32 KiB locked)",
            ),
            (
                DoctorCheck::Memory,
                unknown.clone(),
                "all keys in memory are kept out of swap",
            ),
            (
                DoctorCheck::Memory,
                unlimited,
                "keys may be swapped to disk",
            ),
            (
                DoctorCheck::Database,
                agent(),
                "the database uses SQLite 3, SQLCipher 4",
            ),
            (
                DoctorCheck::Database,
                unknown,
                "the database uses SQLite 3, SQLCipher (its version is known while the vault is unlocked)",
            ),
        ] {
            assert_eq!(said(&result(check, &agent)).message, expected);
        }
        assert_eq!(
            said(&password_cost(&derivation())).message,
            "each guess at the password costs 128 MiB, 1 pass, 4 lanes, 1.05 s"
        );
    }
}
