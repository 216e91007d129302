//! What is wrong with the keys: found from the whole vault, without a value in the answer.

use std::time::Duration;

use keyhaven_client::one_segment;
use keyhaven_protocol::error::{Code, Error};
use keyhaven_protocol::health::{
    HealthFinding, HealthRequest, HealthSeverity, HealthView, KeyFinding,
};
use keyhaven_protocol::request::{
    AddProfileRequest, Assignment, Choice, FieldValue, Metadata, Profile, StartRotationRequest,
    StatusRequest,
};
use keyhaven_protocol::view::Tier;

use crate::support::{AgentFixture, eventually, expiring, metadata, secret};

/// In no answer, in no form.
const CANARY: &str = "canary-7d1f0c55e2";

fn health(world: &AgentFixture) -> HealthView {
    world.client().ask(HealthRequest::default()).unwrap()
}

fn dated(name: &str) -> Metadata {
    Metadata {
        never_rotate: Some("a test".into()),
        owner: Some("platform".into()),
        ..metadata(name)
    }
}

/// The keys that have a finding, by reference, with what fixes it.
fn commands(view: &HealthView) -> Vec<String> {
    view.findings.iter().map(KeyFinding::command).collect()
}

#[test]
fn a_vault_without_weaknesses_has_no_finding() {
    let world = AgentFixture::new();
    world.add_to("shop", "dev", dated("a"), CANARY).unwrap();
    let view = health(&world);
    assert_eq!((view.keys, view.total(), view.findings.len()), (1, 0, 0));
}

#[test]
fn what_is_wrong_is_found_the_most_urgent_first_and_without_values() {
    let world = AgentFixture::new();
    world.add_to("shop", "dev", dated("a"), CANARY).unwrap();
    world.add_to("shop", "prod", dated("a"), CANARY).unwrap();
    let open = Metadata {
        owner: None,
        ..dated("b")
    };
    world
        .add_to("shop", "prod", open, "another canary")
        .unwrap();
    let ended = Metadata {
        owner: Some("platform".into()),
        ..expiring("c", "2026-05-01")
    };
    world.add_to("shop", "dev", ended, "third value 1").unwrap();
    world
        .add_to("shop", "dev", metadata("d"), "fourth value")
        .unwrap();
    let view = health(&world);
    assert_eq!(
        commands(&view),
        [
            "kh rotate kh://shop/dev/a",
            "kh rotate kh://shop/dev/c",
            "kh edit kh://shop/dev/d --rotate-every usual",
            "kh edit kh://shop/prod/b --owner NAME",
        ]
    );
    assert_eq!((view.problems, view.warnings, view.notes), (2, 1, 1));
    assert_eq!(
        view.findings[0].finding,
        HealthFinding::SameValueAcrossTiers {
            other: "kh://shop/prod/a".into(),
            tier: Tier::Production,
        }
    );
    let severities: Vec<HealthSeverity> = view
        .findings
        .iter()
        .map(|it| it.finding.severity())
        .collect();
    assert!(severities.is_sorted(), "{severities:?}");
    let json = serde_json::to_string(&view).unwrap();
    assert!(!json.contains("canary"), "{json}");
}

#[test]
fn some_keys_are_compared_with_all() {
    let world = AgentFixture::new();
    world.add_to("shop", "dev", dated("a"), CANARY).unwrap();
    world.add_to("blog", "prod", dated("b"), CANARY).unwrap();
    let of = |project: &str, environment: Option<&str>| HealthRequest {
        project: Some(project.into()),
        environment: environment.map(Into::into),
    };
    let view = world.client().ask(of("shop", Some("dev"))).unwrap();
    assert_eq!((view.keys, view.problems), (1, 1));
    let view = world.client().ask(of("blog", None)).unwrap();
    assert_eq!((view.keys, view.total()), (1, 0));
    let error = world.client().ask(of("shap", None)).unwrap_err();
    assert_eq!(error.code(), Code::NoProject);
}

#[test]
fn a_production_key_in_a_profile_of_a_lower_tier_is_found() {
    let world = AgentFixture::new();
    world
        .add_to("shop", "dev", dated("a"), "first value")
        .unwrap();
    world
        .add_to("shop", "prod", dated("b"), "second value")
        .unwrap();
    let profile = Profile {
        name: "my web".into(),
        project: "shop".into(),
        environment: "dev".into(),
        allow_production: true,
        choice: Choice {
            renamed: vec![Assignment {
                variable: "B".into(),
                text: "kh://shop/prod/b".into(),
            }],
            ..Choice::default()
        },
        ..Profile::default()
    };
    world.client().ask(AddProfileRequest { profile }).unwrap();
    let view = health(&world);
    assert_eq!(
        commands(&view),
        ["kh profile edit 'my web' --allow-production=false"]
    );
    assert_eq!(view.findings[0].name, "b");
}

#[test]
fn a_key_that_is_being_replaced_is_to_be_replaced_further() {
    let world = AgentFixture::new();
    let key = Metadata {
        expires: expiring("a", "2026-05-01").expires,
        ..dated("a")
    };
    let added = world.add_to("shop", "dev", key, "first value").unwrap();
    let (value, segments) = one_segment(secret("second value"));
    let request = StartRotationRequest {
        id: added.row.id,
        revision: added.row.revision,
        values: vec![FieldValue {
            field: "value".into(),
            value,
        }],
        discard_old: false,
    };
    world.client().ask_with(request, &segments).unwrap();
    let resume = "kh rotate kh://shop/dev/a --resume";
    assert_eq!(commands(&health(&world)), [resume]);
    world.clock.advance(Duration::from_secs(8 * 86_400));
    // It has locked meanwhile, for it was not used.
    eventually("the lock", || {
        world.client().ask(StatusRequest {}).unwrap().locked
    });
    world.unlock();
    assert_eq!(commands(&health(&world)), [resume, resume]);
}

#[test]
fn a_locked_vault_tells_nothing() {
    let world = AgentFixture::new();
    world.add_to("shop", "dev", metadata("a"), CANARY).unwrap();
    world.lock();
    let asked = world.client().ask(HealthRequest::default());
    assert!(matches!(asked, Err(Error::Locked)), "{asked:?}");
}
