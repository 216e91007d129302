//! What a provider reports about a key, read from its answer.
//!
//! The answer is hostile: a fact that is too long, holds characters that nobody sees, or holds a
//! secret of the credential is left out rather than cut, so that what is reported is true.

use data_encoding::{BASE64, HEXLOWER};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use keyhaven_catalogue::request::{Extraction, FactPlace, TimeFormat};
use keyhaven_protocol::reported::ReportedFacts;
use keyhaven_rules::due::Moment;
use keyhaven_rules::text::is_invisible;
use keyhaven_secret::{Secret, SecretBytes, SecretString};
use serde_json::Value;

use crate::outcome::HttpAnswer;

/// The most bytes of one text.
const MAX_TEXT: usize = 128;
/// The most scopes.
const MOST_SCOPES: usize = 64;
/// How many bytes of a secret, one after the other, are no accident in another text.
const TELLING_RUN: usize = 12;
/// The last year that a provider means; some write 9999 for a key without an end.
const LAST_YEAR: i16 = 9998;

/// Reads facts from answers.
#[derive(Debug)]
pub struct FactReader<'s> {
    /// What no fact may hold.
    pub secrets: &'s [SecretBytes],
    /// From when on durations count.
    pub now: Timestamp,
}

impl FactReader<'_> {
    /// Adds what an answer tells.
    pub fn read(&self, extract: &[Extraction], answer: &HttpAnswer, facts: &mut ReportedFacts) {
        let json: Option<Value> = serde_json::from_slice(&answer.body).ok();
        for extraction in extract {
            let found = found(&extraction.place, answer, json.as_ref());
            let texts = found.and_then(|found| self.all_harmless(found));
            if let Some(texts) = texts {
                self.put(extraction, texts, facts);
            }
        }
    }

    fn put(&self, extraction: &Extraction, mut texts: Vec<String>, facts: &mut ReportedFacts) {
        if extraction.fact == "scopes" {
            facts.scopes = Some(scopes(texts)).filter(|it| it.len() <= MOST_SCOPES);
            return;
        }
        let Some(text) = texts.pop().filter(|_| texts.is_empty()) else {
            return;
        };
        let format = extraction.time.unwrap_or(TimeFormat::Rfc3339);
        match extraction.fact.as_str() {
            "created_at" => facts.created_at = moment(&text, format, self.now),
            "expires_at" => facts.expires_at = moment(&text, format, self.now),
            "last_used_at" => facts.last_used_at = moment(&text, format, self.now),
            "key_id" => facts.key_id = Some(text),
            "name" => facts.name = Some(text),
            "owner" => facts.owner = Some(text),
            "account" => facts.account = Some(text),
            "limit" => facts.limit = Some(text),
            "used" => facts.used = Some(text),
            "remaining" => facts.remaining = Some(text),
            // A field that the credential may have; it is typed by its owner.
            _ => {}
        }
    }

    /// The texts, if each of them may be shown.
    pub fn all_harmless(&self, texts: Vec<String>) -> Option<Vec<String>> {
        let is_harmless = |text: &String| {
            let fits = (1..=MAX_TEXT).contains(&text.len());
            fits && !text.chars().any(is_invisible) && !self.holds_secret(text)
        };
        texts.iter().all(is_harmless).then_some(texts)
    }

    /// Whether a text repeats a secret or a part of it, as it is or encoded.
    fn holds_secret(&self, text: &str) -> bool {
        let text = text.to_ascii_lowercase();
        let holds = |secret: &SecretBytes| {
            // Exposed to be compared.
            let secret = secret.expose();
            let encoded = [BASE64.encode(secret), HEXLOWER.encode(secret)].map(SecretString::new);
            let encoded = encoded.iter().map(|text| text.expose().as_bytes());
            let mut forms = encoded.chain([secret.as_slice()]);
            forms.any(|form| shares_a_run(text.as_bytes(), form))
        };
        self.secrets.iter().any(holds)
    }
}

/// Whether a run of bytes stands in both, in whatever case. A shorter secret counts as a whole.
fn shares_a_run(lower: &[u8], secret: &[u8]) -> bool {
    let secret = Secret::new(secret.to_ascii_lowercase());
    let secret = secret.expose();
    let length = secret.len().min(TELLING_RUN);
    length > 0
        && secret
            .windows(length)
            .any(|run| lower.windows(length).any(|it| it == run))
}

