//! What the response of a check means. A status alone is often not enough: 200 can be that of
//! a dead key and 401 that of a living one. What no answer fits is unknown, never dead.

use keyhaven_rules::{Verdict, VerdictReason};
use serde_json::Value;

/// What a response means that has one of the statuses and fits the predicates.
#[derive(Clone, Debug, PartialEq)]
pub struct ExpectedAnswer {
    /// The statuses.
    pub statuses: Vec<u16>,
    /// A JSON pointer that must lead to something in the body.
    pub pointer: Option<String>,
    /// What must stand there; anything but null where this is empty.
    pub values: Vec<Value>,
    /// A text that must be in the body.
    pub contains: Option<String>,
    /// What it means.
    pub verdict: Verdict,
    /// Why.
    pub reason: Option<VerdictReason>,
}

impl ExpectedAnswer {
    /// Whether something about the body must hold.
    #[must_use]
    pub fn looks_at_body(&self) -> bool {
        self.pointer.is_some() || self.contains.is_some()
    }

    fn fits(&self, status: u16, body: &[u8], json: Option<&Value>) -> bool {
        let contains = |text: &String| {
            let text = text.as_bytes();
            body.windows(text.len()).any(|window| window == text)
        };
        let holds = |pointer: &String| {
            let found = json.and_then(|json| json.pointer(pointer));
            found.is_some_and(|found| match self.values.as_slice() {
                [] => !found.is_null(),
                values => values.contains(found),
            })
        };
        self.statuses.contains(&status)
            && self.contains.as_ref().is_none_or(contains)
            && self.pointer.as_ref().is_none_or(holds)
    }
}

/// What a response means: the first answer that fits.
///
/// A page for people is never an answer of an interface, whatever its status: a login page, a
/// proxy or a network that wants a click sent it.
#[must_use]
pub fn judge(
    answers: &[ExpectedAnswer],
    status: u16,
    body: &[u8],
) -> (Verdict, Option<VerdictReason>) {
    if is_page(body) {
        return (Verdict::Unknown, None);
    }
    let json = serde_json::from_slice(body).ok();
    let fitting = answers
        .iter()
        .find(|it| it.fits(status, body, json.as_ref()));
    fitting.map_or((Verdict::Unknown, None), |it| (it.verdict, it.reason))
}

/// Whether a response is a page for people.
#[must_use]
pub fn is_page(body: &[u8]) -> bool {
    let start = body.trim_ascii_start();
    let starts = |tag: &str| {
        let start = start.get(..tag.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(tag.as_bytes()))
    };
    starts("<!doctype html") || starts("<html")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn answer(statuses: &[u16], verdict: Verdict) -> ExpectedAnswer {
        ExpectedAnswer {
            statuses: statuses.to_vec(),
            pointer: None,
            values: Vec::new(),
            contains: None,
            verdict,
            reason: None,
        }
    }

    fn verdict(answers: &[ExpectedAnswer], status: u16, body: &str) -> Verdict {
        judge(answers, status, body.as_bytes()).0
    }

    #[test]
    fn the_first_answer_that_fits_counts() {
        let blocked = ExpectedAnswer {
            pointer: Some("/blocked".into()),
            values: vec![json!(true)],
            ..answer(&[200], Verdict::Dead)
        };
        let answers = [blocked, answer(&[200], Verdict::Alive)];
        assert_eq!(verdict(&answers, 200, r#"{"blocked":true}"#), Verdict::Dead);
        assert_eq!(
            verdict(&answers, 200, r#"{"blocked":false}"#),
            Verdict::Alive
        );
        assert_eq!(verdict(&answers, 200, "{}"), Verdict::Alive);
        assert_eq!(verdict(&answers, 401, "{}"), Verdict::Unknown);
    }

    #[test]
    fn a_refusal_can_be_that_of_a_living_key() {
        let restricted = ExpectedAnswer {
            contains: Some("restricted_api_key".into()),
            ..answer(&[401], Verdict::Alive)
        };
        let answers = [restricted, answer(&[401], Verdict::Dead)];
        let body = r#"{"name":"restricted_api_key"}"#;
        assert_eq!(verdict(&answers, 401, body), Verdict::Alive);
        assert_eq!(verdict(&answers, 401, ""), Verdict::Dead);
    }

    #[test]
    fn a_pointer_alone_asks_that_something_is_there() {
        let there = ExpectedAnswer {
            pointer: Some("/id".into()),
            ..answer(&[200], Verdict::Alive)
        };
        let answers = [there];
        assert_eq!(verdict(&answers, 200, r#"{"id":0}"#), Verdict::Alive);
        for body in [r#"{"id":null}"#, "{}", "", "id"] {
            assert_eq!(verdict(&answers, 200, body), Verdict::Unknown, "{body}");
        }
    }

    #[test]
    fn a_page_for_people_tells_nothing() {
        let answers = [
            answer(&[200], Verdict::Alive),
            answer(&[401, 403], Verdict::Dead),
        ];
        for page in ["<!DOCTYPE html><p>", "\n <html lang=en>", "<HTML>"] {
            for status in [200, 401, 403] {
                assert_eq!(verdict(&answers, status, page), Verdict::Unknown, "{page}");
            }
        }
        assert_eq!(verdict(&answers, 401, "<Error/>"), Verdict::Dead);
    }
}
