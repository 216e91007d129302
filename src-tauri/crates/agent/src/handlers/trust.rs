//! Which directory files are obeyed: exactly those contents their owner has allowed.

use keyhaven_protocol::error::Error;
use keyhaven_protocol::request::{DistrustRequest, FileTrustRequest, TrustRequest};
use keyhaven_protocol::view::{FileTrustView, TrustedFileView};

use crate::agent::Agent;
use crate::errors::{ErrorContext, to_protocol};
use crate::handlers::launch::source;
use crate::server::client_session::ClientSession;
use crate::views;

/// Trusts exactly this content.
pub(crate) async fn trust(client: &ClientSession, request: TrustRequest) -> Result<(), Error> {
    let sha256 = source::sha256(&request.sha256)?;
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

/// What its owner has said about one content of a file.
pub(crate) async fn file_trust(
    client: &ClientSession,
    request: FileTrustRequest,
) -> Result<FileTrustView, Error> {
    client
        .with_vault(
            move |vault, _| match source::expect_trust(vault, &request.file) {
                Ok(file) => Ok(FileTrustView::Trusted {
                    allow_production: file.production,
                }),
                Err(Error::Untrusted { reason, .. }) => Ok(FileTrustView::Untrusted { reason }),
                Err(error) => Err(error),
            },
        )
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
