//! Texts that mean the same server, and texts that could deceive.

use proptest::prelude::*;

use super::*;

fn host(text: &str) -> Option<String> {
    HostPort::parse(text).map(|host| host.to_string())
}

#[test]
fn one_server_has_one_form() {
    for (text, expected) in [
        ("github.com", "github.com"),
        ("GitHub.COM", "github.com"),
        ("github.com.", "github.com"),
        ("github.com:443", "github.com"),
        ("github.com:0443", "github.com"),
        ("github.com.:443", "github.com"),
        ("github.com:8443", "github.com:8443"),
        ("github.com:80", "github.com:80"),
        ("my_host", "my_host"),
        ("Bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("bu\u{308}cher.example", "xn--bcher-kva.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
        ("127.0.0.1", "127.0.0.1"),
        ("127.0.0.1.", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0x7f.0.0.1", "127.0.0.1"),
        ("0x7F000001", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("[::1]", "[::1]"),
        ("::1", "[::1]"),
        ("[0:0:0:0:0:0:0:1]:443", "[::1]"),
        ("[2001:DB8::1]:8443", "[2001:db8::1]:8443"),
        ("[::ffff:127.0.0.1]", "[::ffff:7f00:1]"),
    ] {
        assert_eq!(host(text).as_deref(), Some(expected), "{text}");
    }
}

#[test]
fn a_host_that_could_be_read_in_two_ways_is_none() {
    let long_label = format!("{}.example", "a".repeat(64));
    let long_name = ["a".repeat(60).as_str(); 5].join(".");
    for text in [
        "",
        " ",
        ".",
        "..",
        ":443",
        "github.com:",
        "github.com:65536",
        "github.com:-1",
        "github.com:x",
        "github.com:443:443",
        "github..com",
        ".github.com",
        "github.com..",
        " github.com",
        "github.com\n",
        "git\thub.com",
        "github.com\0",
        "github.com/",
        "github.com?x",
        "github.com#x",
        "github.com\\x",
        "me@github.com",
        "evil.example\\@github.com",
        "git%68ub.com",
        "github.com%2f",
        "github.com%00.evil.example",
        "github.com,evil.example|",
        "<github.com>",
        // Mapped to ASCII, dropped, or read as a dot by UTS #46.
        "ｇithub.com",
        "github．com",
        "github。com",
        "git\u{ad}hub.com",
        "git\u{200b}hub.com",
        "git\u{200d}hub.com",
        "github.com\u{2060}",
        "\u{212a}eys.example",
        "ⓖithub.com",
        "𝐠ithub.com",
        "１２７.0.0.1",
        // No addresses.
        "256.0.0.1",
        "1.2.3.4.5",
        "127.0.0.0x100",
        "[::1",
        "::1]",
        "[::g]",
        "[fe80::1%25eth0]",
        "1:2:3",
        "xn--",
        "xn--a.example",
        &long_label,
        &long_name,
    ] {
        assert_eq!(host(text), None, "{text:?}");
    }
}

#[test]
fn names_that_look_alike_are_different_servers() {
    let hosts = [
        "github.com",
        "github.com.evil.example",
        "gıthub.com",
        "gіthub.com",
        "github.co",
        "github-com",
        "github.com:8443",
        "github.com:80",
        "127.0.0.1",
        "127.0.0.1.evil.example",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "localhost",
        "localhost.evil.example",
    ];
    for (at, one) in hosts.iter().enumerate() {
        let parsed = HostPort::parse(one);
        assert!(parsed.is_some(), "{one}");
        for other in &hosts[..at] {
            assert_ne!(parsed, HostPort::parse(other), "{one} {other}");
        }
    }
}

fn url(text: &str) -> Option<(Scheme, String)> {
    WebAddress::parse_with_user(text).map(|found| (found.scheme, found.host.to_string()))
}

#[test]
fn a_url_leads_to_its_host() {
    for (text, scheme, expected) in [
        ("https://github.com", Scheme::Https, "github.com"),
        ("HTTPS://GitHub.com/x", Scheme::Https, "github.com"),
        ("https://github.com:443/x?y#z", Scheme::Https, "github.com"),
        ("https://github.com?x", Scheme::Https, "github.com"),
        ("https://github.com#x", Scheme::Https, "github.com"),
        ("http://github.com:80", Scheme::Http, "github.com:80"),
        ("http://github.com", Scheme::Http, "github.com:80"),
        ("http://github.com:443", Scheme::Http, "github.com"),
        ("https://github.com:80", Scheme::Https, "github.com:80"),
        ("https://me@github.com", Scheme::Https, "github.com"),
        (
            "https://me:x@github.com:8443/",
            Scheme::Https,
            "github.com:8443",
        ),
        ("http://[::1]:3000/", Scheme::Http, "[::1]:3000"),
        (
            "https://bücher.example/",
            Scheme::Https,
            "xn--bcher-kva.example",
        ),
    ] {
        assert_eq!(url(text), Some((scheme, expected.into())), "{text}");
    }
}

#[test]
fn a_url_that_could_deceive_leads_nowhere() {
    for text in [
        "",
        "github.com",
        "//github.com",
        "https:github.com",
        "https:/github.com",
        "https:///github.com",
        "https:\\\\github.com",
        "https://",
        "https:// github.com",
        "https://github.com\\@evil.example",
        "https://evil.example\\@github.com",
        "https://evil@x@github.com",
        "https://github.com/@evil.example",
        "https://github.com/x@evil.example",
        "https://github.com?x@evil.example",
        "https://github.com#x@evil.example",
        "https://github.com%2f@evil.example",
        "https://github.com%40evil.example",
        "https://@github.com",
        "https://github.com:@evil@x",
        "https://github.com\t.evil.example",
        "https://git\nhub.com",
        "\u{1}https://github.com",
        "https://github.com'",
        "https://github.com/\"x",
        "ftp://github.com",
        "ssh://github.com",
        "file:///github.com",
        "javascript://github.com",
        "data://github.com",
        "blob:https://github.com",
        "https+x://github.com",
    ] {
        assert_eq!(url(text), None, "{text:?}");
    }
    assert_eq!(WebAddress::parse("https://me@github.com"), None);
    assert!(WebAddress::parse("https://github.com/@me").is_some());
}

#[test]
fn only_tls_and_this_machine_are_private() {
    let private = |text| WebAddress::parse(text).is_some_and(|address| address.is_private());
    for text in [
        "https://github.com",
        "http://localhost:3000",
        "http://LOCALHOST.",
        "http://127.0.0.1:3000",
        "http://[::1]:80",
    ] {
        assert!(private(text), "{text}");
    }
    for text in [
        "http://github.com",
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
        "http://notlocalhost",
        "http://128.0.0.1",
        "http://[::2]",
        "http://0.0.0.0",
    ] {
        assert!(!private(text), "{text}");
    }
}

/// Scheme, host and port.
fn address_parts() -> impl Strategy<Value = (&'static str, &'static str, Option<u16>)> {
    let ports = prop::option::of(prop::sample::select(vec![80, 443, 8080]));
    let hosts = prop::sample::select(vec!["localhost", "LocalHost", "a.example", "127.0.0.1"]);
    (prop::sample::select(vec!["http", "https"]), hosts, ports)
}

proptest! {
    #[test]
    fn the_normalised_form_is_stable(text in "[a-zA-Z0-9.:\\[\\]ü_-]{1,24}") {
        if let Some(host) = HostPort::parse(&text) {
            prop_assert_eq!(HostPort::parse(&host.to_string()), Some(host));
        }
    }

    #[test]
    fn no_text_panics(text in "(https?://)?\\PC{0,40}", other in "(.|\\s){0,20}") {
        let _ = (HostPort::parse(&text), WebAddress::parse_with_user(&text));
        let _ = (HostPort::parse(&other), WebAddress::parse_with_user(&other));
    }

    /// A server is a host and a port, whatever the scheme and the spelling of its port.
    #[test]
    fn two_addresses_are_equal_where_scheme_host_and_port_are(
        one in address_parts(),
        other in address_parts(),
    ) {
        let [first, second] = [&one, &other].map(|(scheme, host, port)| {
            let port = port.map(|port| format!(":{port}")).unwrap_or_default();
            WebAddress::from_parts(scheme, &format!("{host}{port}")).unwrap()
        });
        let meant = |(scheme, host, port): &(&'static str, &'static str, Option<u16>)| {
            let usual = if *scheme == "http" { 80 } else { 443 };
            (host.to_lowercase(), port.unwrap_or(usual))
        };
        let same_server = meant(&one) == meant(&other);
        prop_assert_eq!(first.host == second.host, same_server);
        prop_assert_eq!(first == second, same_server && one.0 == other.0);
    }

    /// The parser of the web agrees about every URL that is accepted here.
    #[test]
    fn an_accepted_url_has_one_host(text in "https?://[a-z@:/?#.\\\\%0-9\\[\\]-]{0,24}") {
        if let Some(found) = WebAddress::parse_with_user(&text) {
            let url = Url::parse(&text).unwrap();
            let host = url.host_str().unwrap().trim_end_matches('.');
            prop_assert_eq!(host, found.host.host.to_string());
            prop_assert_eq!(url.port_or_known_default(), Some(found.host.port));
        }
    }
}

#[test]
fn a_prompt_of_git_leads_to_one_server() {
    let github = WebAddress::parse("https://github.com");
    for same in [
        "https://github.com",
        "https://me@github.com",
        "https://GitHub.com.",
        "https://github.com:443",
        "HTTPS://me@github.com:443/path",
    ] {
        assert_eq!(WebAddress::parse_with_user(same), github, "{same}");
    }
    for refused in [
        "https://github.com/x@evil.com",
        "https://github.com?x@evil.com",
        "https://github.com#x@evil.com",
        "https://github.com\\@evil.com",
        "https://me@github.com/x@evil.com",
        "https://me@github.com?x@evil.com",
        "https://me@github.com#x@evil.com",
        "https://me:word@evil.com@github.com",
        "https://github.com\r@evil.com",
        "https://github.com\0",
        "https://github.com\n.evil.com",
        "https://github.com%2F@evil.com",
        "https://@evil.com",
    ] {
        assert_eq!(WebAddress::parse_with_user(refused), None, "{refused:?}");
    }
    let other = WebAddress::parse_with_user("https://github.com:8443");
    assert!(other.is_some() && other != github);
}

#[test]
fn a_public_name_is_not_one_of_an_own_network() {
    let public = |text: &str| HostPort::parse(text).unwrap().is_public_name();
    for name in [
        "api.github.com",
        "GitHub.com",
        "a.b.c.example.",
        "api.x.ai:8443",
        "my.home.page",
    ] {
        assert!(public(name), "{name}");
    }
    for name in [
        "localhost",
        "intranet",
        "vault.local",
        "db.internal.",
        "Nas.LAN",
        "router.home.arpa",
        "a.test",
        "203.0.113.7",
        "1.1.1.1",
        "[::1]",
        "::1",
    ] {
        assert!(!public(name), "{name}");
    }
}
