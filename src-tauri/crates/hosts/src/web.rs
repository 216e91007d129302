//! Hosts with their ports, and the URLs that lead to them.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

use url::{Host, Url};

/// The largest length of a name in the DNS, in bytes (RFC 1035).
const MAX_NAME: usize = 253;
/// The largest length of a label of a name, in bytes.
const MAX_LABEL: usize = 63;

/// Ends of names that the public DNS never has: special-use names (RFC 6761, 6762, 7686, 8375,
/// 9476), `internal` (ICANN, 2024), and what routers and offices use without asking.
const NOT_PUBLIC: [&str; 13] = [
    "alt",
    "corp",
    "home",
    "home.arpa",
    "internal",
    "intranet",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "onion",
    "test",
];

/// How a host is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// In clear text.
    Http,
    /// Over TLS.
    Https,
}

impl Scheme {
    /// Reads a scheme, in any case (RFC 3986, 3.1).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let schemes = [("http", Self::Http), ("https", Self::Https)];
        let found = schemes
            .into_iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(text));
        found.map(|(_, scheme)| scheme)
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

/// The port of https, which is not written.
const HTTPS_PORT: u16 = 443;

/// A host and a port in normalised form: equal where they mean the same server.
///
/// Names are in lower case and in ASCII (Punycode), without the final dot; addresses are
/// numbers; the port is known also where it is left out: that of `http://HOST` is 80.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct HostPort {
    host: Host<String>,
    port: u16,
}

impl HostPort {
    /// Reads `HOST` or `HOST:PORT`, where 443 is the port that is left out. An IPv6 address
    /// may stand without brackets if no port follows.
    ///
    /// None if it is anything else, or if programs could read it in two ways.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.parse::<Ipv6Addr>() {
            Ok(address) => Some(Self {
                host: Host::Ipv6(address),
                port: HTTPS_PORT,
            }),
            Err(_) => Self::with_scheme(Scheme::Https, text),
        }
    }

    /// Reads `HOST` or `HOST:PORT`, where another port than 443 is the one that is left out.
    #[must_use]
    pub fn parse_with_port(text: &str, port: u16) -> Option<Self> {
        if let Ok(address) = text.parse::<Ipv6Addr>() {
            let host = Host::Ipv6(address);
            return Some(Self { host, port });
        }
        let has_port = text.contains(':') && !text.ends_with(']');
        match has_port {
            true => Self::with_scheme(Scheme::Https, text),
            false => Self::with_scheme(Scheme::Https, &format!("{text}:{port}")),
        }
    }

    /// Reads `HOST` or `HOST:PORT` as the authority of a URL with that scheme.
    fn with_scheme(scheme: Scheme, authority: &str) -> Option<Self> {
        if authority.is_empty() || authority.ends_with(':') || authority.contains(is_odd) {
            return None;
        }
        let url = Url::parse(&format!("{}://{authority}/", scheme.as_str())).ok()?;
        let host = match url.host()? {
            Host::Domain(name) => Host::Domain(name_as_written(authority, name)?),
            Host::Ipv4(address) if authority.is_ascii() => Host::Ipv4(address),
            Host::Ipv6(address) => Host::Ipv6(address),
            Host::Ipv4(_) => return None,
        };
        Some(Self {
            host,
            port: url.port_or_known_default()?,
        })
    }

    /// Whether it is this machine, so that nothing travels over a network.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        match &self.host {
            Host::Domain(name) => name == "localhost",
            Host::Ipv4(address) => address.is_loopback(),
            Host::Ipv6(address) => address.is_loopback(),
        }
    }

    /// Whether it is a name that can be one of the public internet: it has a dot, and does not
    /// end in a label that is kept for own networks or for no network at all.
    #[must_use]
    pub fn is_public_name(&self) -> bool {
        let Host::Domain(name) = &self.host else {
            return false;
        };
        let kept = |end: &&str| {
            let before = name.strip_suffix(*end);
            before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
        };
        name.contains('.') && !NOT_PUBLIC.iter().any(kept)
    }

    /// The name, where the host is no address.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match &self.host {
            Host::Domain(name) => Some(name),
            Host::Ipv4(_) | Host::Ipv6(_) => None,
        }
    }

    /// The port.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The address, where the host is not a name.
    #[must_use]
    pub fn address(&self) -> Option<IpAddr> {
        match &self.host {
            Host::Domain(_) => None,
            Host::Ipv4(address) => Some((*address).into()),
            Host::Ipv6(address) => Some((*address).into()),
        }
    }
}

