//! The pages that call: the window's command layer, where a test is asked in the place of a
//! person; and the real window, whose dialogs are answered by keyboard.

use std::time::Duration;

use keyhaven_proof::SeededRng;
use keyhaven_tests::{Bus, Display, Driver, WindowHost, World, eventually, eventually_some};
use serde_json::{Value, json};

/// What can call the commands of the page.
pub trait Page {
    /// Calls, and gives the line that answers. Every line is heard first; what that gives
    /// answers the dialog on it.
    fn call(
        &mut self,
        world: &World,
        call: &Value,
        hear: &mut dyn FnMut(&str) -> Option<Value>,
    ) -> Value;
}

impl Page for WindowHost {
    fn call(
        &mut self,
        _world: &World,
        call: &Value,
        hear: &mut dyn FnMut(&str) -> Option<Value>,
    ) -> Value {
        Self::call(self, call, hear)
    }
}

/// Calls one command, and keeps how that ended.
const CALL: &str = "
    const keep = (end) => {
        document.documentElement.dataset.ended = JSON.stringify(end);
    };
    delete document.documentElement.dataset.ended;
    window.__TAURI_INTERNALS__.invoke(arguments[0], arguments[1]).then(
        (answer) => keep({ answer }),
        (failure) => keep({ failure }),
    );";
/// How the call has ended, if it has.
const ENDED: &str = "return document.documentElement.dataset.ended ?? ''";

const WINDOW: &str = "^Keyhaven$";
const PROMPTS: &str = "^Keyhaven: ";
/// Where the titles of the pickers are.
const TITLES: &str = include_str!("../../../../src-tauri/crates/messages/i18n/en/native.ftl");
/// A native dialog takes no answer before.
const DISARMED: Duration = Duration::from_millis(600);

/// The page of the real window.
pub struct RealPage {
    /// The answer to the next question that starts something; no by itself.
    pub agrees: bool,
    driver: Driver,
    display: Display,
    /// The titles of all pickers, as a regular expression.
    pickers: String,
    rng: SeededRng,
    _bus: Bus,
}

impl RealPage {
    /// Opens the window.
    pub fn start(world: &World, bus: Bus, display: Display, seed: u64) -> Self {
        let driver = Driver::start(world, "keyhaven", &[]);
        driver.find("button", "Keys");
        Self {
            agrees: false,
            driver,
            display,
            pickers: pickers(),
            rng: SeededRng::new(seed),
            _bus: bus,
        }
    }

    /// Answers what is in front of the page: what starts, erases or silences something with no,
    /// since a test cannot read what it shows; pickers and prompts are closed.
    fn answer_dialogs(&mut self, world: &World, is_bound: bool) {
        if !self.display.windows(world, PROMPTS).is_empty() {
            self.display.close(world, PROMPTS);
        }
        if !self.display.windows(world, &self.pickers).is_empty() {
            self.display.turn_to(world, &self.pickers);
            self.display.press(world, &["Escape"]);
            self.display.wait_gone(world, &self.pickers);
        }
        let shown = self.display.windows(world, WINDOW);
        let [_, dialog] = shown.as_slice() else {
            return;
        };
        self.display.turn_to(world, WINDOW);
        let yes = match is_bound {
            true => self.agrees,
            false => self.rng.heads(),
        };
        if yes {
            std::thread::sleep(DISARMED);
            self.display.press(world, &["Tab", "Return"]);
        } else {
            self.display.press(world, &["Escape"]);
        }
        eventually("the end of the dialog", || {
            !self.display.windows(world, WINDOW).contains(dialog)
        });
    }
}

/// Each title as far as its first parameter.
fn pickers() -> String {
    let texts = TITLES
        .lines()
        .filter_map(|line| line.strip_prefix("native-choose-"));
    let titles = texts.filter_map(|text| text.split_once(" = ")?.1.split('{').next());
    let titles: Vec<&str> = titles.collect();
    assert!(titles.len() >= 4, "{titles:?}");
    format!("^({})", titles.join("|"))
}

impl Page for RealPage {
    fn call(
        &mut self,
        world: &World,
        call: &Value,
        hear: &mut dyn FnMut(&str) -> Option<Value>,
    ) -> Value {
        let name = call["command"].as_str().unwrap();
        let request = &call["args"]["request"];
        let less = ["edit", "snooze"].map(|query| request.get(query).is_some());
        let is_bound = name.starts_with("launch_")
            || ["save_profile", "empty_trash"].contains(&name)
            || less.contains(&true);
        // A lock would end the page, and with it the session of its driver.
        let args = match call["args"]["request"].get("lock").is_some() {
            true => json!({ "request": { "status": {} } }),
            false => call["args"].clone(),
        };
        self.driver.run(CALL, &[json!(name), args]);
        let line = eventually_some("the end of a call", || {
            let ended = self.driver.run(ENDED, &[]);
            let ended = ended.as_str().unwrap().to_owned();
            if ended.is_empty() {
                self.answer_dialogs(world, is_bound);
            }
            Some(ended).filter(|text| !text.is_empty())
        });
        hear(&line);
        let page = self
            .driver
            .run("return document.documentElement.outerHTML", &[]);
        hear(&json!({ "page": page }).to_string());
        serde_json::from_str(&line).unwrap()
    }
}
