//! Changes of credentials and environments.

use keyhaven_protocol::Error;
use keyhaven_protocol::problem::Problem;
use keyhaven_protocol::request::{
    AddRequest, EditRequest, EnvironmentsRequest, FieldValue, ListRequest, ProfilesRequest,
    RestoreRequest, RollBackRequest, SetRequest, SetTierRequest, ShowRequest, Target,
};
use keyhaven_protocol::view::{
    CredentialView, EnvironmentView, FieldKind, FieldView, ImportOutcome, ImportReport,
};
use keyhaven_rules::variables;

use super::reminders::{self, expect_revision};
use super::{AppState, Concern, Confirmation, agreed, texts};
use crate::imports::ImportPlan;
use crate::strings::{NativeText, shown};

/// Asks before a new credential fills a variable that changes what programs do, or that
/// launches would be given which a person has confirmed or saved.
///
/// # Errors
/// [`Error::Cancelled`] when the person says no, or the agent's answer.
pub fn add(state: &AppState, request: &AddRequest) -> Result<(), Error> {
    let fields = &request.metadata.fields;
    let loosened = loosened(&[], fields);
    let mut concerns = about_loaders(&request.metadata.name, &loosened);
    let location = (&*request.project, &*request.environment);
    let added = fields.iter().filter_map(|field| field.variable.as_deref());
    concerns.extend(about_new(state, location, added.collect(), &loosened)?);
    agreed(state, concerns)
}

/// Asks before the new credentials of an import do, and before an import replaces the value of
/// a variable that changes what programs do.
///
/// # Errors
/// As [`add`].
pub fn import(state: &AppState, plan: &ImportPlan, preview: &ImportReport) -> Result<(), Error> {
    let items = preview.items.iter();
    let new = items.filter(|item| item.outcome == ImportOutcome::New);
    let added = new.filter_map(|item| item.variable.as_deref()).collect();
    let mut concerns = about_new(state, (&plan.project, &plan.environment), added, &[])?;
    let items = preview.items.iter();
    let updated = items.filter(|item| item.outcome == ImportOutcome::Updated);
    let replaced: Vec<&str> = updated
        .filter_map(|item| item.variable.as_deref())
        .collect();
    concerns.extend(about_new_values(&replaced, &[]));
    agreed(state, concerns)
}

/// Asks before a credential out of the trash does.
///
/// # Errors
/// As [`add`].
pub fn restore(state: &AppState, request: &RestoreRequest) -> Result<(), Error> {
    let trash = state.link.ask(ListRequest {
        removed: true,
        ..ListRequest::default()
    })?;
    let Some(row) = trash.iter().find(|row| row.id == request.id) else {
        // The agent says so.
        return Ok(());
    };
    let added = row.variables.iter().map(String::as_str).collect();
    let concerns = about_new(state, (&row.project, &row.environment), added, &[])?;
    agreed(state, concerns)
}

/// Asks before a field fills another variable or is no longer secret, before a variable may
/// load code, before a person is reminded less, before the credential gets another service, to
/// which a check sends it, and before it gets another page: its host is whom `kh git-credential`
/// gives the key to.
///
/// # Errors
/// [`Error::Cancelled`] when the person says no, or the agent's answer.
pub fn edit(state: &AppState, request: &EditRequest) -> Result<(), Error> {
    let target = Target::Id(request.id);
    let known = state.link.ask(ShowRequest { target })?;
    let name = &known.row.name;
    expect_revision(&known, request.revision)?;
    let mut concerns = reminders::of_edit(state, &known, &request.metadata)?;
    let url = request.metadata.url.as_deref();
    if let Some(url) = url.filter(|_| known.url != request.metadata.url) {
        concerns.push(Concern {
            title: NativeText::PageQuestion,
            text: NativeText::PageText {
                name: shown(name),
                url: shown(url),
            },
        });
    }
    concerns.extend(about_service(&known, request.metadata.provider.as_deref()));
    let fields = &request.metadata.fields;
    concerns.extend(about_fields(name, &known.field_list, fields));
    concerns.extend(about_loaders(name, &loosened(&known.field_list, fields)));
    agreed(state, concerns)
}