impl fmt::Display for HostPort {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.port {
            HTTPS_PORT => write!(out, "{}", self.host),
            port => write!(out, "{}:{port}", self.host),
        }
    }
}

/// Where a URL with `http` or `https` leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebAddress {
    /// The scheme.
    pub scheme: Scheme,
    /// The server.
    pub host: HostPort,
}

impl WebAddress {
    /// Puts it together from the parts that another program names: `https` and
    /// `github.com:443`.
    #[must_use]
    pub fn from_parts(scheme: &str, authority: &str) -> Option<Self> {
        let scheme = Scheme::parse(scheme)?;
        let host = HostPort::with_scheme(scheme, authority)?;
        Some(Self { scheme, host })
    }

    /// Reads a URL, such as that of a key's page. One with a user in it, or one that programs
    /// could read in two ways, leads nowhere.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.contains(['\\', '\'', '"']) || text.contains(is_blank) {
            return None;
        }
        let (scheme, rest) = text.split_once("://")?;
        // RFC 3986, 3.2: it ends at the first of these.
        let authority = rest.split(['/', '?', '#']).next()?;
        let found = Self::from_parts(scheme, authority)?;
        let url = Url::parse(text).ok()?;
        // The parser of the web must find the same host in the whole text.
        let same = Url::parse(&format!("{}://{authority}/", found.scheme.as_str())).ok()?;
        (url.host() == same.host() && url.port() == same.port()).then_some(found)
    }

    /// Reads a URL that may name a user, as git writes it in its prompts: the user may stand
    /// there unescaped, so that no second `@` is accepted anywhere.
    #[must_use]
    pub fn parse_with_user(text: &str) -> Option<Self> {
        let Some((before, after)) = text.split_once('@') else {
            return Self::parse(text);
        };
        let (scheme, user) = before.split_once("://")?;
        // A user that is not escaped could hide the host: `https://good/@evil`.
        if user.is_empty() || user.contains(is_odd) || after.contains('@') {
            return None;
        }
        Self::parse(&format!("{scheme}://{after}"))
    }

    /// Whether nobody on the way can read what is sent: over TLS, or within this machine.
    #[must_use]
    pub fn is_private(&self) -> bool {
        self.scheme == Scheme::Https || self.host.is_loopback()
    }
}

/// Characters that delimit or escape parts of a URL in some parser, and so may not stand
/// within a host or a user.
fn is_odd(c: char) -> bool {
    is_blank(c) || "/?#@\\%'\"<>^`{|}".contains(c)
}

/// Parsers of the web drop some of these, others do not.
pub(crate) fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

/// The normalised name, if each label says what was written. UTS #46 also maps characters to
/// ASCII letters, drops some, and reads others as dots: such a text is two names at once.
fn name_as_written(authority: &str, name: &str) -> Option<String> {
    let written = authority
        .rsplit_once(':')
        .map_or(authority, |(host, _)| host);
    let written = written.strip_suffix('.').unwrap_or(written);
    let name = name.strip_suffix('.').unwrap_or(name);
    let fits =
        name.len() <= MAX_NAME && name.split('.').all(|l| (1..=MAX_LABEL).contains(&l.len()));
    let same = |(written, label): (&str, &str)| {
        written.eq_ignore_ascii_case(label) || (!written.is_ascii() && label.starts_with("xn--"))
    };
    let labels = written.split('.').count() == name.split('.').count();
    let written = written.split('.').zip(name.split('.')).all(same);
    (fits && labels && written).then(|| name.to_owned())
}

#[cfg(test)]
mod tests;
