//! Import sessions: records gathered on one connection, then previewed or written whole.
//!
//! What is gathered is bounded, per connection and over all of them, and is forgotten when
//! the vault is locked.

use std::sync::Arc;

use keyhaven_protocol::error::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::request::{ImportItem as SentItem, ImportRequest, ImportStep};
use keyhaven_protocol::view::{ImportItemView, ImportOutcome, ImportReport};
use keyhaven_vault::{
    ImportConflict, ImportEffect as Outcome, ImportRecord, ImportTarget, Reason, Unlocked,
};
use tokio::sync::OwnedSemaphorePermit;

use crate::agent::Agent;
use crate::errors::{ErrorContext, clamp, invalid, to_protocol};
use crate::guarded;
use crate::handlers::{lookup, maintenance, unlock};
use crate::server::client_session::ClientSession;
use crate::tasks::backups;
use crate::views;

/// Records that one import may have.
const MOST_ITEMS: usize = 20_000;
/// Bytes of values that one import may have.
const MOST_BYTES: usize = 32 << 20;
/// What a record costs beside its value, for the common budget.
const ITEM_COST: usize = 512;

/// The records of a connection's import so far.
#[derive(Debug, Default)]
pub(crate) struct ImportSession {
    items: Vec<ImportRecord>,
    bytes: usize,
    /// The share of the agent's budget that they hold.
    room: Vec<OwnedSemaphorePermit>,
}

/// Gathers, previews or writes.
pub(crate) async fn import(
    client: &Arc<ClientSession>,
    id: u32,
    request: ImportRequest,
    mut segments: Segments,
) -> Result<ImportReport, Error> {
    // A locked vault gathers nothing, nor does one that was locked while it was asked.
    let locks = client.agent.events.locks();
    client.with_vault(|_, _| Ok(())).await?;
    if client.agent.events.locks() != locks {
        return Err(Error::Locked);
    }
    let step = request.step;
    let items = records(request.items, &mut segments)?;
    gather(client, items)?;
    if step == ImportStep::Gather {
        return Ok(ImportReport {
            items: Vec::new(),
            applied: false,
        });
    }
    let gathered = std::mem::take(&mut *guarded(&client.gathered));
    let target = ImportTarget {
        location: lookup::location(&request.project, &request.environment),
        tier: request.tier,
    };
    let apply = step == ImportStep::Apply;
    let follows = if apply {
        Agent::dates_changed
    } else {
        |_: &Agent| {}
    };
    let items = Arc::new(gathered.items);
    if apply && !request.without_backup {
        back_up(client, id, &target, &items).await?;
    }
    let done = client.change(follows, move |vault, now| {
        let about = ErrorContext::named(&target.location.project, &target.location.environment, "");
        let preview = vault
            .preview_import(&target, &items)
            .map_err(|error| about.to_protocol(error))?;
        let views = report(vault, &items, &preview.lines)?;
        if !apply {
            return Ok(views);
        }
        let conflicts = conflicts(&views);
        if !conflicts.is_empty() {
            return Err(Error::ImportConflict { names: conflicts });
        }
        vault
            .apply_import(&now.context, &target, &items)
            .map_err(|error| about.to_protocol(error))?;
        Ok(views)
    });
    let items = done.await?;
    if apply {
        client.agent.use_seen();
    }
    Ok(ImportReport {
        items,
        applied: apply,
    })
}

/// Writes a backup before an import that will change something that was there.
async fn back_up(
    client: &Arc<ClientSession>,
    id: u32,
    target: &ImportTarget,
    items: &Arc<Vec<ImportRecord>>,
) -> Result<(), Error> {
    let (target, items) = (target.clone(), items.clone());
    let wanted = client.with_vault(move |vault, _| {
        if vault.generation() == 0 {
            return Ok(false);
        }
        // What is wrong with the import is said by the import itself.
        let Ok(preview) = vault.preview_import(&target, &items) else {
            return Ok(false);
        };
        let changes = |line: &keyhaven_vault::ImportLine| {
            matches!(line.outcome, Outcome::New | Outcome::Updated { .. })
        };
        Ok(preview.conflicts() == 0 && preview.lines.iter().any(changes))
    });
    if !wanted.await? {
        return Ok(());
    }
    let backup_job = maintenance::backup_job(client, id, Reason::Import, None);
    backups::write_before(&client.agent, backup_job).await
}

