//! Reminders: one task that follows the schedule and the wall clock.
//!
//! Nothing depends on a timer having survived: at the start, at each unlock and at each wake
//! it asks which reminders are due now. While locked it knows times, not names. Between due times
//! it sleeps.

use crate::numbers::clamp;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use keyhaven_messages::Language;
use keyhaven_protocol::event::Event;
use keyhaven_rules::due::{DueKind, distance};
use keyhaven_vault::reminder::{self, Schedule};
use keyhaven_vault::{self as vault, Credential, LocalNow, due};
use uuid::Uuid;

use crate::agent::Agent;
use crate::guarded;
use crate::helpers::notification::{DueText, MOST_NAMES, NamedDue, Notification, Subject};
use crate::log::LogEvent;
use crate::vault_thread::VaultState;

/// How much is due.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct DueCounts {
    pub(crate) overdue: u32,
    pub(crate) due_this_week: u32,
}

impl From<vault::Counts> for DueCounts {
    fn from(counts: vault::Counts) -> Self {
        Self {
            overdue: clamp(counts.overdue),
            due_this_week: clamp(counts.due_this_week),
        }
    }
}

/// What is due by the schedule, which knows days and nothing else.
pub(crate) fn due_by_schedule(schedule: Option<&Schedule>, clock: &LocalNow) -> DueCounts {
    let mut counts = DueCounts::default();
    let today = due::day_of(clock.now, &clock.zone);
    let week = due::start_of_day(due::plus_days(today, 8), &clock.zone);
    for entry in schedule.map_or(&[][..], |schedule| &schedule.entries) {
        let (kind, moment) = entry.first_due(&clock.zone);
        if due::takes_effect(kind, moment, &clock.zone) <= clock.now {
            counts.overdue += 1;
        } else if entry.overdue_from <= week {
            counts.due_this_week += 1;
        }
    }
    counts
}

fn due_counts(state: &mut VaultState, clock: &LocalNow) -> Option<DueCounts> {
    if let Ok(vault) = state.unlocked() {
        return vault.counts(clock).ok().map(DueCounts::from);
    }
    Some(due_by_schedule(state.schedule(), clock))
}

/// What there is to do now, and when to look again.
#[derive(Debug, Default)]
struct ReminderCheck {
    counts: DueCounts,
    notice: Option<(reminder::ReminderNotice, Subject)>,
    next: Option<Timestamp>,
    /// When to look again if the notice cannot be shown.
    next_unshown: Option<Timestamp>,
}

/// Reminds until the agent ends.
pub(crate) async fn watch(agent: Arc<Agent>) {
    let mut announced = None;
    let mut zone = agent.clock.zone();
    loop {
        let clock = agent.reading();
        if clock.zone != zone {
            // Civil dates, and the words for them, follow the zone.
            zone = clock.zone.clone();
            agent.changed();
            agent.calendar.notify_one();
        }
        let locks = agent.events.locks();
        let check = {
            let clock = clock.clone();
            agent.vault.run(move |state| check(state, &clock)).await
        };
        let Ok(check) = check else {
            return;
        };
        if announced != Some(check.counts) {
            announced = Some(check.counts);
            agent.events.tell(Event::Due {
                overdue: check.counts.overdue,
                due_this_week: check.counts.due_this_week,
            });
        }
        let next = match check.notice {
            // Locked meanwhile: what was drawn may name something.
            Some(_) if agent.events.locks() != locks => continue,
            Some((notice, subject)) => {
                if show(&agent, notice, &subject, clock.now).await {
                    continue;
                }
                check.next_unshown
            }
            None => check.next,
        };
        wait(&agent, next, &zone).await;
    }
}

async fn wait(agent: &Agent, next: Option<Timestamp>, zone: &TimeZone) {
    let changed = agent.dates.notified();
    match next {
        Some(at) => {
            let due = agent.clock.until(at);
            // A change between the last look and this wait would not end it.
            if agent.clock.zone() != *zone {
                return;
            }
            tokio::select! {
                () = due => {}
                () = changed => {}
            }
        }
        None => changed.await,
    }
}

/// Shows a test notification; whether a service took it. Where none took the last reminder, that
/// is tried again.
pub(crate) async fn test(agent: &Agent) -> bool {
    let session = agent.user_session.current();
    let text = Notification::test(Language::of_environment());
    let shown = agent.notifier.show(text, session).await;
    let worked = std::mem::replace(&mut *guarded(&agent.notices_work), shown);
    if shown && !worked {
        agent.dates.notify_one();
    }
    shown
}

