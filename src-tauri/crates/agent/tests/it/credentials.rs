//! Credentials and imports, as a client sees them.

use keyhaven_client::one_segment;
use keyhaven_protocol::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::request::{
    AuditRequest, CopyRequest, DueRequest, EditRequest, FieldValue, HistoryRequest, ImportItem,
    ImportRequest, ImportStep, ListRequest, Metadata, NextExpiry, RemoveRequest, RestoreRequest,
    SetRequest, ShowRequest, SnoozeRequest, StatusRequest,
};
use keyhaven_protocol::view::{
    CredentialState, DueKind, FieldKind, ImportOutcome, ImportReport, Moment, VersionLabel,
};

use crate::support::{AgentFixture, PASSWORD, expiring, metadata, named, secret, unlock};

#[test]
fn what_is_stored_is_listed_shown_and_given() {
    let world = AgentFixture::new();
    world.add("stripe", "sk_1");
    let added = world
        .add_to("shop", "dev", expiring("sendgrid", "2026-06-05"), "SG.1")
        .unwrap();
    assert_eq!(added.row.state, CredentialState::DueSoon);
    assert_eq!(added.version, Some(1));
    assert_eq!(world.get("stripe").unwrap(), "sk_1");

    let mut client = world.client();
    let rows = client.ask(ListRequest::default()).unwrap();
    let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["sendgrid", "stripe"]);
    assert_eq!(rows[1].variables, ["STRIPE"]);
    let due = ListRequest {
        due: true,
        ..ListRequest::default()
    };
    assert_eq!(client.ask(due).unwrap().len(), 1);
    let due = client.ask(DueRequest { within_days: 30 }).unwrap();
    assert_eq!((due[0].what, due[0].distance.in_days), (DueKind::Expiry, 4));
    let status = client.ask(StatusRequest {}).unwrap();
    assert_eq!(
        (status.credentials, status.projects, status.never_used),
        (2, 1, 1)
    );
    assert_eq!((status.overdue, status.due_this_week), (0, 1));
    let entries = client.ask(AuditRequest::default()).unwrap();
    assert_eq!(entries[0].action, "use.show");
    assert_eq!(entries[0].credentials, ["stripe"]);
    assert_eq!(entries[0].actor.pid, std::process::id());
    assert_eq!(entries[0].project.as_deref(), Some("shop"));
    assert_eq!(entries[1].credentials, ["sendgrid"]);
}

#[test]
fn what_is_not_there_is_named_with_what_is() {
    let world = AgentFixture::new();
    world.add("stripe", "sk");
    let mut client = world.client();
    let mut show = |project, environment, name| {
        let target = named(project, environment, name);
        client.ask(ShowRequest { target }).unwrap_err()
    };
    assert_eq!(
        show("shop", "dev", "strpe"),
        Error::NoCredential {
            name: "strpe".into(),
            similar: Some("stripe".into())
        }
    );
    world.add("sendgrid", "v");
    world.add("sentry", "v");
    assert_eq!(
        show("shop", "dev", "SEN"),
        Error::NoCredential {
            name: "SEN".into(),
            similar: Some("sendgrid, sentry".into())
        }
    );
    assert_eq!(
        show("shop", "dev", "stripe/value"),
        Error::NoCredential {
            name: "stripe/value".into(),
            similar: Some("kh:stripe/value".into())
        }
    );
    assert_eq!(
        show("shop", "dve", "stripe"),
        Error::NoEnvironment {
            project: "shop".into(),
            environment: "dve".into(),
            known: Some("dev".into())
        }
    );
    assert_eq!(
        show("other", "dev", "stripe"),
        Error::NoProject {
            project: "other".into(),
            similar: None
        }
    );
    let twice = world.add_to("shop", "dev", metadata("stripe"), "x");
    assert_eq!(
        twice.unwrap_err(),
        Error::Exists {
            name: "stripe".into()
        }
    );
    let taken = Metadata {
        name: "other".into(),
        ..metadata("stripe")
    };
    assert!(matches!(
        world.add_to("shop", "dev", taken, "x").unwrap_err(),
        Error::VariableTaken { by, .. } if by == "stripe"
    ));
    let invalid = world.add_to("shop", "dev", metadata("a/b"), "x");
    assert!(matches!(invalid.unwrap_err(), Error::Invalid { .. }));
}

