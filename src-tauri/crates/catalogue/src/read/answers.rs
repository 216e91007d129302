//! What is read from responses: answers of checks, and facts.

use std::collections::BTreeMap;

use keyhaven_rules::Verdict;
use serde_json::Value;

use crate::answer::ExpectedAnswer;
use crate::fault::EntryFault;
use crate::place::Place;
use crate::provider::FieldSource;
use crate::raw::{RawAnswer, RawExtract};
use crate::read::basics::{MAX_SENTENCE, pointer, text};
use crate::read::position::header;
use crate::read::scope::RequestScope;
use crate::request::{Extraction, FactPlace};

/// Reads the answers of a check, of which each can be reached.
pub fn answers(raw: &[RawAnswer], place: &Place<'_>) -> Vec<ExpectedAnswer> {
    let read = |(at, raw)| answer(raw, &place.index(at));
    let answers: Vec<ExpectedAnswer> = raw.iter().enumerate().map(read).collect();
    for (at, answer) in answers.iter().enumerate() {
        let earlier = answers[..at]
            .iter()
            .filter(|earlier| !earlier.looks_at_body());
        let taken: Vec<u16> = earlier.flat_map(|it| it.statuses.iter().copied()).collect();
        if answer.statuses.iter().all(|status| taken.contains(status)) {
            place.index(at).refuse(EntryFault::NeverReached);
        }
    }
    answers
}

fn answer(raw: &RawAnswer, place: &Place<'_>) -> ExpectedAnswer {
    if raw.status.is_empty() {
        place.key("status").refuse(EntryFault::BadStatus);
    }
    statuses(&raw.status, &place.key("status"));
    if let Some(at) = &raw.json {
        pointer(at, &place.key("json"));
    }
    if let Some(part) = &raw.contains {
        text(part, MAX_SENTENCE, &place.key("contains"));
    }
    let values: Vec<Value> = raw.equals.iter().chain(&raw.any_of).cloned().collect();
    let plain = |value: &Value| value.is_string() || value.is_boolean() || value.is_i64();
    if !values.iter().all(plain) {
        let system = "expected a text, a whole number, true or false".to_owned();
        place.key("equals").refuse(EntryFault::Shape { system });
    }
    if raw.json.is_none() && !values.is_empty() {
        let other = "json".to_owned();
        place.refuse(EntryFault::OnlyWith { other });
    }
    let answer = ExpectedAnswer {
        statuses: raw.status.clone(),
        pointer: raw.json.clone(),
        values,
        contains: raw.contains.clone(),
        verdict: raw.is,
        reason: raw.reason,
    };
    if answer
        .statuses
        .iter()
        .any(|status| proves_nothing(*status, &answer))
    {
        place.key("status").refuse(EntryFault::ProvesNothing);
    }
    answer
}

/// Redirects, limits and failures of a service are about the service. A body may still show
/// that the key was accepted; that it is dead, never.
fn proves_nothing(status: u16, answer: &ExpectedAnswer) -> bool {
    let about_service = matches!(status, 300..=399 | 408 | 425 | 429 | 500..=599);
    match answer.verdict {
        Verdict::Unknown => false,
        Verdict::Alive => about_service && !answer.looks_at_body(),
        Verdict::Dead => about_service || (status < 300 && !answer.looks_at_body()),
    }
}

/// Numbers of a response's status.
pub fn statuses(list: &[u16], place: &Place<'_>) {
    for (at, status) in list.iter().enumerate() {
        if !(200..=599).contains(status) || list[..at].contains(status) {
            place.index(at).refuse(EntryFault::BadStatus);
        }
    }
}

/// Reads which facts a response holds: the known ones, and fields that the service reports.
pub fn facts(
    raw: &BTreeMap<String, RawExtract>,
    known: &[&str],
    fills: &[FieldSource],
    scope: RequestScope<'_>,
    place: &Place<'_>,
) -> Vec<Extraction> {
    let field = |name: &str| {
        let mut fields = scope.host.fields.iter();
        fields.any(|field| field.name == name && fills.contains(&field.from))
    };
    let read = |(name, raw): (&String, &RawExtract)| {
        let place = place.key(name);
        if !known.contains(&name.as_str()) && !field(name) {
            let known = known.join(", ");
            place.refuse(EntryFault::BadFact { known });
        }
        fact(name, raw, &place)
    };
    raw.iter().filter_map(read).collect()
}

fn fact(name: &str, raw: &RawExtract, place: &Place<'_>) -> Option<Extraction> {
    let place = match (&raw.json, &raw.header, &raw.element) {
        (Some(at), None, None) => {
            pointer(at, place);
            FactPlace::Json(at.clone())
        }
        (None, Some(name), None) => {
            header(name, place);
            FactPlace::Header(name.clone())
        }
        (None, None, Some(name)) => {
            header(name, place);
            FactPlace::Element(name.clone())
        }
        _ => {
            let fields = "json, header, element".to_owned();
            place.refuse(EntryFault::ExactlyOne { fields });
            return None;
        }
    };
    Some(Extraction {
        fact: name.to_owned(),
        place,
        time: raw.time,
    })
}

/// A fact without which the request would be of no use.
pub fn must_have(fact: &str, raw: &BTreeMap<String, RawExtract>, place: &Place<'_>) {
    if !raw.contains_key(fact) {
        let missing = format!("extract.{fact}");
        place.refuse(EntryFault::Missing { missing });
    }
}
