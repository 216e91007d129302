//! From an empty machine to a running program and back to a locked vault, in one go; and what
//! goes on when the window is closed.

use std::collections::BTreeMap;

use keyhaven_protocol::request::{ConfigureRequest, SettingsRequest};
use keyhaven_tests::{Driver, eventually};
use serde_json::Value;

use super::Desk;

const SHOP: &str = include_str!("../../../data/shop.env");
const SHOP_EXPECTED: &str = include_str!("../../../data/shop.expected.json");

/// The value that is typed into the window; a GitHub token by its shape.
const CANARY: &str = "ghp_9cA3m03nbqnsGpWLuqIA1id6Vw5DQL05HA77";

#[test]
fn from_an_empty_machine_to_a_running_program_and_back_to_locked() {
    let desk = Desk::new();
    let file = desk.world.write("shop.env", SHOP);
    let page = desk.window();
    page.find("button", "Create a vault");
    page.picture("window-01-welcome");
    page.click("button", "Create a vault");
    desk.create_vault();
    page.wait_for_text("Your vault is ready");
    page.picture("window-05-first-steps");

    page.click("button", "Import a .env file");
    page.click("button", "Choose a file");
    desk.pick("Choose a .env file", &file);
    fill_location(&page);
    page.wait_for_text("34 new");
    page.picture("window-06-preview");
    page.click("button", "Import 34 keys");
    page.wait_for_text("34 keys are in shop/dev");
    page.picture("window-07-imported");
    page.click("button", "See the keys");
    page.wait_for_text("34 keys in shop/dev");
    page.picture("window-08-keys");
    page.fill("Filter keys", "stripe");
    page.wait_for_text("3 of 34 keys");
    page.wait_for_text("STRIPE_SECRET_KEY");
    page.fill("Filter keys", "");

    page.click("button", "Add key");
    page.fill("Value", CANARY);
    page.wait_for_text("Recognised as GitHub");
    page.fill("Environment variable", "DEPLOY_TOKEN");
    page.fill("Name", "deploy");
    fill_location(&page);
    page.fill("Expires", "30d");
    page.fill("Owner", "alice");
    desk.picture("window-09-add");
    page.click("button", "Add key");
    page.wait_for_text("deploy was added to shop/dev");
    page.wait_for_text("in 30 days");
    page.picture("window-10-added");

    page.click("button", "Edit");
    page.fill("Owner", "bob");
    page.fill("Quota", "5000 an hour");
    page.picture("window-11-edit");
    page.click("button", "Save");
    page.wait_for_text("5000 an hour");
    assert!(page.text().contains("bob") && !page.text().contains("alice"));

    copy_is_cleared(&desk, &page);

    page.click("button", "Overview");
    page.wait_for_text("The next 90 days");
    page.find("link", "deploy, shop/dev");
    page.picture("window-13-overview");

    let page = launch_and_stop(&desk, page);
    let page = open_a_terminal(&desk, page);
    page.click("button", "Activity");
    page.wait_for_text("Passed to a program");
    page.picture("window-18-activity");
    page.click("button", "Settings");
    page.wait_for_text("Lock after");
    page.picture("window-19-settings");

    lock_and_unlock(&desk, page);
}

/// Without a tray, closing the window ends the program, but not before what it started.
#[test]
fn what_was_started_goes_on_without_the_window() {
    let desk = Desk::new();
    desk.world.init();
    let add = ["add", "stripe", "-p", "shop", "-e", "dev", "--stdin"];
    desk.world.kh_ok_with(&add, "value");
    let (begun, go, over) = (
        desk.world.path("work/begun"),
        desk.world.path("work/go"),
        desk.world.path("work/over"),
    );
    let command = format!(
        "touch {}; until [ -e {} ]; do sleep 0.1; done; echo over; touch {}",
        begun.display(),
        go.display(),
        over.display()
    );
    let page = desk.window();
    page.click("button", "Launch");
    page.fill("Command", &command);
    page.click("button", "Run");
    desk.agree();
    eventually("the program's beginning", || begun.exists());
    desk.display.close(&desk.world, "^Keyhaven$");
    desk.display.wait_gone(&desk.world, "^Keyhaven$");
    let runs = || {
        let processes = desk.world.processes();
        processes.iter().any(|(_, program)| program == "keyhaven")
    };
    assert!(runs());
    desk.world.write("go", "");
    eventually("the program's end", || over.exists());
    eventually("the end of what started it", || !runs());
    drop(page);
}

