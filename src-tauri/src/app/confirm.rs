//! Changes that would let a hostile page reach the keys by another way: a variable that makes
//! the programs of a launch load other code, a tier that lets production keys into other
//! launches, a command that gets keys. A person says yes to each in a dialog that no script can reach.
//!
//! What is looked at is what is written: the agent refuses a change of anything else by its
//! revision.

use keyhaven_protocol::request::{
    AddRequest, EditRequest, EnvironmentsRequest, SetRequest, SetTierRequest, ShowRequest, Target,
};
use keyhaven_protocol::view::{EnvironmentView, FieldView, Tier};
use keyhaven_protocol::{Error, Problem};

use super::desktop::Question;
use super::state::AppState;
use crate::launch::LaunchRequest;
use crate::strings;

/// A command longer than this could not be read in a dialog; in bytes.
const MAX_COMMAND: usize = 1000;
/// More than this in addition, of what a profile says, could not be read there either.
const MAX_REST: usize = 1000;

/// Asks before a new credential fills a variable that loads code.
///
/// # Errors
/// [`Error::Cancelled`] when the person says no.
pub fn add(state: &AppState, request: &AddRequest) -> Result<(), Error> {
    let loosened = loosened(&[], &request.metadata.fields);
    ask_about_loaders(state, &request.metadata.name, &loosened)
}

/// Asks before a credential is allowed to fill a variable that loads code, and before it
/// gets another page: its host is whom `kh git-credential` gives the key to.
///
/// # Errors
/// [`Error::Cancelled`] when the person says no, or the agent's answer.
pub fn edit(state: &AppState, request: &EditRequest) -> Result<(), Error> {
    let target = Target::Id(request.id);
    let known = state.link.ask(ShowRequest { target })?;
    if known.row.revision != request.revision {
        return Err(Error::Changed {
            name: known.row.name,
        });
    }
    if let Some(url) = request
        .metadata
        .url
        .as_deref()
        .filter(|_| known.url != request.metadata.url)
    {
        let text = strings::confirm_page(&known.row.name, url);
        agreed(state, strings::CONFIRM_PAGE, text)?;
    }
    let loosened = loosened(&known.field_list, &request.metadata.fields);
    ask_about_loaders(state, &known.row.name, &loosened)
}

/// Asks before a variable that loads code gets another value. The request is bound to the
/// credential that was looked at.
///
/// # Errors
/// [`Error::Cancelled`] when the person says no, or the agent's answer.
pub fn set(state: &AppState, request: &mut SetRequest) -> Result<(), Error> {
    let target = request.target.clone();
    let known = state.link.ask(ShowRequest { target })?;
    request.target = Target::Id(known.row.id);
    request.revision.get_or_insert(known.row.revision);
    let mut fields = known.field_list;
    fields.retain(|field| request.values.iter().any(|value| value.field == field.name));
    ask_about_loaders(state, &known.row.name, &loosened(&[], &fields))
}

/// Asks before an environment gets a lower tier.
///
/// # Errors
/// [`Error::Cancelled`] when the person says no, or the agent's answer.
pub fn set_tier(state: &AppState, request: &SetTierRequest) -> Result<(), Error> {
    let known = state.link.ask(EnvironmentsRequest {})?;
    let Some(from) = lowered(&known, request) else {
        return Ok(());
    };
    let (from, to) = (from.name(), request.tier.name());
    let text = strings::confirm_tier(&request.project, &request.environment, from, to);
    agreed(state, strings::CONFIRM_TIER, text)
}

/// Refuses a launch that no dialog could show.
///
/// # Errors
/// A part of the command holds a NUL, or it is too long.
pub fn check_shown(order: &LaunchRequest) -> Result<(), Error> {
    let problem = if order.command.iter().any(|word| word.contains('\0')) {
        Problem::CommandNul
    } else if order.command_line().len() > MAX_COMMAND {
        Problem::CommandTooLong {
            limit: MAX_COMMAND as u32,
        }
    } else if strings::confirm_launch(order).len() > MAX_COMMAND + MAX_REST {
        Problem::ConfirmationTooLong
    } else {
        return Ok(());
    };
    Err(Error::invalid(problem))
}

