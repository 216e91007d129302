//! Each kind of request whose work grows with what is asked or with what the vault holds.

use keyhaven_client::Client;
use keyhaven_protocol::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::maintenance::{BackUpToRequest, VerifyLogRequest, VerifyRequest};
use keyhaven_protocol::request::{
    Assignment, AuditRequest, Choice, DueRequest, EditAllRequest, EditRequest, EmptyTrashRequest,
    EnvironmentsRequest, GetRequest, HealthRequest, ImportStep, LaunchPlanRequest, LaunchPurpose,
    LaunchSource, ListRequest, Metadata, Overrides, ProfilesRequest, RemoveEnvironmentRequest,
    RemoveRequest, ResolveRequest, Target, TrustedFilesRequest,
};
use keyhaven_protocol::view::CredentialRow;

use crate::scene::{Scene, import};
use crate::support::{PASSWORD, metadata, restore_over};

/// Some work: its requests by name, what has to be there, and the work.
pub struct LongWork {
    pub name: &'static str,
    pub requests: &'static [&'static str],
    pub prepare: fn(&Scene, &mut Client),
    pub ask: fn(&Scene, &mut Client) -> Result<(), Error>,
}

/// Requests that are about one record, or about what is not in the vault: they look things up by
/// an index, and a record has a limit.
pub const SHORT: &[&str] = &[
    "Add",
    "AddProfile",
    "AgentSecurity",
    "BackUp",
    "Backups",
    "ChangePassword",
    "Check",
    "CheckPassword",
    "Configure",
    "Copy",
    "Distrust",
    "Edit",
    "EditProfile",
    "EndRunning",
    "FileTrust",
    "History",
    "Init",
    "InputSeen",
    "IsOutdated",
    "KeyDerivation",
    "Lock",
    "LoginKeychain",
    "NewRecoveryKey",
    "Profile",
    "Recover",
    "Remove",
    "RemoveProfile",
    "Restore",
    "Revoke",
    "RollBack",
    "Rotate",
    "RotateAutomatically",
    "Rotations",
    "Running",
    "Set",
    "SetLoginKeychain",
    "SetTier",
    "Settings",
    "Show",
    "Snooze",
    "StartFailed",
    "StartRotation",
    "Status",
    "Stop",
    "Subscribe",
    "TestNotification",
    "Trust",
    "Unlock",
    "UnlockByLogin",
];

/// Requests on a vault that is locked, or that are tested elsewhere: by `unlock_methods` of the
/// other tests, and by `stopping` of the vault's.
pub const ELSEWHERE: &[&str] = &["Rekey", "Salvage"];

const fn nothing(_: &Scene, _: &mut Client) {}

pub const fn reading(
    name: &'static str,
    requests: &'static [&'static str],
    ask: fn(&Scene, &mut Client) -> Result<(), Error>,
) -> LongWork {
    LongWork {
        name,
        requests,
        prepare: nothing,
        ask,
    }
}

pub const fn changing(
    name: &'static str,
    requests: &'static [&'static str],
    prepare: fn(&Scene, &mut Client),
    ask: fn(&Scene, &mut Client) -> Result<(), Error>,
) -> LongWork {
    LongWork {
        name,
        requests,
        prepare,
        ask,
    }
}

