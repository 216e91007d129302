//! What the agent writes down of itself.

use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use keyhaven_protocol::Error;
use keyhaven_protocol::request::StatusRequest;

use crate::support::{AgentFixture, PASSWORD, eventually, unlock};

fn words(world: &AgentFixture) -> Vec<String> {
    let text = std::fs::read_to_string(world.path("agent.log")).unwrap();
    let whats = text.lines().map(|line| line.split_once(' ').unwrap().1);
    whats.map(Into::into).collect()
}

#[test]
fn what_happened_is_written_down_in_words_and_codes() {
    let mut world = AgentFixture::new();
    world.add("a-name", "a-value");
    world.lock();
    unlock(&mut world.client(), "a wrong password").unwrap_err();
    assert_eq!(world.get("a-name").unwrap_err(), Error::Locked);
    world.unlock();
    world.clock.advance(Duration::from_secs(31 * 60));
    eventually("the lock", || {
        world.client().ask(StatusRequest {}).unwrap().locked
    });
    world.unlock();
    world.stop();
    let me = std::process::id();
    let version = keyhaven_protocol::VERSION;
    let expected = [
        format!("started version={version} pid={me}"),
        "unlocked".into(),
        format!("locked by=request pid={me}"),
        format!("refused request=Unlock code=wrong_password pid={me}"),
        "unlocked".into(),
        "locked by=time".into(),
        "unlocked".into(),
        format!("locked by=request pid={me}"),
        "ended".into(),
    ];
    assert_eq!(words(&world), expected);
    let file = world.path("agent.log");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.starts_with("2026-06-01T12:00:00Z started"), "{text}");
    for secret in ["a-name", "a-value", "shop", PASSWORD] {
        assert!(!text.contains(secret), "{secret}");
    }
    let mode = file.metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}
