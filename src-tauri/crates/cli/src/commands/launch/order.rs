//! What is to be launched, before its variables are requested.

use keyhaven_client::Client;
use keyhaven_protocol::request::{
    Choice, ExecRoom, HelperCall, LaunchPurpose, LaunchSource, Overrides, Profile, ProfileRequest,
    ProfileView, WantedFile,
};

use super::arguments::{ChoiceArgs, LaunchArgs};
use super::hints;
use crate::error::Failure;
use crate::session::Context;
use crate::target;

/// What is to be launched, before its variables are requested.
pub struct LaunchOrder {
    /// The agent, unlocked, where something was already asked of it.
    pub client: Option<Client>,
    /// Where the variables come from.
    pub source: LaunchSource,
    /// Which of them.
    pub choice: Choice,
    /// What is given as files by the agent.
    pub files: Vec<WantedFile>,
    /// Variables whose values are put into memory files here.
    pub replaced: Vec<String>,
    /// What the system leaves for the variables, where a program follows.
    pub room: Option<ExecRoom>,
    /// What the owner has confirmed, where the launch must be exactly that.
    pub expect: Option<String>,
    /// What is let in this once.
    pub overrides: Overrides,
    /// The template that is filled, where it is one.
    pub template: Option<String>,
    /// The helper that asks, where it is one.
    pub helper: Option<HelperCall>,
    /// What the profile says; nothing where there is none.
    pub profile: Profile,
}

/// Finds out what is to be launched, and goes to where its profile says.
pub fn order(
    context: &Context,
    arguments: &LaunchArgs,
    purpose: LaunchPurpose,
) -> Result<LaunchOrder, Failure> {
    let choice = choice(context, &arguments.choice, Some(purpose))?;
    let overrides = Overrides {
        expired: arguments.expired.map(Into::into),
        production: arguments.allow_production,
    };
    let mut order = LaunchOrder {
        source: match &arguments.profile {
            None => target::launch_source(context, &arguments.location)?,
            Some(name) => LaunchSource::Profile { name: name.clone() },
        },
        client: None,
        choice,
        files: Vec::new(),
        replaced: Vec::new(),
        room: None,
        expect: arguments.expect.clone(),
        overrides,
        template: None,
        helper: None,
        profile: Profile::default(),
    };
    if let Some(name) = &arguments.profile {
        let mut client = context.unlocked()?;
        order.profile = saved_profile(&mut client, name)?.profile;
        order.client = Some(client);
    }
    if let Some(directory) = &order.profile.directory {
        std::env::set_current_dir(directory).map_err(|error| Failure::io(directory, &error))?;
    }
    Ok(order)
}

/// The profile of that name.
pub fn saved_profile(client: &mut Client, name: &str) -> Result<ProfileView, Failure> {
    Ok(client.ask(ProfileRequest { name: name.into() })?)
}

/// The choice as the agent reads it, of a launch or of a profile.
pub fn choice(
    context: &Context,
    arguments: &ChoiceArgs,
    purpose: Option<LaunchPurpose>,
) -> Result<Choice, Failure> {
    let written_all = |texts: &[String]| -> Result<_, Failure> {
        texts.iter().map(|text| written(text)).collect()
    };
    let mut renamed = arguments.renamed.clone();
    for one in &mut renamed {
        one.text = written(&one.text)?;
    }
    hints::check_texts(context, &arguments.set, purpose)?;
    Ok(Choice {
        only: written_all(&arguments.only)?,
        except: written_all(&arguments.except)?,
        prefix: arguments.prefix.clone().unwrap_or_default(),
        renamed,
        set: arguments.set.clone(),
    })
}

/// A reference as the agent reads it.
pub fn written(text: &str) -> Result<String, Failure> {
    target::reference(text).map(|found| found.to_string())
}
