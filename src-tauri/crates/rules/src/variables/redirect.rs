//! Variables that redirect traffic.

/// Whether a variable of this name decides where programs connect or whom they trust, so that
/// a hostile project file could send keys elsewhere by setting it. Case does not matter.
#[must_use]
pub fn redirects_traffic(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    NAMES.contains(&name.as_str())
        || PARTS.iter().any(|part| name.contains(part))
        || ENDINGS.iter().any(|ending| {
            name.strip_suffix(ending)
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('_'))
        })
}

/// Words that show it wherever they stand.
const PARTS: &[&str] = &[
    "ENDPOINT",
    "CONNECTIONSTRING",
    "CONNECTION_STRING",
    "BROKERS",
    "BOOTSTRAP_SERVER",
    "CONTACT_POINTS",
    "NAMESERVER",
    "BASEURL",
];

/// Whole names, or the last words of a name.
const ENDINGS: &[&str] = &[
    "URL",
    "URLS",
    "URI",
    "HOST",
    "HOSTS",
    "HOSTNAME",
    "PROXY",
    "SERVER",
    "SERVERS",
    "ADDR",
    "ADDRESS",
    "DOMAIN",
    "ORIGIN",
    "DSN",
    "DOMAINS",
    "ORIGINS",
    "API_BASE",
    "BASE",
    "BROKER",
    "CONNECTION",
    "GATEWAY",
    "UPSTREAM",
    "UPSTREAMS",
    "REGISTRY",
    "MIRROR",
    "RELAY",
    "RELAYHOST",
    "RESOLVER",
    "RESOLVERS",
    "DNS",
    "NODES",
    "PEERS",
    "SEEDS",
    "ISSUER",
    "AUTHORITY",
    "WEBHOOK",
    "SOCK",
    "SOCKET",
    "BASE_PATH",
    "CA",
    "CA_BUNDLE",
    "CA_CERT",
    "CA_CERTS",
    "CA_FILE",
    "CA_PATH",
    "CACERT",
    "CAFILE",
    "CAINFO",
    "ROOT_CERT",
    "TLS_REJECT_UNAUTHORIZED",
    "SSL_NO_VERIFY",
    "SKIP_VERIFY",
    "SSL_VERIFY",
    "TLS_VERIFY",
    "VERIFY_PEER",
    "VERIFY_SSL",
    "VERIFY_TLS",
    "INSECURE",
    "ALLOW_HTTP",
];

/// Names whose last word does not show it.
const NAMES: &[&str] = &[
    "GOPROXY",
    "GOSUMDB",
    "GONOSUMDB",
    "GONOPROXY",
    "GOPRIVATE",
    "GOINSECURE",
    "LDAPURI",
    "UV_INDEX",
    "UV_DEFAULT_INDEX",
    "GIT_SSL_NO_VERIFY",
    "AWS_CA_BUNDLE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "DOCKER_CONFIG",
    "DOCKER_CONTEXT",
    "SMTPSERVER",
    "PGHOST",
    "PGHOSTADDR",
    "PGSERVICE",
    "PGSERVICEFILE",
    "PGSSLMODE",
    "PGSSLROOTCERT",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "HOSTALIASES",
    "LOCALDOMAIN",
    "RES_OPTIONS",
    "NODE_EXTRA_CA_CERTS",
    "PYTHONHTTPSVERIFY",
    "AWS_CONFIG_FILE",
    "KUBECONFIG",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_redirect_traffic_are_known() {
        for name in [
            "DATABASE_URL",
            "URL",
            "https_proxy",
            "PGHOST",
            "AWS_ENDPOINT_URL_S3",
            "NODE_EXTRA_CA_CERTS",
            "CURL_CA_BUNDLE",
            "SENTRY_DSN",
            "REDIS_HOST",
            "GIT_SSL_CAINFO",
            "NODE_TLS_REJECT_UNAUTHORIZED",
            "GOPROXY",
            "GOSUMDB",
            "LDAPURI",
            "KAFKA_BROKERS",
            "KAFKA_BOOTSTRAP_SERVERS",
            "ConnectionStrings__Db",
            "AZURE_STORAGE_CONNECTION_STRING",
            "NPM_REGISTRY",
            "OIDC_ISSUER",
            "ELASTICSEARCH_NODES",
            "UV_INDEX",
        ] {
            assert!(redirects_traffic(name), "{name}");
        }
        for name in [
            "LOG_LEVEL",
            "STRIPE_API_KEY",
            "CURL",
            "GHOST",
            "PORT",
            "DATABASE",
            "MAX_CONNECTIONS",
        ] {
            assert!(!redirects_traffic(name), "{name}");
        }
    }
}
