//! The request that ends one key.

use keyhaven_catalogue::key_position::{KeyPosition, RequestAuthority};
use keyhaven_catalogue::request::{ProviderRequest, Revocation, SuccessRule};
use keyhaven_protocol::check::CheckReason;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::worker::{CallResult, RevokeJob, RevokedKey};

use super::ReplacementFields;
use crate::call::call;
use crate::fields::{AssignedFields, SECRET};
use crate::fill::{FilledRequest, fill};
use crate::network::Network;
use crate::values::{KEY_ID, RequestValues};

/// A revocation that can be sent.
#[derive(Debug)]
pub struct PreparedRevocation {
    request: FilledRequest,
    ok: SuccessRule,
}

/// Prepares the revocation that a job asks for.
///
/// # Errors
/// The provider has none for this key, or it cannot be made.
pub fn prepare(job: RevokeJob, mut segments: Segments) -> Result<PreparedRevocation, CheckReason> {
    let RevokeJob {
        credential,
        key,
        spared,
    } = job;
    let fields = ReplacementFields::take(credential, &mut segments)?;
    fields.assigned(|own, values| {
        let (revocation, request) = choose(&fields, own, values, &key)?;
        let own_id = || values.value(KEY_ID).ok();
        let ends = match &key {
            RevokedKey::Id { key_id } => Some(key_id.as_str()),
            RevokedKey::Value { key_id } => key_id.as_deref().or_else(own_id),
        };
        if spared.is_some() && spared.as_deref() == ends {
            let field = KEY_ID.to_owned();
            return Err(CheckReason::FieldInvalid { field });
        }
        Ok(PreparedRevocation {
            request,
            ok: revocation.ok.clone(),
        })
    })
}

/// The revocation for a key, filled. Where a key has done its work, one that can be undone comes
/// first; one that never began is deleted.
///
/// # Errors
/// There is none that can be made; the reason is that of the first.
pub fn choose<'a>(
    fields: &'a ReplacementFields,
    own: &AssignedFields<'_>,
    values: RequestValues<'_>,
    key: &RevokedKey,
) -> Result<(&'a Revocation, FilledRequest), CheckReason> {
    let (key_id, reversible_first) = match key {
        RevokedKey::Value { key_id } => (key_id.as_deref(), true),
        RevokedKey::Id { key_id } => (Some(key_id.as_str()), false),
    };
    let values = values.with_key_id(key_id);
    let fits = |revocation: &&Revocation| {
        let request = &revocation.request;
        request.is_for(own.shape()) && (matches!(key, RevokedKey::Value { .. }) || by_id(request))
    };
    let revocations = fields.provider.revocations.iter().filter(fits);
    let mut revocations: Vec<_> = revocations.collect();
    revocations.sort_by_key(|revocation| revocation.reversible != reversible_first);
    let mut reason = CheckReason::NoCreation;
    for (place, revocation) in revocations.into_iter().enumerate() {
        match fill(fields.provider, &revocation.request, values) {
            Ok(request) => return Ok((revocation, request)),
            Err(other) if place == 0 => reason = other,
            Err(_) => {}
        }
    }
    Err(reason)
}

/// Whether a request ends the key that it names by its id, whatever key is among the fields.
fn by_id(request: &ProviderRequest) -> bool {
    let texts = [&request.headers, &request.query, &request.form];
    let templates = texts.into_iter().flatten().map(|(_, template)| template);
    let mut templates = templates.chain([&request.url.path]);
    let json = request.json.as_ref().map(ToString::to_string);
    let json_has = |name: &str| {
        let placeholder = format!("{{{{{name}}}}}");
        json.as_deref()
            .is_some_and(|json| json.contains(&placeholder))
    };
    let has_secret = templates.clone().any(|template| template.has(SECRET)) || json_has(SECRET);
    let has_id = templates.any(|template| template.has(KEY_ID)) || json_has(KEY_ID);
    // A key that signs is not what the request is about.
    let is_signed = matches!(request.auth, Some(KeyPosition::Signed { .. }));
    let is_about_another = request.authority == RequestAuthority::Admin || is_signed;
    is_about_another && has_id && !has_secret
}

impl PreparedRevocation {
    #[cfg(test)]
    pub fn request(&self) -> &FilledRequest {
        &self.request
    }

    /// Sends it, once.
    pub async fn send(self, network: Network) -> CallResult<()> {
        call(network, &self.request, &self.ok, |_| Some(())).await
    }
}
