//! Addresses and networks.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// Reads an address such as `203.0.113.7` or a network such as `10.0.0.0/8` (RFC 4632,
/// RFC 4291), and writes it in its usual form (RFC 5952).
#[must_use]
pub fn network(text: &str) -> Option<String> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(address.to_string());
    }
    text.parse::<IpNet>()
        .ok()
        .map(|network| network.to_string())
}

const fn four(a: u8, b: u8, c: u8, bits: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, 0), bits)
}

const fn six(a: u16, b: u16, c: u16, bits: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0), bits)
}

/// IPv4 networks that are not on the internet (IANA IPv4 Special-Purpose Address Registry),
/// multicast and reserved ones included.
const SPECIAL_V4: [Ipv4Net; 15] = [
    four(0, 0, 0, 8),
    four(10, 0, 0, 8),
    four(100, 64, 0, 10),
    four(127, 0, 0, 8),
    four(169, 254, 0, 16),
    four(172, 16, 0, 12),
    four(192, 0, 0, 24),
    four(192, 0, 2, 24),
    four(192, 88, 99, 24),
    four(192, 168, 0, 16),
    four(198, 18, 0, 15),
    four(198, 51, 100, 24),
    four(203, 0, 113, 24),
    four(224, 0, 0, 4),
    four(240, 0, 0, 4),
];

/// The part of IPv6 that is given out (IANA IPv6 Global Unicast Address Assignments).
const GLOBAL_V6: Ipv6Net = six(0x2000, 0, 0, 3);

/// IPv6 networks in it that are not on the internet, or that embed an IPv4 address (IANA IPv6
/// Special-Purpose Address Registry).
const SPECIAL_V6: [Ipv6Net; 4] = [
    six(0x2001, 0, 0, 23),
    six(0x2001, 0xdb8, 0, 32),
    six(0x2002, 0, 0, 16),
    six(0x3fff, 0, 0, 20),
];

/// Whether an address is one of the public internet, and so neither this machine, nor a
/// private network, nor one that is translated to such an address.
///
/// For the programs that send requests for a provider: a provider's host must not lead into
/// the owner's network.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => !SPECIAL_V4.iter().any(|network| network.contains(&address)),
        IpAddr::V6(address) => {
            GLOBAL_V6.contains(&address)
                && !SPECIAL_V6.iter().any(|network| network.contains(&address))
        }
    }
}

/// Networks of an owner's own: RFC 1918, RFC 6598.
const OWN_V4: [Ipv4Net; 4] = [
    four(10, 0, 0, 8),
    four(100, 64, 0, 10),
    four(172, 16, 0, 12),
    four(192, 168, 0, 16),
];

/// Unique local addresses: RFC 4193.
const OWN_V6: Ipv6Net = six(0xfc00, 0, 0, 7);

