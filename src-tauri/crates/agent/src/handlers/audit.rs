//! The log, and one credential's history.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use keyhaven_protocol::error::Error;
use keyhaven_protocol::problem::Problem;
use keyhaven_protocol::request::{AuditRequest, HistoryRequest, Target};
use keyhaven_protocol::similar;
use keyhaven_protocol::view::{AuditEntryView, HistoryView};
use keyhaven_vault::{
    Action, AuditEntry, AuditFilter, Credential, Label, Unlocked, Usage, Version,
};
use uuid::Uuid;

use crate::errors::to_protocol;
use crate::handlers::lookup;
use crate::server::client_session::ClientSession;
use crate::views::{self, ENVIRONMENT, PROJECT, ViewContext};

/// Entries when no number is asked for.
const USUAL: usize = 200;
/// The most that one answer holds.
const MOST: usize = 10_000;
/// Entries read at a time.
const PAGE: usize = 1000;
/// Bytes of names in an answer: an entry names all credentials of its launch.
const MOST_BYTES: usize = 16 << 20;
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
        .with_vault(move |vault, _| {
            let subject = request.credential.as_ref();
            let subject = subject.map(|target| named(vault, target)).transpose()?;
            let filter = AuditFilter {
                subject: subject.map(|credential| credential.id),
                action: request.action.as_deref().and_then(Action::parse),
                since: request.since,
                ..AuditFilter::default()
            };
            if let (Some(name), None) = (&request.action, filter.action) {
                check_family(name)?;
            }
            let is = |entry: &AuditEntry, key, wanted: &Option<String>| {
                wanted.is_none() || entry.detail.get(key) == wanted.as_ref()
            };
            let family = request.action.as_deref();
            let family = family.filter(|_| filter.action.is_none());
            let wanted = |entry: &AuditEntry| {
                family.is_none_or(|family| entry.action.family() == family)
                    && is(entry, PROJECT, &request.project)
                    && is(entry, ENVIRONMENT, &request.environment)
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

/// The living credential that is meant, else the one in the trash: the log outlasts it.
fn named(vault: &Unlocked, target: &Target) -> Result<Credential, Error> {
    let missing = match lookup::credential(vault, target) {
        Err(missing @ Error::NoCredential { .. }) => missing,
        found => return found,
    };
    let Target::Named {
        project,
        environment,
        name,
    } = target
    else {
        return Err(missing);
    };
    let location = lookup::location(project, environment);
    let trash = vault.trash().map_err(to_protocol)?.into_iter();
    let mut removed = trash.filter(|one| one.name == *name && one.location == location);
    removed.next().ok_or(missing)
}

/// What is no action may be the first part of some.
fn check_family(name: &str) -> Result<(), Error> {
    if Action::ALL.iter().any(|action| action.family() == name) {
        return Ok(());
    }
    let names = Action::ALL.iter().map(|action| action.as_str());
    let near = names.clone().filter(|action| action.starts_with(name));
    let mut actions: Vec<String> = near.map(Into::into).collect();
    if actions.is_empty() {
        actions = match similar(name, names) {
            Some(one) => vec![one],
            None => families(),
        };
    }
    Err(Error::invalid(Problem::UnknownAction {
        action: name.into(),
        actions,
    }))
}

fn families() -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for family in Action::ALL.iter().map(|action| action.family()) {
        if !names.iter().any(|known| known == family) {
            names.push(family.into());
        }
    }
    names
}

fn entries(
    vault: &Unlocked,
    filter: AuditFilter,
    limit: usize,
    wanted: impl Fn(&AuditEntry) -> bool,
) -> Result<Vec<AuditEntry>, Error> {
    let (mut found, mut bytes) = (Vec::new(), 0);
    each(vault, filter, |entry| {
        if found.len() < limit && wanted(&entry) {
            bytes += size(&entry);
            found.push(entry);
        }
        if bytes > MOST_BYTES {
            return Err(Error::invalid(Problem::AnswerTooLarge {
                what: "log".into(),
                size: bytes as u64,
                limit: MOST_BYTES as u64,
            }));
        }
        Ok(found.len() < limit)
    })?;
    Ok(found)
}

/// Shows entries, newest first, as long as there is to be more.
fn each(
    vault: &Unlocked,
    mut filter: AuditFilter,
    mut take: impl FnMut(AuditEntry) -> Result<bool, Error>,
) -> Result<(), Error> {
    filter.limit = PAGE;
    loop {
        let page = vault.audit(&filter).map_err(to_protocol)?;
        for entry in page.entries {
            if !take(entry)? {
                return Ok(());
            }
        }
        if page.next.is_none() {
            return Ok(());
        }
        filter.before = page.next;
    }
}

/// Bytes of what an entry may have much of.
fn size(entry: &AuditEntry) -> usize {
    let detail = entry
        .detail
        .iter()
        .map(|(name, text)| name.len() + text.len());
    16 * entry.subjects.len() + detail.sum::<usize>()
}

/// A credential's versions, and the latest entries about it.
pub(crate) async fn history(
    client: &ClientSession,
    request: HistoryRequest,
) -> Result<HistoryView, Error> {
    client
        .with_vault(move |vault, now| {
            let credential = lookup::credential(vault, &request.target)?;
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
            let (log, usage) = log_of(vault, credential.id, &versions)?;
            let of = |version: &Version| usage.get(&version.number).copied().unwrap_or_default();
            Ok(HistoryView {
                credential: view_context.row(&summary),
                versions: versions
                    .iter()
                    .map(|version| views::version(version, of(version)))
                    .collect(),
                uses: log.into_iter().map(views::audit_entry).collect(),
            })
        })
        .await
}

/// The latest entries about a credential, and how often each of its versions was used.
fn log_of(
    vault: &Unlocked,
    id: Uuid,
    versions: &[Version],
) -> Result<(Vec<AuditEntry>, HashMap<u32, Usage>), Error> {
    let filter = AuditFilter {
        subject: Some(id),
        ..AuditFilter::default()
    };
    let (mut log, mut bytes) = (Vec::new(), 0);
    let (mut uses, mut counted) = (Vec::new(), 0);
    let mut failed = HashSet::new();
    let mut current = CurrentSince::of(versions);
    each(vault, filter, |entry| {
        // Newest first: what came to nothing is known before what was released for it.
        failed.extend(entry.release_taken_back());
        current.hear(&entry);
        if entry.action.is_use() && !failed.contains(&entry.sequence) {
            uses.push((entry.sequence, entry.at, named_version(&entry)));
        }
        counted += 1;
        bytes += size(&entry);
        if log.len() < HISTORY && bytes <= MOST_BYTES {
            log.push(entry);
        }
        Ok(counted < COUNTED)
    })?;
    let mut usage: HashMap<u32, Usage> = HashMap::new();
    for (sequence, at, named) in uses {
        if let Some(number) = named.or_else(|| current.newest(versions, sequence, at)) {
            let usage = usage.entry(number).or_default();
            usage.uses += 1;
            usage.last_used = usage.last_used.max(Some(at));
        }
    }
    Ok((log, usage))
}

/// From which entry of the log on a version could be used that a rotation has stored before.
struct CurrentSince(HashMap<u32, u64>);

impl CurrentSince {
    fn of(versions: &[Version]) -> Self {
        let pending = versions.iter().filter(|one| one.label == Label::Pending);
        Self(pending.map(|one| (one.number, u64::MAX)).collect())
    }

    fn hear(&mut self, entry: &AuditEntry) {
        let since = match entry.action {
            Action::RotationPromoted => entry.sequence,
            Action::RotationAborted => u64::MAX,
            _ => return,
        };
        if let Some(version) = named_version(entry) {
            self.0.insert(version, since);
        }
    }

    /// The version of a use that names none: the newest that was there and could be used.
    fn newest(&self, versions: &[Version], sequence: u64, at: Timestamp) -> Option<u32> {
        let usable = versions.iter().filter(|version| {
            let since = self.0.get(&version.number);
            version.created_at <= at && since.is_none_or(|since| *since <= sequence)
        });
        usable.map(|version| version.number).max()
    }
}

fn named_version(entry: &AuditEntry) -> Option<u32> {
    entry.detail.get(VERSION).and_then(|text| text.parse().ok())
}
