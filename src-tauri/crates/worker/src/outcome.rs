//! What an answer means: what the catalogue says, else what its status alone tells. Nothing but
//! the catalogue finds a key alive or dead.

use hyper::HeaderMap;
use keyhaven_catalogue::answer::{ExpectedAnswer, is_page, judge};
use keyhaven_protocol::check::{CheckReason, Verdict, VerdictReason};

/// What came back.
#[derive(Debug)]
pub struct HttpAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl HttpAnswer {
    /// Whether it is what was asked for, and no page for people.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status) && !is_page(&self.body)
    }
}

/// What it means.
pub fn of(answers: &[ExpectedAnswer], answer: &HttpAnswer) -> (Verdict, Option<CheckReason>) {
    let (verdict, reason) = judge(answers, answer.status, &answer.body);
    let reason = reason.map(|code| CheckReason::Answered { code });
    match verdict {
        Verdict::Alive | Verdict::Dead => (verdict, reason),
        Verdict::Unknown => (verdict, reason.or_else(|| Some(unexpected(answer)))),
    }
}

/// What the status alone tells.
pub fn unexpected(answer: &HttpAnswer) -> CheckReason {
    let status = answer.status;
    match status {
        300..=399 => CheckReason::Redirected,
        429 => CheckReason::Answered {
            code: VerdictReason::RateLimit,
        },
        500..=599 => CheckReason::ProviderFailed { status },
        _ if is_page(&answer.body) => CheckReason::Page,
        _ => CheckReason::Unexpected { status },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers() -> Vec<ExpectedAnswer> {
        let answer = |status, verdict| ExpectedAnswer {
            statuses: vec![status],
            pointer: None,
            values: Vec::new(),
            contains: None,
            verdict,
            reason: None,
        };
        vec![answer(200, Verdict::Alive), answer(401, Verdict::Dead)]
    }

    fn found(status: u16, body: &str) -> (Verdict, Option<CheckReason>) {
        let body = body.as_bytes().to_vec();
        let headers = HeaderMap::new();
        let answer = HttpAnswer {
            status,
            headers,
            body,
        };
        of(&answers(), &answer)
    }

    #[test]
    fn only_the_catalogue_finds_a_key_alive_or_dead() {
        assert_eq!(found(200, "{}"), (Verdict::Alive, None));
        assert_eq!(found(401, "{}"), (Verdict::Dead, None));
        let unknown = |reason| (Verdict::Unknown, Some(reason));
        assert_eq!(found(302, ""), unknown(CheckReason::Redirected));
        let code = VerdictReason::RateLimit;
        assert_eq!(found(429, ""), unknown(CheckReason::Answered { code }));
        let failed = CheckReason::ProviderFailed { status: 503 };
        assert_eq!(found(503, "<html>"), unknown(failed));
        assert_eq!(found(200, "<!doctype html>"), unknown(CheckReason::Page));
        assert_eq!(found(401, "<html>"), unknown(CheckReason::Page));
        let odd = CheckReason::Unexpected { status: 418 };
        assert_eq!(found(418, ""), unknown(odd));
    }
}
