//! No request makes much work or takes much memory, and a lock does not wait for any.

use keyhaven_client::Client;
use keyhaven_protocol::Error;
use keyhaven_protocol::frame::{MAX_SEGMENTS, Segments};
use keyhaven_protocol::problem::{Expected, Problem};
use keyhaven_protocol::project_file::fingerprint;
use keyhaven_protocol::request::{
    Assignment, Call, Choice, ImportItem, ImportRequest, ImportStep, LaunchPurpose, LaunchSource,
    ListRequest, LockRequest, Query, ResolveRequest, SecretOut, TrustRequest,
};
use keyhaven_protocol::view::{FieldKind, ImportReport, LaunchView};

use crate::support::{AgentFixture, Raw, secret};

const PATH: &str = "/home/me/shop/.keyhaven.toml";
const MIB: usize = 1 << 20;

/// For a template, where a value may be longer than a variable's.
fn request(source: LaunchSource, choice: Choice) -> ResolveRequest {
    ResolveRequest {
        choice,
        ..ResolveRequest::new(source, LaunchPurpose::Inject)
    }
}

fn resolve(
    world: &AgentFixture,
    source: LaunchSource,
    choice: Choice,
) -> Result<(LaunchView, Segments), Error> {
    let answered = world
        .client()
        .ask_with(request(source, choice), &Segments::default())?;
    Ok((answered.answer, answered.segments))
}

fn dev() -> LaunchSource {
    LaunchSource::Environment {
        project: "shop".into(),
        environment: "dev".into(),
    }
}

fn references() -> LaunchSource {
    LaunchSource::References {
        project: Some("shop".into()),
        environment: Some("dev".into()),
        template: None,
    }
}

fn set(text: String) -> Choice {
    let variable = "A".into();
    Choice {
        set: vec![Assignment { variable, text }],
        ..Choice::default()
    }
}

/// So many variables with one value.
fn copies(count: usize) -> Choice {
    let copy = |number| Assignment {
        variable: format!("V{number}"),
        text: "{{kh:big}}".into(),
    };
    Choice {
        set: (0..count).map(copy).collect(),
        ..Choice::default()
    }
}

/// A project file that is trusted.
fn project_file(world: &AgentFixture, variables: &str) -> LaunchSource {
    let content = format!("project = 'shop'\nenvironment = 'dev'\n[env]\n{variables}\n");
    let request = TrustRequest {
        path: PATH.into(),
        sha256: fingerprint(content.as_bytes()),
        allow_production: false,
        outline: Vec::new(),
    };
    world.client().ask(request).unwrap();
    LaunchSource::ProjectFile {
        path: PATH.into(),
        content,
        environment: None,
    }
}

fn problem<T>(result: Result<T, Error>) -> Problem {
    match result {
        Err(Error::Invalid { problem }) => problem,
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it was not refused"),
    }
}

#[test]
fn a_launch_is_refused_before_its_values_are_multiplied() {
    let world = AgentFixture::new();
    world.add("big", &"v".repeat(MIB - 1));
    // A file of 64 KiB has room for so many references; each is a copy of the value.
    let file = |references: usize| format!("A = '{}'", "{{kh:big}}".repeat(references));
    let bomb = project_file(&world, &file(6000));
    assert!(matches!(
        resolve(&world, bomb, Choice::default()),
        Err(Error::Malformed {
            expected: Expected::FewerReferences { limit: 4096 },
            ..
        })
    ));
    let bomb = project_file(&world, &file(4096));
    let too_long = Problem::ValueTooLong {
        name: Some("A".into()),
        bytes: None,
    };
    assert_eq!(problem(resolve(&world, bomb, Choice::default())), too_long);
    let too_large = Problem::LaunchTooLarge {
        location: Some("shop/dev".into()),
        limit_mib: 15,
    };
    let refused = problem(resolve(&world, references(), copies(4000)));
    assert_eq!(refused, too_large);
    // And a request for so many.
    let text = "{{kh:big}}".repeat(100_000);
    let refused = problem(resolve(&world, references(), set(text)));
    let too_many = Problem::TooManyReferences {
        count: 100_000,
        limit: 4096,
    };
    assert_eq!(refused, too_many);
    let only = Choice {
        only: vec!["kh:big".into(); 100_000],
        ..Choice::default()
    };
    assert_eq!(problem(resolve(&world, dev(), only)), too_many);
    // What is replaced are variables.
    let replaced = ResolveRequest {
        replaced: vec!["BIG".into(); 5000],
        ..ResolveRequest::new(dev(), LaunchPurpose::Env)
    };
    let answered = world.client().ask_with(replaced, &Segments::default());
    let too_many = Problem::TooManyVariables {
        location: None,
        count: 5000,
        limit: 4096,
    };
    assert_eq!(problem(answered), too_many);
    // The control: what fits is filled, and what is to be masked comes once.
    let fits = set("x{{kh:big}}".into());
    let (view, _) = resolve(&world, references(), fits).unwrap();
    assert_eq!((view.variables.len(), view.parts.len()), (1, 1));
    let (view, _) = resolve(&world, references(), copies(15)).unwrap();
    assert_eq!((view.variables.len(), view.parts.len()), (15, 0));
}

