//! Which directory files are obeyed: exactly those contents their owner has allowed.

use data_encoding::HEXLOWER;
use keyhaven_protocol::error::Error;
use keyhaven_protocol::problem::Problem;
use keyhaven_protocol::request::{DistrustRequest, TrustRequest};
use keyhaven_protocol::view::TrustedFileView;

use crate::agent::Agent;
use crate::errors::{ErrorContext, to_protocol};
use crate::server::client_session::ClientSession;
use crate::views;

/// Trusts exactly this content.
pub(crate) async fn trust(client: &ClientSession, request: TrustRequest) -> Result<(), Error> {
    let sha256 = sha256(&request.sha256)?;
    let about = ErrorContext::named("", "", &request.path);
    client
        .change(Agent::changed, move |vault, now| {
            vault
                .allow_file(
                    &now.context,
                    &request.path,
                    sha256,
                    request.allow_production,
                    &request.outline.join("\n"),
                )
                .map_err(|error| about.to_protocol(error))
        })
        .await
}

/// The bytes of a SHA-256.
///
/// # Errors
/// It is none.
pub(crate) fn sha256(hex: &str) -> Result<[u8; 32], Error> {
    let bytes = HEXLOWER.decode(hex.as_bytes()).ok();
    bytes
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(|| Error::invalid(Problem::BadSha256))
}

/// Withdraws the trust in a file, whatever its content.
pub(crate) async fn distrust(
    client: &ClientSession,
    request: DistrustRequest,
) -> Result<(), Error> {
    let about = ErrorContext::named("", "", &request.path);
    client
        .change(Agent::changed, move |vault, now| {
            vault
                .deny_file(&now.context, &request.path)
                .map_err(|error| about.to_protocol(error))
        })
        .await
}

/// The files that are trusted.
pub(crate) async fn trusted_files(client: &ClientSession) -> Result<Vec<TrustedFileView>, Error> {
    client
        .with_vault(|vault, _| {
            let files = vault.trusted_files().map_err(to_protocol)?;
            Ok(files.into_iter().map(views::trusted_file).collect())
        })
        .await
}
