//! Imports: the records that a connection has sent are previewed, or written as a whole.
//!
//! They are dropped when the vault is locked.

use std::sync::Arc;

use crate::agent::Agent;
use crate::errors::{ErrorContext, to_protocol};
use crate::guarded;
use crate::handlers::{lookup, maintenance, secrets};
use crate::jobs::backup;
use crate::server::client_session::ClientSession;
use crate::views;
use keyhaven_protocol::error::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::request::{ImportItem as SentItem, ImportRequest, ImportStep};
use keyhaven_protocol::view::{ImportExpiry, ImportItemView, ImportOutcome, ImportReport};
use keyhaven_rules::names::normal;
use keyhaven_vault::{
    ImportConflict, ImportEffect as Outcome, ImportRecord, ImportTarget, Moment, Reason,
    ReplacedValues, stop,
};

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
    let replaced = ReplacedValues {
        old: secrets::old_versions(request.discard_old),
        expiry: views::next_expiry(request.expires),
    };
    let items = records(request.items, &mut segments)?;
    guarded(&client.import_session).add(items, &client.agent.import_budget)?;
    if step == ImportStep::Gather {
        return Ok(ImportReport {
            items: Vec::new(),
            applied: false,
        });
    }
    let gathered = std::mem::take(&mut *guarded(&client.import_session));
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
    let items = Arc::new(gathered.records);
    if apply && !request.without_backup {
        back_up(client, id, &target, &items)
            .await
            .map_err(stopped)?;
    }
    let done = client.change(follows, move |vault, now| {
        let about = ErrorContext::named(&target.location.project, &target.location.environment, "");
        let preview = vault
            .preview_import(&target, &items)
            .map_err(|error| about.to_protocol(error))?;
        let replacing = |before| replaced.expiry.applied(before, now.context.now);
        let views = report(&items, &preview.lines, replacing)?;
        if !apply {
            return Ok(views);
        }
        let conflicts = conflicts(&views);
        if !conflicts.is_empty() {
            return Err(Error::ImportConflict { names: conflicts });
        }
        vault
            .apply_import(&now.context, &target, &items, replaced)
            .map_err(|error| about.to_protocol(error))?;
        Ok(views)
    });
    let items = match apply {
        true => done.await.map_err(stopped)?,
        false => done.await?,
    };
    if apply {
        client.use_seen();
    }
    Ok(ImportReport {
        items,
        applied: apply,
    })
}

/// A lock stops an import before anything of it is written.
fn stopped(error: Error) -> Error {
    match error {
        Error::Locked => Error::ImportStopped,
        error => error,
    }
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
        // The import itself reports what is wrong with it.
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
    backup::write_before(&client.agent, backup_job).await
}

fn records(sent: Vec<SentItem>, segments: &mut Segments) -> Result<Vec<ImportRecord>, Error> {
    let items = sent.into_iter().map(|item| {
        Ok(ImportRecord {
            value: secrets::take(segments, item.value)?,
            source_id: item.source_id,
            name: normal(&item.name).into_owned(),
            field: item.field,
            kind: item.kind,
            variable: item.variable,
            provider: item.provider,
            rotate_every_days: item.rotate_every_days,
        })
    });
    items.collect()
}

fn report(
    items: &[ImportRecord],
    lines: &[keyhaven_vault::ImportLine],
    replacing: impl Fn(Option<Moment>) -> Option<Moment>,
) -> Result<Vec<ImportItemView>, Error> {
    let views = items.iter().zip(lines).map(|(item, line)| {
        stop::check().map_err(to_protocol)?;
        let before = match line.outcome {
            Outcome::Updated { expires, .. } => expires,
            _ => None,
        };
        Ok(ImportItemView {
            expiry: before.map(|old| ImportExpiry {
                before: old,
                after: replacing(before),
            }),
            name: line.name.clone(),
            variable: item.variable.clone(),
            kind: item.kind,
            provider: item.provider.clone(),
            rotate_every_days: item.rotate_every_days,
            outcome: outcome(line)?,
        })
    });
    views.collect()
}

fn outcome(line: &keyhaven_vault::ImportLine) -> Result<ImportOutcome, Error> {
    Ok(match &line.outcome {
        Outcome::New => ImportOutcome::New,
        Outcome::Updated { .. } => ImportOutcome::Updated,
        Outcome::Unchanged { .. } => ImportOutcome::Unchanged,
        Outcome::Older { .. } => ImportOutcome::Older,
        Outcome::Conflict(conflict) => match conflict {
            ImportConflict::NotUpdatable { credential }
            | ImportConflict::VariableTaken { credential } => ImportOutcome::Conflict {
                with: credential.clone(),
            },
            ImportConflict::NameTaken { .. } | ImportConflict::Twice => ImportOutcome::Conflict {
                with: line.name.clone(),
            },
            ImportConflict::Lookalike { existing } => {
                return Err(Error::Lookalike {
                    name: line.name.clone(),
                    existing: existing.clone(),
                });
            }
            ImportConflict::Invalid(why) => {
                let about = ErrorContext::named("", "", &line.name);
                return Err(about.to_protocol(why.clone().into()));
            }
        },
    })
}

/// What the file has and the vault has from elsewhere, each with the credential in the way.
fn conflicts(items: &[ImportItemView]) -> Vec<String> {
    items
        .iter()
        .filter_map(|item| match &item.outcome {
            ImportOutcome::Conflict { with } if *with == item.name => Some(with.clone()),
            ImportOutcome::Conflict { with } => {
                let name = item.variable.as_ref().unwrap_or(&item.name);
                Some(format!("{name} ({with})"))
            }
            _ => None,
        })
        .collect()
}
