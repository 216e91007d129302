//! What the audit log has of an automatic rotation: before values leave, and afterwards where they
//! went and what came of it.

use keyhaven_protocol::worker::{CallOutcome, CallResult};
use keyhaven_vault::{Action, AuditOutcome, Detail};
use uuid::Uuid;

use super::Stopped;
use super::calls::ProviderCalls;
use crate::errors::to_protocol;
use crate::views::{ENVIRONMENT, NAMES, PROJECT};

impl ProviderCalls<'_> {
    /// Records that values are about to leave.
    pub(super) async fn announce(&self, action: Action) -> Result<(), Stopped> {
        self.record(action, AuditOutcome::Released, self.detail())
            .await
    }

    /// Records where they went, and what came of it.
    pub(super) async fn note<T>(
        &self,
        action: Action,
        result: &CallResult<T>,
    ) -> Result<(), Stopped> {
        let mut detail = self.detail();
        let ended = match &result.outcome {
            CallOutcome::Done(_) => "done",
            CallOutcome::Refused(_) => "refused",
            CallOutcome::Ambiguous(_) => "ambiguous",
        };
        detail.insert("result".into(), ended.into());
        let outcome = match &result.host {
            Some(host) => {
                detail.insert("host".into(), host.clone());
                AuditOutcome::Done
            }
            None => AuditOutcome::Failed,
        };
        self.record(action, outcome, detail).await
    }

    async fn record(
        &self,
        action: Action,
        outcome: AuditOutcome,
        detail: Detail,
    ) -> Result<(), Stopped> {
        let subjects: Vec<Uuid> = [Some(self.id()), self.admin()]
            .into_iter()
            .flatten()
            .collect();
        let recorded = self.client.with_vault(move |vault, now| {
            let recorded = vault.record_use(&now.context, action, outcome, &subjects, detail);
            recorded.map(drop).map_err(to_protocol)
        });
        recorded.await?;
        self.client.agent.used.notify_one();
        Ok(())
    }

    fn detail(&self) -> Detail {
        let location = &self.credential.location;
        Detail::from([
            (NAMES.into(), self.name()),
            (PROJECT.into(), location.project.clone()),
            (ENVIRONMENT.into(), location.environment.clone()),
            ("provider".into(), self.provider.clone()),
        ])
    }
}
