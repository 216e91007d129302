//! What an automatic rotation asks the vault and the provider of one credential. Each call of
//! the provider is in the log before and after, and ends with a lock.

use std::future::Future;
use std::time::Duration;

use jiff::Timestamp;
use keyhaven_protocol::check::{CheckReason, CheckResult, Verdict};
use keyhaven_protocol::error::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::request::RotateAutomaticallyRequest;
use keyhaven_protocol::view::AutomaticOutcome;
use keyhaven_protocol::worker::{
    CallOutcome, CallResult, CreateJob, CreatedKey, FindJob, FoundKeys, PlanJob, ReplacementJob,
    ReplacementPlan, RevokeJob, RevokedKey,
};
use keyhaven_vault::{
    Action, Credential, ExpectedRevision, Moment, NewValue, Rotation, RotationStage, Unlocked,
    VaultError,
};
use tokio::sync::watch;
use uuid::Uuid;

use super::Stopped;
use crate::agent::Agent;
use crate::errors::{ErrorContext, to_protocol};
use crate::handlers::lookup;
use crate::jobs::check::{self, HowToCheck};
use crate::server::client_session::{ClientSession, Now};

/// The steps that are reported: asked, stored, verified, in use.
const STEPS: u32 = 4;
/// Between the first two checks; it doubles.
const FIRST_WAIT: u32 = 1;
/// The most seconds between two.
const LONGEST_WAIT: u32 = 30;

/// The provider of one credential, as a client lets it be asked.
pub(super) struct ProviderCalls<'a> {
    pub(super) client: &'a ClientSession,
    pub(super) credential: Credential,
    pub(super) provider: String,
    admin: Option<Credential>,
    call: u32,
    may_cost: bool,
    began: Timestamp,
    locks: watch::Receiver<u64>,
}

/// A key that was made and stored.
pub(super) struct KeptKey {
    pub(super) version: u32,
    pub(super) expires_at: Option<Moment>,
}

impl<'a> ProviderCalls<'a> {
    /// Finds the credential and the one with whose rights its provider is asked.
    pub(super) async fn prepare(
        client: &'a ClientSession,
        call: u32,
        request: &RotateAutomaticallyRequest,
    ) -> Result<Self, Error> {
        let locks = client.agent.events.watch_locks();
        let (id, wanted) = (request.id, request.admin.clone());
        let found = client.with_vault(move |vault, _| {
            let credential = vault.get(id).map_err(to_protocol)?;
            let open = vault.rotation(id).map_err(to_protocol)?;
            let began = open.and_then(|open| open.automation);
            let admin = match (wanted, began.and_then(|asked| asked.admin)) {
                (Some(target), _) => Some(lookup::credential(vault, &target)?),
                (None, Some(began)) => Some(vault.get(began).map_err(to_protocol)?),
                (None, None) => None,
            };
            Ok((credential, admin))
        });
        let (credential, admin) = found.await?;
        Ok(Self {
            client,
            provider: credential.provider.clone().unwrap_or_default(),
            credential,
            admin,
            call,
            may_cost: request.may_cost,
            began: client.agent.clock.now(),
            locks,
        })
    }

    pub(super) fn id(&self) -> Uuid {
        self.credential.id
    }

    pub(super) fn name(&self) -> String {
        self.credential.name.clone()
    }

    pub(super) fn began(&self) -> Timestamp {
        self.began
    }

    pub(super) fn admin(&self) -> Option<Uuid> {
        self.admin.as_ref().map(|admin| admin.id)
    }

    pub(super) fn may_cost(&self) -> bool {
        self.may_cost
    }

    /// Reports how many of the steps are done.
    pub(super) async fn report(&self, done: u32) {
        // The client may be gone.
        let _ = self.client.replies.progress(self.call, done, STEPS).await;
    }

