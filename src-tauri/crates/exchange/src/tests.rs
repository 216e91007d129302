//! Tests of an import: the shop's file, names that fit no variable, duplicates.

use std::collections::HashMap;

use keyhaven_rules::FieldKind;
use keyhaven_secret::SecretBytes;

use super::*;

const SHOP: &[u8] = include_bytes!("../../../../tests/data/shop.env");
const EXPECTED: &str = include_str!("../../../../tests/data/shop.expected.json");

fn import(text: &str) -> Import {
    read(Format::Dotenv, text.as_bytes()).unwrap()
}

#[test]
fn the_shop_arrives_whole() {
    let import = read(Format::Dotenv, SHOP).unwrap();
    let expected: HashMap<String, String> = serde_json::from_str(EXPECTED).unwrap();
    let read = import.records.iter().map(|record| {
        assert_eq!(record.variable.as_ref(), Some(&record.name));
        assert_eq!(record.source_id, format!("dotenv:{}", record.name));
        let value = String::from_utf8(record.value.expose().clone()).unwrap();
        (record.name.clone(), value)
    });
    assert_eq!(read.collect::<HashMap<_, _>>(), expected);
    assert_eq!(import.records.len(), expected.len());
    let left_out: Vec<&str> = import
        .left_out
        .iter()
        .map(|out| out.what.as_str())
        .collect();
    assert_eq!(left_out, ["LOG_LEVEL", "HASH_IN_VALUE", "DUPLICATE"]);
    let again = import.left_out.iter().find(|out| out.what == "DUPLICATE");
    let kept = import.records.iter().find(|r| r.name == "DUPLICATE");
    assert_eq!(kept.unwrap().line, again.unwrap().line + 1);
}

#[test]
fn secrets_and_plain_values_are_distinguished() {
    let plain = [
        "NODE_ENV",
        "PORT",
        "LOG_LEVEL",
        "GREETING",
        "LITERAL",
        "EMPTY",
        "SPACES",
        "YAML_STYLE",
        "DUPLICATE",
        "HASH_IN_VALUE",
        "UNICODE",
        "BACKTICK",
        "REDIS_URL",
        "STRIPE_PUBLISHABLE_KEY",
    ];
    for record in read(Format::Dotenv, SHOP).unwrap().records {
        let is_plain = plain.contains(&record.name.as_str());
        assert_eq!(
            record.kind == FieldKind::Plain,
            is_plain,
            "{}: {:?}",
            record.name,
            record.reason
        );
    }
}

#[test]
fn the_shops_providers_are_known() {
    let records = read(Format::Dotenv, SHOP).unwrap().records;
    let of = |name: &str| {
        let record = records.iter().find(|record| record.name == name).unwrap();
        (record.provider.as_deref(), record.rotate_every_days)
    };
    for (name, id) in [
        ("STRIPE_SECRET_KEY", "stripe"),
        ("STRIPE_WEBHOOK_SECRET", "stripe"),
        ("SENDGRID_API_KEY", "sendgrid"),
        ("MAILGUN_API_KEY", "mailgun"),
        ("OPENAI_API_KEY", "openai"),
        ("ANTHROPIC_API_KEY", "anthropic"),
        ("AWS_ACCESS_KEY_ID", "aws"),
        ("AWS_SECRET_ACCESS_KEY", "aws"),
        ("CLOUDFLARE_API_TOKEN", "cloudflare"),
        ("GITHUB_TOKEN", "github"),
        ("GITLAB_TOKEN", "gitlab"),
        ("TOKEN_METRICS_API_KEY", "token-metrics"),
        ("DATABASE_URL", "postgresql"),
    ] {
        assert_eq!(of(name), (Some(id), Some(90)), "{name}");
    }
    assert_eq!(of("STRIPE_PUBLISHABLE_KEY"), (Some("stripe"), None));
    assert_eq!(of("EXCHANGE_TRADE_KEY"), (None, None));
}

#[test]
fn what_no_variable_may_be_is_kept_and_reported() {
    let import = import("A.B-C=1\nNODE_OPTIONS=2\n9A=3\nNUL=a\0b\nGOOD=4\n");
    let without: Vec<_> = import
        .records
        .iter()
        .filter(|r| r.variable.is_none())
        .collect();
    let names: Vec<_> = without.iter().map(|record| record.name.as_str()).collect();
    assert_eq!(names, ["A.B-C", "NODE_OPTIONS", "9A", "NUL"]);
    let reported: Vec<_> = import.left_out.iter().map(|out| out.line).collect();
    assert_eq!(reported, [1, 2, 3, 4]);
    assert_eq!(import.records.len(), 5);
}

#[test]
fn one_bad_line_refuses_the_file() {
    assert!(read(Format::Dotenv, b"A=1\nnot a line\n").is_err());
}

#[test]
fn a_provider_suggests_its_variable() {
    let key = SecretBytes::copy_of(b"AKIAPZOM7WBBR6QMW4WX");
    let known = recognise(&key, "");
    assert_eq!(known.variable.as_deref(), Some("AWS_ACCESS_KEY_ID"));
    assert_eq!(recognise(&key, "MINE").variable.as_deref(), Some("MINE"));
}
