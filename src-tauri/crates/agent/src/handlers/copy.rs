//! One value: printed, or put on the clipboard of the display that asked.
//!
//! Either way the log has it before it leaves.

use keyhaven_protocol::error::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::request::{CopyRequest, GetRequest, Target, ValueView};
use keyhaven_protocol::view::FieldKind;
use keyhaven_secret::SecretBytes;
use keyhaven_vault::{Action, AuditOutcome, Credential, Detail, Unlocked};

use crate::errors::{About, word};
use crate::handlers::audit::VERSION;
use crate::handlers::lookup;
use crate::server::client_session::{Caller, Now};
use crate::views::{self, ENVIRONMENT, NAMES, PROJECT};

/// A value that may leave, and what was said of it in the log.
struct Drawn {
    credential: Credential,
    field: String,
    kind: FieldKind,
    value: SecretBytes,
    detail: Detail,
}

/// The value of one field.
pub(crate) async fn get(
    caller: &Caller,
    request: GetRequest,
) -> Result<(ValueView, Segments), Error> {
    let drawn = caller.with_vault(move |vault, now| {
        let GetRequest {
            target,
            field,
            version,
        } = request;
        draw(
            vault,
            &target,
            field.as_deref(),
            version,
            Action::Shown,
            now,
        )
    });
    let drawn = drawn.await?;
    used(caller);
    let mut segments = Segments::default();
    let view = ValueView {
        field: drawn.field,
        kind: drawn.kind,
        value: segments.push(drawn.value),
    };
    Ok((view, segments))
}

/// Puts the current value of a field on the clipboard.
pub(crate) async fn copy(caller: &Caller, request: CopyRequest) -> Result<(), Error> {
    let drawn = caller.with_vault(move |vault, now| {
        let field = request.field.as_deref();
        let drawn = draw(vault, &request.target, field, None, Action::Copied, now)?;
        let seconds = vault.settings().map_err(word)?.clipboard_seconds;
        Ok((drawn, seconds))
    });
    let mut locks = caller.agent.hub.watch_locks();
    let (drawn, seconds) = drawn.await?;
    used(caller);
    let copied = tokio::select! {
        biased;
        // Locked before the helper holds it: the helper ends with the wait for it.
        _ = locks.changed() => Err(Error::Locked),
        copied = caller.agent.copies.hold(&caller.session, drawn.value, seconds) => copied,
    };
    if copied.is_err() {
        let (id, detail) = (drawn.credential.id, drawn.detail);
        let failed = caller.with_vault(move |vault, now| {
            vault
                .record_use(
                    &now.context,
                    Action::Copied,
                    AuditOutcome::Failed,
                    &[id],
                    detail,
                )
                .map_err(word)
        });
        // The first row stands; that the copy failed matters more to the person.
        let _ = failed.await;
    }
    copied
}

fn draw(
    vault: &mut Unlocked,
    target: &Target,
    field: Option<&str>,
    version: Option<u32>,
    action: Action,
    now: &Now,
) -> Result<Drawn, Error> {
    let credential = lookup::credential(vault, target, now)?;
    let name = lookup::field(&credential, field)?;
    let about = About {
        field: name.clone(),
        version: version.unwrap_or(0),
        ..About::credential(&credential)
    };
    let (field, value) = vault
        .value(credential.id, Some(&name), version)
        .map_err(|error| about.word(error))?;
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
        .map_err(word)?;
    Ok(Drawn {
        credential,
        field: name,
        kind: views::kind(field.kind),
        value,
        detail,
    })
}

fn used(caller: &Caller) {
    caller.agent.use_seen();
    caller.agent.used.notify_one();
}