    /// The open rotation, and how far it is.
    pub(super) async fn open(&self) -> Result<Option<(Rotation, RotationStage)>, Stopped> {
        let id = self.id();
        let open = self.client.with_vault(move |vault, now| {
            let open = vault.rotation(id).map_err(to_protocol)?;
            Ok(open.map(|open| {
                let stage = open.stage(now.clock.now);
                (open, stage)
            }))
        });
        Ok(open.await?)
    }

    /// Whether a version is stored.
    pub(super) async fn has_version(&self, number: u32) -> Result<bool, Stopped> {
        let id = self.id();
        let there = self.client.with_vault(move |vault, now| {
            let versions = vault.versions(id, now.clock.now).map_err(to_protocol)?;
            Ok(versions.iter().any(|version| version.number == number))
        });
        Ok(there.await?)
    }

    /// Changes something in the vault.
    pub(super) async fn change<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Unlocked, &Now) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, Stopped> {
        let about = ErrorContext::credential(&self.credential);
        let changed = self.client.change(Agent::dates_changed, move |vault, now| {
            work(vault, now).map_err(|error| about.to_protocol(error))
        });
        Ok(changed.await?)
    }

    /// Changes the credential as it is now.
    pub(super) async fn change_seen<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Unlocked, &Now, ExpectedRevision) -> Result<T, VaultError>
        + Send
        + 'static,
    ) -> Result<T, Stopped> {
        let id = self.id();
        self.change(move |vault, now| {
            let revision = vault.get(id)?.revision;
            work(vault, now, ExpectedRevision { id, revision })
        })
        .await
    }

    /// Waits, unless the vault is locked meanwhile.
    pub(super) async fn wait(&self, span: Duration) -> Result<(), Stopped> {
        self.unless_locked(tokio::time::sleep(span)).await
    }

    async fn unless_locked<T>(&self, call: impl Future<Output = T>) -> Result<T, Stopped> {
        let mut locks = self.locks.clone();
        tokio::select! {
            biased;
            // Dropping the wait kills the worker.
            _ = locks.changed() => Err(Error::Locked.into()),
            done = call => Ok(done),
        }
    }

    /// How the provider lets the key be replaced.
    pub(super) async fn plan(&self) -> Result<ReplacementPlan, Stopped> {
        let refused = |reason| Stopped::With(AutomaticOutcome::Refused(reason));
        if self.credential.provider.is_none() {
            let location = &self.credential.location;
            let reference = keyhaven_protocol::Reference {
                place: Some((location.project.clone(), location.environment.clone())),
                name: self.name(),
                field: None,
            };
            return Err(refused(CheckReason::NoProvider {
                reference: reference.to_string(),
            }));
        }
        if let Some(admin) = &self.admin
            && (admin.id == self.id() || admin.provider != self.credential.provider)
        {
            return Err(refused(CheckReason::UnfitAdmin));
        }
        let (credential, segments) = self.job(None).await?;
        let _seat = self.client.agent.workers.seat().await;
        let plan = self
            .client
            .agent
            .workers
            .plan(PlanJob { credential }, segments);
        self.unless_locked(plan).await?.map_err(refused)
    }

    /// Asks for a new key, and stores it.
    pub(super) async fn create(&self, tag: &str) -> Result<CallOutcome<KeptKey>, Stopped> {
        let (credential, segments) = self.job(None).await?;
        let _seat = self.client.agent.workers.seat().await;
        let tag = tag.to_owned();
        let job = CreateJob { credential, tag };
        let called = self.client.agent.workers.create(job, segments);
        let (result, segments) = self.unless_locked(called).await?;
        let kept = match result.outcome {
            CallOutcome::Done(key) => CallOutcome::Done(self.keep(key, segments).await?),
            CallOutcome::Refused(reason) => CallOutcome::Refused(reason),
            CallOutcome::Ambiguous(reason) => CallOutcome::Ambiguous(reason),
        };
        let host = result.host;
        let result = CallResult {
            outcome: kept,
            host,
        };
        self.note(Action::RotationCreating, &result).await?;
        Ok(result.outcome)
    }

    async fn keep(&self, key: CreatedKey, mut segments: Segments) -> Result<KeptKey, Stopped> {
        let mut values = Vec::with_capacity(key.values.len());
        for created in key.values {
            let value = segments.take(created.value);
            values.push(NewValue {
                field: created.field,
                value: value.map_err(|_| Error::defect("the segments of a new key"))?,
            });
        }
        let (id, key_id) = (self.id(), key.key_id);
        let kept = self.change(move |vault, now| {
            vault.keep_created(&now.context, id, &values, key_id)?;
            vault.rotation(id)
        });
        let open = kept.await?;
        let open = open.ok_or_else(|| Error::defect("a rotation that was stored"))?;
        Ok(KeptKey {
            version: open.version,
            expires_at: key.expires_at,
        })
    }

    /// Looks for keys with a tag.
    pub(super) async fn find(
        &self,
        tag: &str,
        known: &[String],
    ) -> Result<CallOutcome<FoundKeys>, Stopped> {
        let (credential, segments) = self.job(None).await?;
        let _seat = self.client.agent.workers.seat().await;
        self.announce(Action::RotationCreating).await?;
        let job = FindJob {
            credential,
            tag: tag.to_owned(),
            known: known.to_vec(),
        };
        let called = self.client.agent.workers.find(job, segments);
        let result = self.unless_locked(called).await?;
        self.note(Action::RotationCreating, &result).await?;
        Ok(result.outcome)
    }

    /// Ends a key: with the fields of a version, or of the current one.
    pub(super) async fn revoke(
        &self,
        version: Option<u32>,
        key: RevokedKey,
        spared: Option<String>,
    ) -> Result<CallOutcome<()>, Stopped> {
        let (credential, segments) = self.job(version).await?;
        let _seat = self.client.agent.workers.seat().await;
        self.announce(Action::RotationRevoking).await?;
        let job = RevokeJob {
            credential,
            key,
            spared,
        };
        let result = self
            .unless_locked(self.client.agent.workers.revoke(job, segments))
            .await?;
        self.note(Action::RotationRevoking, &result).await?;
        Ok(result.outcome)
    }

    /// Checks a version, or the one in use.
    pub(super) async fn check(&self, version: Option<u32>) -> Result<CheckResult, Stopped> {
        let how = HowToCheck {
            may_cost: self.may_cost,
            version,
        };
        Ok(check::one(self.client, self.id(), how).await?.result)
    }

    /// Checks a version until that is found, for so many seconds.
    pub(super) async fn check_until(
        &self,
        wanted: Verdict,
        version: Option<u32>,
        seconds: u32,
    ) -> Result<CheckResult, Stopped> {
        let (mut waited, mut wait) = (0, FIRST_WAIT);
        loop {
            let found = self.check(version).await?;
            if found.state == wanted || waited >= seconds {
                return Ok(found);
            }
            self.wait(Duration::from_secs(wait.into())).await?;
            waited += wait;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    /// What a worker receives: the fields of a version, and those of the key with the rights.
    async fn job(&self, version: Option<u32>) -> Result<(ReplacementJob, Segments), Stopped> {
        let (credential, admin) = (self.credential.clone(), self.admin.clone());
        let provider = self.provider.clone();
        let job = self.client.with_vault(move |vault, _| {
            let mut segments = Segments::default();
            let fields = check::fields(vault, &credential, version, &mut segments)?;
            let admin = match &admin {
                None => Some(None),
                Some(admin) => check::fields(vault, admin, None, &mut segments)?.map(Some),
            };
            Ok(fields.zip(admin).map(|(fields, admin)| {
                let job = ReplacementJob {
                    provider,
                    fields,
                    admin,
                };
                (job, segments)
            }))
        });
        let no_value = || Stopped::With(AutomaticOutcome::Refused(CheckReason::NoValue));
        job.await?.ok_or_else(no_value)
    }
}
