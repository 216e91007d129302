//! What git tells a credential helper (gitcredentials(7)).

use std::collections::BTreeMap;

use crate::WebAddress;

/// What git wants a credential for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitRequest {
    /// The server; none if it is not one of the web, or could be read in two ways.
    pub address: Option<WebAddress>,
    /// The user name that git already knows.
    pub username: Option<String>,
}

impl GitRequest {
    /// Reads `key=value` lines up to an empty one (git-credential(1), "Input/output format").
    ///
    /// None for what git never writes, since the programs on the way could read it in two
    /// ways: a line without `=`, a key that stands twice, a control character.
    #[must_use]
    pub fn parse(input: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(input).ok()?;
        let mut values = BTreeMap::new();
        for line in text.split('\n').take_while(|line| !line.is_empty()) {
            let (key, value) = line.split_once('=')?;
            let is_list = key.ends_with("[]");
            if line.contains(char::is_control) || key == "url" {
                return None;
            }
            if values.insert(key, value).is_some() && !is_list {
                return None;
            }
        }
        let value = |key: &str| values.get(key).copied().unwrap_or_default();
        let username = value("username");
        Some(Self {
            address: WebAddress::from_parts(value("protocol"), value("host")),
            username: (!username.is_empty()).then(|| username.into()),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn host(host: &str) -> Option<String> {
        let input = format!("protocol=https\nhost={host}\n\n");
        let address = GitRequest::parse(input.as_bytes())?.address?;
        Some(address.host.to_string())
    }

    #[test]
    fn every_way_to_write_a_server_means_it_and_nothing_else_does() {
        for same in [
            "github.com",
            "GitHub.com",
            "github.com:443",
            "github.com.",
            "GITHUB.COM.:443",
        ] {
            assert_eq!(host(same).as_deref(), Some("github.com"), "{same}");
        }
        assert_eq!(host("github.com:8443").as_deref(), Some("github.com:8443"));
        for refused in [
            "",
            "me@github.com",
            "evil.com/@github.com",
            "github.com/x@evil.com",
            "github.com?x@evil.com",
            "github.com#x@evil.com",
            "github.com\\@evil.com",
            "github.com\\",
            "github.com\r",
            "github.com\0",
            "github.com\u{7f}",
            "github.com\u{85}",
            "github.com ",
            "github.com\t",
            "github.com:",
            "github.com%00",
            "github。com",
            "ｇithub.com",
            "github.com\u{200b}",
            "github.com\nhost=evil.com",
            "github.com\nhost=github.com",
            "github.com\nprotocol=http",
            "github.com\nurl=https://evil.com",
            "github.com\nodd",
        ] {
            assert_eq!(host(refused), None, "{refused:?}");
        }
    }

    #[test]
    fn what_git_says_ends_at_an_empty_line_and_lists_may_repeat_their_key() {
        let said = GitRequest::parse(
            b"capability[]=authtype\ncapability[]=state\nprotocol=https\nhost=a.b\n\
              username=you=me\nwwwauth[]=Basic realm=\"x\"\n\nhost=c\n",
        )
        .unwrap();
        assert_eq!(said.username.as_deref(), Some("you=me"));
        assert_eq!(said.address, WebAddress::parse("https://a.b"));
        assert!(GitRequest::parse(b"protocol=https\nhost=a.b\n\xff=x\n").is_none());
    }

    proptest! {
        /// Whatever else git writes, the server comes from the line of the host.
        #[test]
        fn a_server_comes_only_from_its_own_line(
            before in "[a-z]{1,8}(\\[\\])?=[ -~]{0,20}",
            odd in "[\\PC\r\0\u{85}\u{202e}@/\\\\?#:.%]{0,12}",
        ) {
            let input = format!("{before}\nprotocol=https\nhost=github.com{odd}\n");
            let read = GitRequest::parse(input.as_bytes()).and_then(|read| read.address);
            if let Some(address) = read {
                let own = WebAddress::from_parts("https", &format!("github.com{odd}"));
                prop_assert_eq!(Some(address), own);
                prop_assert!(!odd.contains(['@', '/', '\\', '?', '#', '\r', '\0']));
            }
        }

        #[test]
        fn any_bytes_are_read_or_refused(input in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = GitRequest::parse(&input);
        }
    }
}