/// Asks before a command is started that a person has not confirmed yet; whether they agree.
pub fn launch(state: &AppState, order: &LaunchRequest) -> bool {
    let question = match order.command.is_empty() {
        true => strings::CONFIRM_SHELL,
        false => strings::CONFIRM_COMMAND,
    };
    confirmed(state, order, question, strings::RUN)
}

/// Asks before a way to launch is saved, which is confirmed for its launches with it.
pub fn save(state: &AppState, order: &LaunchRequest) -> bool {
    confirmed(state, order, strings::CONFIRM_PROFILE, strings::SAVE)
}

fn confirmed(
    state: &AppState,
    order: &LaunchRequest,
    question: &'static str,
    yes: &'static str,
) -> bool {
    let fingerprint = order.fingerprint();
    if state.store.is_confirmed(&fingerprint) {
        return true;
    }
    let agreed = state.desktop.confirm(Question {
        title: question,
        text: strings::confirm_launch(order),
        yes,
    });
    if agreed {
        // A yes that cannot be remembered is asked for again.
        let _ = state.store.confirm(fingerprint);
    }
    agreed
}

fn ask_about_loaders(state: &AppState, name: &str, variables: &[&str]) -> Result<(), Error> {
    if variables.is_empty() {
        return Ok(());
    }
    let text = strings::confirm_loader(name, &variables.join(", "));
    agreed(state, strings::CONFIRM_LOADER, text)
}

fn agreed(state: &AppState, question: &'static str, text: String) -> Result<(), Error> {
    let question = Question {
        title: question,
        text,
        yes: strings::ALLOW,
    };
    if state.desktop.confirm(question) {
        return Ok(());
    }
    Err(Error::Cancelled)
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

/// The tier an environment has, if a higher one than it shall have.
fn lowered(known: &[EnvironmentView], request: &SetTierRequest) -> Option<Tier> {
    known
        .iter()
        .find(|one| one.project == request.project && one.name == request.environment)
        .map(|one| one.tier)
        .filter(|tier| *tier > request.tier)
}

#[cfg(test)]
mod tests {
    use keyhaven_protocol::request::Profile;
    use keyhaven_protocol::view::FieldKind;

    use super::*;
    use crate::launch::LaunchKeys;

    fn field(name: &str, variable: Option<&str>, allow: bool) -> FieldView {
        FieldView {
            name: name.into(),
            kind: FieldKind::Plain,
            variable: variable.map(Into::into),
            allow_loader_variable: allow,
        }
    }

    #[test]
    fn only_what_was_allowed_for_that_very_variable_stays_so_without_a_word() {
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

    fn order(words: &[&str]) -> LaunchRequest {
        LaunchRequest {
            keys: LaunchKeys::Environment {
                project: "shop".into(),
                environment: "dev".into(),
            },
            command: words.iter().map(ToString::to_string).collect(),
            directory: None,
        }
    }

    #[test]
    fn a_command_that_no_dialog_could_show_is_refused() {
        assert!(check_shown(&order(&["npm", "start"])).is_ok());
        assert!(check_shown(&order(&[])).is_ok());
        for wrong in ["a\0b", &"x".repeat(MAX_COMMAND + 1)] {
            assert!(check_shown(&order(&[wrong])).is_err(), "{wrong:?}");
        }
        let mut long = Profile::default();
        long.choice.only = vec!["kh:stripe".into(); 500];
        assert!(check_shown(&LaunchRequest::of_profile(Profile::default())).is_ok());
        assert!(check_shown(&LaunchRequest::of_profile(long)).is_err());
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
            lowered(&known, &request)
        };
        assert_eq!(lowered("prod", Tier::Staging), Some(Tier::Production));
        assert_eq!(lowered("prod", Tier::Production), None);
        assert_eq!(lowered("new", Tier::Development), None);
    }
}
