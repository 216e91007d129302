//! The calls of a hostile page: every command and every query, with arguments of which about
//! half fit what is there.

use std::fs;

use keyhaven_protocol::request::{ListRequest, Metadata, ProfilesRequest, Target};
use keyhaven_protocol::view::CredentialView;
use keyhaven_tests::{World, root};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Walk;

/// What a person may pick.
pub const FILES: [&str; 3] = ["one.env", "two.env", "missing.env"];
/// Where a person may let commands run.
pub const FOLDERS: [&str; 2] = ["folder-a", "folder-b"];

const IMPORTED: [(&str, &str); 4] = [
    ("IMPORTED_A", "imported-a-3f9c2d17"),
    ("IMPORTED_B", "imported-b-8e1a6b40"),
    ("STRIPE", "imported-stripe-5d7f0c92"),
    ("MAKEFLAGS", "imported-flags-1b4e8a63"),
];

const NAMES: [&str; 6] = ["stripe", "github", "port", "other", "", "a name"];
const VARIABLES: [&str; 8] = [
    "STRIPE",
    "GITHUB",
    "PORT",
    "OTHER",
    "NODE_OPTIONS",
    "MAKEFLAGS",
    "HTTPS_PROXY",
    "not one",
];
const PROJECTS: [&str; 4] = ["shop", "shop", "shop", "new"];
const ENVIRONMENTS: [&str; 4] = ["dev", "dev", "prod", "other"];
const TIERS: [&str; 3] = ["development", "staging", "production"];

/// Files and folders that a person may pick.
pub fn write_files(world: &World) {
    let lines = |of: &[(&str, &str)]| -> String {
        let lines = of.iter().map(|(name, value)| format!("{name}={value}\n"));
        lines.collect()
    };
    world.write("one.env", lines(&IMPORTED[..2]));
    world.write("two.env", lines(&IMPORTED));
    for folder in FOLDERS {
        fs::create_dir(world.path("work").join(folder)).unwrap();
    }
}

/// The value that an import gives to a credential of this name.
pub fn imported(name: &str) -> Option<String> {
    let found = IMPORTED.iter().find(|(known, _)| *known == name);
    found.map(|(_, value)| (*value).to_owned())
}

/// The commands that the page's capability file allows.
fn commands() -> Vec<&'static str> {
    let file = include_str!("../../../../src-tauri/capabilities/main.json");
    let names = file
        .split('"')
        .filter_map(|text| text.strip_prefix("allow-"));
    let own = names.map(|name| &*name.replace('-', "_").leak());
    own.collect()
}

/// The names of all queries, as the page's types say.
fn queries() -> Vec<&'static str> {
    let types = root().join("ui/src/lib/ipc/generated.ts");
    let types = fs::read_to_string(types).unwrap();
    let union = types.split("export type Query = ").nth(1).unwrap();
    let union = union.split(';').next().unwrap();
    let names = union.split("{ \"").skip(1);
    let own = names.map(|rest| &*rest.split('"').next().unwrap().to_owned().leak());
    own.collect()
}

thread_local! {
    static COMMANDS: Vec<&'static str> = commands();
    static QUERIES: Vec<&'static str> = queries();
}

