//! The commands of a hostile page, with arguments of which about half fit what is there.

use std::fs;

use keyhaven_protocol::maintenance::BackupsRequest;
use keyhaven_tests::World;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Walk;
use super::discarded::LARGE;
use super::reached::PageCall;

/// What a person may pick.
pub const FILES: [&str; 3] = ["one.env", "two.env", "missing.env"];
/// Where a person may let commands run.
pub const FOLDERS: [&str; 2] = ["folder-a", "folder-b"];

/// What is in the files.
pub const IMPORTED: [(&str, &str); 4] = [
    ("IMPORTED_A", "imported-a-3f9c2d17"),
    ("IMPORTED_B", "imported-b-8e1a6b40"),
    ("STRIPE", "imported-stripe-5d7f0c92"),
    ("MAKEFLAGS", "imported-flags-1b4e8a63"),
];

pub const NAMES: [&str; 6] = ["stripe", "github", "port", "other", "", "a name"];
pub const VARIABLES: [&str; 8] = [
    "STRIPE",
    "GITHUB",
    "PORT",
    "OTHER",
    "NODE_OPTIONS",
    "MAKEFLAGS",
    "HTTPS_PROXY",
    "not one",
];
pub const PROJECTS: [&str; 4] = ["shop", "shop", "shop", "new"];
pub const ENVIRONMENTS: [&str; 4] = ["dev", "dev", "prod", "other"];
pub const TIERS: [&str; 3] = ["development", "staging", "production"];

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
    let scripts = json!({ "scripts": { "start": "node start.js" } });
    world.write("folder-a/package.json", scripts.to_string());
}

/// The value that an import gives to a credential of this name.
pub fn imported(name: &str) -> Option<String> {
    let found = IMPORTED.iter().find(|(known, _)| *known == name);
    found.map(|(_, value)| (*value).to_owned())
}

impl Walk {
    pub(super) fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.rng.below(of.len())]
    }

    pub(super) fn chance(&mut self, in_ten: usize) -> bool {
        self.rng.below(10) < in_ten
    }

    /// The next call. What has not succeeded yet and what changes most come more often.
    pub(super) fn next_call(&mut self) -> PageCall {
        let often = [
            "add_credential",
            "set_values",
            "launch_start",
            "launch_start",
            "launch_again",
            "save_profile",
            "import_choose",
            "import_apply",
            "empty_trash",
        ];
        match self.rng.below(4) {
            0 => PageCall::command(self.one(&often)),
            1 => self.often_queried(),
            2 => self.missing_call(),
            _ => self.any_call(),
        }
    }

    /// What the page calls a command with.
    pub(super) fn arguments(&mut self, call: &PageCall) -> Value {
        if call.is_query {
            return json!({ "request": self.query(&call.name) });
        }
        let id = match (self.last_launch, self.rng.heads()) {
            (Some(known), true) => known,
            _ => self.rng.below(6) as u64,
        };
        match &*call.name {
            "add_credential" => {
                let field = self.field("value");
                let metadata = self.metadata(vec![field], None);
                json!({ "request": {
                    "project": self.one(&PROJECTS), "environment": self.one(&ENVIRONMENTS),
                    "tier": self.one(&TIERS), "metadata": metadata,
                    "values": [{ "field": "value", "value": self.new_value() }],
                } })
            }
            "set_values" if self.discards.id().is_some() && self.chance(2) => self.large_value(),
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
                let file = match (self.last_import, self.chance(8)) {
                    (Some(known), true) => known,
                    _ => self.rng.below(3) as u64,
                };
                json!({ "plan": {
                    "id": file, "project": self.one(&PROJECTS),
                    "environment": self.one(&ENVIRONMENTS), "tier": self.one(&TIERS),
                    "kinds": { "STRIPE": kind, "IMPORTED_A": kind }, "discard_old": true,
                    "left_out": [], "skip_invalid": self.rng.heads(),
                    "join_aws_key": self.rng.heads(),
                } })
            }
            "import_discard" => json!({ "id": self.rng.below(3) }),
            "open_prompt" => {
                let kinds = [
                    "create", "unlock", "password", "recovery", "rekey", "reveal", "restore",
                ];
                json!({ "kind": self.one(&kinds) })
            }
            "open_reveal" => {
                json!({ "credential": self.id(), "field": null, "target": self.target() })
            }
            "restore_backup" => json!({ "file": self.backup() }),
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
            | "doctor" | "health" | "preferences" | "empty_trash" | "salvage_vault" => json!({}),
            new => panic!("say here how a page would call {new}"),
        }
    }

    /// One that is listed, or none: then a person picks.
    fn backup(&mut self) -> Option<String> {
        let listed = self.client.ask(BackupsRequest {}).unwrap_or_default();
        let at = self.rng.below(listed.len());
        let found = listed.get(at).map(|backup| backup.file.clone());
        found.filter(|_| self.rng.heads())
    }

    /// A value for the key whose older values leave no room for it.
    pub(super) fn large_value(&mut self) -> Value {
        let target = json!({ "id": self.discards.id() });
        let fill = self.one(&["x", "y", "z"]);
        json!({ "request": {
            "target": target, "revision": null,
            "values": [{ "field": "value", "value": fill.repeat(LARGE) }],
        } })
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

    pub(super) fn command(&mut self) -> String {
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
}