#[test]
fn a_launch_of_many_variables_names_what_to_do() {
    let world = AgentFixture::new();
    import(world.client(), 5000).unwrap();
    let too_many = Problem::TooManyVariables {
        location: Some("shop/dev".into()),
        count: 5000,
        limit: 4096,
    };
    let all = resolve(&world, dev(), Choice::default());
    assert_eq!(problem(all), too_many);
    let except = Choice {
        except: (0..904).map(|number| format!("kh:key-{number}")).collect(),
        ..Choice::default()
    };
    let (view, _) = resolve(&world, dev(), except).unwrap();
    assert_eq!(view.variables.len(), MAX_SEGMENTS);
    let only = Choice {
        only: vec!["kh:key-7".into()],
        ..Choice::default()
    };
    let (view, _) = resolve(&world, dev(), only).unwrap();
    assert_eq!(view.variables[0].name, "KEY_7");
}

#[test]
fn large_answers_are_in_memory_one_at_a_time() {
    let world = AgentFixture::new();
    world.add("big", &"v".repeat(MIB));
    world.add("small", "v");
    let large = || request(references(), copies(9));
    // It does not read its answer, which holds the room.
    let mut rude = Raw::greeted(&world);
    rude.call(2, Call::SecretOut(SecretOut::Resolve(large())));
    let mut other = Raw::greeted(&world);
    other.call(2, Call::SecretOut(SecretOut::Resolve(large())));
    // Small ones do not wait for it.
    assert_eq!(world.get("small").unwrap(), "v");
    let (reply, segments) = rude.reply();
    assert_eq!((reply.error, segments.len()), (None, 9));
    let (reply, segments) = other.reply();
    assert_eq!((reply.error, segments.len()), (None, 9));
}

#[test]
fn work_that_was_asked_for_before_a_lock_is_not_done_after_it() {
    let world = AgentFixture::new();
    import(world.client(), 3000).unwrap();
    let mut raw = Raw::greeted(&world);
    // All of them wait for the one thread of the vault; the lock does not.
    for id in 2..20 {
        raw.call(id, Call::Query(Query::List(ListRequest::default())));
    }
    world.client().ask(LockRequest {}).unwrap();
    let mut locked = 0;
    for _ in 2..20 {
        let mut reply = raw.reply().0;
        while !reply.last {
            reply = raw.reply().0;
        }
        locked += u32::from(reply.error == Some(Error::Locked));
    }
    assert!(locked > 0);
}

#[test]
fn an_import_that_a_lock_stops_says_that_nothing_was_imported() {
    let world = AgentFixture::new();
    world.add("stripe", "sk");
    let mut stopped = 0;
    for round in 0..200 {
        let importing = std::thread::scope(|scope| {
            let client = world.client();
            let importing = scope.spawn(|| import(client, 1000));
            // At another moment each time.
            for _ in 0..round * 20_000 {
                std::hint::spin_loop();
            }
            world.lock();
            importing.join().unwrap()
        });
        world.unlock();
        let there = world.client().ask(ListRequest::default()).unwrap().len();
        match importing {
            Err(Error::ImportStopped) => {
                assert_eq!(there, 1, "it was rolled back");
                stopped += 1;
            }
            Err(Error::Locked) => assert_eq!(there, 1, "it had not begun"),
            Ok(_) => break,
            Err(other) => panic!("{other:?}"),
        }
        if stopped == 3 {
            break;
        }
    }
    assert!(stopped > 0, "no import was running when the lock came");
}

/// Sends so many records on one connection.
fn import(mut client: Client, count: usize) -> Result<ImportReport, Error> {
    let numbers: Vec<usize> = (0..count).collect();
    let mut parts = numbers.chunks(2000).peekable();
    loop {
        let mut segments = Segments::default();
        let part = parts.next().unwrap_or_default();
        let items = part.iter().map(|number| ImportItem {
            field: None,
            name: format!("key-{number}"),
            variable: Some(format!("KEY_{number}")),
            kind: FieldKind::Secret,
            provider: None,
            rotate_every_days: None,
            source_id: format!("test:{number}"),
            value: segments.push(secret("value")),
        });
        let request = ImportRequest {
            project: "shop".into(),
            environment: "dev".into(),
            tier: None,
            items: items.collect(),
            step: match parts.peek() {
                Some(_) => ImportStep::Gather,
                None => ImportStep::Apply,
            },
            without_backup: true,
            discard_old: false,
            expires: None,
        };
        let last = request.step == ImportStep::Apply;
        let report = client.ask_with(request, &segments)?.answer;
        if last {
            return Ok(report);
        }
    }
}
