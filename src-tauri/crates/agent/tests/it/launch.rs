//! Launches from environments and directory files, and what is logged of them.

use keyhaven_client::Client;
use keyhaven_protocol::Error;
use keyhaven_protocol::Problem;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::project_file::fingerprint;
use keyhaven_protocol::request::{
    AddProfileRequest, Assignment, AuditRequest, Choice, DistrustRequest, EditProfileRequest,
    EditRequest, LaunchPurpose, LaunchSource, Metadata, Overrides, Profile, ProfileRequest,
    ResolveRequest, RunningRequest, StartFailedRequest, TrustRequest, TrustedFilesRequest,
};
use keyhaven_protocol::view::{
    Claimed, ExpiredPolicy, FieldKind, FieldView, LaunchView, Notice, Tier,
};

use crate::support::{AgentFixture, expiring, metadata, text};

const PATH: &str = "/home/me/shop/.keyhaven.toml";

type Variables = Vec<(String, String)>;

fn resolve(
    client: &mut Client,
    source: LaunchSource,
    purpose: LaunchPurpose,
) -> Result<(LaunchView, Variables), Error> {
    choose(
        client,
        source,
        Choice::default(),
        Overrides::default(),
        purpose,
    )
}

fn choose(
    client: &mut Client,
    source: LaunchSource,
    choice: Choice,
    overrides: Overrides,
    purpose: LaunchPurpose,
) -> Result<(LaunchView, Variables), Error> {
    let request = ResolveRequest {
        source,
        choice,
        overrides,
        files: Vec::new(),
        purpose,
        claimed: Claimed {
            program: Some("node".into()),
            directory: Some("/home/me/shop".into()),
            profile: None,
        },
    };
    let mut answered = client.ask_with(request, &Segments::default())?;
    let variables = answered
        .answer
        .variables
        .iter()
        .map(|variable| {
            let value = answered.segments.take(variable.value).unwrap();
            (variable.name.clone(), text(&value))
        })
        .collect();
    Ok((answered.answer, variables))
}

fn environment(name: &str) -> LaunchSource {
    LaunchSource::Environment {
        project: "shop".into(),
        environment: name.into(),
    }
}

fn directory(content: &str, environment: Option<&str>) -> LaunchSource {
    LaunchSource::ProjectFile {
        path: PATH.into(),
        content: content.into(),
        environment: environment.map(str::to_owned),
    }
}

fn trust(client: &mut Client, content: &str, allow_production: bool) {
    let request = TrustRequest {
        path: PATH.into(),
        sha256: fingerprint(content.as_bytes()),
        allow_production,
        outline: Vec::new(),
    };
    client.ask(request).unwrap();
}

