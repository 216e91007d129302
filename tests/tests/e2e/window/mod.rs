//! The window, driven as a person would: its pages by role and name, prompts and native
//! dialogs by keyboard and title.

mod closing;
mod journey;
mod unlock_methods;

use std::process::Stdio;
use std::time::{Duration, Instant};

use keyhaven_client::Client;
use keyhaven_protocol::request::{Session, StatusRequest};
use keyhaven_protocol::view::StatusView;
use keyhaven_tests::{Bus, Display, Driver, Kept, PASSWORD, World, eventually};

/// A native dialog takes no answer before.
const DISARMED: Duration = Duration::from_millis(600);
/// The title of a prompt that shows a recovery key.
const RECOVERY_KEY: &str = "^Keyhaven: Your recovery key$";

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

    /// Says yes in the dialog over the window, as soon as it takes an answer.
    fn agree(&self) {
        self.turn_to("^Keyhaven$");
        std::thread::sleep(DISARMED);
        self.press(&["Tab", "Return"]);
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
        self.take_recovery_key("window-03-recovery-key");
    }

    /// Says in a prompt that its recovery key is saved, once it is shown.
    fn take_recovery_key(&self, picture: &str) {
        self.turn_to(RECOVERY_KEY);
        self.picture(picture);
        self.press(&["Tab", "space", "Tab", "Tab", "Return"]);
        self.display.wait_gone(&self.world, RECOVERY_KEY);
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
            // Nothing is typed where it was.
            follows(is_gone)
        });
    }

    /// Asks for the prompt by the button of the locked window, which has the keyboard: unlocking
    /// needs no mouse. A key that comes before the page listens is lost, and pressed again.
    fn ask_for_the_prompt(&self) {
        let is_there = || {
            !self
                .display
                .windows(&self.world, "Keyhaven: unlock")
                .is_empty()
        };
        eventually("the prompt", || {
            self.turn_to("^Keyhaven$");
            self.press(&["Return"]);
            follows(is_there)
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

/// Whether something follows from a key: long enough for one that was understood.
fn follows(happened: impl Fn() -> bool) -> bool {
    let start = Instant::now();
    while !happened() && start.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(50));
    }
    happened()
}

/// Each blink would compose the whole window again, for which there may be no GPU.
#[test]
fn the_caret_stands_still() {
    let desk = Desk::new();
    desk.world.init();
    let page = desk.window();
    page.find("button", "Keys");
    desk.turn_to("^Keyhaven$");
    // A key that comes before the page listens is lost.
    let focused = "return document.activeElement.getAttribute('role')";
    eventually("the palette", || {
        desk.press(&["ctrl+k"]);
        desk.display.settle();
        page.run(focused, &[]) == "combobox"
    });
    desk.type_text("lock");
    let typed = "return document.activeElement.value";
    eventually("the text", || page.run(typed, &[]) == "lock");
    // A busy machine draws later than the page is there; what is not drawn does not blink.
    let draw = "window.drawn = 0; const count = () => { window.drawn += 1; \
                if (window.drawn < 10) requestAnimationFrame(count); }; count();";
    page.run(draw, &[]);
    eventually("what is drawn", || {
        page.run("return window.drawn", &[]) == 10
    });
    desk.picture("window-34-caret");
    let screen = desk.display.screen();
    let (before, since) = (screen.everything(), Instant::now());
    while since.elapsed() < Duration::from_secs(2) {
        assert!(screen.everything() == before, "something blinks");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The page is laid out for fewer pixels: WCAG 1.4.4 asks for text of twice the size.
#[test]
fn everything_grows_to_twice_its_size_by_the_keys() {
    let desk = Desk::new();
    desk.world.init();
    let page = desk.window();
    page.find("button", "Keys");
    let width = |page: &Driver| {
        let width = page.run("return window.innerWidth", &[]);
        width.as_f64().unwrap()
    };
    let usual = width(&page);
    let grown = |page: &Driver, times: f64| (usual / width(page) - times).abs() < 0.05;
    desk.turn_to("^Keyhaven$");
    desk.press(&["ctrl+plus"]);
    eventually("a larger page", || grown(&page, 1.1));
    for _ in 0..8 {
        desk.press(&["ctrl+plus"]);
    }
    eventually("a page of twice the size", || grown(&page, 2.0));
    desk.picture("window-31-twice");
    desk.press(&["ctrl+0"]);
    eventually("the usual size", || grown(&page, 1.0));
}

/// A page could show a dialog where a person is about to press a key.
#[test]
fn a_dialog_takes_no_answer_in_its_first_half_second() {
    let desk = Desk::new();
    desk.world.init();
    let add = ["add", "stripe", "-p", "shop", "-e", "dev", "--stdin"];
    desk.world.kh_ok_with(&add, "value");
    let page = desk.window();
    page.click("button", "Launch");
    let shown = || desk.display.windows(&desk.world, "^Keyhaven$").len() == 2;
    // A machine that is too busy for a key in time is tried again.
    let started = (0..20).find_map(|attempt| {
        let started = desk.world.path("work").join(format!("started-{attempt}"));
        page.fill("Command", &format!("touch {}", started.display()));
        let start = Instant::now();
        page.click("button", "Run");
        eventually("the dialog", shown);
        desk.press(&["Tab", "Return"]);
        if start.elapsed() < Duration::from_millis(450) {
            return Some(started);
        }
        desk.display.settle();
        if shown() {
            desk.press(&["Escape"]);
            eventually("the end of the dialog", || !shown());
        }
        None
    });
    let started = started.expect("a key within half a second");
    desk.display.settle();
    assert!(shown() && !started.exists());
    desk.agree();
    eventually("the command, which was confirmed then", || started.exists());
}

/// Restore, a yes, the password of then and that of now: two clicks and what no click may stand
/// for.
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
    desk.agree();
    desk.turn_to("Keyhaven: restore");
    desk.picture("window-27-restore");
    desk.type_text(PASSWORD);
    desk.press(&["Return"]);
    // There is a vault: its owner has to agree too.
    desk.turn_to("^Keyhaven: Replace this vault");
    desk.type_text(PASSWORD);
    desk.press(&["Return"]);
    eventually("the vault of that time, open", || {
        let listed = desk.world.kh_with(&["list", "--no-input"], "");
        let text = String::from_utf8_lossy(&listed.stdout);
        listed.status.success() && text.contains("kept") && !text.contains("later")
    });
    desk.take_recovery_key("window-28-restored");
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
    desk.ask_for_the_prompt();
    desk.unlock();
    assert!(!desk.status().unwrap().locked);
}

/// What the page asks does not postpone the lock; a key that is pressed does.
#[test]
fn input_in_the_window_postpones_the_idle_lock() {
    let desk = Desk::new();
    desk.world.init();
    let mut program = desk.world.command("keyhaven");
    let _window = Kept::start(program.stdout(Stdio::null()).stderr(Stdio::null()));
    desk.turn_to("^Keyhaven$");
    desk.display.settle();
    let left = || desk.status().unwrap().locks_in_seconds.unwrap();
    desk.world.pass(Duration::from_secs(20 * 60));
    assert!(left() <= 600);
    eventually("more time after a key", || {
        desk.press(&["Tab"]);
        left() > 1700
    });
}
