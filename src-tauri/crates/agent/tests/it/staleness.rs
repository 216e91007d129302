//! Launches whose values are not those of now any more.

use std::time::Duration;

use keyhaven_client::Client;
use keyhaven_client::one_segment;
use keyhaven_protocol::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::maintenance::BackUpRequest;
use keyhaven_protocol::request::{
    DistrustRequest, FieldValue, ImportItem, ImportRequest, ImportStep, IsOutdatedRequest,
    LaunchFile, LaunchPurpose, LaunchSource, ListRequest, RemoveRequest, ResolveRequest,
    SetRequest, TrustRequest,
};
use keyhaven_protocol::view::{FieldKind, UntrustedReason};

use crate::support::{AgentFixture, PASSWORD, metadata, named, restore, secret};

fn launched(client: &mut Client) -> IsOutdatedRequest {
    let source = LaunchSource::Environment {
        project: "shop".into(),
        environment: "dev".into(),
    };
    let request = ResolveRequest::new(source, LaunchPurpose::Run);
    let answered = client.ask_with(request, &Segments::default()).unwrap();
    IsOutdatedRequest {
        release: answered.answer.release,
        released_at: answered.answer.released_at,
        file: None,
    }
}

/// Trusts a file whose content has a SHA-256 of ones.
fn trust(world: &AgentFixture, path: &str, allow_production: bool) {
    let trust = TrustRequest {
        path: path.into(),
        sha256: "1".repeat(64),
        allow_production,
        outline: Vec::new(),
    };
    world.client().ask(trust).unwrap();
}

fn set(world: &AgentFixture, environment: &str, name: &str) {
    let (value, segments) = one_segment(secret("new"));
    let request = SetRequest {
        target: named("shop", environment, name),
        revision: None,
        values: vec![FieldValue {
            field: "value".into(),
            value,
        }],
        expires: None,
        rotate_on: None,
        discard_old: false,
    };
    world.client().ask_with(request, &segments).unwrap();
}

#[test]
fn a_launch_is_outdated_by_a_new_value_of_what_it_was_given() {
    let world = AgentFixture::new();
    world.add("stripe", "sk_1");
    world.add_to("shop", "qa", metadata("other"), "x").unwrap();
    let mut client = world.client();
    let launch = launched(&mut client);
    assert!(!client.ask(launch.clone()).unwrap());
    // No number means the newest entry.
    let newest = IsOutdatedRequest {
        release: u64::MAX,
        ..launch.clone()
    };
    assert!(client.ask(newest).unwrap());
    // Changes of other keys, and earlier ones, do not count.
    set(&world, "qa", "other");
    assert!(!client.ask(launch.clone()).unwrap());
    set(&world, "dev", "stripe");
    assert!(client.ask(launch.clone()).unwrap());
    let again = launched(&mut client);
    assert!(!client.ask(again).unwrap());
    // Any client gets the answer from the log; a release that is not in it is outdated.
    assert!(world.client().ask(launch.clone()).unwrap());
    for release in [0, 1, u64::MAX] {
        let unknown = IsOutdatedRequest {
            release,
            ..launch.clone()
        };
        assert!(client.ask(unknown).unwrap());
    }
    world.lock();
    assert_eq!(client.ask(launch), Err(Error::Locked));
}

#[test]
fn what_a_file_gave_is_asked_about_only_while_it_is_trusted() {
    let world = AgentFixture::new();
    world.add("stripe", "sk_1");
    let mut client = world.client();
    let (path, sha256) = ("/p/.keyhaven.toml".to_owned(), "1".repeat(64));
    let launch = IsOutdatedRequest {
        file: Some(LaunchFile {
            path: path.clone(),
            sha256: sha256.clone(),
        }),
        ..launched(&mut client)
    };
    let untrusted = |reason| {
        let path = path.clone();
        Err(Error::Untrusted { path, reason })
    };
    assert_eq!(client.ask(launch.clone()), untrusted(UntrustedReason::New));
    trust(&world, &path, false);
    let launch = IsOutdatedRequest {
        file: launch.file,
        ..launched(&mut client)
    };
    assert_eq!(client.ask(launch.clone()), Ok(false));
    client.ask(DistrustRequest { path: path.clone() }).unwrap();
    assert_eq!(client.ask(launch), untrusted(UntrustedReason::Denied));
}

#[test]
fn what_a_file_gave_is_outdated_when_its_owner_has_decided_again() {
    let world = AgentFixture::new();
    world.add("stripe", "sk_1");
    let mut client = world.client();
    let path = "/p/.keyhaven.toml";
    trust(&world, path, true);
    let from_file = |launch: IsOutdatedRequest| IsOutdatedRequest {
        file: Some(LaunchFile {
            path: path.into(),
            sha256: "1".repeat(64),
        }),
        ..launch
    };
    let launch = from_file(launched(&mut client));
    trust(&world, "/p/other/.keyhaven.toml", false);
    assert!(!client.ask(launch.clone()).unwrap());
    trust(&world, path, false);
    assert!(client.ask(launch).unwrap());
    let again = from_file(launched(&mut client));
    assert!(!client.ask(again).unwrap());
}

#[test]
fn a_launch_that_a_restore_took_away_is_outdated_also_when_another_has_its_number() {
    let world = AgentFixture::new();
    world.add("stripe", "sk_1");
    let backup = world.client().ask(BackUpRequest {}).unwrap();
    for _ in 0..8 {
        set(&world, "dev", "stripe");
    }
    let launch = launched(&mut world.client());
    assert!(!world.client().ask(launch.clone()).unwrap());
    world.clock.advance(Duration::from_secs(1));
    restore(&world, &backup.file, PASSWORD).unwrap();
    let mut client = world.client();
    let other = loop {
        assert!(client.ask(launch.clone()).unwrap());
        let other = launched(&mut client);
        if other.release >= launch.release {
            break other;
        }
    };
    assert_eq!(other.release, launch.release);
    assert!(client.ask(launch).unwrap());
    assert!(!client.ask(other).unwrap());
}

#[test]
fn a_launch_is_outdated_by_an_import_and_by_what_goes_to_the_trash() {
    let world = AgentFixture::new();
    let mut client = world.client();
    for value in ["sk_1", "sk_2"] {
        let launch = (value == "sk_2").then(|| launched(&mut client));
        let (value, segments) = one_segment(secret(value));
        let item = ImportItem {
            field: None,
            name: "stripe".into(),
            variable: Some("STRIPE".into()),
            kind: FieldKind::Secret,
            provider: None,
            rotate_every_days: None,
            source_id: "dotenv:STRIPE".into(),
            value,
        };
        let request = ImportRequest {
            project: "shop".into(),
            environment: "dev".into(),
            tier: None,
            items: vec![item],
            step: ImportStep::Apply,
            without_backup: true,
            discard_old: false,
            expires: None,
        };
        let answered = client.ask_with(request, &segments).unwrap();
        assert!(answered.answer.applied);
        assert!(launch.is_none_or(|launch| client.ask(launch).unwrap()));
    }
    let launch = launched(&mut client);
    assert!(!client.ask(launch.clone()).unwrap());
    let row = client.ask(ListRequest::default()).unwrap().remove(0);
    let (id, revision) = (row.id, row.revision);
    client.ask(RemoveRequest { id, revision }).unwrap();
    assert!(client.ask(launch).unwrap());
}