#[test]
fn an_edit_is_one_change_and_needs_the_revision_that_was_read() {
    let world = AgentFixture::new();
    let added = world.add("stripe", "sk");
    let mut client = world.client();
    let request = |revision| EditRequest {
        id: added.row.id,
        revision,
        metadata: Metadata {
            owner: Some("me".into()),
            tags: vec!["pay".into()],
            name: "stripe-live".into(),
            ..metadata("stripe")
        },
    };
    let edited = client.ask(request(added.row.revision)).unwrap();
    assert_eq!(edited.row.name, "stripe-live");
    assert_eq!(edited.owner.as_deref(), Some("me"));
    assert_eq!(edited.row.revision, added.row.revision + 1);
    let stale = client.ask(request(added.row.revision)).unwrap_err();
    assert!(matches!(stale, Error::Changed { .. }));

    let remove = RemoveRequest {
        id: edited.row.id,
        revision: edited.row.revision,
    };
    client.ask(remove).unwrap();
    assert!(client.ask(ListRequest::default()).unwrap().is_empty());
    let trash = ListRequest {
        removed: true,
        ..ListRequest::default()
    };
    assert_eq!(client.ask(trash).unwrap().len(), 1);
    let restored = client.ask(RestoreRequest { id: edited.row.id }).unwrap();
    assert_eq!(restored.row.name, "stripe-live");
    let snooze = SnoozeRequest {
        id: restored.row.id,
        revision: restored.row.revision,
        until: Some("2026-07-01".parse().unwrap()),
    };
    let snoozed = client.ask(snooze).unwrap();
    assert_eq!(snoozed.snoozed_until, Some("2026-07-01".parse().unwrap()));
}

#[test]
fn a_snooze_says_what_was_kept_of_it() {
    let world = AgentFixture::new();
    let snooze = |name: &str, expires: &str| {
        let added = world.add_to("shop", "dev", expiring(name, expires), "v");
        let row = added.unwrap().row;
        world.client().ask(SnoozeRequest {
            id: row.id,
            revision: row.revision,
            until: Some("2026-07-01".parse().unwrap()),
        })
    };
    let cut = snooze("soon", "2026-06-05").unwrap();
    assert_eq!(cut.snoozed_until, Some("2026-06-05".parse().unwrap()));
    assert_eq!(
        snooze("over", "2026-05-20").unwrap_err(),
        Error::SnoozePastExpiry {
            name: "over".into(),
            expires: Moment::Date("2026-05-20".parse().unwrap()),
        }
    );
}

#[test]
fn a_new_value_has_the_expiry_that_came_with_it() {
    let world = AgentFixture::new();
    world
        .add_to("shop", "dev", expiring("stripe", "2026-06-05"), "old")
        .unwrap();
    let set = |value: &str, expires| {
        let (at, segments) = one_segment(secret(value));
        let request = SetRequest {
            target: named("shop", "dev", "stripe"),
            revision: None,
            values: vec![FieldValue {
                field: "value".into(),
                value: at,
            }],
            expires,
            rotate_on: None,
            discard_old: false,
        };
        let stored = world.client().ask_with(request, &segments).unwrap().answer;
        (stored.version, stored.row.expires)
    };
    let day = |text: &str| Moment::Date(text.parse().unwrap());
    let (june, september) = (day("2026-06-05"), day("2026-09-01"));
    assert_eq!(set("a", None), (Some(2), Some(june)));
    assert_eq!(set("b", Some(NextExpiry::None)), (Some(3), None));
    // The date alone, where the value is the one there is.
    let at = Some(NextExpiry::At(september));
    assert_eq!(set("b", at), (Some(3), Some(september)));
    let keep = Some(NextExpiry::Keep);
    assert_eq!(set("c", keep), (Some(4), Some(september)));
    let target = named("shop", "dev", "stripe");
    let shown = world.client().ask(ShowRequest { target }).unwrap();
    assert_eq!(shown.previous.unwrap().number, 3);
    assert!(shown.previous.unwrap().until.is_some());
}

#[test]
fn a_new_value_is_a_new_version() {
    let world = AgentFixture::new();
    world.add("stripe", "old");
    world.get("stripe").unwrap();
    world.clock.advance(std::time::Duration::from_secs(60));
    let (at, segments) = one_segment(secret("new"));
    let request = SetRequest {
        target: named("shop", "dev", "stripe"),
        revision: None,
        values: vec![FieldValue {
            field: "value".into(),
            value: at,
        }],
        expires: None,
        rotate_on: None,
        discard_old: false,
    };
    let mut client = world.client();
    client.ask_with(request, &segments).unwrap();
    world.clock.advance(std::time::Duration::from_secs(60));
    assert_eq!(world.get("stripe").unwrap(), "new");
    let target = named("shop", "dev", "stripe");
    let history = client.ask(HistoryRequest { target }).unwrap();
    let versions: Vec<_> = history
        .versions
        .iter()
        .map(|version| (version.number, version.label, version.uses))
        .collect();
    assert_eq!(
        versions,
        [
            (2, VersionLabel::Current, 1),
            (1, VersionLabel::Previous, 1)
        ]
    );
}

