//! Replaces a key at its provider: a new one is made, checked and used, and after its grace
//! period the replaced one is ended.
//!
//! What a provider is asked is in the vault before it is asked, and a new key is stored before
//! anything else happens with it; so whatever interrupts this, the next part knows what may
//! have happened. A request whose answer was lost is never sent again before it is certain that
//! no key of it is left. No key is ended but one that was made here, or the replaced one, and
//! that only while the new one is alive.

mod calls;
mod creation;
mod records;
mod turns;

use std::sync::Arc;

use keyhaven_protocol::check::{CheckReason, Verdict};
use keyhaven_protocol::error::Error;
use keyhaven_protocol::request::{AutomaticPart, RotateAutomaticallyRequest};
use keyhaven_protocol::view::{AutomaticOutcome, AutomaticRotationView};
use keyhaven_protocol::worker::{CallOutcome, ReplacementPlan, RevokedKey};
use keyhaven_vault::{ExpectedRevision, Rotation, RotationStage};

use crate::handlers::rotations::automatic_view;
use crate::server::client_session::ClientSession;
use calls::ProviderCalls;

pub(crate) use turns::RotationTurns;

/// Seconds that a key which was ended may still work, where the catalogue does not say, and the
/// most that are waited for.
const REVOKE_SECONDS: (u32, u32) = (3, 60);

/// Why a part ended before its end.
pub(super) enum Stopped {
    /// It could not be carried out.
    Failed(Error),
    /// It has an outcome already.
    With(AutomaticOutcome),
}

impl From<Error> for Stopped {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// Carries out a part of a rotation. It goes on to its end when nobody waits for it any more; a
/// lock ends it.
///
/// # Errors
/// The credential does not exist or changed, another rotation of it is open or none, or the
/// vault is locked.
pub(crate) async fn rotate(
    client: &Arc<ClientSession>,
    call: u32,
    request: RotateAutomaticallyRequest,
) -> Result<AutomaticRotationView, Error> {
    let client = client.clone();
    let task = tokio::spawn(async move {
        let id = request.id;
        let ended = carry_out(&client, call, request).await?;
        let view = client.with_vault(move |vault, now| automatic_view(vault, id, now, ended));
        view.await
    });
    task.await
        .unwrap_or_else(|_| Err(Error::defect("a rotation ended early")))
}

async fn carry_out(
    client: &ClientSession,
    call: u32,
    request: RotateAutomaticallyRequest,
) -> Result<(AutomaticOutcome, Option<ReplacementPlan>), Error> {
    let seen = ExpectedRevision {
        id: request.id,
        revision: request.revision,
    };
    let job = AutomaticRotation {
        calls: ProviderCalls::prepare(client, call, &request).await?,
        seen,
        part: request.part,
    };
    let _turn = match request.part {
        AutomaticPart::Plan => None,
        _ => Some(client.agent.rotating.take(&job.calls)?),
    };
    let plan = match job.calls.plan().await {
        Ok(plan) => plan,
        Err(Stopped::With(outcome)) => return Ok((outcome, None)),
        Err(Stopped::Failed(error)) => return Err(error),
    };
    match job.carry_out(&plan).await {
        Ok(outcome) | Err(Stopped::With(outcome)) => Ok((outcome, Some(plan))),
        Err(Stopped::Failed(error)) => Err(error),
    }
}

/// A part of a rotation on its way.
pub(super) struct AutomaticRotation<'a> {
    calls: ProviderCalls<'a>,
    seen: ExpectedRevision,
    part: AutomaticPart,
}

