//! `keyhaven-worker` for tests: the shipped worker but for where names lead, whose certificates
//! count, that this machine counts as the internet, and how long it waits. All of that says the
//! file of the [`keyhaven_tests::StandIn`] in the folder that is its argument; without one no
//! name has an address.

use std::fs;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use keyhaven_secret::memory::WipingAllocator;
use keyhaven_tests::{STAND_IN, StandInMap};
use keyhaven_worker::Network;
use rustls::RootCertStore;

#[global_allocator]
static ALLOCATOR: WipingAllocator = WipingAllocator;

/// Far more than a stand-in needs, and little where it is silent.
const WITHIN: Duration = Duration::from_secs(5);

fn main() -> ExitCode {
    keyhaven_worker::main(|arguments| match arguments {
        [folder] => Some(network(Path::new(folder))),
        _ => None,
    })
}

fn network(folder: &Path) -> Network {
    let map = fs::read(folder.join(STAND_IN)).ok();
    let map: StandInMap = map
        .and_then(|map| serde_json::from_slice(&map).ok())
        .unwrap_or_default();
    let mut roots = RootCertStore::empty();
    if let Ok(root) = data_encoding::BASE64.decode(map.root.as_bytes()) {
        let _ = roots.add(root.into());
    }
    Network {
        resolver: Box::new(move |name, _| addresses(&map, name)),
        roots: Arc::new(roots),
        is_public: |address| address.is_loopback() || keyhaven_hosts::is_public(address),
        within: WITHIN,
    }
}

/// Where a name leads: as the map says, else to the stand-in.
fn addresses(map: &StandInMap, name: &str) -> io::Result<Vec<SocketAddr>> {
    let here = vec![IpAddr::from(Ipv4Addr::LOCALHOST)];
    let addresses = map.addresses.get(name).unwrap_or(&here);
    match map.port {
        0 => Err(io::ErrorKind::NotFound.into()),
        port => Ok(addresses
            .iter()
            .map(|address| SocketAddr::new(*address, port))
            .collect()),
    }
}
