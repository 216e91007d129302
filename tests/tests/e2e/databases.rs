//! Passwords of PostgreSQL roles against a real server.

use keyhaven_tests::{PostgresServer, World};
use serde_json::{Value, json};

const PLACE: [&str; 7] = [
    "-p",
    "shop",
    "-e",
    "dev",
    "--stdin",
    "--provider",
    "postgresql",
];

/// A world and a server in which role `app` has this password.
#[expect(clippy::print_stderr, reason = "says what was not checked")]
fn world_with(password: &str, tls: bool) -> Option<(World, PostgresServer)> {
    if !PostgresServer::is_installed() {
        eprintln!("not checked: the set-up could not bring in PostgreSQL");
        return None;
    }
    let world = World::new();
    world.init();
    let owner = "the owner's";
    let server = match tls {
        true => PostgresServer::start_with_tls(&world, owner),
        false => PostgresServer::start(&world, owner),
    };
    server.sql(
        &world,
        &format!("CREATE ROLE app LOGIN PASSWORD '{password}'"),
    );
    Some((world, server))
}

/// A key of the service, in `shop/dev`.
fn add(world: &World, name: &str, value: &str) {
    let arguments = [&["add", name, "--env-var", ""][..], &PLACE].concat();
    world.kh_ok_with(&arguments, value);
}

/// A password with fields next to it.
fn add_fields(world: &World, name: &str, values: &[(&str, &str)]) {
    let mut arguments = [&["add", name][..], &PLACE].concat();
    for (field, _) in values {
        arguments.extend(["--field", field]);
    }
    let values = values.iter().copied();
    let values: serde_json::Map<_, _> = values
        .map(|(field, value)| (field.to_owned(), json!(value)))
        .collect();
    world.kh_ok_with(&arguments, Value::Object(values).to_string());
}

/// What `kh check` finds: the state, and the code of the reason.
fn found(world: &World, name: &str) -> (String, String) {
    let result = checked(world, name);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (text(&result["state"]), text(&result["reason"]["code"]))
}

fn checked(world: &World, name: &str) -> Value {
    let output = world.kh_with(&["check", name, "--json"], "");
    let mut results: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("no JSON: {output:?}"));
    results[0].take()
}

fn is(found: &(String, String), state: &str, reason: &str) {
    assert_eq!((found.0.as_str(), found.1.as_str()), (state, reason));
}

#[test]
fn a_password_is_alive_or_dead_only_where_the_server_says_so() {
    let password = "no-real-password";
    let Some((world, server)) = world_with(password, false) else {
        return;
    };
    server.sql(
        &world,
        "CREATE ROLE free LOGIN; CREATE ROLE barred LOGIN;
        CREATE ROLE idle NOLOGIN PASSWORD 'no-real-password';
        CREATE ROLE ending LOGIN PASSWORD 'no-real-password' VALID UNTIL '2099-01-31 12:00+00'",
    );
    add(&world, "right", &server.url("app", password));
    is(&found(&world, "right"), "alive", "");
    let host = format!("127.0.0.1:{}", server.port());
    assert_eq!(checked(&world, "right")["host"], host);
    add(&world, "wrong", &server.url("app", "another"));
    is(&found(&world, "wrong"), "dead", "invalid");
    add(&world, "gone", &server.url("nobody", password));
    is(&found(&world, "gone"), "dead", "invalid");
    add(&world, "idle", &server.url("idle", password));
    is(&found(&world, "idle"), "dead", "invalid");

    // It asks for no password, or does not look at one: that says nothing about this one.
    add(&world, "free", &server.url("free", "anything"));
    is(&found(&world, "free"), "unknown", "no_password_asked");
    add(&world, "barred", &server.url("barred", password));
    is(&found(&world, "barred"), "unknown", "database_refused");

    // What fails after the password was accepted.
    let elsewhere = server.url("app", password).replace("/postgres", "/no_such");
    add(&world, "elsewhere", &elsewhere);
    is(&found(&world, "elsewhere"), "alive", "database_refused");

    add(&world, "ending", &server.url("ending", password));
    let reported = checked(&world, "ending");
    assert_eq!(reported["reported"]["expires_at"], "2099-01-31T12:00:00Z");

    let port = server.port().to_string();
    let fields = [
        ("password", password),
        ("host", "127.0.0.1"),
        ("port", &port),
        ("user", "app"),
        ("database", "postgres"),
    ];
    add_fields(&world, "fields", &fields);
    is(&found(&world, "fields"), "alive", "");
    add_fields(&world, "half", &fields[..2]);
    is(&found(&world, "half"), "unknown", "field_missing");

    // Nobody knows which server that is, so nothing is sent.
    let before = server.log();
    add(&world, "odd", &server.url("app", "p@ss@word"));
    is(&found(&world, "odd"), "unknown", "address_unclear");
    assert_eq!(server.log(), before);
}

#[test]
fn a_password_crosses_a_network_only_over_tls() {
    let password = "no-real-password";
    let Some((world, server)) = world_with(password, true) else {
        return;
    };
    let encrypted = format!("{}?sslmode=verify-full", server.url("app", password));
    add(&world, "unknown", &encrypted);
    is(&found(&world, "unknown"), "unknown", "certificate");
    let authority = server.authority();
    add_fields(&world, "own", &[("url", &encrypted), ("ca", authority)]);
    is(&found(&world, "own"), "alive", "");
    let last = server.log();
    let last = last.lines().rfind(|line| line.contains("authorized"));
    assert!(last.is_some_and(|line| line.contains("SSL")), "{last:?}");

    let plain = World::new();
    plain.init();
    let server = PostgresServer::start(&plain, "the owner's");
    let wants_tls = format!("{}?sslmode=require", server.url("owner", "the%20owner's"));
    add(&plain, "key", &wants_tls);
    is(&found(&plain, "key"), "unknown", "no_encryption");
    assert!(!server.log().contains("authorized"));
}
