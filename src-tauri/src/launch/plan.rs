//! A launch together with what it would be given: what a person is shown, and what the agent
//! has to find again.

use keyhaven_protocol::Error;
use keyhaven_protocol::request::{Choice, LaunchPlanRequest, LaunchSource, Overrides, Profile};
use keyhaven_protocol::view::LaunchPlanView;

use super::{LaunchKeys, LaunchRequest};
use crate::agent_link::{Link, MainSide};

/// A launch, and its variables as they are now.
#[derive(Debug, Clone)]
pub struct PlannedLaunch {
    /// What is to be started.
    pub order: LaunchRequest,
    /// What it would be given.
    pub plan: LaunchPlanView,
}

impl PlannedLaunch {
    /// A command with every key of an environment, or what a profile says now: one that a
    /// launch was started with may have changed since.
    ///
    /// # Errors
    /// The agent's answer.
    pub fn of(link: &Link<MainSide>, order: LaunchRequest) -> Result<Self, Error> {
        match &order.keys {
            LaunchKeys::Profile(profile) => Self::of_profile(link, profile.name.clone()),
            LaunchKeys::Environment {
                project,
                environment,
            } => {
                let source = environment_of(project, environment);
                let plan = ask(link, source, Choice::default(), false)?;
                Ok(Self { order, plan })
            }
        }
    }

    /// What a saved profile starts. It is read with its variables, so that both belong together.
    ///
    /// # Errors
    /// The agent's answer.
    pub fn of_profile(link: &Link<MainSide>, name: String) -> Result<Self, Error> {
        let source = LaunchSource::Profile { name };
        let plan = ask(link, source, Choice::default(), false)?;
        let profile = plan.profile.clone().map(|view| view.profile);
        let profile = profile.ok_or_else(|| Error::defect("a plan without its profile"))?;
        Ok(Self {
            order: LaunchRequest::of_profile(profile),
            plan,
        })
    }

    /// What a profile would start that is not saved yet.
    ///
    /// # Errors
    /// The agent's answer.
    pub fn of_draft(link: &Link<MainSide>, profile: Profile) -> Result<Self, Error> {
        let source = environment_of(&profile.project, &profile.environment);
        let plan = ask(
            link,
            source,
            profile.choice.clone(),
            profile.allow_production,
        )?;
        Ok(Self {
            order: LaunchRequest::of_profile(profile),
            plan,
        })
    }
}

fn environment_of(project: &str, environment: &str) -> LaunchSource {
    LaunchSource::Environment {
        project: project.into(),
        environment: environment.into(),
    }
}

fn ask(
    link: &Link<MainSide>,
    source: LaunchSource,
    choice: Choice,
    production: bool,
) -> Result<LaunchPlanView, Error> {
    link.ask(LaunchPlanRequest {
        source,
        choice,
        overrides: Overrides {
            production,
            ..Overrides::default()
        },
    })
}
