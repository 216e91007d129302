//! Each kind of request whose work grows with what is asked or with what the vault holds, at its
//! worst. A restore and a new vault key have their own tests.

use keyhaven_client::Client;
use keyhaven_protocol::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::maintenance::{
    BackUpRequest, BackupsRequest, VerifyLogRequest, VerifyRequest,
};
use keyhaven_protocol::request::{
    AddRequest, Assignment, AuditRequest, Choice, ConfigureRequest, DueRequest, EditAllRequest,
    EditRequest, EmptyTrashRequest, EnvironmentsRequest, FieldValue, GetRequest, HealthRequest,
    ImportItem, ImportRequest, ImportStep, LaunchPlanRequest, LaunchPurpose, LaunchSource,
    ListRequest, Metadata, Overrides, ProfilesRequest, RemoveRequest, ResolveRequest,
    SettingsRequest, Target, TrustedFilesRequest,
};
use keyhaven_protocol::view::{CredentialRow, FieldKind, FieldView};
use keyhaven_secret::SecretBytes;

use super::MIB;

/// A request that makes much work; whether it was done.
type Ask = fn(&mut Client, usize) -> Result<(), Error>;

pub const REQUESTS: [(&str, Ask); 25] = [
    ("list", |client, _| {
        client.ask(ListRequest::default()).map(drop)
    }),
    ("search", |client, _| {
        let text = Some("nothing has this".into());
        let request = ListRequest {
            text,
            ..ListRequest::default()
        };
        client.ask(request).map(drop)
    }),
    ("due", |client, _| {
        let within_days = 36_500;
        client.ask(DueRequest { within_days }).map(drop)
    }),
    ("health", |client, _| {
        client.ask(HealthRequest::default()).map(drop)
    }),
    ("environments", |client, _| {
        client.ask(EnvironmentsRequest {}).map(drop)
    }),
    ("suggestions", |client, _| {
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
        client.ask_with(request, &Segments::default()).map(drop)
    }),
    ("new name", add),
    ("edit of many", edit_all),
    ("trash", empty_trash),
    ("launch", |client, _| {
        resolve(client, environment("dev"), Choice::default())
    }),
    ("plan of a launch", |client, _| {
        let request = LaunchPlanRequest {
            source: environment("dev"),
            choice: Choice::default(),
            overrides: Overrides::default(),
        };
        client.ask(request).map(drop)
    }),
    ("launch of 500 variables", |client, _| {
        let text = |number| format!("{{{{kh:key-{number}}}}}x");
        let choice = Choice {
            set: (0..500)
                .map(|number| assignment(number, &text(number)))
                .collect(),
            ..Choice::default()
        };
        resolve(client, environment("dev"), choice)
    }),
    ("large launch", |client, _| {
        let choice = Choice {
            set: (0..14)
                .map(|number| assignment(number, "{{kh:big-0}}"))
                .collect(),
            ..Choice::default()
        };
        resolve(client, environment("big"), choice)
    }),
    ("large template", |client, _| {
        let references = (0..4000).map(|number| format!("{{{{kh:key-{}}}}}", number % 1000));
        let text: String = references.collect();
        let choice = Choice {
            set: vec![assignment(0, &text)],
            ..Choice::default()
        };
        let source = LaunchSource::References {
            template: None,
            project: Some("bench".into()),
            environment: Some("dev".into()),
        };
        resolve(client, source, choice)
    }),
    ("expansion", |client, _| {
        let text = "{{kh:big-0}}".repeat(4096);
        let choice = Choice {
            set: vec![assignment(0, &text)],
            ..Choice::default()
        };
        resolve(client, environment("big"), choice)
    }),
    ("scopes", |client, _| {
        let name = "needs-0".into();
        resolve(client, LaunchSource::Profile { name }, Choice::default())
    }),
    ("profiles", |client, _| {
        client.ask(ProfilesRequest {}).map(drop)
    }),
    ("trusted files", |client, _| {
        client.ask(TrustedFilesRequest {}).map(drop)
    }),
    ("import", |client, round| {
        import(client, &format!("new-{round}"), 8000, 16)
    }),
    ("large import", |client, round| {
        import(client, &format!("large-{round}"), 31, MIB)
    }),
    ("log", |client, _| {
        let request = AuditRequest {
            project: Some("bench".into()),
            limit: 10_000,
            ..AuditRequest::default()
        };
        client.ask(request).map(drop)?;
        client.ask(VerifyLogRequest {}).map(drop)
    }),
    ("search of the log", |client, _| {
        let request = AuditRequest {
            action: Some("refused.scope".into()),
            environment: Some("nowhere".into()),
            limit: 10_000,
            ..AuditRequest::default()
        };
        client.ask(request).map(drop)
    }),
    ("settings", |client, _| {
        let mut settings = client.ask(SettingsRequest {})?;
        settings.lead_times = vec![1; 100_000];
        let request = ConfigureRequest {
            settings,
            password: None,
        };
        client.ask_with(request, &Segments::default()).map(drop)
    }),
    ("backups", |client, _| {
        client.ask(BackupsRequest {}).map(drop)
    }),
    ("verify and back up", |client, _| {
        client.ask(VerifyRequest { password: None }).map(drop)?;
        client.ask(BackUpRequest {}).map(drop)
    }),
];