fn records(sent: Vec<SentItem>, segments: &mut Segments) -> Result<Vec<ImportRecord>, Error> {
    let items = sent.into_iter().map(|item| {
        Ok(ImportRecord {
            value: unlock::take(segments, item.value)?,
            source_id: item.source_id,
            name: item.name,
            kind: views::kind_record(item.kind),
            variable: item.variable,
            provider: item.provider,
            rotate_every_days: item.rotate_every_days,
        })
    });
    items.collect()
}

fn gather(client: &ClientSession, items: Vec<ImportRecord>) -> Result<(), Error> {
    let too_much = || invalid("the import", "at most 20,000 records and 32 MiB of values");
    // Exposed for its length alone.
    let size = |item: &ImportRecord| item.value.expose().len() + ITEM_COST;
    let bytes: usize = items.iter().map(size).sum();
    let mut gathered = guarded(&client.gathered);
    let fits =
        gathered.bytes + bytes <= MOST_BYTES && gathered.items.len() + items.len() <= MOST_ITEMS;
    if !fits {
        *gathered = ImportSession::default();
        return Err(too_much());
    }
    let kib = clamp(bytes.div_ceil(1024) as u64);
    let room = client.agent.imports.clone().try_acquire_many_owned(kib);
    gathered
        .room
        .push(room.map_err(|_| invalid("the import", "other imports are under way; try again"))?);
    gathered.bytes += bytes;
    gathered.items.extend(items);
    Ok(())
}

fn report(
    vault: &Unlocked,
    items: &[ImportRecord],
    lines: &[keyhaven_vault::ImportLine],
) -> Result<Vec<ImportItemView>, Error> {
    let views = items.iter().zip(lines).map(|(item, line)| {
        Ok(ImportItemView {
            name: line.name.clone(),
            variable: item.variable.clone(),
            kind: views::kind(item.kind),
            provider: item.provider.clone(),
            rotate_every_days: item.rotate_every_days,
            outcome: outcome(vault, line)?,
        })
    });
    views.collect()
}

fn outcome(vault: &Unlocked, line: &keyhaven_vault::ImportLine) -> Result<ImportOutcome, Error> {
    let name_of = |id| vault.get(id).map(|other| other.name).map_err(to_protocol);
    Ok(match &line.outcome {
        Outcome::New => ImportOutcome::New,
        Outcome::Updated { .. } => ImportOutcome::Updated,
        Outcome::Unchanged { .. } => ImportOutcome::Unchanged,
        Outcome::Older { .. } => ImportOutcome::Older,
        Outcome::Conflict(conflict) => match conflict {
            ImportConflict::NameTaken { credential }
            | ImportConflict::NotUpdatable { credential } => ImportOutcome::Conflict {
                with: name_of(*credential)?,
            },
            ImportConflict::VariableTaken { credential } => ImportOutcome::Conflict {
                with: credential.clone(),
            },
            ImportConflict::Twice => ImportOutcome::Conflict {
                with: line.name.clone(),
            },
            ImportConflict::Invalid(why) => {
                let about = ErrorContext::named("", "", &line.name);
                return Err(about.to_protocol(why.clone().into()));
            }
        },
    })
}

fn conflicts(items: &[ImportItemView]) -> Vec<String> {
    items
        .iter()
        .filter_map(|item| match &item.outcome {
            ImportOutcome::Conflict { with } => Some(with.clone()),
            _ => None,
        })
        .collect()
}
