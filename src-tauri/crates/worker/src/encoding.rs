//! A value at its position in a request. What cannot stand there makes no request.

use data_encoding::BASE64;
use keyhaven_secret::SecretString;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What stands as it is in a path or a query: RFC 3986, 2.3, and the colon, which some
/// services expect unescaped.
const PLAIN: AsciiSet = NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b':');

/// A part of a path or a query. `.` and `..` have a meaning in a path, escaped or not.
pub fn in_url(value: &str) -> Option<String> {
    let dots = value.is_empty() || value == "." || value == "..";
    (!dots).then(|| utf8_percent_encode(value, &PLAIN).to_string())
}

/// A field of a form (WHATWG URL, 5.2).
pub fn in_form(value: &str) -> String {
    utf8_percent_encode(value, &PLAIN).to_string()
}

/// The value of a header: visible ASCII and spaces (RFC 9110, 5.5).
pub fn in_header(value: &str) -> Option<String> {
    let good = |byte: u8| (b' '..=b'~').contains(&byte);
    value.bytes().all(good).then(|| value.to_owned())
}

/// User and password of HTTP Basic (RFC 7617). A user with a colon would become another one.
pub fn basic(user: &str, password: &str) -> Option<String> {
    let control = |text: &str| text.contains(char::is_control);
    if user.contains(':') || control(user) || control(password) {
        return None;
    }
    let pair = SecretString::new(format!("{user}:{password}"));
    // Exposed to be encoded.
    Some(format!("Basic {}", BASE64.encode(pair.expose().as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_stays_at_its_position() {
        let value = "a/b?c#d&e=f %\r\n\"é";
        let escaped = "a%2Fb%3Fc%23d%26e%3Df%20%25%0D%0A%22%C3%A9";
        assert_eq!(in_url(value).as_deref(), Some(escaped));
        assert_eq!(in_form(value), escaped);
        assert_eq!(in_url("12:a-b_c.d~").as_deref(), Some("12:a-b_c.d~"));
        for dots in ["", ".", ".."] {
            assert_eq!(in_url(dots), None, "{dots:?}");
        }
        assert_eq!(in_header("Bearer a b").as_deref(), Some("Bearer a b"));
        for bad in ["a\r\nX: y", "a\0", "é", "\t"] {
            assert_eq!(in_header(bad), None, "{bad:?}");
        }
        assert_eq!(basic("user", "a:b").as_deref(), Some("Basic dXNlcjphOmI="));
        assert_eq!(basic("us:er", "password"), None);
        assert_eq!(basic("user", "a\n"), None);
    }
}
