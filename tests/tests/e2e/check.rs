//! `kh check` against a stand-in of every provider.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use keyhaven_protocol::check::{CheckReason, Verdict};
use keyhaven_protocol::frame::{self, Segments};
use keyhaven_protocol::worker::{CheckJob, JobField, WorkerJob, WorkerResult};
use keyhaven_secret::SecretBytes;
use keyhaven_tests::{StandIn, StandInAnswer, World, eventually};
use serde_json::Value;

/// A key of a provider, in `shop/dev` under the provider's id.
fn add(world: &World, provider: &str, value: &str) {
    let place = ["-p", "shop", "-e", "dev", "--stdin", "--provider", provider];
    let arguments = [&["add", provider][..], &place].concat();
    world.kh_ok_with(&arguments, value);
}

fn github() -> String {
    format!("ghp_{}", "A".repeat(36))
}

fn document(output: &Output) -> Value {
    let text = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(&text).unwrap_or_else(|_| {
        let said = String::from_utf8_lossy(&output.stderr);
        panic!("no JSON: {text}{said}")
    })
}

/// The result of the only key that was checked.
fn only(output: &Output) -> Value {
    let mut results = document(output);
    assert_eq!(results.as_array().map(Vec::len), Some(1), "{results}");
    results[0].take()
}

/// One way in which a provider may answer, and what must be found.
struct Case {
    provider: &'static str,
    host: &'static str,
    answer: StandInAnswer,
    state: &'static str,
    reason: Option<&'static str>,
    /// Whether the key went there.
    sent: bool,
}

fn case(
    provider: &'static str,
    host: &'static str,
    answer: StandInAnswer,
    found: (&'static str, Option<&'static str>),
) -> Case {
    Case {
        provider,
        host,
        answer,
        state: found.0,
        reason: found.1,
        sent: true,
    }
}

fn cases() -> Vec<Case> {
    use StandInAnswer::{Body, Endless, Garbage, OtherCertificate, Redirect, Silence};
    let login = "<!DOCTYPE html><title>Log in</title>";
    let restricted = r#"{"name":"restricted_api_key"}"#;
    let refused = r#"{"ok":false,"error":"invalid_auth"}"#;
    let unknown = |reason| ("unknown", Some(reason));
    let mut cases = vec![
        case("openai", "api.openai.com", Body(200, "{}"), ("alive", None)),
        case(
            "groq",
            "api.groq.com",
            Body(401, "{}"),
            ("dead", Some("invalid")),
        ),
        case(
            "slack",
            "slack.com",
            Body(200, refused),
            ("dead", Some("invalid")),
        ),
        case(
            "resend",
            "api.resend.com",
            Body(401, restricted),
            ("alive", Some("scope")),
        ),
        case(
            "deepseek",
            "api.deepseek.com",
            Body(429, "{}"),
            unknown("rate_limit"),
        ),
        case(
            "sendgrid",
            "api.sendgrid.com",
            Body(503, ""),
            unknown("provider_failed"),
        ),
        case(
            "airtable",
            "api.airtable.com",
            Body(200, login),
            unknown("page"),
        ),
        case(
            "mistral",
            "api.mistral.ai",
            Body(418, ""),
            unknown("unexpected"),
        ),
        case(
            "asana",
            "app.asana.com",
            Redirect("https://10.0.0.1/"),
            unknown("redirected"),
        ),
        case(
            "huggingface",
            "huggingface.co",
            Endless,
            unknown("large_answer"),
        ),
        case("buildkite", "api.buildkite.com", Silence, unknown("silent")),
        case(
            "replicate",
            "api.replicate.com",
            Garbage,
            unknown("broken_answer"),
        ),
        case(
            "cohere",
            "api.cohere.com",
            OtherCertificate,
            unknown("certificate"),
        ),
    ];
    for case in &mut cases {
        case.sent = case.reason != Some("certificate");
    }
    cases
}

fn value_of(provider: &str) -> String {
    match provider {
        "slack" => format!("xoxb-1234567890-{}", "a".repeat(24)),
        other => format!("no-real-key-of-{other}"),
    }
}

#[test]
fn a_key_is_found_alive_or_dead_only_where_its_provider_says_so() {
    let world = World::new();
    let stand_in = StandIn::start(&world);
    world.init();
    let cases = cases();
    for case in &cases {
        add(&world, case.provider, &value_of(case.provider));
        stand_in.answer(case.host, case.answer.clone());
    }
    let checked = world.kh_with(&["check", "--all", "--json"], "");
    assert_eq!(checked.status.code(), Some(1), "one is dead");
    let found = document(&checked);
    let found: BTreeMap<&str, &Value> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|view| (view["name"].as_str().unwrap(), view))
        .collect();
    assert_eq!(found.len(), cases.len());
    for case in &cases {
        let view = found[case.provider];
        assert_eq!(view["state"], case.state, "{view}");
        let reason = view["reason"].get("code").and_then(Value::as_str);
        assert_eq!(reason, case.reason, "{view}");
        let host = case.sent.then_some(case.host);
        assert_eq!(view["host"].as_str(), host, "{view}");
    }

    // Each key went to its own host alone, and not where a redirect pointed.
    let seen = stand_in.seen();
    let sent = cases.iter().filter(|case| case.sent).count();
    assert_eq!(seen.len(), sent, "{seen:?}");
    for request in &seen {
        let own = cases.iter().find(|case| case.host == request.host).unwrap();
        for case in &cases {
            let holds = request.text.contains(&value_of(case.provider));
            assert_eq!(holds, case.provider == own.provider, "{}", request.text);
        }
    }
}