fn import(items: &[(&str, &str)], step: ImportStep) -> (ImportRequest, Segments) {
    let mut segments = Segments::default();
    let items = items
        .iter()
        .map(|(name, value)| ImportItem {
            field: None,
            name: (*name).into(),
            variable: Some(name.to_uppercase()),
            kind: FieldKind::Secret,
            provider: None,
            rotate_every_days: None,
            source_id: format!("dotenv:{}", name.to_uppercase()),
            value: segments.push(secret(value)),
        })
        .collect();
    let request = ImportRequest {
        project: "shop".into(),
        environment: "dev".into(),
        tier: None,
        items,
        step,
        without_backup: false,
        discard_old: false,
        expires: None,
    };
    (request, segments)
}

fn outcomes(report: &ImportReport) -> Vec<&ImportOutcome> {
    report.items.iter().map(|item| &item.outcome).collect()
}

#[test]
fn an_import_gathers_previews_and_applies_whole_or_not_at_all() {
    let world = AgentFixture::new();
    let mut client = world.client();
    let mut ask = |items: &[(&str, &str)], step| {
        let (request, segments) = import(items, step);
        client
            .ask_with(request, &segments)
            .map(|answered| answered.answer)
    };
    assert!(
        ask(&[("a", "1")], ImportStep::Gather)
            .unwrap()
            .items
            .is_empty()
    );
    let preview = ask(&[("b", "2")], ImportStep::Preview).unwrap();
    assert_eq!(outcomes(&preview), [&ImportOutcome::New; 2]);
    assert!(!preview.applied);
    // A preview forgets what was gathered.
    ask(&[("a", "1")], ImportStep::Gather).unwrap();
    let applied = ask(&[("b", "2")], ImportStep::Apply).unwrap();
    assert_eq!((applied.items.len(), applied.applied), (2, true));
    assert_eq!(world.get("b").unwrap(), "2");
    let again = ask(&[("a", "1"), ("b", "3")], ImportStep::Apply).unwrap();
    assert_eq!(
        outcomes(&again),
        [&ImportOutcome::Unchanged, &ImportOutcome::Updated]
    );
    assert_eq!(world.get("b").unwrap(), "3");
    world.add("own", "x");
    let conflict = ask(&[("c", "1"), ("own", "2")], ImportStep::Apply).unwrap_err();
    assert_eq!(
        conflict,
        Error::ImportConflict {
            names: vec!["own".into()]
        }
    );
    assert!(matches!(world.get("c"), Err(Error::NoCredential { .. })));
    ask(&[("d", "1")], ImportStep::Gather).unwrap();
    world.lock();
    assert_eq!(ask(&[], ImportStep::Apply).unwrap_err(), Error::Locked);
    world.unlock();
    // What was gathered before the lock is forgotten.
    assert!(ask(&[], ImportStep::Apply).unwrap().items.is_empty());
}

#[test]
fn a_copy_without_a_display_is_a_typed_error() {
    let world = AgentFixture::new();
    world.add("stripe", "sk");
    let request = CopyRequest {
        target: named("shop", "dev", "stripe"),
        field: None,
    };
    let mut client = world.client();
    let refused = client.ask(request).unwrap_err();
    assert!(matches!(refused, Error::NoClipboard { .. }));
    let entries = client.ask(AuditRequest::default()).unwrap();
    assert_eq!(
        (&*entries[0].action, &*entries[0].outcome),
        ("use.copy", "failed")
    );
    assert_eq!(&*entries[1].outcome, "released");
}

#[test]
fn without_a_vault_and_while_locked_each_request_says_so() {
    let world = AgentFixture::empty();
    let mut client = world.client();
    assert!(!client.ask(StatusRequest {}).unwrap().initialised);
    assert!(matches!(
        client.ask(ListRequest::default()).unwrap_err(),
        Error::NoVault { .. }
    ));
    assert!(matches!(
        unlock(&mut client, PASSWORD).unwrap_err(),
        Error::NoVault { .. }
    ));
    world.init();
    world.lock();
    assert_eq!(
        client.ask(ListRequest::default()).unwrap_err(),
        Error::Locked
    );
    let status = client.ask(StatusRequest {}).unwrap();
    assert!(status.initialised && status.locked);
}
