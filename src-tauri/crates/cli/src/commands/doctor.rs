//! `doctor`: what is and is not protected on this machine.
//!
//! It looks and changes nothing, and starts no agent: what only an agent knows is left open
//! when none runs.

use clap::Args;
use keyhaven_client::{host_security, session_from_environment};
use keyhaven_protocol::agent_security::{AgentSecurityRequest, AgentSecurityView, PresenceSignal};
use keyhaven_protocol::host_security::{
    ClipboardKind, FileRights, FileSecurityView, HostSecurityView, VaultFileKind,
};
use keyhaven_protocol::request::KeyDerivationRequest;
use keyhaven_protocol::{Error, VERSION};
use serde::Serialize;

use crate::error::Failure;
use crate::session::Context;
use crate::style::Tone;
use crate::table::Table;
use crate::texts;

/// Show what is and is not protected on this machine
///
/// Changes nothing and does not start the agent.
///
/// Example:
///   kh doctor --json
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct DoctorArgs {}

/// How a finding is to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    /// It protects.
    Ok,
    /// It does not, and something can be done.
    Warning,
    /// Neither: a limit to know, or something that cannot be told now.
    Note,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Finding {
    check: &'static str,
    state: State,
    message: String,
    hint: Option<&'static str>,
}

#[derive(Serialize)]
struct Document {
    findings: Vec<Finding>,
}

/// `kh doctor`
pub fn doctor(context: &Context, _: DoctorArgs) -> Result<(), Failure> {
    let findings = examine(context)?;
    if context.printer.json {
        return context.printer.document(&Document { findings });
    }
    let mut table = Table::new(["STATE", "CHECK", "FINDING"]);
    for finding in &findings {
        let (word, tone) = match finding.state {
            State::Ok => ("ok", Tone::Normal),
            State::Warning => ("warn", Tone::Hot),
            State::Note => ("note", Tone::Faint),
        };
        table.row([
            (word, tone),
            (finding.check, Tone::Normal),
            (&finding.message, Tone::Normal),
        ]);
        if let Some(hint) = finding.hint {
            table.row([("", Tone::Normal), ("", Tone::Normal), (hint, Tone::Faint)]);
        }
    }
    let text = table.render(&context.printer);
    context.printer.out(text.as_bytes())
}

fn examine(context: &Context) -> Result<Vec<Finding>, Failure> {
    let place = context.vault()?;
    let mut client = match context.running() {
        Ok(client) => client,
        Err(Failure::Protocol(Error::AgentVersion { .. })) => None,
        Err(failure) => return Err(failure),
    };
    let agent = client
        .as_mut()
        .map(|client| client.ask(AgentSecurityRequest {}))
        .transpose()?;
    let mut findings = vec![agents(agent.as_ref())];
    if let Some(agent) = &agent {
        findings.extend(of_agent(agent));
    }
    // Where there is no vault yet, or its header is damaged, other commands say so.
    let derivation = client.map(|mut client| client.ask(KeyDerivationRequest {}));
    if let Some(Ok(view)) = derivation {
        let message = format!("a guess at it costs {}", texts::key_derivation(&view));
        findings.push(finding("password", State::Ok, message));
    }
    findings.extend(of_machine(&host_security::look(
        &place,
        &session_from_environment(),
    )));
    Ok(findings)
}

fn finding(check: &'static str, state: State, message: impl Into<String>) -> Finding {
    Finding {
        check,
        state,
        message: message.into(),
        hint: None,
    }
}

impl Finding {
    fn hint(self, hint: &'static str) -> Self {
        Self {
            hint: Some(hint),
            ..self
        }
    }
}

fn agents(agent: Option<&AgentSecurityView>) -> Finding {
    match agent {
        None => finding(
            "agent",
            State::Note,
            "no agent of this version runs, so no key is in its memory",
        )
        .hint(
            "what only an agent knows is not checked; kh status shows more, kh unlock starts one",
        ),
        Some(agent) if agent.version == VERSION => {
            finding("agent", State::Ok, format!("version {VERSION}, as kh"))
        }
        Some(agent) => finding(
            "agent",
            State::Warning,
            format!("version {}, but kh has {VERSION}", agent.version),
        )
        .hint("replace it with: kh agent restart"),
    }
}

