//! Changes that would let a hostile page reach the keys by another way: a variable that makes
//! the programs of a launch load other code, a tier that lets production keys into other
//! launches, a command that gets keys. A person says yes to each in a dialog that no script can reach.
//!
//! What is looked at is what is written: the agent refuses a change of anything else by its
//! revision.

use keyhaven_protocol::Error;
use keyhaven_protocol::request::{
    AddRequest, EditRequest, EnvironmentsRequest, SetRequest, SetTierRequest, ShowRequest, Target,
};
use keyhaven_protocol::view::{EnvironmentView, FieldView, Tier};
use keyhaven_protocol::wording::tier_word;

use crate::dialogs;
use crate::order::Order;
use crate::shell::Shell;
use crate::words;

/// Asks before a new credential fills a variable that loads code.
///
/// # Errors
/// [`Error::Cancelled`] when the person says no.
pub fn add(shell: &Shell, request: &AddRequest) -> Result<(), Error> {
    let loosened = loosened(&[], &request.metadata.fields);
    ask_about_loaders(shell, &request.metadata.name, &loosened)
}

/// Asks before a credential is allowed to fill a variable that loads code, and before it
/// gets another page: its host is whom `kh git-credential` gives the key to.
///
/// # Errors
/// [`Error::Cancelled`] when the person says no, or the agent's answer.
pub fn edit(shell: &Shell, request: &EditRequest) -> Result<(), Error> {
    let target = Target::Id(request.id);
    let known = shell.link.ask(ShowRequest { target })?;
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
        let text = words::confirm_page(&known.row.name, url);
        agreed(shell, words::CONFIRM_PAGE, text)?;
    }
    let loosened = loosened(&known.field_list, &request.metadata.fields);
    ask_about_loaders(shell, &known.row.name, &loosened)
}

/// Asks before a variable that loads code gets another value. The request is bound to the
/// credential that was looked at.
///
/// # Errors
/// [`Error::Cancelled`] when the person says no, or the agent's answer.
pub fn set(shell: &Shell, request: &mut SetRequest) -> Result<(), Error> {
    let target = request.target.clone();
    let known = shell.link.ask(ShowRequest { target })?;
    request.target = Target::Id(known.row.id);
    request.revision.get_or_insert(known.row.revision);
    let mut fields = known.field_list;
    fields.retain(|field| request.values.iter().any(|value| value.field == field.name));
    ask_about_loaders(shell, &known.row.name, &loosened(&[], &fields))
}

/// Asks before an environment gets a lower tier.
///
/// # Errors
/// [`Error::Cancelled`] when the person says no, or the agent's answer.
pub fn set_tier(shell: &Shell, request: &SetTierRequest) -> Result<(), Error> {
    let known = shell.link.ask(EnvironmentsRequest {})?;
    let Some(from) = lowered(&known, request) else {
        return Ok(());
    };
    let (from, to) = (tier_word(from), tier_word(request.tier));
    let text = words::confirm_tier(&request.project, &request.environment, from, to);
    agreed(shell, words::CONFIRM_TIER, text)
}

/// Asks before a command is started that a person has not confirmed yet; whether they agree.
pub fn launch(shell: &Shell, order: &Order) -> bool {
    let question = match order.command.is_empty() {
        true => words::CONFIRM_SHELL,
        false => words::CONFIRM_COMMAND,
    };
    confirmed(shell, order, question, words::RUN)
}

/// Asks before a way to launch is saved, which is confirmed for its launches with it.
pub fn save(shell: &Shell, order: &Order) -> bool {
    confirmed(shell, order, words::CONFIRM_PROFILE, words::SAVE)
}

fn confirmed(shell: &Shell, order: &Order, question: &'static str, yes: &'static str) -> bool {
    let fingerprint = order.fingerprint();
    if shell.store.is_confirmed(&fingerprint) {
        return true;
    }
    let agreed = dialogs::confirm(shell, question, words::confirm_launch(order), yes);
    if agreed {
        // A yes that cannot be remembered is asked for again.
        let _ = shell.store.confirm(fingerprint);
    }
    agreed
}

fn ask_about_loaders(shell: &Shell, name: &str, variables: &[&str]) -> Result<(), Error> {
    if variables.is_empty() {
        return Ok(());
    }
    let text = words::confirm_loader(name, &variables.join(", "));
    agreed(shell, words::CONFIRM_LOADER, text)
}

fn agreed(shell: &Shell, question: &'static str, text: String) -> Result<(), Error> {
    if dialogs::confirm(shell, question, text, words::ALLOW) {
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
    use keyhaven_protocol::view::FieldKind;

    use super::*;

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
