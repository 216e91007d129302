//! What was started is what a person confirmed, and what that prints does not reach the page.

use keyhaven_client::Client;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::request::{
    AddRequest, Choice, FieldValue, LaunchPlanRequest, LaunchSource, Metadata, Overrides,
};
use keyhaven_protocol::view::{FieldKind, FieldView, LaunchPlanView};
use keyhaven_secret::SecretBytes;
use keyhaven_tests::eventually;
use serde_json::{Value, json};
use uuid::Uuid;

use super::launches::{FilledFrom, FilledVariable, SHELL};
use super::pages::Page;
use super::{PAIR, Walk};

impl Walk {
    /// What was just started is confirmed with exactly the fields, of the kinds that they have
    /// now; `typed` says whose keys a command got that is no profile's.
    pub(super) fn check_started(&mut self, profile: &Value, typed: &Value) {
        let text = |name: &str| typed[name].as_str().unwrap().to_owned();
        let source = match profile.as_str() {
            Some(name) => LaunchSource::Profile { name: name.into() },
            None => LaunchSource::Environment {
                project: text("project"),
                environment: text("environment"),
            },
        };
        let plan = self.plan(source);
        let command = match &plan.profile {
            Some(view) => view.profile.command.join(" "),
            None => text("command").trim().to_owned(),
        };
        // Of a shell, the dialog shows that it is one.
        let is_shell = command.is_empty();
        let fields = filled(&plan);
        let same = |shown: &str| shown == command || (is_shell && shown == SHELL);
        let mut confirmed = self.confirmed.iter();
        let found = confirmed.any(|one| same(&one.command) && one.fields() == fields);
        let log = self.log.join("\n");
        assert!(found, "not confirmed: {command} with {fields:?}\n{log}");
    }

    fn plan(&mut self, source: LaunchSource) -> LaunchPlanView {
        let request = LaunchPlanRequest {
            source,
            choice: Choice::default(),
            overrides: Overrides::default(),
        };
        let plan = self.client.ask(request);
        plan.unwrap_or_else(|error| panic!("{error:?}\n{}", self.log.join("\n")))
    }

    /// What fills the variables of an environment.
    pub(super) fn fields_of(&mut self, project: &str, environment: &str) -> Vec<FilledVariable> {
        let plan = self.plan(LaunchSource::Environment {
            project: project.into(),
            environment: environment.into(),
        });
        filled(&plan)
    }

    pub(super) fn check_records(&mut self) {
        for record in self.records.take() {
            let found = self
                .confirmed
                .iter()
                .any(|one| record.is(one, &self.values));
            self.started += 1;
            assert!(found, "not confirmed: {record:?}\n{}", self.log.join("\n"));
        }
    }

    /// Waits until nothing runs, and reads what was written.
    pub(super) fn wait_for_ends(&mut self, page: &mut dyn Page) {
        eventually("the end of every launch", || {
            let listed = self.call(page, "launches", &json!({}), Some(false));
            let listed = listed["answer"].as_array().unwrap().clone();
            listed.iter().all(|launch| !launch["ended"].is_null())
        });
        let listed = self.call(page, "launches", &json!({}), Some(false));
        for launch in listed["answer"].as_array().unwrap().iter().take(4) {
            let args = json!({ "id": launch["id"], "from": 0 });
            self.call(page, "launch_output", &args, Some(false));
        }
    }

    /// Starts what prints its environment, and waits for its end.
    pub(super) fn print_environment(&mut self, page: &mut dyn Page) -> Value {
        let wanted = json!({ "typed": {
            "project": "shop", "environment": "dev",
            "command": self.records.program(""), "directory": null,
        } });
        let args = json!({ "wanted": wanted });
        let started = self.call(page, "launch_start", &args, Some(true));
        assert!(started["answer"]["id"].is_number(), "{started}");
        self.wait_for_ends(page);
        started
    }

    /// A launch that prints its environment, confirmed once.
    pub(super) fn confirm_one(&mut self, page: &mut dyn Page) {
        let started = self.print_environment(page);
        let records = self.records.take();
        assert_eq!(records.len(), 1, "the control: it was started");
        let as_confirmed = records[0].is(&self.confirmed[0], &self.values);
        assert!(as_confirmed, "{records:?}");
        let printed = self.call(
            page,
            "launch_output",
            &json!({ "id": started["answer"]["id"], "from": 0 }),
            None,
        );
        let text = printed["answer"]["text"].as_str().unwrap();
        assert!(text.contains("STRIPE=[masked]"), "{text}");
    }
}

/// A key with a plain field and a secret one.
pub fn add_pair(client: &mut Client) -> Uuid {
    let mut segments = Segments::default();
    let values = PAIR.map(|(field, value)| FieldValue {
        field: field.into(),
        value: segments.push(SecretBytes::copy_of(value.as_bytes())),
    });
    let kinds = PAIR.into_iter().zip([FieldKind::Plain, FieldKind::Secret]);
    let fields = kinds.map(|((name, _), kind)| FieldView {
        name: name.into(),
        kind,
        variable: Some(format!("PAIR_{}", name.to_uppercase())),
        allow_loader_variable: false,
    });
    let metadata = json!({
        "name": "pair", "fields": fields.collect::<Vec<_>>(), "scopes": [], "allowed_ips": [],
        "tags": [],
    });
    let metadata: Metadata = serde_json::from_value(metadata).unwrap();
    let request = AddRequest {
        project: "shop".into(),
        environment: "dev".into(),
        tier: None,
        metadata,
        values: values.into(),
    };
    client.ask_with(request, &segments).unwrap().answer.row.id
}

fn filled(plan: &LaunchPlanView) -> Vec<FilledVariable> {
    let fields = plan.variables.iter().flat_map(|variable| {
        let fields = variable.fields.iter();
        fields.map(|field| {
            let from = FilledFrom {
                credential: field.credential,
                field: field.field.clone(),
                is_plain: field.kind == FieldKind::Plain,
            };
            (variable.name.clone(), from)
        })
    });
    let mut fields: Vec<_> = fields.collect();
    fields.sort();
    fields
}
