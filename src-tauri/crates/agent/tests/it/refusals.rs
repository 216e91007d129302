//! What was refused: nothing is released for it, nothing counts as used, and the log has it.

use std::time::Duration;

use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::request::{
    Assignment, AuditRequest, Choice, ExecRoom, FileKind, LaunchPlanRequest, LaunchPurpose,
    LaunchSource, ListRequest, Overrides, ResolveRequest, WantedFile,
};
use keyhaven_protocol::settings::ExpiredPolicy;
use keyhaven_protocol::view::{AuditEntryView, Claimed};
use keyhaven_protocol::{Code, Error, Problem};

use crate::support::{AgentFixture, PASSWORD, expiring, metadata, named, unlock};

fn request(environment: &str) -> ResolveRequest {
    let source = LaunchSource::Environment {
        project: "shop".into(),
        environment: environment.into(),
    };
    ResolveRequest {
        claimed: Claimed {
            program: Some("node".into()),
            directory: None,
            profile: None,
        },
        ..ResolveRequest::new(source, LaunchPurpose::Env)
    }
}

fn resolve(world: &AgentFixture, request: ResolveRequest) -> Result<(), Error> {
    let answered = world.client().ask_with(request, &Segments::default());
    answered.map(drop)
}

fn log(world: &AgentFixture, action: &str) -> Vec<AuditEntryView> {
    let request = AuditRequest {
        action: Some(action.into()),
        ..AuditRequest::default()
    };
    world.client().ask(request).unwrap()
}

fn assignment(variable: &str, text: &str) -> Assignment {
    Assignment {
        variable: variable.into(),
        text: text.into(),
    }
}

/// Nothing was given to anything, so nothing was used.
fn assert_unused(world: &AgentFixture) {
    let rows = world.client().ask(ListRequest::default()).unwrap();
    assert!(rows.iter().all(|row| row.last_used.is_none()), "{rows:?}");
    assert!(log(world, "use").is_empty());
}

#[test]
fn a_variable_that_no_program_can_be_given_is_refused_before_anything_is_released() {
    let world = AgentFixture::new();
    world.add("stripe", "sk");
    world.add("binv", "a\0b");
    let name = "binv";
    let nul = Error::VariableRefused {
        variable: "BINV".into(),
        credential: Some("kh://shop/dev/binv".into()),
        problem: Box::new(Problem::NulInValue),
    };
    assert_eq!(resolve(&world, request("dev")), Err(nul.clone()));
    assert_unused(&world);
    // Each way on that the hint names.
    let except = Choice {
        except: vec![format!("kh:{name}")],
        ..Choice::default()
    };
    let without = ResolveRequest {
        choice: except,
        ..request("dev")
    };
    assert_eq!(resolve(&world, without), Ok(()));
    let as_file = ResolveRequest {
        files: vec![WantedFile {
            given: assignment("BINV", "kh:binv"),
            kind: FileKind::File,
        }],
        purpose: LaunchPurpose::Run,
        ..request("dev")
    };
    assert_eq!(resolve(&world, as_file), Ok(()));
    let in_memory = ResolveRequest {
        choice: Choice {
            renamed: vec![assignment("BINV", "kh:binv")],
            ..Choice::default()
        },
        replaced: vec!["BINV".into()],
        ..request("dev")
    };
    assert_eq!(resolve(&world, in_memory.clone()), Ok(()));
    let not_replaced = ResolveRequest {
        replaced: Vec::new(),
        ..in_memory
    };
    assert_eq!(resolve(&world, not_replaced), Err(nul));
}

