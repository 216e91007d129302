//! Whether what a launch was given is still what it would be given now: the log knows.

use keyhaven_protocol::error::Error;
use keyhaven_protocol::request::IsOutdatedRequest;
use keyhaven_vault::{Action, AuditEntry, AuditFilter, AuditOutcome, Unlocked};
use uuid::Uuid;

use crate::errors::to_protocol;
use crate::handlers::launch::source;
use crate::server::client_session::ClientSession;

/// What gives a credential another value, or takes it away from where it was.
const OUTDATES: [Action; 9] = [
    Action::ValueSet,
    Action::RolledBack,
    Action::RotationPromoted,
    Action::RotationUndone,
    Action::Revoked,
    Action::Imported,
    Action::Removed,
    Action::Erased,
    Action::Moved,
];

/// Whether the log has a new value, or none any more, of what a launch was given. Of a launch
/// that it does not know (another vault was put in its place) nothing is as it was.
pub(crate) async fn is_outdated(
    client: &ClientSession,
    request: IsOutdatedRequest,
) -> Result<bool, Error> {
    client
        .with_vault(move |vault, _| {
            if let Some(file) = &request.file {
                source::expect_trust(vault, file)?;
            }
            let Some(given) = given_by(vault, &request)? else {
                return Ok(true);
            };
            let is_given = |entry: &AuditEntry| {
                let mut subjects = entry.subjects.iter();
                subjects.any(|subject| given.contains(subject))
            };
            for action in OUTDATES {
                if is_done_since(vault, action, request.release, is_given)? {
                    return Ok(true);
                }
            }
            let Some(file) = request.file else {
                return Ok(false);
            };
            // A file that was allowed again may give less: its owner decides about higher tiers.
            let is_of_file = |entry: &AuditEntry| entry.detail.get("path") == Some(&file.path);
            is_done_since(vault, Action::FileAllowed, request.release, is_of_file)
        })
        .await
}

/// Whose values went out with a launch. In a restored log, another's entry may have its number.
fn given_by(vault: &Unlocked, launch: &IsOutdatedRequest) -> Result<Option<Vec<Uuid>>, Error> {
    let filter = AuditFilter {
        after: launch.release.checked_sub(1),
        before: launch.release.checked_add(1),
        ..AuditFilter::default()
    };
    // As exact as the log keeps it.
    let at = launch.released_at.as_microsecond();
    let is_it = |entry: &AuditEntry| {
        let found = (entry.sequence, entry.at.as_microsecond(), entry.outcome);
        found == (launch.release, at, AuditOutcome::Released)
    };
    let page = vault.audit(&filter).map_err(to_protocol)?;
    let found = page.entries.into_iter().find(is_it);
    Ok(found.map(|entry| entry.subjects))
}

/// Whether something was done after an entry of the log, of which one entry says that it is it.
fn is_done_since(
    vault: &Unlocked,
    action: Action,
    sequence: u64,
    is_it: impl Fn(&AuditEntry) -> bool,
) -> Result<bool, Error> {
    let mut filter = AuditFilter {
        action: Some(action),
        after: Some(sequence),
        ..AuditFilter::default()
    };
    loop {
        let page = vault.audit(&filter).map_err(to_protocol)?;
        if page.entries.iter().any(&is_it) {
            return Ok(true);
        }
        if page.next.is_none() {
            return Ok(false);
        }
        filter.before = page.next;
    }
}
