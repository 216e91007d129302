//! Launches that give keys as files.

use std::fs;
use std::os::unix::fs::FileTypeExt as _;
use std::path::{Path, PathBuf};

use keyhaven_client::Client;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::request::{
    Assignment, AuditRequest, Choice, FileKind, LaunchPurpose, LaunchSource, RemoveRequest,
    ResolveRequest, RunningRequest, StartFailedRequest, WantedFile,
};
use keyhaven_protocol::view::{FieldKind, LaunchView};
use keyhaven_protocol::{Error, Problem};

use crate::support::{AgentFixture, eventually, text};

fn assignment(variable: &str, reference: &str) -> Assignment {
    Assignment {
        variable: variable.into(),
        text: reference.into(),
    }
}

fn wanted(variable: &str, reference: &str, kind: FileKind) -> WantedFile {
    WantedFile {
        given: assignment(variable, reference),
        kind,
    }
}

fn plain(variable: &str, reference: &str) -> WantedFile {
    wanted(variable, reference, FileKind::File)
}

struct LaunchedProgram {
    view: LaunchView,
    variables: Vec<(String, String)>,
    masked: Vec<String>,
}

impl LaunchedProgram {
    fn path(&self, variable: &str) -> PathBuf {
        let mut variables = self.variables.iter();
        let found = variables.find(|(name, _)| name == variable).unwrap();
        PathBuf::from(&found.1)
    }
}

fn ask(
    client: &mut Client,
    choice: Choice,
    files: Vec<WantedFile>,
    purpose: LaunchPurpose,
) -> Result<LaunchedProgram, Error> {
    let source = LaunchSource::Environment {
        project: "shop".into(),
        environment: "dev".into(),
    };
    let request = ResolveRequest {
        choice,
        files,
        ..ResolveRequest::new(source, purpose)
    };
    let mut answered = client.ask_with(request, &Segments::default())?;
    let segments = &mut answered.segments;
    let variables = answered.answer.variables.iter();
    let variables = variables
        .map(|variable| {
            let value = segments.take(variable.value).unwrap();
            (variable.name.clone(), text(&value))
        })
        .collect();
    let parts = answered.answer.parts.iter();
    let secret = parts.filter(|part| part.kind == FieldKind::Secret);
    let masked = secret.map(|part| text(&segments.take(part.value).unwrap()));
    Ok(LaunchedProgram {
        masked: masked.collect(),
        variables,
        view: answered.answer,
    })
}

fn launch(client: &mut Client, files: Vec<WantedFile>) -> Result<LaunchedProgram, Error> {
    ask(client, Choice::default(), files, LaunchPurpose::Run)
}

