//! A credential in the form that another program asks for.
//!
//! Each gives exactly the credential that it was set up with; policies and the log are those of a
//! launch in the environment of that credential.

use std::collections::HashMap;

use keyhaven_client::Client;
use keyhaven_exchange::Catalogue;
use keyhaven_hosts::{HostPort, WebAddress};
use keyhaven_protocol::Reference;
use keyhaven_protocol::request::{
    Assignment, Choice, HelperCall, LaunchPurpose, LaunchSource, Overrides, Profile, ShowRequest,
    Target,
};
use keyhaven_protocol::view::{CredentialView, FieldView};
use keyhaven_secret::SecretBytes;

use super::launch::{LaunchOrder, resolve};
use crate::error::Failure;
use crate::problem::CliProblem;
use crate::session::Context;
use crate::target::{self, NamedCredential, TargetArgs, full_reference};

/// Where a token alone is the password, servers take any name.
const ANY_NAME: &str = "token";

/// Fields that hold a name.
const NAMES: [&str; 2] = ["username", "user"];

/// Fields that hold what goes with a name.
const PASSWORDS: [&str; 3] = ["password", "token", "value"];

/// A credential that is requested.
pub struct RequestedCredential {
    client: Client,
    named: NamedCredential,
    /// What is known about it.
    pub view: CredentialView,
}

impl RequestedCredential {
    /// Whether the credential is for this server: that of `--host`, otherwise of its page, and
    /// without one that of its service. What is for https is not given over http.
    pub fn is_for(&self, hosts: &[HostPort], address: &WebAddress) -> Result<bool, Failure> {
        if !hosts.is_empty() {
            return Ok(hosts.contains(&address.host));
        }
        if let Some(page) = self.view.url.as_deref().and_then(WebAddress::parse) {
            return Ok(page == *address);
        }
        // A service may also run elsewhere, with keys that look the same: then it is not known
        // which of its servers the key is for.
        if self.page_of_service().as_ref() == Some(address) {
            return Ok(true);
        }
        let row = &self.view.row;
        Err(CliProblem::NoHost {
            name: row.name.clone(),
            reference: full_reference(&row.project, &row.environment, &row.name),
        }
        .into())
    }

    fn page_of_service(&self) -> Option<WebAddress> {
        page_of_service(self.view.row.provider.as_deref()?)
    }

    pub fn find(context: &Context, target: &TargetArgs) -> Result<Self, Failure> {
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

    fn no_field_given(&self) -> CliProblem {
        let row = &self.view.row;
        let reference = |field: &FieldView| {
            let reference = Reference {
                place: Some((row.project.clone(), row.environment.clone())),
                name: row.name.clone(),
                field: Some(field.name.clone()),
            };
            reference.to_string()
        };
        CliProblem::NoFieldGiven {
            name: row.name.clone(),
            references: self.view.field_list.iter().map(reference).collect(),
        }
    }

    pub fn has(&self, field: &str) -> bool {
        self.view.field_list.iter().any(|one| one.name == field)
    }

    /// A name, and what goes with it.
    pub fn login(
        self,
        context: &Context,
        name: Option<String>,
        helper: HelperCall,
    ) -> Result<(SecretBytes, SecretBytes), Failure> {
        let named = self.named.field.clone();
        let only = match self.view.field_list.as_slice() {
            [only] => Some(only.name.clone()),
            _ => None,
        };
        let usual = || PASSWORDS.into_iter().find(|field| self.has(field));
        let Some(password) = named.or(only).or_else(|| usual().map(Into::into)) else {
            return Err(self.no_field_given().into());
        };
        let stored = NAMES.into_iter().find(|field| self.has(field));
        let fields: Vec<&str> = match (&name, stored) {
            (None, Some(stored)) => vec![stored, &password],
            _ => vec![&password],
        };
        let mut values = self.values(context, &fields, helper)?;
        let mut take = |field: &str| values.remove(field);
        let password =
            take(&password).ok_or_else(|| Failure::defect("a field is missing in the answer"))?;
        let name = name.map(|name| SecretBytes::new(name.into_bytes()));
        let name = name.or_else(|| stored.and_then(take));
        Ok((
            name.unwrap_or_else(|| SecretBytes::copy_of(ANY_NAME.as_bytes())),
            password,
        ))
    }

    /// The values of fields, by field.
    pub fn values(
        self,
        context: &Context,
        fields: &[&str],
        helper: HelperCall,
    ) -> Result<HashMap<String, SecretBytes>, Failure> {
        let Target::Named {
            project,
            environment,
            name,
        } = self.named.target
        else {
            return Err(Failure::defect("a credential without an environment"));
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
        let order = LaunchOrder {
            client: Some(self.client),
            source: LaunchSource::References {
                project: Some(project),
                environment: Some(environment),
                template: None,
            },
            choice: Choice {
                renamed: fields.iter().enumerate().map(assigned).collect(),
                ..Choice::default()
            },
            replaced: Vec::new(),
            room: None,
            files: Vec::new(),
            expect: None,
            template: None,
            helper: Some(helper),
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

/// Where the page is on which a service manages its keys. A key is that service's own secret, so
/// nobody else learns it there.
fn page_of_service(provider: &str) -> Option<WebAddress> {
    let page = Catalogue::builtin().get(provider)?.dashboard_address()?;
    WebAddress::parse(&page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_of_a_service_is_known() {
        let host = |provider| page_of_service(provider).map(|page| page.host.to_string());
        assert_eq!(host("github").as_deref(), Some("github.com"));
        assert_eq!(host("gitlab").as_deref(), Some("gitlab.com"));
        assert_eq!(host("nobody"), None);
    }
}
