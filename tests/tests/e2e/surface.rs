//! What each window may call: every command is called from every window, and only the listed
//! pairs work.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use keyhaven_proof::ProofRun;
use keyhaven_tests::{Bus, Display, Driver, World, eventually_some, root};
use serde_json::{Value, json};

/// What comes with the toolkit and is given to nobody, but listening to the main window.
const TOOLKIT: [&str; 6] = [
    "plugin:event|emit",
    "plugin:app|version",
    "plugin:window|set_title",
    "plugin:webview|create_webview_window",
    "plugin:path|resolve_directory",
    "plugin:resources|close",
];

/// Calls every command, and keeps how each call ended.
const CALL: &str = "
    delete document.documentElement.dataset.said;
    const said = {};
    const keep = (name, end) => {
        said[name] = end;
        document.documentElement.dataset.said = JSON.stringify(said);
    };
    for (const name of arguments[0]) {
        window.__TAURI_INTERNALS__.invoke(name, {}).then(
            () => keep(name, 'answered'),
            (error) => keep(name, typeof error === 'string' ? error : JSON.stringify(error)),
        );
    }";

/// The commands that a window's capability file gives it.
fn commands_of(window: &str) -> Vec<String> {
    let file = root().join(format!("src-tauri/capabilities/{window}.json"));
    let file: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    let permissions = file["permissions"].as_array().unwrap().iter();
    let own = permissions.filter_map(|permission| permission.as_str()?.strip_prefix("allow-"));
    own.map(|name| name.replace('-', "_")).collect()
}

/// How calls of these commands end in a page.
fn call(page: &Driver, commands: &[String]) -> serde_json::Map<String, Value> {
    eventually_some("a page that takes the calls", || {
        page.try_run(CALL, &[json!(commands)]).ok()
    });
    eventually_some("an end of every call", || {
        let read = "return document.documentElement.dataset.said ?? '{}'";
        let said = page.try_run(read, &[]).ok()?;
        let said: Value = serde_json::from_str(said.as_str()?).ok()?;
        let said = said.as_object()?.clone();
        (said.len() == commands.len()).then_some(said)
    })
}

/// Calls every command that is not this window's, and those of this window that open no dialog
/// and end nothing.
fn check(proof: &mut ProofRun, page: &Driver, window: &str, own: &[&str]) {
    let mut others: Vec<String> = ["main", "prompt", "reveal"]
        .into_iter()
        .filter(|other| *other != window)
        .flat_map(commands_of)
        .collect();
    others.extend(TOOLKIT.map(String::from));
    others.push("no_such_command".into());
    for (name, end) in call(page, &others) {
        let end = end.as_str().unwrap();
        assert!(end.contains("not allowed"), "{name} from {window}: {end}");
        proof.case();
    }
    let listed = commands_of(window);
    let own: Vec<String> = own.iter().map(ToString::to_string).collect();
    assert!(own.iter().all(|name| listed.contains(name)));
    for (name, end) in call(page, &own) {
        // The control: what is listed gets through, if only to an error about missing arguments.
        let end = end.as_str().unwrap();
        assert!(!end.contains("not allowed"), "{name} from {window}: {end}");
        proof.case();
    }
}

/// A program that shows a value, with the pipe that the main window would hold.
fn revealing(world: &World, credential: &str) -> std::path::PathBuf {
    let program = world.path("reveal.sh");
    let task = json!({ "credential": credential, "field": null });
    let text = format!(
        "#!/bin/bash\nexec '{}' --prompt reveal < <(echo '{task}'; exec tail --pid=$$ -f /dev/null)\n",
        world.bin("keyhaven").display()
    );
    fs::write(&program, text).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    program
}

#[test]
fn promise_22_only_the_listed_commands_work_from_each_window() {
    let mut proof = ProofRun::begin("promise_22_only_the_listed_commands_work_from_each_window");
    let mut world = World::new();
    let _bus = Bus::start(&world);
    let _display = Display::start(&mut world);
    world.init();
    let add = [
        "add", "stripe", "-p", "shop", "-e", "dev", "--stdin", "--json",
    ];
    let added: Value = serde_json::from_str(&world.kh_ok_with(&add, "value")).unwrap();
    let credential = added["id"].as_str().unwrap().to_owned();

    let page = Driver::start(&world, "keyhaven", &[]);
    page.find("button", "Keys");
    let own = [
        "query",
        "providers",
        "launches",
        "doctor",
        "preferences",
        "open_reveal",
    ];
    check(&mut proof, &page, "main", &own);
    drop(page);

    let page = Driver::start(&world, "keyhaven", &["--prompt", "unlock"]);
    page.find("textbox", "Master password");
    check(
        &mut proof,
        &page,
        "prompt",
        &["prompt_start", "prompt_unlock", "prompt_progress"],
    );
    drop(page);

    let program = revealing(&world, &credential);
    let page = Driver::start(&world, program.to_str().unwrap(), &[]);
    page.find("button", "Hide");
    check(
        &mut proof,
        &page,
        "reveal",
        &["reveal_start", "reveal_value"],
    );
}
