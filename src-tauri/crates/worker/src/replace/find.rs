//! The request that lists keys, and those of them that were made here: by their tag, or because
//! they were not there before.

use hyper::HeaderMap;
use hyper::header::LINK;
use jiff::Timestamp;
use keyhaven_catalogue::request::{KeyList, OrphanSearch, SuccessRule};
use keyhaven_protocol::check::CheckReason;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::worker::{CallResult, FindJob, FoundKeys};
use keyhaven_secret::SecretBytes;
use serde_json::Value;

use super::ReplacementFields;
use crate::call::call;
use crate::facts::{FactReader, elements, text};
use crate::fields::AssignedFields;
use crate::fill::{FilledRequest, fill};
use crate::network::Network;
use crate::outcome::HttpAnswer;
use crate::values::RequestValues;

/// What a list with further pages has, next to its elements or in one of [`AROUND`].
const FURTHER: [&str; 9] = [
    "has_more",
    "hasMore",
    "next",
    "next_page",
    "next_page_uri",
    "next_page_token",
    "nextPageToken",
    "next_cursor",
    "continuationToken",
];
/// The XML element of AWS that says so.
const TRUNCATED: &str = "IsTruncated";
/// What such facts may stand in.
const AROUND: [&str; 5] = ["", "/meta", "/links", "/pagination", "/_metadata"];

/// A search that can be sent.
#[derive(Debug)]
pub struct PreparedSearch {
    request: FilledRequest,
    wanted: WantedKeys,
}

#[derive(Debug)]
struct WantedKeys {
    list: KeyList,
    /// The name that they have, where they have names.
    tag: String,
    /// The ids of others, where they have none.
    known: Vec<String>,
    secrets: Vec<SecretBytes>,
}

/// Prepares the search that a job asks for.
///
/// # Errors
/// The provider has none for this key, or it cannot be made.
pub fn prepare(job: FindJob, mut segments: Segments) -> Result<PreparedSearch, CheckReason> {
    let fields = ReplacementFields::take(job.credential, &mut segments)?;
    fields.assigned(|own, values| {
        let search = search_for(&fields, own).ok_or(CheckReason::NoCreation)?;
        Ok(PreparedSearch {
            request: request(&fields, search, values.with_tag(&job.tag))?,
            wanted: WantedKeys {
                list: search.list.clone(),
                tag: job.tag.clone(),
                known: job.known.clone(),
                secrets: fields.secrets()?,
            },
        })
    })
}

/// The search for keys like that among the fields.
pub fn search_for<'a>(
    fields: &'a ReplacementFields,
    own: &AssignedFields<'_>,
) -> Option<&'a OrphanSearch> {
    let search = fields.provider.find.as_ref();
    search.filter(|search| search.request.is_for(own.shape()))
}

/// The request of a search.
pub fn request(
    fields: &ReplacementFields,
    search: &OrphanSearch,
    values: RequestValues<'_>,
) -> Result<FilledRequest, CheckReason> {
    fill(fields.provider, &search.request, values)
}

impl PreparedSearch {
    #[cfg(test)]
    pub fn read(&self, answer: &HttpAnswer) -> Option<FoundKeys> {
        self.wanted.read(answer)
    }

    /// Sends it.
    pub async fn send(self, network: Network) -> CallResult<FoundKeys> {
        let ok = SuccessRule {
            statuses: vec![200],
            body: None,
        };
        let read = |answer: &HttpAnswer| self.wanted.read(answer);
        call(network, &self.request, &ok, read).await
    }
}

impl WantedKeys {
    /// The ids of those that are wanted; none where the answer is no list.
    fn read(&self, answer: &HttpAnswer) -> Option<FoundKeys> {
        match &self.list {
            KeyList::Named { items, tag, key_id } => {
                let json: Value = serde_json::from_slice(&answer.body).ok()?;
                let listed = json.pointer(items)?.as_array()?;
                let mut key_ids = Vec::new();
                for item in listed.iter().filter(|item| self.has_tag(item, tag)) {
                    key_ids.push(self.harmless(item.pointer(key_id).and_then(text)?)?);
                }
                Some(FoundKeys {
                    key_ids,
                    is_complete: !has_further(&answer.headers, &json),
                })
            }
            KeyList::Nameless { element } => {
                let listed = elements(&answer.body, element);
                // The key that asks is among them.
                if listed.is_empty() {
                    return None;
                }
                let new = listed.into_iter().filter(|id| !self.known.contains(id));
                let truncated = elements(&answer.body, TRUNCATED);
                Some(FoundKeys {
                    key_ids: new.map(|id| self.harmless(id)).collect::<Option<_>>()?,
                    is_complete: !truncated.iter().any(|text| text == "true"),
                })
            }
        }
    }

    /// A provider may add something to a name; 96 random bits are in no other name.
    fn has_tag(&self, item: &Value, place: &str) -> bool {
        let tag = item.pointer(place).and_then(Value::as_str);
        tag.is_some_and(|tag| tag.contains(&self.tag))
    }

    fn harmless(&self, key_id: String) -> Option<String> {
        let reader = FactReader {
            secrets: &self.secrets,
            now: Timestamp::UNIX_EPOCH,
        };
        reader.all_harmless(vec![key_id])?.pop()
    }
}

/// Whether the list goes on elsewhere.
fn has_further(headers: &HeaderMap, json: &Value) -> bool {
    let mut links = headers.get_all(LINK).iter();
    let by_link = links.any(|link| {
        let link = String::from_utf8_lossy(link.as_bytes()).into_owned();
        link.contains("rel=\"next\"") || link.contains("rel=next")
    });
    let tells = |around: &&str| json.pointer(around).is_some_and(names_further);
    by_link || AROUND.iter().any(tells)
}

fn names_further(value: &Value) -> bool {
    FURTHER.iter().any(|name| match value.get(name) {
        None | Some(Value::Null | Value::Bool(false)) => false,
        Some(Value::String(text)) => !text.is_empty(),
        Some(_) => true,
    })
}