/// Shows a notice and remembers that it was shown.
async fn show(
    agent: &Agent,
    notice: reminder::ReminderNotice,
    subject: &Subject,
    now: Timestamp,
) -> bool {
    let session = agent.user_session.current();
    let text = subject.notice(Language::of_environment());
    let shown = agent.notifier.show(text, session).await;
    *guarded(&agent.notices_work) = shown;
    if !shown {
        agent.note(LogEvent::ReminderUnshown);
        return false;
    }
    let marked = agent.vault.run(move |state| {
        let Some(mut schedule) = state.schedule().cloned() else {
            return Ok(());
        };
        schedule.mark_sent(&notice, now);
        // On a full disk it stays known here; a restart would remind once more.
        state.keep(schedule)
    });
    marked.await.is_ok()
}

fn check(state: &mut VaultState, clock: &LocalNow) -> ReminderCheck {
    // A schedule that cannot be written is still followed from memory.
    let _ = state.reschedule(clock);
    let counts = due_counts(state, clock).unwrap_or_default();
    let Some(schedule) = state.schedule().cloned() else {
        return ReminderCheck {
            counts,
            ..ReminderCheck::default()
        };
    };
    let notice = schedule.notice(clock);
    let next_unshown = notice.as_ref().and_then(|notice| {
        let mut sent = schedule.clone();
        sent.mark_sent(notice, clock.now);
        sent.wake_at(clock)
    });
    ReminderCheck {
        counts,
        next: schedule.wake_at(clock),
        next_unshown,
        notice: notice.map(|notice| {
            let subject = subject(state, &schedule, &notice, clock);
            (notice, subject)
        }),
    }
}

/// Names only from an open vault whose owner wants them in notices.
fn subject(
    state: &mut VaultState,
    schedule: &Schedule,
    notice: &reminder::ReminderNotice,
    clock: &LocalNow,
) -> Subject {
    let mut subject = Subject {
        count: notice.ids.len(),
        expired: notice.expired,
        urgent: notice.urgent,
        locked: true,
        first: match notice.ids.as_slice() {
            [only] => due_text(schedule, *only, None, clock),
            _ => None,
        },
        ..Subject::default()
    };
    let Ok(vault) = state.unlocked() else {
        return subject;
    };
    subject.locked = false;
    let named = vault
        .settings()
        .is_ok_and(|settings| settings.names_in_notices);
    // Each look costs a pass over the credentials: no more than will be shown.
    let few = match notice.ids.as_slice() {
        [only] => std::slice::from_ref(only),
        ids if named => &ids[..ids.len().min(MOST_NAMES)],
        _ => &[],
    };
    let whose = |id: &Uuid| {
        let found = vault.scheduled_credential(schedule, *id, clock);
        let credential = found.ok().flatten()?;
        let due = due_text(schedule, *id, Some(&credential), clock)?;
        Some((credential, due))
    };
    let found: Vec<(Credential, DueText)> = few.iter().filter_map(whose).collect();
    if let ([(only, due)], 1) = (found.as_slice(), notice.ids.len()) {
        subject.only = Some(only.id);
        subject.first = Some(*due);
    }
    if named {
        let named = |(credential, due): &(Credential, DueText)| NamedDue {
            name: name(credential),
            due: *due,
        };
        subject.names = found.iter().map(named).collect();
    }
    subject
}

/// What happens to the credential of an entry, and how far away that is: from its own dates where
/// the vault is open, else from the schedule, which knows of a rotation only the day.
fn due_text(
    schedule: &Schedule,
    id: Uuid,
    credential: Option<&Credential>,
    clock: &LocalNow,
) -> Option<DueText> {
    let entry = schedule.entries.iter().find(|entry| entry.id == id)?;
    let (kind, scheduled) = entry.most_pressing(clock);
    let known = credential.and_then(|credential| match kind {
        DueKind::Expiry => credential.dates.expires,
        DueKind::Rotation => due::rotation_moment(&credential.dates, &clock.zone),
        // The schedule knows it to the second.
        DueKind::Revocation => None,
    });
    let moment = known.unwrap_or(scheduled);
    Some((kind, distance(kind, moment, clock).words))
}

fn name(credential: &Credential) -> String {
    let location = &credential.location;
    format!(
        "{} ({}/{})",
        credential.name, location.project, location.environment
    )
}