/// The texts at a place; none where nothing stands there.
pub fn found(place: &FactPlace, answer: &HttpAnswer, json: Option<&Value>) -> Option<Vec<String>> {
    match place {
        FactPlace::Header(name) => {
            let value = answer.headers.get(name)?.to_str().ok()?;
            Some(vec![value.trim().to_owned()])
        }
        FactPlace::Element(name) => Some(elements(&answer.body, name)).filter(|it| !it.is_empty()),
        FactPlace::Json(pointer) => match json?.pointer(pointer)? {
            Value::Array(elements) => elements.iter().map(text).collect(),
            only => Some(vec![text(only)?]),
        },
    }
}

/// The texts of the XML elements with a name (W3C XML 1.0, 3.1). One with elements, references or
/// marks in it is left out: no service writes ids and keys so.
pub fn elements(body: &[u8], name: &str) -> Vec<String> {
    let text = std::str::from_utf8(body).unwrap_or_default();
    let (begin, end) = (format!("<{name}>"), format!("</{name}>"));
    let texts = text.split(begin.as_str()).skip(1).filter_map(|rest| {
        let (text, _) = rest.split_once(end.as_str())?;
        let text = text.trim();
        (!text.is_empty() && !text.contains(['<', '&'])).then(|| text.to_owned())
    });
    texts.collect()
}

/// A text or a number as text.
pub fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(_) | Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Several texts as they are; one alone is a list with commas or spaces (RFC 6749, 3.3).
fn scopes(texts: Vec<String>) -> Vec<String> {
    let [list] = texts.as_slice() else {
        return texts;
    };
    let scopes = list.split([',', ' ']).filter(|scope| !scope.is_empty());
    scopes.map(str::to_owned).collect()
}

/// An instant or a day as a provider writes it; none where it means that there is no end.
pub fn moment(text: &str, format: TimeFormat, now: Timestamp) -> Option<Moment> {
    let number = || text.parse::<i64>().ok().filter(|number| *number > 0);
    let instant = match format {
        TimeFormat::Date => {
            let day = text.parse().ok();
            return day
                .filter(|day: &jiff::civil::Date| day.year() <= LAST_YEAR)
                .map(Moment::Date);
        }
        TimeFormat::Rfc3339 => text.parse().ok(),
        TimeFormat::Unix => Timestamp::from_second(number()?).ok(),
        TimeFormat::UnixMs => Timestamp::from_millisecond(number()?).ok(),
        TimeFormat::InSeconds => now.checked_add(SignedDuration::from_secs(number()?)).ok(),
        TimeFormat::Spaced => spaced(text),
    }?;
    let year = instant.to_zoned_datetime(TimeZone::UTC).year();
    (year <= LAST_YEAR).then_some(Moment::Instant(instant))
}

/// `2026-11-29 12:00:00 UTC`, or with an offset.
fn spaced(text: &str) -> Option<Timestamp> {
    if let Some(utc) = text.strip_suffix(" UTC") {
        let civil: DateTime = utc.parse().ok()?;
        return civil
            .to_zoned_datetime(TimeZone::UTC)
            .ok()
            .map(|at| at.timestamp());
    }
    Timestamp::strptime("%Y-%m-%d %H:%M:%S %z", text).ok()
}

#[cfg(test)]
mod tests {
    use hyper::HeaderMap;

    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn read(extract: &[(&str, FactPlace, Option<TimeFormat>)], body: &str) -> ReportedFacts {
        let secrets = [SecretBytes::copy_of(b"no-real-key")];
        let mut headers = HeaderMap::new();
        headers.insert("x-scopes", "repo, gist".parse().unwrap());
        let answer = HttpAnswer {
            status: 200,
            headers,
            body: body.as_bytes().to_vec(),
        };
        let extract: Vec<_> = extract
            .iter()
            .map(|(fact, place, time)| Extraction {
                fact: (*fact).into(),
                place: place.clone(),
                time: *time,
            })
            .collect();
        let mut facts = ReportedFacts::default();
        let reader = FactReader {
            secrets: &secrets,
            now: NOW,
        };
        reader.read(&extract, &answer, &mut facts);
        facts
    }

    fn at(pointer: &str) -> FactPlace {
        FactPlace::Json(pointer.into())
    }