/// Asks before a variable that loads code, or may make programs run other code, gets another
/// value: that a launch was confirmed says nothing about it. Also before the expiry goes, and
/// before a check may send a secret to another server. The
/// request is bound to the credential and revision that were looked at; they are returned.
///
/// # Errors
/// [`Error::Cancelled`] when the person says no, or the agent's answer.
pub fn set(state: &AppState, request: &mut SetRequest) -> Result<CredentialView, Error> {
    if request.values.is_empty() {
        // It would only change dates, as if there were a new value.
        return Err(Error::invalid(Problem::RequestNotAllowed));
    }
    let target = request.target.clone();
    let known = state.link.ask(ShowRequest { target })?;
    request.target = Target::Id(known.row.id);
    let revision = *request.revision.get_or_insert(known.row.revision);
    expect_revision(&known, revision)?;
    let ends = reminders::of_new_expiry(&known, request.expires);
    let destination = about_destination(&known, &request.values);
    let mut fields = known.field_list.clone();
    fields.retain(|field| request.values.iter().any(|value| value.field == field.name));
    let loosened = loosened(&[], &fields);
    let mut concerns = about_loaders(&known.row.name, &loosened);
    concerns.extend(ends);
    concerns.extend(destination);
    let filled: Vec<&str> = fields
        .iter()
        .filter_map(|field| field.variable.as_deref())
        .collect();
    concerns.extend(about_new_values(&filled, &loosened));
    agreed(state, concerns)?;
    Ok(known)
}

/// Asks before an older value of such a variable comes back, and before a person is reminded of
/// that value later than they were. The credential is returned as it was looked at, unless that
/// version is its current one.
///
/// # Errors
/// As [`set`].
pub fn roll_back(
    state: &AppState,
    request: &mut RollBackRequest,
) -> Result<Option<CredentialView>, Error> {
    let target = Target::Id(request.id);
    let known = state.link.ask(ShowRequest { target })?;
    expect_revision(&known, request.revision)?;
    let loosened = loosened(&[], &known.field_list);
    let mut concerns = about_loaders(&known.row.name, &loosened);
    concerns.extend(reminders::of_older_version(state, &known, request)?);
    let filled: Vec<&str> = known.row.variables.iter().map(String::as_str).collect();
    concerns.extend(about_new_values(&filled, &loosened));
    agreed(state, concerns)?;
    Ok((known.version != Some(request.version)).then_some(known))
}

/// Asks before an environment gets a lower tier.
///
/// # Errors
/// [`Error::Cancelled`] when the person says no, or the agent's answer.
pub fn set_tier(state: &AppState, request: &SetTierRequest) -> Result<(), Error> {
    let known = state.link.ask(EnvironmentsRequest {})?;
    let Some(known) = lowered(&known, request) else {
        return Ok(());
    };
    let concern = Concern {
        title: NativeText::TierQuestion,
        text: NativeText::TierText {
            place: texts::place(&request.project, &request.environment),
            from: known.tier.name().into(),
            to: request.tier.name().into(),
            keys: known.credentials,
        },
    };
    agreed(state, vec![concern])
}

/// Another service, to which a check would send a secret.
fn about_service(known: &CredentialView, after: Option<&str>) -> Option<Concern> {
    let before = known.row.provider.as_deref();
    let after = after.filter(|after| before != Some(after) && has_secret(&known.field_list))?;
    Some(Concern {
        title: NativeText::DestinationQuestion,
        text: NativeText::ServiceText {
            name: shown(&known.row.name),
            before: before.map(shown),
            after: shown(after),
        },
    })
}

/// New values next to a secret that stays: to which server of its service a check sends it may
/// follow from them.
fn about_destination(known: &CredentialView, values: &[FieldValue]) -> Option<Concern> {
    let is_new = |field: &&FieldView| values.iter().any(|value| value.field == field.name);
    let (new, kept): (Vec<_>, Vec<_>) = known.field_list.iter().partition(is_new);
    if known.row.provider.is_none() || !has_secret(kept) {
        return None;
    }
    let plain = new.iter().filter(|field| field.kind == FieldKind::Plain);
    let plain: Vec<&str> = plain.map(|field| field.name.as_str()).collect();
    (!plain.is_empty()).then(|| Concern {
        title: NativeText::DestinationQuestion,
        text: NativeText::DestinationText {
            name: shown(&known.row.name),
            fields: texts::named(&plain),
        },
    })
}

