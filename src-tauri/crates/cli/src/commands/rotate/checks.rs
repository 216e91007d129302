//! Checks of the new and of the replaced value of a rotation at their provider. Nothing is sent
//! unless somebody asks for that.

use keyhaven_protocol::check::{CheckRequest, Verdict};
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::view::{RotationStageView, RotationView};

use super::steps::RotatedKey;
use crate::error::Failure;
use crate::{progress, texts};

impl RotatedKey<'_> {
    /// Whether the new value is to be sent to its provider, and if so whether that may cost.
    pub(super) fn wants_check(&self, open: &RotationView) -> Result<Option<bool>, Failure> {
        if self.arguments.check {
            return Ok(Some(self.arguments.costly));
        }
        if open.stage == RotationStageView::Verified {
            return Ok(None);
        }
        self.offered_check(|provider| {
            format!("Send the new value to {provider} to check that it is alive?")
        })
    }

    /// Asks where somebody can be asked and the catalogue has a check; yes says also whether that
    /// one costs.
    pub(super) fn offered_check(
        &self,
        question: impl FnOnce(&str) -> String,
    ) -> Result<Option<bool>, Failure> {
        let Some(provider) = self.provider().filter(|provider| provider.can_be_checked()) else {
            return Ok(None);
        };
        if !self.is_attended() {
            return Ok(None);
        }
        let costs = provider.every_check_costs();
        let mut question = question(&provider.name);
        if costs {
            question += " That costs money or a part of a quota.";
        }
        Ok(self.answer(&question)?.then_some(costs))
    }

    /// Sends a version to its provider, and says what that answered.
    pub(super) fn found(&mut self, version: u32, may_cost: bool) -> Result<Verdict, Failure> {
        let request = CheckRequest {
            ids: vec![self.known.row.id],
            may_cost,
            version: Some(version),
        };
        let (printer, none) = (&self.context.printer, Segments::default());
        let checked = progress::ask(printer, &mut self.client, "Checking", request, &none)?;
        let Some(view) = checked.answer.into_iter().next() else {
            return Err(Failure::defect("the result of a check"));
        };
        let why = view.result.reason.as_ref().map(texts::check_reason);
        let why = why.map(|why| format!(": {why}")).unwrap_or_default();
        let host = view.result.host.as_deref().unwrap_or("the provider");
        self.say(&match view.result.state {
            Verdict::Alive => format!("Version {version} is alive at {host}{why}."),
            Verdict::Dead => format!("Version {version} is dead at {host}{why}."),
            Verdict::Unknown => {
                format!("It is not known whether version {version} is alive{why}.")
            }
        })?;
        Ok(view.result.state)
    }
}
