//! What is to be launched, before its variables are requested.

use keyhaven_client::Client;
use keyhaven_protocol::request::{Choice, LaunchSource, Overrides, Profile, WantedFile};

use super::arguments::{ChoiceArgs, LaunchArgs};
use super::hints;
use crate::error::Failure;
use crate::session::Context;
use crate::target;

/// What is to be launched, before its variables are requested.
pub struct LaunchOrder {
    /// The agent, unlocked.
    pub client: Client,
    /// Where the variables come from.
    pub source: LaunchSource,
    /// Which of them.
    pub choice: Choice,
    /// What is given as files by the agent.
    pub files: Vec<WantedFile>,
    /// What is let in this once.
    pub overrides: Overrides,
    /// What the profile says; nothing where there is none.
    pub profile: Profile,
}

/// Finds out what is to be launched, and goes to where its profile says.
pub fn order(context: &Context, arguments: &LaunchArgs) -> Result<LaunchOrder, Failure> {
    let choice = choice(context, &arguments.choice)?;
    let overrides = Overrides {
        expired: arguments.expired.map(Into::into),
        production: arguments.allow_production,
    };
    let mut order = LaunchOrder {
        source: match &arguments.profile {
            None => target::launch_source(&arguments.location)?,
            Some(name) => LaunchSource::Profile { name: name.clone() },
        },
        client: context.unlocked()?,
        choice,
        files: Vec::new(),
        overrides,
        profile: Profile::default(),
    };
    if let Some(name) = &arguments.profile {
        order.profile = crate::commands::profile::find(&mut order.client, name)?.profile;
    }
    if let Some(directory) = &order.profile.directory {
        std::env::set_current_dir(directory).map_err(|error| Failure::io(directory, &error))?;
    }
    Ok(order)
}

/// The choice as the agent reads it.
pub fn choice(context: &Context, arguments: &ChoiceArgs) -> Result<Choice, Failure> {
    let written_all = |texts: &[String]| -> Result<_, Failure> {
        texts.iter().map(|text| written(text)).collect()
    };
    let mut renamed = arguments.renamed.clone();
    for one in &mut renamed {
        one.text = written(&one.text)?;
    }
    hints::check_texts(context, &arguments.set)?;
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
