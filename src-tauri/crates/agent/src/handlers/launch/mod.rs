//! Launches: the variables of an environment or of a directory file, handed out after the
//! log has them; and the processes that live with them.

mod bounds;
mod deliver_files;
mod fill;
mod fitting;
mod plan;
pub(crate) mod select;
pub(crate) mod source;
mod types;

use std::sync::Arc;

use keyhaven_protocol::error::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::problem::Problem;
use keyhaven_protocol::request::{
    Choice, EndRunningRequest, ExecRoom, HelperCall, LaunchPurpose, LaunchSource, Overrides,
    ResolveRequest, StartFailedRequest, WantedFile,
};
use keyhaven_protocol::settings::ExpiredPolicy;
use keyhaven_protocol::view::{LaunchView, PartView, RunningView, VariableView};
use keyhaven_vault::{Action, AuditOutcome, ClaimedFacts, Detail, Unlocked};
use tokio::sync::watch;
use uuid::Uuid;

use crate::errors::to_protocol;
use crate::failure::RequestFailure;
use crate::handlers::launch::types::{LaunchPlan, PreparedLaunch, left_out};
use crate::private_files::no_file;
use crate::server::answer_room::{AnswerRoom, SMALL_ANSWER};
use crate::server::client_session::{ClientSession, Now, Release};
use crate::tasks::running::{self, RunningProcess};
use crate::views::{self, ENVIRONMENT, NAMES, PROJECT};

pub(crate) use plan::plan;

/// Ordinary words that an answer names: a reference is long, and a few tell enough.
const MOST_ORDINARY: usize = 32;

/// What a launch asks for.
struct ResolveOrder {
    source: LaunchSource,
    choice: Choice,
    overrides: Overrides,
    files: Vec<WantedFile>,
    /// Variables whose values become files of the client.
    replaced: Vec<String>,
    /// What the system leaves for the variables.
    room: Option<ExecRoom>,
    purpose: LaunchPurpose,
    helper: Option<HelperCall>,
    /// Of the launch that its owner has confirmed.
    expect: Option<String>,
}

/// The variables of a launch, and the room that they hold until they are sent.
pub(crate) async fn resolve(
    client: &Arc<ClientSession>,
    request: ResolveRequest,
) -> Result<(LaunchView, Segments, Option<AnswerRoom>), RequestFailure> {
    let mut claimed = views::claimed_record(request.claimed);
    if let LaunchSource::Profile { name } = &request.source {
        claimed.profile = Some(name.clone());
    }
    deliver_files::check(&request.files, request.purpose)?;
    bounds::check_replaced(&request.replaced)?;
    let order = Arc::new(ResolveOrder {
        choice: deliver_files::chosen(request.choice, &request.files),
        source: request.source,
        overrides: request.overrides,
        files: request.files,
        replaced: request.replaced,
        room: request.room,
        purpose: request.purpose,
        helper: request.helper,
        expect: request.expect,
    });
    let locks = client.agent.events.watch_locks();
    let ((mut launch, release), room) = drawn(client, &order, claimed).await?;
    client.use_seen();
    client.agent.used.notify_one();
    if matches!(order.purpose, LaunchPurpose::Run | LaunchPurpose::Shell) {
        let given = given(client, &launch, &release);
        let handed = hand(client, &mut launch, given, &locks);
        if let Err(error) = handed {
            never_started(client, release).await?;
            return Err(error.into());
        }
    }
    let (view, segments) = view(launch, &release);
    client.released(release);
    Ok((view, segments, room))
}

/// Draws a launch. Most are small; a large one waits for the room that it takes.
async fn drawn(
    client: &Arc<ClientSession>,
    order: &Arc<ResolveOrder>,
    claimed: ClaimedFacts,
) -> Result<((PreparedLaunch, Release), Option<AnswerRoom>), RequestFailure> {
    let attempt = async |most: usize| {
        let order = order.clone();
        let attempted = client.with_claim(claimed.clone(), move |vault, now| {
            Ok(draw_and_record(vault, &order, most, now))
        });
        attempted.await?
    };
    let drawn = attempt(SMALL_ANSWER).await;
    let is_larger = drawn.as_ref().is_err_and(|failure| {
        let Error::Invalid { problem } = &failure.error else {
            return false;
        };
        matches!(problem, Problem::LaunchTooLarge { .. })
    });
    if !is_larger {
        return Ok((drawn?, None));
    }
    let room = client.agent.large_answers.room().await;
    Ok((attempt(bounds::MOST_BYTES).await?, room))
}