/// Every file that is out in this world.
fn out(world: &AgentFixture) -> Vec<PathBuf> {
    let folders = world.place.files().into_iter();
    let entries = folders.flat_map(|folder| fs::read_dir(folder).into_iter().flatten());
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn a_file_has_the_value_and_the_variable_has_the_path() {
    let world = AgentFixture::new();
    world.add("key", "-----BEGIN");
    world.add("stripe", "sk");
    let mut client = world.client();
    let launched = launch(&mut client, vec![plain("KEY_FILE", "kh:key")]).unwrap();
    let path = launched.path("KEY_FILE");
    let names: Vec<&str> = launched.variables.iter().map(|(name, _)| &**name).collect();
    assert_eq!(names, ["KEY_FILE", "STRIPE"]);
    assert_eq!(fs::read_to_string(&path).unwrap(), "-----BEGIN");
    // What is masked is the value, and the path is not.
    assert_eq!(launched.masked, ["-----BEGIN"]);
    assert_eq!(launched.view.variables[0].kind, FieldKind::Plain);
    let log = client.ask(AuditRequest::default()).unwrap();
    assert_eq!(log[0].credentials, ["key", "stripe"]);
    assert_eq!(client.ask(RunningRequest {}).unwrap().len(), 1);
    client
        .ask(StartFailedRequest {
            release: launched.view.release,
        })
        .unwrap();
    assert_eq!(out(&world), Vec::<PathBuf>::new());
}

#[test]
fn a_process_has_the_files_of_its_last_launch() {
    let world = AgentFixture::new();
    world.add("key", "value");
    let mut client = world.client();
    let first = launch(&mut client, vec![plain("F", "kh:key")]).unwrap();
    let second = launch(&mut client, vec![plain("F", "kh:key")]).unwrap();
    assert_eq!(out(&world), [second.path("F")]);
    assert_ne!(first.path("F"), second.path("F"));
    launch(&mut client, Vec::new()).unwrap();
    assert_eq!(out(&world), Vec::<PathBuf>::new());
}

#[test]
fn its_own_variable_comes_too_where_it_is_asked_for() {
    let world = AgentFixture::new();
    world.add("key", "value");
    let choice = Choice {
        renamed: vec![assignment("KEY", "kh:key")],
        ..Choice::default()
    };
    let files = vec![plain("F", "kh:key")];
    let mut client = world.client();
    let launched = ask(&mut client, choice.clone(), files, LaunchPurpose::Run).unwrap();
    assert_eq!(launched.variables[1], ("KEY".into(), "value".into()));
    let twice = vec![plain("KEY", "kh:key")];
    let refused = ask(&mut client, choice, twice, LaunchPurpose::Run);
    assert!(matches!(refused, Err(Error::Invalid { .. })));
}

#[test]
fn what_is_refused_as_a_variable_is_refused_as_a_file() {
    let world = AgentFixture::new();
    let revoked = world.add("key", "value");
    let production = crate::support::metadata("prod-key");
    world.add_to("shop", "prod", production, "live").unwrap();
    let mut client = world.client();
    let mut code = |file: WantedFile| {
        let refused = launch(&mut client, vec![file]).err().unwrap();
        refused.code().name()
    };
    assert_eq!(code(plain("F", "kh://shop/prod/prod-key")), "tier_refused");
    assert_eq!(code(plain("F", "kh:nothing")), "no_credential");
    assert_eq!(code(plain("1F", "kh:key")), "invalid");
    assert_eq!(code(plain("F", "key")), "invalid");
    let many = || (0..65).map(|number| plain(&format!("F{number}"), "kh:key"));
    let refused = launch(&mut world.client(), many().collect());
    assert!(matches!(refused, Err(Error::Invalid { .. })));
    // What does not live on has no files.
    for purpose in [
        LaunchPurpose::Env,
        LaunchPurpose::Inject,
        LaunchPurpose::Hook,
        LaunchPurpose::Helper,
    ] {
        let files = vec![plain("F", "kh:key")];
        let refused = ask(&mut world.client(), Choice::default(), files, purpose);
        assert!(matches!(refused, Err(Error::Invalid { .. })));
    }
    let remove = RemoveRequest {
        id: revoked.row.id,
        revision: revoked.row.revision,
    };
    world.client().ask(remove).unwrap();
    let gone = launch(&mut world.client(), vec![plain("F", "kh:key")]);
    assert!(matches!(gone, Err(Error::NoCredential { .. })));
    assert_eq!(out(&world), Vec::<PathBuf>::new());
    // Control: nothing else kept them from being made.
    world.add("key", "value");
    let mut client = world.client();
    launch(&mut client, many().take(64).collect()).unwrap();
    assert_eq!(out(&world).len(), 64);
}

#[test]
fn too_much_at_once_is_refused_before_anything_is_made_and_logged() {
    let world = AgentFixture::new();
    let long = "k".repeat(1 << 20);
    world.add("key", &long);
    world.add("small", "value");
    let mut client = world.client();
    let many = |count, kind| {
        let key = match kind {
            FileKind::File => "kh:key",
            FileKind::Fifo => "kh:small",
        };
        let one = |number| wanted(&format!("F{number}"), key, kind);
        (0..count).map(one).collect()
    };
    // More than a launch may have at all: no value is drawn, and so none is logged.
    let refused = launch(&mut client, many(17, FileKind::File));
    assert!(matches!(
        refused,
        Err(Error::Invalid {
            problem: Problem::LaunchTooLarge { .. }
        })
    ));
    // The long one fits no variable, and none of these files has it.
    let without = Choice {
        except: vec!["kh:key".into()],
        ..Choice::default()
    };
    let fifos = many(17, FileKind::Fifo);
    let refused = ask(&mut client, without, fifos, LaunchPurpose::Run);
    assert!(matches!(refused, Err(Error::NoPrivateFile { .. })));
    assert_eq!(out(&world), Vec::<PathBuf>::new());
    let log = client.ask(AuditRequest::default()).unwrap();
    assert_eq!(
        (&*log[0].action, &*log[1].action),
        ("use.launch_failed", "use.launch")
    );
    assert!(client.ask(RunningRequest {}).unwrap().is_empty());
    // The files of its earlier launch do not count.
    for _ in 0..2 {
        launch(&mut client, many(10, FileKind::File)).unwrap();
    }
    assert_eq!(out(&world).len(), 10);
}

#[test]
fn at_a_lock_a_file_stays_and_an_unread_fifo_goes() {
    let world = AgentFixture::new();
    world.add("key", "value");
    let mut client = world.client();
    let files = vec![
        plain("FILE", "kh:key"),
        wanted("FIFO", "kh:key", FileKind::Fifo),
        wanted("READ", "kh:key", FileKind::Fifo),
    ];
    let launched = launch(&mut client, files).unwrap();
    let path = |name| launched.path(name);
    let kind = |path: &Path| fs::symlink_metadata(path).unwrap().file_type();
    assert!(kind(&path("FILE")).is_file());
    assert!(kind(&path("FIFO")).is_fifo());
    assert_eq!(fs::read_to_string(path("READ")).unwrap(), "value");
    assert!(!path("READ").exists());
    world.lock();
    eventually("the end of the FIFO", || !path("FIFO").exists());
    assert_eq!(fs::read_to_string(path("FILE")).unwrap(), "value");
}

#[test]
fn an_agent_that_ends_leaves_no_file() {
    let mut world = AgentFixture::new();
    world.add("key", "value");
    let mut client = world.client();
    let files = vec![
        plain("FILE", "kh:key"),
        wanted("FIFO", "kh:key", FileKind::Fifo),
    ];
    launch(&mut client, files).unwrap();
    assert_eq!(out(&world).len(), 2);
    drop(client);
    world.stop();
    assert_eq!(out(&world), Vec::<PathBuf>::new());
    assert!(world.place.files().iter().all(|folder| !folder.exists()));
}

#[test]
fn what_a_killed_agent_left_goes_when_the_next_one_starts() {
    let mut world = AgentFixture::new();
    world.stop();
    let folder = world.place.files().pop().unwrap();
    fs::create_dir(&folder).unwrap();
    let private = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    fs::set_permissions(&folder, private).unwrap();
    fs::write(folder.join("left"), "value").unwrap();
    world.restart();
    assert!(!folder.exists());
}

#[test]
fn the_paths_say_nothing_of_the_vault_or_the_key() {
    let world = AgentFixture::new();
    world.add("named", "value");
    let mut client = world.client();
    let launched = launch(&mut client, vec![plain("F", "kh:named")]).unwrap();
    let path = launched.path("F");
    let name = path.file_name().unwrap().to_str().unwrap();
    assert_eq!(name.len(), 32);
    assert!(name.chars().all(|c| c.is_ascii_hexdigit()));
    assert!(
        world
            .place
            .files()
            .iter()
            .any(|folder| path.starts_with(folder))
    );
    assert!(!world.place.files()[0].starts_with(&world.place.folder));
}