/// A name is compared with all of its environment.
fn add(client: &mut Client, round: usize) -> Result<(), Error> {
    let mut segments = Segments::default();
    let value = segments.push(SecretBytes::copy_of(b"v"));
    let request = AddRequest {
        project: "bench".into(),
        environment: "dev".into(),
        tier: None,
        metadata: metadata(format!("added-{round}"), None),
        values: vec![FieldValue {
            field: "value".into(),
            value,
        }],
    };
    client.ask_with(request, &segments).map(drop)
}

fn metadata(name: String, variable: Option<String>) -> Metadata {
    let field = FieldView {
        name: "value".into(),
        kind: FieldKind::Secret,
        variable,
        allow_loader_variable: false,
    };
    Metadata {
        name,
        provider: None,
        fields: vec![field],
        scopes: Vec::new(),
        allowed_ips: Vec::new(),
        owner: None,
        quota: None,
        url: None,
        note: None,
        tags: Vec::new(),
        expires: None,
        rotate_every_days: Some(30),
        rotate_on: None,
        never_rotate: None,
        lead_times: None,
    }
}

fn edit_all(client: &mut Client, round: usize) -> Result<(), Error> {
    // Of three clients at the same time, two come too late.
    let edit = |row: &CredentialRow| EditRequest {
        id: row.id,
        revision: row.revision,
        metadata: Metadata {
            note: Some(format!("edited in round {round}")),
            ..metadata(row.name.clone(), row.variables.first().cloned())
        },
    };
    let edits = rows(client, "dev")?.iter().take(1000).map(edit).collect();
    client.ask(EditAllRequest { edits }).map(drop)
}

fn empty_trash(client: &mut Client, round: usize) -> Result<(), Error> {
    let environment = format!("trash-{round}");
    import(client, &environment, 50, 16)?;
    let rows = rows(client, &environment)?;
    for row in &rows {
        let (id, revision) = (row.id, row.revision);
        client.ask(RemoveRequest { id, revision })?;
    }
    let ids = rows.iter().map(|row| row.id).collect();
    client.ask(EmptyTrashRequest { ids }).map(drop)
}

fn rows(client: &mut Client, environment: &str) -> Result<Vec<CredentialRow>, Error> {
    client.ask(ListRequest {
        project: Some("bench".into()),
        environment: Some(environment.into()),
        ..ListRequest::default()
    })
}

fn environment(name: &str) -> LaunchSource {
    LaunchSource::Environment {
        project: "bench".into(),
        environment: name.into(),
    }
}

fn assignment(number: usize, text: &str) -> Assignment {
    Assignment {
        variable: format!("V{number}"),
        text: text.into(),
    }
}

fn resolve(client: &mut Client, source: LaunchSource, choice: Choice) -> Result<(), Error> {
    let request = ResolveRequest {
        choice,
        ..ResolveRequest::new(source, LaunchPurpose::Env)
    };
    client.ask_with(request, &Segments::default()).map(drop)
}

/// Imports so many keys with values of so many bytes into a new environment.
pub fn import(
    client: &mut Client,
    environment: &str,
    keys: usize,
    bytes: usize,
) -> Result<(), Error> {
    let numbers: Vec<usize> = (0..keys).collect();
    let mut parts = numbers.chunks((8 * MIB / bytes).min(2000)).peekable();
    while let Some(part) = parts.next() {
        let mut segments = Segments::default();
        let prefix = if bytes == MIB { "big" } else { "key" };
        let items = part.iter().map(|number| ImportItem {
            field: None,
            name: format!("{prefix}-{number}"),
            variable: Some(format!("KEY_{number}")),
            kind: FieldKind::Secret,
            provider: None,
            rotate_every_days: Some(30),
            source_id: format!("test:{number}"),
            value: segments.push(SecretBytes::new(vec![b'v'; bytes])),
        });
        let items = items.collect();
        let request = ImportRequest {
            project: "bench".into(),
            environment: environment.into(),
            tier: None,
            items,
            step: match parts.peek() {
                Some(_) => ImportStep::Gather,
                None => ImportStep::Apply,
            },
            without_backup: true,
            discard_old: false,
            expires: None,
        };
        client.ask_with(request, &segments)?;
    }
    Ok(())
}
