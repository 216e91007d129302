//! One request that changes something at a provider: what is certain of it afterwards.
//!
//! Until a connection with a valid certificate stands, nothing was sent. From then on only a
//! complete answer tells what happened; everything else is ambiguous, and nothing here is sent
//! a second time.

use keyhaven_catalogue::answer::is_page;
use keyhaven_catalogue::request::SuccessRule;
use keyhaven_protocol::check::{CheckReason, VerdictReason};
use keyhaven_protocol::worker::{CallOutcome, CallResult};
use tokio::time::Instant;

use crate::fill::FilledRequest;
use crate::network::Network;
use crate::outcome::{HttpAnswer, unexpected};

/// Too early, or too late for its server: it may have been carried out (RFC 9110, 15.5.9).
const TIMEOUT: u16 = 408;
/// Too many requests (RFC 6585).
const TOO_MANY: u16 = 429;

/// Sends a request and reads what its answer reports, if `ok` holds for it. None from `read`
/// means that something in the answer is missing.
pub async fn call<T>(
    network: Network,
    request: &FilledRequest,
    ok: &SuccessRule,
    read: impl FnOnce(&HttpAnswer) -> Option<T>,
) -> CallResult<T> {
    let until = Instant::now() + network.within;
    let connect = async {
        let route = network.route(&request.host, request.reach()).await?;
        route.connect().await
    };
    let connected = tokio::time::timeout_at(until, connect).await;
    let connection = match connected.unwrap_or(Err(CheckReason::Silent)) {
        Ok(connection) => connection,
        Err(reason) => return CallResult::not_sent(reason),
    };
    let answered = tokio::time::timeout_at(until, connection.send(request)).await;
    let outcome = match answered.unwrap_or(Err(CheckReason::Silent)) {
        // It could not even be written.
        Err(reason @ CheckReason::ValueNotSendable) => return CallResult::not_sent(reason),
        Err(reason) => CallOutcome::Ambiguous(reason),
        Ok(answer) => judged(&answer, ok, read),
    };
    CallResult {
        outcome,
        host: Some(request.host.to_string()),
    }
}

fn judged<T>(
    answer: &HttpAnswer,
    ok: &SuccessRule,
    read: impl FnOnce(&HttpAnswer) -> Option<T>,
) -> CallOutcome<T> {
    if ok.fits(answer.status, &answer.body) && !is_page(&answer.body) {
        return match read(answer) {
            Some(found) => CallOutcome::Done(found),
            None => CallOutcome::Ambiguous(CheckReason::BrokenAnswer),
        };
    }
    let status = answer.status;
    match status {
        TOO_MANY => {
            let code = VerdictReason::RateLimit;
            CallOutcome::Refused(CheckReason::Answered { code })
        }
        400..=499 if status != TIMEOUT => CallOutcome::Refused(CheckReason::Declined { status }),
        _ => CallOutcome::Ambiguous(unexpected(answer)),
    }
}

#[cfg(test)]
mod tests {
    use hyper::HeaderMap;

    use super::*;

    fn outcome(status: u16, body: &str) -> CallOutcome<usize> {
        let answer = HttpAnswer {
            status,
            headers: HeaderMap::new(),
            body: body.as_bytes().to_vec(),
        };
        let ok = SuccessRule {
            statuses: vec![200, 201],
            body: Some(("/key".into(), None)),
        };
        judged(&answer, &ok, |answer| {
            (answer.body.len() < 20).then_some(answer.body.len())
        })
    }

    #[test]
    fn only_a_refusal_is_certain_besides_success() {
        assert_eq!(outcome(201, r#"{"key":1}"#), CallOutcome::Done(9));
        for status in [400, 401, 403, 404, 409, 422] {
            let refused = CallOutcome::Refused(CheckReason::Declined { status });
            assert_eq!(outcome(status, "<html>"), refused);
        }
        let code = VerdictReason::RateLimit;
        let limited = CallOutcome::Refused(CheckReason::Answered { code });
        assert_eq!(outcome(429, ""), limited);
        for (status, body) in [
            (200, "{}"),
            (200, ""),
            (200, "<!doctype html>"),
            (202, r#"{"key":1}"#),
            (201, r#"{"key":1,"more":"than can be read"}"#),
            (302, ""),
            (408, ""),
            (500, ""),
            (503, r#"{"key":1}"#),
        ] {
            let found = outcome(status, body);
            assert!(
                matches!(found, CallOutcome::Ambiguous(_)),
                "{status} {body}: {found:?}"
            );
        }
    }
}
