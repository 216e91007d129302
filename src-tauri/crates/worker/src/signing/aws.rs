//! AWS Signature Version 4.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use keyhaven_hosts::HostPort;
use keyhaven_protocol::check::CheckReason;
use keyhaven_secret::{Secret, SecretString};

use crate::fields::AssignedFields;
use crate::fill::FilledRequest;

/// The region whose name signs requests to hosts of a whole service.
const GLOBAL_REGION: &str = "us-east-1";
/// What all hosts of AWS end with.
const AWS: &str = ".amazonaws.com";

/// Adds the headers that sign the host, the headers and the body.
///
/// # Errors
/// A field is missing, the host is none of AWS, or the request cannot be signed.
pub fn add_signature(
    request: &mut FilledRequest,
    fields: &AssignedFields<'_>,
    now: SystemTime,
) -> Result<(), CheckReason> {
    let (service, region) = aws_scope(&request.host).ok_or(CheckReason::NotSupported)?;
    let id = fields.value("access_key_id")?;
    let secret = fields.value("secret")?;
    // Only temporary keys have one.
    let token = fields.value("session_token").ok().map(str::to_owned);
    let identity = Credentials::new(id, secret, token, None, "vault").into();
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name(service)
        .time(now)
        .settings(SigningSettings::default())
        .build();
    let parameters = parameters
        .map_err(|_| CheckReason::ValueNotSendable)?
        .into();
    let signature = sign(signable(request)?, &parameters);
    let (instructions, _) = signature
        .map_err(|_| CheckReason::ValueNotSendable)?
        .into_parts();
    for (name, value) in instructions.headers() {
        let value = Secret::new(value.to_owned());
        request.headers.push((name.to_owned(), value));
    }
    Ok(())
}

/// What of a request is signed.
fn signable(request: &FilledRequest) -> Result<SignableRequest<'_>, CheckReason> {
    // Exposed to be signed, here and below.
    let address = format!("https://{}{}", request.host, request.path.expose());
    let headers = request.headers.iter();
    let headers = headers.map(|(name, value)| (name.as_str(), value.expose().as_str()));
    let body = request.body.as_ref().map(SecretString::expose);
    let body = SignableBody::Bytes(body.map_or(&[], |body| body.as_bytes()));
    let signable = SignableRequest::new(request.method, address, headers, body);
    signable.map_err(|_| CheckReason::ValueNotSendable)
}

/// The service and region of `SERVICE.amazonaws.com` or `SERVICE.REGION.amazonaws.com`.
fn aws_scope(host: &HostPort) -> Option<(&str, &str)> {
    let labels = host.name()?.strip_suffix(AWS)?;
    match labels.split_once('.') {
        None => Some((labels, GLOBAL_REGION)),
        Some((service, region)) if !region.contains('.') => Some((service, region)),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_tells_service_and_region() {
        let scope = |host: &str| {
            let host = HostPort::parse(host).unwrap();
            aws_scope(&host).map(|(service, region)| format!("{service} {region}"))
        };
        assert_eq!(scope("sts.amazonaws.com").unwrap(), "sts us-east-1");
        assert_eq!(
            scope("sts.eu-west-1.amazonaws.com").unwrap(),
            "sts eu-west-1"
        );
        assert_eq!(scope("a.b.c.amazonaws.com"), None);
        assert_eq!(scope("amazonaws.com"), None);
        assert_eq!(scope("sts.amazonaws.com.example.net"), None);
    }
}
