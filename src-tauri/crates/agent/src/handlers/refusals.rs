//! Refusals of requests, for the audit log.

use keyhaven_protocol::request::{Call, SecretOut};
use keyhaven_vault::ClaimedFacts;

use crate::failure::RequestFailure;
use crate::server::client_session::ClientSession;
use crate::vault_thread::refusals::RefusedRequest;
use crate::views;

/// What a request says about itself, kept for the case that it is refused.
#[derive(Default)]
pub(crate) struct Attempt {
    claimed: ClaimedFacts,
}

impl Attempt {
    pub(crate) fn of(call: &Call) -> Self {
        let Call::SecretOut(SecretOut::Resolve(request)) = call else {
            return Self::default();
        };
        Self {
            claimed: views::claimed_record(request.claimed.clone()),
        }
    }

    /// Enters a refusal in the log; any other failure is none.
    pub(crate) async fn note(self, client: &ClientSession, failure: &RequestFailure) {
        let Some(refusal) = RefusedRequest::of(failure) else {
            return;
        };
        let context = client.context(self.claimed);
        let noted = client
            .agent
            .vault
            .run(move |state| state.note_refusal(refusal, &context));
        // The request is answered with its error either way.
        let _ = noted.await;
    }
}
