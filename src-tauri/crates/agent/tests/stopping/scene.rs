//! A vault in which there is work.

use std::cell::Cell;

use keyhaven_client::Client;
use keyhaven_protocol::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::maintenance::VerifyRequest;
use keyhaven_protocol::request::{
    AddProfileRequest, EnvironmentsRequest, ImportItem, ImportRequest, ImportStep, ListRequest,
    LockRequest, Profile, ProfilesRequest, SetTierRequest, SettingsRequest, TrustRequest,
    TrustedFilesRequest,
};
use keyhaven_protocol::view::{FieldKind, Tier};
use serde_json::{Value, json};

use crate::long_work::LongWork;
use crate::support::{AgentFixture, secret};
use crate::watched;

/// Keys of the smallest scene.
const KEYS: usize = 60;
const PROFILES: usize = 2;
const ENVIRONMENTS: usize = 8;
/// So many that SQLite looks while it reads them.
const TRUSTED: usize = 60;

/// A world, so many times as large as the smallest.
pub struct Scene {
    pub world: AgentFixture,
    pub size: usize,
    /// Counts the rounds, so that each makes something new.
    round: Cell<usize>,
}

impl Scene {
    /// So many times as many keys alone.
    pub fn of_keys(size: usize) -> Self {
        let scene = Self {
            world: AgentFixture::new(),
            size,
            round: Cell::new(0),
        };
        import(
            &mut scene.world.client(),
            "dev",
            scene.keys(),
            ImportStep::Apply,
        )
        .unwrap();
        scene
    }

    /// Also profiles, environments and trusted files.
    pub fn new(size: usize) -> Self {
        let scene = Self::of_keys(size);
        let mut client = scene.world.client();
        for number in 0..PROFILES * size {
            let profile = Profile {
                name: format!("profile-{number}"),
                project: "bench".into(),
                environment: "dev".into(),
                needs: (0..100).map(|scope| format!("scope-{scope}")).collect(),
                ..Profile::default()
            };
            client.ask(AddProfileRequest { profile }).unwrap();
        }
        for number in 0..ENVIRONMENTS * size {
            let request = SetTierRequest {
                project: format!("project-{number}"),
                environment: "dev".into(),
                tier: Tier::Development,
            };
            client.ask(request).unwrap();
        }
        for number in 0..TRUSTED * size {
            let request = TrustRequest {
                path: format!("/{number}"),
                sha256: "ab".repeat(32),
                allow_production: false,
                outline: Vec::new(),
            };
            client.ask(request).unwrap();
        }
        scene
    }

    pub fn keys(&self) -> usize {
        KEYS * self.size
    }

    pub fn round(&self) -> usize {
        self.round.get()
    }

    /// Makes what a kind of work needs.
    pub fn prepare(&self, work: &LongWork) {
        self.round.set(self.round.get() + 1);
        (work.prepare)(self, &mut self.world.client());
    }

    /// How often a kind of work looks, when it is done whole.
    pub fn looks_of(&self, work: &LongWork) -> usize {
        self.prepare(work);
        let mut client = self.world.client();
        watched::counted(|| match (work.ask)(self, &mut client) {
            Ok(()) => {}
            Err(error) => panic!("{}: {error:?}", work.name),
        })
    }

    /// Whether it came to that look, where a lock stops it; and how it ended.
    pub fn locked_at(&self, work: &LongWork, look: usize) -> (bool, Result<(), Error>) {
        let (mut client, mut locker) = (self.world.client(), self.world.client());
        watched::stopped_at(
            look,
            move || locker.ask(LockRequest {}).unwrap(),
            || (work.ask)(self, &mut client),
        )
    }

    /// What the vault holds; a work that was stopped has changed none of it.
    pub fn state(&self) -> Value {
        let mut client = self.world.client();
        let list = |removed| ListRequest {
            removed,
            ..ListRequest::default()
        };
        json!([
            client.ask(list(false)).unwrap(),
            client.ask(list(true)).unwrap(),
            client.ask(EnvironmentsRequest {}).unwrap(),
            client.ask(ProfilesRequest {}).unwrap(),
            client.ask(TrustedFilesRequest {}).unwrap(),
            client.ask(SettingsRequest {}).unwrap(),
        ])
    }

    pub fn findings(&self) -> Vec<Value> {
        let request = VerifyRequest { password: None };
        let verified = self.world.client().ask(request).unwrap();
        let findings = verified.findings.iter();
        findings
            .map(|one| serde_json::to_value(one).unwrap())
            .collect()
    }
}

/// Imports so many keys into an environment.
pub fn import(
    client: &mut Client,
    environment: &str,
    count: usize,
    step: ImportStep,
) -> Result<(), Error> {
    let mut segments = Segments::default();
    let items = (0..count).map(|number| ImportItem {
        field: None,
        name: format!("key-{number}"),
        variable: Some(format!("KEY_{number}")),
        kind: FieldKind::Secret,
        provider: None,
        rotate_every_days: Some(30),
        source_id: format!("test:{number}"),
        value: segments.push(secret("value")),
    });
    let items = items.collect();
    let request = ImportRequest {
        project: "bench".into(),
        environment: environment.into(),
        tier: Some(Tier::Development),
        items,
        step,
        without_backup: true,
        discard_old: false,
        expires: None,
    };
    client.ask_with(request, &segments).map(drop)
}
