//! The native questions of the window, through its command layer: a no changes nothing, and a yes
//! does exactly what was shown.

mod destinations;
mod lost;
mod reminders;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use keyhaven_client::Client;
use keyhaven_protocol::request::{ListRequest, Session, ShowRequest, SnoozeRequest, Target};
use keyhaven_protocol::view::{CredentialRow, CredentialView};
use keyhaven_tests::{WindowHost, World};
use serde_json::{Value, json};

/// A window, a person in front of it, and what both have said.
struct Asked {
    world: World,
    window: WindowHost,
    client: Client,
}

impl Asked {
    /// With the key `stripe` in `shop/dev`.
    fn new(more: &[&str]) -> Self {
        let world = World::new();
        world.init();
        let add = ["add", "stripe", "-p", "shop", "-e", "dev", "--stdin"];
        world.kh_ok_with(&[&add, more].concat(), "value-1");
        let client = Client::connect(&world.place(), &Session::default());
        Self {
            window: WindowHost::start(&world),
            client: client.unwrap().unwrap(),
            world,
        }
    }

    /// What the page could ask meanwhile.
    fn connect(&self) -> Client {
        let client = Client::connect(&self.world.place(), &Session::default());
        client.unwrap().unwrap()
    }

    /// Calls a command; `person` answers each dialog. How it ended, and what was shown.
    fn call(
        &mut self,
        command: &str,
        args: Value,
        mut person: impl FnMut(&Value) -> Value,
    ) -> (Value, Vec<Value>) {
        let call = json!({ "command": command, "args": args, "ask": true });
        let mut shown = Vec::new();
        let end = self.window.call(&call, |line| {
            let line: Value = serde_json::from_str(line).unwrap();
            let dialog = line.get("dialog")?;
            shown.push(dialog.clone());
            Some(person(dialog))
        });
        (end, shown)
    }

    /// Calls what asks one question, and answers it; the question.
    fn ask(&mut self, command: &str, args: Value, yes: bool) -> Value {
        let (end, shown) = self.call(command, args, |_| json!({ "confirm": yes }));
        let [only] = shown.as_slice() else {
            panic!("{shown:?}, {end}");
        };
        match yes {
            true => assert!(end.get("answer").is_some(), "{end}"),
            false => assert_eq!(end["failure"]["code"], "cancelled", "{end}"),
        }
        only["confirm"].clone()
    }

    /// Calls what asks nothing; its answer.
    fn unasked(&mut self, command: &str, args: Value) -> Value {
        let (end, shown) = self.call(command, args, |_| Value::Null);
        assert!(shown.is_empty(), "{shown:?}");
        assert!(end.get("answer").is_some(), "{end}");
        end["answer"].clone()
    }

    fn rows(&mut self, removed: bool) -> Vec<CredentialRow> {
        let list = ListRequest {
            removed,
            ..ListRequest::default()
        };
        self.client.ask(list).unwrap()
    }

    fn names(&mut self, removed: bool) -> Vec<String> {
        self.rows(removed).into_iter().map(|row| row.name).collect()
    }

    fn key(&mut self, name: &str) -> CredentialView {
        let target = Target::Named {
            project: "shop".into(),
            environment: "dev".into(),
            name: name.into(),
        };
        self.client.ask(ShowRequest { target }).unwrap()
    }

    /// The metadata of `stripe`, with some of it changed, as an edit of one revision.
    fn edit(&mut self, changed: &Value) -> Value {
        let known = self.key("stripe");
        let view = serde_json::to_value(&known).unwrap();
        let mut metadata = json!({ "fields": view["field_list"] });
        for name in [
            "name",
            "provider",
            "scopes",
            "allowed_ips",
            "owner",
            "quota",
            "url",
            "note",
            "tags",
            "expires",
            "rotate_every_days",
            "rotate_on",
            "never_rotate",
            "lead_times",
        ] {
            metadata[name] = view[name].clone();
        }
        for (name, value) in changed.as_object().unwrap() {
            metadata[name] = value.clone();
        }
        json!({ "request": { "edit": {
            "id": known.row.id, "revision": known.row.revision, "metadata": metadata,
        } } })
    }
}

/// A day from today on, as text.
pub(crate) fn in_days(days: i64) -> String {
    let today = TimeZone::system().to_datetime(Timestamp::now()).date();
    today.saturating_add(days.days()).to_string()
}

