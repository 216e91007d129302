//! Keys in the forms that other programs ask for: AWS's `credential_process`, git's
//! credential helpers (gitcredentials(7)), and the askpass of git and ssh.
//!
//! Each gives exactly the credential that it was set up with; policies and the log are those
//! of a launch in that credential's environment.

use std::collections::{BTreeMap, HashMap};

use keyhaven_client::Client;
use keyhaven_hosts::{HostPort, WebAddress};
use keyhaven_protocol::Reference;
use keyhaven_protocol::request::{
    Assignment, Choice, LaunchPurpose, LaunchSource, Overrides, Profile, ShowRequest, Target,
};
use keyhaven_protocol::view::CredentialView;
use keyhaven_secret::SecretBytes;
use serde::Serialize;

use super::launch::{Order, resolve};
use crate::command_line::{AskpassArgs, CredentialProcessArgs, GitCredentialArgs, TargetArgs};
use crate::error::Failure;
use crate::output::plain;
use crate::session::{Context, all_of_stdin};
use crate::target::{self, Named};

/// The most that git says of what it wants, in bytes.
const MOST: usize = 64 << 10;
/// Where a token alone is the password, servers take any name.
const ANY_NAME: &str = "token";
/// Fields that hold a name.
const NAMES: [&str; 2] = ["username", "user"];
/// Fields that hold what goes with a name.
const PASSWORDS: [&str; 3] = ["password", "token", "value"];

/// The answer of a `credential_process` (AWS SDKs and Tools Reference Guide).
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct AwsKey<'a> {
    version: u8,
    access_key_id: &'a str,
    secret_access_key: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_token: Option<&'a str>,
}

/// A credential that is asked for.
struct Asked {
    client: Client,
    named: Named,
    view: CredentialView,
}

/// `kh credential-process`
pub fn credential_process(
    context: &Context,
    arguments: CredentialProcessArgs,
) -> Result<(), Failure> {
    let asked = Asked::find(context, &arguments.target)?;
    let fields = ["access_key_id", "secret_access_key", "session_token"];
    for needed in &fields[..2] {
        if !asked.has(needed) {
            return Err(Failure::failed(
                format!("{} has no field {needed}", asked.view.row.name),
                "an AWS key has the fields access_key_id and secret_access_key",
            ));
        }
    }
    let there: Vec<&str> = fields
        .into_iter()
        .filter(|field| asked.has(field))
        .collect();
    let values = asked.values(context, &there)?;
    let text = |field: &str| {
        values
            .get(field)
            .map(|value| utf8(field, value))
            .transpose()
    };
    let missing = || Failure::defect("a field went astray");
    let key = AwsKey {
        version: 1,
        access_key_id: text(fields[0])?.ok_or_else(missing)?,
        secret_access_key: text(fields[1])?.ok_or_else(missing)?,
        session_token: text(fields[2])?,
    };
    context.printer.document(&key)
}

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
    let asked = Asked::find(context, &arguments.target)?;
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
            let message = format!("the {key} has more than one line, which git cannot be told");
            return Err(Failure::failed(message, ""));
        }
        out.extend_from_slice(key.as_bytes());
        out.push(b'=');
        out.extend_from_slice(value);
        out.push(b'\n');
    }
    context.printer.out(&out)
}

/// `kh askpass`
pub fn askpass(context: &Context, arguments: AskpassArgs) -> Result<(), Failure> {
    let prompt = arguments.prompt.unwrap_or_default();
    let question = Question::parse(&prompt).ok_or_else(|| {
        refused(
            "that is a question for a person, not for a key",
            "only git's questions for a URL and ssh's for a key or a host are answered",
        )
    })?;
    let asked = Asked::find(context, &arguments.target)?;
    match question {
        Question::Git { url, .. } => {
            let refusal = || {
                refused(
                    format!("{} is not for {}", asked.view.row.name, plain(url)),
                    "a key goes over https to the host of its page, or of --host",
                )
            };
            let address = WebAddress::parse_with_user(url).filter(WebAddress::is_private);
            if !asked.is_for(arguments.host, &address.ok_or_else(refusal)?)? {
                return Err(refusal());
            }
        }
        Question::Ssh { host } => {
            let named = host.and_then(HostPort::parse);
            let meant = named.is_some_and(|host| arguments.host.contains(&host));
            if !arguments.ssh || !(host.is_none() || arguments.host.is_empty() || meant) {
                return Err(refused(
                    format!("{} is not for this question of ssh", asked.view.row.name),
                    "say that it is with --ssh, and for which host with --host",
                ));
            }
        }
    }
    let (name, password) = asked.login(context, arguments.username)?;
    let answer = match question {
        Question::Git { name: true, .. } => name,
        Question::Git { .. } | Question::Ssh { .. } => password,
    };
    // Exposed to be given to whoever asked: this is what the command is for.
    context.printer.out(answer.expose())?;
    context.printer.out(b"\n")
}

fn refused(message: impl Into<String>, hint: &str) -> Failure {
    Failure::own("not_for_this", 6, message, hint)
}

