//! Replacing a key: how a provider lets that happen, and the requests that make a key, find one
//! and end one.
//!
//! Nothing is ended but the key whose value the job has, or the one whose id it names, and the
//! latter never with the rights of the key itself.

mod create;
mod find;
mod plan;
mod revoke;

use keyhaven_catalogue::{Catalogue, Provider};
use keyhaven_protocol::check::CheckReason;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::worker::ReplacementJob;
use keyhaven_secret::SecretBytes;

use crate::fields::{AssignedFields, FieldWithValue};
use crate::values::RequestValues;

pub use create::prepare as prepare_creation;
pub use find::prepare as prepare_search;
pub use plan::plan;
pub use revoke::prepare as prepare_revocation;

/// The fields that a job came with.
#[derive(Debug)]
pub struct ReplacementFields {
    provider: &'static Provider,
    fields: Vec<FieldWithValue>,
    admin: Option<Vec<FieldWithValue>>,
}

impl ReplacementFields {
    /// Takes them out of a job.
    ///
    /// # Errors
    /// The catalogue does not have the provider, or cannot replace its keys.
    pub fn take(job: ReplacementJob, segments: &mut Segments) -> Result<Self, CheckReason> {
        let provider = Catalogue::builtin().get(&job.provider);
        let provider = provider.ok_or(CheckReason::UnknownProvider {
            provider: job.provider,
        })?;
        if provider.exchange.is_some() {
            return Err(CheckReason::NotSupported);
        }
        let admin = job
            .admin
            .map(|admin| FieldWithValue::all_of(admin, segments));
        Ok(Self {
            provider,
            fields: FieldWithValue::all_of(job.fields, segments)?,
            admin: admin.transpose()?,
        })
    }

    fn own(&self) -> Result<AssignedFields<'_>, CheckReason> {
        AssignedFields::find(self.provider, &self.fields)
    }

    fn admin(&self) -> Result<Option<AssignedFields<'_>>, CheckReason> {
        let admin = self.admin.as_deref();
        admin
            .map(|admin| AssignedFields::find(self.provider, admin))
            .transpose()
    }

    /// All secret values, which nothing that is reported may hold.
    fn secrets(&self) -> Result<Vec<SecretBytes>, CheckReason> {
        let mut secrets = self.own()?.real_secrets();
        if let Some(admin) = self.admin()? {
            secrets.extend(admin.real_secrets());
        }
        Ok(secrets)
    }

    /// Does something with both as an entry of the catalogue knows them.
    fn assigned<T>(
        &self,
        work: impl FnOnce(&AssignedFields<'_>, RequestValues<'_>) -> Result<T, CheckReason>,
    ) -> Result<T, CheckReason> {
        let (own, admin) = (self.own()?, self.admin()?);
        work(&own, RequestValues::of(&own).with_admin(admin.as_ref()))
    }
}

#[cfg(test)]
mod tests;
