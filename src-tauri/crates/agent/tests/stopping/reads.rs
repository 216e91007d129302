//! What clients read of one key: `kh get`, `kh run --only`, the helpers and the hook.

use keyhaven_client::Client;
use keyhaven_protocol::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::project_file::fingerprint;
use keyhaven_protocol::request::{
    Assignment, Choice, GetRequest, LaunchPurpose, LaunchSource, ResolveRequest, ShowRequest,
    Target, TrustRequest,
};

use crate::long_work::{LongWork, changing, environment, reading, resolve};
use crate::scene::Scene;

const FILE: &str = "project = 'bench'\nenvironment = 'dev'\n[env]\nTOKEN = 'kh:key-5'\n";
const PATH: &str = "/home/me/bench/.keyhaven.toml";

pub const READS: &[LongWork] = &[
    reading("get", &["Get"], |_, client| {
        let request = GetRequest {
            target: key(),
            field: None,
            version: None,
        };
        client.ask_with(request, &Segments::default()).map(drop)
    }),
    reading("show", &["Show"], |_, client| {
        client.ask(ShowRequest { target: key() }).map(drop)
    }),
    reading("run --only", &["Resolve"], |_, client| {
        let choice = Choice {
            only: vec!["kh:key-5".into()],
            ..Choice::default()
        };
        resolve(client, environment("dev"), choice)
    }),
    reading("one reference", &["Resolve"], |_, client| {
        let choice = Choice {
            set: vec![Assignment {
                variable: "TOKEN".into(),
                text: "kh://bench/dev/key-5".into(),
            }],
            ..Choice::default()
        };
        let source = LaunchSource::References {
            template: None,
            project: None,
            environment: None,
        };
        resolve(client, source, choice)
    }),
    changing("hook", &["Resolve"], trust, |_, client| hook(client)),
];

fn key() -> Target {
    Target::Named {
        project: "bench".into(),
        environment: "dev".into(),
        name: "key-5".into(),
    }
}

fn trust(_: &Scene, client: &mut Client) {
    let request = TrustRequest {
        path: PATH.into(),
        sha256: fingerprint(FILE.as_bytes()),
        allow_production: false,
        outline: Vec::new(),
    };
    client.ask(request).unwrap();
}

fn hook(client: &mut Client) -> Result<(), Error> {
    let source = LaunchSource::ProjectFile {
        path: PATH.into(),
        content: FILE.into(),
        environment: None,
    };
    let request = ResolveRequest::new(source, LaunchPurpose::Hook);
    client.ask_with(request, &Segments::default()).map(drop)
}
