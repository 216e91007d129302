//! Which variables of an environment a launch is given, and what is logged of them.

use keyhaven_protocol::notice::Notice;
use keyhaven_protocol::request::{
    AuditRequest, Choice, LaunchPurpose, Overrides, RunningRequest, StartFailedRequest,
};
use keyhaven_protocol::settings::ExpiredPolicy;
use keyhaven_protocol::view::Tier;
use keyhaven_protocol::{Error, Problem};

use super::{assign, choose, environment, resolve};
use crate::support::{AgentFixture, expiring};

/// A location with a key that has expired and one that has not.
fn with_an_expired_key() -> AgentFixture {
    let world = AgentFixture::new();
    world.add("stripe", "sk");
    let old = expiring("old", "2026-05-01");
    world.add_to("shop", "dev", old, "gone").unwrap();
    world
}

#[test]
fn an_environment_is_given_whole_and_logged_before() {
    let world = with_an_expired_key();
    let mut client = world.client();
    let (view, variables) = resolve(&mut client, environment("dev"), LaunchPurpose::Run).unwrap();
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(variables, [pair("OLD", "gone"), pair("STRIPE", "sk")]);
    assert_eq!(view.tier, Tier::Development);
    assert_eq!(view.notices, [Notice::Expired { name: "old".into() }]);

    let log = client.ask(AuditRequest::default()).unwrap();
    assert_eq!(
        (log[0].sequence, &*log[0].action),
        (view.release, "use.launch")
    );
    assert_eq!(log[0].credentials, ["old", "stripe"]);
    assert_eq!(log[0].claimed.program.as_deref(), Some("node"));
    assert_eq!(log[0].outcome, "released");

    let running = client.ask(RunningRequest {}).unwrap();
    assert_eq!(running[0].pid, std::process::id());
    assert_eq!(running[0].credentials, ["old", "stripe"]);
    assert!(running[0].stale.is_empty());

    // The report counts once, and only from the connection that was given the values.
    let failed = StartFailedRequest {
        release: view.release,
    };
    let mut stranger = world.client();
    assert!(stranger.ask(failed.clone()).is_err());
    client.ask(failed.clone()).unwrap();
    assert!(client.ask(failed).is_err());
    assert!(client.ask(RunningRequest {}).unwrap().is_empty());
    let log = client.ask(AuditRequest::default()).unwrap();
    assert_eq!(
        (&*log[0].action, &*log[0].outcome),
        ("use.launch_failed", "failed")
    );
    assert_eq!(log[0].detail["release"], view.release.to_string());
    assert!(matches!(
        resolve(&mut client, environment("prd"), LaunchPurpose::Run),
        Err(Error::NoEnvironment { .. })
    ));
}

#[test]
fn what_stays_out_is_neither_opened_nor_logged_as_used() {
    let world = with_an_expired_key();
    let mut client = world.client();
    let refuse = Overrides {
        expired: Some(ExpiredPolicy::Refuse),
        production: false,
    };
    let mut ask = |choice| {
        let purpose = LaunchPurpose::Run;
        choose(&mut client, environment("dev"), choice, refuse, purpose)
    };
    let expired = Err(Error::Expired { name: "old".into() });
    assert_eq!(ask(Choice::default()), expired);
    let except = Choice {
        except: vec!["kh:old".into()],
        ..Choice::default()
    };
    let (_, variables) = ask(except).unwrap();
    assert_eq!(variables, [("STRIPE".to_owned(), "sk".to_owned())]);
    let log = client.ask(AuditRequest::default()).unwrap();
    assert_eq!(log[0].credentials, ["stripe"]);
    assert_eq!(log[0].detail["expired"], "refuse");
}

#[test]
fn a_choice_names_adds_and_never_gives_a_loader_variable_away() {
    let world = AgentFixture::new();
    world.add("stripe", "sk");
    world.add("postgres", "p@ss");
    let mut client = world.client();
    let mut ask = |choice| {
        let purpose = LaunchPurpose::Env;
        let overrides = Overrides::default();
        choose(&mut client, environment("dev"), choice, overrides, purpose)
    };
    let choice = Choice {
        prefix: "APP_".into(),
        renamed: vec![assign("PGPASSWORD", "kh:postgres")],
        set: vec![
            assign("URL", "x://{{kh:postgres|url}}@h"),
            assign("LD_PRELOAD", "kh://shop/dev/stripe"),
        ],
        ..Choice::default()
    };
    // No credential can allow a variable that it does not set itself, so none is named.
    let loader = Error::LoaderVariable {
        variable: "LD_PRELOAD".into(),
        credential: None,
    };
    assert_eq!(ask(choice.clone()).map(drop), Err(loader));
    let mut choice = choice;
    choice.set[1].variable = "OTHER".into();
    let (view, variables) = ask(choice).unwrap();
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let expected = [
        pair("APP_STRIPE", "sk"),
        pair("OTHER", "sk"),
        pair("PGPASSWORD", "p@ss"),
        pair("URL", "x://p%40ss@h"),
    ];
    assert_eq!(variables, expected);
    assert!(view.variables.iter().all(|one| !one.allow_loader_variable));
    for (choice, wrong) in [
        (
            Choice {
                prefix: "A B".into(),
                ..Choice::default()
            },
            Problem::BadVariable {
                variable: Some("A BPOSTGRES".into()),
            },
        ),
        (
            Choice {
                renamed: vec![assign("A", "kh:stripe")],
                set: vec![assign("A", "b")],
                ..Choice::default()
            },
            Problem::VariableTwice {
                variable: "A".into(),
            },
        ),
    ] {
        match ask(choice) {
            Err(Error::Invalid { problem }) => assert_eq!(problem, wrong),
            other => panic!("{other:?}"),
        }
    }
}
