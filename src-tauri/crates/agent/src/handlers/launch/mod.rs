//! Launches: the variables of an environment or of a directory file, handed out after the
//! log has them; and the processes that live with them.

mod deliver_files;
mod fill;
pub(crate) mod select;
pub(crate) mod source;
mod types;

use std::sync::Arc;

use keyhaven_protocol::error::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::problem::Problem;
use keyhaven_protocol::request::{
    Choice, EndRunningRequest, LaunchPurpose, LaunchSource, Overrides, ResolveRequest,
    StartFailedRequest,
};
use keyhaven_protocol::view::{ExpiredPolicy, LaunchView, RunningView, VariableView};
use keyhaven_vault::{Action, AuditOutcome, Detail, Label, Unlocked, Version};
use tokio::sync::watch;
use uuid::Uuid;

use crate::errors::to_protocol;
use crate::handlers::launch::types::{PreparedLaunch, left_out};
use crate::private_files::no_file;
use crate::server::client_session::{ClientSession, Now, Release};
use crate::tasks::running::{self, RunningProcess};
use crate::views::{self, ENVIRONMENT, NAMES, PROJECT};

/// The variables of a launch.
pub(crate) async fn resolve(
    client: &Arc<ClientSession>,
    request: ResolveRequest,
) -> Result<(LaunchView, Segments), Error> {
    let mut claimed = views::claimed_record(request.claimed);
    if let LaunchSource::Profile { name } = &request.source {
        claimed.profile = Some(name.clone());
    }
    let (purpose, files) = (request.purpose, request.files);
    deliver_files::check(&files, purpose)?;
    let locks = client.agent.events.watch_locks();
    let (source, overrides) = (request.source, request.overrides);
    let choice = deliver_files::chosen(request.choice, &files);
    let drawn = client.with_claim(claimed.clone(), move |vault, now| {
        let mut launch = draw(vault, source, &choice, overrides, now)?;
        deliver_files::take(&mut launch, &files);
        let release = record(vault, &launch, purpose, overrides, now)?;
        Ok((launch, release))
    });
    let (mut launch, release) = drawn.await?;
    client.agent.use_seen();
    client.agent.used.notify_one();
    if matches!(purpose, LaunchPurpose::Run | LaunchPurpose::Shell) {
        let given = given(client, &launch, &release);
        let handed = hand(client, &mut launch, given, &locks);
        if let Err(error) = handed {
            never_started(client, release).await?;
            return Err(error);
        }
    }
    let answer = view(launch, &release);
    client.released(release);
    Ok(answer)
}

/// Makes the files of a process, and lists it as long as it lives.
fn hand(
    client: &ClientSession,
    launch: &mut PreparedLaunch,
    given: RunningProcess,
    locks: &watch::Receiver<u64>,
) -> Result<(), Error> {
    let files = deliver_files::give(client, launch, locks)?;
    let has_files = !files.is_empty();
    let listed = running::watch(
        &client.agent.running,
        &client.agent.events,
        &client.peer,
        given,
        files,
    );
    if has_files && !listed {
        return Err(no_file(Problem::ProcessNotObservable));
    }
    Ok(())
}

fn draw(
    vault: &Unlocked,
    source: LaunchSource,
    choice: &Choice,
    overrides: Overrides,
    now: &Now,
) -> Result<PreparedLaunch, Error> {
    let plan = source::plan(vault, source, overrides.production, now)?;
    let expired = overrides.expired.map(views::expired_record);
    let mut launch = if plan.wanted.is_none() && *choice == Choice::default() {
        source::whole_environment(vault, &plan, expired, now)?
    } else {
        let chosen = select::choose(vault, &plan, choice, now)?;
        let mut launch = fill::fill(vault, &plan, &chosen.variables, expired, now)?;
        launch.notices.extend(left_out(chosen.revoked));
        launch
    };
    launch.variables.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(launch)
}

/// Writes the row of the release; without it nothing is handed out.
fn record(
    vault: &mut Unlocked,
    launch: &PreparedLaunch,
    purpose: LaunchPurpose,
    overrides: Overrides,
    now: &Now,
) -> Result<Release, Error> {
    let (action, purpose) = match purpose {
        LaunchPurpose::Run => (Action::Launched, "run"),
        LaunchPurpose::Shell => (Action::Launched, "shell"),
        LaunchPurpose::Env => (Action::Exported, "env"),
        LaunchPurpose::Inject => (Action::Exported, "inject"),
        LaunchPurpose::Hook => (Action::Exported, "hook"),
        LaunchPurpose::Helper => (Action::Exported, "helper"),
    };
    let subjects: Vec<Uuid> = launch.credentials.iter().map(|(_, id)| *id).collect();
    let mut detail = Detail::from([
        (NAMES.into(), names(launch).join("\n")),
        ("purpose".into(), purpose.into()),
    ]);
    if !launch.location.project.is_empty() {
        detail.insert(PROJECT.into(), launch.location.project.clone());
        detail.insert(ENVIRONMENT.into(), launch.location.environment.clone());
    }
    detail.extend(overridden(overrides));
    let context = &now.context;
    let sequence = vault.record_use(
        context,
        action,
        AuditOutcome::Released,
        &subjects,
        detail.clone(),
    );
    Ok(Release {
        sequence: sequence.map_err(to_protocol)?,
        at: context.now,
        subjects,
        detail,
        claimed: context.claimed.clone(),
    })
}

