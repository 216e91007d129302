//! Whether keys are alive at their providers.

use std::sync::Arc;

use keyhaven_protocol::check::{CheckRequest, KeyCheckView};
use keyhaven_protocol::error::Error;

use crate::jobs;
use crate::server::client_session::ClientSession;

/// Checks them; that somebody asks is a use of the vault.
pub(crate) async fn check(
    client: &Arc<ClientSession>,
    id: u32,
    request: CheckRequest,
) -> Result<Vec<KeyCheckView>, Error> {
    client.use_seen();
    jobs::check::check(client, id, request).await
}
