//! Closing the window while something that was entered in it is not stored.

use super::*;

const WINDOW: &str = "^Keyhaven$";

#[test]
fn a_person_is_asked_before_what_is_not_stored_is_lost_also_where_the_page_is_dead() {
    let desk = Desk::new();
    desk.world.init();
    let add = ["add", "stripe", "-p", "shop", "-e", "dev", "--stdin"];
    desk.world.kh_ok_with(&add, "value");
    let page = desk.window();
    page.click("button", "Keys");
    page.click("button", "Add key");
    page.fill("Name", "deploy");
    // The window and the question over it have one title.
    let windows = || desk.display.windows(&desk.world, WINDOW).len();
    let close = || {
        desk.turn_to(WINDOW);
        desk.press(&["alt+F4"]);
        eventually("the question", || windows() == 2);
        std::thread::sleep(DISARMED);
    };

    close();
    desk.picture("window-32-unsaved");
    // To stay is what a key that is typed on does.
    desk.press(&["Return"]);
    eventually("the window alone", || windows() == 1);
    let kept =
        "return [...document.querySelectorAll('[role=dialog] input')].map((one) => one.value)";
    assert!(
        page.run(kept, &[])
            .as_array()
            .unwrap()
            .contains(&"deploy".into())
    );
    desk.picture("window-33-stayed");

    let hang = "setTimeout(() => { for (;;) {} }, 100)";
    page.run(hang, &[]);
    close();
    desk.agree();
    desk.display.wait_gone(&desk.world, WINDOW);
    drop(page);
}