/// What the owner said over the policies, for the log.
fn overridden(overrides: Overrides) -> Detail {
    let expired = overrides.expired.map(|policy| match policy {
        ExpiredPolicy::Allow => "allow",
        ExpiredPolicy::Warn => "warn",
        ExpiredPolicy::Refuse => "refuse",
    });
    let production = overrides.production.then_some("allow");
    let said = [("expired", expired), ("production", production)];
    said.into_iter()
        .filter_map(|(what, said)| Some((what.into(), said?.into())))
        .collect()
}

fn names(launch: &PreparedLaunch) -> Vec<String> {
    let names = launch.credentials.iter().map(|(name, _)| name.clone());
    names.collect()
}

fn view(launch: PreparedLaunch, release: &Release) -> (LaunchView, Segments) {
    let mut segments = Segments::default();
    let variables = launch
        .variables
        .into_iter()
        .map(|variable| VariableView {
            name: variable.name,
            value: segments.push(variable.value),
            kind: variable.kind,
            allow_loader_variable: variable.allow_loader_variable,
        })
        .collect();
    let parts = launch.parts.into_iter();
    let parts = parts.map(|part| segments.push(part)).collect();
    let view = LaunchView {
        parts,
        project: launch.location.project,
        environment: launch.location.environment,
        tier: launch.tier,
        variables,
        notices: launch.notices,
        release: release.sequence,
        released_at: release.at,
    };
    (view, segments)
}

fn given(client: &ClientSession, launch: &PreparedLaunch, release: &Release) -> RunningProcess {
    let view = RunningView {
        pid: client.peer.pid,
        program: release.claimed.program.clone().unwrap_or_default(),
        project: launch.location.project.clone(),
        environment: launch.location.environment.clone(),
        credentials: names(launch),
        stale: Vec::new(),
        since: client.agent.clock.now(),
    };
    RunningProcess {
        view,
        credentials: launch.credentials.iter().cloned().collect(),
    }
}

/// The processes alive that were given values.
pub(crate) async fn running(client: &ClientSession) -> Result<Vec<RunningView>, Error> {
    let listed = client.agent.running.list();
    // They are named only to those who may see names.
    let marked = client.with_vault(move |vault, now| {
        let marked = listed.into_iter().map(|given| marked(vault, given, now));
        Ok(marked.collect())
    });
    marked.await
}

/// With the names of those whose value was replaced since.
fn marked(vault: &Unlocked, given: RunningProcess, now: &Now) -> RunningView {
    let RunningProcess {
        mut view,
        credentials,
    } = given;
    let is_newer =
        |version: &Version| version.label == Label::Current && version.created_at > view.since;
    let replaced = |id: Uuid| {
        // One that is gone has no newer value.
        let versions = vault.versions(id, now.clock.now).unwrap_or_default();
        versions.iter().any(is_newer)
    };
    let stale = credentials.into_iter().filter(|(_, id)| replaced(*id));
    view.stale = stale.map(|(name, _)| name).collect();
    view
}

/// Asks a process that was given values to end.
pub(crate) async fn end_running(
    client: &ClientSession,
    request: EndRunningRequest,
) -> Result<(), Error> {
    client.with_vault(|_, _| Ok(())).await?;
    match client.agent.running.end(request.pid) {
        true => Ok(()),
        false => Err(Error::invalid(Problem::ProcessNotRunning)),
    }
}

/// A program that was given values could not be started: a second row, and no process.
pub(crate) async fn start_failed(
    client: &ClientSession,
    request: StartFailedRequest,
) -> Result<(), Error> {
    let Some(release) = client.take_release(request.release) else {
        return Err(not_released());
    };
    never_started(client, release).await
}

async fn never_started(client: &ClientSession, release: Release) -> Result<(), Error> {
    let agent = &client.agent;
    if agent
        .running
        .remove(client.peer.pid, client.peer.start_time)
    {
        agent.events.tell(keyhaven_protocol::event::Event::Running);
    }
    let mut detail = release.detail;
    detail.insert("release".into(), release.sequence.to_string());
    let subjects = release.subjects;
    client
        .with_claim(release.claimed, move |vault, now| {
            let action = Action::LaunchFailed;
            vault
                .record_use(
                    &now.context,
                    action,
                    AuditOutcome::Failed,
                    &subjects,
                    detail,
                )
                .map_err(to_protocol)
        })
        .await?;
    agent.used.notify_one();
    Ok(())
}

fn not_released() -> Error {
    Error::invalid(Problem::ReleaseUnknown)
}