#[test]
fn the_log_names_the_host_and_the_check_is_no_use() {
    let world = World::new();
    let stand_in = StandIn::start(&world);
    stand_in.answer("api.github.com", StandInAnswer::Body(200, "{}"));
    world.init();
    add(&world, "github", &github());
    let text = world.kh_ok(&["check", "github"]);
    assert!(
        text.contains("alive") && text.contains("api.github.com"),
        "{text}"
    );
    let log = world.kh_ok(&["audit", "--action", "credential.check", "--json"]);
    let log: Value = serde_json::from_str(&log).unwrap();
    let outcomes: Vec<_> = log.as_array().unwrap().iter().collect();
    assert_eq!(outcomes.len(), 2, "{log}");
    assert_eq!(outcomes[1]["outcome"], "released");
    assert_eq!(outcomes[0]["outcome"], "done");
    assert!(outcomes[0].to_string().contains("api.github.com"), "{log}");
    let row = world.kh_ok(&["show", "github", "--json"]);
    let row: Value = serde_json::from_str(&row).unwrap();
    assert_eq!(row["uses"], 0);

    // A named key that is not alive is a failure for scripts.
    stand_in.answer("api.github.com", StandInAnswer::Body(401, "{}"));
    let dead = world.kh_with(&["check", "github", "--json"], "");
    assert_eq!(dead.status.code(), Some(1));
    assert_eq!(only(&dead)["state"], "dead");
    let said = String::from_utf8_lossy(&dead.stderr);
    assert!(said.contains("not_alive"), "{said}");
    assert!(said.contains("kh set kh://shop/dev/github"), "{said}");
    stand_in.answer("api.github.com", StandInAnswer::Body(503, ""));
    let unknown = world.kh_with(&["check", "github"], "");
    assert_eq!(unknown.status.code(), Some(1));
    assert_eq!(
        world.kh_with(&["check", "--all"], "").status.code(),
        Some(0)
    );
}

/// GitLab tells it with the answer to the check.
#[test]
fn what_a_provider_reports_is_shown_and_fills_what_is_missing() {
    let world = World::new();
    let stand_in = StandIn::start(&world);
    world.init();
    let token = format!("glpat-{}", "a".repeat(20));
    add(&world, "gitlab", &token);
    world.kh_ok(&["edit", "gitlab", "--owner", "grace"]);
    let body = r#"{"id":7,"name":"ci","scopes":["api","read_user"],"created_at":"2026-01-31T12:00:00.000Z",
        "last_used_at":null,"expires_at":"2099-01-31"}"#;
    stand_in.answer("gitlab.com", StandInAnswer::Body(200, body));
    let seen = only(&world.kh_with(&["check", "gitlab", "--json"], ""));
    let reported = &seen["reported"];
    assert_eq!(reported["key_id"], "7");
    assert_eq!(reported["expires_at"], "2099-01-31");
    assert_eq!(reported["last_used_at"], Value::Null);
    assert_eq!(seen.get("filled"), None);

    let output = world.kh_with(&["check", "gitlab"], "");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        text.contains("AT THE PROVIDER") && text.contains("api, read_user"),
        "{text}"
    );
    assert!(String::from_utf8_lossy(&output.stderr).contains("--fill"));
    let shown = || document(&world.kh_with(&["show", "gitlab", "--json"], ""));
    assert_eq!(
        shown()["expires"],
        Value::Null,
        "nothing is stored unless asked for"
    );
    let filled = only(&world.kh_with(&["check", "gitlab", "--fill", "--json"], ""));
    assert_eq!(filled["filled"], serde_json::json!(["expires", "scopes"]));
    let stored = shown();
    assert_eq!(stored["expires"], "2099-01-31");
    assert_eq!(stored["scopes"], serde_json::json!(["api", "read_user"]));
    assert_eq!(stored["owner"], "grace");
    let again = only(&world.kh_with(&["check", "gitlab", "--fill", "--json"], ""));
    assert_eq!(again["filled"], serde_json::json!([]));

    // A dead key's answer tells nothing, nor does a text that repeats the key.
    stand_in.answer("gitlab.com", StandInAnswer::Body(401, body));
    let dead = only(&world.kh_with(&["check", "gitlab", "--json"], ""));
    assert_eq!(dead["reported"], Value::Null);
    let echo = r#"{"id":7,"name":"glpat-aaaaaaaaaaaaaaaaaaaa","scopes":["\u001b[2J"]}"#;
    stand_in.answer("gitlab.com", StandInAnswer::Body(200, echo));
    let echoed = world.kh_with(&["check", "gitlab", "--json"], "");
    assert!(!String::from_utf8_lossy(&echoed.stdout).contains(&token));
    assert_eq!(only(&echoed)["reported"]["key_id"], "7");
    assert_eq!(only(&echoed)["reported"]["scopes"], Value::Null);
}

