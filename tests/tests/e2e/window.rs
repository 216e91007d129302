//! The window, driven as a person would: its pages by role and name, prompts and native
//! dialogs by keyboard and title.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::{Duration, Instant};

use keyhaven_client::Client;
use keyhaven_protocol::request::{ConfigureRequest, Session, SettingsRequest, StatusRequest};
use keyhaven_protocol::view::{Notice, StatusView};
use keyhaven_tests::{Bus, Display, Driver, Kept, PASSWORD, World, eventually};
use serde_json::Value;

const SHOP: &str = include_str!("../../data/shop.env");
const SHOP_EXPECTED: &str = include_str!("../../data/shop.expected.json");

/// The value that is typed into the window; a GitHub token by its shape.
const CANARY: &str = "ghp_9cA3m03nbqnsGpWLuqIA1id6Vw5DQL05HA77";

/// A person at a desk.
struct Desk {
    display: Display,
    _bus: Bus,
    // Goes last: a window that still runs would start another agent in it.
    world: World,
}

impl Desk {
    fn new() -> Self {
        let mut world = World::new();
        let bus = Bus::start(&world);
        let display = Display::start(&mut world);
        Self {
            display,
            _bus: bus,
            world,
        }
    }

    fn window(&self) -> Driver {
        Driver::start(&self.world, "keyhaven", &[])
    }

    fn turn_to(&self, title: &str) {
        self.display.turn_to(&self.world, title);
    }

    fn type_text(&self, text: &str) {
        self.display.type_text(&self.world, text);
    }

    fn press(&self, keys: &[&str]) {
        self.display.press(&self.world, keys);
    }

    fn picture(&self, name: &str) {
        self.display.settle();
        self.display.picture(&self.world, name);
    }

    fn client(&self) -> Option<Client> {
        Client::connect(&self.world.place(), &Session::default()).unwrap()
    }

    fn status(&self) -> Option<StatusView> {
        self.client()?.ask(StatusRequest {}).ok()
    }

    /// Creates the vault in its prompt, and takes the recovery key for saved.
    fn create_vault(&self) {
        self.turn_to("create a vault");
        self.type_text(PASSWORD);
        self.press(&["Tab", "Tab"]);
        self.type_text(PASSWORD);
        self.picture("window-02-create");
        self.press(&["Return"]);
        eventually("the vault", || {
            self.status().is_some_and(|status| status.initialised)
        });
        self.display.settle();
        self.picture("window-03-recovery-key");
        self.press(&["Tab", "space", "Tab", "Tab", "Return"]);
        self.display.wait_gone(&self.world, "create a vault");
    }

    /// A key that comes before the page listens is lost; what is there then is typed again.
    fn unlock(&self) {
        const TITLE: &str = "Keyhaven: unlock";
        let is_gone = || self.display.windows(&self.world, TITLE).is_empty();
        eventually("the end of the prompt", || {
            self.turn_to(TITLE);
            self.picture("window-22-unlock");
            self.press(&["ctrl+a"]);
            self.type_text(PASSWORD);
            self.press(&["Return"]);
            // Long enough for what was understood; nothing is typed where it was.
            let start = Instant::now();
            while !is_gone() && start.elapsed() < Duration::from_secs(10) {
                std::thread::sleep(Duration::from_millis(50));
            }
            is_gone()
        });
    }

    /// Ends the program after a lock: its page has gone by itself, and a fresh window may
    /// come before it is closed. One that still runs would take the place of the next.
    fn end_after_a_lock(&self, page: Driver) {
        eventually("the end of the page", || !page.is_alive());
        drop(page);
        eventually("the end of the program", || {
            self.display.close(&self.world, "^Keyhaven$");
            let processes = self.world.processes();
            !processes.iter().any(|(_, program)| program == "keyhaven")
        });
    }

    /// Picks a file in the native chooser.
    fn pick(&self, title: &str, path: &std::path::Path) {
        self.turn_to(title);
        self.press(&["ctrl+l"]);
        self.display.settle();
        self.type_text(path.to_str().unwrap());
        self.picture("window-04-choose");
        self.press(&["Return"]);
        self.display.wait_gone(&self.world, title);
    }
}

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
    page.fill("Project", "shop");
    page.fill("Environment", "dev");
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
    page.fill("Project", "shop");
    page.fill("Environment", "dev");
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
    desk.turn_to("^Keyhaven$");
    desk.press(&["Tab", "Return"]);
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

/// Restore, a yes, the password of then: two clicks and what no click may stand for.
#[test]
fn a_backup_is_restored_from_the_settings() {
    let desk = Desk::new();
    desk.world.init();
    let add = |name| {
        let add = ["add", name, "-p", "shop", "-e", "dev", "--stdin"];
        desk.world.kh_ok_with(&add, "value");
    };
    add("kept");
    let page = desk.window();
    page.click("button", "Settings");
    page.click("button", "Back up now");
    page.wait_for_text("The backup was written and verified: 1 key.");
    add("later");
    page.click("button", "Restore the backup of");
    desk.turn_to("^Keyhaven$");
    desk.press(&["Tab", "Return"]);
    desk.turn_to("Keyhaven: restore");
    desk.picture("window-27-restore");
    desk.type_text(PASSWORD);
    desk.press(&["Return"]);
    eventually("the vault of that time, open", || {
        let listed = desk.world.kh_with(&["list", "--no-input"], "");
        let text = String::from_utf8_lossy(&listed.stdout);
        listed.status.success() && text.contains("kept") && !text.contains("later")
    });
    desk.picture("window-28-restored");
    desk.press(&["Tab", "space", "Tab", "Tab", "Return"]);
    desk.display.wait_gone(&desk.world, "Keyhaven: restore");
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
    let html = page.run("return document.documentElement.outerHTML", &[]);
    assert!(!html.as_str().unwrap().contains(CANARY));
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
    desk.press(&["Tab", "Return"]);
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
    let html = page.run("return document.documentElement.outerHTML", &[]);
    assert!(!html.as_str().unwrap().contains(CANARY));
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
    desk.turn_to("^Keyhaven$");
    desk.press(&["Tab", "Return"]);
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
    page.wait_for_text("The next 90 days");
    page.click("button", "Keys");
    page.wait_for_text("35 keys");
    page.picture("window-23-unlocked");
}

