//! Questions without a secret either way: one command, and the list of what it lets through.

use std::sync::Arc;

use keyhaven_client::doctor::{AgentState, DoctorFinding, findings};
use keyhaven_client::{Language, Style, host_security, session_from_environment, text};
use keyhaven_protocol::Error;
use keyhaven_protocol::agent_security::AgentSecurityRequest;
use keyhaven_protocol::doctor::DoctorFindingView;
use keyhaven_protocol::notice::Notice;
use keyhaven_protocol::problem::Problem;
use keyhaven_protocol::request::{KeyDerivationRequest, Query, Target};
use serde::Serialize;
use tauri::State;
use tauri::ipc::{InvokeResponseBody, IpcResponse};

use crate::app::confirm;
use crate::app::{AppState, TURNS};
use crate::failure::{CommandFailure, blocking};

macro_rules! queries {
    (let through: $($open:ident)*; keep: $($closed:ident)*;) => {
        /// What goes through to the agent.
        #[cfg(test)]
        const OPEN: &[&str] = &[$(stringify!($open)),*];
        /// What the window may not ask.
        #[cfg(test)]
        const CLOSED: &[&str] = &[$(stringify!($closed)),*];
        /// The TypeScript types of what goes through: the name, the request, and the answer.
        #[cfg(test)]
        pub(crate) fn query_types(types: &mut crate::bindings::Types) -> Vec<[String; 3]> {
            vec![$(types.of_query(stringify!($open), Query::$open)),*]
        }

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

// Kept: what a launch would be given is for the person who confirms it; the agent's protection
// is shown through `doctor`; an environment, and with it what of it is in the trash, is removed
// by `kh`; the trash is what a hostile page has to leave, and is emptied by its own command,
// which asks; profiles start programs, so a page does not write them; where a backup goes, a
// person picks; trust is given, and asked for, at a terminal that shows the file; the page edits
// one key at a time; a failed start is reported, and an outdated one asked for, by the client
// that got the values; the agent is stopped by its owner; events have a thread; input is seen by
// the toolkit, not by a page; a person unlocks, in a prompt, not a page; keys are checked,
// rotated and marked as revoked by `kh`.
queries! {
    let through: Status List Show History Due Environments SetTier Edit Remove Restore RollBack
        Snooze Audit VerifyLog Backups BackUp Settings KeyDerivation LoginKeychain Copy
        TrustedFiles Profiles Profile RemoveProfile Running EndRunning Lock;
    keep: LaunchPlan AgentSecurity TestNotification RemoveEnvironment EmptyTrash EditAll AddProfile EditProfile BackUpTo Trust Distrust FileTrust StartFailed IsOutdated
        Subscribe InputSeen Stop UnlockByLogin Check Health Rotations Rotate RotateAutomatically Revoke;
}

/// The answer to the query that was sent, as JSON.
#[derive(Debug)]
#[cfg_attr(
    test,
    derive(ts_rs::TS),
    ts(type = "Queries[keyof Queries][\"answer\"]")
)]
pub struct QueryAnswer(String);

impl IpcResponse for QueryAnswer {
    fn body(self) -> tauri::Result<InvokeResponseBody> {
        Ok(InvokeResponseBody::Json(self.0))
    }
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
) -> Result<QueryAnswer, CommandFailure> {
    let state = state.inner().clone();
    blocking(move || {
        let mut request = request;
        let mut came_back = None;
        match &mut request {
            Query::Edit(request) => confirm::edit(&state, request)?,
            Query::Restore(request) => confirm::restore(&state, request)?,
            Query::RollBack(request) => {
                let before = confirm::roll_back(&state, request)?;
                came_back = before.zip(Some(request.version));
            }
            Query::SetTier(request) => confirm::set_tier(&state, request)?,
            Query::Snooze(request) => confirm::snooze(&state, request)?,
            _ => {}
        }
        let wanted = shown(&request);
        let answer = match request {
            // It changes what a person pastes next: not next to a dialog, and not many at once.
            Query::Copy(_) => {
                let _turn = TURNS.take().ok_or(Error::Cancelled)?;
                forward(&state, request)?
            }
            _ => forward(&state, request)?,
        };
        if let Some((before, version)) = came_back {
            state.reminded.came_back(&before, version);
        }
        match wanted {
            Some(id) => state.was_shown(id),
            None => state.announce_to_show(),
        }
        Ok(QueryAnswer(answer))
    })
    .await
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
        let mut place = state.link.place()?.clone();
        place.socket = (&agent.socket).into();
        let host = host_security::look(&place, &session_from_environment());
        let agent = AgentState::Running(Box::new(agent));
        let findings = findings(&agent, password.as_ref(), &host);
        Ok(findings.iter().map(finding_view).collect())
    })
    .await
}

/// The words of a notice.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct NoticeText {
    message: String,
    hint: Option<String>,
}

/// Puts a notice of the vault's status into words.
#[tauri::command]
pub fn notice_text(notice: Notice) -> NoticeText {
    let text = text::of_notice(Language::of_environment(), Style::Sentence, &notice);
    NoticeText {
        message: text.message,
        hint: text.hint,
    }
}

fn finding_view(finding: &DoctorFinding) -> DoctorFindingView {
    let text = text::of_doctor(Language::of_environment(), Style::Sentence, &finding.result);
    DoctorFindingView {
        check: finding.check.id(),
        state: finding.result.state(),
        name: text::of_doctor_check(Language::of_environment(), Style::Sentence, &finding.check),
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
            "RollBack",
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
                "LaunchPlan",
                "AgentSecurity",
                "TestNotification",
                "RemoveEnvironment",
                "EmptyTrash",
                "EditAll",
                "AddProfile",
                "EditProfile",
                "BackUpTo",
                "Trust",
                "Distrust",
                "FileTrust",
                "StartFailed",
                "IsOutdated",
                "Subscribe",
                "InputSeen",
                "Stop",
                "UnlockByLogin",
                "Check",
                "Health",
                "Rotations",
                "Rotate",
                "RotateAutomatically",
                "Revoke"
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