/// Whether an address belongs to a private network: that of a home, an office or a VPN.
///
/// For a host that its owner named; this machine, the link, and the addresses at which clouds
/// give out the rights of a machine (169.254.0.0/16) are none.
#[must_use]
pub fn is_in_private_network(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => OWN_V4.iter().any(|network| network.contains(&address)),
        IpAddr::V6(address) => OWN_V6.contains(&address),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// IPv6 addresses that lead to an IPv4 address: mapped, compatible, translated (RFC 6052,
    /// RFC 8215), 6to4, and Teredo's server.
    fn leading_to(address: Ipv4Addr) -> [Ipv6Addr; 6] {
        let [a, b, c, d] = address.octets().map(u16::from);
        let (high, low) = (a << 8 | b, c << 8 | d);
        [
            address.to_ipv6_mapped(),
            Ipv6Addr::new(0, 0, 0, 0, 0, 0, high, low),
            Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low),
            Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, high, low),
            Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1),
            Ipv6Addr::new(0x2001, 0, high, low, 0, 0, 0, 0),
        ]
    }

    fn special_v4(address: Ipv4Addr) -> bool {
        address.is_private()
            || address.is_loopback()
            || address.is_link_local()
            || address.is_broadcast()
            || address.is_documentation()
            || address.is_multicast()
            || address.is_unspecified()
    }

    proptest! {
        #[test]
        fn an_address_that_the_standard_library_calls_special_is_not_public(bits in any::<u32>()) {
            let address = Ipv4Addr::from(bits);
            prop_assert!(!(special_v4(address) && is_public(address.into())), "{}", address);
        }

        #[test]
        fn what_embeds_an_address_is_no_way_around_the_guard(bits in any::<u32>()) {
            let address = Ipv4Addr::from(bits);
            let [mapped, embedding @ ..] = leading_to(address);
            prop_assert_eq!(is_public(mapped.into()), is_public(address.into()));
            prop_assert_eq!(
                is_in_private_network(mapped.into()),
                is_in_private_network(address.into())
            );
            for address in embedding {
                prop_assert!(!is_public(address.into()), "{}", address);
                prop_assert!(!is_in_private_network(address.into()), "{}", address);
            }
        }

        #[test]
        fn only_a_global_unicast_address_is_public(bits in any::<u128>()) {
            let address = Ipv6Addr::from(bits);
            let special = address.is_multicast()
                || address.is_unique_local()
                || address.is_unicast_link_local()
                || address.is_loopback()
                || address.is_unspecified();
            prop_assert!(!(special && is_public(address.into())), "{}", address);
            let global = GLOBAL_V6.contains(&address) || address.to_ipv4_mapped().is_some();
            prop_assert!(global || !is_public(address.into()), "{}", address);
        }

        #[test]
        fn no_address_is_both_public_and_private(bits in any::<u128>(), four in any::<u32>()) {
            for address in [IpAddr::from(Ipv6Addr::from(bits)), Ipv4Addr::from(four).into()] {
                prop_assert!(!(is_public(address) && is_in_private_network(address)));
            }
        }

        #[test]
        fn the_borders_of_each_network_are_not_public(index in 0..SPECIAL_V4.len(), host in any::<u32>()) {
            let network = SPECIAL_V4[index];
            let inside = u32::from(network.network()) | (host & u32::from(network.hostmask()));
            for address in [network.network(), network.broadcast(), Ipv4Addr::from(inside)] {
                prop_assert!(!is_public(address.into()), "{}", address);
            }
        }
    }

    #[test]
    fn a_private_network_is_neither_this_machine_nor_the_link() {
        for own in [
            "10.0.0.1",
            "172.31.0.1",
            "192.168.1.1",
            "100.64.0.1",
            "fd00::1",
        ] {
            assert!(is_in_private_network(own.parse().unwrap()), "{own}");
        }
        for other in [
            "1.1.1.1",
            "127.0.0.1",
            "::1",
            "0.0.0.0",
            "169.254.169.254",
            "fe80::1",
            "224.0.0.1",
            "2606:4700::1111",
        ] {
            assert!(!is_in_private_network(other.parse().unwrap()), "{other}");
        }
    }

    #[test]
    fn addresses_and_networks_are_read() {
        for (text, expected) in [
            ("203.0.113.7", "203.0.113.7"),
            ("10.0.0.0/8", "10.0.0.0/8"),
            ("10.1.2.3/8", "10.1.2.3/8"),
            ("2001:DB8::0/32", "2001:db8::/32"),
            ("::1", "::1"),
            ("::/0", "::/0"),
        ] {
            assert_eq!(network(text).as_deref(), Some(expected), "{text}");
        }
        for bad in [
            "",
            "10.0.0.0/33",
            "10.0.0/8",
            "::/129",
            "host",
            "10.0.0.0/",
            "10.0.0.0/-1",
            " ::1",
            "010.0.0.1",
            "0x7f.1",
            "[::1]",
            "fe80::1%eth0",
            "10.0.0.0/8/8",
            "10.0.0.0/+8",
        ] {
            assert_eq!(network(bad), None, "{bad}");
        }
    }

    #[test]
    fn only_the_internet_is_public() {
        for public in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "198.17.0.1",
            "198.20.0.1",
            "223.255.255.255",
            "2606:4700::1111",
            "2a00::1",
            "::ffff:1.1.1.1",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for other in [
            "0.0.0.0",
            "10.0.0.1",
            "100.64.0.1",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.168.1.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(other.parse().unwrap()), "{other}");
        }
    }
}
