//! Being reminded less of a key.

use keyhaven_protocol::view::CredentialView;
use serde_json::{Value, json};

use super::{Asked, in_days, words};

const DATED: [&str; 6] = [
    "--expires",
    "2099-03-01",
    "--rotate-every",
    "90",
    "--rotate-on",
    "2098-03-01",
];

/// With its own reminders.
fn dated() -> Asked {
    let mut asked = Asked::new(&DATED);
    let args = asked.edit(&json!({ "lead_times": [30, 7] }));
    let question = words(&asked.ask("query", args, true));
    assert!(question.contains("14, 3, 1"), "{question}");
    asked
}

/// Everything but what every change changes.
fn dates(view: &CredentialView) -> Value {
    let view = serde_json::to_value(view).unwrap();
    let names = [
        "expires",
        "rotate_every_days",
        "rotate_on",
        "never_rotate",
        "lead_times",
        "snoozed_until",
    ];
    names.iter().map(|name| view[*name].clone()).collect()
}

#[test]
fn each_edit_after_which_a_person_is_reminded_less_needs_a_yes() {
    let mut asked = dated();
    for (change, part) in [
        (json!({ "expires": null }), "2099-03-01"),
        (json!({ "expires": "2099-03-02" }), "2099-03-02"),
        (json!({ "rotate_every_days": null }), "90 days"),
        (json!({ "rotate_every_days": 91 }), "91 days"),
        (json!({ "rotate_on": null }), "2098-03-01"),
        (json!({ "rotate_on": "2098-03-02" }), "2098-03-02"),
        (json!({ "lead_times": [] }), "30, 7"),
        (json!({ "lead_times": null }), ""),
        (json!({ "lead_times": [31, 7] }), "30"),
        (
            json!({ "never_rotate": "so", "rotate_every_days": null, "rotate_on": null }),
            "never",
        ),
    ] {
        let before = asked.key("stripe");
        let args = asked.edit(&change);
        // Without its own, the usual lead times have these and more.
        if change["lead_times"].is_null() && change.get("lead_times").is_some() {
            asked.unasked("query", args);
        } else {
            let question = words(&asked.ask("query", args.clone(), false));
            assert!(
                question.contains(part) && question.contains("stripe"),
                "{question}"
            );
            let revision = asked.key("stripe").row.revision;
            assert_eq!(revision, before.row.revision, "{change}");
            asked.ask("query", args, true);
            for (name, value) in change.as_object().unwrap() {
                let after = serde_json::to_value(asked.key("stripe")).unwrap();
                assert_eq!(after[name], *value);
            }
        }
        let back = json!({
            "expires": "2099-03-01", "rotate_every_days": 90, "rotate_on": "2098-03-01",
            "never_rotate": null, "lead_times": [30, 7],
        });
        let args = asked.edit(&back);
        asked.call("query", args, |_| json!({ "confirm": true }));
        assert_eq!(dates(&asked.key("stripe")), dates(&before));
    }
}

#[test]
fn an_edit_after_which_a_person_is_reminded_sooner_asks_nothing() {
    let mut asked = dated();
    for change in [
        json!({ "expires": "2099-02-28" }),
        json!({ "rotate_every_days": 89 }),
        json!({ "rotate_on": "2098-02-01" }),
        json!({ "lead_times": [60, 30, 7] }),
        json!({ "note": "other" }),
    ] {
        let args = asked.edit(&change);
        asked.unasked("query", args);
    }
}

#[test]
fn a_snooze_longer_than_the_page_offers_needs_a_yes() {
    let mut asked = Asked::new(&DATED);
    let snooze = |asked: &mut Asked, until: &str| {
        let row = asked.key("stripe").row;
        json!({ "request": { "snooze": {
            "id": row.id, "revision": row.revision, "until": until,
        } } })
    };
    let long = in_days(9);
    let args = snooze(&mut asked, &long);
    let question = words(&asked.ask("query", args.clone(), false));
    assert!(
        question.contains(&long) && question.contains("stripe"),
        "{question}"
    );
    assert_eq!(asked.key("stripe").snoozed_until, None);
    asked.ask("query", args, true);
    let stored = asked.key("stripe").snoozed_until.unwrap();
    assert_eq!(stored.to_string(), long);
    let args = snooze(&mut asked, &in_days(7));
    asked.unasked("query", args);
}

