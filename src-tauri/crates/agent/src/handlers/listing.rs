//! Lists: credentials, what is due, environments.

use keyhaven_protocol::error::Error;
use keyhaven_protocol::request::{DueRequest, ListRequest};
use keyhaven_protocol::view::{CredentialRow, CredentialState, DueView, EnvironmentView};
use keyhaven_vault::{CredentialFilter, Summary, Unlocked};

use crate::errors::to_protocol;
use crate::handlers::lookup;
use crate::server::client_session::{ClientSession, Now};
use crate::views::{self, ViewContext};

/// Living credentials, or those in the trash.
pub(crate) async fn list(
    client: &ClientSession,
    request: ListRequest,
) -> Result<Vec<CredentialRow>, Error> {
    client
        .with_vault(move |vault, now| {
            let settings = vault.settings().map_err(to_protocol)?;
            let view_context = ViewContext {
                clock: &now.clock,
                settings: &settings,
            };
            let mut rows = Vec::new();
            let mut take = |summary: &Summary| {
                if !request.due || is_due(view_context.state(summary)) {
                    rows.push(view_context.row(summary));
                }
            };
            if request.removed {
                removed(vault, now)?.iter().for_each(take);
                name_days_left(vault, now, &mut rows)?;
            } else {
                let (project, environment) = (&request.project, &request.environment);
                known(vault, project.as_deref(), environment.as_deref())?;
                let filter = filter(&request);
                vault
                    .each(&filter, &now.clock, &mut take)
                    .map_err(to_protocol)?;
            }
            Ok(rows)
        })
        .await
}

/// How long what is in the trash stays there.
fn name_days_left(vault: &Unlocked, now: &Now, rows: &mut [CredentialRow]) -> Result<(), Error> {
    let left = vault.trash_days_left(now.clock.now).map_err(to_protocol)?;
    for row in rows {
        row.erased_after_days = Some(left.of(row.id));
    }
    Ok(())
}

/// A project or environment that does not exist is an error, not an empty list.
pub(crate) fn known(
    vault: &Unlocked,
    project: Option<&str>,
    environment: Option<&str>,
) -> Result<(), Error> {
    match (project, environment) {
        (None, _) => Ok(()),
        (Some(project), None) => lookup::project(vault, project),
        (Some(project), Some(environment)) => {
            lookup::tier(vault, &lookup::location(project, environment)).map(drop)
        }
    }
}

fn filter(request: &ListRequest) -> CredentialFilter {
    CredentialFilter {
        project: request.project.clone(),
        environment: request.environment.clone(),
        tag: request.tag.clone(),
        provider: request.provider.clone(),
        text: request.text.clone(),
        due_within_days: None,
        expired: request.expired,
        unused: request.unused,
    }
}

fn removed(vault: &Unlocked, now: &Now) -> Result<Vec<Summary>, Error> {
    let trash = vault.trash().map_err(to_protocol)?;
    let summaries = trash.iter().map(|credential| {
        vault
            .summary(credential.id, &now.clock)
            .map_err(to_protocol)
    });
    summaries.collect()
}

fn is_due(state: CredentialState) -> bool {
    matches!(
        state,
        CredentialState::Expired | CredentialState::Overdue | CredentialState::DueSoon
    )
}

/// What is due within so many days, soonest first, and what is past.
pub(crate) async fn due(
    client: &ClientSession,
    request: DueRequest,
) -> Result<Vec<DueView>, Error> {
    client
        .with_vault(move |vault, now| {
            let settings = vault.settings().map_err(to_protocol)?;
            let view_context = ViewContext {
                clock: &now.clock,
                settings: &settings,
            };
            let days = request.within_days;
            let summaries = vault.due(days, &now.clock).map_err(to_protocol)?;
            let mut views: Vec<DueView> = summaries
                .iter()
                .flat_map(|summary| view_context.due(summary))
                .filter(|view| i64::from(view.distance.in_days) <= i64::from(days))
                .collect();
            views.sort_by_key(|view| view.distance.seconds);
            Ok(views)
        })
        .await
}

/// All environments.
pub(crate) async fn environments(client: &ClientSession) -> Result<Vec<EnvironmentView>, Error> {
    client
        .with_vault(|vault, _| {
            let all = vault.environments().map_err(to_protocol)?;
            Ok(all.into_iter().map(views::environment).collect())
        })
        .await
}