#[test]
fn what_is_not_to_be_sent_is_not_sent() {
    let world = World::new();
    let mut stand_in = StandIn::start(&world);
    world.init();
    let reason = |name: &str, more: &[&str]| {
        let arguments = [&["check", name, "--json"][..], more].concat();
        let found = only(&world.kh_with(&arguments, ""));
        found["reason"]["code"].as_str().unwrap().to_owned()
    };
    add(&world, "perplexity", "no-real-key");
    assert_eq!(reason("perplexity", &[]), "costs");
    add(&world, "github", "of no known shape");
    assert_eq!(reason("github", &[]), "no_check");
    add(&world, "coinbase", &format!("{}==", "a".repeat(86)));
    assert_eq!(reason("coinbase", &[]), "not_supported");
    add(&world, "kraken", "no-real-key");
    assert_eq!(reason("kraken", &[]), "field_missing");
    world.kh_ok_with(
        &["add", "own", "-p", "shop", "-e", "dev", "--stdin"],
        "no-real-key",
    );
    assert_eq!(reason("own", &[]), "no_provider");
    add(&world, "openai", "no-real-key");
    stand_in.resolve(
        &world,
        "api.openai.com",
        &["10.1.2.3", "169.254.169.254", "::"],
    );
    assert_eq!(reason("openai", &[]), "private_address");
    assert!(stand_in.seen().is_empty(), "{:?}", stand_in.seen());

    // Of several addresses, only one of the internet is used.
    stand_in.resolve(&world, "api.openai.com", &["10.1.2.3", "127.0.0.1"]);
    stand_in.answer("api.openai.com", StandInAnswer::Body(401, ""));
    assert_eq!(reason("openai", &[]), "invalid");
    stand_in.answer("api.perplexity.ai", StandInAnswer::Body(401, ""));
    assert_eq!(reason("perplexity", &["--costly"]), "invalid");
}

#[test]
fn a_lock_ends_a_check() {
    let world = World::new();
    let stand_in = StandIn::start(&world);
    stand_in.answer("api.openai.com", StandInAnswer::Silence);
    world.init();
    add(&world, "openai", "no-real-key");
    let checking = world
        .kh(&["check", "openai"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    eventually("a request", || stand_in.seen().len() == 1);
    // The vault answers while a worker runs.
    assert!(!world.is_locked());
    world.kh_ok(&["lock"]);
    let output = checking.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{output:?}");
}

/// Runs a worker as the agent does, on a job of GitLab at this host.
fn run_worker(worker: &mut Command, host: &str) -> (Option<i32>, Vec<u8>) {
    let mut segments = Segments::default();
    let mut field = |name: &str, secret, value: &str| JobField {
        name: name.into(),
        variable: None,
        secret,
        value: segments.push(SecretBytes::copy_of(value.as_bytes())),
    };
    let key = format!("glpat-{}", "a".repeat(20));
    let fields = vec![field("value", true, &key), field("site", false, host)];
    let job = WorkerJob::Check(CheckJob {
        provider: "gitlab".into(),
        fields,
        may_cost: false,
    });
    let mut child = worker
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let bytes = frame::encode(&job, &segments).unwrap();
    // One that refuses to run does not read.
    let _ = child.stdin.take().unwrap().write_all(&bytes);
    let output = child.wait_with_output().unwrap();
    (output.status.code(), output.stdout)
}

#[test]
fn the_shipped_worker_never_reaches_this_machine() {
    let world = World::shipped();
    let stand_in = StandIn::start(&world);
    let port = stand_in.port();
    let worker = || {
        let mut worker = Command::new(world.bin("keyhaven-worker"));
        worker.env_clear().current_dir("/");
        worker
    };
    for host in [
        "127.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
        "localhost",
    ] {
        let (status, answer) = run_worker(&mut worker(), &format!("{host}:{port}"));
        assert_eq!(status, Some(0), "{host}");
        let (result, _) = frame::read::<WorkerResult>(&mut answer.as_slice()).unwrap();
        let WorkerResult::Check(result) = result else {
            panic!("{host}: {result:?}");
        };
        assert_eq!(result.state, Verdict::Unknown, "{host}");
        assert_eq!(result.reason, Some(CheckReason::PrivateAddress), "{host}");
        assert_eq!(result.host, None, "{host}");
    }
    assert!(stand_in.seen().is_empty());

    // It has no arguments, and variables could name a proxy.
    let (status, answer) = run_worker(worker().arg("x"), "gitlab.com");
    assert_eq!((status, answer.len()), (Some(2), 0));
    let (status, answer) = run_worker(worker().env("HTTPS_PROXY", "x"), "gitlab.com");
    assert_eq!((status, answer.len()), (Some(2), 0));
}