/// Every text of a question.
fn words(question: &Value) -> String {
    let details = question["details"].as_array().unwrap().iter();
    let details = details.map(|line| line.as_str().unwrap());
    let texts = ["title", "text"].map(|part| question[part].as_str().unwrap());
    texts
        .into_iter()
        .chain(details)
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn a_key_comes_out_of_the_trash_into_saved_launches_only_after_a_yes() {
    let mut asked = Asked::new(&[]);
    asked
        .world
        .kh_ok(&["profile", "add", "web", "-p", "shop", "-e", "dev"]);
    let id = asked.key("stripe").row.id;
    asked.world.kh_ok(&["rm", "kh://shop/dev/stripe", "--yes"]);
    let args = json!({ "request": { "restore": { "id": id } } });
    let question = words(&asked.ask("query", args.clone(), false));
    assert!(
        question.contains("STRIPE") && question.contains("shop/dev"),
        "{question}"
    );
    assert_eq!(asked.names(true), ["stripe"]);
    asked.ask("query", args, true);
    assert_eq!(
        (asked.names(true), asked.names(false)),
        (vec![], vec!["stripe".into()])
    );
    // The control: where no launch would get it, nothing is asked.
    asked.world.kh_ok(&["profile", "rm", "web", "--yes"]);
    asked.world.kh_ok(&["rm", "kh://shop/dev/stripe", "--yes"]);
    asked.unasked("query", json!({ "request": { "restore": { "id": id } } }));
    assert_eq!(asked.names(false), ["stripe"]);
}

#[test]
fn an_import_gives_variables_to_saved_launches_only_after_a_yes() {
    let mut asked = Asked::new(&[]);
    asked
        .world
        .kh_ok(&["profile", "add", "web", "-p", "shop", "-e", "dev"]);
    let file = asked.world.write("new.env", "PORT=3000\nKUBECONFIG=/x\n");
    let (chosen, _) = asked.call("import_choose", json!({}), |_| json!({ "file": file }));
    let plan = json!({ "plan": {
        "id": chosen["answer"]["id"], "project": "shop", "environment": "dev", "tier": null,
        "kinds": {}, "left_out": [], "skip_invalid": false, "join_aws_key": false,
    } });
    let question = words(&asked.ask("import_apply", plan.clone(), false));
    for part in ["PORT", "KUBECONFIG", "shop/dev"] {
        assert!(question.contains(part), "{part} in {question}");
    }
    assert_eq!(asked.names(false), ["stripe"]);
    asked.ask("import_apply", plan, true);
    assert_eq!(asked.names(false), ["KUBECONFIG", "PORT", "stripe"]);
    assert_eq!(asked.world.kh_ok(&["get", "kh://shop/dev/PORT"]), "3000");
}

#[test]
fn a_key_belongs_to_another_address_only_after_a_yes() {
    let mut asked = Asked::new(&[]);
    let args = asked.edit(&json!({ "url": "https://git.example/\u{202e}x" }));
    let question = words(&asked.ask("query", args.clone(), false));
    assert!(
        question.contains(r"https://git.example/\u{202e}x"),
        "{question}"
    );
    assert_eq!(asked.key("stripe").url, None);
    asked.ask("query", args, true);
    let url = asked.key("stripe").url;
    assert_eq!(url.as_deref(), Some("https://git.example/\u{202e}x"));
    let args = asked.edit(&json!({ "url": null }));
    asked.unasked("query", args);
}

#[test]
fn a_backup_is_restored_only_after_a_yes_to_it() {
    let mut asked = Asked::new(&[]);
    asked.world.kh_ok(&["backup"]);
    let backups = asked.unasked("query", json!({ "request": { "backups": {} } }));
    let file = backups[0]["file"].as_str().unwrap().to_owned();
    let args = json!({ "file": file });
    let restore = |asked: &mut Asked, yes: bool| {
        asked.call("restore_backup", args.clone(), |dialog| {
            match dialog.get("confirm") {
                Some(_) => json!({ "confirm": yes }),
                None => json!({ "prompt": true }),
            }
        })
    };
    let (end, shown) = restore(&mut asked, false);
    assert_eq!(
        (&end["answer"]["done"], shown.len()),
        (&json!(false), 1),
        "{end}"
    );
    let question = words(&shown[0]["confirm"]);
    assert!(
        question.contains(&file) && question.contains("1 key"),
        "{question}"
    );
    let (end, again) = restore(&mut asked, true);
    assert_eq!(end["answer"]["done"], true, "{end}");
    assert_eq!(again[0], shown[0]);
    let shown = again;
    assert_eq!(shown[1]["prompt"], "Restore");
    // Its prompt is given the file that was shown.
    assert_eq!(shown[1]["task"]["file"], file);
    // Another one is not even asked about.
    let other = json!({ "file": "/etc/passwd" });
    let (end, shown) = asked.call("restore_backup", other, |_| json!({ "confirm": true }));
    assert_eq!(end["failure"]["code"], "not_a_backup", "{end}");
    assert!(shown.is_empty(), "{shown:?}");
}

#[test]
fn what_a_person_was_shown_is_what_is_changed() {
    let mut asked = Asked::new(&[
        "--env-var",
        "NODE_OPTIONS",
        "--allow-loader-variable",
        "NODE_OPTIONS",
    ]);
    let known = asked.key("stripe").row;
    let set = |revision: u32| {
        json!({ "request": {
            "target": { "id": known.id }, "revision": revision,
            "values": [{ "field": "value", "value": "value-2" }],
        } })
    };
    let roll_back = |revision: u32| {
        json!({ "request": { "roll_back": {
            "id": known.id, "revision": revision, "version": 1,
        } } })
    };
    let mut client = asked.connect();
    for (command, args) in [("set_values", set(2)), ("query", roll_back(2))] {
        // A page names the revision that it makes while the question is open.
        let (end, shown) = asked.call(command, args, |_| json!({ "confirm": true }));
        assert_eq!(end["failure"]["code"], "changed", "{command}: {end}");
        assert!(shown.is_empty(), "{shown:?}");
    }
    let (end, shown) = asked.call("set_values", set(1), |_| {
        let target = Target::Id(known.id);
        let known = client.ask(ShowRequest { target }).unwrap().row;
        let snooze = SnoozeRequest {
            id: known.id,
            revision: known.revision,
            until: None,
        };
        client.ask(snooze).unwrap();
        json!({ "confirm": true })
    });
    assert_eq!(shown.len(), 1);
    assert_eq!(end["failure"]["code"], "changed", "{end}");
    assert_eq!(asked.key("stripe").version, Some(1));
}