fn fill_location(page: &Driver) {
    page.fill("Project", "shop");
    page.fill("Environment", "dev");
}

/// The page never holds the canary.
fn assert_page_without_canary(page: &Driver) {
    let html = page.run("return document.documentElement.outerHTML", &[]);
    assert!(!html.as_str().unwrap().contains(CANARY));
}

/// The value reaches the clipboard, not the page, and goes after its seconds.
fn copy_is_cleared(desk: &Desk, page: &Driver) {
    let mut client = desk.client().unwrap();
    let mut settings = client.ask(SettingsRequest {}).unwrap();
    settings.clipboard_seconds = 5;
    let password = None;
    client.ask(ConfigureRequest { settings, password }).unwrap();
    page.click("button", "Copy Value");
    page.wait_for_text("Copied.");
    assert_eq!(desk.display.clipboard(&desk.world).as_deref(), Some(CANARY));
    let hint = desk
        .display
        .clipboard_as(&desk.world, "x-kde-passwordManagerHint");
    assert_eq!(hint.as_deref(), Some("secret"));
    page.picture("window-12-copied");
    assert_page_without_canary(page);
    eventually("an empty clipboard", || {
        desk.display.clipboard(&desk.world).is_none()
    });
}

/// A program proves by its own file what it was given, and ends when it is stopped.
fn launch_and_stop(desk: &Desk, page: Driver) -> Driver {
    let proof = desk.world.path("work/proof.json");
    let program = desk.world.write(
        "proof.js",
        "const fs = require('fs');\n\
         fs.writeFileSync('proof.new', JSON.stringify(process.env));\n\
         fs.renameSync('proof.new', 'proof.json');\n\
         console.log('deploying with', process.env.DEPLOY_TOKEN);\n\
         process.on('SIGTERM', () => { fs.writeFileSync('stopped', ''); process.exit(0); });\n\
         setInterval(() => {}, 1000);\n",
    );
    let command = format!(
        "cd {} && exec node proof.js",
        program.parent().unwrap().display()
    );
    page.click("button", "Launch");
    page.fill("Command", &command);
    page.picture("window-14-launch");
    page.click("button", "Run");
    desk.turn_to("^Keyhaven$");
    desk.picture("window-15-confirm");
    desk.agree();
    eventually("the program's own file", || proof.exists());
    let given: Value = serde_json::from_slice(&std::fs::read(&proof).unwrap()).unwrap();
    let expected: BTreeMap<String, String> = serde_json::from_str(SHOP_EXPECTED).unwrap();
    for (name, value) in &expected {
        assert_eq!(given[name], *value, "{name}");
    }
    assert_eq!(given["DEPLOY_TOKEN"], CANARY);
    page.find("button", "Stop");
    // What it writes is shown below, without what is secret.
    page.wait_for_text("deploying with [masked]");
    assert_page_without_canary(&page);
    page.picture("window-16-running");
    page.click("button", "Stop");
    eventually("the program's end", || {
        desk.world.path("work/stopped").exists()
    });
    page.wait_gone("button", "Stop");
    page.picture("window-17-stopped");
    page
}

/// A command in a terminal of the person's own has the keys too, and is asked about as well.
fn open_a_terminal(desk: &Desk, page: Driver) -> Driver {
    let given = desk.world.path("work/given");
    let command = format!("printenv DEPLOY_TOKEN > {}", given.display());
    page.fill("Command", &command);
    page.click("button", "Open a terminal");
    desk.agree();
    eventually("what was given in the terminal", || {
        std::fs::read_to_string(&given).is_ok_and(|text| text == format!("{CANARY}\n"))
    });
    page
}

/// A lock destroys the page with all it knew; a fresh one shows the locked view.
fn lock_and_unlock(desk: &Desk, page: Driver) {
    page.click("button", "Locks in");
    eventually("the lock", || {
        desk.status().is_some_and(|status| status.locked)
    });
    // A session belongs to its page: the program is closed and started again. (Its fresh
    // page, which waits for a driver now, is what the test below looks at.)
    desk.end_after_a_lock(page);
    let page = desk.window();
    page.find("button", "Unlock");
    assert!(!page.text().contains("STRIPE"));
    page.picture("window-21-locked-page");
    page.click("button", "Unlock");
    desk.unlock();
    // The view that was open before the lock.
    page.wait_for_text("Lock before sleep");
    page.click("button", "Overview");
    page.wait_for_text("The next 90 days");
    page.click("button", "Keys");
    page.wait_for_text("35 keys");
    page.picture("window-23-unlocked");
}
