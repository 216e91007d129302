//! Requests that a key signs instead of standing in them.

mod aws;
mod exchanges;

use std::time::SystemTime;

use keyhaven_catalogue::key_position::SigningScheme;
use keyhaven_protocol::check::CheckReason;

use crate::fields::AssignedFields;
use crate::fill::FilledRequest;

/// Signs a request.
///
/// # Errors
/// A field is missing, the request cannot be signed, or the scheme is not supported yet.
pub fn add_signature(
    request: &mut FilledRequest,
    scheme: SigningScheme,
    fields: &AssignedFields<'_>,
) -> Result<(), CheckReason> {
    let now = SystemTime::now();
    match scheme {
        SigningScheme::AwsSigv4 => aws::add_signature(request, fields, now),
        SigningScheme::Binance => exchanges::binance(request, fields, now),
        SigningScheme::Bybit => exchanges::bybit(request, fields, now),
        SigningScheme::Kraken => exchanges::kraken(request, fields, now),
        SigningScheme::Kucoin
        | SigningScheme::CoinbaseJwt
        | SigningScheme::UpbitJwt
        | SigningScheme::GoogleJwt => Err(CheckReason::NotSupported),
    }
}
