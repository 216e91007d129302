//! Where a check would send a key.

use serde_json::{Value, json};

use super::{Asked, words};

#[test]
fn a_key_gets_another_service_only_after_a_yes() {
    let mut asked = Asked::new(&[]);
    let first = asked.edit(&json!({ "provider": "stripe" }));
    let question = words(&asked.ask("query", first.clone(), false));
    assert!(
        question.contains("stripe would be a key of stripe"),
        "{question}"
    );
    asked.ask("query", first, true);
    let other = asked.edit(&json!({ "provider": "github" }));
    let question = words(&asked.ask("query", other, false));
    assert!(question.contains("github instead of stripe"), "{question}");
    assert_eq!(asked.key("stripe").row.provider.unwrap(), "stripe");
    // Without a service it is checked nowhere.
    let none = asked.edit(&json!({ "provider": null }));
    asked.unasked("query", none);
}

#[test]
fn what_is_plain_next_to_a_secret_of_a_service_gets_another_value_only_after_a_yes() {
    let mut asked = Asked::new(&[]);
    let field = |name: &str, kind: &str| json!({ "name": name, "kind": kind, "variable": null, "allow_loader_variable": false });
    let value = |field: &str, value: &str| json!({ "field": field, "value": value });
    let mut metadata = asked.edit(&json!({ "name": "gitlab", "provider": "gitlab" }));
    let mut metadata = metadata["request"]["edit"]["metadata"].take();
    metadata["fields"] = json!([field("value", "secret"), field("host", "plain")]);
    let add = json!({ "request": {
        "project": "shop", "environment": "dev", "tier": "development", "metadata": metadata,
        "values": [value("value", "secret-1"), value("host", "git.example")],
    } });
    asked.unasked("add_credential", add);
    let set = |asked: &mut Asked, values: Value| {
        let row = asked.key("gitlab").row;
        json!({ "request": {
            "target": { "id": row.id }, "revision": row.revision, "values": values,
        } })
    };
    let host = set(&mut asked, json!([value("host", "evil.example")]));
    let question = words(&asked.ask("set_values", host, false));
    assert!(question.contains("host of gitlab"), "{question}");
    assert_eq!(asked.key("gitlab").version, Some(1));
    // With a new secret it is the page's own.
    let both = json!([value("value", "secret-2"), value("host", "evil.example")]);
    let both = set(&mut asked, both);
    asked.unasked("set_values", both);
    let secret = set(&mut asked, json!([value("value", "secret-3")]));
    asked.unasked("set_values", secret);
}
