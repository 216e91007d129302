//! The first half of an automatic rotation: until the new key is in use.

use std::time::Duration;

use keyhaven_protocol::check::{CheckReason, Verdict};
use keyhaven_protocol::error::Error;
use keyhaven_protocol::view::AutomaticOutcome;
use keyhaven_protocol::worker::{CallOutcome, ReplacementPlan, RevokedKey};
use keyhaven_vault::{Automation, ExpiryChange, Moment, Rotation};

use super::{AutomaticRotation, Stopped};

/// How often a provider is asked for a key in one rotation, each time after it is certain that
/// nothing is left of the time before.
const MOST_ATTEMPTS: u32 = 3;
/// Looks for a key that was not found, since lists of keys may lag behind.
const LOOKS: u32 = 2;
/// Between two of them.
const BETWEEN_LOOKS: Duration = Duration::from_secs(2);
/// Seconds until a new key works, where the catalogue does not say, and the most that are waited
/// for; later, the rotation is resumed.
const PROPAGATION_SECONDS: (u32, u32) = (5, 120);
/// No key has this tag: a search for it shows whether the rights for that are there.
const PROBE: &str = "kh-probe";

impl AutomaticRotation<'_> {
    /// Makes a new key, checks it and uses it.
    pub(super) async fn start(&self, plan: &ReplacementPlan) -> Result<AutomaticOutcome, Stopped> {
        match plan.check_costs {
            None => return Ok(AutomaticOutcome::Refused(CheckReason::NoCheck)),
            Some(true) if !self.calls.may_cost() => {
                return Ok(AutomaticOutcome::Refused(CheckReason::Costs));
            }
            Some(_) => {}
        }
        let known = self.keys_there(plan).await?;
        let (seen, admin) = (self.seen, self.calls.admin());
        let begun = self
            .calls
            .change(move |vault, now| vault.begin_creation(&now.context, seen, admin, known));
        let asked = begun.await?;
        self.calls.report(1).await;
        self.create(plan, asked).await
    }

    /// Whether the rights to find a key are there, before one is made; and the keys that are
    /// there, where a new one does not differ from them by its name.
    async fn keys_there(&self, plan: &ReplacementPlan) -> Result<Vec<String>, Stopped> {
        let refused = |reason| Stopped::With(AutomaticOutcome::Refused(reason));
        if !plan.can_find {
            return Ok(Vec::new());
        }
        let found = match self.calls.find(PROBE, &[]).await? {
            CallOutcome::Done(found) => found,
            CallOutcome::Refused(reason) | CallOutcome::Ambiguous(reason) => {
                return Err(refused(reason));
            }
        };
        let (keys, most) = (found.key_ids, plan.max_keys);
        if plan.has_names {
            return Ok(Vec::new());
        }
        if !found.is_complete || most.is_some_and(|most| keys.len() >= most as usize) {
            let keys = keys.join(", ");
            return Err(refused(CheckReason::KeyLimit { keys }));
        }
        Ok(keys)
    }

    /// Goes on after a request for a new key whose answer is not known.
    pub(super) async fn create_again(
        &self,
        plan: &ReplacementPlan,
        open: &Rotation,
    ) -> Result<AutomaticOutcome, Stopped> {
        let Some(asked) = &open.automation else {
            let name = self.calls.name();
            return Err(Error::NoRotation { name }.into());
        };
        let reason = asked.reason.as_deref();
        let reason = reason.and_then(|reason| serde_json::from_str(reason).ok());
        let reason = reason.unwrap_or(CheckReason::WorkerFailed);
        match self.prepare_again(plan, asked, reason).await? {
            Ok(asked) => self.create(plan, asked).await,
            Err(outcome) => Ok(outcome),
        }
    }

    /// Asks the provider for a key, until there is one or it is certain that there is none.
    async fn create(
        &self,
        plan: &ReplacementPlan,
        mut asked: Automation,
    ) -> Result<AutomaticOutcome, Stopped> {
        loop {
            match self.calls.create(&asked.tag).await? {
                CallOutcome::Done(made) => {
                    self.calls.report(2).await;
                    return self
                        .verify_and_promote(plan, made.version, made.expires_at)
                        .await;
                }
                CallOutcome::Refused(reason) => {
                    self.end_creation().await?;
                    return Ok(AutomaticOutcome::Refused(reason));
                }
                CallOutcome::Ambiguous(reason) => {
                    match self.prepare_again(plan, &asked, reason).await? {
                        Ok(again) => asked = again,
                        Err(outcome) => return Ok(outcome),
                    }
                }
            }
        }
    }

    /// Makes certain that no key is left of the last request, and writes down that there will be
    /// another one; none where there have been enough.
    async fn prepare_again(
        &self,
        plan: &ReplacementPlan,
        asked: &Automation,
        reason: CheckReason,
    ) -> Result<Result<Automation, AutomaticOutcome>, Stopped> {
        self.end_orphans(plan, asked, reason.clone()).await?;
        if asked.attempts >= MOST_ATTEMPTS {
            self.end_creation().await?;
            return Ok(Err(AutomaticOutcome::Refused(reason)));
        }
        let id = self.seen.id;
        let repeated = self
            .calls
            .change(move |vault, now| vault.repeat_creation(&now.context, id));
        Ok(Ok(repeated.await?))
    }

    /// Ends what was made under the tag and never arrived here.
    async fn end_orphans(
        &self,
        plan: &ReplacementPlan,
        asked: &Automation,
        reason: CheckReason,
    ) -> Result<(), Stopped> {
        if !plan.can_find || !plan.can_end_by_id {
            return Err(Stopped::With(self.halted(reason).await?));
        }
        let mut looks = 0;
        let orphans = loop {
            let found = match self.calls.find(&asked.tag, &asked.known).await? {
                CallOutcome::Done(found) => found,
                CallOutcome::Refused(reason) | CallOutcome::Ambiguous(reason) => {
                    return Err(Stopped::With(AutomaticOutcome::Interrupted(reason)));
                }
            };
            looks += 1;
            match (found.key_ids.is_empty(), found.is_complete) {
                (false, _) => break found.key_ids,
                (true, false) => return Err(Stopped::With(self.halted(reason).await?)),
                (true, true) if looks >= LOOKS => return Ok(()),
                (true, true) => self.calls.wait(BETWEEN_LOOKS).await?,
            }
        };
        for key_id in orphans {
            match self.end_made(key_id).await? {
                CallOutcome::Done(()) => {}
                CallOutcome::Refused(reason) => {
                    return Err(Stopped::With(self.halted(reason).await?));
                }
                CallOutcome::Ambiguous(reason) => {
                    return Err(Stopped::With(AutomaticOutcome::Interrupted(reason)));
                }
            }
        }
        Ok(())
    }

    /// Ends a key that was made here, by its id.
    async fn end_made(&self, key_id: String) -> Result<CallOutcome<()>, Stopped> {
        self.calls
            .revoke(None, RevokedKey::Id { key_id }, None)
            .await
    }

    async fn end_creation(&self) -> Result<(), Stopped> {
        let id = self.seen.id;
        let ended = self
            .calls
            .change(move |vault, now| vault.end_creation(&now.context, id));
        ended.await
    }

    /// Uses a stored new key, if its provider accepts it.
    pub(super) async fn verify_and_promote(
        &self,
        plan: &ReplacementPlan,
        version: u32,
        expires_at: Option<Moment>,
    ) -> Result<AutomaticOutcome, Stopped> {
        let (least, most) = PROPAGATION_SECONDS;
        let patience = match plan.check_costs {
            Some(true) => 0,
            _ => plan.propagation.clamp(least, most),
        };
        let found = self
            .calls
            .check_until(Verdict::Alive, Some(version), patience);
        let found = found.await?;
        match found.state {
            Verdict::Alive => {}
            Verdict::Unknown => return Ok(AutomaticOutcome::NotVerified(found.reason)),
            Verdict::Dead => return self.discard(plan).await,
        }
        self.calls.report(3).await;
        let reported = found.reported.and_then(|reported| reported.expires_at);
        let expiry = match expires_at.or(reported) {
            Some(at) => ExpiryChange::Set(Some(at)),
            None => ExpiryChange::Unsaid,
        };
        let promoted = self.calls.change_seen(move |vault, now, seen| {
            vault.promote_rotation(&now.context, seen, expiry, None)
        });
        promoted.await?;
        self.calls.report(4).await;
        Ok(AutomaticOutcome::Promoted)
    }

    /// Erases a new key that its provider does not accept, and ends it there where its id is
    /// known.
    async fn discard(&self, plan: &ReplacementPlan) -> Result<AutomaticOutcome, Stopped> {
        let open = self.calls.open().await?;
        let asked = open.and_then(|(open, _)| open.automation);
        let tag = asked.as_ref().map(|asked| asked.tag.clone());
        let key_id = asked.and_then(|asked| asked.key_id);
        let is_ended = match key_id.filter(|_| plan.can_end_by_id) {
            Some(key_id) => matches!(self.end_made(key_id).await?, CallOutcome::Done(())),
            None => false,
        };
        let aborted = self
            .calls
            .change_seen(|vault, now, seen| vault.abort_rotation(&now.context, seen));
        aborted.await?;
        Ok(AutomaticOutcome::NewKeyDead {
            tag: tag.unwrap_or_default(),
            is_ended,
        })
    }
}
