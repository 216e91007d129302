//! The state of the vault and the agent; locking and stopping.

use keyhaven_protocol::VERSION;
use keyhaven_protocol::error::Error;
use keyhaven_protocol::view::{AgentView, Notice, StatusView};
use keyhaven_vault::{Counts, LocalNow, UnlockWarning};

use crate::agent::Agent;
use crate::errors::{clamp, word};
use crate::guarded;
use crate::log::Why;
use crate::server::client_session::Caller;
use crate::tasks::reminders::{self, DueCounts};
use crate::vault_thread::Keeper;

/// The state; never counts as use, never opens or starts anything.
pub(crate) async fn status(caller: &Caller) -> Result<StatusView, Error> {
    let agent = &caller.agent;
    let reading = agent.reading();
    let drawn = agent.vault.run(move |keeper| draw(keeper, &reading));
    Ok(view(agent, drawn.await??))
}

/// The state as a client sees it.
pub(crate) fn view(agent: &Agent, drawn: Drawn) -> StatusView {
    let mut notices = drawn.notices;
    if !*guarded(&agent.notices_work) {
        notices.push(Notice::NotificationsUnavailable);
    }
    if agent.departure.gave_up() {
        notices.push(Notice::PresenceWatcherFailed);
    }
    if let Some(problem) = guarded(&agent.backup_problem).clone() {
        notices.push(Notice::BackupFailed { problem });
    }
    let name = agent.folder.file_name().unwrap_or(agent.folder.as_os_str());
    StatusView {
        initialised: drawn.initialised,
        locked: drawn.locked,
        folder: agent.folder.display().to_string(),
        name: name.to_string_lossy().into_owned(),
        credentials: clamp(drawn.counts.credentials),
        projects: clamp(drawn.counts.projects),
        overdue: drawn.due.overdue,
        due_this_week: drawn.due.due_this_week,
        never_used: clamp(drawn.counts.never_used),
        locks_in_seconds: agent.idle.left(agent.clock.boottime()),
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
pub(crate) struct Drawn {
    initialised: bool,
    locked: bool,
    counts: Counts,
    due: DueCounts,
    notices: Vec<Notice>,
}

/// The state is asked for often, and at every unlock.
pub(crate) fn draw(keeper: &mut Keeper, clock: &LocalNow) -> Result<Drawn, Error> {
    let mut notices = Vec::new();
    if keeper.schedule_damaged {
        notices.push(Notice::ScheduleDamaged);
    }
    let initialised = keeper.is_initialised();
    let Ok(vault) = keeper.open() else {
        return Ok(Drawn {
            initialised,
            locked: true,
            counts: Counts::default(),
            due: reminders::due_by_schedule(keeper.schedule(), clock),
            notices,
        });
    };
    notices.extend(vault.warnings().iter().filter_map(remark));
    if !vault.keys_are_locked() {
        notices.push(Notice::MemoryNotLocked);
    }
    let counts = vault.counts(clock).map_err(word)?;
    Ok(Drawn {
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
        UnlockWarning::AnchorSlotLost => Some(Notice::AnchorSlotLost),
        UnlockWarning::Recovered => Some(Notice::Recovered),
        UnlockWarning::LastSeenUnavailable => Some(Notice::LastSeenUnavailable),
        // Its owner was asked, and the log has it.
        UnlockWarning::OldCopyAccepted { .. } => None,
    }
}

/// Locks.
pub(crate) async fn lock(caller: &Caller) -> Result<(), Error> {
    let peer = &caller.peer;
    caller.agent.lock(peer, Why::Asked(peer.pid)).await
}

/// Locks, then ends the agent; its answer still goes out.
pub(crate) async fn stop(caller: &Caller) -> Result<(), Error> {
    let locked = lock(caller).await;
    caller.agent.stop.send_replace(true);
    locked
}
