use keyhaven_catalogue::Catalogue;
use keyhaven_secret::SecretBytes;

use super::*;
use crate::fields::{AssignedFields, FieldWithValue};

const ENTRIES: &str = r#"
[[provider]]
id = "sample"
name = "Sample"
area = "ai"
strategy = "manual"
hosts = ["api.example.com", "api.eu.example.com", "*.sites.example.com"]
source = "none"
read = "2026-11-29"
confidence = "verified"
auth = { header = "Authorization", value = "Bearer {{secret}}" }

[[provider.key]]
name = "key"
pattern = 'sk_[ -~]{1,40}'

[[provider.field]]
name = "site"
label = "Site"
pattern = '[a-z]{1,10}'
variable = "SAMPLE_SITE"

[[provider.field]]
name = "own"
label = "Host"
own_host = true
default = "api.example.com"

[[provider.check]]
keys = ["key"]
method = "GET"
url = "CHECK_URL"
answers = [{ status = [200], is = "alive" }]
"#;

fn field(name: &str, value: &str) -> FieldWithValue {
    FieldWithValue {
        name: name.into(),
        variable: None,
        secret: name == "value",
        value: SecretBytes::copy_of(value.as_bytes()),
    }
}

/// The check of the sample service with this line in place of its address.
fn filled(check: &str, fields: &[FieldWithValue]) -> Result<FilledRequest, CheckReason> {
    let text = ENTRIES.replace("url = \"CHECK_URL\"", check);
    let catalogue = Catalogue::read("sample.toml", &text).unwrap();
    let provider = catalogue.get("sample").unwrap();
    let fields = AssignedFields::find(provider, fields).unwrap();
    let check = provider.check_for(fields.shape()).unwrap();
    fill(provider, &check.request, RequestValues::of(&fields))
}

fn exposed(text: &SecretString) -> &str {
    text.expose()
}

fn header<'r>(request: &'r FilledRequest, name: &str) -> Option<&'r str> {
    let mut headers = request.headers.iter();
    let found = headers.find(|(known, _)| known.eq_ignore_ascii_case(name));
    found.map(|(_, value)| exposed(value))
}

