//! The queries of a hostile page, and what is there for its calls to fit.

use keyhaven_protocol::request::{ListRequest, Metadata, ProfilesRequest, RunningRequest, Target};
use keyhaven_protocol::view::CredentialView;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Walk;
use super::commands::{ENVIRONMENTS, NAMES, PROJECTS, TIERS, VARIABLES};
use super::reached::{ASIDE, PageCall};

impl Walk {
    /// One of the queries that change most.
    pub(super) fn often_queried(&mut self) -> PageCall {
        let often = [
            "edit",
            "edit",
            "edit",
            "remove",
            "restore",
            "roll_back",
            "set_tier",
            "snooze",
            "remove_profile",
        ];
        PageCall::query(self.one(&often))
    }

    pub(super) fn query(&mut self, name: &str) -> Value {
        let (project, environment) = (self.one(&PROJECTS), self.one(&ENVIRONMENTS));
        let request = match name {
            "list" => json!({ "removed": self.rng.heads() }),
            "show" | "history" => json!({ "target": self.target() }),
            "due" => json!({ "within_days": 90 }),
            "set_tier" => {
                json!({ "project": project, "environment": environment, "tier": self.one(&TIERS) })
            }
            "edit" => return self.edit(),
            "remove" => match self.credential() {
                Some(known) if self.chance(3) => {
                    json!({ "id": known.row.id, "revision": known.row.revision })
                }
                _ => json!({ "id": self.id(), "revision": 1 }),
            },
            "restore" => json!({ "id": self.removed() }),
            "empty_trash" => json!({ "ids": [self.id(), self.removed()] }),
            "roll_back" => self.roll_back(),
            "snooze" => self.snooze(),
            "audit" => json!({ "limit": 50 }),
            "copy" => json!({ "target": self.target(), "field": null }),
            "profile" => json!({ "name": self.one(&["web", "worker"]) }),
            "add_profile" => json!({ "profile": self.profile_record() }),
            "edit_profile" => {
                let (id, revision) = self.profile().unwrap_or_default();
                json!({ "id": id, "revision": revision, "profile": self.profile_record() })
            }
            "remove_profile" => match self.profile() {
                Some((id, revision)) if self.chance(3) => json!({ "id": id, "revision": revision }),
                _ => json!({ "id": Uuid::nil(), "revision": 1 }),
            },
            "end_running" => json!({ "pid": self.running() }),
            "back_up_to" => json!({ "file": "/tmp/x", "path": "/tmp/x" }),
            "trust" => {
                json!({ "path": "/x", "sha256": "00", "allow_production": true, "outline": [] })
            }
            "distrust" => json!({ "path": "/x" }),
            "start_failed" => json!({ "release": 1 }),
            "is_outdated" => json!({ "release": 1, "released_at": "2026-01-01T00:00:00Z" }),
            "launch_plan" => json!({
                "source": { "environment": { "project": project, "environment": environment } },
                "choice": {}, "overrides": {},
            }),
            _ => json!({}),
        };
        json!({ name: request })
    }

    /// An older version of a key, or one that it never had.
    fn roll_back(&mut self) -> Value {
        let Some(known) = self.credential() else {
            return json!({ "id": Uuid::nil(), "revision": 1, "version": 1 });
        };
        let newest = known.version.unwrap_or(1) as usize;
        let version = 1 + self.rng.below(newest + 1);
        json!({ "id": known.row.id, "revision": known.row.revision, "version": version })
    }

    /// A program that was given keys, or one that was not.
    fn running(&mut self) -> u32 {
        let all = self.client.ask(RunningRequest {}).unwrap_or_default();
        let at = self.rng.below(all.len());
        all.get(at)
            .filter(|_| self.chance(8))
            .map_or(1, |one| one.pid)
    }

    fn edit(&mut self) -> Value {
        let Some(known) = self.credential() else {
            let metadata = self.metadata(Vec::new(), None);
            return json!({ "edit": { "id": Uuid::nil(), "revision": 1, "metadata": metadata } });
        };
        let fields = known.field_list.iter().map(|field| {
            let name = field.name.clone();
            match self.rng.heads() {
                true => serde_json::to_value(field).unwrap(),
                false => self.field(&name),
            }
        });
        let fields = fields.collect();
        let mut metadata = self.metadata(fields, Some(&known));
        if self.rng.heads() {
            metadata["name"] = json!(known.row.name);
        }
        json!({ "edit": {
            "id": known.row.id, "revision": known.row.revision, "metadata": metadata,
        } })
    }

    pub(super) fn field(&mut self, name: &str) -> Value {
        let variable = self.chance(8).then(|| self.one(&VARIABLES));
        json!({
            "name": name, "kind": self.one(&["secret", "plain"]), "variable": variable,
            "allow_loader_variable": self.chance(2),
        })
    }

    pub(super) fn metadata(&mut self, fields: Vec<Value>, known: Option<&CredentialView>) -> Value {
        let metadata = Metadata {
            name: self.one(&NAMES).into(),
            provider: None,
            fields: Vec::new(),
            scopes: Vec::new(),
            allowed_ips: Vec::new(),
            owner: None,
            quota: None,
            url: self.chance(2).then(|| "https://evil.example".into()),
            note: None,
            tags: Vec::new(),
            expires: None,
            rotate_every_days: None,
            rotate_on: None,
            never_rotate: None,
            lead_times: None,
        };
        let mut metadata = serde_json::to_value(metadata).unwrap();
        metadata["fields"] = json!(fields);
        let dates = self.dates(known);
        for (name, value) in dates.as_object().unwrap() {
            metadata[name] = value.clone();
        }
        metadata
    }

    fn profile_record(&mut self) -> Value {
        json!({
            "name": "web", "project": "shop", "environment": "dev", "command": [self.command()],
        })
    }

    pub(super) fn profile(&mut self) -> Option<(Uuid, u32)> {
        let all = self.client.ask(ProfilesRequest {}).unwrap_or_default();
        let at = self.rng.below(all.len());
        all.get(at).map(|one| (one.id, one.revision))
    }

    pub(super) fn credential(&mut self) -> Option<CredentialView> {
        let mut all = self.credentials();
        all.retain(|known| known.row.project != ASIDE);
        let at = self.rng.below(all.len());
        (at < all.len()).then(|| all.swap_remove(at))
    }

    pub(super) fn id(&mut self) -> Uuid {
        self.credential().map_or(Uuid::nil(), |known| known.row.id)
    }

    pub(super) fn removed(&mut self) -> Uuid {
        let request = ListRequest {
            removed: true,
            ..ListRequest::default()
        };
        let all = self.client.ask(request).unwrap_or_default();
        let at = self.rng.below(all.len());
        all.get(at).map_or(Uuid::nil(), |row| row.id)
    }

    pub(super) fn target(&mut self) -> Value {
        let target = match self.rng.heads() {
            true => Target::Id(self.id()),
            false => Target::Named {
                project: self.one(&PROJECTS).into(),
                environment: self.one(&ENVIRONMENTS).into(),
                name: self.one(&NAMES).into(),
            },
        };
        serde_json::to_value(target).unwrap()
    }
}
