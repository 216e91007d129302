//! `kh rotate --auto` against a stand-in that makes and ends keys, and fails in every way that
//! leaves a key behind.

use std::process::Output;
use std::time::Duration;

use keyhaven_tests::{
    KEY_SERVICE_HOST, Kept, KeyService, KeyServiceFault, StandIn, StandInAnswer, World, eventually,
};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

const AUTO: [&str; 6] = ["rotate", "mail", "--auto", "--admin", "manager", "--yes"];

fn old() -> String {
    format!("sk-or-v1-{}", "0f".repeat(32))
}

/// A key `mail` with its id, the one that manages it, and their provider.
fn begin() -> (World, StandIn, KeyService) {
    let world = World::new();
    world.init();
    let stand_in = StandIn::start(&world);
    let service = KeyService::default().with_key("by-hand", &old());
    stand_in.answer(KEY_SERVICE_HOST, StandInAnswer::Keys(service.clone()));
    let place = [
        "-p",
        "shop",
        "-e",
        "dev",
        "--stdin",
        "--provider",
        "openrouter",
    ];
    let fields = ["--field", "value", "--field", "key_id="];
    let add = [&["add", "mail"][..], &place, &fields].concat();
    let values = format!(r#"{{"value":"{}","key_id":"by-hand"}}"#, old());
    world.kh_ok_with(&add, &values);
    let add = [&["add", "manager"][..], &place].concat();
    world.kh_ok_with(&add, KeyService::admin());
    (world, stand_in, service)
}

fn value(world: &World) -> String {
    world.kh_ok(&["get", "kh:mail/value"])
}

fn said(output: &Output) -> String {
    let stdout = String::from_utf8_lossy(&output.stdout);
    format!("{stdout}{}", String::from_utf8_lossy(&output.stderr))
}

/// The open rotation, as a program reads it.
fn open(world: &World) -> Value {
    let open = world.kh_ok(&["rotate", "--status", "--json"]);
    let open: Value = serde_json::from_str(&open).unwrap();
    open[0].clone()
}

/// The ids of the keys at the provider, and whether each is alive.
fn there(service: &KeyService) -> Vec<(String, bool)> {
    let keys = service.keys();
    keys.into_iter().map(|key| (key.id, key.is_alive)).collect()
}

fn key(id: &str, is_alive: bool) -> (String, bool) {
    (id.into(), is_alive)
}

fn pass_days(world: &World, days: u64) {
    world.kh_ok(&["lock"]);
    world.pass(Duration::from_secs(days * 86_400));
    unlock(world);
}

fn unlock(world: &World) {
    let password = format!("{}\n", keyhaven_tests::PASSWORD);
    world.kh_ok_with(&["unlock", "--password-stdin"], &password);
}

#[test]
fn a_key_is_made_checked_used_and_the_old_one_ended_after_its_grace_period() {
    let (world, stand_in, service) = begin();
    let planned = world.kh_ok(&[&AUTO[..5], &["--dry-run"]].concat());
    assert!(
        planned.contains("A new key of mail is made at openrouter.ai"),
        "{planned}"
    );
    assert!(stand_in.seen().is_empty());

    let done = world.kh_ok(&AUTO);
    assert!(
        done.contains("The new key of mail is in use as version 2"),
        "{done}"
    );
    let made = service.keys().pop().unwrap();
    assert!(
        made.name.starts_with("kh-") && made.name.len() == 27,
        "{}",
        made.name
    );
    assert_eq!(value(&world), made.value);
    assert_eq!(world.kh_ok(&["get", "kh:mail/key_id"]), "made-1");
    assert_eq!(there(&service), [key("by-hand", true), key("made-1", true)]);
    assert_eq!(open(&world)["stage"], "grace");

    let end = ["rotate", "mail", "--done", "--auto", "--yes"];
    let early = world.kh_with(&end, "");
    assert_eq!(early.status.code(), Some(1));
    assert!(said(&early).contains("the grace period of the old key lasts until"));
    assert_eq!(there(&service), [key("by-hand", true), key("made-1", true)]);
    pass_days(&world, 4);
    let ended = world.kh_ok(&end);
    assert!(ended.contains("The rotation of mail is done"), "{ended}");
    assert_eq!(
        there(&service),
        [key("by-hand", false), key("made-1", true)]
    );
    assert_eq!(open(&world), Value::Null);

    let log = world.kh_ok(&["audit", "--json"]);
    for action in [
        "rotation.create",
        "rotation.start",
        "rotation.promote",
        "rotation.revoke",
    ] {
        assert!(log.contains(action), "{action}");
    }
    assert!(log.contains(KEY_SERVICE_HOST));
    for secret in [old(), made.value, KeyService::admin()] {
        assert!(!log.contains(&secret));
    }
}

#[test]
fn what_cannot_be_rotated_says_what_to_do_and_asks_nothing() {
    let (world, stand_in, service) = begin();
    let refused = |arguments: &[&str]| {
        let output = world.kh_with(arguments, "");
        (output.status.code(), said(&output))
    };
    let (status, text) = refused(&["rotate", "mail", "--auto", "--yes"]);
    assert_eq!(status, Some(2));
    assert!(text.contains("--admin REF"), "{text}");
    let own = ["rotate", "mail", "--auto", "--admin", "mail", "--yes"];
    let (status, text) = refused(&own);
    assert_eq!(status, Some(1));
    assert!(text.contains("the same key"), "{text}");
    let (_, text) = refused(&AUTO[..5]);
    assert!(text.contains("add --yes"), "{text}");
    world.kh_ok_with(
        &[
            "add",
            "chat",
            "-p",
            "shop",
            "-e",
            "dev",
            "--stdin",
            "--provider",
            "groq",
        ],
        "gsk_x",
    );
    let (_, text) = refused(&["rotate", "chat", "--auto", "--yes"]);
    assert!(
        text.contains("cannot make or end keys of this kind"),
        "{text}"
    );
    assert!(text.contains("rotate it by hand"), "{text}");
    assert!(stand_in.seen().is_empty());

    service.fail(&[KeyServiceFault::Declined]);
    let (status, text) = refused(&AUTO);
    assert_eq!(status, Some(1));
    assert!(text.contains("declined with HTTP status 403"), "{text}");
    assert_eq!(there(&service), [key("by-hand", true)]);
    assert_eq!(open(&world), Value::Null);
    assert_eq!(value(&world), old());
}

#[test]
fn a_key_whose_answer_was_lost_is_found_by_its_tag_and_ended() {
    for fault in [KeyServiceFault::LostAnswer, KeyServiceFault::Failure] {
        let (world, _stand_in, service) = begin();
        service.fail(&[fault]);
        world.kh_ok(&AUTO);
        assert_eq!(service.made(), 2, "{fault:?}");
        assert_eq!(
            there(&service),
            [key("by-hand", true), key("made-2", true)],
            "{fault:?}"
        );
        assert_eq!(value(&world), service.keys().pop().unwrap().value);
    }
}

#[test]
fn a_key_that_its_provider_does_not_accept_is_ended_and_erased() {
    let (world, _stand_in, service) = begin();
    service.fail(&[KeyServiceFault::DeadKey]);
    let output = world.kh_with(&AUTO, "");
    assert_eq!(output.status.code(), Some(1));
    let text = said(&output);
    assert!(
        text.contains("does not accept the key that it made"),
        "{text}"
    );
    assert_eq!(there(&service), [key("by-hand", true)]);
    assert_eq!(value(&world), old());
    assert_eq!(open(&world), Value::Null);
}

#[test]
fn an_agent_that_is_killed_while_a_key_is_made_leaves_no_key_behind() {
    let (world, _stand_in, service) = begin();
    service.fail(&[KeyServiceFault::HeldAnswer]);
    let rotation = Kept::start(&mut world.kh(&AUTO));
    eventually("a key", || service.made() == 1);
    let agent = world.agent_pid().expect("an agent");
    kill_process(Pid::from_raw(agent.cast_signed()).unwrap(), Signal::KILL).unwrap();
    drop(rotation);
    unlock(&world);
    let waits = open(&world);
    assert_eq!(waits["stage"], "creating", "{waits}");
    assert_eq!(waits["automation"]["tag"], service.keys()[1].name.as_str());
    assert_eq!(value(&world), old());

    let done = world.kh_ok(&["rotate", "mail", "--resume"]);
    assert!(done.contains("is in use as version 2"), "{done}");
    assert_eq!(there(&service), [key("by-hand", true), key("made-2", true)]);
    assert_eq!(value(&world), service.keys().pop().unwrap().value);
}

#[test]
fn where_nothing_can_be_found_a_person_is_needed_and_nothing_is_sent_again() {
    let world = World::new();
    world.init();
    let stand_in = StandIn::start(&world);
    stand_in.answer("api.openai.com", StandInAnswer::Garbage);
    let place = ["-p", "shop", "-e", "dev", "--stdin", "--provider", "openai"];
    let fields = ["value", "project_id=", "service_account_id="];
    let fields = fields.map(|field| ["--field", field]).concat();
    let add = [&["add", "mail"][..], &place, &fields].concat();
    let values = r#"{"value":"old-value","project_id":"p","service_account_id":"s"}"#;
    world.kh_ok_with(&add, values);
    let add = [&["add", "manager"][..], &place].concat();
    world.kh_ok_with(&add, "admin-value");

    let output = world.kh_with(&AUTO, "");
    assert_eq!(output.status.code(), Some(1));
    let text = said(&output);
    assert!(
        text.contains("it is not known whether the provider made a key"),
        "{text}"
    );
    let waits = open(&world);
    assert_eq!(waits["stage"], "needs_person");
    assert_eq!(waits["automation"]["reason"]["code"], "broken_answer");
    let tag = waits["automation"]["tag"].as_str().unwrap();
    assert!(text.contains(tag), "{text}");
    let table = world.kh_ok(&["rotate", "--status"]);
    assert!(table.contains("needs a person"), "{table}");

    let sent = stand_in.seen().len();
    assert_eq!(sent, 1);
    let again = world.kh_with(&["rotate", "mail", "--resume"], "");
    assert_eq!(again.status.code(), Some(1));
    assert_eq!(stand_in.seen().len(), sent);
    let undone = world.kh_ok(&["rotate", "mail", "--abort", "--yes"]);
    assert!(undone.contains(tag), "{undone}");
    assert_eq!(open(&world), Value::Null);
}

#[test]
fn an_old_key_that_the_provider_does_not_end_stays_a_persons_task() {
    let (world, stand_in, service) = begin();
    world.kh_ok(&AUTO);
    pass_days(&world, 4);
    // The key that is to stay is not alive: nothing ends.
    stand_in.answer(KEY_SERVICE_HOST, StandInAnswer::Body(401, "{}"));
    let end = ["rotate", "mail", "--done", "--auto", "--yes"];
    let output = world.kh_with(&end, "");
    assert!(said(&output).contains("not certain that the key in use is alive"));
    assert_eq!(open(&world)["stage"], "grace_over");
    stand_in.answer(KEY_SERVICE_HOST, StandInAnswer::Keys(service.clone()));
    world.kh_ok(&end);
    assert_eq!(
        there(&service),
        [key("by-hand", false), key("made-1", true)]
    );
}