/// What git and ssh ask an askpass, in their words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Question<'a> {
    /// For a name, or what goes with it, for a URL (git, `credential.c`).
    Git { name: bool, url: &'a str },
    /// For the passphrase of a key, or the password for a host (OpenSSH, `sshconnect2.c`).
    Ssh { host: Option<&'a str> },
}

impl<'a> Question<'a> {
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

impl Asked {
    /// Whether the credential is for this server: that of `--host`, otherwise of its page.
    fn is_for(&self, mut hosts: Vec<HostPort>, address: &WebAddress) -> Result<bool, Failure> {
        if hosts.is_empty() {
            let page = self.view.url.as_deref().and_then(WebAddress::parse);
            hosts.extend(page.map(|page| page.host));
        }
        if hosts.is_empty() {
            return Err(Failure::failed(
                format!("it is not known which host {} is for", self.view.row.name),
                "say it with --host, or give the credential its page: kh edit REF --url https://HOST",
            ));
        }
        Ok(hosts.contains(&address.host))
    }

    fn find(context: &Context, target: &TargetArgs) -> Result<Self, Failure> {
        let mut client = context.unlocked()?;
        let named = target::named(context, &mut client, target)?;
        let view = client.ask(ShowRequest {
            target: named.target.clone(),
        })?;
        Ok(Self {
            client,
            named,
            view,
        })
    }

    fn has(&self, field: &str) -> bool {
        self.view.field_list.iter().any(|one| one.name == field)
    }

    /// A name, and what goes with it.
    fn login(
        self,
        context: &Context,
        name: Option<String>,
    ) -> Result<(SecretBytes, SecretBytes), Failure> {
        let named = self.named.field.clone();
        let only = match self.view.field_list.as_slice() {
            [only] => Some(only.name.clone()),
            _ => None,
        };
        let usual = || PASSWORDS.into_iter().find(|field| self.has(field));
        let Some(password) = named.or(only).or_else(|| usual().map(Into::into)) else {
            return Err(Failure::usage(
                format!(
                    "it is not said which field of {} is meant",
                    self.view.row.name
                ),
                "name it as the last part of the reference",
            ));
        };
        let stored = NAMES.into_iter().find(|field| self.has(field));
        let fields: Vec<&str> = match (&name, stored) {
            (None, Some(stored)) => vec![stored, &password],
            _ => vec![&password],
        };
        let mut values = self.values(context, &fields)?;
        let mut take = |field: &str| values.remove(field);
        let password = take(&password).ok_or_else(|| Failure::defect("a field went astray"))?;
        let name = name.map(|name| SecretBytes::new(name.into_bytes()));
        let name = name.or_else(|| stored.and_then(take));
        Ok((
            name.unwrap_or_else(|| SecretBytes::copy_of(ANY_NAME.as_bytes())),
            password,
        ))
    }

    /// The values of fields, by field.
    fn values(
        self,
        context: &Context,
        fields: &[&str],
    ) -> Result<HashMap<String, SecretBytes>, Failure> {
        let Target::Named {
            project,
            environment,
            name,
        } = self.named.target
        else {
            return Err(Failure::defect("a credential without a place"));
        };
        let assigned = |(at, field): (usize, &&str)| Assignment {
            variable: format!("F{at}"),
            text: Reference {
                place: None,
                name: name.clone(),
                field: Some((*field).into()),
            }
            .to_string(),
        };
        let order = Order {
            client: self.client,
            source: LaunchSource::References {
                project: Some(project),
                environment: Some(environment),
            },
            choice: Choice {
                renamed: fields.iter().enumerate().map(assigned).collect(),
                ..Choice::default()
            },
            files: Vec::new(),
            overrides: Overrides::default(),
            profile: Profile::default(),
        };
        let (_, injected) = resolve(context, order, LaunchPurpose::Helper, None)?;
        let mut values = HashMap::new();
        for one in injected {
            let at: Option<usize> = one.name.strip_prefix('F').and_then(|at| at.parse().ok());
            if let Some(field) = at.and_then(|at| fields.get(at)) {
                values.insert((*field).to_owned(), one.value);
            }
        }
        Ok(values)
    }
}

fn utf8<'v>(field: &str, value: &'v SecretBytes) -> Result<&'v str, Failure> {
    // Exposed to be given to the SDK: this is what the command is for.
    std::str::from_utf8(value.expose())
        .map_err(|_| Failure::failed(format!("the value of {field} is not UTF-8"), ""))
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
    fn only_the_questions_of_git_and_ssh_are_understood() {
        let git = |name, url| Some(Question::Git { name, url });
        let ssh = |host| Some(Question::Ssh { host });
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
        ] {
            assert_eq!(Question::parse(prompt), question, "{prompt}");
        }
    }

    #[test]
    fn what_git_says_ends_at_an_empty_line() {
        let said = attributes(b"protocol=https\nhost=a=b\nodd\n\nhost=c\n");
        assert_eq!(said.get("host").map(String::as_str), Some("a=b"));
        assert_eq!(said.len(), 2);
    }
}
