//! Tests of the strict reader.

use super::*;
use crate::key_position::KeyPosition;

/// A whole entry; `cargo xtask fuzz` starts from it too.
const WHOLE: &str = include_str!("../../../fuzz/corpus/catalogue/whole");

/// What is wrong with the entry after a change: code, field and line.
fn wrong(from: &str, to: &str) -> Vec<(String, String, usize)> {
    assert!(WHOLE.contains(from), "{from}");
    let problems = read("a.toml", &WHOLE.replacen(from, to, 1))
        .err()
        .unwrap_or_default();
    let shown = |it: EntryProblem| {
        assert_eq!(it.file, "a.toml");
        (it.fault.code(), it.field, it.line)
    };
    problems.into_iter().map(shown).collect()
}

#[track_caller]
fn refused(from: &str, to: &str, code: &str, field: &str) {
    let before = WHOLE.split(from).next().unwrap();
    let expected_line = 1 + before.matches('\n').count();
    let found = wrong(from, to);
    let hit = found.iter().find(|(got, at, _)| got == code && at == field);
    let (_, _, line) = hit.unwrap_or_else(|| panic!("{to}: {found:?}"));
    assert_eq!(*line, expected_line, "{to}: {found:?}");
}

#[test]
fn a_whole_entry_is_read() {
    let providers = read("a.toml", WHOLE).unwrap();
    let [provider] = providers.as_slice() else {
        panic!("{providers:?}");
    };
    let check = &provider.checks[0];
    assert_eq!(check.answers.len(), 3);
    assert_eq!(
        check.request.url.to_string(),
        "https://{{region}}.eu.whole.com/me?x={{region}}"
    );
    assert_eq!(check.request.auth, provider.auth);
    assert_eq!(provider.introspections[0].request, None);
    // What manages keys is sent with the key that may.
    let creation = provider.create.as_ref().unwrap();
    let Some(KeyPosition::Header { value, .. }) = &creation.request.auth else {
        panic!("{creation:?}");
    };
    assert!(value.has("admin") && !value.has("secret"), "{value:?}");
    let inject = provider.inject.as_ref().unwrap();
    assert_eq!(inject.hosts, provider.hosts);
    assert_eq!(inject.at.len(), 1);
}

#[test]
fn unknown_and_missing_fields_have_a_line() {
    refused("grace = ", "graze = ", "shape", "graze");
    refused("costs = false", "price = false", "shape", "check[0].price");
    refused(
        "is = \"alive\"",
        "is = \"lively\"",
        "shape",
        "check[0].answers[1].is",
    );
    refused("max_keys = 3", "max_keys = \"3\"", "shape", "max_keys");
    let missing = wrong("name = \"Whole\"\n", "");
    assert_eq!(missing[0].0, "shape");
    assert_eq!(missing[0].2, 1);
    refused("[[provider]]", "[[supplier]]", "shape", "supplier");
}

#[test]
fn toml_that_is_none_has_a_line() {
    refused("max_keys = 3", "max_keys = = 3", "toml", "");
}

#[test]
fn every_problem_is_reported_in_the_order_of_lines() {
    let text = WHOLE
        .replace(
            "\"https://api.whole.com/keys\"",
            "\"http://api.whole.com/keys\"",
        )
        .replace("id = \"whole\"", "id = \"Whole\"")
        .replace("-01-01\"", "-13-01\"");
    let problems = read("a.toml", &text).unwrap_err();
    let codes: Vec<String> = problems.iter().map(|it| it.fault.code()).collect();
    assert_eq!(codes, ["bad_id", "bad_day", "not_https"]);
    assert!(problems.iter().all(|it| it.provider.is_none()));
}

