//! The window never holds a value, and who shows one ends.

use std::collections::BTreeSet;
use std::fs;

use keyhaven_proof::ProofRun;
use keyhaven_tests::{Bus, Display, Driver, World, eventually};

use super::{Known, is_root};

/// Whether a process shows a value: its own command line says so, or that of the process that
/// started it, as for WebKit's.
fn reveals(pid: u32) -> bool {
    let says_so = |pid: &str| {
        let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        line.split(|byte| *byte == 0).any(|word| word == b"reveal")
    };
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let parent = stat
        .rsplit_once(") ")
        .and_then(|(_, fields)| fields.split(' ').nth(1));
    says_so(&pid.to_string()) || parent.is_some_and(says_so)
}

/// A window with a key chosen, on a separate display.
struct Desk {
    known: Known,
    page: Driver,
    display: Display,
    _bus: Bus,
    world: World,
}

/// The key that the window copies and shows.
const CHOSEN: usize = 7;

impl Desk {
    fn new() -> Self {
        let mut world = World::new();
        let bus = Bus::start(&world);
        let display = Display::start(&mut world);
        let known = Known::make(&world);
        let page = Driver::start(&world, "keyhaven", &[]);
        page.click("button", "Keys");
        page.fill("Filter keys", &format!("KEY_{CHOSEN}"));
        // As it is read: the picture's letters, the name, and more.
        page.click("option", &format!("K{CHOSEN} KEY_{CHOSEN} "));
        page.find("button", "Reveal Value");
        Self {
            known,
            page,
            display,
            _bus: bus,
            world,
        }
    }

    /// What the window's processes hold, but for those that show a value; and what those hold.
    fn held(&self) -> (BTreeSet<String>, BTreeSet<String>) {
        let (mut window, mut reveal) = (BTreeSet::new(), BTreeSet::new());
        let mut searched = 0;
        for (pid, program) in self.world.processes() {
            let found = self.known.secrets.find_in(pid);
            if reveals(pid) {
                reveal.extend(found);
            } else if program == "keyhaven" || program.starts_with("WebKit") {
                searched += 1;
                window.extend(found);
            }
        }
        assert!(searched >= 2, "the window's processes were not found");
        (window, reveal)
    }

    fn reveal(&self) {
        self.page.click("button", "Reveal Value");
        self.display.turn_to(&self.world, "Keyhaven: value");
    }

    /// The window stands before it has asked for its value; the log tells when it has.
    fn wait_for_uses(&self, count: usize) {
        eventually("the use in the log", || {
            let log = self.world.kh_ok(&["audit", "--json"]);
            log.matches("\"use.show\"").count() == count
        });
    }

    /// No process that shows a value is left, not even WebKit's.
    fn wait_until_hidden(&self) {
        self.display.wait_gone(&self.world, "Keyhaven: value");
        eventually("the end of every process that shows a value", || {
            let processes = self.world.processes();
            !processes.iter().any(|(pid, _)| reveals(*pid))
        });
    }
}

#[test]
fn promise_08_the_window_never_holds_a_value_that_is_copied_or_shown() {
    if !is_root() {
        // Nobody else sees that memory, which is another promise.
        ProofRun::not_checked(
            "promise_08_the_window_never_holds_a_value_that_is_copied_or_shown",
            "only root sees the memory of these processes",
        );
        return;
    }
    let mut proof =
        ProofRun::begin("promise_08_the_window_never_holds_a_value_that_is_copied_or_shown");
    let desk = Desk::new();
    let value = format!("value {CHOSEN}");
    let nothing = BTreeSet::new();
    for _ in 0..ProofRun::cases(1, 10) {
        desk.page.click("button", "Copy Value");
        desk.page.wait_for_text("Copied.");
        let copied = Some(&desk.known.values[CHOSEN]);
        eventually("the copy", || {
            desk.display.clipboard(&desk.world).as_ref() == copied
        });
        assert_eq!(desk.held(), (nothing.clone(), nothing.clone()));

        // While it is shown it is where it is shown, and in no other process of the window.
        desk.reveal();
        desk.display.picture(&desk.world, "window-26-reveal");
        let (window, reveal) = desk.held();
        assert_eq!(window, nothing);
        assert!(reveal.contains(&value), "{reveal:?}");
        desk.display.press(&desk.world, &["Escape"]);
        desk.wait_until_hidden();
        assert_eq!(desk.held(), (nothing.clone(), nothing.clone()));
        // The next copy is made on a clipboard that holds none.
        desk.display.copy(&desk.world, "their own");
        eventually("the end of the copy", || desk.world.copy_holders() == 0);
        proof.case();
    }
    desk.reveal();
    desk.world.kh_ok(&["lock"]);
    desk.wait_until_hidden();
    let left = desk.known.everywhere(&desk.world);
    assert!(left.is_empty(), "after the lock: {left:?}");
}

#[test]
fn a_shown_value_goes_when_another_window_gets_the_keyboard_and_when_its_time_is_over() {
    let desk = Desk::new();
    desk.reveal();
    desk.wait_for_uses(1);
    let main = desk.display.window(&desk.world, "^Keyhaven$");
    desk.display.focus(&desk.world, &main);
    desk.wait_until_hidden();
    // By the keyboard alone; the log knows of both.
    desk.page.press("r");
    desk.display.turn_to(&desk.world, "Keyhaven: value");
    desk.wait_for_uses(2);
    if ProofRun::is_full() {
        // Half a minute is for the long run; the page's own clock has a separate test.
        let start = std::time::Instant::now();
        while !desk
            .display
            .windows(&desk.world, "Keyhaven: value")
            .is_empty()
        {
            assert!(start.elapsed() < std::time::Duration::from_secs(60));
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        assert!(start.elapsed() > std::time::Duration::from_secs(15));
        desk.wait_until_hidden();
    }
}
