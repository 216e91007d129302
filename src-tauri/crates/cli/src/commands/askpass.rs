//! `kh askpass`: the answers to git and ssh.

use clap::Args;
use keyhaven_hosts::{HostPort, WebAddress};
use keyhaven_protocol::request::{HelperCall, HelperKind};

use super::credential_helpers::RequestedCredential;
use crate::error::Failure;
use crate::output::escaped;
use crate::problem::CliProblem;
use crate::session::Context;
use crate::target::TargetArgs;
use crate::value_parsers::host;

/// Answer git and ssh when they ask for a password
///
/// GIT_ASKPASS and SSH_ASKPASS name a program, so write a script of two lines.
/// Git gets the key only over https or for this machine, and only for the host of
/// --host, or else of the key's URL (kh edit REF --url), or without one of its service
/// (github.com for a key of GitHub). ssh gets it with --ssh, for any host or that of
/// --host. No other question is answered.
///
/// Example:
///   #!/bin/sh
///   exec kh askpass kh://me/dev/github "$@"
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct AskpassArgs {
    #[command(flatten)]
    target: TargetArgs,
    /// Give it to this host instead of its URL's (can be repeated)
    #[arg(long, value_name = "HOST", value_parser = host)]
    host: Vec<HostPort>,
    /// Answer ssh: the passphrase of a key or the password for a host
    #[arg(long)]
    ssh: bool,
    /// The user name that belongs to it
    #[arg(long, value_name = "NAME")]
    username: Option<String>,
    /// The question, as git and ssh pass it
    prompt: Option<String>,
}

/// `kh askpass`
pub fn askpass(context: &Context, arguments: AskpassArgs) -> Result<(), Failure> {
    let prompt = arguments.prompt.unwrap_or_default();
    let question = AskpassQuestion::parse(&prompt).ok_or(CliProblem::NotAboutKey)?;
    let asked = RequestedCredential::find(context, &arguments.target)?;
    match question {
        AskpassQuestion::Git { url, .. } => {
            let refusal = || {
                let (name, url) = (asked.view.row.name.clone(), escaped(url).into_owned());
                Failure::Own(CliProblem::NotForAddress { name, url })
            };
            let address = WebAddress::parse_with_user(url).filter(WebAddress::is_private);
            if !asked.is_for(&arguments.host, &address.ok_or_else(refusal)?)? {
                return Err(refusal());
            }
        }
        AskpassQuestion::Ssh { host } => {
            let named = host.and_then(HostPort::parse);
            let meant = named.is_some_and(|host| arguments.host.contains(&host));
            if !arguments.ssh || !(host.is_none() || arguments.host.is_empty() || meant) {
                let name = asked.view.row.name.clone();
                return Err(CliProblem::NotForSsh { name }.into());
            }
        }
    }
    let helper = HelperCall {
        kind: HelperKind::Askpass,
        host: question.host(),
    };
    let (name, password) = asked.login(context, arguments.username, helper)?;
    let answer = match question {
        AskpassQuestion::Git { name: true, .. } => name,
        AskpassQuestion::Git { .. } | AskpassQuestion::Ssh { .. } => password,
    };
    // Exposed to be given to the program that asked: this is the purpose of the command.
    context.printer.out(answer.expose())?;
    context.printer.out(b"\n")
}

/// What git and ssh ask an askpass, in their words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AskpassQuestion<'a> {
    /// For a name, or what goes with it, for a URL (git, `credential.c`).
    Git { name: bool, url: &'a str },
    /// For the passphrase of a key, or the password for a host (OpenSSH, `sshconnect2.c`).
    Ssh { host: Option<&'a str> },
}

impl<'a> AskpassQuestion<'a> {
    /// The host that it is about, for the log.
    fn host(&self) -> Option<String> {
        match self {
            Self::Git { url, .. } => {
                let address = WebAddress::parse_with_user(url)?;
                Some(address.host.to_string())
            }
            Self::Ssh { host } => host.map(Into::into),
        }
    }

    fn parse(prompt: &'a str) -> Option<Self> {
        let prompt = prompt.trim_end();
        for (begin, name) in [("Username for '", true), ("Password for '", false)] {
            if let Some(rest) = prompt.strip_prefix(begin) {
                let url = rest.strip_suffix("':")?;
                return Some(Self::Git { name, url });
            }
        }
        if prompt.starts_with("Enter passphrase for ") {
            return Some(Self::Ssh { host: None });
        }
        // What a server asks in its own words comes after the host in parentheses.
        let whom = prompt.strip_suffix("'s password:")?;
        let (user, host) = whom.rsplit_once('@')?;
        let odd = |c: char| c.is_whitespace() || c == '(';
        (!user.contains(odd) && !host.contains(odd)).then_some(Self::Ssh { host: Some(host) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_questions_of_git_and_ssh_are_understood() {
        let git = |name, url| Some(AskpassQuestion::Git { name, url });
        let ssh = |host| Some(AskpassQuestion::Ssh { host });
        for (prompt, question) in [
            ("Username for 'https://a.b': ", git(true, "https://a.b")),
            (
                "Password for 'https://me@a.b': ",
                git(false, "https://me@a.b"),
            ),
            ("Enter passphrase for key '/home/me/.ssh/id': ", ssh(None)),
            ("me@a.b's password: ", ssh(Some("a.b"))),
            ("(me@a.b) me@a.b's password: ", None),
            ("(me@a.b) Password: ", None),
            ("Password for the safe: ", None),
            ("Continue connecting (yes/no/[fingerprint])? ", None),
            ("[sudo] password for me: ", None),
            ("", None),
            ("Password for 'https://a.b': x", None),
        ] {
            assert_eq!(AskpassQuestion::parse(prompt), question, "{prompt}");
        }
    }
}