impl Walk {
    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.rng.below(of.len())]
    }

    fn chance(&mut self, in_ten: usize) -> bool {
        self.rng.below(10) < in_ten
    }

    /// The next command and its arguments. What changes most comes more often.
    pub(super) fn next_call(&mut self) -> (&'static str, Value) {
        let often = [
            "query",
            "query",
            "query",
            "add_credential",
            "set_values",
            "launch_start",
            "launch_start",
            "launch_again",
            "save_profile",
            "import_apply",
            "empty_trash",
        ];
        let command = match self.rng.heads() {
            true => self.one(&often),
            false => COMMANDS.with(|all| all[self.rng.below(all.len())]),
        };
        (command, self.arguments(command))
    }

    fn arguments(&mut self, command: &str) -> Value {
        let id = self.rng.below(6);
        match command {
            "query" => json!({ "request": self.query() }),
            "add_credential" => {
                let field = self.field("value");
                let metadata = self.metadata(vec![field], None);
                json!({ "request": {
                    "project": self.one(&PROJECTS), "environment": self.one(&ENVIRONMENTS),
                    "tier": self.one(&TIERS), "metadata": metadata,
                    "values": [{ "field": "value", "value": self.new_value() }],
                } })
            }
            "set_values" => json!({ "request": {
                "target": self.target(), "revision": null,
                "values": [{ "field": "value", "value": self.new_value() }],
            } }),
            "configure" => json!({ "settings": self.settings() }),
            "check_draft" => json!({ "draft": {
                "today": "2026-11-30", "project": self.one(&PROJECTS),
                "environment": self.one(&ENVIRONMENTS), "name": "stripe", "expires": "90d",
                "rotate_every": "90", "rotate_on": "", "allowed_ips": ["10.0.0.0/8"],
                "fields": [{ "name": "value", "variable": self.one(&VARIABLES) }],
            } }),
            "notice_text" => json!({ "notice": { "code": "recovered" } }),
            "recognise" => json!({ "value": self.new_value(), "variable": self.one(&VARIABLES) }),
            "import_preview" | "import_apply" => {
                let kind = self.one(&["secret", "plain"]);
                json!({ "plan": {
                    "id": self.rng.below(3), "project": self.one(&PROJECTS),
                    "environment": self.one(&ENVIRONMENTS), "tier": self.one(&TIERS),
                    "kinds": { "STRIPE": kind, "IMPORTED_A": kind }, "discard_old": true,
                    "left_out": [], "skip_invalid": self.rng.heads(),
                    "join_aws_key": self.rng.heads(),
                } })
            }
            "import_discard" => json!({ "id": self.rng.below(3) }),
            "open_prompt" => {
                json!({ "kind": self.one(&["unlock", "password", "reveal", "restore"]) })
            }
            "open_reveal" => {
                json!({ "credential": self.id(), "field": null, "target": self.target() })
            }
            "restore_backup" => json!({ "file": null }),
            "launch_start" | "launch_terminal" => json!({ "wanted": self.wanted() }),
            "launch_again" | "launch_stop" => json!({ "id": id }),
            "launch_output" => json!({ "id": id, "from": self.rng.below(100) }),
            "launch_suggestions" => json!({ "directory": self.rng.below(3) }),
            "save_profile" => json!({ "draft": self.draft() }),
            "pin_profile" => {
                json!({ "id": self.profile().map_or(Uuid::nil(), |one| one.0), "on": self.rng.heads() })
            }
            "set_preferences" => json!({ "preferences": { "theme": "dark" } }),
            "set_unsaved" => json!({ "work": self.one(&["add", "settings"]) }),
            "providers" | "import_choose" | "pinned_profiles" | "launches" | "choose_directory"
            | "doctor" | "preferences" | "empty_trash" | "salvage_vault" => json!({}),
            new => panic!("say here how a page would call {new}"),
        }
    }

    fn query(&mut self) -> Value {
        let often = [
            "edit",
            "edit",
            "edit",
            "remove",
            "restore",
            "set_tier",
            "snooze",
            "remove_profile",
        ];
        let name = match self.rng.heads() {
            true => self.one(&often),
            false => QUERIES.with(|all| all[self.rng.below(all.len())]),
        };
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
            "roll_back" => {
                let known = self.credential();
                let (id, revision) =
                    known.map_or((Uuid::nil(), 1), |one| (one.row.id, one.row.revision));
                json!({ "id": id, "revision": revision, "version": 1 })
            }
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
            "end_running" => json!({ "pid": 1 }),
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
            // The vault stays open most of the time, or nothing is tried.
            "lock" if !self.chance(2) => return json!({ "status": {} }),
            _ => json!({}),
        };
        json!({ name: request })
    }

    fn edit(&mut self) -> Value {
        let Some(known) = self.credential() else {
            return json!({ "status": {} });
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

    fn field(&mut self, name: &str) -> Value {
        let variable = self.chance(8).then(|| self.one(&VARIABLES));
        json!({
            "name": name, "kind": self.one(&["secret", "plain"]), "variable": variable,
            "allow_loader_variable": self.chance(2),
        })
    }

    fn metadata(&mut self, fields: Vec<Value>, known: Option<&CredentialView>) -> Value {
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

    fn settings(&mut self) -> Value {
        let settings = self
            .client
            .ask(keyhaven_protocol::request::SettingsRequest {});
        let Ok(settings) = settings else {
            return json!({});
        };
        let mut settings = serde_json::to_value(settings).unwrap();
        match self.rng.below(5) {
            0 => settings["expired"] = json!("allow"),
            1 => settings["grace_hours"] = json!(0),
            2 => settings["lead_times"] = json!([]),
            3 => settings["auto_lock_minutes"] = json!(0),
            _ => settings["names_in_notices"] = json!(true),
        }
        settings
    }

    /// A command that prints and records what it got, or what a profile says.
    fn wanted(&mut self) -> Value {
        if self.chance(3) {
            return json!({ "profile": self.one(&["web", "worker", "none"]) });
        }
        let directory = self.chance(2).then(|| self.rng.below(2));
        json!({ "typed": {
            "project": self.one(&PROJECTS), "environment": self.one(&ENVIRONMENTS),
            "command": self.command(), "directory": directory,
        } })
    }

    fn command(&mut self) -> String {
        let arguments = self.one(&["", "", "", "a", "b c"]);
        self.records.program(arguments)
    }

    fn draft(&mut self) -> Value {
        let known = self.profile().filter(|_| self.rng.heads());
        let only: Vec<&str> = match self.chance(3) {
            true => vec![self.one(&NAMES)],
            false => Vec::new(),
        };
        let set = match self.chance(4) {
            true => json!([{
                "variable": self.one(&["COMPOSED", "STRIPE", "LD_PRELOAD"]),
                "text": self.one(&["text", "at-{{kh:stripe}}-end", "kh:github", "{{kh:port|url}}"]),
            }]),
            false => json!([]),
        };
        json!({
            "known": known, "name": self.one(&["web", "worker"]),
            "project": "shop", "environment": self.one(&ENVIRONMENTS),
            "command": self.command(), "directory": self.one(&["kept", "anywhere"]),
            "only": only, "set": set, "clean": self.chance(2),
            "allow_production": self.rng.heads(), "needs": [],
        })
    }

    fn profile_record(&mut self) -> Value {
        json!({
            "name": "web", "project": "shop", "environment": "dev", "command": [self.command()],
        })
    }

    fn profile(&mut self) -> Option<(Uuid, u32)> {
        let all = self.client.ask(ProfilesRequest {}).unwrap_or_default();
        let at = self.rng.below(all.len());
        all.get(at).map(|one| (one.id, one.revision))
    }

    pub(super) fn credential(&mut self) -> Option<CredentialView> {
        let mut all = self.credentials();
        let at = self.rng.below(all.len());
        (at < all.len()).then(|| all.swap_remove(at))
    }

    fn id(&mut self) -> Uuid {
        self.credential().map_or(Uuid::nil(), |known| known.row.id)
    }

    fn removed(&mut self) -> Uuid {
        let request = ListRequest {
            removed: true,
            ..ListRequest::default()
        };
        let all = self.client.ask(request).unwrap_or_default();
        let at = self.rng.below(all.len());
        all.get(at).map_or(Uuid::nil(), |row| row.id)
    }

    fn target(&mut self) -> Value {
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
