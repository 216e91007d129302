//! Tests of the built-in data, the strict reader and the proposals.

use super::*;

const BUILTIN: &str = include_str!("../data/providers.toml");

fn id(value: &str, variable: &str) -> Option<&'static str> {
    let provider = Catalogue::builtin().recognise(value.as_bytes(), variable);
    provider.map(|provider| provider.id.as_str())
}

fn secret(variable: &str, value: &str) -> bool {
    let provider = Catalogue::builtin().recognise(value.as_bytes(), variable);
    propose(variable, value.as_bytes(), provider).secret
}

fn refused(text: &str) -> CatalogueError {
    Catalogue::read(text).unwrap_err()
}

#[test]
fn the_builtin_data_is_read_strictly() {
    let read = Catalogue::read(BUILTIN).unwrap();
    assert_eq!(
        read.providers().len(),
        BUILTIN.matches("[[provider]]").count()
    );
    assert_eq!(
        read.providers().len(),
        Catalogue::builtin().providers().len()
    );
}

#[test]
fn shapes_are_distinguished() {
    let tail = "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8";
    assert_eq!(id(&format!("sk-ant-api03-{tail}"), ""), Some("anthropic"));
    assert_eq!(id(&format!("sk-proj-{tail}"), ""), Some("openai"));
    assert_eq!(id(&format!("ghp_{tail}"), "FOO"), Some("github"));
    assert_eq!(id("AKIAPZOM7WBBR6QMW4WX", ""), Some("aws"));
    assert_eq!(
        id("postgres://u:p@h/db", "DATABASE_URL"),
        Some("postgresql")
    );
}

#[test]
fn a_secret_is_found_in_a_text_by_its_shape() {
    let found = |text: &str| Catalogue::builtin().secret_in(text);
    let stripe = format!("sk_{}_{}", "live", "a1B2c3D4e5F6g7H8i9J0k1L2");
    assert_eq!(found(&stripe), Some("Stripe"));
    let inside = format!("https://example.com/?key={stripe}&x=1");
    assert_eq!(found(&inside), Some("Stripe"));
    let pem = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE";
    assert_eq!(found(pem), Some("private key"));
    assert!(found("postgres://app:hunter2@localhost/app").is_some());
    for ordinary in [
        "",
        "debug",
        "the private key is in the vault",
        "postgres://app:@localhost/app",
        "pk_live_a1B2c3D4e5F6g7H8i9J0k1L2",
        "123e4567-e89b-12d3-a456-426614174000",
        "d41d8cd98f00b204e9800998ecf8427e",
    ] {
        assert_eq!(found(ordinary), None, "{ordinary}");
    }
}

#[test]
fn a_pattern_takes_the_whole_value_only() {
    assert_eq!(id("xAKIAPZOM7WBBR6QMW4WX", ""), None);
    assert_eq!(id("AKIAPZOM7WBBR6QMW4WX\n", ""), None);
    assert_eq!(id("AKIAPZOM7WBBR6QMW4WX ", ""), None);
}

#[test]
fn the_shape_outweighs_the_name() {
    let key = "AKIAPZOM7WBBR6QMW4WX";
    assert_eq!(id(key, "OPENAI_API_KEY"), Some("aws"));
    assert_eq!(id("whatever", "OPENAI_API_KEY"), Some("openai"));
    assert_eq!(
        id("whatever", "TOKEN_METRICS_API_KEY"),
        Some("token-metrics")
    );
    assert_eq!(id("whatever", "CLOUDFLARE_API_TOKEN"), Some("cloudflare"));
    assert_eq!(id("whatever", "AWS_SECRET_ACCESS_KEY"), Some("aws"));
}

#[test]
fn the_name_of_a_database_is_not_enough() {
    assert_eq!(id("mysql://u:p@h/db", "DATABASE_URL"), None);
    assert_eq!(id("postgres://localhost/db", "DATABASE_URL"), None);
}

#[test]
fn bad_data_is_refused() {
    let entry = "[[provider]]\nid='a'\nname='A'\nstrategy='dual'\nvariables=['A_KEY']\n";
    assert!(Catalogue::read(entry).is_ok());
    let twice = format!("{entry}{entry}");
    assert!(matches!(refused(&twice), CatalogueError::Twice(_)));
    let unknown = format!("{entry}colour='red'\n");
    assert!(matches!(refused(&unknown), CatalogueError::Shape(_)));
    let page = format!("{entry}dashboard='http://a'\n");
    assert!(matches!(refused(&page), CatalogueError::Dashboard(_)));
    let id = entry.replace("'a'", "'A B'");
    assert!(matches!(refused(&id), CatalogueError::Id(_)));
    for bad in ["(", "a)|(?:b", "((a{1000}){1000}){1000}"] {
        let pattern = format!("{entry}pattern='{bad}'\n");
        assert!(
            matches!(refused(&pattern), CatalogueError::Pattern { .. }),
            "{bad}"
        );
    }
    let mute = entry.replace("variables=['A_KEY']", "variables=[]");
    assert!(matches!(refused(&mute), CatalogueError::Unreachable(_)));
}

#[test]
fn names_tell_secrets() {
    for name in [
        "EXCHANGE_READ_KEY",
        "apiKey",
        "DBPASSWORD",
        "PASSWORD_HASH",
        "SENTRY_DSN",
        "DBPASS",
        "app_masterkey",
        "WALLET_MNEMONIC",
    ] {
        assert!(secret(name, "x"), "{name}");
    }
    for name in ["KEYBOARD", "MONKEY", "PASSENGERS", "COMPASS", "PINNED"] {
        assert!(!secret(name, "x"), "{name}");
    }
}

#[test]
fn values_tell_secrets() {
    assert!(secret("A", "https://user:word@example.com/"));
    assert!(secret("A", "host=db password=x"));
    assert!(secret("A", "{\"private_key\":\"x\"}"));
    assert!(secret("A", "31af3176-813e-02ea-68ef786e4d3c"));
    assert!(secret("A", "CueQpBenQtYhXjTPQxjq"));
    assert!(propose("A", b"\xff", None).secret);
    let phrase = "legal winner thank year wave sausage worth useful legal winner thank yellow";
    assert!(secret("A", phrase));
    assert!(!secret("A", "a greeting of a few words"));
}

#[test]
fn ordinary_values_are_plain() {
    for value in [
        "",
        "3000",
        "development",
        "us-east-1",
        "redis://localhost:6379/0",
        "clé-鍵",
    ] {
        assert!(!secret("A", value), "{value}");
    }
    assert!(!secret(
        "STRIPE_PUBLISHABLE_KEY",
        "pk_test_Bd0Kh8oOOL8dKLzdocJ2isAj"
    ));
}