fn has_secret<'a>(fields: impl IntoIterator<Item = &'a FieldView>) -> bool {
    let mut fields = fields.into_iter();
    fields.any(|field| field.kind == FieldKind::Secret)
}

/// New values of variables that change what programs do, or may; those of `loosened` are asked
/// about already.
fn about_new_values(variables: &[&str], loosened: &[&str]) -> Option<Concern> {
    let marked = |name: &&&str| variables::mark(name).is_some() && !loosened.contains(name);
    let marked: Vec<&str> = variables.iter().filter(marked).copied().collect();
    (!marked.is_empty()).then(|| Concern {
        title: NativeText::MarkedQuestion,
        text: NativeText::MarkedText {
            variables: texts::named(&marked),
        },
    })
}

/// New variables of an environment; those of `loosened` are asked about already.
fn about_new(
    state: &AppState,
    (project, environment): (&str, &str),
    added: Vec<&str>,
    loosened: &[&str],
) -> Result<Vec<Concern>, Error> {
    let mut concerns = Vec::from_iter(about_new_values(&added, loosened));
    if !added.is_empty() && is_launched(state, project, environment)? {
        concerns.push(Concern {
            title: NativeText::NewVariablesQuestion,
            text: NativeText::NewVariablesText {
                place: texts::place(project, environment),
                variables: texts::named(&added),
            },
        });
    }
    Ok(concerns)
}

/// Whether a person has confirmed a launch of an environment, or saved one.
fn is_launched(state: &AppState, project: &str, environment: &str) -> Result<bool, Error> {
    let location = Confirmation::location(project, environment);
    if state.store.has_confirmed_in(&location) {
        return Ok(true);
    }
    let profiles = state.link.ask(ProfilesRequest {})?;
    let mut saved = profiles.iter().map(|view| &view.profile);
    Ok(saved.any(|profile| profile.project == project && profile.environment == environment))
}

/// Fields that are secret no longer, or fill another variable.
fn about_fields(name: &str, before: &[FieldView], after: &[FieldView]) -> Vec<Concern> {
    let mut concerns = Vec::new();
    for field in after {
        let known = before.iter().find(|known| known.name == field.name);
        let was_secret = known.is_none_or(|known| known.kind == FieldKind::Secret);
        if was_secret && field.kind == FieldKind::Plain {
            concerns.push(Concern {
                title: NativeText::PlainQuestion,
                text: NativeText::PlainText {
                    name: shown(name),
                    field: shown(&field.name),
                },
            });
        }
        let variable = known.and_then(|known| known.variable.as_deref());
        if variable != field.variable.as_deref() {
            concerns.push(Concern {
                title: NativeText::VariableQuestion,
                text: texts::of_variable(name, variable, field.variable.as_deref()),
            });
        }
    }
    concerns
}

fn about_loaders(name: &str, variables: &[&str]) -> Vec<Concern> {
    if variables.is_empty() {
        return Vec::new();
    }
    vec![Concern {
        title: NativeText::LoaderQuestion,
        text: NativeText::LoaderText {
            name: shown(name),
            variables: texts::named(variables),
        },
    }]
}

/// The variables that may load code afterwards, and might not before.
fn loosened<'a>(before: &[FieldView], after: &'a [FieldView]) -> Vec<&'a str> {
    let allowed = |field: &&FieldView| field.allow_loader_variable;
    let known = |field: &&FieldView| {
        before
            .iter()
            .filter(allowed)
            .any(|known| known.name == field.name && known.variable == field.variable)
    };
    after
        .iter()
        .filter(allowed)
        .filter(|field| !known(field))
        .filter_map(|field| field.variable.as_deref())
        .collect()
}

