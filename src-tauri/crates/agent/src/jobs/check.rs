//! Checks whether keys are alive at their providers, several at a time, each by a worker.
//!
//! The audit log has each check before a value leaves, and afterwards where it went and what
//! was found. The vault's thread is free while workers run; a lock ends them.

use std::sync::Arc;

use keyhaven_protocol::Reference;
use keyhaven_protocol::check::{CheckReason, CheckRequest, CheckResult, KeyCheckView};
use keyhaven_protocol::error::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::request::Target;
use keyhaven_protocol::worker::{CheckJob, JobField};
use keyhaven_vault::{
    Action, AuditOutcome, CHECK_STATE, Credential, Detail, FieldKind, RecordKind, Refusal,
    Unlocked, VaultError,
};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::errors::{ErrorContext, to_protocol};
use crate::handlers::audit::VERSION;
use crate::handlers::lookup;
use crate::numbers::clamp;
use crate::server::client_session::{ClientSession, Now};
use crate::views::{ENVIRONMENT, NAMES, PROJECT};

/// What the request says of each of its checks.
#[derive(Debug, Clone, Copy)]
pub(super) struct HowToCheck {
    pub(super) may_cost: bool,
    pub(super) version: Option<u32>,
}

/// A check that can begin.
struct CheckToRun {
    credential: Credential,
    detail: Detail,
    /// What the worker receives; none where nothing is to be sent.
    job: Result<(CheckJob, Segments), CheckReason>,
}

/// Checks credentials, and reports how many are done.
///
/// # Errors
/// One of them does not exist, or the vault is locked.
pub(crate) async fn check(
    client: &Arc<ClientSession>,
    id: u32,
    request: CheckRequest,
) -> Result<Vec<KeyCheckView>, Error> {
    let CheckRequest {
        ids,
        may_cost,
        version,
    } = request;
    let how = HowToCheck { may_cost, version };
    let total = clamp(ids.len() as u64);
    let mut running = JoinSet::new();
    for (place, credential) in ids.into_iter().enumerate() {
        let client = client.clone();
        running.spawn(async move { (place, one(&client, credential, how).await) });
    }
    let mut found = Vec::with_capacity(running.len());
    while let Some(ended) = running.join_next().await {
        let (place, view) = ended.map_err(|_| Error::defect("a check ended early"))?;
        found.push((place, view?));
        let done = clamp(found.len() as u64);
        // The client may be gone.
        let _ = client.replies.progress(id, done, total).await;
    }
    found.sort_by_key(|(place, _)| *place);
    Ok(found.into_iter().map(|(_, view)| view).collect())
}

/// Checks one version of a credential.
pub(super) async fn one(
    client: &ClientSession,
    id: Uuid,
    how: HowToCheck,
) -> Result<KeyCheckView, Error> {
    let agent = &client.agent;
    let mut locks = agent.events.watch_locks();
    let _seat = agent.workers.seat().await;
    let prepared = client.with_vault(move |vault, now| prepare(vault, id, how, now));
    let CheckToRun {
        credential,
        detail,
        job,
    } = prepared.await?;
    let begun = agent.clock.boottime();
    let result = match job {
        Err(reason) => CheckResult::not_sent(reason),
        Ok((job, segments)) => {
            agent.used.notify_one();
            let result = tokio::select! {
                biased;
                // Dropping the wait kills the worker.
                _ = locks.changed() => return Err(Error::Locked),
                result = agent.workers.check(job, segments) => result,
            };
            record(client, id, how.version, detail, &result).await?;
            result
        }
    };
    let took = agent.clock.boottime().saturating_sub(begun);
    Ok(KeyCheckView {
        id,
        name: credential.name,
        project: credential.location.project,
        environment: credential.location.environment,
        provider: credential.provider,
        result,
        milliseconds: u32::try_from(took.as_millis()).unwrap_or(u32::MAX),
    })
}

/// Reads the values and records that they are about to be sent.
fn prepare(
    vault: &mut Unlocked,
    id: Uuid,
    how: HowToCheck,
    now: &Now,
) -> Result<CheckToRun, Error> {
    let credential = lookup::credential(vault, &Target::Id(id))?;
    let Some(provider) = credential.provider.clone() else {
        let location = credential.location.clone();
        let reference = Reference {
            place: Some((location.project, location.environment)),
            name: credential.name.clone(),
            field: None,
        };
        return Ok(CheckToRun {
            credential,
            detail: Detail::new(),
            job: Err(CheckReason::NoProvider {
                reference: reference.to_string(),
            }),
        });
    };
    let mut detail = Detail::from([
        (NAMES.into(), credential.name.clone()),
        (PROJECT.into(), credential.location.project.clone()),
        (ENVIRONMENT.into(), credential.location.environment.clone()),
    ]);
    detail.insert("provider".into(), provider.clone());
    if let Some(version) = how.version {
        detail.insert(VERSION.into(), version.to_string());
    }
    let mut segments = Segments::default();
    let job = match fields(vault, &credential, how.version, &mut segments)? {
        None => Err(CheckReason::NoValue),
        Some(fields) => {
            let (action, outcome) = (Action::Checked, AuditOutcome::Released);
            vault
                .record_use(&now.context, action, outcome, &[id], detail.clone())
                .map_err(to_protocol)?;
            let job = CheckJob {
                provider,
                fields,
                may_cost: how.may_cost,
            };
            Ok((job, segments))
        }
    };
    Ok(CheckToRun {
        credential,
        detail,
        job,
    })
}

/// The values of a version, or the current ones; none where there are none.
pub(super) fn fields(
    vault: &Unlocked,
    credential: &Credential,
    version: Option<u32>,
    segments: &mut Segments,
) -> Result<Option<Vec<JobField>>, Error> {
    let mut fields = Vec::new();
    for field in &credential.fields {
        let value = match vault.value(credential.id, Some(&field.name), version) {
            Ok((_, value)) => value,
            Err(
                VaultError::Refused(Refusal::Revoked { .. } | Refusal::VersionErased(_))
                | VaultError::NotFound(RecordKind::Version),
            ) => return Ok(None),
            Err(error) => return Err(ErrorContext::credential(credential).to_protocol(error)),
        };
        fields.push(JobField {
            name: field.name.clone(),
            variable: field.variable.clone(),
            secret: field.kind == FieldKind::Secret,
            value: segments.push(value),
        });
    }
    Ok(Some(fields))
}

/// Records where the key went and what was found.
async fn record(
    client: &ClientSession,
    id: Uuid,
    version: Option<u32>,
    mut detail: Detail,
    result: &CheckResult,
) -> Result<(), Error> {
    detail.insert(CHECK_STATE.into(), result.state.name().into());
    let found = result.state;
    let outcome = match &result.host {
        Some(host) => {
            detail.insert("host".into(), host.clone());
            AuditOutcome::Done
        }
        None => AuditOutcome::Failed,
    };
    let recorded = client.with_vault(move |vault, now| {
        let context = &now.context;
        let recorded = match (version, outcome) {
            (Some(version), AuditOutcome::Done) => {
                vault.record_check(context, id, version, found, detail)
            }
            _ => vault
                .record_use(context, Action::Checked, outcome, &[id], detail)
                .map(drop),
        };
        recorded.map_err(to_protocol)
    });
    recorded.await?;
    client.agent.used.notify_one();
    Ok(())
}
