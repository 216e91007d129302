//! What a project file gives, once its owner has trusted it.

use std::time::Duration;

use keyhaven_protocol::Error;
use keyhaven_protocol::project_file::fingerprint;
use keyhaven_protocol::request::{
    AuditRequest, Choice, DistrustRequest, EditRequest, FileTrustRequest, LaunchFile,
    LaunchPurpose, LaunchSource, Metadata, Overrides, ShowRequest, TrustRequest,
    TrustedFilesRequest,
};
use keyhaven_protocol::view::{FieldKind, FieldView, FileTrustView, Tier, UntrustedReason};

use super::{PATH, assign, choose, directory, resolve, trust};
use crate::support::{AgentFixture, metadata, named};

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
    let untrusted = |reason| {
        let path = PATH.into();
        Err(Error::Untrusted { path, reason })
    };
    assert_eq!(ask(content, None), untrusted(UntrustedReason::New));
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
    assert_eq!(
        ask(&content.replace("debug", "trace"), None),
        untrusted(UntrustedReason::Changed)
    );
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
    assert_eq!(again, untrusted(UntrustedReason::Denied));
    let log = client.ask(AuditRequest::default()).unwrap();
    assert!(log.iter().any(|entry| entry.action == "use.export"));
}

#[test]
fn what_is_known_about_a_file_is_asked_without_a_refusal_in_the_log() {
    let world = AgentFixture::new();
    let mut client = world.client();
    let content = "project = 'shop'\n";
    let ask = |client: &mut keyhaven_client::Client, content: &str| {
        let file = LaunchFile {
            path: PATH.into(),
            sha256: fingerprint(content.as_bytes()),
        };
        client.ask(FileTrustRequest { file }).unwrap()
    };
    let untrusted = |reason| FileTrustView::Untrusted { reason };
    assert_eq!(ask(&mut client, content), untrusted(UntrustedReason::New));
    client.ask(DistrustRequest { path: PATH.into() }).unwrap();
    assert_eq!(
        ask(&mut client, content),
        untrusted(UntrustedReason::Denied)
    );
    trust(&mut client, content, true);
    let trusted = FileTrustView::Trusted {
        allow_production: true,
    };
    assert_eq!(ask(&mut client, content), trusted);
    let changed = untrusted(UntrustedReason::Changed);
    assert_eq!(ask(&mut client, "project = 'x'"), changed);
    let log = client.ask(AuditRequest::default()).unwrap();
    assert!(log.iter().all(|entry| entry.outcome != "refused"));
    // A hash of zeros stands for a denial; no content has it.
    let zeros = client.ask(TrustRequest {
        path: PATH.into(),
        sha256: "0".repeat(64),
        allow_production: true,
        outline: Vec::new(),
    });
    assert!(matches!(zeros, Err(Error::Invalid { .. })), "{zeros:?}");
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
    let refused = resolve(&mut client, directory(content, None), LaunchPurpose::Run);
    let loader = Error::LoaderVariable {
        variable: "LD_PRELOAD".into(),
        credential: None,
    };
    assert_eq!(refused.map(drop), Err(loader));
    let own = content.replace("LD_PRELOAD = 'kh:options'\n", "");
    trust(&mut client, &own, false);
    let (view, _) = resolve(&mut client, directory(&own, None), LaunchPurpose::Run).unwrap();
    assert!(view.variables[0].allow_loader_variable);
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

/// Gives a key another name.
fn rename(world: &AgentFixture, from: &str, to: &str) -> Result<(), Error> {
    let mut client = world.client();
    let target = named("shop", "dev", from);
    let row = client.ask(ShowRequest { target })?.row;
    let mut metadata = metadata(from);
    metadata.name = to.into();
    let edit = EditRequest {
        id: row.id,
        revision: row.revision,
        metadata,
    };
    client.ask(edit).map(drop)
}

/// With three names two keys change places, and the file says what it said.
#[test]
fn keys_that_changed_places_are_not_given_to_a_file_that_was_trusted_before() {
    let world = AgentFixture::new();
    world.add("weak", "for anybody");
    world.add("strong", "for nobody");
    let content = "project = 'shop'\nenvironment = 'dev'\n[env]\nKEY = 'kh:weak'\n";
    let mut client = world.client();
    trust(&mut client, content, false);
    let ask = || {
        let source = directory(content, None);
        resolve(&mut world.client(), source, LaunchPurpose::Run).map(|(_, given)| given)
    };
    let weak = vec![("KEY".to_owned(), "for anybody".to_owned())];
    assert_eq!(ask(), Ok(weak.clone()));
    world.clock.advance(Duration::from_secs(60));
    rename(&world, "weak", "between").unwrap();
    rename(&world, "strong", "weak").unwrap();
    rename(&world, "between", "strong").unwrap();
    let renamed = Error::KeyRenamed {
        name: "weak".into(),
        path: PATH.into(),
    };
    assert_eq!(ask(), Err(renamed));
    let refused = AuditRequest {
        action: Some("refused.untrusted".into()),
        ..AuditRequest::default()
    };
    let entry = client.ask(refused).unwrap().swap_remove(0);
    assert_eq!(entry.credentials, ["weak"]);
    assert_eq!(entry.detail["file"], PATH);
    // Trusted again, it is given what it names now.
    world.clock.advance(Duration::from_secs(60));
    trust(&mut client, content, false);
    assert_eq!(ask().unwrap()[0].1, "for nobody");
    // Control: other edits do not count.
    world.clock.advance(Duration::from_secs(60));
    rename(&world, "weak", "weak").unwrap();
    assert_eq!(ask().unwrap()[0].1, "for nobody");
}

/// What a template of one reference is given, as `kh inject` asks for it.
fn inject(world: &AgentFixture, reference: &str, trusted: bool) -> Result<String, Error> {
    let template = LaunchFile {
        path: PATH.into(),
        sha256: fingerprint(template_of(reference).as_bytes()),
    };
    let source = LaunchSource::References {
        project: None,
        environment: None,
        template: trusted.then_some(template),
    };
    let choice = Choice {
        renamed: vec![assign("R0", reference)],
        ..Choice::default()
    };
    let mut client = world.client();
    let overrides = Overrides::default();
    let given = choose(
        &mut client,
        source,
        choice,
        overrides,
        LaunchPurpose::Inject,
    );
    given.map(|(_, given)| given[0].1.clone())
}

fn template_of(reference: &str) -> String {
    format!("key = {{{{{reference}}}}}")
}

#[test]
fn keys_that_changed_places_are_not_given_to_a_template_that_was_trusted_before() {
    const WEAK: &str = "kh://shop/dev/weak";
    let world = AgentFixture::new();
    world.add("weak", "for anybody");
    world.add("strong", "for nobody");
    let untrusted = Error::Untrusted {
        path: PATH.into(),
        reason: UntrustedReason::New,
    };
    assert_eq!(inject(&world, WEAK, true), Err(untrusted));
    trust(&mut world.client(), &template_of(WEAK), false);
    assert_eq!(inject(&world, WEAK, true).unwrap(), "for anybody");
    world.clock.advance(Duration::from_secs(60));
    rename(&world, "weak", "between").unwrap();
    rename(&world, "strong", "weak").unwrap();
    rename(&world, "between", "strong").unwrap();
    let renamed = Error::KeyRenamed {
        name: "weak".into(),
        path: PATH.into(),
    };
    assert_eq!(inject(&world, WEAK, true), Err(renamed));
    // Control: who was asked about it just now means what it names now.
    assert_eq!(inject(&world, WEAK, false).unwrap(), "for nobody");
    world.clock.advance(Duration::from_secs(60));
    trust(&mut world.client(), &template_of(WEAK), false);
    assert_eq!(inject(&world, WEAK, true).unwrap(), "for nobody");
}

#[test]
fn a_trusted_template_gets_keys_of_a_higher_tier_only_where_that_was_allowed_with_it() {
    const LIVE: &str = "kh://shop/prod/live";
    let world = AgentFixture::new();
    let live = metadata("live");
    world
        .add_to("shop", "prod", live, "for production")
        .unwrap();
    trust(&mut world.client(), &template_of(LIVE), false);
    let refused = inject(&world, LIVE, true);
    assert!(
        matches!(refused, Err(Error::TierRefused { .. })),
        "{refused:?}"
    );
    trust(&mut world.client(), &template_of(LIVE), true);
    assert_eq!(inject(&world, LIVE, true).unwrap(), "for production");
}
