//! Where a worker may have sent a key: to a host that the catalogue names for its provider, or to
//! the one that the credential itself names where the provider's entry allows that.

use keyhaven_catalogue::Catalogue;
use keyhaven_catalogue::host_rule::HostRule;
use keyhaven_hosts::{DatabaseUrl, HostPort, database_host};
use keyhaven_protocol::check::CheckReason;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::worker::{CallResult, JobField, ReplacementJob};
use keyhaven_secret::SecretBytes;

/// The most bytes of a host: a name (RFC 1035, 2.3.4), a colon and a port.
const MOST_HOST: usize = 253 + 6;
/// The most bytes of a value that could name one: the address of a database.
const MOST_ADDRESS: usize = 4096;

/// What is known of a job's destination before it is handed over.
#[derive(Debug)]
pub(super) struct Destination {
    provider: String,
    /// Values of the credential that could be hosts.
    own: Vec<SecretBytes>,
}

impl Destination {
    pub(super) fn of(provider: &str, fields: &[JobField], segments: &Segments) -> Self {
        let values = fields.iter();
        let values = values.filter_map(|field| segments.get(field.value));
        // Exposed for its length alone.
        let own = values.filter(|value| value.expose().len() <= MOST_ADDRESS);
        Self {
            provider: provider.to_owned(),
            own: own.map(SecretBytes::duplicate).collect(),
        }
    }

    /// The same of a key that is replaced; the one with the rights has no say.
    pub(super) fn of_replacement(job: &ReplacementJob, segments: &Segments) -> Self {
        Self::of(&job.provider, &job.fields, segments)
    }

    /// A result that names no other host; one that does is none.
    pub(super) async fn own<T>(self, result: CallResult<T>) -> CallResult<T> {
        match self.allows(result.host.clone()).await {
            true => result,
            false => CallResult::lost(CheckReason::WorkerFailed),
        }
    }

    /// Whether a host that a worker reports may be one to which it sent something. The catalogue
    /// is read away from the thread that answers clients.
    pub(super) async fn allows(self, host: Option<String>) -> bool {
        let known =
            tokio::task::spawn_blocking(move || host.is_none_or(|host| self.is_named(&host)));
        known.await.unwrap_or(false)
    }

    /// Whether a text is one of the hosts, in the form in which hosts are written.
    pub(super) fn is_named(&self, text: &str) -> bool {
        if text.len() > MOST_HOST {
            return false;
        }
        let Some(host) = HostPort::parse(text).filter(|host| host.to_string() == text) else {
            return false;
        };
        let Some(provider) = Catalogue::builtin().get(&self.provider) else {
            return false;
        };
        provider.hosts.iter().any(|rule| match rule {
            HostRule::Own(_) => match provider.built_in {
                None => self.own.iter().any(|value| names(value, &host)),
                Some(_) => self.own.iter().any(|value| names_database(value, &host)),
            },
            rule => rule.allows(&host),
        })
    }
}

/// Whether a value is this host.
fn names(value: &SecretBytes, host: &HostPort) -> bool {
    // Exposed to be compared.
    let text = std::str::from_utf8(value.expose()).ok();
    text.and_then(HostPort::parse).as_ref() == Some(host)
}

/// Whether a value is the address of a database on this host, or this host. The port may stand in
/// another field.
fn names_database(value: &SecretBytes, host: &HostPort) -> bool {
    // Exposed to be compared.
    let Ok(text) = std::str::from_utf8(value.expose()) else {
        return false;
    };
    let named = match DatabaseUrl::parse(text) {
        Some(url) => Some(url.host),
        None => database_host(text, host.port()),
    };
    named.as_ref() == Some(host)
}