fn of_agent(agent: &AgentSecurityView) -> Vec<Finding> {
    vec![
        memory(agent),
        core_files(agent),
        looks(agent),
        leaving(agent),
        notices(agent),
        versions(agent),
    ]
}

fn memory(agent: &AgentSecurityView) -> Finding {
    let locked = agent.locked_kib.unwrap_or(0);
    match agent.keys_locked {
        Some(true) => finding(
            "memory",
            State::Ok,
            format!("every key is kept out of swap ({locked} KiB locked)"),
        ),
        Some(false) => {
            let limit = agent.limit_kib.unwrap_or(0);
            let message = format!("keys may be swapped to disk: the limit is {limit} KiB");
            finding("memory", State::Warning, message)
                .hint("raise it with ulimit -l, or LimitMEMLOCK= of the agent's unit")
        }
        None => finding("memory", State::Ok, "locked: no key is in memory"),
    }
}

fn core_files(agent: &AgentSecurityView) -> Finding {
    if agent.core_files {
        return finding(
            "core files",
            State::Warning,
            "the agent may leave a core file",
        );
    }
    finding("core files", State::Ok, "the agent leaves none")
}

fn looks(agent: &AgentSecurityView) -> Finding {
    if agent.undumpable {
        return finding(
            "looks inside",
            State::Ok,
            "other programs of yours cannot read the agent's memory",
        );
    }
    finding(
        "looks inside",
        State::Warning,
        "other programs of yours can read the agent's memory",
    )
    .hint("restart it with: kh agent restart")
}

fn leaving(agent: &AgentSecurityView) -> Finding {
    if agent.keys_locked.is_none() {
        return finding("leaving", State::Note, "locked: nothing is listened to");
    }
    if agent.watcher_failed {
        return finding(
            "leaving",
            State::Warning,
            "what listens for sleep and a locked screen ended again and again: the vault locks \
             by time alone",
        )
        .hint("to listen again: kh lock, then kh unlock");
    }
    let heard = |signal| agent.listening.contains(&signal);
    let mut ways = Vec::new();
    if heard(PresenceSignal::Sleep) {
        ways.push("before the machine sleeps");
    } else if heard(PresenceSignal::LateSleep) {
        ways.push("while the machine goes to sleep");
    }
    if heard(PresenceSignal::Screen) {
        ways.push("with the screen");
    }
    if heard(PresenceSignal::Session) {
        ways.push("with the session");
    }
    if ways.is_empty() {
        return finding(
            "leaving",
            State::Note,
            "neither sleep nor a screen lock is heard here: the vault locks by time alone",
        )
        .hint("see lock-on-suspend, lock-on-screen-lock and auto-lock-minutes in: kh config");
    }
    finding(
        "leaving",
        State::Ok,
        format!("the vault locks {}", ways.join(", ")),
    )
}

fn notices(agent: &AgentSecurityView) -> Finding {
    if agent.notices_work {
        return finding("notices", State::Ok, "no reminder went astray");
    }
    finding(
        "notices",
        State::Warning,
        "no notification service took the last reminder",
    )
    .hint("kh due lists what is due")
}

fn versions(agent: &AgentSecurityView) -> Finding {
    let cipher = match &agent.sqlcipher {
        Some(version) => format!("SQLCipher {version}"),
        None => "SQLCipher (its version is told while unlocked)".into(),
    };
    finding(
        "database",
        State::Ok,
        format!("SQLite {}, {cipher}", agent.sqlite),
    )
}

fn of_machine(machine: &HostSecurityView) -> Vec<Finding> {
    let mut findings: Vec<Finding> = machine.swap.map(swap).into_iter().collect();
    findings.push(debuggers(machine.ptrace_scope.as_deref()));
    findings.extend(machine.files.iter().map(private));
    findings.push(clipboard(machine.clipboard));
    findings
}

/// Values pass through memory that is not locked, and swap keeps what it was given.
fn swap(is_there: bool) -> Finding {
    if !is_there {
        return finding("swap", State::Ok, "this machine has none");
    }
    let note = "values in use may reach it for a moment; keys do not where memory is locked";
    finding("swap", State::Note, note).hint("an encrypted swap forgets them")
}

