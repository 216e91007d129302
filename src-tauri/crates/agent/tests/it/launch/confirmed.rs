//! A launch that a person has confirmed gives exactly what they confirmed.

use keyhaven_client::Client;
use keyhaven_protocol::Error;
use keyhaven_protocol::maintenance::BackUpRequest;
use keyhaven_protocol::request::{
    AddProfileRequest, AuditRequest, EditProfileRequest, EditRequest, LaunchSource, Metadata,
    Profile, ShowRequest, Target,
};
use keyhaven_protocol::view::FieldKind;

use super::{environment, launch_expected, plan};
use crate::support::{AgentFixture, PASSWORD, metadata, restore};

#[test]
fn a_launch_that_was_confirmed_is_bound_to_its_variables_and_what_fills_them() {
    let world = AgentFixture::new();
    let stripe = world.add("stripe", "sk");
    let port = world.add("port", "3000");
    let mut client = world.client();
    let source = environment("dev");
    let edit = |client: &mut Client, change: &dyn Fn(&mut Metadata)| {
        let shown = client.ask(ShowRequest {
            target: Target::Id(stripe.row.id),
        });
        let shown = shown.unwrap();
        let mut metadata = metadata("stripe");
        metadata.fields = shown.field_list;
        change(&mut metadata);
        let request = EditRequest {
            id: stripe.row.id,
            revision: shown.row.revision,
            metadata,
        };
        client.ask(request).unwrap();
    };
    let confirmed = plan(&mut client, &source).unwrap();
    let names: Vec<_> = confirmed.variables.iter().map(|one| &*one.name).collect();
    assert_eq!(names, ["PORT", "STRIPE"]);
    assert_eq!(confirmed.variables[0].fields[0].credential, port.row.id);
    assert_eq!(confirmed.variables[1].fields[0].kind, FieldKind::Secret);
    let launched = launch_expected(&mut client, &source, &confirmed);
    assert_eq!(launched.unwrap(), ["PORT", "STRIPE"]);

    // A plan is no use, and a new value gives the same.
    let log = client.ask(AuditRequest::default()).unwrap();
    plan(&mut client, &source).unwrap();
    let after = client.ask(AuditRequest::default()).unwrap();
    assert_eq!(log.len(), after.len());

    edit(&mut client, &|metadata| {
        metadata.fields[0].kind = FieldKind::Plain
    });
    let refused = launch_expected(&mut client, &source, &confirmed);
    assert_eq!(refused.unwrap_err(), Error::LaunchChanged);
    edit(&mut client, &|metadata| {
        metadata.fields[0].kind = FieldKind::Secret
    });
    launch_expected(&mut client, &source, &confirmed).unwrap();

    edit(&mut client, &|metadata| {
        metadata.fields[0].variable = Some("OTHER".into())
    });
    let refused = launch_expected(&mut client, &source, &confirmed);
    assert_eq!(refused.unwrap_err(), Error::LaunchChanged);
    edit(&mut client, &|metadata| {
        metadata.fields[0].variable = Some("STRIPE".into())
    });
    world.add("new", "x");
    let refused = launch_expected(&mut client, &source, &confirmed);
    assert_eq!(refused.unwrap_err(), Error::LaunchChanged);
}

#[test]
fn a_confirmed_launch_of_a_profile_is_bound_to_its_revision() {
    let world = AgentFixture::new();
    world.add("stripe", "sk");
    let mut client = world.client();
    let profile = Profile {
        name: "web".into(),
        project: "shop".into(),
        environment: "dev".into(),
        command: vec!["node".into()],
        ..Profile::default()
    };
    let saved = client.ask(AddProfileRequest {
        profile: profile.clone(),
    });
    let saved = saved.unwrap();
    let source = LaunchSource::Profile { name: "web".into() };
    let confirmed = plan(&mut client, &source).unwrap();
    assert_eq!(confirmed.profile, Some(saved.clone()));
    launch_expected(&mut client, &source, &confirmed).unwrap();
    let request = EditProfileRequest {
        id: saved.id,
        revision: saved.revision,
        profile: Profile {
            command: vec!["deno".into()],
            ..profile
        },
    };
    client.ask(request).unwrap();
    let refused = launch_expected(&mut client, &source, &confirmed);
    assert_eq!(refused.unwrap_err(), Error::LaunchChanged);
    let again = plan(&mut client, &source).unwrap();
    launch_expected(&mut client, &source, &again).unwrap();
}

/// Its keys are there again, but as they were at another time.
#[test]
fn a_restore_ends_every_confirmation() {
    let world = AgentFixture::new();
    world.add("stripe", "sk");
    let source = environment("dev");
    let confirmed = plan(&mut world.client(), &source).unwrap();
    launch_expected(&mut world.client(), &source, &confirmed).unwrap();
    let backup = world.client().ask(BackUpRequest {}).unwrap();
    restore(&world, &backup.file, PASSWORD).unwrap();
    let refused = launch_expected(&mut world.client(), &source, &confirmed);
    assert_eq!(refused.unwrap_err(), Error::LaunchChanged);
    // Control: it is the same launch otherwise.
    let again = plan(&mut world.client(), &source).unwrap();
    assert_eq!(again.variables, confirmed.variables);
    launch_expected(&mut world.client(), &source, &again).unwrap();
}
