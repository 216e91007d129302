//! The signatures of exchanges: an HMAC (RFC 2104) of the request with the time.

use std::time::{SystemTime, UNIX_EPOCH};

use data_encoding::{BASE64, BASE64_NOPAD, HEXLOWER};
use hmac::{Hmac, KeyInit, Mac as _};
use keyhaven_protocol::check::CheckReason;
use keyhaven_secret::{Secret, SecretBytes, SecretString};
use sha2::{Digest as _, Sha256, Sha512};

use crate::fields::AssignedFields;
use crate::fill::{FORM, FilledRequest};

/// How many milliseconds a request to Bybit may be under way.
const BYBIT_WINDOW: &str = "5000";

/// Binance: HMAC-SHA-256 of the query, which has the time; it is one more parameter.
///
/// # Errors
/// A field is missing.
pub fn binance(
    request: &mut FilledRequest,
    fields: &AssignedFields<'_>,
    now: SystemTime,
) -> Result<(), CheckReason> {
    // Exposed to be signed, here and below.
    let path = request.path.expose();
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let query = with_parameter(query, "timestamp", &milliseconds(now));
    let signature = hex_signature(fields.value("secret")?, &query)?;
    let query = with_parameter(&query, "signature", &signature);
    request.path = Secret::new(format!("{path}?{query}"));
    Ok(())
}

/// Bybit, version 5: HMAC-SHA-256 of time, key, window and query.
///
/// # Errors
/// A field is missing.
pub fn bybit(
    request: &mut FilledRequest,
    fields: &AssignedFields<'_>,
    now: SystemTime,
) -> Result<(), CheckReason> {
    let (time, key) = (milliseconds(now), fields.value("api_key")?);
    let query = request.path.expose().split_once('?');
    let query = query.map_or("", |(_, query)| query);
    let signed = Secret::new(format!("{time}{key}{BYBIT_WINDOW}{query}"));
    let signature = hex_signature(fields.value("secret")?, signed.expose())?;
    let headers = [
        ("x-bapi-api-key", key.to_owned()),
        ("x-bapi-timestamp", time),
        ("x-bapi-recv-window", BYBIT_WINDOW.to_owned()),
        ("x-bapi-sign", signature),
    ];
    add(request, headers);
    Ok(())
}

/// Kraken: HMAC-SHA-512 of the path and of the SHA-256 of nonce and body, which has the nonce.
///
/// # Errors
/// A field is missing, or the secret is not base64.
pub fn kraken(
    request: &mut FilledRequest,
    fields: &AssignedFields<'_>,
    now: SystemTime,
) -> Result<(), CheckReason> {
    let (nonce, key) = (milliseconds(now), fields.value("api_key")?.to_owned());
    let others = request.body.as_ref().map_or("", |body| body.expose());
    let body = with_parameter(others, "nonce", &nonce);
    if request.body.is_none() {
        add(request, [("content-type", FORM.to_owned())]);
    }
    let path = request.path.expose();
    let signature = kraken_signature(fields.value("secret")?, path, &nonce, &body)?;
    add(request, [("api-key", key), ("api-sign", signature)]);
    request.body = Some(SecretString::new(body));
    Ok(())
}

fn kraken_signature(
    secret: &str,
    path: &str,
    nonce: &str,
    body: &str,
) -> Result<String, CheckReason> {
    let secret = decoded(secret).ok_or(CheckReason::ValueNotSendable)?;
    let mut mac: Hmac<Sha512> = keyed(secret.expose())?;
    mac.update(path.as_bytes());
    mac.update(&Sha256::digest(format!("{nonce}{body}")));
    Ok(BASE64.encode(&mac.finalize().into_bytes()))
}

/// Base64 as other implementations read it: with or without padding, whatever the bits are that
/// the last character has too many.
fn decoded(secret: &str) -> Option<SecretBytes> {
    let mut lenient = BASE64_NOPAD.specification();
    lenient.check_trailing_bits = false;
    let secret = secret.trim_end_matches('=').as_bytes();
    let decoded = lenient.encoding().ok()?.decode(secret).ok()?;
    Some(SecretBytes::new(decoded))
}

fn hex_signature(secret: &str, text: &str) -> Result<String, CheckReason> {
    let mut mac: Hmac<Sha256> = keyed(secret.as_bytes())?;
    mac.update(text.as_bytes());
    Ok(HEXLOWER.encode(&mac.finalize().into_bytes()))
}

/// An HMAC takes keys of every length, though its type says otherwise.
fn keyed<M: KeyInit>(secret: &[u8]) -> Result<M, CheckReason> {
    M::new_from_slice(secret).map_err(|_| CheckReason::ValueNotSendable)
}

fn milliseconds(now: SystemTime) -> String {
    let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    since.as_millis().to_string()
}

fn with_parameter(others: &str, name: &str, value: &str) -> String {
    match others {
        "" => format!("{name}={value}"),
        others => format!("{others}&{name}={value}"),
    }
}

fn add<const N: usize>(request: &mut FilledRequest, headers: [(&str, String); N]) {
    let headers = headers.map(|(name, value)| (name.to_owned(), Secret::new(value)));
    request.headers.extend(headers);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of the services' own documentation: docs.kraken.com, "Spot REST
    /// Authentication"; developers.binance.com, "Request Security". Read 2026-11-30.
    #[test]
    fn signatures_are_those_of_the_documented_examples() {
        let secret = "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtu\
                      Zuj6F1huXg==";
        let nonce = "1616492376594";
        let body =
            format!("nonce={nonce}&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25");
        let signature = kraken_signature(secret, "/0/private/AddOrder", nonce, &body);
        assert_eq!(
            signature.unwrap(),
            "4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8nd\
             wLUQ=="
        );
        let secret = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j";
        let query = "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&\
                     recvWindow=5000&timestamp=1499827319559";
        assert_eq!(
            hex_signature(secret, query).unwrap(),
            "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71"
        );
    }

    #[test]
    fn a_secret_that_is_no_base64_signs_nothing() {
        let signed = kraken_signature("no base64!", "/", "1", "");
        assert_eq!(signed, Err(CheckReason::ValueNotSendable));
    }
}
