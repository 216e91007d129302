//! How names become addresses, which of these may be used, and whose certificates count.

use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};
use std::sync::Arc;
use std::time::Duration;

use keyhaven_hosts::{is_in_private_network, is_public};
use rustls::RootCertStore;

/// How long a request may take.
const WITHIN: Duration = Duration::from_secs(20);

/// Finds the addresses of a host.
type HostResolver = Box<dyn FnOnce(&str, u16) -> io::Result<Vec<SocketAddr>> + Send>;

/// What the shipped program and the test-worker do differently.
pub struct Network {
    /// Finds the addresses of a name; called once.
    pub resolver: HostResolver,
    /// Whose certificates count.
    pub roots: Arc<RootCertStore>,
    /// Whether an address is one of the internet.
    pub is_public: fn(IpAddr) -> bool,
    /// How long a request may take, with everything that belongs to it.
    pub within: Duration,
}

impl Network {
    /// The internet: the resolver of the machine, and the authorities that Mozilla trusts.
    #[must_use]
    pub fn internet() -> Self {
        let roots = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
        Self {
            resolver: Box::new(|name, port| Ok((name, port).to_socket_addrs()?.collect())),
            roots: Arc::new(roots),
            is_public,
            within: WITHIN,
        }
    }
}

/// Where a host may be. Addresses of the link, at which clouds give out the rights of a machine,
/// are nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostReach {
    /// On the internet.
    Internet,
    /// Also in a private network: its owner named it.
    OwnNetwork,
    /// On this machine and nowhere else: its owner named that.
    ThisMachine,
}

impl HostReach {
    /// Whether an address may be used. `is_public` tells which are of the internet.
    pub fn allows(self, address: IpAddr, is_public: fn(IpAddr) -> bool) -> bool {
        match self {
            Self::Internet => is_public(address),
            Self::OwnNetwork => is_public(address) || is_in_private_network(address),
            Self::ThisMachine => address.to_canonical().is_loopback(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_host_of_the_owner_may_be_in_a_private_network() {
        use HostReach::{Internet, OwnNetwork, ThisMachine};
        let may =
            |address: &str, reach: HostReach| reach.allows(address.parse().unwrap(), is_public);
        assert!(may("1.1.1.1", Internet));
        assert!(!may("10.0.0.1", Internet));
        assert!(may("10.0.0.1", OwnNetwork));
        for address in ["127.0.0.1", "::1", "169.254.169.254", "fe80::1", "0.0.0.0"] {
            assert!(!may(address, OwnNetwork), "{address}");
        }
        for address in ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"] {
            assert!(may(address, ThisMachine), "{address}");
        }
        for address in ["1.1.1.1", "10.0.0.1", "169.254.169.254", "0.0.0.0", "::"] {
            assert!(!may(address, ThisMachine), "{address}");
        }
    }
}