#[test]
fn a_new_value_takes_the_expiry_away_only_after_a_yes() {
    let mut asked = Asked::new(&DATED);
    let row = asked.key("stripe").row;
    let set = |revision: u32, expires: Value, values: Value| {
        json!({ "request": {
            "target": { "id": row.id }, "revision": revision, "values": values,
            "expires": expires,
        } })
    };
    let value = json!([{ "field": "value", "value": "value-2" }]);
    let question = words(&asked.ask("set_values", set(1, json!("none"), value.clone()), false));
    assert!(question.contains("2099-03-01"), "{question}");
    let later = json!({ "at": "2099-09-01" });
    asked.unasked("set_values", set(1, later.clone(), value));
    // Without a value there is no new key that it could be the date of.
    let (end, _) = asked.call(
        "set_values",
        set(2, later, json!([])),
        |_| json!({ "confirm": true }),
    );
    assert!(end.get("failure").is_some(), "{end}");
    let back = json!({ "request": { "roll_back": {
        "id": row.id, "revision": 2, "version": 1, "expires": "none",
    } } });
    asked.ask("query", back, false);
    let view = asked.key("stripe");
    assert_eq!(view.row.expires.unwrap().to_string(), "2099-09-01");
    assert_eq!((view.version, view.row.revision), (Some(2), 2));
}

/// A call that makes an older version the current one again.
fn back(view: &CredentialView, version: u32, expires: &Value) -> Value {
    json!({ "request": { "roll_back": {
        "id": view.row.id, "revision": view.row.revision, "version": version,
        "expires": expires,
    } } })
}

/// A call that stores a new value, which expires then.
fn new_value(view: &CredentialView, expires: &Value) -> Value {
    json!({ "request": {
        "target": { "id": view.row.id }, "revision": view.row.revision, "expires": expires,
        "values": [{ "field": "value", "value": "another value" }],
    } })
}

#[test]
fn a_value_that_comes_back_is_reminded_of_as_before_or_needs_a_yes() {
    let mut asked = Asked::new(&DATED);
    let far = json!({ "at": "2099-12-31" });
    let before = asked.key("stripe");
    asked.unasked("set_values", new_value(&before, &far));
    let now = asked.key("stripe");
    for (expires, part) in [
        (json!(null), "2099-12-31"),
        (json!("keep"), "2099-12-31"),
        (far.clone(), "2099-12-31"),
        (json!("none"), "2099-03-01"),
    ] {
        let question = words(&asked.ask("query", back(&now, 1, &expires), false));
        assert!(question.contains(part), "{question}");
    }
    // Whatever the page says of the other dates.
    let mut args = back(&now, 1, &json!({ "at": "2099-03-01" }));
    args["request"]["roll_back"]["ended"] = json!({ "rotate_on": "2099-01-01" });
    asked.unasked("query", args);
    assert_eq!(dates(&asked.key("stripe")), dates(&before));
}

#[test]
fn a_value_of_which_no_dates_are_known_comes_back_only_after_a_yes() {
    let mut asked = Asked::new(&DATED);
    let set = ["set", "kh://shop/dev/stripe", "--stdin"];
    asked.world.kh_ok_with(&set, "another value");
    for expires in [json!(null), json!("keep"), json!("none")] {
        let now = asked.key("stripe");
        let question = words(&asked.ask("query", back(&now, 1, &expires), false));
        assert!(question.contains("not known"), "{question}");
    }
    let now = asked.key("stripe");
    asked.ask("query", back(&now, 1, &json!(null)), true);
    assert_eq!(asked.key("stripe").version, Some(1));
}

#[test]
fn an_undo_that_only_restores_asks_nothing() {
    for expires in ["2099-03-01", ""] {
        let dated = ["--expires", expires, "--rotate-on", "2098-03-01"];
        let dated: &[&str] = if expires.is_empty() {
            &dated[2..]
        } else {
            &dated
        };
        let mut asked = Asked::new(dated);
        let row = asked.key("stripe").row;
        let snooze = json!({ "request": { "snooze": {
            "id": row.id, "revision": row.revision, "until": in_days(3),
        } } });
        asked.unasked("query", snooze);
        let before = asked.key("stripe");
        asked.unasked(
            "set_values",
            new_value(&before, &json!({ "at": "2099-12-31" })),
        );
        let own = match before.row.expires {
            Some(expires) => json!({ "at": expires }),
            None => json!("none"),
        };
        let current = asked.key("stripe");
        asked.unasked("query", back(&current, 1, &own));
        assert_eq!(dates(&asked.key("stripe")), dates(&before));
    }
}

#[test]
fn snoozes_that_follow_one_another_need_a_yes_beyond_the_first_week() {
    let mut asked = Asked::new(&DATED);
    let snooze = |asked: &mut Asked, until: Value| {
        let row = asked.key("stripe").row;
        json!({ "request": { "snooze": {
            "id": row.id, "revision": row.revision, "until": until,
        } } })
    };
    for days in [1, 7, 2, 7] {
        let args = snooze(&mut asked, json!(in_days(days)));
        asked.unasked("query", args);
        let none = snooze(&mut asked, Value::Null);
        asked.unasked("query", none);
    }
    let args = snooze(&mut asked, json!(in_days(8)));
    asked.ask("query", args, false);
}
