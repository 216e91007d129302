//! What a profile gives, and how it follows the credentials it names.

use keyhaven_client::Client;
use keyhaven_protocol::request::{
    AddProfileRequest, AuditRequest, Choice, EditProfileRequest, EditRequest, LaunchPurpose,
    LaunchSource, Metadata, Profile, ProfileRequest, RemoveRequest,
};
use keyhaven_protocol::{Code, Error, Problem};

use super::{assign, resolve};
use crate::support::{AgentFixture, metadata};

#[test]
fn a_profile_follows_a_credential_to_its_new_name() {
    let world = AgentFixture::new();
    world.add("stripe", "sk");
    world.add("other", "o");
    let spaced = |name: &str| {
        let mut spaced = metadata(name);
        spaced.fields[0].variable = None;
        spaced
    };
    let odd = world.add_to("shop", "dev", spaced("a b"), "odd").unwrap();
    let mut client = world.client();
    let profile = |name: &str, environment: &str, only: &str, text: &str| Profile {
        name: name.into(),
        project: "shop".into(),
        environment: environment.into(),
        choice: Choice {
            only: vec![only.into(), "kh:other".into()],
            except: vec!["kh:a%20b/value".into()],
            renamed: vec![assign("ODD", "kh://shop/dev/a%20b")],
            set: vec![assign("URL", text)],
            ..Choice::default()
        },
        ..Profile::default()
    };
    world.add_to("shop", "qa", spaced("a b"), "qa").unwrap();
    world.add_to("shop", "qa", metadata("other"), "qa").unwrap();
    let text = "x{{kh:a%20b|url}}{{kh:other}}y{{";
    for new in [
        profile("own", "dev", "kh:a%20b", text),
        profile("far", "qa", "kh:a%20b", "kh:other"),
    ] {
        client.ask(AddProfileRequest { profile: new }).unwrap();
    }
    let edit = EditRequest {
        id: odd.row.id,
        revision: odd.row.revision,
        metadata: spaced("new name"),
    };
    client.ask(edit).unwrap();

    let choice = |client: &mut Client, name: &str| {
        let saved = client.ask(ProfileRequest { name: name.into() }).unwrap();
        saved.profile.choice
    };
    let own = choice(&mut client, "own");
    assert_eq!(own.only, ["kh:new%20name", "kh:other"]);
    assert_eq!(own.except, ["kh:new%20name/value"]);
    let text = "x{{kh:new%20name|url}}{{kh:other}}y{{";
    assert_eq!(own.set, [assign("URL", text)]);
    // In another environment the same name is another credential; the absolute one follows.
    let far = choice(&mut client, "far");
    assert_eq!(far.only, ["kh:a%20b", "kh:other"]);
    assert_eq!(far.renamed, [assign("ODD", "kh://shop/dev/new%20name")]);
    assert_eq!(far.set, [assign("URL", "kh:other")]);
    let log = client.ask(AuditRequest::default()).unwrap();
    assert_eq!(log[0].detail["profiles"], "far\nown");
}

#[test]
fn a_profile_chooses_and_asks_for_scopes() {
    let world = AgentFixture::new();
    world.add("stripe", "sk");
    world.add("postgres", "pw");
    let scoped = |scope: &str| Metadata {
        scopes: vec![scope.into()],
        ..metadata("github")
    };
    world.add_to("shop", "dev", scoped("read"), "gh").unwrap();
    let mut client = world.client();
    let profile = |only: &str, needs: &str| Profile {
        name: "web".into(),
        project: "shop".into(),
        environment: "dev".into(),
        choice: Choice {
            only: vec![only.into()],
            set: vec![assign("LEVEL", "debug")],
            ..Choice::default()
        },
        needs: vec![needs.into()],
        ..Profile::default()
    };
    let add = AddProfileRequest {
        profile: profile("kh:github", "read"),
    };
    let saved = client.ask(add).unwrap();
    let named = || LaunchSource::Profile { name: "web".into() };
    let (view, variables) = resolve(&mut client, named(), LaunchPurpose::Run).unwrap();
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(variables, [pair("GITHUB", "gh"), pair("LEVEL", "debug")]);
    assert_eq!((&*view.project, &*view.environment), ("shop", "dev"));
    let log = client.ask(AuditRequest::default()).unwrap();
    assert_eq!(log[0].claimed.profile.as_deref(), Some("web"));

    for (only, needs, name) in [
        ("kh:github", "write", "github"),
        ("kh:stripe", "read", "stripe"),
    ] {
        let current = client.ask(ProfileRequest { name: "web".into() }).unwrap();
        let edit = EditProfileRequest {
            id: saved.id,
            revision: current.revision,
            profile: profile(only, needs),
        };
        client.ask(edit).unwrap();
        let refused = resolve(&mut client, named(), LaunchPurpose::Run);
        let expected = Error::ScopeMissing {
            name: name.into(),
            credential: format!("kh://shop/dev/{name}"),
            needs: vec![needs.into()],
        };
        assert_eq!(refused, Err(expected));
    }
    let odd = AddProfileRequest {
        profile: profile("stripe", "read"),
    };
    assert!(matches!(client.ask(odd), Err(Error::Invalid { .. })));
    let current = client.ask(ProfileRequest { name: "web".into() }).unwrap();
    let gone = |profile: Profile| EditProfileRequest {
        id: saved.id,
        revision: current.revision,
        profile,
    };
    let mut in_text = profile("kh:stripe", "read");
    in_text.choice.set[0].text = "x{{kh:strpe}}".into();
    for missing in [profile("kh:strpe", "read"), in_text] {
        let (name, similar) = ("strpe".into(), Some("stripe".into()));
        let refused = client.ask(gone(missing)).unwrap_err();
        assert_eq!(refused, Error::NoCredential { name, similar });
    }
    let field = client.ask(gone(profile("kh:stripe/other", "read")));
    assert!(matches!(field, Err(Error::NoField { .. })));
    let nothing = LaunchSource::Profile { name: "wbe".into() };
    let missing = resolve(&mut client, nothing, LaunchPurpose::Run);
    let (name, similar) = ("wbe".into(), Some("web".into()));
    assert_eq!(missing, Err(Error::NoProfile { name, similar }));
}

/// Its references mean credentials: one that is gone leaves its name to nobody.
#[test]
fn a_key_does_not_take_the_name_that_a_profile_gives_to_one_that_is_gone() {
    let world = AgentFixture::new();
    let weak = world.add("weak", "for anybody").row;
    let strong = world.add("strong", "for nobody").row;
    let mut client = world.client();
    let profile = Profile {
        name: "web".into(),
        project: "shop".into(),
        environment: "dev".into(),
        choice: Choice {
            set: vec![assign("KEY", "x{{kh:weak}}")],
            ..Choice::default()
        },
        ..Profile::default()
    };
    client.ask(AddProfileRequest { profile }).unwrap();
    let rename = |to: &str| EditRequest {
        id: strong.id,
        revision: strong.revision,
        metadata: Metadata {
            fields: metadata("strong").fields,
            ..metadata(to)
        },
    };
    let taken = client.ask(rename("weak")).unwrap_err();
    assert_eq!(taken.code(), Code::Exists);
    let (id, revision) = (weak.id, weak.revision);
    client.ask(RemoveRequest { id, revision }).unwrap();
    let (name, profile) = ("weak".into(), "web".into());
    let refused = Error::invalid(Problem::NameInProfile { name, profile });
    assert_eq!(client.ask(rename("weak")).unwrap_err(), refused);
    // Control: any other name.
    client.ask(rename("other")).unwrap();
}
