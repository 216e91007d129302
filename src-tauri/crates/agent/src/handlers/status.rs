//! The state of the vault and the agent; locking and stopping.

use crate::numbers::clamp;
use keyhaven_protocol::VERSION;
use keyhaven_protocol::error::Error;
use keyhaven_protocol::notice::Notice;
use keyhaven_protocol::view::{AgentView, StatusView};
use keyhaven_vault::{Counts, LocalNow, UnlockWarning};

use crate::agent::Agent;
use crate::errors::{to_protocol, uses_doubt};
use crate::guarded;
use crate::log::LockReason;
use crate::server::client_session::ClientSession;
use crate::tasks::reminders::{self, DueCounts};
use crate::vault_thread::VaultState;

/// The state; never counts as use, never opens or starts anything.
pub(crate) async fn status(client: &ClientSession) -> Result<StatusView, Error> {
    let agent = &client.agent;
    // A lock stops what reads the vault; what is asked again afterwards reads nothing.
    let snapshot = match read(agent).await {
        Err(Error::Locked) => read(agent).await?,
        other => other?,
    };
    Ok(view(agent, snapshot))
}

async fn read(agent: &Agent) -> Result<StatusSnapshot, Error> {
    let reading = agent.reading();
    let reading = agent.vault.run(move |state| snapshot(state, &reading));
    reading.await?
}

/// The state as a client sees it.
pub(crate) fn view(agent: &Agent, snapshot: StatusSnapshot) -> StatusView {
    let mut notices = snapshot.notices;
    if !*guarded(&agent.notices_work) {
        notices.push(Notice::NotificationsUnavailable);
    }
    if agent.presence.watcher_failed() {
        notices.push(Notice::PresenceWatcherFailed);
    }
    if let Some(cause) = guarded(&agent.backup_problem).clone() {
        notices.push(Notice::BackupFailed {
            cause: Box::new(cause),
        });
    }
    let name = agent.folder.file_name().unwrap_or(agent.folder.as_os_str());
    StatusView {
        initialised: snapshot.initialised,
        locked: snapshot.locked,
        folder: agent.folder.display().to_string(),
        name: name.to_string_lossy().into_owned(),
        credentials: clamp(snapshot.counts.credentials),
        projects: clamp(snapshot.counts.projects),
        overdue: snapshot.due.overdue,
        due_this_week: snapshot.due.due_this_week,
        never_used: clamp(snapshot.counts.never_used),
        locks_in_seconds: agent.idle.left(agent.clock.boottime()),
        locks_at_latest_in_seconds: agent.idle.left_at_most(agent.clock.boottime()),
        agent: AgentView {
            pid: std::process::id(),
            socket: agent.socket.display().to_string(),
            version: VERSION.into(),
            started_at: agent.started_at,
        },
        notices,
    }
}

/// What the vault's thread knows of the state.
pub(crate) struct StatusSnapshot {
    initialised: bool,
    locked: bool,
    counts: Counts,
    due: DueCounts,
    notices: Vec<Notice>,
}

/// The state is asked for often, and at every unlock.
pub(crate) fn snapshot(state: &mut VaultState, clock: &LocalNow) -> Result<StatusSnapshot, Error> {
    let mut notices = Vec::new();
    if state.schedule_damaged {
        notices.push(Notice::ScheduleDamaged);
    }
    let initialised = state.is_initialised();
    notices.extend(state.problem().map(|error| Notice::Unusable {
        cause: Box::new(error),
    }));
    notices.extend(state.not_healed().map(|error| Notice::NotHealed {
        cause: Box::new(error),
    }));
    let Ok(vault) = state.in_memory() else {
        return Ok(StatusSnapshot {
            initialised,
            locked: true,
            counts: Counts::default(),
            due: reminders::due_by_schedule(state.schedule(), clock),
            notices,
        });
    };
    notices.extend(vault.warnings().iter().filter_map(remark));
    if !vault.keys_are_locked() {
        notices.push(Notice::MemoryNotLocked);
    }
    let counts = vault.counts(clock).map_err(to_protocol)?;
    Ok(StatusSnapshot {
        initialised,
        locked: false,
        due: counts.into(),
        counts,
        notices,
    })
}

fn remark(remark: &UnlockWarning) -> Option<Notice> {
    match remark {
        UnlockWarning::HeaderHealed => Some(Notice::HeaderHealed),
        UnlockWarning::UncleanStop { doubt } => Some(match doubt {
            None => Notice::UncleanStop,
            Some(doubt) => Notice::UsesUnproved {
                problem: uses_doubt(*doubt),
            },
        }),
        UnlockWarning::AnchorSlotLost => Some(Notice::AnchorSlotLost),
        UnlockWarning::Recovered => Some(Notice::Recovered),
        UnlockWarning::LastSeenLost => Some(Notice::LastSeenLost),
        UnlockWarning::LastSeenUnavailable => Some(Notice::LastSeenUnavailable),
        // Its owner was asked, and the log has it.
        UnlockWarning::OldCopyAccepted { .. } => None,
    }
}

/// Locks.
pub(crate) async fn lock(client: &ClientSession) -> Result<(), Error> {
    let peer = &client.peer;
    client.agent.lock(peer, LockReason::Asked(peer.pid)).await
}

/// Locks, then ends the agent; its answer still goes out.
pub(crate) async fn stop(client: &ClientSession) -> Result<(), Error> {
    let locked = lock(client).await;
    client.agent.stop.send_replace(true);
    locked
}
