//! Environments as a client sees them, and what the log says of them.

use keyhaven_client::one_segment;
use keyhaven_protocol::Error;
use keyhaven_protocol::problem::Problem;
use keyhaven_protocol::request::{
    AuditRequest, CheckPasswordRequest, EnvironmentsRequest, RemoveEnvironmentRequest,
    RemoveRequest,
};

use crate::support::{AgentFixture, PASSWORD, metadata, named, secret};

fn environment(project: &str, environment: &str) -> RemoveEnvironmentRequest {
    RemoveEnvironmentRequest {
        project: project.into(),
        environment: environment.into(),
        erase_trash: false,
    }
}

#[test]
fn an_environment_goes_once_nothing_is_in_it() {
    let world = AgentFixture::new();
    world.add("stripe", "v");
    let typed = world
        .add_to("shpo", "dev", metadata("stripe"), "v")
        .unwrap();
    let mut client = world.client();
    assert_eq!(
        client.ask(environment("shpo", "dev")).unwrap_err(),
        Error::EnvironmentNotEmpty {
            project: "shpo".into(),
            environment: "dev".into(),
            credentials: 1
        }
    );
    assert_eq!(
        client.ask(environment("shpo", "dve")).unwrap_err(),
        Error::NoEnvironment {
            project: "shpo".into(),
            environment: "dve".into(),
            known: Some("dev".into())
        }
    );
    client
        .ask(RemoveRequest {
            id: typed.row.id,
            revision: typed.row.revision,
        })
        .unwrap();
    assert!(matches!(
        client.ask(environment("shpo", "dev")).unwrap_err(),
        Error::EnvironmentHasTrash { names, .. } if names == ["stripe"]
    ));
    client
        .ask(RemoveEnvironmentRequest {
            erase_trash: true,
            ..environment("shpo", "dev")
        })
        .unwrap();
    let left = client.ask(EnvironmentsRequest {}).unwrap();
    let left: Vec<_> = left.iter().map(|one| one.project.as_str()).collect();
    assert_eq!(left, ["shop"]);
}

#[test]
fn the_log_is_asked_by_environment_by_family_and_for_what_is_in_the_trash() {
    let world = AgentFixture::new();
    world.add("stripe", "v");
    let live = world
        .add_to("shop", "prod", metadata("stripe"), "v")
        .unwrap();
    world.get("stripe").unwrap();
    let mut client = world.client();
    let mut ask = |request: AuditRequest| {
        let entries = client.ask(request)?;
        Ok::<_, Error>(
            entries
                .into_iter()
                .map(|one| one.action)
                .collect::<Vec<_>>(),
        )
    };
    let prod = AuditRequest {
        environment: Some("prod".into()),
        ..AuditRequest::default()
    };
    assert_eq!(ask(prod).unwrap(), ["credential.add"]);
    let by_action = |action: &str| AuditRequest {
        action: Some(action.into()),
        ..AuditRequest::default()
    };
    assert_eq!(ask(by_action("use")).unwrap(), ["use.show"]);
    assert_eq!(ask(by_action("credential")).unwrap().len(), 2);
    assert!(matches!(
        ask(by_action("use.l")).unwrap_err(),
        Error::Invalid { problem: Problem::UnknownAction { actions, .. } }
            if actions == ["use.launch", "use.launch_failed"]
    ));
    world
        .client()
        .ask(RemoveRequest {
            id: live.row.id,
            revision: live.row.revision,
        })
        .unwrap();
    let removed = AuditRequest {
        credential: Some(named("shop", "prod", "stripe")),
        ..AuditRequest::default()
    };
    assert_eq!(
        ask(removed).unwrap(),
        ["credential.remove", "credential.add"]
    );
}

#[test]
fn a_password_is_checked_before_what_needs_its_owner() {
    let world = AgentFixture::new();
    let check = |password: &str| {
        let (password, segments) = one_segment(secret(password));
        let request = CheckPasswordRequest { password };
        let checked = world.client().ask_with(request, &segments);
        checked.map(|answered| answered.answer)
    };
    assert_eq!(check(PASSWORD), Ok(()));
    assert_eq!(check("something else"), Err(Error::WrongPassword));
}