#[test]
fn a_key_goes_to_listed_hosts_of_the_internet_alone() {
    let url = "https://api.whole.com/keys\"";
    let to = |host: &str| format!("https://{host}/keys\"");
    for (host, code) in [
        ("api.whole.com.evil.com", "host_not_listed"),
        ("eu.whole.com", "host_not_listed"),
        ("a.b.eu.whole.com", "host_not_listed"),
        ("api.whole.com:8443", "host_not_listed"),
        ("evil.com", "host_not_listed"),
        ("127.0.0.1", "address_host"),
        ("[::1]", "address_host"),
        ("169.254.169.254", "address_host"),
        ("0x7f.1", "address_host"),
        ("localhost", "private_host"),
        ("vault.internal", "private_host"),
        ("API.whole.com", "bad_host"),
        ("api.whole.com.", "bad_host"),
        ("user@api.whole.com", "bad_host"),
        ("api.whole.com?", "bad_host"),
        ("api.whole.com#", "bad_host"),
        ("api.whole.com\\\\@evil.com", "bad_host"),
        ("", "bad_host"),
        ("{{secret}}.eu.whole.com", "placeholder_in_host"),
        ("{{tag}}", "placeholder_in_host"),
        ("{{region}}", "private_host"),
        ("{{region}}.whole.com", "host_not_listed"),
        ("{{region", "bad_placeholder"),
    ] {
        let found = wrong(url, &to(host));
        assert!(
            found
                .iter()
                .any(|(got, field, _)| got == code && field == "find.url"),
            "{host}: {found:?}"
        );
    }
    assert_eq!(wrong(url, &to("x.eu.whole.com")), []);
    refused(url, "http://api.whole.com/keys\"", "not_https", "find.url");
    refused(url, "ftp://api.whole.com/keys\"", "not_https", "find.url");
}

#[test]
fn hosts_are_those_of_the_internet() {
    let with = |host: &str| {
        wrong(
            "\"*.eu.whole.com\"]",
            &format!("\"*.eu.whole.com\", \"{host}\"]"),
        )
    };
    for (host, code) in [
        ("10.0.0.1", "address_host"),
        ("fd00::1", "address_host"),
        ("localhost", "private_host"),
        ("db.local", "private_host"),
        ("*.com", "private_host"),
        ("*.127.0.0.1", "address_host"),
        ("*.*.com", "bad_host"),
        ("a.*.com", "bad_host"),
        ("*.a.com:443", "bad_host"),
        ("A.com", "bad_host"),
        ("https://a.com", "bad_host"),
        ("a.com/b", "bad_host"),
        ("api.whole.com", "twice"),
    ] {
        let found = with(host);
        assert!(
            found
                .iter()
                .any(|(got, field, _)| got == code && field == "hosts[2]"),
            "{host}: {found:?}"
        );
    }
    assert_eq!(with("*.whole.com"), []);
    assert_eq!(with("api.whole.com:8443"), []);
}

#[test]
fn an_own_host_is_the_whole_host() {
    let own = "label = \"Region\"\nown_host = true";
    let change = |url: &str| {
        let text = WHOLE.replace("label = \"Region\"", own);
        let text = text.replace("pattern = '[a-z]{2,9}'", "");
        let text = text.replace("https://{{region}}.eu.whole.com/me", url);
        let problems = read("a.toml", &text).err().unwrap_or_default();
        problems
            .iter()
            .map(|it| it.fault.code())
            .collect::<Vec<_>>()
    };
    assert!(change("https://{{region}}/me").is_empty());
    assert_eq!(
        change("https://{{region}}.eu.whole.com/me"),
        ["placeholder_in_host"]
    );
    assert_eq!(change("https://{{region}}:22/me"), ["placeholder_in_host"]);
}

#[test]
fn methods_are_those_of_their_purpose() {
    refused(
        "method = \"GET\"",
        "method = \"DELETE\"",
        "bad_method",
        "check[0].method",
    );
    refused(
        "method = \"GET\"",
        "method = \"get\"",
        "bad_method",
        "check[0].method",
    );
    refused(
        "method = \"POST\"",
        "method = \"GET\"",
        "bad_method",
        "create.method",
    );
    refused(
        "method = \"DELETE\"",
        "method = \"CONNECT\"",
        "bad_method",
        "revoke[0].method",
    );
}

#[test]
fn patterns_are_bounded() {
    let pattern = "'(?:wl|wt)_[A-Za-z0-9]{20,30}'";
    let field = "key[0].pattern";
    refused(pattern, "'wl_.+'", "unbounded_pattern", field);
    refused(pattern, "'wl_(a*)b'", "unbounded_pattern", field);
    refused(
        pattern,
        "'(((a{9}){99}){999}){9}'",
        "pattern_too_large",
        field,
    );
    refused(pattern, "'a?'", "empty_pattern", field);
    refused(pattern, "'('", "bad_pattern", field);
    refused(pattern, "'a)|(?:b'", "bad_pattern", field);
    refused(
        "'wl_.{20}'",
        "'wl_.*'",
        "unbounded_pattern",
        "sunset[0].match",
    );
}

