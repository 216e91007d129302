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
        socket: "/run/agent.sock".into(),
        vault_problem: None,
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
    let findings = findings(&running(agent), None, &host());
    let found = findings.into_iter().find(|finding| finding.check == check);
    found.unwrap().result
}

fn said(result: &DoctorResult) -> Text {
    text::of_doctor(Language::ENGLISH, Style::Terminal, result)
}

/// The files are gone, but not the vault: "does not exist" would be half of it.
#[test]
fn a_vault_that_is_only_in_memory_is_reported_in_place_of_its_folder() {
    let folder = FileSecurityView {
        what: VaultFileKind::VaultFolder,
        path: "/vault".into(),
        rights: FileRights::Missing,
    };
    let host = HostSecurityView {
        files: vec![folder],
        ..host()
    };
    let of_folder = |agent: &AgentSecurityView| -> Vec<DoctorResult> {
        let findings = findings(&running(agent), None, &host).into_iter();
        findings
            .filter(|finding| finding.check == DoctorCheck::VaultFolder)
            .map(|finding| finding.result)
            .collect()
    };
    let missing = DoctorResult::FileMissing {
        path: "/vault".into(),
    };
    assert_eq!(of_folder(&agent()), [missing]);
    let cause = Error::VaultGone {
        folder: "/vault".into(),
    };
    let gone = AgentSecurityView {
        vault_problem: Some(cause.clone()),
        ..agent()
    };
    let unusable = DoctorResult::VaultUnusable {
        cause: Box::new(cause),
    };
    assert_eq!(of_folder(&gone), std::slice::from_ref(&unusable));
    assert_eq!(unusable.state(), DoctorState::Warning);
    assert!(said(&unusable).hint.unwrap().contains("kh backup FILE"));
}

#[test]
fn a_protected_agent_gives_no_warning() {
    let findings = findings(&running(&agent()), Some(&derivation()), &host());
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
        let warnings: Vec<_> = findings(&running(&weak), None, &host())
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

fn running(agent: &AgentSecurityView) -> AgentState {
    AgentState::Running(Box::new(agent.clone()))
}

/// Of both it is not known whether a key is in their memory.
#[test]
fn an_agent_that_gives_no_answer_is_not_taken_for_none() {
    let of = |agent: AgentState| findings(&agent, None, &host()).remove(0).result;
    let unreachable = of(AgentState::Unreachable(7));
    assert_eq!(unreachable, DoctorResult::AgentUnreachable { pid: 7 });
    assert!(said(&unreachable).hint.unwrap().contains("kill 7"));
    let other = of(AgentState::OtherVersion("0.0.1".into()));
    let expected = DoctorResult::AgentOtherVersion {
        version: "0.0.1".into(),
        expected: VERSION.into(),
    };
    assert_eq!(other, expected);
}

#[test]
fn without_an_agent_only_this_machine_is_checked() {
    let findings = findings(&AgentState::Absent, None, &host());
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
            "the vault locks before the computer sleeps, when the screen locks",
        ),
        (
            late,
            "the vault locks while the computer goes to sleep, when the session locks",
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
    let name = |style| text::of_doctor_check(Language::ENGLISH, style, &DoctorCheck::VaultFolder);
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
            "the vault's encryption keys are kept out of swap (32 KiB locked)",
        ),
        (
            DoctorCheck::Memory,
            unknown.clone(),
            "the vault's encryption keys are kept out of swap",
        ),
        (
            DoctorCheck::Memory,
            unlimited,
            "the vault's encryption keys may be swapped to disk",
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
