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

/// What becomes of the file.
#[derive(Debug, PartialEq, Eq)]
enum FileChange {
    /// It stays as it is.
    Stays,
    /// Its text could not be made, and it stays as it is.
    Failed,
    /// It holds this text; none where there is no file.
    Becomes(Option<String>),
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
        let change = match wanted {
            CalendarContent::Unknown => FileChange::Stays,
            CalendarContent::None => FileChange::Becomes(None),
            CalendarContent::Dates(dates, names) => {
                let language = Language::of_environment();
                written(move || keyhaven_calendar::file(&dates, names, language)).await
            }
        };
        kept = follow(&agent, kept, change).await;
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

/// Makes the text of the file. Thousands of dates take a while, and requests do not wait for it.
async fn written(text: impl FnOnce() -> String + Send + 'static) -> FileChange {
    match tokio::task::spawn_blocking(text).await {
        Ok(text) => FileChange::Becomes(Some(text)),
        // A file that is out of date is better than none.
        Err(_) => FileChange::Failed,
    }
}

/// Writes or removes the file, unless it is known to be so; what is there then, where known.
async fn follow(
    agent: &Agent,
    kept: Option<Option<String>>,
    change: FileChange,
) -> Option<Option<String>> {
    let text = match change {
        // What is known of it may name something.
        FileChange::Stays => return None,
        FileChange::Failed => {
            agent.note(LogEvent::CalendarUnwritten);
            return None;
        }
        FileChange::Becomes(text) => text,
    };
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_text_that_could_not_be_made_does_not_remove_the_file() {
        let text = written(|| "BEGIN".into()).await;
        assert_eq!(text, FileChange::Becomes(Some("BEGIN".into())));
        // Not `panic!`, which would report itself as a failed test in the output.
        let failed = written(|| std::panic::resume_unwind(Box::new(()))).await;
        assert_eq!(failed, FileChange::Failed);
    }
}
