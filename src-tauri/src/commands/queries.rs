//! Questions without a secret either way: one command, and the list of what it lets through.

use std::sync::Arc;

use keyhaven_client::doctor::{DoctorFinding, findings};
use keyhaven_client::{Style, host_security, session_from_environment, text};
use keyhaven_protocol::Error;
use keyhaven_protocol::agent_security::AgentSecurityRequest;
use keyhaven_protocol::doctor::DoctorFindingView;
use keyhaven_protocol::problem::Problem;
use keyhaven_protocol::request::{KeyDerivationRequest, Query, Target};
use tauri::State;
use tauri::ipc::Response;

use crate::app::AppState;
use crate::app::confirm;
use crate::failure::{CommandFailure, blocking, language};

macro_rules! queries {
    (let through: $($open:ident)*; keep: $($closed:ident)*;) => {
        /// What goes through to the agent.
        #[cfg(test)]
        const OPEN: &[&str] = &[$(stringify!($open)),*];
        /// What the window may not ask.
        #[cfg(test)]
        const CLOSED: &[&str] = &[$(stringify!($closed)),*];

        /// Asks, and gives the answer as JSON. The list is complete: a new query does not
        /// compile before it was decided.
        fn forward(state: &AppState, query: Query) -> Result<String, Error> {
            match query {
                $(Query::$open(request) => {
                    let answer = state.link.ask(request)?;
                    serde_json::to_string(&answer).map_err(|_| Error::defect("an answer as JSON"))
                })*
                $(Query::$closed(_) => Err(closed()),)*
            }
        }
    };
}

// Kept: the agent's protection is shown through `doctor`; the trash is what a hostile page has to leave; profiles start programs, so a page does
// not write them; where a backup goes, a person picks; trust is given at a terminal that shows
// the file; a failed start is reported, and an outdated one asked for, by the client that got the
// values; the agent is stopped by its owner; events have a thread; a person unlocks, in a
// prompt, not a page.
queries! {
    let through: Status List Show History Due Environments SetTier Edit Remove Restore
        Snooze Audit VerifyLog Backups BackUp Settings KeyDerivation LoginKeychain Copy
        TrustedFiles Profiles Profile RemoveProfile Running EndRunning Lock;
    keep: AgentSecurity EmptyTrash AddProfile EditProfile BackUpTo Trust Distrust StartFailed IsOutdated
        Subscribe Stop UnlockByLogin;
}

/// Not an error of a person: the front end does not ask this.
fn closed() -> Error {
    Error::invalid(Problem::RequestNotAllowed)
}

/// Asks the agent something that carries no secret and brings none.
#[tauri::command]
pub async fn query(
    state: State<'_, Arc<AppState>>,
    request: Query,
) -> Result<Response, CommandFailure> {
    let state = state.inner().clone();
    let json = blocking(move || {
        match &request {
            Query::Edit(request) => confirm::edit(&state, request)?,
            Query::SetTier(request) => confirm::set_tier(&state, request)?,
            _ => {}
        }
        let wanted = shown(&request);
        let answer = forward(&state, request)?;
        match wanted {
            Some(id) => state.wish_granted(id),
            None => state.announce_wish(),
        }
        Ok(answer)
    })
    .await?;
    Ok(Response::new(json))
}

/// What is and is not protected, as `kh doctor` shows it.
#[tauri::command]
pub async fn doctor(
    state: State<'_, Arc<AppState>>,
) -> Result<Vec<DoctorFindingView>, CommandFailure> {
    let state = state.inner().clone();
    blocking(move || {
        let agent = state.link.ask(AgentSecurityRequest {})?;
        // A damaged header is reported by the commands that need it.
        let password = state.link.ask(KeyDerivationRequest {}).ok();
        let host = host_security::look(state.link.place()?, &session_from_environment());
        let findings = findings(Some(&agent), password.as_ref(), &host);
        Ok(findings.iter().map(finding_view).collect())
    })
    .await
}

fn finding_view(finding: &DoctorFinding) -> DoctorFindingView {
    let text = text::of_doctor(language(), Style::Sentence, &finding.result);
    DoctorFindingView {
        check: finding.check.id(),
        state: finding.result.state(),
        name: text::of_doctor_check(language(), Style::Sentence, &finding.check),
        message: text.message,
        hint: text.hint,
    }
}

/// The credential whose details are asked for.
fn shown(query: &Query) -> Option<uuid::Uuid> {
    match query {
        Query::Show(show) => match show.target {
            Target::Id(id) => Some(id),
            Target::Named { .. } => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_window_may_ask_is_decided_one_by_one() {
        let open = [
            "Status",
            "List",
            "Show",
            "History",
            "Due",
            "Environments",
            "SetTier",
            "Edit",
            "Remove",
            "Restore",
            "Snooze",
            "Audit",
            "VerifyLog",
            "Backups",
            "BackUp",
            "Settings",
            "KeyDerivation",
            "LoginKeychain",
            "Copy",
            "TrustedFiles",
            "Profiles",
            "Profile",
            "RemoveProfile",
            "Running",
            "EndRunning",
            "Lock",
        ];
        assert_eq!(OPEN, open);
        assert_eq!(
            CLOSED,
            [
                "AgentSecurity",
                "EmptyTrash",
                "AddProfile",
                "EditProfile",
                "BackUpTo",
                "Trust",
                "Distrust",
                "StartFailed",
                "IsOutdated",
                "Subscribe",
                "Stop",
                "UnlockByLogin"
            ]
        );
    }

    #[test]
    fn the_front_ends_form_of_a_query_is_read() {
        let read = |json: &str| serde_json::from_str::<Query>(json).map(|query| query.name());
        assert_eq!(read(r#"{"status":{}}"#).unwrap(), "Status");
        assert_eq!(read(r#"{"list":{"text":"stripe"}}"#).unwrap(), "List");
        assert!(
            read(r#"{"resolve":{}}"#).is_err(),
            "no query brings a value"
        );
    }
}
