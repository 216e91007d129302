//! Which role logs in where: as a connection URI says, or the fields next to a password.

use std::sync::Arc;

use keyhaven_hosts::{DatabaseUrl, HostPort, database_host};
use keyhaven_protocol::check::CheckReason;
use keyhaven_secret::SecretString;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use crate::fields::{AssignedFields, SECRET};
use crate::network::HostReach;

/// The values of `sslmode` that ask for TLS in any case.
const ENCRYPTED: [&str; 3] = ["require", "verify-ca", "verify-full"];
/// The most certificates of authorities that a credential names.
const MOST_AUTHORITIES: usize = 32;

/// A role with its password.
#[derive(Debug)]
pub struct DatabaseAccount {
    /// The server.
    pub host: HostPort,
    /// The role.
    pub user: String,
    /// The password.
    pub password: SecretString,
    /// The database; none is the one with the name of the role.
    pub database: Option<String>,
    /// The server is spoken to over TLS also where it is this machine.
    pub wants_tls: bool,
    /// The certificates of the server's own authorities.
    pub authorities: Vec<CertificateDer<'static>>,
}

impl DatabaseAccount {
    /// Reads it from the fields of a credential.
    ///
    /// # Errors
    /// A field is missing, or is not what it should be.
    pub fn find(fields: &AssignedFields<'_>) -> Result<Self, CheckReason> {
        let secret = fields.value(SECRET)?;
        let authorities = match optional(fields, "ca")? {
            Some(pem) => authorities(pem).ok_or_else(|| invalid("ca"))?,
            None => Vec::new(),
        };
        if DatabaseUrl::is_meant(secret) {
            let url = DatabaseUrl::parse(secret).ok_or(CheckReason::AddressUnclear)?;
            return Ok(Self {
                host: url.host,
                user: url.user.into_owned(),
                password: SecretString::new(url.password.into_owned()),
                database: url.database.map(|name| name.into_owned()),
                wants_tls: url.sslmode.is_some_and(wants_tls),
                authorities,
            });
        }
        let host = fields.value("host")?;
        let port = fields.value("port")?.parse();
        let port = port.map_err(|_| invalid("port"))?;
        Ok(Self {
            host: database_host(host, port).ok_or_else(|| invalid("host"))?,
            user: fields.value("user")?.to_owned(),
            password: SecretString::new(secret.to_owned()),
            database: optional(fields, "database")?.map(str::to_owned),
            wants_tls: optional(fields, "sslmode")?.is_some_and(wants_tls),
            authorities,
        })
    }

    /// Where its server may be.
    pub fn reach(&self) -> HostReach {
        match self.host.is_loopback() {
            true => HostReach::ThisMachine,
            false => HostReach::OwnNetwork,
        }
    }

    /// Whose certificates count for its server.
    ///
    /// # Errors
    /// What the credential names is no certificate.
    pub fn roots(&self, usual: &Arc<RootCertStore>) -> Result<Arc<RootCertStore>, CheckReason> {
        if self.authorities.is_empty() {
            return Ok(usual.clone());
        }
        let mut roots = RootCertStore::empty();
        for authority in &self.authorities {
            roots.add(authority.clone()).map_err(|_| invalid("ca"))?;
        }
        Ok(Arc::new(roots))
    }
}

fn wants_tls(sslmode: &str) -> bool {
    ENCRYPTED.contains(&sslmode)
}

fn optional<'f>(
    fields: &'f AssignedFields<'_>,
    name: &str,
) -> Result<Option<&'f str>, CheckReason> {
    match fields.value(name) {
        Ok(value) => Ok(Some(value)),
        Err(CheckReason::FieldMissing { .. }) => Ok(None),
        Err(reason) => Err(reason),
    }
}

fn authorities(pem: &str) -> Option<Vec<CertificateDer<'static>>> {
    let read = CertificateDer::pem_slice_iter(pem.as_bytes()).take(MOST_AUTHORITIES + 1);
    let read: Result<Vec<_>, _> = read.collect();
    let read = read.ok()?;
    (1..=MOST_AUTHORITIES).contains(&read.len()).then_some(read)
}

fn invalid(field: &str) -> CheckReason {
    CheckReason::FieldInvalid {
        field: field.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use keyhaven_catalogue::Catalogue;
    use keyhaven_secret::SecretBytes;

    use super::*;
    use crate::fields::FieldWithValue;

    fn found(fields: &[(&str, &str)]) -> Result<DatabaseAccount, CheckReason> {
        let provider = Catalogue::builtin().get("postgresql").unwrap();
        let is_secret = |name: &str| name == "value";
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, value)| FieldWithValue {
                name: (*name).into(),
                variable: None,
                secret: is_secret(name),
                value: SecretBytes::copy_of(value.as_bytes()),
            })
            .collect();
        DatabaseAccount::find(&AssignedFields::find(provider, &fields)?)
    }

    #[test]
    fn an_address_has_all_of_it() {
        let uri = "postgres://app:no%2Dkey@db.example.com:5433/shop?sslmode=require";
        let account = found(&[("value", uri), ("host", "other.example.com")]).unwrap();
        assert_eq!(account.host.to_string(), "db.example.com:5433");
        assert_eq!((account.user.as_str(), account.wants_tls), ("app", true));
        assert_eq!(account.database.as_deref(), Some("shop"));
        assert_eq!(account.password.expose(), "no-key");
        let odd = found(&[("value", "postgres://app:p@ss@db.example.com")]);
        assert_eq!(odd.unwrap_err(), CheckReason::AddressUnclear);
    }

    #[test]
    fn a_password_has_fields_next_to_it() {
        let fields = [
            ("value", "no-key"),
            ("host", "db.example.com"),
            ("user", "app"),
        ];
        let account = found(&fields).unwrap();
        assert_eq!(account.host.to_string(), "db.example.com:5432");
        assert_eq!((account.database, account.wants_tls), (None, false));
        let with = |name, value| found(&[&fields[..], &[(name, value)]].concat());
        let other = with("port", "6543").unwrap();
        assert_eq!(other.host.to_string(), "db.example.com:6543");
        assert!(with("sslmode", "verify-full").unwrap().wants_tls);
        for (name, value) in [
            ("port", "x"),
            ("port", "99999"),
            ("sslmode", "no"),
            ("ca", "no certificate"),
        ] {
            assert!(
                matches!(with(name, value), Err(CheckReason::FieldInvalid { .. })),
                "{name}"
            );
        }
        let missing = |field: &str| CheckReason::FieldMissing {
            field: field.into(),
        };
        assert_eq!(found(&fields[..2]).unwrap_err(), missing("user"));
        assert_eq!(found(&fields[..1]).unwrap_err(), missing("host"));
    }

    #[test]
    fn only_a_server_of_this_machine_is_on_it() {
        let reach = |host: &str| {
            let fields = [("value", "no-key"), ("host", host), ("user", "app")];
            found(&fields).unwrap().reach()
        };
        for host in ["localhost", "127.0.0.1", "::1", "127.0.0.2:5433"] {
            assert_eq!(reach(host), HostReach::ThisMachine, "{host}");
        }
        for host in ["db.example.com", "10.0.0.1", "169.254.169.254"] {
            assert_eq!(reach(host), HostReach::OwnNetwork, "{host}");
        }
    }
}