#[test]
fn loaders_and_long_values_are_refused_by_name_and_credential() {
    let world = AgentFixture::new();
    world.add("LD_PRELOAD", "x");
    let loader = Error::LoaderVariable {
        variable: "LD_PRELOAD".into(),
        credential: Some("kh://shop/dev/LD_PRELOAD".into()),
    };
    assert_eq!(resolve(&world, request("dev")), Err(loader));
    world
        .add_to("shop", "test", metadata("long"), &"x".repeat(131_072))
        .unwrap();
    let long = Error::VariableRefused {
        variable: "LONG".into(),
        credential: Some("kh://shop/test/long".into()),
        problem: Box::new(Problem::VariableTooLong {
            bytes: 131_077,
            limit: 131_071,
        }),
    };
    assert_eq!(resolve(&world, request("test")), Err(long));
    assert_unused(&world);
    let refused = log(&world, "refused.variable");
    let variables = refused.iter().map(|entry| entry.detail["variable"].clone());
    assert_eq!(variables.collect::<Vec<_>>(), ["LONG", "LD_PRELOAD"]);
    assert_eq!(refused[0].outcome, "refused");
    assert_eq!(refused[0].environment.as_deref(), Some("test"));
    assert_eq!(refused[0].claimed.program.as_deref(), Some("node"));
}

#[test]
fn refusals_are_in_the_log_by_kind() {
    let world = AgentFixture::new();
    world.add("stripe", "sk");
    world
        .add_to("shop", "prod", metadata("live"), "sk_live")
        .unwrap();
    world
        .add_to("shop", "test", expiring("old", "2026-05-01"), "gone")
        .unwrap();
    let higher = ResolveRequest {
        choice: Choice {
            renamed: vec![assignment("LIVE", "kh://shop/prod/live")],
            ..Choice::default()
        },
        ..request("dev")
    };
    assert!(matches!(
        resolve(&world, higher),
        Err(Error::TierRefused { .. })
    ));
    let expired = ResolveRequest {
        overrides: Overrides {
            expired: Some(ExpiredPolicy::Refuse),
            ..Overrides::default()
        },
        ..request("test")
    };
    assert!(matches!(
        resolve(&world, expired),
        Err(Error::Expired { .. })
    ));
    let untrusted = ResolveRequest {
        source: LaunchSource::ProjectFile {
            path: "/srv/shop/.keyhaven.toml".into(),
            content: "project = \"shop\"\nenvironment = \"dev\"\n".into(),
            environment: None,
        },
        ..request("dev")
    };
    assert!(matches!(
        resolve(&world, untrusted),
        Err(Error::Untrusted { .. })
    ));
    assert_unused(&world);
    let found: Vec<_> = log(&world, "refused")
        .into_iter()
        .map(|entry| {
            (
                entry.action,
                entry.credentials,
                entry.detail.get("file").cloned(),
            )
        })
        .collect();
    let file = Some("/srv/shop/.keyhaven.toml".into());
    assert_eq!(
        found,
        [
            ("refused.untrusted".into(), vec![], file),
            ("refused.expired".into(), vec!["old".into()], None),
            ("refused.tier".into(), vec!["live".into()], None),
        ]
    );
}