/// The environment, if its tier is higher than it shall be.
fn lowered<'a>(
    known: &'a [EnvironmentView],
    request: &SetTierRequest,
) -> Option<&'a EnvironmentView> {
    known
        .iter()
        .find(|one| one.project == request.project && one.name == request.environment)
        .filter(|one| one.tier > request.tier)
}

#[cfg(test)]
mod tests {
    use keyhaven_protocol::view::Tier;

    use super::*;

    #[test]
    fn a_new_value_of_a_variable_that_may_run_code_is_asked_about() {
        assert!(about_new_values(&["KUBECONFIG", "PORT"], &[]).is_some());
        assert!(about_new_values(&["EDITOR_COMMAND"], &[]).is_some());
        assert!(about_new_values(&["PORT", "STRIPE_KEY"], &[]).is_none());
        // The question about loading code names it already.
        assert!(about_new_values(&["NODE_OPTIONS"], &["NODE_OPTIONS"]).is_none());
    }

    fn field(name: &str, variable: Option<&str>, allow: bool) -> FieldView {
        FieldView {
            name: name.into(),
            kind: FieldKind::Plain,
            variable: variable.map(Into::into),
            allow_loader_variable: allow,
        }
    }

    #[test]
    fn only_what_was_allowed_for_that_very_variable_stays_so_without_a_question() {
        let before = [
            field("a", Some("NODE_OPTIONS"), true),
            field("b", Some("BASH_ENV"), false),
        ];
        let loosened = |after: &[FieldView]| {
            let names: Vec<String> = loosened(&before, after)
                .iter()
                .map(|n| (*n).into())
                .collect();
            names
        };
        assert!(loosened(&before).is_empty());
        assert!(loosened(&[field("a", None, true)]).is_empty());
        assert!(loosened(&[field("a", Some("NODE_OPTIONS"), false)]).is_empty());
        assert_eq!(
            loosened(&[field("a", Some("LD_PRELOAD"), true)]),
            ["LD_PRELOAD"]
        );
        assert_eq!(
            loosened(&[field("b", Some("BASH_ENV"), true)]),
            ["BASH_ENV"]
        );
        assert_eq!(loosened(&[field("c", Some("PATH"), true)]), ["PATH"]);
    }

    #[test]
    fn a_field_is_asked_about_when_its_variable_changes_or_it_is_secret_no_longer() {
        let secret = |variable| FieldView {
            kind: FieldKind::Secret,
            ..field("a", variable, false)
        };
        let plain = |variable| field("a", variable, false);
        let asked = |before: FieldView, after: FieldView| {
            let concerns = about_fields("stripe", &[before], &[after]);
            let titles = concerns.into_iter().map(|one| one.title);
            titles.collect::<Vec<_>>()
        };
        assert!(asked(secret(Some("A")), secret(Some("A"))).is_empty());
        assert!(asked(plain(Some("A")), secret(Some("A"))).is_empty());
        let variable = NativeText::VariableQuestion;
        let expected = std::slice::from_ref(&variable);
        assert_eq!(asked(secret(Some("A")), secret(Some("B"))), expected);
        assert_eq!(asked(secret(None), secret(Some("B"))), expected);
        assert_eq!(asked(secret(Some("A")), secret(None)), expected);
        let both = asked(secret(Some("A")), plain(Some("PORT")));
        assert_eq!(both, [NativeText::PlainQuestion, variable]);
        // A field that is not there is refused by the agent; it is not passed over here.
        let unknown = about_fields("stripe", &[], &[plain(None)]);
        assert_eq!(unknown[0].title, NativeText::PlainQuestion);
    }

    #[test]
    fn a_tier_is_lowered_only_where_there_was_a_higher_one() {
        let known = [EnvironmentView {
            project: "shop".into(),
            name: "prod".into(),
            tier: Tier::Production,
            credentials: 1,
        }];
        let lowered = |environment: &str, tier| {
            let request = SetTierRequest {
                project: "shop".into(),
                environment: environment.into(),
                tier,
            };
            lowered(&known, &request).map(|one| one.tier)
        };
        assert_eq!(lowered("prod", Tier::Staging), Some(Tier::Production));
        assert_eq!(lowered("prod", Tier::Production), None);
        assert_eq!(lowered("new", Tier::Development), None);
    }
}