pub const LONG_WORK: &[LongWork] = &[
    reading("list", &["List"], |_, client| {
        client.ask(ListRequest::default()).map(drop)
    }),
    reading("search", &["List"], |_, client| {
        let text = Some("nothing has this".into());
        let request = ListRequest {
            text,
            ..ListRequest::default()
        };
        client.ask(request).map(drop)
    }),
    changing("list of the trash", &["List"], fill_trash, |_, client| {
        let request = ListRequest {
            removed: true,
            ..ListRequest::default()
        };
        client.ask(request).map(drop)
    }),
    reading("due", &["Due"], |_, client| {
        let within_days = 36_500;
        client.ask(DueRequest { within_days }).map(drop)
    }),
    reading("health", &["Health"], |_, client| {
        client.ask(HealthRequest::default()).map(drop)
    }),
    reading("environments", &["Environments"], |_, client| {
        client.ask(EnvironmentsRequest {}).map(drop)
    }),
    reading("suggestions", &["Get"], |_, client| {
        let target = Target::Named {
            project: "bench".into(),
            environment: "dev".into(),
            name: "k".repeat(128),
        };
        let request = GetRequest {
            target,
            field: None,
            version: None,
        };
        not_found(client.ask_with(request, &Segments::default()).map(drop))
    }),
    reading("launch", &["Resolve"], |_, client| {
        resolve(client, environment("dev"), Choice::default())
    }),
    reading("plan of a launch", &["LaunchPlan"], |_, client| {
        let request = LaunchPlanRequest {
            source: environment("dev"),
            choice: Choice::default(),
            overrides: Overrides::default(),
        };
        client.ask(request).map(drop)
    }),
    reading("template", &["Resolve"], |scene, client| {
        let references = (0..scene.keys()).map(|number| format!("{{{{kh:key-{number}}}}}"));
        let choice = Choice {
            set: vec![Assignment {
                variable: "ALL".into(),
                text: references.collect(),
            }],
            ..Choice::default()
        };
        let source = LaunchSource::References {
            template: None,
            project: Some("bench".into()),
            environment: Some("dev".into()),
        };
        resolve(client, source, choice)
    }),
    reading("scopes", &["Resolve"], |_, client| {
        let name = "profile-0".into();
        match resolve(client, LaunchSource::Profile { name }, Choice::default()) {
            Err(Error::ScopeMissing { .. }) => Ok(()),
            other => other,
        }
    }),
    reading("profiles", &["Profiles"], |_, client| {
        client.ask(ProfilesRequest {}).map(drop)
    }),
    reading("trusted files", &["TrustedFiles"], |_, client| {
        client.ask(TrustedFilesRequest {}).map(drop)
    }),
    reading("preview of an import", &["Import"], |scene, client| {
        import(client, "dev", scene.keys(), ImportStep::Preview)
    }),
    reading("import", &["Import"], |scene, client| {
        let environment = format!("new-{}", scene.round());
        import(client, &environment, scene.keys(), ImportStep::Apply)
    }),
    reading("edit of many", &["EditAll"], |scene, client| {
        let note = format!("edited in round {}", scene.round());
        let edit = |row: &CredentialRow| EditRequest {
            id: row.id,
            revision: row.revision,
            metadata: Metadata {
                note: Some(note.clone()),
                ..metadata(&row.name)
            },
        };
        let edits = rows(client, "dev", false)?.iter().map(edit).collect();
        client.ask(EditAllRequest { edits }).map(drop)
    }),
    changing(
        "erasing the trash",
        &["EmptyTrash"],
        fill_trash,
        |_, client| {
            let removed = rows_of_trash(client)?;
            let ids = removed.iter().map(|row| row.id).collect();
            client.ask(EmptyTrashRequest { ids }).map(drop)
        },
    ),
    changing(
        "the end of an environment with trash",
        &["RemoveEnvironment"],
        fill_trash,
        |scene, client| {
            let request = RemoveEnvironmentRequest {
                project: "bench".into(),
                environment: trash(scene),
                erase_trash: true,
            };
            client.ask(request).map(drop)
        },
    ),
    reading("verify", &["Verify"], |_, client| {
        client.ask(VerifyRequest { password: None }).map(drop)
    }),
    reading("verify of the log", &["VerifyLog"], |_, client| {
        client.ask(VerifyLogRequest {}).map(drop)
    }),
    reading("backup", &["BackUpTo"], |scene, client| {
        client.ask(BackUpToRequest { file: file(scene) }).map(drop)
    }),
    changing(
        "restore",
        &["RestoreBackup"],
        |scene, client| {
            let file = file(scene);
            client.ask(BackUpToRequest { file }).unwrap();
        },
        |scene, _| restore_over(&scene.world, &file(scene), PASSWORD, Some(PASSWORD)).map(drop),
    ),
    reading("search of the log", &["Audit"], |_, client| {
        let request = AuditRequest {
            action: Some("refused.scope".into()),
            environment: Some("nowhere".into()),
            limit: 10_000,
            ..AuditRequest::default()
        };
        client.ask(request).map(drop)
    }),
];

fn file(scene: &Scene) -> String {
    let name = format!("backup-{}", scene.round());
    scene.world.path(&name).display().to_string()
}

/// The environment of this round whose keys are all in the trash.
fn trash(scene: &Scene) -> String {
    format!("trash-{}", scene.round())
}

fn fill_trash(scene: &Scene, client: &mut Client) {
    let environment = trash(scene);
    import(client, &environment, scene.keys() / 4, ImportStep::Apply).unwrap();
    for row in rows(client, &environment, false).unwrap() {
        let (id, revision) = (row.id, row.revision);
        client.ask(RemoveRequest { id, revision }).unwrap();
    }
}

fn rows(
    client: &mut Client,
    environment: &str,
    removed: bool,
) -> Result<Vec<CredentialRow>, Error> {
    client.ask(ListRequest {
        project: Some("bench".into()),
        environment: Some(environment.into()),
        removed,
        ..ListRequest::default()
    })
}

fn rows_of_trash(client: &mut Client) -> Result<Vec<CredentialRow>, Error> {
    client.ask(ListRequest {
        removed: true,
        ..ListRequest::default()
    })
}

pub fn environment(name: &str) -> LaunchSource {
    LaunchSource::Environment {
        project: "bench".into(),
        environment: name.into(),
    }
}

pub fn resolve(client: &mut Client, source: LaunchSource, choice: Choice) -> Result<(), Error> {
    let request = ResolveRequest {
        choice,
        ..ResolveRequest::new(source, LaunchPurpose::Env)
    };
    client.ask_with(request, &Segments::default()).map(drop)
}

/// That nothing has the name is found by a look at all of them.
fn not_found(result: Result<(), Error>) -> Result<(), Error> {
    match result {
        Err(Error::NoCredential { .. }) => Ok(()),
        other => other,
    }
}
