//! `kh rotate`: the dialog at a terminal, which can be left at any question, and the checks at a
//! stand-in of the provider.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::process::Output;
use std::time::Duration;

use keyhaven_tests::{Kept, StandIn, StandInAnswer, Terminal, World, eventually};
use serde_json::Value;

const OLD: &str = "old-value";
const NEW: &str = "new-value";

fn world_with_key(more: &[&str]) -> World {
    let world = World::new();
    world.init();
    let add = ["add", "mail", "-p", "shop", "-e", "dev", "--stdin"];
    world.kh_ok_with(&[&add[..], more].concat(), OLD);
    world
}

fn rotate(world: &World, more: &[&str]) -> Terminal {
    Terminal::start(world.kh(&[&["rotate", "mail"], more].concat()))
}

fn value(world: &World) -> String {
    world.kh_ok(&["get", "mail"])
}

/// The open rotation, as a program reads it.
fn open(world: &World) -> Value {
    let open = world.kh_ok(&["rotate", "--status", "--json"]);
    let open: Value = serde_json::from_str(&open).unwrap();
    open[0].clone()
}

/// The replaced value that is to be revoked, as a program reads it.
fn revocation(world: &World) -> Value {
    let due: Value = serde_json::from_str(&world.kh_ok(&["due", "--json"])).unwrap();
    let mut all = due.as_array().unwrap().iter();
    let found = all.find(|item| item["what"] == "revocation");
    found.cloned().unwrap_or_default()
}

/// Days pass while the vault is locked.
fn pass_days(world: &World, days: u64) {
    world.kh_ok(&["lock"]);
    world.pass(Duration::from_secs(days * 86_400));
    let password = format!("{}\n", keyhaven_tests::PASSWORD);
    world.kh_ok_with(&["unlock", "--password-stdin"], &password);
}

fn interrupt(mut terminal: Terminal) {
    terminal.type_text("\u{3}");
    assert_eq!(terminal.wait().signal(), Some(2), "{}", terminal.screen());
}

#[test]
fn a_rotation_that_is_left_at_a_question_goes_on_days_later() {
    let mut world = world_with_key(&["--url", "https://example.com/keys"]);
    let opener = world.write("bin/xdg-open", "#!/bin/sh\necho \"$1\" > opened\n");
    fs::set_permissions(&opener, fs::Permissions::from_mode(0o755)).unwrap();
    let folder = opener.parent().unwrap().display().to_string();
    let search = std::env::var("PATH").unwrap();
    world.set("PATH", format!("{folder}:{search}"));

    // Before anything is stored there is nothing to resume.
    let mut terminal = rotate(&world, &[]);
    terminal.expect("Make a new key at https://example.com/keys");
    terminal.expect("Open that page in the browser? [y/N] ");
    terminal.type_text("y\n");
    terminal.expect("Value of mail: ");
    let opened = world.path("work/opened");
    eventually("the page", || {
        fs::read_to_string(&opened).is_ok_and(|page| page == "https://example.com/keys\n")
    });
    interrupt(terminal);
    assert_eq!(open(&world), Value::Null);

    let mut terminal = rotate(&world, &[]);
    terminal.expect("[y/N] ");
    terminal.type_text("n\n");
    terminal.expect("Value of mail: ");
    terminal.type_text(&format!("{NEW}\n"));
    terminal.expect("as version 2; version 1 stays in use");
    terminal.expect("The new value is not checked. Use it? [y/N] ");
    assert!(!terminal.screen().contains(NEW));
    interrupt(terminal);
    assert_eq!(open(&world)["stage"], "pending");
    assert_eq!(value(&world), OLD);

    pass_days(&world, 5);
    // A second one is refused, and names the open one.
    let second = world.kh_with(&["rotate", "mail", "--stdin"], "third-value");
    assert_eq!(second.status.code(), Some(5));
    let said = String::from_utf8_lossy(&second.stderr);
    assert!(said.contains("a rotation of mail is open since"), "{said}");

    // A program that runs since before the new value is in use.
    let run = ["run", "-p", "shop", "-e", "dev", "--", "sleep", "1000"];
    let program = Kept::start(&mut world.kh(&run));
    eventually("a program", || {
        world.kh_ok(&["audit"]).contains("use.launch")
    });
    let mut terminal = rotate(&world, &["--resume"]);
    terminal.expect("Use it? [y/N] ");
    terminal.type_text("y\n");
    assert!(terminal.wait().success(), "{}", terminal.screen());
    let screen = terminal.screen();
    assert!(screen.contains("Version 2 of mail is in use"), "{screen}");
    let holds = format!("sleep ({})", program.pid());
    assert!(screen.contains(&holds), "{screen}");
    assert!(
        screen.contains("Revoke the old key at https://example.com/keys"),
        "{screen}"
    );
    assert_eq!(value(&world), NEW);
    assert_eq!(open(&world)["stage"], "grace");
    assert_eq!(revocation(&world)["in_days"], 3);
    let calendar = world.kh_ok(&["due", "--ics"]);
    assert!(
        calendar.contains("A replaced API key is to be revoked"),
        "{calendar}"
    );

    pass_days(&world, 4);
    assert_eq!(open(&world)["stage"], "grace_over");
    assert_eq!(revocation(&world)["in_days"], -1);
    let status: Value = serde_json::from_str(&world.kh_ok(&["status", "--json"])).unwrap();
    assert_eq!(status["overdue"], 1);
    let due = world.kh_with(&["due"], "");
    let due = String::from_utf8_lossy(&due.stderr).into_owned();
    assert!(
        due.contains("the grace period of the old value of mail is over"),
        "{due}"
    );
    let mut terminal = rotate(&world, &["--resume"]);
    terminal.expect("Was the old key revoked at https://example.com/keys? [y/N] ");
    terminal.type_text("n\n");
    assert!(terminal.wait().success());
    assert_eq!(open(&world)["stage"], "grace_over");
    let mut terminal = rotate(&world, &["--resume"]);
    terminal.expect("Was the old key revoked");
    terminal.type_text("y\n");
    assert!(terminal.wait().success(), "{}", terminal.screen());
    assert_eq!(open(&world), Value::Null);
    assert_eq!(revocation(&world), Value::Null);
    let history = world.kh_ok(&["history", "mail"]);
    for step in [
        "rotation.start",
        "rotation.promote",
        "rotation.finish",
        "revoked",
    ] {
        assert!(history.contains(step), "{history}");
    }
}