/// Of each key that was not let out, wherever it is.
#[test]
fn a_refusal_is_found_by_the_key_that_it_is_about() {
    let world = AgentFixture::new();
    world.add("stripe", "sk");
    world.add("LD_PRELOAD", "x");
    for name in ["live", "other"] {
        world
            .add_to("shop", "prod", metadata(name), "sk_live")
            .unwrap();
    }
    world
        .add_to("shop", "test", expiring("old", "2026-05-01"), "gone")
        .unwrap();
    let higher = ResolveRequest {
        choice: Choice {
            except: vec!["kh:LD_PRELOAD".into()],
            renamed: vec![assignment("LIVE", "kh://shop/prod/live")],
            set: vec![assignment("TEXT", "x {{kh://shop/prod/other}}")],
            ..Choice::default()
        },
        ..request("dev")
    };
    let expired = ResolveRequest {
        overrides: Overrides {
            expired: Some(ExpiredPolicy::Refuse),
            ..Overrides::default()
        },
        ..request("test")
    };
    for (refused, code) in [
        (higher.clone(), Code::TierRefused),
        (expired, Code::Expired),
        (request("dev"), Code::LoaderVariable),
    ] {
        assert_eq!(resolve(&world, refused).unwrap_err().code(), code);
    }
    // Shown to the owner before a launch that is confirmed.
    let plan = LaunchPlanRequest {
        source: higher.source,
        choice: higher.choice,
        overrides: Overrides::default(),
    };
    let refused = world.client().ask(plan).unwrap_err();
    assert_eq!(refused.code(), Code::TierRefused);
    assert_unused(&world);
    let about = |environment, name| -> Vec<(String, Vec<String>)> {
        let request = AuditRequest {
            credential: Some(named("shop", environment, name)),
            action: Some("refused".into()),
            ..AuditRequest::default()
        };
        let entries = world.client().ask(request).unwrap().into_iter();
        entries
            .map(|entry| (entry.action, entry.credentials))
            .collect()
    };
    let tier = (
        "refused.tier".to_owned(),
        vec!["live".into(), "other".into()],
    );
    // The second one differs in what it said of itself, which does not count: it is a repeat.
    for name in ["live", "other"] {
        assert_eq!(about("prod", name), std::slice::from_ref(&tier), "{name}");
    }
    let old = ("refused.expired".to_owned(), vec!["old".into()]);
    assert_eq!(about("test", "old"), [old]);
    let loader = ("refused.variable".to_owned(), vec!["LD_PRELOAD".into()]);
    assert_eq!(about("dev", "LD_PRELOAD"), [loader]);
    assert_eq!(about("dev", "stripe"), []);
}

#[test]
fn a_refusal_names_each_key_once_and_where_it_is() {
    let world = AgentFixture::new();
    world.add("binv", "a\0b");
    let twice = ResolveRequest {
        choice: Choice {
            only: vec!["kh:binv".into()],
            set: vec![assignment("TEXT", "{{kh:binv}} {{kh:binv}}")],
            except: Vec::new(),
            renamed: vec![assignment("BINV", "kh:binv")],
            prefix: String::new(),
        },
        replaced: vec!["BINV".into()],
        ..request("dev")
    };
    let refused = resolve(&world, twice).unwrap_err();
    assert_eq!(refused.code(), Code::VariableRefused);
    assert_eq!(log(&world, "refused.variable")[0].credentials, ["binv"]);
}

/// Where there are too many kinds to keep apart, the entry that stands for them names the keys.
#[test]
fn refusals_that_are_counted_together_are_found_by_each_key() {
    let world = AgentFixture::new();
    let names: Vec<String> = (0..20).map(|number| format!("LD_{number}")).collect();
    for name in &names {
        world.add_to("shop", name, metadata(name), "x").unwrap();
        let refused = resolve(&world, request(name)).unwrap_err();
        assert_eq!(refused.code(), Code::LoaderVariable);
    }
    world.lock();
    world.unlock();
    for name in &names {
        let request = AuditRequest {
            credential: Some(named("shop", name, name)),
            action: Some("refused".into()),
            ..AuditRequest::default()
        };
        assert_eq!(world.client().ask(request).unwrap().len(), 1, "{name}");
    }
}

