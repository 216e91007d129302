//! Makes the daily backup, which is due when its day begins, or a little after the unlock that
//! finds it overdue; between due times nothing wakes. One that fails is shown in the status until
//! one succeeds, and tried again.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use keyhaven_protocol::error::Error;
use keyhaven_vault::{Authenticity, BackupInfo, ClaimedFacts, LocalNow, Reason, due};

use crate::agent::Agent;
use crate::errors::to_protocol;
use crate::guarded;
use crate::jobs::backup::{self, BackupJob};
use crate::log::LogEvent;
use crate::server::peer::myself;
use crate::vault_thread::VaultState;

/// A vault that was just unlocked is used first.
const AFTER_UNLOCK: SignedDuration = SignedDuration::from_secs(30);
/// One that failed is tried again so much later.
const AFTER_FAILURE: SignedDuration = SignedDuration::from_hours(1);

/// Makes the daily backup, then erases what is old in the trash and cuts the log as the
/// settings say, until the agent ends.
pub(crate) async fn watch(agent: Arc<Agent>) {
    let mut not_before = Timestamp::MIN;
    let mut was_open = false;
    loop {
        let clock = agent.reading();
        let look = {
            let clock = clock.clone();
            agent.vault.run(move |state| due_at(state, &clock)).await
        };
        let due = match look {
            Err(_) => return,
            Ok(due) => due,
        };
        if due.is_some() && !was_open {
            not_before = later(clock.now, AFTER_UNLOCK);
        }
        was_open = due.is_some();
        if not_before > later(clock.now, AFTER_FAILURE) {
            // The clock was ahead when that time was set.
            not_before = clock.now;
        }
        match due.map(|due| due.max(not_before)) {
            Some(due) if due <= clock.now => {
                if let Err(error) = daily(&agent).await {
                    not_before = later(clock.now, AFTER_FAILURE);
                    if error != Error::Locked {
                        agent.note(LogEvent::BackupFailed(error.code()));
                        *guarded(&agent.backup_problem) = Some(error);
                    }
                } else {
                    *guarded(&agent.backup_problem) = None;
                }
            }
            Some(due) => tokio::select! {
                () = agent.clock.until(due) => {}
                () = agent.opened_or_closed.notified() => {}
            },
            None => agent.opened_or_closed.notified().await,
        }
    }
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).unwrap_or(Timestamp::MAX)
}

/// When the next daily backup is due; none while the vault is locked.
fn due_at(state: &mut VaultState, clock: &LocalNow) -> Option<Timestamp> {
    let backups = state.unlocked().ok()?.backups().unwrap_or_default();
    // One from a time when the clock was ahead, or of somebody else, says nothing.
    let counts = |one: &&BackupInfo| {
        one.reason == Reason::Daily
            && one.made_at <= clock.now
            && one.authenticity == Authenticity::Authentic
    };
    let last = backups.iter().find(counts);
    Some(match last {
        None => clock.now,
        Some(last) => {
            let day = due::day_of(last.made_at, &clock.zone);
            due::start_of_day(due::plus_days(day, 1), &clock.zone)
        }
    })
}

/// The backup comes first: it still holds what is erased then.
async fn daily(agent: &Arc<Agent>) -> Result<(), Error> {
    let job = BackupJob {
        by: myself(),
        reason: Reason::Daily,
        target: None,
        progress: None,
    };
    backup::write(agent, job).await?;
    let context = agent.context(&myself(), ClaimedFacts::default());
    let told = agent.clone();
    let tidied = agent.vault.run(move |state| {
        let vault = state.unlocked()?;
        let erased = vault.erase_old_trash(&context);
        // A part may have gone before the one that failed.
        if !matches!(erased, Ok(0)) {
            told.changed();
        }
        erased.map_err(to_protocol)?;
        vault.cut_old_entries(&context).map_err(to_protocol)
    });
    tidied.await?.map(drop)
}