const HOST: &str = "api.openai.com";

/// A world with a key of a provider, and the provider.
fn at_provider() -> (World, StandIn) {
    let world = world_with_key(&["--provider", "openai"]);
    let stand_in = StandIn::start(&world);
    (world, stand_in)
}

fn scripted(world: &World, more: &[&str]) -> Output {
    let rotate = ["rotate", "mail", "--stdin", "--yes"];
    world.kh_with(&[&rotate[..], more].concat(), NEW)
}

fn said(output: &Output) -> String {
    let of = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    of(&output.stdout) + &of(&output.stderr)
}

#[test]
fn a_new_key_is_used_only_when_its_provider_accepts_it() {
    let (world, stand_in) = at_provider();
    stand_in.answer(HOST, StandInAnswer::Body(401, "{}"));
    let dead = scripted(&world, &["--check"]);
    assert_eq!(dead.status.code(), Some(1), "{}", said(&dead));
    assert!(
        said(&dead).contains("the provider refuses the new value"),
        "{}",
        said(&dead)
    );
    assert_eq!(value(&world), OLD);
    assert_eq!(open(&world)["stage"], "pending");
    assert_eq!(open(&world)["check"]["state"], "dead");

    // Where nobody knows, nobody decides: it stays pending.
    stand_in.answer(HOST, StandInAnswer::Body(503, ""));
    let resume = |more: &[&str]| {
        let resume = ["rotate", "mail", "--resume", "--yes"];
        world.kh_with(&[&resume[..], more].concat(), "")
    };
    let unknown = resume(&["--check"]);
    assert_eq!(unknown.status.code(), Some(1), "{}", said(&unknown));
    assert_eq!(value(&world), OLD);
    assert_eq!(open(&world)["check"]["state"], "unknown");

    // The new value went there, and the old one did not.
    let seen = stand_in.seen();
    assert_eq!(seen.len(), 2);
    assert!(
        seen.iter()
            .all(|it| it.text.contains(NEW) && !it.text.contains(OLD))
    );

    stand_in.answer(HOST, StandInAnswer::Body(200, "{}"));
    let alive = resume(&["--check"]);
    assert!(alive.status.success(), "{}", said(&alive));
    assert_eq!(value(&world), NEW);
    assert_eq!(open(&world)["stage"], "grace");
    assert_eq!(open(&world)["check"]["state"], "alive");

    // The old one still works there: the rotation is not done.
    let done = world.kh_with(&["rotate", "mail", "--done", "--check"], "");
    assert_eq!(done.status.code(), Some(1), "{}", said(&done));
    assert!(
        said(&done).contains("still accepts the old value"),
        "{}",
        said(&done)
    );
    assert_eq!(open(&world)["stage"], "grace");
    assert!(stand_in.seen().last().unwrap().text.contains(OLD));
    stand_in.answer(HOST, StandInAnswer::Body(401, "{}"));
    let done = world.kh_with(&["rotate", "mail", "--done", "--check"], "");
    assert!(done.status.success(), "{}", said(&done));
    assert_eq!(open(&world), Value::Null);
    assert_eq!(value(&world), NEW);
}

#[test]
fn nothing_is_sent_unless_somebody_asks() {
    let (world, stand_in) = at_provider();
    stand_in.answer(HOST, StandInAnswer::Body(401, "{}"));
    let used = scripted(&world, &[]);
    assert!(used.status.success(), "{}", said(&used));
    assert_eq!(open(&world)["check"], Value::Null);
    world.kh_ok(&["rotate", "mail", "--abort", "--yes"]);
    assert_eq!(value(&world), OLD);
    assert!(stand_in.seen().is_empty());

    // At a terminal that is a question, and a no sends nothing.
    let mut terminal = rotate(&world, &[]);
    terminal.expect("in the browser? [y/N] ");
    terminal.type_text("n\n");
    terminal.expect("Value of mail: ");
    terminal.type_text("another-value\n");
    terminal.expect("to check that it is alive? [y/N] ");
    terminal.type_text("n\n");
    terminal.expect("The new value is not checked. Use it? [y/N] ");
    assert!(stand_in.seen().is_empty());
    terminal.type_text("n\n");
    terminal.expect("The rotation stays open");
    assert!(terminal.wait().success());
    let mut terminal = rotate(&world, &["--resume"]);
    terminal.expect("to check that it is alive? [y/N] ");
    stand_in.answer(HOST, StandInAnswer::Body(200, "{}"));
    terminal.type_text("y\n");
    terminal.expect("is alive at api.openai.com");
    terminal.expect("Use the new value from now on? [y/N] ");
    terminal.type_text("y\n");
    assert!(terminal.wait().success(), "{}", terminal.screen());
    assert_eq!(value(&world), "another-value");
}
