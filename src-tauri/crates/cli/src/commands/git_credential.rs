//! `kh git-credential`: a credential helper (gitcredentials(7)).

use std::collections::BTreeMap;

use clap::Args;
use keyhaven_hosts::{HostPort, WebAddress};

use super::credential_helpers::RequestedCredential;
use crate::error::Failure;
use crate::session::{Context, all_of_stdin};
use crate::target::TargetArgs;
use crate::value_parsers::host;

/// Give a key to git, as its credential helper
///
/// The key is given only over https, and only to the host of its page (kh edit
/// REF --url) or of --host. The user name is --username, or else the key's field
/// username.
///
/// Example:
///   git config --global credential.https://github.com.helper \
///     '!kh git-credential kh://me/dev/github'
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct GitCredentialArgs {
    #[command(flatten)]
    target: TargetArgs,
    /// Give it to this host instead of its page's (can be repeated)
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
    let wanted = attributes(&said);
    let wants = |key: &str| wanted.get(key).map_or("", String::as_str);
    let address = WebAddress::from_parts(wants("protocol"), wants("host"));
    let Some(address) = address.filter(WebAddress::is_private) else {
        return Ok(());
    };
    let asked = RequestedCredential::find(context, &arguments.target)?;
    // Set up for more hosts than the key is for: git asks the next helper.
    if !asked.is_for(arguments.host, &address)? {
        return Ok(());
    }
    let said = wanted.get("username").filter(|name| !name.is_empty());
    let (name, password) = asked.login(context, arguments.username.or(said.cloned()))?;
    let mut out = Vec::new();
    for (key, value) in [("username", &name), ("password", &password)] {
        // Exposed to be given to git: this is what the command is for.
        let value = value.expose();
        if value.iter().any(|byte| b"\n\r\0".contains(byte)) {
            let message = format!("the {key} has more than one line, which git does not accept");
            return Err(Failure::failed(message, ""));
        }
        out.extend_from_slice(key.as_bytes());
        out.push(b'=');
        out.extend_from_slice(value);
        out.push(b'\n');
    }
    context.printer.out(&out)
}

/// `key=value` lines up to an empty one (git-credential(1), "Input/output format").
fn attributes(said: &[u8]) -> BTreeMap<String, String> {
    let text = String::from_utf8_lossy(said);
    let lines = text.lines().take_while(|line| !line.is_empty());
    let pairs = lines.filter_map(|line| line.split_once('='));
    pairs
        .map(|(key, value)| (key.into(), value.into()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_says_ends_at_an_empty_line() {
        let said = attributes(b"protocol=https\nhost=a=b\nodd\n\nhost=c\n");
        assert_eq!(said.get("host").map(String::as_str), Some("a=b"));
        assert_eq!(said.len(), 2);
    }
}
