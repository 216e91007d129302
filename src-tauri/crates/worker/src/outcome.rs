//! What an answer means: what the catalogue says, else what its status alone tells. Nothing but
//! the catalogue finds a key alive or dead.

use hyper::HeaderMap;
use keyhaven_catalogue::answer::{ExpectedAnswer, Verdict, VerdictReason, is_page, judge};
use keyhaven_protocol::check::{CheckReason, CheckState};

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
pub fn of(answers: &[ExpectedAnswer], answer: &HttpAnswer) -> (CheckState, Option<CheckReason>) {
    let (verdict, reason) = judge(answers, answer.status, &answer.body);
    let reason = reason.map(reason_of);
    match verdict {
        Verdict::Alive => (CheckState::Alive, reason),
        Verdict::Dead => (CheckState::Dead, reason),
        Verdict::Unknown => {
            let reason = reason.unwrap_or_else(|| unexpected(answer));
            (CheckState::Unknown, Some(reason))
        }
    }
}

fn unexpected(answer: &HttpAnswer) -> CheckReason {
    let status = answer.status;
    match status {
        300..=399 => CheckReason::Redirected,
        429 => CheckReason::RateLimit,
        500..=599 => CheckReason::ProviderFailed { status },
        _ if is_page(&answer.body) => CheckReason::Page,
        _ => CheckReason::Unexpected { status },
    }
}

const fn reason_of(reason: VerdictReason) -> CheckReason {
    match reason {
        VerdictReason::Invalid => CheckReason::Invalid,
        VerdictReason::Expired => CheckReason::Expired,
        VerdictReason::Revoked => CheckReason::Revoked,
        VerdictReason::Disabled => CheckReason::Disabled,
        VerdictReason::Scope => CheckReason::Scope,
        VerdictReason::Address => CheckReason::Address,
        VerdictReason::Plan => CheckReason::Plan,
        VerdictReason::RateLimit => CheckReason::RateLimit,
        VerdictReason::WrongHost => CheckReason::WrongHost,
        VerdictReason::Clock => CheckReason::Clock,
        VerdictReason::Account => CheckReason::Account,
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

    fn found(status: u16, body: &str) -> (CheckState, Option<CheckReason>) {
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
        assert_eq!(found(200, "{}"), (CheckState::Alive, None));
        assert_eq!(found(401, "{}"), (CheckState::Dead, None));
        let unknown = |reason| (CheckState::Unknown, Some(reason));
        assert_eq!(found(302, ""), unknown(CheckReason::Redirected));
        assert_eq!(found(429, ""), unknown(CheckReason::RateLimit));
        let failed = CheckReason::ProviderFailed { status: 503 };
        assert_eq!(found(503, "<html>"), unknown(failed));
        assert_eq!(found(200, "<!doctype html>"), unknown(CheckReason::Page));
        assert_eq!(found(401, "<html>"), unknown(CheckReason::Page));
        let odd = CheckReason::Unexpected { status: 418 };
        assert_eq!(found(418, ""), unknown(odd));
    }
}
