//! Connection URIs of PostgreSQL (libpq, "Connection URIs").
//!
//! One that drivers read in different ways leads nowhere, so that a password never goes to a
//! server that its owner did not mean: an unescaped `@` or `#` in it, several servers, and
//! parameters that lead elsewhere are refused.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::HostPort;
use crate::web::is_blank;

/// The port that is left out.
pub const POSTGRES_PORT: u16 = 5432;

const SCHEMES: [&str; 2] = ["postgres://", "postgresql://"];
/// Parameters that name another server, role or password than the text before them.
const LEADING_ELSEWHERE: [&str; 9] = [
    "dbname",
    "host",
    "hostaddr",
    "passfile",
    "password",
    "port",
    "service",
    "servicefile",
    "user",
];

/// Where a connection URI leads, and as whom it logs in.
pub struct DatabaseUrl<'t> {
    /// The role.
    pub user: Cow<'t, str>,
    /// The password.
    pub password: Cow<'t, str>,
    /// The server.
    pub host: HostPort,
    /// The database; none is the one with the name of the role.
    pub database: Option<Cow<'t, str>>,
    /// The parameter `sslmode`.
    pub sslmode: Option<&'t str>,
}

impl<'t> DatabaseUrl<'t> {
    /// Whether a text is meant to be one.
    #[must_use]
    pub fn is_meant(text: &str) -> bool {
        SCHEMES.iter().any(|scheme| text.starts_with(scheme))
    }

    /// Reads a URI with a role, a password and one server.
    #[must_use]
    pub fn parse(text: &'t str) -> Option<Self> {
        let scheme = SCHEMES.iter().find(|scheme| text.starts_with(**scheme))?;
        let is_odd = |c: char| is_blank(c) || c == '#' || c == '\\';
        if text.contains(is_odd) || text.matches('@').count() != 1 {
            return None;
        }
        let rest = text.strip_prefix(scheme)?;
        let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let (login, host) = authority.split_once('@')?;
        let (user, password) = login.split_once(':')?;
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let database = path.strip_prefix('/').filter(|name| !name.is_empty());
        let database = match database {
            Some(name) => Some(decoded(name)?),
            None => None,
        };
        Some(Self {
            user: decoded(user).filter(|user| !user.is_empty())?,
            password: decoded(password).filter(|password| !password.is_empty())?,
            host: database_host(host, POSTGRES_PORT)?,
            database,
            sslmode: sslmode(query)?,
        })
    }
}

/// Reads `HOST` or `HOST:PORT` of one database server, where this port may be left out.
#[must_use]
pub fn database_host(text: &str, port: u16) -> Option<HostPort> {
    // Some drivers accept several servers, separated so.
    if text.contains(',') {
        return None;
    }
    HostPort::parse_with_port(text, port)
}

/// None where the parameters lead elsewhere.
fn sslmode(query: &str) -> Option<Option<&str>> {
    let mut found = None;
    for parameter in query.split('&').filter(|it| !it.is_empty()) {
        let (name, value) = parameter.split_once('=')?;
        let lower = name.to_ascii_lowercase();
        if name.contains('%') || LEADING_ELSEWHERE.contains(&lower.as_str()) {
            return None;
        }
        if lower == "sslmode" {
            found = Some(value);
        }
    }
    Some(found)
}

/// The text behind percent-encoding; none where that is broken, or hides the end of a text.
fn decoded(text: &str) -> Option<Cow<'_, str>> {
    let escapes = text.split('%').skip(1);
    let is_hex = |text: &str| text.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2;
    if !escapes.into_iter().all(is_hex) {
        return None;
    }
    let decoded = percent_decode_str(text).decode_utf8().ok()?;
    (!decoded.contains('\0')).then_some(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uri_says_who_logs_in_where() {
        let uri = "postgresql://app:p%40ss%2Fw@DB.example.com/shop?sslmode=require&schema=x";
        let found = DatabaseUrl::parse(uri).unwrap();
        assert_eq!(found.user, "app");
        assert_eq!(found.password, "p@ss/w");
        assert_eq!(found.host.to_string(), "db.example.com:5432");
        assert_eq!(found.database.as_deref(), Some("shop"));
        assert_eq!(found.sslmode, Some("require"));
        let short = DatabaseUrl::parse("postgres://app:x@[::1]:5433").unwrap();
        assert_eq!(short.host.to_string(), "[::1]:5433");
        assert_eq!((short.database, short.sslmode), (None, None));
    }

    #[test]
    fn what_drivers_read_in_two_ways_leads_nowhere() {
        for uri in [
            "postgres://shop:p@ss#w0rd$1@localhost:5432/shop?sslmode=disable",
            "postgres://app:p@ss@db.example.com/shop",
            "postgres://app:pa/ss@db.example.com/shop",
            "postgres://app:pa?ss@db.example.com/shop",
            "postgres://app:p#@db.example.com/shop",
            "postgres://app:p\\@db.example.com/shop",
            "postgres://app:p%4@db.example.com/shop",
            "postgres://app:p%00@db.example.com/shop",
            "postgres://app:p%ff@db.example.com/shop",
            "postgres://app:p @db.example.com/shop",
            "postgres://app:@db.example.com/shop",
            "postgres://:p@db.example.com/shop",
            "postgres://app@db.example.com/shop",
            "postgres://app:p@/shop",
            "postgres://app:p@%2Fvar%2Frun/shop",
            "postgres://app:p@one.example.com,two.example.com/shop",
            "postgres://app:p@one.example.com:1,two.example.com:2/shop",
            "postgres://app:p@db.example.com/shop?host=evil.example.com",
            "postgres://app:p@db.example.com/shop?HostAddr=10.0.0.1",
            "postgres://app:p@db.example.com/shop?h%6fst=evil.example.com",
            "postgres://app:p@db.example.com/shop?user=postgres",
            "postgres://app:p@db.example.com:99999/shop",
            "mysql://app:p@db.example.com/shop",
            "POSTGRES://app:p@db.example.com/shop",
        ] {
            assert!(DatabaseUrl::parse(uri).is_none(), "{uri}");
        }
    }
}
