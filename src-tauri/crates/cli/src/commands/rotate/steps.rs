//! The steps of a rotation, and the questions between them.

use keyhaven_client::Client;
use keyhaven_exchange::{Catalogue, Provider};
use keyhaven_protocol::Error;
use keyhaven_protocol::check::Verdict;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::request::{
    RotateRequest, RotationStep, RunningRequest, StartRotationRequest,
};
use keyhaven_protocol::view::{
    CredentialState, CredentialView, FieldKind, FieldView, RotationStageView, RotationView,
};
use keyhaven_secret::SecretBytes;

use super::{RotateArgs, expected, open_rotation, status};
use crate::commands::set::{chosen_fields, may_discard};
use crate::commands::value::{NeededField, gather, into_request};
use crate::commands::{fitting, next_expiry, page, rotation};
use crate::error::Failure;
use crate::notice::CliNotice;
use crate::output::escaped;
use crate::problem::CliProblem;
use crate::prompt;
use crate::session::Context;
use crate::target::full_reference;

/// A key that is rotated, as it is now.
pub struct RotatedKey<'a> {
    pub context: &'a Context,
    pub client: Client,
    pub known: CredentialView,
    pub arguments: &'a RotateArgs,
}

impl RotatedKey<'_> {
    /// Takes the new value, stores it as pending, and goes on.
    pub fn begin(
        &mut self,
        open: Option<RotationView>,
        mut chosen: Vec<String>,
    ) -> Result<(), Failure> {
        // Before anything is entered: what was typed would be lost.
        let name = self.known.row.name.clone();
        if let Some(open) = open {
            let since = open.started_at;
            return Err(Error::RotationOpen { name, since }.into());
        }
        if self.known.row.state == CredentialState::Revoked {
            return Err(Error::Revoked { name }.into());
        }
        chosen.extend(self.arguments.field.iter().cloned());
        if !self.arguments.value.stdin && self.arguments.value.generate.is_none() {
            self.say(&format!(
                "Make a new key {}, and leave the old one there for now.",
                page::place(&self.known)
            ))?;
            page::offer(self.context, &self.known)?;
        }
        let known = self.known.clone();
        let fields = chosen_fields(&known, &chosen)?;
        let wanted: Vec<NeededField> = fields
            .iter()
            .map(|field| NeededField {
                name: &field.name,
                kind: field.kind,
            })
            .collect();
        let values = gather(self.context, &self.arguments.value, &name, &wanted)?;
        self.recognise(&fields, &values)?;
        let unfit = fitting::unfit(fields.iter().copied(), &values);
        let (values, segments) = into_request(&wanted, values);
        self.store(
            StartRotationRequest {
                id: known.row.id,
                revision: known.row.revision,
                values,
                discard_old: self.arguments.discard_old,
            },
            &segments,
        )?;
        fitting::note(self.context, &self.known, unfit);
        let open = self.open()?;
        self.say(&format!(
            "Stored the new value of {} as version {}; {} stays in use.",
            escaped(&name),
            open.version,
            version(known.version)
        ))?;
        self.go_on(&open)
    }

    /// Goes on where the rotation stands.
    pub fn go_on(&mut self, open: &RotationView) -> Result<(), Failure> {
        match open.stage {
            RotationStageView::Pending | RotationStageView::Verified => self.use_new(open),
            RotationStageView::Grace | RotationStageView::GraceOver => self.ask_for_the_old(open),
            // Those go on at the provider.
            RotationStageView::Creating
            | RotationStageView::Revoking
            | RotationStageView::NeedsPerson => self.report(),
        }
    }

    /// Erases the pending value, or uses the replaced one again.
    pub fn abort(&mut self, open: &RotationView) -> Result<(), Failure> {
        let name = escaped(&self.known.row.name).into_owned();
        let question = match open.replaced {
            None if has_no_value(open) => format!("Undo the rotation of {name}?"),
            None => format!("Erase the new value of {name}?"),
            Some(replaced) => format!("Use version {replaced} of {name} again?"),
        };
        if self.is_attended() && !self.answer(&question)? {
            return Err(Error::Cancelled.into());
        }
        self.step(RotationStep::Abort)?;
        if self.context.printer.json {
            return self.context.printer.document(&self.known);
        }
        let place = page::place(&self.known);
        let done = match open.replaced {
            None if has_no_value(open) => {
                let tag = open.automation.as_ref().map_or("", |asked| &asked.tag);
                return self.say(&format!(
                    "Undid the rotation of {name}. If the provider made a key, it is named {tag} {place}."
                ));
            }
            None => format!(
                "Erased the new value of {name}; {} stays in use.",
                version(self.known.version)
            ),
            Some(replaced) => format!("Version {replaced} of {name} is in use again."),
        };
        self.say(&format!("{done}\nThe new key still exists {place}."))
    }

    /// Ends the rotation: its owner says that the replaced key was revoked.
    pub fn end(&mut self, open: &RotationView) -> Result<(), Failure> {
        if let Some(replaced) = open.replaced
            && self.arguments.check
            && self.found(replaced, self.arguments.costly)? == Verdict::Alive
        {
            let place = page::place(&self.known);
            return Err(CliProblem::OldKeyAlive { place }.into());
        }
        self.step(RotationStep::Finish)?;
        if self.context.printer.json {
            return self.context.printer.document(&self.known);
        }
        self.say(&format!(
            "The rotation of {} is done; {} is marked as revoked.",
            escaped(&self.known.row.name),
            version(open.replaced)
        ))
    }

    /// Checks the new value where that is wanted, and uses it where that is.
    fn use_new(&mut self, open: &RotationView) -> Result<(), Failure> {
        let mut question = match open.stage {
            RotationStageView::Verified => "Use the new value from now on?".to_owned(),
            _ => format!("The new value is {}. Use it?", status::checked(open)),
        };
        if let Some(may_cost) = self.wants_check(open)? {
            let reference = self.reference();
            match self.found(open.version, may_cost)? {
                Verdict::Alive => question = "Use the new value from now on?".into(),
                Verdict::Dead => return Err(CliProblem::NewKeyDead { reference }.into()),
                Verdict::Unknown if self.is_attended() => {
                    question = "It is not known whether the new value is alive. Use it?".into();
                }
                Verdict::Unknown => return Err(CliProblem::NewKeyUnknown { reference }.into()),
            }
        }
        if !self.agrees(&question)? {
            self.say(&format!(
                "The rotation stays open; go on with: kh rotate {} --resume",
                self.reference()
            ))?;
            return self.report();
        }
        let calendar = &self.context.calendar;
        let rotate_on = self.arguments.rotate_on.and_then(|on| on.placed(calendar));
        let before = self.known.clone();
        let expires = next_expiry::chosen(self.context, self.arguments.expires, &before)?;
        self.step(RotationStep::Promote { expires, rotate_on })?;
        self.tell_of_use(&before)?;
        next_expiry::note(self.context, expires, &before, &self.known);
        self.report()
    }

    /// What is in use now, who still holds the replaced value, and what is left to do.
    fn tell_of_use(&mut self, before: &CredentialView) -> Result<(), Failure> {
        let now = self.known.clone();
        let until = now.previous.and_then(|previous| previous.until);
        let until = until.map(|until| self.context.calendar.local(until));
        self.say(&format!(
            "Version {} of {} is in use; the old value is kept as {} until {}.",
            now.version.unwrap_or_default(),
            escaped(&now.row.name),
            version(before.version),
            until.unwrap_or_default()
        ))?;
        if !self.context.printer.json {
            rotation::note_new_value(self.context, before, &now)?;
        }
        self.tell_who_holds_the_old()?;
        self.say(&format!(
            "Revoke the old key {} when nothing uses it any more, then: kh rotate {} --done",
            page::place(&now),
            self.reference()
        ))
    }

    /// Names the programs that were given the replaced value.
    fn tell_who_holds_the_old(&mut self) -> Result<(), Failure> {
        let row = self.known.row.clone();
        let running = self.client.ask(RunningRequest {})?;
        let holds = running.iter().filter(|program| {
            program.project == row.project
                && program.environment == row.environment
                && program.stale.contains(&row.name)
        });
        let names: Vec<String> = holds
            .map(|program| format!("{} ({})", escaped(&program.program), program.pid))
            .collect();
        if names.is_empty() {
            return Ok(());
        }
        self.say(&format!(
            "These programs hold the old value until they are restarted: {}.",
            names.join(", ")
        ))
    }

    /// Asks whether the replaced key was revoked, and ends the rotation then.
    fn ask_for_the_old(&mut self, open: &RotationView) -> Result<(), Failure> {
        let (replaced, name) = (open.replaced.unwrap_or_default(), &self.known.row.name);
        let until = open
            .grace_until
            .map(|until| self.context.calendar.local(until));
        let until = until.unwrap_or_default();
        let ends = match open.stage {
            RotationStageView::GraceOver => "ended",
            _ => "ends",
        };
        let sentence = format!(
            "Version {} of {} is in use; the grace period of version {replaced} {ends} {until}.",
            open.version,
            escaped(name)
        );
        self.say(&sentence)?;
        self.tell_who_holds_the_old()?;
        let place = page::place(&self.known);
        let question = format!("Was the old key revoked {place}?");
        if self.is_attended() && self.answer(&question)? {
            return self.confirm_dead_and_end(open, replaced);
        }
        self.say(&format!(
            "Revoke the old key {place}, then: kh rotate {} --done",
            self.reference()
        ))?;
        self.report()
    }

    fn confirm_dead_and_end(&mut self, open: &RotationView, replaced: u32) -> Result<(), Failure> {
        let question =
            |provider: &str| format!("Send the old value to {provider} to see that it is dead?");
        if let Some(may_cost) = self.offered_check(question)?
            && self.found(replaced, may_cost)? == Verdict::Alive
        {
            let place = page::place(&self.known);
            return Err(CliProblem::OldKeyAlive { place }.into());
        }
        self.end(open)
    }

    /// Says what the value itself shows: it may be cut, or a key of another service.
    fn recognise(&self, fields: &[&FieldView], values: &[SecretBytes]) -> Result<(), Failure> {
        let Some((field, value)) = fields.first().zip(values.first()) else {
            return Ok(());
        };
        if field.kind == FieldKind::Plain {
            return Ok(());
        }
        let variable = field.variable.as_deref().unwrap_or_default();
        // Exposed to be compared with the patterns of keys.
        let known = Catalogue::builtin().identify(value.expose(), variable);
        let notice = match (known.damaged(), known.provider(), self.provider()) {
            (Some(damaged), ..) => CliNotice::DamagedKey {
                provider: damaged.name.clone(),
            },
            (None, Some(other), Some(own)) if other.id != own.id && known.has_key_shape() => {
                CliNotice::KeyOfOther {
                    provider: other.name.clone(),
                    expected: own.name.clone(),
                }
            }
            _ => return Ok(()),
        };
        self.context.printer.warn(&notice);
        if self.is_attended() && !self.answer("Store it anyway?")? {
            return Err(Error::Cancelled.into());
        }
        Ok(())
    }

    fn store(
        &mut self,
        mut request: StartRotationRequest,
        segments: &Segments,
    ) -> Result<(), Failure> {
        let stored = match self.client.ask_with(request.clone(), segments) {
            Err(error @ Error::WouldDiscard { .. }) if may_discard(self.context, &error)? => {
                request.discard_old = true;
                self.client.ask_with(request, segments)
            }
            answered => answered,
        };
        self.known = stored?.answer;
        Ok(())
    }

    fn step(&mut self, step: RotationStep) -> Result<(), Failure> {
        self.known = self.client.ask(RotateRequest {
            id: self.known.row.id,
            revision: self.known.row.revision,
            step,
        })?;
        Ok(())
    }

    fn open(&mut self) -> Result<RotationView, Failure> {
        let open = open_rotation(&mut self.client, &self.known)?;
        expected(open, &self.known)
    }

    /// With `--json`, the open rotation.
    fn report(&mut self) -> Result<(), Failure> {
        if !self.context.printer.json {
            return Ok(());
        }
        let open = self.open()?;
        self.context.printer.document(&open)
    }

    pub(super) fn say(&self, sentence: &str) -> Result<(), Failure> {
        self.context.printer.done(sentence)
    }

    pub(super) fn provider(&self) -> Option<&'static Provider> {
        Catalogue::builtin().get(self.known.row.provider.as_deref()?)
    }

    fn reference(&self) -> String {
        let row = &self.known.row;
        full_reference(&row.project, &row.environment, &row.name)
    }

    /// Whether somebody answers questions one by one; a script passes the value on stdin.
    pub(super) fn is_attended(&self) -> bool {
        let is_script = self.context.yes() || self.arguments.value.stdin;
        !is_script && self.context.terminal().is_some()
    }

    pub(super) fn answer(&self, question: &str) -> Result<bool, Failure> {
        match self.context.terminal() {
            Some(mut tty) => prompt::yes(&mut tty, question),
            None => Ok(false),
        }
    }

    /// A yes, now or beforehand.
    fn agrees(&self, question: &str) -> Result<bool, Failure> {
        Ok(self.context.yes() || (self.is_attended() && self.answer(question)?))
    }
}

/// Whether the provider was asked for a key that never arrived.
fn has_no_value(open: &RotationView) -> bool {
    let waits = [RotationStageView::Creating, RotationStageView::NeedsPerson];
    open.replaced.is_none() && waits.contains(&open.stage)
}

/// `version 2`, where there is one.
fn version(number: Option<u32>) -> String {
    number.map_or_else(|| "no version".into(), |number| format!("version {number}"))
}
