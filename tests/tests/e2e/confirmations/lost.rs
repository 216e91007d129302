//! What is lost for good.

use keyhaven_client::one_segment;
use keyhaven_protocol::request::{FieldValue, RemoveRequest, SetRequest, Target};
use keyhaven_secret::SecretBytes;
use serde_json::json;

use super::{Asked, words};

/// As large as a value may be.
const LARGE: usize = 1 << 20;

#[test]
fn of_the_trash_only_what_was_shown_is_erased_and_only_after_a_yes() {
    let mut asked = Asked::new(&[]);
    let add = ["add", "later", "-p", "shop", "-e", "dev", "--stdin"];
    asked.world.kh_ok_with(&add, "value-2");
    asked.world.kh_ok(&["rm", "kh://shop/dev/stripe", "--yes"]);
    let question = asked.ask("empty_trash", json!({}), false);
    assert_eq!(question["details"], json!(["shop/dev: stripe"]));
    assert_eq!(asked.names(true), ["stripe"]);
    // What the page removes while the question is open was not in it.
    let later = asked.key("later").row;
    let mut client = asked.connect();
    let (end, shown) = asked.call("empty_trash", json!({}), |_| {
        let (id, revision) = (later.id, later.revision);
        client.ask(RemoveRequest { id, revision }).unwrap();
        json!({ "confirm": true })
    });
    assert_eq!(shown[0]["confirm"]["details"], json!(["shop/dev: stripe"]));
    assert_eq!(end["answer"], 1, "{end}");
    assert_eq!(asked.names(true), ["later"]);
}

#[test]
fn older_versions_are_discarded_only_after_a_yes_to_them() {
    let mut asked = Asked::new(&[]);
    let id = asked.key("stripe").row.id;
    let mut client = asked.connect();
    let mut set = |fill: u8| {
        let (value, segments) = one_segment(SecretBytes::new(vec![fill; LARGE]));
        let field = "value".into();
        let request = SetRequest {
            target: Target::Id(id),
            revision: None,
            values: vec![FieldValue { field, value }],
            expires: None,
            rotate_on: None,
            discard_old: false,
        };
        client.ask_with(request, &segments)
    };
    let full = (0..100u8).find_map(|at| set(b'0' + at % 64).err());
    let full = full.expect("no room for older values").code();
    assert_eq!(full, keyhaven_protocol::Code::WouldDiscard);
    let before = asked.key("stripe");
    let args = json!({ "request": {
        "target": { "id": id }, "revision": before.row.revision,
        "values": [{ "field": "value", "value": "x".repeat(LARGE) }],
    } });
    let question = words(&asked.ask("set_values", args.clone(), false));
    assert!(
        question.contains("stripe") && question.contains("version 2"),
        "{question}"
    );
    assert_eq!(asked.key("stripe").row.revision, before.row.revision);
    let stored = |asked: &mut Asked| {
        let history = json!({ "request": { "history": { "target": { "id": id } } } });
        let history = asked.unasked("query", history);
        let versions = history["versions"].as_array().unwrap().iter();
        let stored = versions.filter(|version| version["stored"] == true);
        let mut numbers: Vec<u64> = stored
            .map(|version| version["number"].as_u64().unwrap())
            .collect();
        numbers.sort_unstable();
        numbers
    };
    let kept = stored(&mut asked);
    asked.ask("set_values", args, true);
    let mut expected: Vec<u64> = kept.into_iter().filter(|number| *number > 2).collect();
    expected.push(u64::from(before.version.unwrap()) + 1);
    assert_eq!(stored(&mut asked), expected);
}
