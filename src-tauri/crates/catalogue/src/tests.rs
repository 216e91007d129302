//! Tests of the built-in data, the strict reader and the proposals.

use keyhaven_rules::Verdict;

use super::*;

use crate::builtin::FILES;

fn id(value: &str, variable: &str) -> Option<&'static str> {
    let known = Catalogue::builtin().identify(value.as_bytes(), variable);
    let provider = known.provider();
    provider.map(|provider| provider.id.as_str())
}

fn secret(variable: &str, value: &str) -> bool {
    let known = Catalogue::builtin().identify(value.as_bytes(), variable);
    propose(variable, value.as_bytes(), &known).secret
}

#[test]
fn every_builtin_file_is_read_strictly() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/data");
    let mut there: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    there.sort();
    let listed: Vec<&str> = FILES.iter().map(|(file, _)| *file).collect();
    assert_eq!(there, listed);
    for (file, text) in FILES {
        let read = Catalogue::read(file, text);
        let read = read.unwrap_or_else(|problems| panic!("{problems:#?}"));
        for provider in read.providers() {
            assert_eq!(format!("{}.toml", provider.id), *file);
            for shape in &provider.keys {
                assert!(shape.pattern().is_none_or(Pattern::compiles), "{file}");
            }
        }
    }
    let all = FILES
        .iter()
        .map(|(_, text)| *text)
        .collect::<Vec<_>>()
        .join("\n");
    let all = Catalogue::read("all", &all).unwrap();
    assert_eq!(
        all.providers().len(),
        Catalogue::builtin().providers().len()
    );
}

#[test]
fn shapes_are_distinguished() {
    let tail = "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8";
    let long = format!("{tail}{tail}{}", &tail[..21]);
    assert_eq!(id(&format!("sk-ant-api03-{long}AA"), ""), Some("anthropic"));
    assert_eq!(
        id(&format!("sk-proj-{tail}T3BlbkFJ{tail}"), ""),
        Some("openai")
    );
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
fn living_keys_are_not_called_dead() {
    use crate::answer::judge;
    let verdict = |id: &str, shape: &str, status, body: &str| {
        let provider = Catalogue::builtin().get(id).unwrap();
        let shape = provider.keys.iter().find(|it| it.name == shape).unwrap();
        let check = provider.check_for(Some(shape)).unwrap();
        judge(&check.answers, status, body.as_bytes()).0
    };
    for (id, shape, status, body, expected) in [
        ("datadog", "API key", 200, r#"{"valid":true}"#, "alive"),
        ("datadog", "API key", 200, r#"{"valid":false}"#, "dead"),
        ("datadog", "API key", 200, "{}", "unknown"),
        (
            "coinmarketcap",
            "API key",
            200,
            r#"{"status":{"error_code":0}}"#,
            "alive",
        ),
        (
            "coinmarketcap",
            "API key",
            200,
            r#"{"status":{"error_code":1001}}"#,
            "dead",
        ),
        (
            "coinmarketcap",
            "API key",
            200,
            r#"{"status":{"error_code":500}}"#,
            "unknown",
        ),
        ("twilio", "auth token", 401, r#"{"code":20003}"#, "dead"),
        (
            "twilio",
            "API key secret",
            401,
            r#"{"code":20003}"#,
            "unknown",
        ),
        (
            "openai",
            "project key",
            401,
            "Missing scopes: api.model.read",
            "alive",
        ),
        (
            "openai",
            "project key",
            401,
            r#"{"code":"ip_not_authorized"}"#,
            "unknown",
        ),
        (
            "openai",
            "project key",
            401,
            r#"{"code":"invalid_api_key"}"#,
            "dead",
        ),
        ("cloudflare", "user token", 401, "{}", "dead"),
        ("cloudflare", "earlier API token", 401, "{}", "unknown"),
        (
            "vault",
            "service token",
            403,
            r#"{"errors":["permission denied"]}"#,
            "unknown",
        ),
        (
            "vault",
            "service token",
            403,
            "* permission denied * invalid token",
            "dead",
        ),
        (
            "bybit",
            "API secret",
            200,
            r#"{"retCode":10003}"#,
            "unknown",
        ),
        ("moonshot", "API key", 401, "{}", "unknown"),
        ("minimax", "API key", 401, "{}", "unknown"),
        ("zai", "API key", 401, "{}", "unknown"),
        ("snyk", "API token", 401, "{}", "unknown"),
        ("honeycomb", "API key", 401, "{}", "unknown"),
        ("sentry", "user token", 401, "{}", "dead"),
        ("sentry", "organisation token", 401, "{}", "unknown"),
        (
            "brevo",
            "API key",
            401,
            "an unrecognised IP address",
            "unknown",
        ),
        (
            "brevo",
            "API key",
            401,
            r#"{"message":"Key not found"}"#,
            "dead",
        ),
        ("mailgun", "API key", 401, "Forbidden", "unknown"),
    ] {
        let expected = match expected {
            "alive" => Verdict::Alive,
            "dead" => Verdict::Dead,
            _ => Verdict::Unknown,
        };
        assert_eq!(
            verdict(id, shape, status, body),
            expected,
            "{id}, {shape}: {body}"
        );
    }
}

#[test]
fn ids_and_keys_of_another_use_are_not_checked() {
    for (id, shape) in [
        ("aws", "access key id"),
        ("aws", "Bedrock API key"),
        ("alpaca", "live key id"),
        ("slack", "refresh token"),
        ("tailscale", "webhook secret"),
        ("twilio", "account id"),
    ] {
        let provider = Catalogue::builtin().get(id).unwrap();
        let shape = provider.keys.iter().find(|it| it.name == shape).unwrap();
        assert!(
            provider.check_for(Some(shape)).is_none(),
            "{id}: {}",
            shape.name
        );
    }
    let fly = Catalogue::builtin().get("fly").unwrap();
    assert!(fly.check_for(None).is_none());
    let groq = Catalogue::builtin().get("groq").unwrap();
    assert!(groq.check_for(None).is_some());
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
    assert!(propose("A", b"\xff", &Recognition::default()).secret);
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
