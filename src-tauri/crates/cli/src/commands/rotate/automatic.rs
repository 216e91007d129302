//! Rotation in which the provider makes the new key and ends the old one. Nothing is asked of it
//! before a yes.

use keyhaven_client::Client;
use keyhaven_protocol::Error;
use keyhaven_protocol::check::CheckReason;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::request::{AutomaticPart, RotateAutomaticallyRequest, Target};
use keyhaven_protocol::view::{AutomaticOutcome, AutomaticRotationView, CredentialView};
use keyhaven_protocol::worker::ReplacementPlan;

use super::RotateArgs;
use crate::commands::page;
use crate::error::Failure;
use crate::output::escaped;
use crate::problem::CliProblem;
use crate::session::Context;
use crate::target::{self, TargetArgs, full_reference};
use crate::{progress, texts};

/// A key that its provider replaces.
pub struct AutomaticKey<'a> {
    pub context: &'a Context,
    pub client: Client,
    pub known: CredentialView,
    pub arguments: &'a RotateArgs,
}

impl AutomaticKey<'_> {
    /// Makes a new key and uses it, after a yes.
    pub fn begin(mut self) -> Result<(), Failure> {
        let admin = self.admin()?;
        let planned = self.ask(AutomaticPart::Plan, admin.clone())?;
        let (AutomaticOutcome::Planned, Some(plan)) = (&planned.outcome, &planned.plan) else {
            return self.report(&planned);
        };
        if self.arguments.dry_run {
            return match self.context.printer.json {
                true => self.context.printer.document(&planned),
                false => self.describe(plan),
            };
        }
        if !self.context.yes() {
            self.describe(plan)?;
        }
        let name = escaped(&self.known.row.name).into_owned();
        let question = format!("Ask {} for a new key of {name}?", plan.host);
        self.agree(&question)?;
        let done = self.ask(AutomaticPart::Start, admin)?;
        self.report(&done)
    }

    /// Goes on where the rotation stands.
    pub fn resume(mut self) -> Result<(), Failure> {
        let admin = self.admin()?;
        let done = self.ask(AutomaticPart::Resume, admin)?;
        self.report(&done)
    }

    /// Ends the old key at its provider, after a yes.
    pub fn end(mut self) -> Result<(), Failure> {
        let admin = self.admin()?;
        let name = escaped(&self.known.row.name).into_owned();
        let question = format!("End the old key of {name} {}?", page::place(&self.known));
        self.agree(&question)?;
        let done = self.ask(AutomaticPart::Revoke, admin)?;
        self.report(&done)
    }

    fn agree(&self, question: &str) -> Result<(), Failure> {
        match self.context.confirm(question, CliProblem::NobodyRotates)? {
            true => Ok(()),
            false => Err(Error::Cancelled.into()),
        }
    }

    /// The key with whose rights the provider is asked.
    fn admin(&mut self) -> Result<Option<Target>, Failure> {
        let Some(reference) = self.arguments.admin.clone() else {
            return Ok(None);
        };
        let location = match reference.contains("://") {
            true => Default::default(),
            false => self.arguments.location.clone(),
        };
        let given = TargetArgs {
            reference,
            location,
        };
        Ok(Some(
            target::named(self.context, &mut self.client, &given)?.target,
        ))
    }

    fn ask(
        &mut self,
        part: AutomaticPart,
        admin: Option<Target>,
    ) -> Result<AutomaticRotationView, Failure> {
        let request = RotateAutomaticallyRequest {
            id: self.known.row.id,
            revision: self.known.row.revision,
            admin,
            part,
            may_cost: self.arguments.costly,
        };
        let (printer, none) = (&self.context.printer, Segments::default());
        let done = progress::ask(printer, &mut self.client, "Rotating", request, &none)?;
        self.known = done.answer.credential.clone();
        Ok(done.answer)
    }

    /// What would be asked of the provider.
    fn describe(&self, plan: &ReplacementPlan) -> Result<(), Failure> {
        let name = escaped(&self.known.row.name);
        let host = &plan.host;
        let mut lines = vec![format!(
            "A new key of {name} is made at {host}, stored, checked there, and used from then on."
        )];
        lines.push(
            match (plan.can_find, plan.can_end_by_id) {
                (true, true) => "If an answer is lost, the key of that request is found and ended.",
                _ => "If an answer is lost, a person has to look for the key of that request.",
            }
            .into(),
        );
        lines.push(match plan.can_revoke {
            true => "The old key can be ended there after its grace period.".into(),
            false => format!("The old key is to be revoked {}.", page::place(&self.known)),
        });
        self.say(&lines.join("\n"))
    }

    /// What was done, or why not.
    fn report(&self, done: &AutomaticRotationView) -> Result<(), Failure> {
        let name = escaped(&self.known.row.name);
        let (reference, place) = (self.reference(), page::place(&self.known));
        let tag = done
            .rotation
            .as_ref()
            .and_then(|open| open.automation.as_ref());
        let tag = tag.map(|asked| asked.tag.clone()).unwrap_or_default();
        let is_promoted = done
            .rotation
            .as_ref()
            .is_some_and(|open| open.replaced.is_some());
        match &done.outcome {
            AutomaticOutcome::Promoted => {
                let until = done.rotation.as_ref().and_then(|open| open.grace_until);
                let until = until.map(|until| self.context.calendar.local(until));
                self.finished(done, &format!(
                    "The new key of {name} is in use as version {}; the old one stays valid until {}.\n\
                     End the old key after that with: kh rotate {reference} --done --auto",
                    self.known.version.unwrap_or_default(),
                    until.unwrap_or_default()
                ))
            }
            AutomaticOutcome::Finished => self.finished(
                done,
                &format!("The rotation of {name} is done; the old key was ended at its provider."),
            ),
            AutomaticOutcome::Planned => self.context.printer.document(done),
            AutomaticOutcome::Refused(CheckReason::NoAdmin) => {
                Err(CliProblem::AdminNeeded { reference }.into())
            }
            AutomaticOutcome::Refused(reason) => {
                let why = texts::check_reason(reason);
                Err(CliProblem::NotRotated { why, reference }.into())
            }
            AutomaticOutcome::NewKeyDead { is_ended: true, .. } => {
                Err(CliProblem::MadeKeyDead { reference }.into())
            }
            AutomaticOutcome::NewKeyDead { tag, .. } => {
                let tag = tag.clone();
                Err(CliProblem::MadeKeyLeft { tag, place }.into())
            }
            AutomaticOutcome::NotVerified(_) if !is_promoted => {
                Err(CliProblem::NewKeyUnknown { reference }.into())
            }
            AutomaticOutcome::NotVerified(_) => {
                Err(CliProblem::KeyInUseUnsure { reference }.into())
            }
            AutomaticOutcome::Interrupted(reason) => {
                let why = texts::check_reason(reason);
                Err(CliProblem::RotationInterrupted { why, reference }.into())
            }
            AutomaticOutcome::NeedsPerson(reason) if is_promoted => {
                let why = texts::check_reason(reason);
                let problem = CliProblem::OldKeyLeft {
                    why,
                    place,
                    reference,
                };
                Err(problem.into())
            }
            AutomaticOutcome::NeedsPerson(reason) => {
                let why = texts::check_reason(reason);
                let problem = CliProblem::MadeKeyUnknown {
                    why,
                    tag,
                    place,
                    reference,
                };
                Err(problem.into())
            }
            AutomaticOutcome::GraceNotOver => {
                let until = done.rotation.as_ref().and_then(|open| open.grace_until);
                let until = until.map(|until| self.context.calendar.local(until));
                let until = until.unwrap_or_default();
                Err(CliProblem::GraceNotOver { until, reference }.into())
            }
            AutomaticOutcome::StillAlive => Err(CliProblem::OldKeyAlive { place }.into()),
        }
    }

    fn finished(&self, done: &AutomaticRotationView, sentence: &str) -> Result<(), Failure> {
        match self.context.printer.json {
            true => self.context.printer.document(done),
            false => self.say(sentence),
        }
    }

    fn say(&self, sentence: &str) -> Result<(), Failure> {
        self.context.printer.done(sentence)
    }

    fn reference(&self) -> String {
        let row = &self.known.row;
        full_reference(&row.project, &row.environment, &row.name)
    }
}
