//! `kh credential-process`: a key as the AWS CLI and SDKs ask for it.

use clap::{Args, ValueEnum};
use jiff::Timestamp;
use keyhaven_protocol::request::{HelperCall, HelperKind};
use keyhaven_protocol::view::{CredentialRow, CredentialState, Moment};
use keyhaven_secret::SecretBytes;
use serde::Serialize;

use super::credential_helpers::RequestedCredential;
use crate::error::Failure;
use crate::problem::CliProblem;
use crate::session::Context;
use crate::target::TargetArgs;

/// Give a key to the AWS CLI and SDKs, as their credential_process
///
/// The key has the fields access_key_id and secret_access_key, and optionally
/// session_token. Its expiry is passed on if it is a time; a day has none. An
/// expired key is refused: AWS would ask for it again and again.
///
/// Example, in ~/.aws/config:
///   [profile shop]
///   credential_process = kh credential-process aws kh://shop/dev/aws
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct CredentialProcessArgs {
    /// The output form
    form: ProcessForm,
    #[command(flatten)]
    target: TargetArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ProcessForm {
    Aws,
}

/// The answer of a `credential_process` (AWS SDKs and Tools Reference Guide).
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct AwsKey<'a> {
    version: u8,
    access_key_id: &'a str,
    secret_access_key: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expiration: Option<Timestamp>,
}

/// `kh credential-process`
pub fn credential_process(
    context: &Context,
    arguments: CredentialProcessArgs,
) -> Result<(), Failure> {
    let asked = RequestedCredential::find(context, &arguments.target)?;
    let fields = ["access_key_id", "secret_access_key", "session_token"];
    for needed in &fields[..2] {
        if !asked.has(needed) {
            return Err(CliProblem::NoAwsField {
                name: asked.view.row.name.clone(),
                field: (*needed).into(),
            }
            .into());
        }
    }
    let expiration = expiration(&asked.view.row)?;
    let there: Vec<&str> = fields
        .into_iter()
        .filter(|field| asked.has(field))
        .collect();
    let helper = HelperCall {
        kind: HelperKind::CredentialProcess,
        host: None,
    };
    let values = asked.values(context, &there, helper)?;
    let text = |field: &str| {
        values
            .get(field)
            .map(|value| utf8(field, value))
            .transpose()
    };
    let missing = || Failure::defect("a field is missing in the answer");
    let key = AwsKey {
        version: 1,
        access_key_id: text(fields[0])?.ok_or_else(missing)?,
        secret_access_key: text(fields[1])?.ok_or_else(missing)?,
        session_token: text(fields[2])?,
        expiration,
    };
    context.printer.document(&key)
}

/// When the key ends, where that is known to the second.
fn expiration(row: &CredentialRow) -> Result<Option<Timestamp>, Failure> {
    let Some(Moment::Instant(end)) = row.expires else {
        return Ok(None);
    };
    if row.state == CredentialState::Expired {
        let name = row.name.clone();
        let end = end.to_string();
        return Err(CliProblem::AwsKeyExpired { name, end }.into());
    }
    Ok(Some(end))
}

fn utf8<'v>(field: &str, value: &'v SecretBytes) -> Result<&'v str, Failure> {
    // Exposed to be given to the SDK: this is what the command is for.
    std::str::from_utf8(value.expose()).map_err(|_| {
        CliProblem::FieldNotUtf8 {
            field: field.into(),
        }
        .into()
    })
}
