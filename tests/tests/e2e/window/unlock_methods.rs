//! The prompts for another password, another recovery key and another vault key.

use keyhaven_protocol::notice::Notice;
use keyhaven_tests::{PASSWORD, eventually};
use serde_json::Value;

use super::{Desk, RECOVERY_KEY};

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
    const TITLE: &str = "Keyhaven: new vault key";
    let desk = Desk::new();
    desk.world.init();
    let page = desk.window();
    page.click("button", "Settings");
    page.wait_for_text("The vault's encryption keys are kept out of swap");
    page.click("button", "Create a new one… Vault key");
    desk.turn_to(TITLE);
    desk.type_text(PASSWORD);
    desk.press(&["Tab", "Tab"]);
    desk.type_text(OTHER);
    desk.press(&["Tab", "Tab"]);
    desk.type_text(OTHER);
    desk.picture("window-29-rekey");
    desk.press(&["Return"]);
    desk.turn_to(RECOVERY_KEY);
    let log = desk.world.kh_ok(&["audit", "--json"]);
    assert!(log.contains("\"vault.rekey\""), "{log}");
    desk.picture("window-30-rekey-recovery-key");
    // The main window and the question over the prompt have one title.
    let questions = || desk.display.windows(&desk.world, "^Keyhaven$").len() - 1;
    desk.press(&["alt+F4"]);
    eventually("the question", || questions() == 1);
    desk.picture("window-31-unsaved-key");
    desk.press(&["Escape"]);
    eventually("the end of the question", || questions() == 0);
    assert_eq!(desk.display.windows(&desk.world, RECOVERY_KEY).len(), 1);
    desk.turn_to(RECOVERY_KEY);
    desk.press(&["alt+F4"]);
    eventually("the question again", || questions() == 1);
    desk.agree();
    desk.display.wait_gone(&desk.world, RECOVERY_KEY);
    desk.world.kh_ok(&["lock"]);
    let opens = |password: &str| {
        let unlock = ["unlock", "--password-stdin"];
        desk.world.kh_with(&unlock, password).status.success()
    };
    assert!(!opens(PASSWORD) && opens(OTHER));
}
