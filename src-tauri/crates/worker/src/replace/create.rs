//! The request that makes a key, and the key that its answer holds.

use jiff::Timestamp;
use keyhaven_catalogue::provider::Strategy;
use keyhaven_catalogue::request::{Creation, Extraction, FactPlace, SuccessRule};
use keyhaven_protocol::check::CheckReason;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::reported::ReportedFacts;
use keyhaven_protocol::worker::{CallOutcome, CallResult, CreateJob, CreatedKey, CreatedValue};
use keyhaven_secret::SecretBytes;
use serde_json::Value;

use super::ReplacementFields;
use crate::call::call;
use crate::facts::{FactReader, found};
use crate::fields::{AssignedFields, SECRET};
use crate::fill::{FilledRequest, fill};
use crate::network::Network;
use crate::outcome::HttpAnswer;
use crate::values::{KEY_ID, RequestValues};

/// The fact that is its end.
const EXPIRES_AT: &str = "expires_at";
/// The most bytes of a new secret.
const MAX_SECRET: usize = 16 << 10;

/// A creation that can be sent.
#[derive(Debug)]
pub struct PreparedCreation {
    request: FilledRequest,
    ok: SuccessRule,
    places: CreatedPlaces,
}

/// Where in the answer a new key stands, and into which fields of the credential it goes.
#[derive(Debug)]
struct CreatedPlaces {
    /// The field of the credential that is the key.
    key_field: String,
    /// Where the key stands.
    key: FactPlace,
    /// The fields that belong to it, and where their values stand.
    companions: Vec<CompanionPlace>,
    /// What else is read: the id and the end.
    facts: Vec<Extraction>,
    /// The secrets of both credentials, which none of that may hold.
    secrets: Vec<SecretBytes>,
}

/// Where the value of a field stands that belongs to a new key.
#[derive(Debug)]
struct CompanionPlace {
    field: String,
    place: FactPlace,
    /// It is the id, without which the key can be used.
    is_id: bool,
}

/// Prepares the creation that a job asks for.
///
/// # Errors
/// The provider has none for this key, or it cannot be made.
pub fn prepare(job: CreateJob, mut segments: Segments) -> Result<PreparedCreation, CheckReason> {
    let fields = ReplacementFields::take(job.credential, &mut segments)?;
    fields.assigned(|own, values| {
        let creation = creation_for(&fields, own)?;
        Ok(PreparedCreation {
            request: request(&fields, creation, values.with_tag(&job.tag))?,
            ok: creation.ok.clone(),
            places: places(creation, own, fields.secrets()?)?,
        })
    })
}

/// The creation for the key among the fields.
pub fn creation_for<'a>(
    fields: &'a ReplacementFields,
    own: &AssignedFields<'_>,
) -> Result<&'a Creation, CheckReason> {
    let creation = fields.provider.create.as_ref();
    let creation = creation.filter(|creation| creation.request.is_for(own.shape()));
    let creation = creation.ok_or(CheckReason::NoCreation)?;
    match fields.provider.strategy {
        Strategy::Dual => Ok(creation),
        // The old value ends before anybody knows whether the new one works.
        Strategy::InPlace | Strategy::RotateWithGrace => Err(CheckReason::ReplacedInPlace),
        Strategy::RevokeOnly | Strategy::Manual => Err(CheckReason::NoCreation),
    }
}

/// The request of a creation.
pub fn request(
    fields: &ReplacementFields,
    creation: &Creation,
    values: RequestValues<'_>,
) -> Result<FilledRequest, CheckReason> {
    fill(fields.provider, &creation.request, values)
}

fn places(
    creation: &Creation,
    own: &AssignedFields<'_>,
    secrets: Vec<SecretBytes>,
) -> Result<CreatedPlaces, CheckReason> {
    let (mut key, mut companions, mut facts) = (None, Vec::new(), Vec::new());
    for extraction in &creation.extract {
        let fact = extraction.fact.as_str();
        if fact == SECRET {
            key = Some(extraction.place.clone());
            continue;
        }
        if [KEY_ID, EXPIRES_AT].contains(&fact) {
            facts.push(extraction.clone());
        }
        companions.extend(own.own_name(fact).map(|field| CompanionPlace {
            field: field.to_owned(),
            place: extraction.place.clone(),
            is_id: fact == KEY_ID,
        }));
    }
    Ok(CreatedPlaces {
        key_field: own.key_name().to_owned(),
        key: key.ok_or(CheckReason::NoCreation)?,
        companions,
        facts,
        secrets,
    })
}

impl PreparedCreation {
    #[cfg(test)]
    pub fn request(&self) -> &FilledRequest {
        &self.request
    }

    #[cfg(test)]
    pub fn read(self, answer: &HttpAnswer) -> Option<(CreatedKey, Segments)> {
        self.places.read(answer)
    }

    /// Sends it, once. The segments are the values of the key.
    pub async fn send(self, network: Network) -> (CallResult<CreatedKey>, Segments) {
        let places = self.places;
        let read = |answer: &HttpAnswer| places.read(answer);
        let called = call(network, &self.request, &self.ok, read).await;
        let (outcome, segments) = match called.outcome {
            CallOutcome::Done((key, segments)) => (CallOutcome::Done(key), segments),
            CallOutcome::Refused(reason) => (CallOutcome::Refused(reason), Segments::default()),
            CallOutcome::Ambiguous(reason) => (CallOutcome::Ambiguous(reason), Segments::default()),
        };
        let host = called.host;
        (CallResult { outcome, host }, segments)
    }
}

impl CreatedPlaces {
    /// The key in an answer; none where a value of it is missing.
    fn read(mut self, answer: &HttpAnswer) -> Option<(CreatedKey, Segments)> {
        let json: Option<Value> = serde_json::from_slice(&answer.body).ok();
        let at = |place: &FactPlace| {
            let mut texts = found(place, answer, json.as_ref())?;
            texts.pop().filter(|_| texts.is_empty())
        };
        let secret = SecretBytes::new(at(&self.key)?.into_bytes());
        // Exposed to be measured and copied.
        let bytes = secret.expose();
        if !(1..=MAX_SECRET).contains(&bytes.len()) || bytes.contains(&0) {
            return None;
        }
        self.secrets.push(SecretBytes::copy_of(bytes));
        let mut segments = Segments::default();
        let mut values = vec![CreatedValue {
            field: self.key_field,
            value: segments.push(secret),
        }];
        let reader = FactReader {
            secrets: &self.secrets,
            now: Timestamp::now(),
        };
        for CompanionPlace {
            field,
            place,
            is_id,
        } in self.companions
        {
            // One that repeats the secret would bring it into a field that is shown. Without its
            // id a key can be used, without the other half of a pair it cannot.
            match reader.all_harmless(vec![at(&place)?]) {
                Some(texts) => {
                    let value = SecretBytes::new(texts.concat().into_bytes());
                    let value = segments.push(value);
                    values.push(CreatedValue { field, value });
                }
                None if is_id => {}
                None => return None,
            }
        }
        let mut facts = ReportedFacts::default();
        reader.read(&self.facts, answer, &mut facts);
        let key = CreatedKey {
            values,
            key_id: facts.key_id,
            expires_at: facts.expires_at,
        };
        Some((key, segments))
    }
}
