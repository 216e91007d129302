//! How a provider lets a key be replaced, without asking it anything.

use jiff::SignedDuration;
use keyhaven_catalogue::Provider;
use keyhaven_catalogue::request::KeyList;
use keyhaven_protocol::check::CheckReason;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::worker::{PlanJob, ReplacementPlan, RevokedKey};

use super::create::{self, creation_for};
use super::find::{self, search_for};
use super::{ReplacementFields, revoke};
use crate::values::RequestValues;

/// Stands for a tag or an id that there is not yet.
const NOT_YET: &str = "kh-0";

/// The plan for the key of a job.
///
/// # Errors
/// The key cannot be replaced: why.
pub fn plan(job: PlanJob, mut segments: Segments) -> Result<ReplacementPlan, CheckReason> {
    let fields = ReplacementFields::take(job.credential, &mut segments)?;
    fields.assigned(|own, values| {
        let tagged = values.with_tag(NOT_YET);
        let creation = creation_for(&fields, own)?;
        let request = create::request(&fields, creation, tagged)?;
        let search = search_for(&fields, own);
        let by_id = RevokedKey::Id {
            key_id: NOT_YET.into(),
        };
        let by_value = RevokedKey::Value { key_id: None };
        let revocation = revoke::choose(&fields, own, values, &by_value).ok();
        let delay = revocation
            .as_ref()
            .and_then(|(revocation, _)| revocation.delay);
        Ok(ReplacementPlan {
            host: request.host.to_string(),
            can_find: search.is_some_and(|search| find::request(&fields, search, tagged).is_ok()),
            has_names: search.is_none_or(|search| matches!(search.list, KeyList::Named { .. })),
            max_keys: fields.provider.max_keys,
            can_end_by_id: revoke::choose(&fields, own, values, &by_id).is_ok(),
            can_revoke: revocation.is_some(),
            check_costs: fields
                .provider
                .check_for(own.shape())
                .map(|check| check.costs),
            propagation: seconds(fields.provider.propagation),
            revoke_delay: seconds(delay),
            page: page(fields.provider, values),
        })
    })
}

fn seconds(span: Option<SignedDuration>) -> u32 {
    span.map_or(0, |span| u32::try_from(span.as_secs()).unwrap_or(u32::MAX))
}

fn page(provider: &Provider, values: RequestValues<'_>) -> Option<String> {
    let value = |name: &str| values.value(name).ok();
    provider.dashboard.as_ref()?.filled(value)
}
