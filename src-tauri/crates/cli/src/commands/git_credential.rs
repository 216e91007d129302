//! `kh git-credential`: a credential helper (gitcredentials(7)).

use clap::Args;
use keyhaven_hosts::{GitRequest, HostPort, WebAddress};
use keyhaven_protocol::request::{HelperCall, HelperKind};

use super::credential_helpers::RequestedCredential;
use crate::error::Failure;
use crate::problem::CliProblem;
use crate::session::Context;
use crate::stdin::all_of_stdin;
use crate::target::TargetArgs;
use crate::value_parsers::host;

/// Give a key to git, as its credential helper
///
/// The key is given only over https or to this machine, and only to the host of
/// --host, or else of its URL (kh edit REF --url), or without one of its service
/// (github.com for a key of GitHub). The user name is --username, or else the key's
/// field username.
///
/// Example:
///   git config --global credential.https://github.com.helper \
///     '!kh git-credential kh://me/dev/github'
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct GitCredentialArgs {
    #[command(flatten)]
    target: TargetArgs,
    /// Give it to this host instead of its URL's (can be repeated)
    #[arg(long, value_name = "HOST", value_parser = host)]
    host: Vec<HostPort>,
    /// The user name that belongs to it
    #[arg(long, value_name = "NAME")]
    username: Option<String>,
    /// The operation that git asks for: get, store or erase
    operation: String,
}

/// The most that git says of what it wants, in bytes.
const MOST: usize = 64 << 10;

/// `kh git-credential`
pub fn git_credential(context: &Context, arguments: GitCredentialArgs) -> Result<(), Failure> {
    let said = all_of_stdin(MOST)?;
    // Nothing is stored or erased for git, and what it may learn to ask is not known.
    if arguments.operation != "get" {
        return Ok(());
    }
    let Some(wanted) = GitRequest::parse(&said) else {
        return Err(CliProblem::AmbiguousQuestion.into());
    };
    let Some(address) = wanted.address.filter(WebAddress::is_private) else {
        return Ok(());
    };
    let asked = RequestedCredential::find(context, &arguments.target)?;
    // Set up for more hosts than the key is for: git asks the next helper.
    if !asked.is_for(&arguments.host, &address)? {
        return Ok(());
    }
    let helper = HelperCall {
        kind: HelperKind::GitCredential,
        host: Some(address.host.to_string()),
    };
    let username = arguments.username.or(wanted.username);
    let (name, password) = asked.login(context, username, helper)?;
    let mut out = Vec::new();
    for (key, value) in [("username", &name), ("password", &password)] {
        // Exposed to be given to git: this is what the command is for.
        let value = value.expose();
        if value.iter().any(|byte| b"\n\r\0".contains(byte)) {
            let field = key.into();
            return Err(CliProblem::FieldLines { field }.into());
        }
        out.extend_from_slice(key.as_bytes());
        out.push(b'=');
        out.extend_from_slice(value);
        out.push(b'\n');
    }
    context.printer.out(&out)
}