    #[test]
    fn facts_are_read_from_body_and_headers() {
        let scopes = FactPlace::Header("X-Scopes".into());
        let extract = [
            ("owner", at("/user/login"), None),
            ("expires_at", at("/expires"), None),
            ("limit", at("/limit"), None),
            ("scopes", scopes, None),
        ];
        let body = r#"{"user":{"login":"ada"},"expires":"2027-01-31T12:00:00Z","limit":1000}"#;
        let facts = read(&extract, body);
        assert_eq!(facts.owner.as_deref(), Some("ada"));
        assert_eq!(facts.limit.as_deref(), Some("1000"));
        assert_eq!(facts.scopes.unwrap(), ["repo", "gist"]);
        let expected = Moment::Instant("2027-01-31T12:00:00Z".parse().unwrap());
        assert_eq!(facts.expires_at, Some(expected));
        let lists = read(&[("scopes", at("/s"), None)], r#"{"s":["a b","c"]}"#);
        assert_eq!(lists.scopes.unwrap(), ["a b", "c"]);
        assert_eq!(read(&extract, "<html>").owner, None);
    }

    #[test]
    fn elements_of_xml_are_read_by_their_names() {
        let body = b"<R xmlns=\"x\"><Keys><Id>a</Id><Id> b </Id><Id/><Id>&amp;</Id><Id><x/></Id>\
                     <Identity>c</Identity></Keys></R>";
        assert_eq!(elements(body, "Id"), ["a", "b"]);
        assert_eq!(elements(body, "Keys"), Vec::<String>::new());
        assert_eq!(elements(b"<Id>a", "Id"), Vec::<String>::new());
        assert_eq!(elements(b"\xff<Id>a</Id>", "Id"), Vec::<String>::new());
    }

    #[test]
    fn times_are_read_as_their_providers_write_them() {
        let instant = |text: &str| Some(Moment::Instant(text.parse().unwrap()));
        for (text, format, expected) in [
            (
                "1735689600",
                TimeFormat::Unix,
                instant("2025-01-01T00:00:00Z"),
            ),
            (
                "1735689600000",
                TimeFormat::UnixMs,
                instant("2025-01-01T00:00:00Z"),
            ),
            (
                "2025-01-01 00:00:00 UTC",
                TimeFormat::Spaced,
                instant("2025-01-01T00:00:00Z"),
            ),
            (
                "2025-01-01 00:00:00 -0700",
                TimeFormat::Spaced,
                instant("2025-01-01T07:00:00Z"),
            ),
            (
                "2025-01-01",
                TimeFormat::Date,
                Some(Moment::Date("2025-01-01".parse().unwrap())),
            ),
            ("60", TimeFormat::InSeconds, instant("1970-01-01T00:01:00Z")),
            // No end is written in many ways.
            ("0", TimeFormat::Unix, None),
            ("-1", TimeFormat::Unix, None),
            ("9999-12-31", TimeFormat::Date, None),
            ("9999-12-31T23:59:59Z", TimeFormat::Rfc3339, None),
            ("never", TimeFormat::Rfc3339, None),
            ("9223372036854775807", TimeFormat::UnixMs, None),
        ] {
            assert_eq!(moment(text, format, NOW), expected, "{text}");
        }
    }

    #[test]
    fn a_part_of_a_secret_tells_it_and_a_prefix_does_not() {
        let secret = b"sk_live_0123456789abcdef";
        assert!(shares_a_run(b"k_live_0123456789abcde", secret));
        assert!(shares_a_run(b"x 456789abcdef", secret));
        assert!(!shares_a_run(b"my sk_live_012", secret));
        assert!(!shares_a_run(b"", secret));
        assert!(!shares_a_run(b"ada", b""));
    }

    #[test]
    fn what_may_not_be_shown_is_left_out_whole() {
        let owner = |text: &str| {
            let body = serde_json::json!({ "owner": text }).to_string();
            read(&[("owner", at("/owner"), None)], &body).owner
        };
        assert_eq!(owner("ada").as_deref(), Some("ada"));
        for text in [
            "",
            "a\u{1b}[2J",
            "\u{202e}ada",
            &"a".repeat(129),
            "of no-real-key",
            "NO-REAL-KEY",
            "bm8tcmVhbC1rZXk=",
            "6e6f2d7265616c2d6b6579",
        ] {
            assert_eq!(owner(text), None, "{text:?}");
        }
        let scopes = |count: usize| {
            let body = serde_json::json!({ "s": vec!["repo"; count] }).to_string();
            read(&[("scopes", at("/s"), None)], &body).scopes
        };
        assert_eq!(scopes(64).unwrap().len(), 64);
        assert_eq!(scopes(65), None);
        assert_eq!(scopes(0).unwrap().len(), 0);
        let mixed = read(&[("scopes", at("/s"), None)], r#"{"s":["a",{"b":1}]}"#);
        assert_eq!(mixed.scopes, None);
    }
}