impl AutomaticRotation<'_> {
    async fn carry_out(&self, plan: &ReplacementPlan) -> Result<AutomaticOutcome, Stopped> {
        let open = self.calls.open().await?;
        match (self.part, open) {
            (AutomaticPart::Plan, _) => Ok(AutomaticOutcome::Planned),
            (AutomaticPart::Start, None) => self.start(plan).await,
            (AutomaticPart::Start, Some((open, _))) => {
                let (name, since) = (self.calls.name(), open.started_at);
                Err(Error::RotationOpen { name, since }.into())
            }
            (AutomaticPart::Resume, Some((open, stage))) => self.resume(plan, &open, stage).await,
            (AutomaticPart::Revoke, Some((open, stage))) => self.revoke(plan, &open, stage).await,
            (AutomaticPart::Resume | AutomaticPart::Revoke, None) => {
                let name = self.calls.name();
                Err(Error::NoRotation { name }.into())
            }
        }
    }

    /// Goes on where a rotation stands.
    async fn resume(
        &self,
        plan: &ReplacementPlan,
        open: &Rotation,
        stage: RotationStage,
    ) -> Result<AutomaticOutcome, Stopped> {
        let is_stored = self.calls.has_version(open.version).await?;
        match stage {
            RotationStage::Creating => self.create_again(plan, open).await,
            RotationStage::NeedsPerson if !is_stored => self.create_again(plan, open).await,
            RotationStage::NeedsPerson if open.replaced.is_none() => {
                self.verify_and_promote(plan, open.version, None).await
            }
            RotationStage::Pending | RotationStage::Verified => {
                self.verify_and_promote(plan, open.version, None).await
            }
            RotationStage::Grace
            | RotationStage::GraceOver
            | RotationStage::Revoking
            | RotationStage::NeedsPerson => self.revoke(plan, open, stage).await,
        }
    }

    /// Ends the replaced key.
    async fn revoke(
        &self,
        plan: &ReplacementPlan,
        open: &Rotation,
        stage: RotationStage,
    ) -> Result<AutomaticOutcome, Stopped> {
        let Some(replaced) = open.replaced else {
            let name = self.calls.name();
            return Err(Error::NotPromoted { name }.into());
        };
        if stage == RotationStage::Grace {
            return Ok(AutomaticOutcome::GraceNotOver);
        }
        self.check_in_use().await?;
        let made = open
            .automation
            .as_ref()
            .and_then(|asked| asked.key_id.clone());
        let seen = self.seen;
        let begun = self
            .calls
            .change(move |vault, now| vault.begin_revocation(&now.context, seen));
        begun.await?;
        // Without it, the key that would be ended could be the one in use.
        let Some(made) = made else {
            let field = "key_id".to_owned();
            return self.halted(CheckReason::FieldMissing { field }).await;
        };
        let key = RevokedKey::Value { key_id: None };
        match self.calls.revoke(Some(replaced), key, Some(made)).await? {
            CallOutcome::Done(()) => self.confirm_dead(plan, replaced).await,
            CallOutcome::Refused(reason) => self.halted(reason).await,
            CallOutcome::Ambiguous(reason) => Ok(AutomaticOutcome::Interrupted(reason)),
        }
    }

    /// Whether the key in use is alive: while that is not certain, the replaced one stays.
    async fn check_in_use(&self) -> Result<(), Stopped> {
        let found = self.calls.check(None).await?;
        match found.state {
            Verdict::Alive => Ok(()),
            Verdict::Dead | Verdict::Unknown => {
                Err(Stopped::With(AutomaticOutcome::NotVerified(found.reason)))
            }
        }
    }

    /// Ends the rotation, unless the provider still accepts the replaced key.
    async fn confirm_dead(
        &self,
        plan: &ReplacementPlan,
        replaced: u32,
    ) -> Result<AutomaticOutcome, Stopped> {
        let (least, most) = REVOKE_SECONDS;
        let patience = match plan.check_costs {
            Some(true) => 0,
            _ => plan.revoke_delay.clamp(least, most),
        };
        let found = self
            .calls
            .check_until(Verdict::Dead, Some(replaced), patience);
        if found.await?.state == Verdict::Alive {
            return Ok(AutomaticOutcome::StillAlive);
        }
        let finished = self
            .calls
            .change_seen(|vault, now, seen| vault.finish_rotation(&now.context, seen));
        finished.await?;
        Ok(AutomaticOutcome::Finished)
    }

    /// Leaves the rotation to a person.
    async fn halted(&self, reason: CheckReason) -> Result<AutomaticOutcome, Stopped> {
        let id = self.seen.id;
        let why = serde_json::to_string(&reason).ok();
        let halt = self
            .calls
            .change(move |vault, now| vault.halt_automation(&now.context, id, why));
        halt.await?;
        Ok(AutomaticOutcome::NeedsPerson(reason))
    }
}
