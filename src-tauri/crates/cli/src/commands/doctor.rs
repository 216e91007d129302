//! `doctor`: what is and is not protected on this machine.
//!
//! It changes nothing and starts no agent, except for a test notification: checks that need the
//! agent are left out when none answers.

use clap::Args;
use keyhaven_client::doctor::{AgentState, DoctorFinding, findings};
use keyhaven_client::{Text, host_security, session_from_environment};
use keyhaven_protocol::Error;
use keyhaven_protocol::agent_security::AgentSecurityRequest;
use keyhaven_protocol::doctor::DoctorState;
use keyhaven_protocol::request::{KeyDerivationRequest, TestNotificationRequest};
use serde::Serialize;

use crate::error::Failure;
use crate::session::Context;
use crate::style::Tone;
use crate::table::Table;
use crate::texts;

/// Show what is and is not protected on this machine
///
/// Changes nothing, and starts the agent only for a test notification.
///
/// Examples:
///   kh doctor --json
///   kh doctor --test-notification
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct DoctorArgs {
    /// Show a notification first, to see whether reminders arrive
    #[arg(long)]
    test_notification: bool,
}

#[derive(Serialize)]
struct DoctorDocument {
    findings: Vec<FindingDocument>,
}

#[derive(Serialize)]
struct FindingDocument {
    check: &'static str,
    state: DoctorState,
    message: String,
    hint: Option<String>,
}

impl From<&DoctorFinding> for FindingDocument {
    fn from(finding: &DoctorFinding) -> Self {
        let Text { message, hint } = texts::doctor(&finding.result);
        Self {
            check: finding.check.id(),
            state: finding.result.state(),
            message,
            hint,
        }
    }
}

/// `kh doctor`
pub fn doctor(context: &Context, arguments: DoctorArgs) -> Result<(), Failure> {
    if arguments.test_notification {
        // Whether a service took it is one of the findings.
        context.agent()?.ask(TestNotificationRequest {})?;
    }
    let findings = examine(context)?;
    if context.printer.json {
        let findings = findings.iter().map(FindingDocument::from).collect();
        return context.printer.document(&DoctorDocument { findings });
    }
    let mut table = Table::new(["STATE", "CHECK", "FINDING"]);
    for finding in &findings {
        let (word, tone) = match finding.result.state() {
            DoctorState::Ok => ("ok", Tone::Normal),
            DoctorState::Warning => ("warn", Tone::Hot),
            DoctorState::Note => ("note", Tone::Faint),
        };
        let name = texts::doctor_check(&finding.check);
        let Text { message, hint } = texts::doctor(&finding.result);
        table.row([
            (word, tone),
            (&name, Tone::Normal),
            (&message, Tone::Normal),
        ]);
        if let Some(hint) = hint {
            table.row([("", Tone::Normal), ("", Tone::Normal), (&hint, Tone::Faint)]);
        }
    }
    let text = table.render(&context.printer);
    context.printer.text(&text)
}

fn examine(context: &Context) -> Result<Vec<DoctorFinding>, Failure> {
    let mut place = context.vault()?;
    let (agent, client) = match context.running() {
        Ok(Some(mut client)) => {
            let view = client.ask(AgentSecurityRequest {})?;
            place.socket = (&view.socket).into();
            (AgentState::Running(Box::new(view)), Some(client))
        }
        Ok(None) => (AgentState::Absent, None),
        Err(Failure::Protocol(Error::AgentVersion { agent, .. })) => {
            (AgentState::OtherVersion(agent), None)
        }
        Err(Failure::Protocol(Error::AgentUnreachable { pid })) => {
            (AgentState::Unreachable(pid), None)
        }
        Err(failure) => return Err(failure),
    };
    // Where there is no vault yet, or its header is damaged, other commands report it.
    let password = client.and_then(|mut client| client.ask(KeyDerivationRequest {}).ok());
    let host = host_security::look(&place, &session_from_environment());
    Ok(findings(&agent, password.as_ref(), &host))
}
