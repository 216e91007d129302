//! Which directory files are obeyed: exactly those contents their owner has allowed.

use data_encoding::HEXLOWER;
use keyhaven_protocol::error::Error;
use keyhaven_protocol::request::{DistrustRequest, TrustRequest};
use keyhaven_protocol::view::TrustedFileView;

use crate::agent::Agent;
use crate::errors::{About, invalid, word};
use crate::server::client_session::Caller;
use crate::views;

/// Trusts exactly this content.
pub(crate) async fn trust(caller: &Caller, request: TrustRequest) -> Result<(), Error> {
    let sha256 = sha256(&request.sha256)?;
    let about = About::named("", "", &request.path);
    caller
        .change(Agent::changed, move |vault, now| {
            vault
                .allow_file(
                    &now.context,
                    &request.path,
                    sha256,
                    request.allow_production,
                    &request.outline.join("\n"),
                )
                .map_err(|error| about.word(error))
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
        .ok_or_else(|| invalid("the SHA-256", "it must have 64 lower-case hex digits"))
}

/// Withdraws the trust in a file, whatever its content.
pub(crate) async fn distrust(caller: &Caller, request: DistrustRequest) -> Result<(), Error> {
    let about = About::named("", "", &request.path);
    caller
        .change(Agent::changed, move |vault, now| {
            vault
                .deny_file(&now.context, &request.path)
                .map_err(|error| about.word(error))
        })
        .await
}

/// The files that are trusted.
pub(crate) async fn trusted_files(caller: &Caller) -> Result<Vec<TrustedFileView>, Error> {
    caller
        .with_vault(|vault, _| {
            let files = vault.trusted_files().map_err(word)?;
            Ok(files.into_iter().map(views::trusted_file).collect())
        })
        .await
}