/// Without WebDriver, whose session would end with the page.
#[test]
fn a_lock_from_elsewhere_shows_in_the_window() {
    let desk = Desk::new();
    desk.world.init();
    let mut program = desk.world.command("keyhaven");
    let _window = Kept::start(program.stdout(Stdio::null()).stderr(Stdio::null()));
    desk.turn_to("^Keyhaven$");
    let open = desk.display.window(&desk.world, "^Keyhaven$");
    desk.picture("window-24-open");
    desk.world.kh_ok(&["lock"]);
    eventually("a fresh window", || {
        let windows = desk.display.windows(&desk.world, "^Keyhaven$");
        !windows.is_empty() && !windows.contains(&open)
    });
    desk.turn_to("^Keyhaven$");
    desk.picture("window-25-locked-from-elsewhere");
    // The button has the keyboard: unlocking needs no mouse.
    desk.press(&["Return"]);
    desk.unlock();
    assert!(!desk.status().unwrap().locked);
}

/// The master password is typed in a separate process; so is the recovery key.
#[test]
fn the_password_is_changed_and_the_recovery_key_opens() {
    const OTHER: &str = "battery staple lantern";
    let desk = Desk::new();
    desk.world.init();
    let made = desk
        .world
        .kh_ok_with(&["recovery", "--password-stdin", "--json"], PASSWORD);
    let made: Value = serde_json::from_str(&made).unwrap();
    let page = desk.window();
    page.click("button", "Settings");
    page.wait_for_text("Recovery key");
    page.click("button", "Change…");
    desk.turn_to("master password");
    desk.type_text(PASSWORD);
    desk.press(&["Tab", "Tab"]);
    desk.type_text(OTHER);
    desk.press(&["Tab", "Tab"]);
    desk.type_text(OTHER);
    desk.picture("window-26-password");
    desk.press(&["Return"]);
    desk.display.wait_gone(&desk.world, "master password");
    page.wait_for_text("The master password was changed");
    let html = page.run("return document.documentElement.outerHTML", &[]);
    assert!(!html.as_str().unwrap().contains(OTHER));
    desk.world.kh_ok(&["lock"]);
    let refused = desk
        .world
        .kh_with(&["unlock", "--password-stdin"], PASSWORD);
    assert_eq!(refused.status.code(), Some(1));
    desk.end_after_a_lock(page);

    let page = desk.window();
    page.click("button", "Unlock");
    desk.turn_to("Keyhaven: unlock");
    desk.press(&["Tab", "Tab", "space"]);
    desk.type_text(made["recovery_key"].as_str().unwrap());
    desk.picture("window-27-unlock-recovery");
    desk.press(&["Return"]);
    desk.display.wait_gone(&desk.world, "Keyhaven: unlock");
    page.wait_for_text("Set a new password");
    page.picture("window-28-recovered");
    assert_eq!(desk.status().unwrap().notices, [Notice::Recovered]);
    desk.world.kh_ok_with(
        &["password", "--password-stdin"],
        format!("{OTHER}\n{PASSWORD}"),
    );
}

/// Its recovery key is shown this once: the window's own way of closing asks before it goes.
#[test]
fn a_new_vault_key_is_made_and_its_recovery_key_does_not_go_without_a_question() {
    const OTHER: &str = "battery staple lantern";
    const TITLE: &str = "Keyhaven: new key";
    let desk = Desk::new();
    desk.world.init();
    let page = desk.window();
    page.click("button", "Settings");
    page.wait_for_text("All keys in memory are kept out of swap");
    page.click("button", "Create a new one… Vault key");
    desk.turn_to(TITLE);
    desk.type_text(PASSWORD);
    desk.press(&["Tab", "Tab"]);
    desk.type_text(OTHER);
    desk.press(&["Tab", "Tab"]);
    desk.type_text(OTHER);
    desk.picture("window-29-rekey");
    desk.press(&["Return"]);
    eventually("the new key", || {
        let log = desk.world.kh_ok(&["audit", "--json"]);
        log.contains("\"vault.rekey\"")
    });
    desk.picture("window-30-rekey-recovery-key");
    desk.press(&["alt+F4"]);
    desk.picture("window-31-unsaved-key");
    desk.press(&["Escape"]);
    desk.display.settle();
    assert_eq!(desk.display.windows(&desk.world, TITLE).len(), 1);
    desk.press(&["alt+F4"]);
    desk.display.settle();
    desk.press(&["Tab", "Return"]);
    desk.display.wait_gone(&desk.world, TITLE);
    desk.world.kh_ok(&["lock"]);
    let opens = |password: &str| {
        let unlock = ["unlock", "--password-stdin"];
        desk.world.kh_with(&unlock, password).status.success()
    };
    assert!(!opens(PASSWORD) && opens(OTHER));
}