/// The limit is that of the caller's system, less what its arguments and environment take.
#[test]
fn what_is_too_large_for_a_program_is_refused_before_anything_is_released() {
    let world = AgentFixture::new();
    world.add("small", "1234567");
    let large = world.add("large", "12345678");
    // Each with its name, `=`, a NUL and a pointer.
    let taken = ("SMALL".len() + 7 + 10) + ("LARGE".len() + 8 + 10);
    let with_room = |limit: usize, inherited: &[(&str, u64)]| ResolveRequest {
        room: Some(ExecRoom {
            limit: limit as u64,
            used: 1000,
            inherited: inherited
                .iter()
                .map(|(name, cost)| ((*name).to_owned(), *cost))
                .collect(),
        }),
        ..request("dev")
    };
    let refused = |limit: usize| {
        let problem = Problem::EnvironmentTooLarge {
            bytes: (1000 + taken) as u64,
            limit: limit as u64,
            largest: ("LARGE=".len() + 8) as u64,
        };
        Err(Error::VariableRefused {
            variable: "LARGE".into(),
            credential: Some("kh://shop/dev/large".into()),
            problem: Box::new(problem),
        })
    };
    let limit = 1000 + taken - 1;
    assert_eq!(resolve(&world, with_room(limit, &[])), refused(limit));
    assert_unused(&world);
    let entries = log(&world, "refused.variable");
    assert_eq!(entries[0].credentials, ["large"]);
    // The ways on: leave it out, or give it as a file.
    for choice in [
        Choice {
            except: vec![format!("kh:{}", large.row.name)],
            ..Choice::default()
        },
        Choice {
            renamed: vec![assignment("LARGE", "kh:large")],
            ..Choice::default()
        },
    ] {
        let replaced = choice.renamed.iter().map(|one| one.variable.clone());
        let fits = ResolveRequest {
            replaced: replaced.collect(),
            choice,
            ..with_room(limit, &[])
        };
        assert_eq!(resolve(&world, fits), Ok(()));
    }
    // To the byte, and less what is replaced of what the program would inherit.
    assert_eq!(resolve(&world, with_room(limit + 1, &[])), Ok(()));
    assert_eq!(resolve(&world, with_room(limit, &[("LARGE", 20)])), Ok(()));
    assert_eq!(
        resolve(&world, with_room(limit, &[("OTHER", 20)])),
        refused(limit)
    );
    // A number that no system has.
    let mut huge = with_room(limit, &[]);
    huge.room.as_mut().unwrap().used = u64::MAX;
    assert!(resolve(&world, huge).is_err());
}

/// Ten thousand of a kind are two entries, and many kinds are not many more.
#[test]
fn a_flood_of_refusals_does_not_fill_the_log() {
    let world = AgentFixture::new();
    let mut client = world.client();
    let mut refuse = |path: String| {
        let untrusted = ResolveRequest {
            source: LaunchSource::ProjectFile {
                path,
                content: String::new(),
                environment: None,
            },
            ..request("dev")
        };
        let refused = client.ask_with(untrusted, &Segments::default()).map(drop);
        assert!(
            matches!(refused, Err(Error::Untrusted { .. })),
            "{refused:?}"
        );
    };
    for number in 0..300 {
        refuse("/srv/same".into());
        refuse(format!("/srv/{number}"));
    }
    // The first of each kind, and no more than sixteen kinds.
    assert_eq!(log(&world, "refused").len(), 16);
    world.clock.advance(Duration::from_secs(601));
    refuse("/srv/again".into());
    let after = log(&world, "refused");
    assert_eq!(after.len(), 16 + 2 + 1);
    let repeats = after.iter().filter_map(|entry| entry.detail.get("repeats"));
    let repeats: u32 = repeats.map(|text| text.parse::<u32>().unwrap()).sum();
    assert_eq!(repeats + 16, 600, "each is counted");
    // A lock writes what is counted by then.
    refuse("/srv/again".into());
    world.lock();
    world.unlock();
    let newest = &log(&world, "refused")[0];
    assert_eq!(
        (&*newest.detail["file"], &*newest.detail["repeats"]),
        ("/srv/again", "1")
    );
}

#[test]
fn wrong_passwords_at_a_locked_vault_are_entered_at_the_next_unlock() {
    let mut world = AgentFixture::new();
    world.lock();
    let wrong = |world: &AgentFixture| {
        let refused = unlock(&mut world.client(), "wrong").unwrap_err();
        assert_eq!(refused, Error::WrongPassword);
    };
    wrong(&world);
    wrong(&world);
    world.restart();
    wrong(&world);
    let file = world.place.folder.join("wrong-passwords");
    assert!(file.exists());
    unlock(&mut world.client(), PASSWORD).unwrap();
    let entries = log(&world, "refused.password");
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].detail["repeats"], "3");
    assert_eq!(entries[0].detail["times"].lines().count(), 3);
    assert!(!file.exists());
    world.lock();
    world.unlock();
    assert_eq!(log(&world, "refused.password").len(), 1);
}