#[test]
fn an_environment_is_given_whole_and_logged_before() {
    let world = AgentFixture::new();
    world.add("stripe", "sk");
    world
        .add_to("shop", "dev", expiring("old", "2026-05-01"), "gone")
        .unwrap();
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
fn a_directory_file_is_obeyed_for_exactly_the_bytes_that_were_allowed() {
    let world = AgentFixture::new();
    world.add("stripe", "sk");
    world.add("postgres", "p@ss");
    let content = r#"
project = "shop"
environment = "dev"
[env]
KEY = "kh:stripe"
DATABASE_URL = "postgres://app:{{kh:postgres|url}}@localhost/app"
LOG_LEVEL = "debug"
"#;
    let mut client = world.client();
    let mut ask = |content: &str, environment: Option<&str>| {
        resolve(
            &mut client,
            directory(content, environment),
            LaunchPurpose::Env,
        )
    };
    let untrusted = Err(Error::Untrusted { path: PATH.into() });
    assert_eq!(ask(content, None), untrusted);
    trust(&mut world.client(), content, false);
    let (view, variables) = ask(content, None).unwrap();
    let values: Vec<&str> = variables.iter().map(|(_, value)| &**value).collect();
    assert_eq!(
        values,
        ["postgres://app:p%40ss@localhost/app", "sk", "debug"]
    );
    let kinds: Vec<FieldKind> = view
        .variables
        .iter()
        .map(|variable| variable.kind)
        .collect();
    assert_eq!(
        kinds,
        [FieldKind::Secret, FieldKind::Secret, FieldKind::Plain]
    );
    assert_eq!(ask(&content.replace("debug", "trace"), None), untrusted);
    // A relative reference follows the environment that was asked for.
    assert!(matches!(
        ask(content, Some("staging")),
        Err(Error::NoEnvironment { .. })
    ));
    let mut client = world.client();
    let files = client.ask(TrustedFilesRequest {}).unwrap();
    assert_eq!((&*files[0].path, files.len()), (PATH, 1));
    client.ask(DistrustRequest { path: PATH.into() }).unwrap();
    let again = directory(content, None);
    let again = resolve(&mut client, again, LaunchPurpose::Run);
    assert_eq!(again, untrusted);
    let log = client.ask(AuditRequest::default()).unwrap();
    assert!(log.iter().any(|entry| entry.action == "use.export"));
}

#[test]
fn a_higher_tier_needs_the_files_word_and_its_owners() {
    let world = AgentFixture::new();
    world.add("stripe", "sk");
    world
        .add_to("shop", "prod", metadata("sentry"), "dsn")
        .unwrap();
    let file = |word: &str| {
        format!(
            "project = 'shop'\nenvironment = 'dev'\n{word}\n[env]\nDSN = 'kh://shop/prod/sentry'\n"
        )
    };
    let (without, with) = (file(""), file("allow_production = true"));
    let mut client = world.client();
    let mut ask = |content: &str, owner: bool| {
        trust(&mut client, content, owner);
        resolve(&mut client, directory(content, None), LaunchPurpose::Run)
    };
    let refused = Err(Error::TierRefused {
        name: "sentry".into(),
        tier: Tier::Production,
        launch: Tier::Development,
    });
    assert_eq!(ask(&without, false), refused);
    assert_eq!(ask(&without, true), refused);
    assert_eq!(ask(&with, false), refused);
    let (_, variables) = ask(&with, true).unwrap();
    assert_eq!(variables, [("DSN".to_owned(), "dsn".to_owned())]);
}

#[test]
fn a_file_that_lives_in_production_needs_its_owners_yes_to_that() {
    let world = AgentFixture::new();
    world
        .add_to("shop", "prod", metadata("live"), "sk")
        .unwrap();
    let mut client = world.client();
    for content in [
        "project = 'shop'\nenvironment = 'prod'\n",
        "project = 'shop'\nenvironment = 'prod'\n[env]\nLIVE = 'kh:live'\n",
    ] {
        trust(&mut client, content, false);
        let file = |environment| directory(content, environment);
        let refused = resolve(&mut client, file(None), LaunchPurpose::Run);
        let path = PATH.into();
        assert_eq!(refused, Err(Error::ProductionNotAllowed { path }));
        // Who says -e has said it.
        assert!(resolve(&mut client, file(Some("prod")), LaunchPurpose::Run).is_ok());
        trust(&mut client, content, true);
        let (_, variables) = resolve(&mut client, file(None), LaunchPurpose::Run).unwrap();
        assert_eq!(variables, [("LIVE".to_owned(), "sk".to_owned())]);
    }
}

#[test]
fn a_loader_variable_is_allowed_only_to_its_own_credential() {
    let world = AgentFixture::new();
    let loader = |allow| Metadata {
        fields: vec![FieldView {
            name: "value".into(),
            kind: FieldKind::Plain,
            variable: Some("NODE_OPTIONS".into()),
            allow_loader_variable: allow,
        }],
        ..metadata("options")
    };
    world.add_to("shop", "dev", loader(true), "--x").unwrap();
    let content = "project = 'shop'\nenvironment = 'dev'\n[env]\n\
                   LD_PRELOAD = 'kh:options'\nNODE_OPTIONS = 'kh:options'\n";
    let mut client = world.client();
    trust(&mut client, content, false);
    let (view, _) = resolve(&mut client, directory(content, None), LaunchPurpose::Run).unwrap();
    let allowed: Vec<bool> = view
        .variables
        .iter()
        .map(|variable| variable.allow_loader_variable)
        .collect();
    assert_eq!(allowed, [false, true]);
}

fn assign(variable: &str, text: &str) -> Assignment {
    Assignment {
        variable: variable.into(),
        text: text.into(),
    }
}

#[test]
fn what_stays_out_is_neither_opened_nor_logged_as_used() {
    let world = AgentFixture::new();
    world.add("stripe", "sk");
    world
        .add_to("shop", "dev", expiring("old", "2026-05-01"), "gone")
        .unwrap();
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
fn a_field_stays_out_under_every_name_in_the_file() {
    let world = AgentFixture::new();
    world.add("stripe", "sk");
    let mut client = world.client();
    for written in ["kh:stripe", "kh:stripe/value", "kh://shop/dev/stripe"] {
        let file = format!("project = 'shop'\nenvironment = 'dev'\n[env]\nA = '{written}'\n");
        trust(&mut client, &file, false);
        for said in ["kh:stripe", "kh:stripe/value", "kh://shop/dev/stripe/value"] {
            let except = Choice {
                except: vec![said.into()],
                ..Choice::default()
            };
            let (source, purpose) = (directory(&file, None), LaunchPurpose::Run);
            let chosen = choose(&mut client, source, except, Overrides::default(), purpose);
            assert_eq!(chosen.unwrap().1, [], "{said} of {written}");
        }
    }
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
    let (view, variables) = ask(choice).unwrap();
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let expected = [
        pair("APP_STRIPE", "sk"),
        pair("LD_PRELOAD", "sk"),
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
        let (name, needs) = (name.into(), vec![needs.into()]);
        assert_eq!(refused, Err(Error::ScopeMissing { name, needs }));
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