#[test]
fn each_position_has_its_escaping() {
    let key = [field("value", "sk_a/b c&d")];
    let request = filled(r#"url = "https://{{host}}/v1/{{secret}}?x=1""#, &key).unwrap();
    assert_eq!(request.host.to_string(), "api.example.com");
    assert_eq!(exposed(&request.path), "/v1/sk_a%2Fb%20c%26d?x=1");
    assert_eq!((request.method, request.is_own), ("GET", false));

    let request = filled(r#"url = "https://api.example.com/""#, &key).unwrap();
    assert_eq!(header(&request, "authorization"), Some("Bearer sk_a/b c&d"));
    assert!(request.body.is_none());

    let check = r#"url = "https://api.example.com/"
query = { key = "{{secret}}" }"#;
    let request = filled(check, &key).unwrap();
    assert_eq!(exposed(&request.path), "/?key=sk_a%2Fb%20c%26d");

    let check = r#"url = "https://api.example.com/"
auth = { user = "{{secret}}", password = "" }"#;
    let request = filled(check, &key).unwrap();
    assert_eq!(
        header(&request, "authorization"),
        Some("Basic c2tfYS9iIGMmZDo=")
    );
}

#[test]
fn a_body_is_a_form_or_json() {
    let key = [field("value", "sk_a\"&b")];
    let form = r#"url = "https://api.example.com/"
form = { key = "{{secret}}", n = "1" }"#;
    let request = filled(form, &key).unwrap();
    let body = request.body.as_ref().map(exposed);
    assert_eq!(body, Some("key=sk_a%22%26b&n=1"));
    let kind = header(&request, "content-type");
    assert_eq!(kind, Some("application/x-www-form-urlencoded"));

    let json = r#"url = "https://api.example.com/"
json = { list = ["{{secret}}"], n = 1 }"#;
    let request = filled(json, &key).unwrap();
    let body = request.body.as_ref().map(exposed);
    assert_eq!(body, Some(r#"{"list":["sk_a\"&b"],"n":1}"#));
    assert_eq!(header(&request, "content-type"), Some("application/json"));
}

#[test]
fn a_key_goes_only_to_hosts_that_the_entry_names() {
    let host = |value: &str| {
        let fields = [field("value", "sk_a"), field("host", value)];
        filled(r#"url = "https://{{host}}/""#, &fields).map(|request| request.host.to_string())
    };
    assert_eq!(host("api.eu.example.com"), Ok("api.eu.example.com".into()));
    let invalid = || CheckReason::FieldInvalid {
        field: "host".into(),
    };
    for other in [
        "evil.example.net",
        "api.example.com@evil.example.net",
        "api.example.com/x",
        "api.example.com:8443",
        "127.0.0.1",
        "",
    ] {
        assert_eq!(host(other), Err(invalid()), "{other}");
    }
    let site = |value: &str| {
        let fields = [field("value", "sk_a"), field("site", value)];
        let check = r#"url = "https://{{site}}.sites.example.com/""#;
        filled(check, &fields).map(|request| request.host.to_string())
    };
    assert_eq!(site("shop"), Ok("shop.sites.example.com".into()));
    for bad in ["evil.example.net/", "a.b", ""] {
        let field = "site".to_owned();
        assert_eq!(site(bad), Err(CheckReason::FieldInvalid { field }), "{bad}");
    }
    let missing = filled(
        r#"url = "https://{{site}}.sites.example.com/""#,
        &[field("value", "sk_a")],
    );
    let field = "site".to_owned();
    assert_eq!(missing.unwrap_err(), CheckReason::FieldMissing { field });
}

#[test]
fn an_owners_own_host_is_known_as_one() {
    let own = |value: Option<&str>| {
        let mut fields = vec![field("value", "sk_a")];
        fields.extend(value.map(|value| field("own", value)));
        let request = filled(r#"url = "https://{{own}}/""#, &fields);
        request.map(|request| (request.host.to_string(), request.is_own))
    };
    assert_eq!(own(None), Ok(("api.example.com".into(), false)));
    let home = "git.home.example:8443";
    assert_eq!(own(Some(home)), Ok((home.into(), true)));
    for bad in ["a b", "user@host", "host/path", ""] {
        let field = "own".to_owned();
        assert_eq!(
            own(Some(bad)),
            Err(CheckReason::FieldInvalid { field }),
            "{bad}"
        );
    }
}

#[test]
fn a_value_that_would_break_out_is_not_sent() {
    let check = r#"url = "https://api.example.com/""#;
    let catalogue = |value: &str| filled(check, &[field("value", value)]);
    assert!(catalogue("sk_a").is_ok());
    let text = ENTRIES.replace("'sk_[ -~]{1,40}'", "'(?s)sk_.{1,40}'");
    let text = text.replace("url = \"CHECK_URL\"", check);
    if let Ok(catalogue) = Catalogue::read("sample.toml", &text) {
        let provider = catalogue.get("sample").unwrap();
        let fields = [field("value", "sk_a\r\nX-Evil: 1")];
        let fields = AssignedFields::find(provider, &fields).unwrap();
        let request = &provider.checks[0].request;
        let refused = fill(provider, request, RequestValues::of(&fields)).unwrap_err();
        assert_eq!(refused, CheckReason::ValueNotSendable);
    }
}

#[test]
fn which_field_is_the_key() {
    let find = |fields: &[FieldWithValue]| {
        let catalogue = Catalogue::builtin();
        let provider = catalogue.get("github").unwrap();
        let found = AssignedFields::find(provider, fields);
        found.map(|found| found.value("secret").unwrap().to_owned())
    };
    let secret = |name: &str, value: &str| FieldWithValue {
        secret: true,
        ..field(name, value)
    };
    assert_eq!(find(&[secret("a", "x")]), Ok("x".into()));
    let plain = field("login", "me");
    assert_eq!(find(&[plain]), Err(CheckReason::NoSecretField));
    let two = [secret("a", "x"), secret("b", "y")];
    assert_eq!(find(&two), Err(CheckReason::SeveralSecretFields));
    let token = format!("ghp_{}", "A".repeat(36));
    let one = [secret("a", "x"), secret("b", &token)];
    assert_eq!(find(&one), Ok(token));
}

#[test]
fn the_checks_of_the_catalogue_can_be_filled() {
    let mut supported = 0;
    for provider in Catalogue::builtin().providers() {
        // Base64, since Kraken wants that.
        let mut fields = vec![field("value", "notarealkey0")];
        fields.extend(provider.fields.iter().map(|companion| {
            let value = companion.choices.first().map_or("abc", String::as_str);
            field(&companion.name, value)
        }));
        let Ok(fields) = AssignedFields::find(provider, &fields) else {
            panic!("{}: no key among its fields", provider.id);
        };
        for check in &provider.checks {
            match fill(provider, &check.request, RequestValues::of(&fields)) {
                Ok(request) => {
                    supported += 1;
                    assert!(
                        request.host.is_public_name() || request.is_own,
                        "{}",
                        provider.id
                    );
                    let whole = format!("{:?}", request.path.expose());
                    assert!(!whole.contains("{{"), "{}: {whole}", provider.id);
                }
                Err(CheckReason::NotSupported | CheckReason::FieldInvalid { .. }) => {}
                Err(reason) => panic!("{}: {reason:?}", provider.id),
            }
        }
    }
    assert!(supported > 80, "{supported}");
}

#[test]
fn the_only_secret_is_the_key_though_its_variable_is_that_of_the_other_half() {
    let provider = Catalogue::builtin().get("kraken").unwrap();
    let half = |name: &str| FieldWithValue {
        variable: provider.field("api_key").unwrap().variable.clone(),
        secret: true,
        ..field(name, "x")
    };
    let alone = [half("value")];
    let found = AssignedFields::find(provider, &alone).unwrap();
    assert_eq!(found.value("secret"), Ok("x"));
    let field = "api_key".to_owned();
    assert_eq!(
        found.value("api_key"),
        Err(CheckReason::FieldMissing { field })
    );
}
