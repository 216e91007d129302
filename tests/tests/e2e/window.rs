//! The window, driven as a person would: its pages by role and name, prompts and native
//! dialogs by keyboard and title.

use keyhaven_protocol::Client;
use keyhaven_protocol::request::{Session, StatusRequest};
use keyhaven_protocol::view::StatusView;
use keyhaven_tests::{Bus, Display, Driver, PASSWORD, World, eventually, eventually_some};

const SHOP: &str = include_str!("../../data/shop.env");

/// A person at a desk.
struct Desk {
    world: World,
    display: Display,
    _bus: Bus,
}

impl Desk {
    fn new() -> Self {
        let mut world = World::new();
        let bus = Bus::start(&world);
        let display = Display::start(&mut world);
        Self {
            world,
            display,
            _bus: bus,
        }
    }

    fn window(&self) -> Driver {
        Driver::start(&self.world, "keyhaven", &[])
    }

    /// Gives the one window of this title the keyboard, once it has drawn itself.
    fn turn_to(&self, title: &str) {
        let window = self.display.window(&self.world, title);
        self.display.focus(&self.world, &window);
        self.display.settle(&self.world);
    }

    fn type_text(&self, text: &str) {
        self.display.type_text(&self.world, text);
    }

    fn press(&self, keys: &[&str]) {
        self.display.press(&self.world, keys);
    }

    fn picture(&self, name: &str) {
        self.display.settle(&self.world);
        self.display.picture(&self.world, name);
    }

    fn status(&self) -> Option<StatusView> {
        let client = Client::connect(&self.world.place(), &Session::default());
        client.unwrap()?.ask(StatusRequest {}).ok()
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
        self.display.settle(&self.world);
        self.picture("window-03-recovery-key");
        self.press(&["Tab", "space", "Tab", "Tab", "Return"]);
        self.display.wait_gone(&self.world, "create a vault");
    }

    fn unlock(&self) {
        self.turn_to("Keyhaven: unlock");
        self.picture("window-unlock");
        self.type_text(PASSWORD);
        self.press(&["Return"]);
        self.display.wait_gone(&self.world, "Keyhaven: unlock");
    }

    /// Picks a file in the native chooser.
    fn pick(&self, title: &str, path: &std::path::Path) {
        self.turn_to(title);
        self.press(&["ctrl+l"]);
        self.display.settle(&self.world);
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
    page.wait_for_text("33 new");
    page.picture("window-06-preview");
    page.click("button", "Import 33 keys");
    page.wait_for_text("33 keys are in shop/dev");
    page.picture("window-07-imported");
    page.click("button", "See the keys");
    page.wait_for_text("STRIPE_SECRET_KEY");
    page.picture("window-08-keys");
}
