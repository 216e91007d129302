//! Roles of PostgreSQL: whether a password still works, and what replaces it.
//!
//! The password goes only over TLS, with a certificate that is valid for the server, or within
//! this machine. What the server sends is read by the library behind a stream that counts: it
//! ends where a message or the whole is larger than anything a login needs.

mod account;
mod guarded;
mod login;

use keyhaven_protocol::check::{CheckReason, CheckResult, Verdict, VerdictReason};
use keyhaven_protocol::reported::ReportedFacts;
use tokio::time::Instant;

use crate::network::Network;

pub use account::DatabaseAccount;
use login::{DatabaseRoute, LoginAnswer};

/// Logs in, and reports until when the password is valid.
///
/// # Errors
/// Whether it works is not known.
pub async fn check(
    account: &DatabaseAccount,
    network: Network,
) -> Result<CheckResult, CheckReason> {
    let server = find(account, network).await?;
    let mut reported = None;
    let (state, reason) = match server.log_in(&account.password).await {
        LoginAnswer::In(client) => {
            // What is reported in time counts; that the password works is known.
            let expiry = tokio::time::timeout_at(server.until, login::expiry(&client)).await;
            let expires_at = expiry.ok().flatten();
            reported = expires_at.map(|at| ReportedFacts {
                expires_at: Some(at),
                ..ReportedFacts::default()
            });
            (Verdict::Alive, None)
        }
        LoginAnswer::Accepted(reason) => (Verdict::Alive, Some(reason)),
        LoginAnswer::Refused => {
            let code = VerdictReason::Invalid;
            (Verdict::Dead, Some(CheckReason::Answered { code }))
        }
        LoginAnswer::Unclear(reason) => return Err(reason),
    };
    Ok(CheckResult {
        state,
        reason,
        host: Some(account.host.to_string()),
        reported,
    })
}

/// The way to the server of an account.
///
/// # Errors
/// It has no address, or none at which it may be.
async fn find(
    account: &DatabaseAccount,
    network: Network,
) -> Result<DatabaseRoute<'_>, CheckReason> {
    let until = Instant::now() + network.within;
    let route = network.route(&account.host, account.reach());
    let route = tokio::time::timeout_at(until, route).await;
    Ok(DatabaseRoute {
        account,
        route: route.unwrap_or(Err(CheckReason::Silent))?,
        until,
    })
}

#[cfg(test)]
mod tests;
