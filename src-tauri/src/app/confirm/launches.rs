//! A command that gets keys: a person confirms exactly what it is and what it is given.

use keyhaven_protocol::request::{EnvironmentsRequest, Profile, ProfileView};
use keyhaven_protocol::view::{PlannedVariable, Tier};
use keyhaven_protocol::{Error, Problem};

use super::{AppState, Confirmation, Question, texts};
use crate::launch::{LaunchRequest, PlannedLaunch};
use crate::strings::NativeText;

/// A command longer than this could not be read in a dialog; in bytes.
const MAX_COMMAND: usize = 1000;
/// More than this in addition, of what a profile says, could not be read there either.
const MAX_REST: usize = 1000;

/// Asks before a command is started that a person has not confirmed with exactly these
/// variables; whether they agree.
///
/// # Errors
/// No dialog could show the command.
pub fn launch(state: &AppState, launch: &PlannedLaunch) -> Result<bool, Error> {
    check_shown(&launch.order)?;
    let key = Confirmation::key(&launch.order);
    let before = state.store.confirmation(&key);
    if before.as_ref().is_some_and(|known| known.covers(launch)) {
        return Ok(true);
    }
    let tier = launch.plan.tier;
    let title = match (launch.order.command.is_empty(), tier == Tier::Production) {
        (true, true) => NativeText::ProductionShellQuestion,
        (true, false) => NativeText::ShellQuestion,
        (false, true) => NativeText::ProductionCommandQuestion,
        (false, false) => NativeText::CommandQuestion,
    };
    let differences = before.map(|known| known.differences(launch));
    let agreed = state.desktop.confirm(Question {
        title: title.text(),
        text: texts::of_launch(&launch.order, Some(tier), differences.as_ref()),
        details: texts::variable_lines(&launch.plan.variables, differences.as_ref()),
        yes: NativeText::Run.text(),
    });
    if agreed {
        // A yes that cannot be remembered is asked for again.
        let _ = state.store.confirm(key, Confirmation::of(launch));
    }
    Ok(agreed)
}

/// Asks before a profile is saved; what a person has seen that it gives, if they agree.
///
/// # Errors
/// No dialog could show what it says, or the agent's answer.
pub fn save(state: &AppState, profile: &Profile) -> Result<Option<Vec<PlannedVariable>>, Error> {
    let order = LaunchRequest::of_profile(profile.clone());
    check_shown(&order)?;
    let (variables, tier) = match PlannedLaunch::of_draft(&state.link, profile.clone()) {
        Ok(launch) => (launch.plan.variables, Some(launch.plan.tier)),
        // It could not be saved either: nothing to ask about.
        Err(refused @ (Error::Locked | Error::NoCredential { .. })) => return Err(refused),
        // It could not be started as it is; its launches are asked about.
        Err(_) => (Vec::new(), tier_of(state, profile)),
    };
    let title = match tier {
        Some(Tier::Production) => NativeText::ProductionProfileQuestion,
        _ => NativeText::ProfileQuestion,
    };
    let agreed = state.desktop.confirm(Question {
        title: title.text(),
        text: texts::of_launch(&order, tier, None),
        details: texts::variable_lines(&variables, None),
        yes: NativeText::Save.text(),
    });
    Ok(agreed.then_some(variables))
}

/// The tier of the environment of a profile, where that is known.
fn tier_of(state: &AppState, profile: &Profile) -> Option<Tier> {
    let environments = state.link.ask(EnvironmentsRequest {}).ok()?;
    let found = environments
        .iter()
        .find(|one| one.project == profile.project && one.name == profile.environment);
    found.map(|one| one.tier)
}

/// Remembers that the launches of a profile are confirmed, if it gives what was shown when it
/// was saved.
pub fn saved(state: &AppState, shown: &[PlannedVariable], saved: &ProfileView) {
    let name = saved.profile.name.clone();
    let Ok(launch) = PlannedLaunch::of_profile(&state.link, name) else {
        return;
    };
    let same = launch.plan.variables == shown && launch.plan.profile.as_ref() == Some(saved);
    if same && !shown.is_empty() {
        let key = Confirmation::key(&launch.order);
        // As for a launch.
        let _ = state.store.confirm(key, Confirmation::of(&launch));
    }
}

/// Refuses a launch that no dialog could show.
fn check_shown(order: &LaunchRequest) -> Result<(), Error> {
    let problem = if order.command.iter().any(|word| word.contains('\0')) {
        Problem::CommandNul
    } else if order.command_line().len() > MAX_COMMAND {
        Problem::CommandTooLong {
            limit: MAX_COMMAND as u32,
        }
    } else if texts::of_launch(order, Some(Tier::Production), None).len() > MAX_COMMAND + MAX_REST {
        Problem::ConfirmationTooLong
    } else {
        return Ok(());
    };
    Err(Error::invalid(problem))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::launch::tests::order_of;

    #[test]
    fn a_command_that_no_dialog_could_show_is_refused() {
        assert!(check_shown(&order_of(&["npm", "start"])).is_ok());
        assert!(check_shown(&order_of::<&str>(&[])).is_ok());
        for wrong in ["a\0b", &"x".repeat(MAX_COMMAND + 1)] {
            assert!(check_shown(&order_of(&[wrong])).is_err(), "{wrong:?}");
        }
        let mut long = Profile::default();
        long.choice.only = vec!["kh:stripe".into(); 500];
        assert!(check_shown(&LaunchRequest::of_profile(Profile::default())).is_ok());
        assert!(check_shown(&LaunchRequest::of_profile(long)).is_err());
    }
}