fn debuggers(scope: Option<&str>) -> Finding {
    match scope {
        Some("0") | None => finding(
            "debuggers",
            State::Note,
            "your programs may debug one another: those you give keys to can be read, and so can \
             the page of a prompt while it is open",
        )
        .hint("sysctl kernel.yama.ptrace_scope=1 lets only parents do so"),
        Some(scope) => finding(
            "debuggers",
            State::Ok,
            format!("your programs may not debug one another at will (ptrace_scope {scope})"),
        ),
    }
}

fn private(file: &FileSecurityView) -> Finding {
    let check = match file.what {
        VaultFileKind::VaultFolder => "vault folder",
        VaultFileKind::SocketFolder => "socket folder",
        VaultFileKind::Socket => "socket",
    };
    let path = &file.path;
    let problem = match &file.rights {
        FileRights::Mine => return finding(check, State::Ok, format!("{path} is yours alone")),
        FileRights::Missing => {
            return finding(check, State::Note, format!("{path} is not there yet"));
        }
        FileRights::Link => "is a symbolic link".into(),
        FileRights::Foreign(owner) => format!("belongs to user {owner}"),
        FileRights::Open { mode, wanted } => format!("has mode {mode:03o} instead of {wanted:03o}"),
    };
    finding(check, State::Warning, format!("{path} {problem}"))
        .hint("see chown, and chmod 700 for folders or 600 for files")
}

fn clipboard(way: ClipboardKind) -> Finding {
    let message = match way {
        ClipboardKind::None => "no display here: nothing can be copied",
        ClipboardKind::Wayland => {
            "a copy is given up in time; where the compositor has no data control, X11's is used"
        }
        ClipboardKind::X11 => "a copy is given up in time; a clipboard manager may keep its own",
    };
    finding("clipboard", State::Note, message)
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn a_protected_agent_gives_no_warning() {
        let findings = of_agent(&agent());
        assert!(
            findings.iter().all(|finding| finding.state == State::Ok),
            "{findings:?}"
        );
    }

    #[test]
    fn what_does_not_protect_is_a_warning() {
        let weak = AgentSecurityView {
            keys_locked: Some(false),
            undumpable: false,
            core_files: true,
            notices_work: false,
            ..agent()
        };
        for check in [
            memory(&weak),
            core_files(&weak),
            looks(&weak),
            notices(&weak),
        ] {
            assert_eq!(check.state, State::Warning, "{check:?}");
        }
        let old = AgentSecurityView {
            version: "0.0.1".into(),
            ..agent()
        };
        assert_eq!(agents(Some(&old)).state, State::Warning);
    }

    #[test]
    fn silence_is_told_from_a_locked_vault() {
        let silent = AgentSecurityView {
            listening: Vec::new(),
            ..agent()
        };
        assert!(leaving(&silent).message.contains("by time alone"));
        let failed = AgentSecurityView {
            watcher_failed: true,
            ..silent.clone()
        };
        assert_eq!(leaving(&failed).state, State::Warning);
        let locked = AgentSecurityView {
            keys_locked: None,
            ..silent
        };
        assert!(leaving(&locked).message.starts_with("locked"));
    }

    #[test]
    fn what_is_open_to_others_is_named() {
        let found = |rights| {
            private(&FileSecurityView {
                what: VaultFileKind::Socket,
                path: "/s".into(),
                rights,
            })
        };
        assert_eq!(found(FileRights::Mine).state, State::Ok);
        assert_eq!(found(FileRights::Missing).state, State::Note);
        let open = FileRights::Open {
            mode: 0o750,
            wanted: 0o700,
        };
        for (rights, said) in [
            (open, "/s has mode 750 instead of 700"),
            (FileRights::Link, "/s is a symbolic link"),
            (FileRights::Foreign(7), "/s belongs to user 7"),
        ] {
            let finding = found(rights);
            assert_eq!((finding.state, &*finding.message), (State::Warning, said));
        }
    }

    #[test]
    fn swap_and_debuggers_are_judged_by_what_the_kernel_says() {
        assert_eq!(swap(false).state, State::Ok);
        assert_eq!(swap(true).state, State::Note);
        assert_eq!(debuggers(Some("1")).state, State::Ok);
        assert_eq!(debuggers(Some("0")).state, State::Note);
        assert_eq!(debuggers(None).state, State::Note);
    }
}
