//! What a command creates by storing something in a location, and the question and note about that.

use keyhaven_client::Client;
use keyhaven_protocol::request::EnvironmentsRequest;
use keyhaven_protocol::similar;
use keyhaven_protocol::view::Tier;

use super::ProjectEnvironment;
use crate::error::Failure;
use crate::notice::CliNotice;
use crate::problem::CliProblem;
use crate::prompt;
use crate::session::Context;

/// A location that a command creates.
#[derive(Debug)]
pub struct NewLocation {
    /// The project, where that is new too.
    project: Option<String>,
    /// A name next to it that may have been meant.
    similar: Option<String>,
    /// The vault had none.
    is_first: bool,
}

impl NewLocation {
    fn confirm(&self, context: &Context, place: &ProjectEnvironment) -> Result<(), Failure> {
        let (Some(meant), false) = (&self.similar, context.yes()) else {
            return Ok(());
        };
        let Some(mut tty) = context.terminal() else {
            return Ok(());
        };
        let (what, name) = match &self.project {
            Some(project) => ("project", project),
            None => ("environment", &place.environment),
        };
        let question = format!("{name} is a new {what}; there is {meant}. Create {name}?");
        if prompt::yes(&mut tty, &question)? {
            return Ok(());
        }
        let meant = meant.clone();
        Err(CliProblem::NotCreated { meant }.into())
    }

    /// Notes that a project is new; the first one of a vault is no surprise.
    pub fn note(&self, context: &Context) {
        let Some(project) = self.project.clone().filter(|_| !self.is_first) else {
            return;
        };
        let similar = self.similar.clone();
        context
            .printer
            .note(&CliNotice::NewProject { project, similar });
    }
}

impl ProjectEnvironment {
    /// What a command creates by storing something here; none where it is all there. A new name
    /// that is much like an existing one is confirmed at the terminal: it may be a typing error.
    pub fn expect_new(
        &self,
        context: &Context,
        client: &mut Client,
    ) -> Result<Option<NewLocation>, Failure> {
        let new = self.find_new(client)?;
        if let Some(new) = &new {
            new.confirm(context, self)?;
        }
        Ok(new)
    }

    /// What a command would create here; none where it is all there.
    fn find_new(&self, client: &mut Client) -> Result<Option<NewLocation>, Failure> {
        let known = client.ask(EnvironmentsRequest {})?;
        let siblings: Vec<&str> = known
            .iter()
            .filter(|one| one.project == self.project)
            .map(|one| one.name.as_str())
            .collect();
        if siblings.contains(&self.environment.as_str()) {
            return Ok(None);
        }
        let new = if siblings.is_empty() {
            NewLocation {
                project: Some(self.project.clone()),
                similar: similar(&self.project, known.iter().map(|one| one.project.as_str())),
                is_first: known.is_empty(),
            }
        } else {
            let is_usual = Tier::of_environment(&self.environment).is_some();
            NewLocation {
                project: None,
                similar: similar(&self.environment, siblings).filter(|_| !is_usual),
                is_first: false,
            }
        };
        Ok(Some(new))
    }

    /// Notes that a new environment counts as production if no tier was given.
    pub fn note_production(&self, context: &Context, client: &mut Client) -> Result<(), Failure> {
        let known = client.ask(EnvironmentsRequest {})?;
        let production = known.iter().any(|environment| {
            environment.project == self.project
                && environment.name == self.environment
                && environment.tier == Tier::Production
        });
        if production {
            let location = format!("{}/{}", self.project, self.environment);
            context.printer.note(&CliNotice::NewProduction { location });
        }
        Ok(())
    }
}
