//! Keeps a calendar file of what is due next to the vault, where its owner wants that: written
//! after each unlock and each change of dates, and removed when the setting is switched off.
//! While the vault is locked nothing is known, and the file stays as it is.

use std::sync::Arc;

use keyhaven_calendar::Names;
use keyhaven_messages::Language;
use keyhaven_protocol::view::DueView;
use keyhaven_rules::days::MAX_DAYS;
use keyhaven_vault::{LocalNow, Settings, calendar_file};

use crate::agent::Agent;
use crate::log::LogEvent;
use crate::vault_thread::VaultState;
use crate::views::ViewContext;

/// What the vault says of the file.
enum CalendarContent {
    /// Nothing: it is locked.
    Unknown,
    /// There is none.
    None,
    /// It holds these dates.
    Dates(Vec<DueView>, Names),
}

/// Follows the vault until the agent ends.
pub(crate) async fn watch(agent: Arc<Agent>) {
    // Of the file: the text, or that there is none, where that is known.
    let mut kept = None;
    loop {
        let changed = agent.calendar.notified();
        let clock = agent.reading();
        let Ok(wanted) = agent.vault.run(move |state| wanted(state, &clock)).await else {
            return;
        };
        kept = match wanted {
            // What it says may name something.
            CalendarContent::Unknown => None,
            CalendarContent::None => follow(&agent, kept, None).await,
            CalendarContent::Dates(dates, names) => {
                let text = written(dates, names).await;
                follow(&agent, kept, text).await
            }
        };
        changed.await;
    }
}

fn wanted(state: &mut VaultState, clock: &LocalNow) -> CalendarContent {
    let Ok(vault) = state.unlocked() else {
        return CalendarContent::Unknown;
    };
    let Ok(settings) = vault.settings() else {
        return CalendarContent::Unknown;
    };
    if !settings.calendar_file {
        return CalendarContent::None;
    }
    let Ok(summaries) = vault.due(MAX_DAYS, clock) else {
        return CalendarContent::Unknown;
    };
    let view_context = ViewContext {
        clock,
        settings: &settings,
    };
    let dates = summaries.iter().flat_map(|one| view_context.due(one));
    CalendarContent::Dates(dates.collect(), names(&settings))
}

const fn names(settings: &Settings) -> Names {
    match settings.names_in_calendar {
        true => Names::Shown,
        false => Names::Hidden,
    }
}

/// The text of the file. Thousands of dates take a while, and requests do not wait for it.
async fn written(dates: Vec<DueView>, names: Names) -> Option<String> {
    let language = Language::of_environment();
    let text = move || keyhaven_calendar::file(&dates, names, language);
    tokio::task::spawn_blocking(text).await.ok()
}

/// Writes or removes the file, unless it is known to be so; what is there then, where known.
async fn follow(
    agent: &Agent,
    kept: Option<Option<String>>,
    text: Option<String>,
) -> Option<Option<String>> {
    if kept.as_ref() == Some(&text) {
        return kept;
    }
    let folder = agent.folder.clone();
    let kept = agent.vault.run(move |_| {
        let kept = match &text {
            Some(text) => calendar_file::write(&folder, text),
            None => calendar_file::remove(&folder),
        };
        kept.map(|()| text)
    });
    match kept.await {
        Ok(Ok(text)) => Some(text),
        Ok(Err(_)) => {
            agent.note(LogEvent::CalendarUnwritten);
            None
        }
        Err(_) => None,
    }
}