#[test]
fn requests_hold_the_key_and_what_is_known() {
    refused(
        "?x={{region}}",
        "?x={{planet}}",
        "unknown_placeholder",
        "check[0].url",
    );
    refused(
        "\"{{tag}}\"",
        "\"{{key_of}}\"",
        "unknown_placeholder",
        "create.json",
    );
    refused("\"{{tag}}\"", "\"{{tag\"", "bad_placeholder", "create.json");
    refused(
        "{{key_id}}",
        "{{tag}}",
        "unknown_placeholder",
        "revoke[0].url",
    );
    refused("Bearer {{secret}}", "Bearer", "no_key_in_request", "auth");
    // The key that manages others has a placeholder that stands for no other.
    refused(
        "Bearer {{secret}}",
        "{{admin}}",
        "unknown_placeholder",
        "auth.value",
    );
    refused(
        "name = \"{{tag}}\"",
        "name = \"{{admin}}\"",
        "unknown_placeholder",
        "create.json",
    );
    let own = "ok = [204, 404]\nauth = { header = \"X\", value = \"{{secret}}\" }";
    let found = wrong("ok = [204, 404]", own);
    let codes: Vec<_> = found
        .iter()
        .map(|(code, field, _)| (&**code, &**field))
        .collect();
    let expected = [
        ("unknown_placeholder", "revoke[0].auth.value"),
        ("no_key_in_request", "revoke[0].auth"),
    ];
    assert_eq!(codes, expected);
    refused(
        "header = \"Authorization\"",
        "header = \"Host\"",
        "bad_header",
        "auth.header",
    );
    refused(
        "header = \"Authorization\"",
        "header = \"A B\"",
        "bad_header",
        "auth.header",
    );
    refused(
        "header = \"Authorization\"",
        "header = \"A\", query = \"b\"",
        "exactly_one",
        "auth",
    );
    let without = "auth = { header = \"Authorization\", value = \"Bearer {{secret}}\" }\n";
    let found = wrong(without, "");
    let places: Vec<&str> = found.iter().map(|(_, field, _)| field.as_str()).collect();
    assert_eq!(places, ["check[0]", "create", "find", "revoke[0]"]);
}

#[test]
fn answers_are_sound() {
    let answers = "{ status = [200, 403], is = \"alive\" }";
    let field = "check[0].answers[1]";
    refused(
        answers,
        "{ status = [], is = \"alive\" }",
        "bad_status",
        &format!("{field}.status"),
    );
    refused(
        answers,
        "{ status = [99], is = \"alive\" }",
        "bad_status",
        &format!("{field}.status[0]"),
    );
    for nothing in [
        "{ status = [302], is = \"alive\" }",
        "{ status = [429], is = \"dead\" }",
        "{ status = [500], is = \"alive\" }",
        "{ status = [200], is = \"dead\" }",
    ] {
        refused(
            answers,
            nothing,
            "proves_nothing",
            &format!("{field}.status"),
        );
    }
    refused(
        answers,
        "{ status = [200], equals = 1, is = \"alive\" }",
        "only_with",
        field,
    );
    refused(
        answers,
        "{ status = [200], json = \"ok\", is = \"alive\" }",
        "bad_pointer",
        &format!("{field}.json"),
    );
    refused(
        "{ status = [401], contains",
        "{ status = [403], contains",
        "never_reached",
        "check[0].answers[2]",
    );
}

#[test]
fn the_rest_is_bounded_too() {
    refused("\"72h\"", "\"soon\"", "bad_span", "grace");
    refused("\"72h\"", "\"-1h\"", "bad_span", "grace");
    refused(
        "\"2027-01-01\"",
        "\"2027-02-30\"",
        "bad_day",
        "sunset[0].on",
    );
    refused("max_keys = 3", "max_keys = 0", "out_of_range", "max_keys");
    refused(
        "strategy = \"dual\"",
        "strategy = \"manual\"",
        "strategy_contradicts",
        "strategy",
    );
    refused(
        "aliases = [\"all\"]",
        "aliases = [\"whole\"]",
        "id_taken",
        "aliases",
    );
    refused("name = \"Whole\"", "name = \" \"", "bad_text", "name");
    refused(
        "name = \"region\"",
        "name = \"secret\"",
        "bad_id",
        "field[0].name",
    );
    let long = "x".repeat(MAX_FILE + 1);
    let problems = read("a.toml", &long).unwrap_err();
    assert_eq!(problems[0].fault.code(), "file_too_large");
    assert_eq!(
        read("a.toml", "").unwrap_err()[0].fault.code(),
        "no_provider"
    );
}
