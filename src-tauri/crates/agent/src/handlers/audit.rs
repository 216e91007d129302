//! The log, and one credential's history.

use std::collections::HashMap;

use keyhaven_protocol::error::Error;
use keyhaven_protocol::problem::Problem;
use keyhaven_protocol::request::{AuditRequest, HistoryRequest};
use keyhaven_protocol::view::{AuditEntryView, HistoryView};
use keyhaven_vault::{Action, AuditEntry, AuditFilter, Unlocked, Usage, Version};
use uuid::Uuid;

use crate::errors::to_protocol;
use crate::handlers::lookup;
use crate::server::client_session::ClientSession;
use crate::views::{self, PROJECT, ViewContext};

/// Entries when no number is asked for.
const USUAL: usize = 200;
/// The most that one answer holds.
const MOST: usize = 10_000;
/// Entries read at a time.
const PAGE: usize = 1000;
/// Entries of a credential's history that are shown.
const HISTORY: usize = 100;
/// Uses counted for a credential's versions, newest first.
const COUNTED: usize = 10_000;
/// The key under which a use names a version that was not the current one.
pub(crate) const VERSION: &str = "version";

/// The log, newest first.
pub(crate) async fn audit(
    client: &ClientSession,
    request: AuditRequest,
) -> Result<Vec<AuditEntryView>, Error> {
    client
        .with_vault(move |vault, now| {
            let subject = request.credential.as_ref();
            let subject = subject
                .map(|target| lookup::credential(vault, target, now))
                .transpose()?;
            let filter = AuditFilter {
                subject: subject.map(|credential| credential.id),
                action: request.action.as_deref().map(action).transpose()?,
                since: request.since,
                ..AuditFilter::default()
            };
            let wanted = |entry: &AuditEntry| match &request.project {
                Some(project) => entry.detail.get(PROJECT) == Some(project),
                None => true,
            };
            let limit = match request.limit {
                0 => USUAL,
                limit => (limit as usize).min(MOST),
            };
            let entries = entries(vault, filter, limit, wanted)?;
            if let (true, Some(project)) = (entries.is_empty(), &request.project) {
                lookup::project(vault, project)?;
            }
            Ok(entries.into_iter().map(views::audit_entry).collect())
        })
        .await
}

fn action(name: &str) -> Result<Action, Error> {
    Action::parse(name).ok_or_else(|| {
        Error::invalid(Problem::UnknownAction {
            action: name.into(),
        })
    })
}

fn entries(
    vault: &Unlocked,
    mut filter: AuditFilter,
    limit: usize,
    wanted: impl Fn(&AuditEntry) -> bool,
) -> Result<Vec<AuditEntry>, Error> {
    let mut found = Vec::new();
    filter.limit = PAGE;
    loop {
        let page = vault.audit(&filter).map_err(to_protocol)?;
        found.extend(page.entries.into_iter().filter(&wanted));
        filter.before = page.next;
        if found.len() >= limit || page.next.is_none() {
            found.truncate(limit);
            return Ok(found);
        }
    }
}

/// A credential's versions, and the latest entries about it.
pub(crate) async fn history(
    client: &ClientSession,
    request: HistoryRequest,
) -> Result<HistoryView, Error> {
    client
        .with_vault(move |vault, now| {
            let credential = lookup::credential(vault, &request.target, now)?;
            let settings = vault.settings().map_err(to_protocol)?;
            let view_context = ViewContext {
                clock: &now.clock,
                settings: &settings,
            };
            let summary = vault
                .summary(credential.id, &now.clock)
                .map_err(to_protocol)?;
            let versions = vault
                .versions(credential.id, now.clock.now)
                .map_err(to_protocol)?;
            let log = log_of(vault, credential.id)?;
            let usage = usage_by_version(&versions, &log);
            let of = |version: &Version| usage.get(&version.number).copied().unwrap_or_default();
            Ok(HistoryView {
                credential: view_context.row(&summary),
                versions: versions
                    .iter()
                    .map(|version| views::version(version, of(version)))
                    .collect(),
                uses: log
                    .into_iter()
                    .take(HISTORY)
                    .map(views::audit_entry)
                    .collect(),
            })
        })
        .await
}

fn log_of(vault: &Unlocked, id: Uuid) -> Result<Vec<AuditEntry>, Error> {
    let filter = AuditFilter {
        subject: Some(id),
        ..AuditFilter::default()
    };
    entries(vault, filter, COUNTED, |_| true)
}

/// A use is one of the version it names, else of the newest that was there at the time.
fn usage_by_version(versions: &[Version], log: &[AuditEntry]) -> HashMap<u32, Usage> {
    let mut usage: HashMap<u32, Usage> = HashMap::new();
    for entry in log.iter().filter(|entry| entry.action.is_use()) {
        let named = entry.detail.get(VERSION).and_then(|text| text.parse().ok());
        let newest = versions
            .iter()
            .filter(|version| version.created_at <= entry.at)
            .map(|version| version.number)
            .max();
        if let Some(number) = named.or(newest) {
            let usage = usage.entry(number).or_default();
            usage.uses += 1;
            usage.last_used = usage.last_used.max(Some(entry.at));
        }
    }
    usage
}