fn draw_and_record(
    vault: &mut Unlocked,
    order: &ResolveOrder,
    most: usize,
    now: &Now,
) -> Result<(PreparedLaunch, Release), RequestFailure> {
    let profile = plan::profile_of(vault, &order.source)?;
    let mut launch = draw(
        vault,
        &order.source,
        &order.choice,
        order.overrides,
        most,
        now,
    )?;
    plan::check(vault, &launch, profile.as_ref(), order.expect.as_deref())?;
    deliver_files::take(&mut launch, &order.files);
    fitting::check(&launch, &order.replaced, order.room.as_ref(), order.purpose)
        .map_err(|failure| failure.at(&launch.location))?;
    let release = record(vault, &launch, order, now)?;
    Ok((launch, release))
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
    source: &LaunchSource,
    choice: &Choice,
    overrides: Overrides,
    most: usize,
    now: &Now,
) -> Result<PreparedLaunch, RequestFailure> {
    let plan = source::plan(vault, source, overrides.production)?;
    let filled = fill_plan(vault, &plan, choice, overrides.expired, most, now);
    let mut launch = filled.map_err(|failure| failure.at(&plan.location))?;
    launch.variables.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(launch)
}

fn fill_plan(
    vault: &Unlocked,
    plan: &LaunchPlan,
    choice: &Choice,
    expired: Option<ExpiredPolicy>,
    most: usize,
    now: &Now,
) -> Result<PreparedLaunch, RequestFailure> {
    if plan.wanted.is_none() && *choice == Choice::default() {
        return source::whole_environment(vault, plan, expired, most, now);
    }
    let chosen = select::choose(vault, plan, choice)?;
    let mut launch = fill::fill(vault, plan, &chosen.variables, expired, most, now)?;
    launch.notices.extend(left_out(chosen.revoked));
    Ok(launch)
}

/// Writes the row of the release; without it nothing is handed out.
fn record(
    vault: &mut Unlocked,
    launch: &PreparedLaunch,
    order: &ResolveOrder,
    now: &Now,
) -> Result<Release, Error> {
    let (action, purpose) = match order.purpose {
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
    detail.extend(overridden(order.overrides));
    detail.extend(order.helper.iter().flat_map(of_helper));
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
    let expired = overrides.expired.map(ExpiredPolicy::word);
    let production = overrides.production.then_some("allow");
    let said = [("expired", expired), ("production", production)];
    said.into_iter()
        .filter_map(|(what, said)| Some((what.into(), said?.into())))
        .collect()
}

/// Which helper it was given to, and for which server.
fn of_helper(helper: &HelperCall) -> impl Iterator<Item = (String, String)> {
    let kind = ("helper".to_owned(), helper.kind.command().to_owned());
    let host = helper.host.clone().map(views::bounded);
    std::iter::once(kind).chain(host.map(|host| ("host".to_owned(), host)))
}

fn names(launch: &PreparedLaunch) -> Vec<String> {
    let names = launch.credentials.iter().map(|(name, _)| name.clone());
    names.collect()
}

fn view(launch: PreparedLaunch, release: &Release) -> (LaunchView, Segments) {
    let mut segments = Segments::default();
    let mut left = MOST_ORDINARY;
    let mut ordinary = |reference: Option<String>| {
        let reference = reference.filter(|_| left > 0)?;
        left -= 1;
        Some(reference)
    };
    let variables = launch
        .variables
        .into_iter()
        .map(|variable| VariableView {
            ordinary: ordinary(variable.ordinary()),
            name: variable.name,
            value: segments.push(variable.value),
            kind: variable.kind,
            allow_loader_variable: variable.allow_loader_variable,
        })
        .collect();
    let parts = launch.parts.into_iter().map(|part| PartView {
        value: segments.push(part.value),
        kind: part.kind,
        ordinary: ordinary(part.ordinary),
    });
    let parts = parts.collect();
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
    let marked = client.with_vault(move |vault, _| {
        let marked = listed.into_iter().map(|given| marked(vault, given));
        Ok(marked.collect())
    });
    marked.await
}

/// With the names of those whose value was replaced since.
fn marked(vault: &Unlocked, given: RunningProcess) -> RunningView {
    let RunningProcess {
        mut view,
        credentials,
    } = given;
    let replaced = |id: Uuid| {
        // One that is gone has no newer value.
        let rotated_at = vault.get(id).ok().and_then(|known| known.dates.rotated_at);
        rotated_at.is_some_and(|at| at > view.since)
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
    let (sequence, subjects, detail) = (release.sequence, release.subjects, release.detail);
    client
        .with_claim(release.claimed, move |vault, now| {
            vault
                .record_failed_launch(&now.context, sequence, &subjects, detail)
                .map_err(to_protocol)
        })
        .await?;
    agent.used.notify_one();
    Ok(())
}

fn not_released() -> Error {
    Error::invalid(Problem::ReleaseUnknown)
}
