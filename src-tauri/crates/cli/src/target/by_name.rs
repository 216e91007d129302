//! A credential that is named without its project and environment.

use keyhaven_client::Client;
use keyhaven_protocol::NearNames;
use keyhaven_protocol::request::ListRequest;
use keyhaven_protocol::view::CredentialRow;

use super::{
    LocationArgs, ProjectEnvironment, environments, full_reference, no_environment_of_known,
};
use crate::error::Failure;
use crate::problem::CliProblem;
use crate::session::Context;

/// The most references that a hint names.
const MAX_NAMED: usize = 4;

/// A name alone means the only credential that has it, where nothing says whose.
pub(super) fn by_name_alone(
    context: &Context,
    client: &mut Client,
    name: &str,
    given: &LocationArgs,
    places: &[SearchedPlace],
) -> Result<ProjectEnvironment, Failure> {
    match ProjectEnvironment::find(context, client, given) {
        Err(Failure::Own(CliProblem::NoLocation)) => {}
        Err(Failure::Own(CliProblem::NoEnvironmentGiven { .. })) if given.project.is_some() => {
            return Err(no_environment_of_known(&environments(client), given));
        }
        found => return found,
    }
    let mut rows = Vec::new();
    for place in places {
        rows.extend(client.ask(place.list())?);
    }
    match NameLookup::of(name, given.environment.as_deref(), &rows) {
        NameLookup::One(place) => Ok(place),
        NameLookup::Several(references) => Err(CliProblem::SeveralOfName { references }.into()),
        // A name in the trash is reported by its command.
        NameLookup::None { .. } if !places.contains(&SearchedPlace::Vault) => {
            Err(CliProblem::NotInTrash { name: name.into() }.into())
        }
        NameLookup::None { elsewhere, similar } => Err(CliProblem::NoKeyOfName {
            name: name.into(),
            environment: given.environment.clone(),
            elsewhere,
            similar,
        }
        .into()),
    }
}

/// Where a credential is looked for by its name alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchedPlace {
    /// The credentials in use.
    Vault,
    /// The removed ones.
    Trash,
}

impl SearchedPlace {
    fn list(self) -> ListRequest {
        ListRequest {
            removed: self == Self::Trash,
            ..ListRequest::default()
        }
    }
}

/// What has a name, wherever it is.
#[derive(Debug, PartialEq, Eq)]
enum NameLookup {
    /// One place has it.
    One(ProjectEnvironment),
    /// References of several that have it.
    Several(Vec<String>),
    /// None has it there.
    None {
        /// References of those that have it in another environment.
        elsewhere: Option<Vec<String>>,
        /// What may have been meant.
        similar: Option<String>,
    },
}

impl NameLookup {
    fn of(name: &str, environment: Option<&str>, rows: &[CredentialRow]) -> Self {
        let of_name: Vec<&CredentialRow> = rows.iter().filter(|row| row.name == *name).collect();
        let is_there = |row: &CredentialRow| environment.is_none_or(|one| row.environment == *one);
        let mut places: Vec<(&str, &str)> = of_name
            .iter()
            .filter(|row| is_there(row))
            .map(|row| (row.project.as_str(), row.environment.as_str()))
            .collect();
        // In the trash several of one name may have been in one place.
        places.sort_unstable();
        places.dedup();
        let reference =
            |(project, environment): &(&str, &str)| full_reference(project, environment, name);
        match places.as_slice() {
            [(project, environment)] => Self::One(ProjectEnvironment {
                project: (*project).into(),
                environment: (*environment).into(),
            }),
            [] => Self::none(name, &of_name, rows),
            several => Self::Several(several.iter().take(MAX_NAMED).map(reference).collect()),
        }
    }

    fn none(name: &str, of_name: &[&CredentialRow], rows: &[CredentialRow]) -> Self {
        let reference = |row: &&CredentialRow| full_reference(&row.project, &row.environment, name);
        let elsewhere: Vec<String> = of_name.iter().take(MAX_NAMED).map(reference).collect();
        let mut near = NearNames::to(name);
        rows.iter().for_each(|row| near.look_at(&row.name));
        Self::None {
            elsewhere: (!elsewhere.is_empty()).then_some(elsewhere),
            similar: near.suggestion(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(project: &str, environment: &str, name: &str) -> CredentialRow {
        let row = serde_json::json!({
            "id": "00000000-0000-0000-0000-000000000000", "revision": 1,
            "project": project, "environment": environment, "name": name,
            "tier": "development", "provider": null, "variables": [], "fields": 1,
            "plain": false, "scopes": [], "tags": [], "expires": null,
            "rotation_due": null, "state": "fine", "last_used": null,
        });
        serde_json::from_value(row).unwrap()
    }

    #[test]
    fn a_name_alone_is_found_where_one_environment_has_it() {
        let rows = [
            row("shop", "dev", "stripe"),
            row("shop", "qa", "stripe"),
            row("blog", "dev", "sentry"),
            // Removed twice.
            row("shop", "qa", "old"),
            row("shop", "qa", "old"),
        ];
        let of = |name, environment| NameLookup::of(name, environment, &rows);
        let place = |project: &str, environment: &str| {
            NameLookup::One(ProjectEnvironment {
                project: project.into(),
                environment: environment.into(),
            })
        };
        assert_eq!(of("sentry", None), place("blog", "dev"));
        assert_eq!(of("old", None), place("shop", "qa"));
        assert_eq!(of("stripe", Some("qa")), place("shop", "qa"));
        let both = ["kh://shop/dev/stripe", "kh://shop/qa/stripe"].map(String::from);
        assert_eq!(of("stripe", None), NameLookup::Several(both.to_vec()));
        assert_eq!(
            of("stripe", Some("prod")),
            NameLookup::None {
                elsewhere: Some(both.to_vec()),
                similar: Some("stripe".into()),
            }
        );
        assert_eq!(
            of("strpie", None),
            NameLookup::None {
                elsewhere: None,
                similar: Some("stripe".into()),
            }
        );
    }
}
