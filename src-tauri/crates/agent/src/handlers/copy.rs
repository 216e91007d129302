//! One value: printed, or put on the clipboard of the display that asked.
//!
//! Either way the log has it before it leaves.

use keyhaven_protocol::error::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::local_session::LocalSession;
use keyhaven_protocol::request::{CopyRequest, GetRequest, Target, ValueView};
use keyhaven_protocol::view::FieldKind;
use keyhaven_secret::SecretBytes;
use keyhaven_vault::{Action, AuditOutcome, Credential, Detail, Unlocked};

use crate::errors::{ErrorContext, to_protocol};
use crate::failure::RequestFailure;
use crate::handlers::audit::VERSION;
use crate::handlers::lookup;
use crate::server::answer_room::{AnswerRoom, SMALL_ANSWER};
use crate::server::client_session::{ClientSession, Now};
use crate::views::{ENVIRONMENT, NAMES, PROJECT};

/// A value that may leave, and the details of its audit entry.
struct CopyValue {
    credential: Credential,
    field: String,
    kind: FieldKind,
    value: SecretBytes,
    detail: Detail,
}

/// The value of one field, and the room that it holds until it is sent.
pub(crate) async fn get(
    client: &ClientSession,
    request: GetRequest,
) -> Result<(ValueView, Segments, Option<AnswerRoom>), RequestFailure> {
    let chosen = client.with_vault(move |vault, now| {
        let GetRequest {
            target,
            field,
            version,
        } = request;
        Ok(take_value(
            vault,
            &target,
            field.as_deref(),
            version,
            Action::Shown,
            now,
        ))
    });
    let chosen = chosen.await??;
    used(client);
    // Exposed for its length alone.
    let room = match chosen.value.expose().len() {
        0..=SMALL_ANSWER => None,
        _ => client.agent.large_answers.room().await,
    };
    let mut segments = Segments::default();
    let view = ValueView {
        field: chosen.field,
        kind: chosen.kind,
        value: segments.push(chosen.value),
    };
    Ok((view, segments, room))
}

/// Puts the current value of a field on the clipboard.
pub(crate) async fn copy(
    client: &ClientSession,
    request: CopyRequest,
) -> Result<(), RequestFailure> {
    let chosen = client.with_vault(move |vault, now| {
        let field = request.field.as_deref();
        let seconds = vault.settings().map_err(to_protocol)?.clipboard_seconds;
        let chosen = take_value(vault, &request.target, field, None, Action::Copied, now);
        Ok(chosen.map(|chosen| (chosen, seconds)))
    });
    let mut locks = client.agent.events.watch_locks();
    let (chosen, seconds) = chosen.await??;
    used(client);
    let session = LocalSession::check(&client.session);
    let copied = tokio::select! {
        biased;
        // Locked before the helper holds it: the helper ends with the wait for it.
        _ = locks.changed() => Err(Error::Locked),
        copied = client.agent.clipboard.hold(&session, chosen.value, seconds) => copied,
    };
    if copied.is_err() {
        let (id, detail) = (chosen.credential.id, chosen.detail);
        let failed = client.with_vault(move |vault, now| {
            vault
                .record_use(
                    &now.context,
                    Action::Copied,
                    AuditOutcome::Failed,
                    &[id],
                    detail,
                )
                .map_err(to_protocol)
        });
        // The first row stands; that the copy failed matters more to the person.
        let _ = failed.await;
    }
    Ok(copied?)
}

fn take_value(
    vault: &mut Unlocked,
    target: &Target,
    field: Option<&str>,
    version: Option<u32>,
    action: Action,
    now: &Now,
) -> Result<CopyValue, RequestFailure> {
    let credential = lookup::credential(vault, target)?;
    let name = lookup::field(&credential, field)?;
    let about = ErrorContext {
        field: name.clone(),
        version: version.unwrap_or(0),
        ..ErrorContext::credential(&credential)
    };
    let (field, value) = vault
        .value(credential.id, Some(&name), version)
        .map_err(|error| {
            let failure = RequestFailure::of_vault(error, |error| about.to_protocol(error));
            failure.at(&credential.location)
        })?;
    let mut detail = Detail::from([
        (NAMES.into(), credential.name.clone()),
        (PROJECT.into(), credential.location.project.clone()),
        (ENVIRONMENT.into(), credential.location.environment.clone()),
        ("field".into(), name.clone()),
    ]);
    if let Some(version) = version {
        detail.insert(VERSION.into(), version.to_string());
    }
    vault
        .record_use(
            &now.context,
            action,
            AuditOutcome::Released,
            &[credential.id],
            detail.clone(),
        )
        .map_err(to_protocol)?;
    Ok(CopyValue {
        credential,
        field: name,
        kind: field.kind,
        value,
        detail,
    })
}

fn used(client: &ClientSession) {
    client.use_seen();
    client.agent.used.notify_one();
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use keyhaven_vault::{
        Dates, Details, ExpectedRevision, Field, LocalNow, Location, NewCredential, NewField,
    };

    use super::*;
    use crate::vault_thread::for_tests::{context, made, password};

    fn stripe() -> NewCredential {
        NewCredential {
            location: Location {
                project: "shop".into(),
                environment: "dev".into(),
            },
            tier: None,
            name: "stripe".into(),
            provider: None,
            fields: vec![NewField {
                field: Field {
                    name: "value".into(),
                    kind: FieldKind::Secret,
                    variable: None,
                    allow_loader_variable: false,
                },
                value: SecretBytes::copy_of(b"sk"),
            }],
            details: Details::default(),
            dates: Dates::default(),
            source_id: None,
        }
    }

    /// As that of a launch.
    #[test]
    fn a_refused_value_has_its_location_for_the_log() {
        let home = tempfile::tempdir().unwrap();
        let mut state = made(home.path(), &password("old"));
        let vault = state.unlocked().unwrap();
        let context = context();
        let added = vault.add(&context, stripe()).unwrap();
        let seen = ExpectedRevision {
            id: added.id,
            revision: added.revision,
        };
        vault.revoke(&context, seen).unwrap();
        let now = Now {
            clock: LocalNow {
                now: context.now,
                zone: TimeZone::UTC,
            },
            context,
        };
        let target = Target::Id(added.id);
        let taken = take_value(vault, &target, None, None, Action::Shown, &now);
        let failure = taken.err().unwrap();
        assert!(matches!(failure.error, Error::Revoked { .. }));
        assert_eq!(failure.refused.location, Some(added.location));
        assert_eq!(failure.refused.credentials, [("stripe".into(), added.id)]);
    }
}
