//! The window among the others of a desktop: where it stands, what lies over it, who has the
//! keyboard, and how it fails without a display.

use std::process::Stdio;

use keyhaven_tests::{Bus, Display, Kept, PASSWORD, World, eventually};

const MAIN: &str = "^Keyhaven$";
const UNLOCK: &str = "Keyhaven: unlock";

fn desk() -> (World, Bus, Display) {
    let mut world = World::new();
    let bus = Bus::start(&world);
    let display = Display::start(&mut world);
    world.init();
    (world, bus, display)
}

fn start(world: &World, display: &Display) -> Kept {
    let mut program = world.command("keyhaven");
    let program = Kept::start(program.stdout(Stdio::null()).stderr(Stdio::null()));
    display.turn_to(world, MAIN);
    program
}

fn property(world: &World, window: &str, names: &[&str]) -> String {
    let mut xprop = world.command("xprop");
    let output = xprop.args(["-id", window]).args(names).output();
    String::from_utf8_lossy(&output.expect("xprop runs").stdout).into_owned()
}

#[test]
fn without_a_display_one_error_says_what_to_do() {
    let mut world = World::new();
    for name in ["DISPLAY", "WAYLAND_DISPLAY"] {
        world.unset(name);
    }
    let said = |world: &World, arguments: &[&str], status: i32| {
        let output = world.command("keyhaven").args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(status));
        assert_eq!(output.stdout, b"");
        String::from_utf8(output.stderr).unwrap()
    };
    let none = "error: the window could not be opened: there is no display\n\
                hint: start keyhaven in a desktop session, or use kh in a terminal\n";
    assert_eq!(said(&world, &[], 1), none);
    assert_eq!(said(&world, &["--prompt", "unlock"], 70), none);
    world.set("DISPLAY", ":4711");
    let refused = said(&world, &[], 1);
    assert!(
        refused.contains("the display :4711 does not accept it\nhint: "),
        "{refused}"
    );
}

#[test]
fn a_prompt_is_a_dialog_of_its_window_which_waits() {
    let (world, _bus, display) = desk();
    world.kh_ok(&["lock"]);
    let _program = start(&world, &display);
    let main = display.window(&world, MAIN);
    // What is pressed before the page listens is lost.
    eventually("a prompt", || {
        display.press(&world, &["Return"]);
        display.settle();
        !display.windows(&world, UNLOCK).is_empty()
    });
    display.turn_to(&world, UNLOCK);
    let prompt = display.window(&world, UNLOCK);
    let names = ["WM_TRANSIENT_FOR", "_NET_WM_WINDOW_TYPE", "_NET_WM_STATE"];
    let id = format!("{:#x}", main.parse::<u64>().unwrap());
    let parts = [
        id.as_str(),
        "_NET_WM_WINDOW_TYPE_DIALOG",
        "_NET_WM_STATE_MODAL",
    ];
    // It is kept below the others until it is drawn.
    eventually("a dialog of the window", || {
        let told = property(&world, &prompt, &names);
        let all = parts.iter().all(|part| told.contains(part));
        all && !told.contains("_NET_WM_STATE_BELOW")
    });
    let opacity = property(&world, &prompt, &["_NET_WM_WINDOW_OPACITY"]);
    assert!(!opacity.contains("= 0\n"), "{opacity}");
    display.picture(&world, "desktop-01-prompt");
    // The window behind it takes no keys: a second prompt would be asked for.
    display.type_text(&world, PASSWORD);
    display.press(&world, &["Return"]);
    display.wait_gone(&world, UNLOCK);
    display.turn_to(&world, MAIN);
    display.picture(&world, "desktop-02-unlocked");
}

#[test]
fn the_window_comes_back_as_it_was_left() {
    let (world, _bus, display) = desk();
    let program = start(&world, &display);
    let window = display.window(&world, MAIN);
    let xdotool = |arguments: &[&str]| {
        let mut command = world.command("xdotool");
        assert!(command.args(arguments).status().unwrap().success());
    };
    xdotool(&["windowsize", "--sync", &window, "900", "600"]);
    xdotool(&["windowmove", "--sync", &window, "200", "150"]);
    display.press(&world, &["ctrl+plus", "ctrl+plus", "ctrl+plus"]);
    display.settle();
    display.picture(&world, "desktop-03-zoomed");
    let before = display.area(&world, &window);
    display.close(&world, MAIN);
    drop(program);
    let _program = start(&world, &display);
    let window = display.window(&world, MAIN);
    let after = || display.area(&world, &window);
    eventually("the size that it had", || {
        (after().width, after().height) == (before.width, before.height)
    });
    assert!(after().x.abs_diff(before.x) < 40 && after().y.abs_diff(before.y) < 60);
    display.settle();
    display.picture(&world, "desktop-04-again");
}

/// The vault is locked while another window has the keyboard, and unlocked elsewhere.
#[test]
fn keys_work_in_the_window_after_a_lock_from_elsewhere() {
    let (world, _bus, display) = desk();
    let _program = start(&world, &display);
    let before = display.window(&world, MAIN);
    let mut other = world.command("xterm");
    let _other = Kept::start(other.args(["-T", "Elsewhere"]).stderr(Stdio::null()));
    display.turn_to(&world, "Elsewhere");
    world.kh_ok(&["lock"]);
    eventually("a fresh window", || {
        let windows = display.windows(&world, MAIN);
        !windows.is_empty() && !windows.contains(&before)
    });
    world.kh_ok_with(&["unlock", "--password-stdin"], PASSWORD);
    display.turn_to(&world, MAIN);
    display.settle();
    // Pressed again until the page is there: on a slow machine the fresh one may still be empty.
    eventually("the lock by a key", || {
        display.press(&world, &["ctrl+l"]);
        world.is_locked()
    });
}
