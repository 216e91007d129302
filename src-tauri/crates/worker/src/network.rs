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

/// Whether a request may go to an address. A host that its owner named may lie in a private
/// network, but is never this machine.
pub fn may_reach(address: IpAddr, is_own: bool, is_public: fn(IpAddr) -> bool) -> bool {
    is_public(address) || (is_own && is_in_private_network(address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_host_of_the_owner_may_be_in_a_private_network() {
        let may = |address: &str, own| may_reach(address.parse().unwrap(), own, is_public);
        assert!(may("1.1.1.1", false));
        assert!(!may("10.0.0.1", false));
        assert!(may("10.0.0.1", true));
        for address in ["127.0.0.1", "::1", "169.254.169.254", "fe80::1", "0.0.0.0"] {
            assert!(!may(address, true), "{address}");
        }
    }
}
