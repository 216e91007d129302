//! The window through WebDriver (W3C), spoken straight to WebKitWebDriver: it
//! starts the program itself and drives its WebView.
//!
//! Elements are found as a person finds them, by role and accessible name, in
//! what is visible.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::{Kept, PATIENCE, World, eventually, eventually_some, root};

/// The key under which WebDriver wraps an element's id.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Finds the visible element of a role with an accessible name.
const FIND: &str = include_str!("find.js");
/// Notes when an element is clicked.
const LISTEN: &str = "window.testsClickHit = false;
    arguments[0].addEventListener('click', () => { window.testsClickHit = true; },
        { capture: true, once: true });";
/// A click is dealt with before the driver answers; it may take that long.
const HIT_WITHIN: std::time::Duration = std::time::Duration::from_secs(2);

/// One program under WebDriver; both end when this is dropped.
pub struct Driver {
    port: u16,
    session: String,
    _driver: Kept,
}

/// An element of the page, until the page replaces it.
pub struct Element(String);

impl Driver {
    /// Starts `program` (one of ours by name) with arguments in a world that
    /// has a display, and waits until its page can be driven.
    ///
    /// # Panics
    /// When the driver or the program does not start.
    pub fn start(world: &World, program: &str, arguments: &[&str]) -> Self {
        let (driver, port) = start_driver(world);
        let capabilities = json!({"capabilities": {"alwaysMatch": {
            "webkitgtk:browserOptions": {"binary": world.bin(program), "args": arguments},
        }}});
        let answer = request(port, "POST", "/session", Some(&capabilities))
            .unwrap_or_else(|error| panic!("no WebDriver session with {program}: {error}"));
        let session = answer["sessionId"]
            .as_str()
            .expect("a session id")
            .to_owned();
        Self {
            port,
            session,
            _driver: driver,
        }
    }

    /// Runs a script's body in the page and gives what it returns.
    ///
    /// # Panics
    /// When the page is gone or the script throws.
    pub fn run(&self, script: &str, arguments: &[Value]) -> Value {
        self.try_run(script, arguments)
            .unwrap_or_else(|error| panic!("a script failed: {error}"))
    }

    /// The same where it does no harm to run it again: a page in change answers with an error.
    ///
    /// # Errors
    /// What the driver says.
    pub fn try_run(&self, script: &str, arguments: &[Value]) -> Result<Value, String> {
        self.post(
            "execute/sync",
            &json!({"script": script, "args": arguments}),
        )
    }

    /// Waits for the visible element with this role and accessible name.
    ///
    /// # Panics
    /// When there is none in time; with the names that are there.
    pub fn find(&self, role: &str, name: &str) -> Element {
        let start = std::time::Instant::now();
        loop {
            if let Some(element) = self.look_for(role, name) {
                return element;
            }
            if start.elapsed() > PATIENCE {
                self.picture("not-found");
                panic!("no {role} called {name:?} on the page:\n{}", self.text());
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    }

    /// The visible element with this role and accessible name, if there now.
    pub fn look_for(&self, role: &str, name: &str) -> Option<Element> {
        // A page in change answers with an error; it is asked again.
        let body = json!({"script": FIND, "args": [role, name]});
        let found = self.post("execute/sync", &body).ok()?;
        let id = found.get(ELEMENT)?.as_str()?;
        Some(Element(id.to_owned()))
    }

    /// Waits until no visible element has this role and name.
    ///
    /// # Panics
    /// When it stays.
    pub fn wait_gone(&self, role: &str, name: &str) {
        eventually(&format!("the end of {role} {name:?}"), || {
            self.look_for(role, name).is_none()
        });
    }

    /// Clicks the element with this role and name. The driver clicks a place, and on a slow
    /// machine the page may move under it: until the element itself was hit, it is tried again.
    ///
    /// # Panics
    /// When there is none, or it cannot be clicked (covered, disabled).
    pub fn click(&self, role: &str, name: &str) {
        eventually_some(&format!("a click on {role} {name:?}"), || {
            let Element(id) = self.find(role, name);
            let body = json!({"script": LISTEN, "args": [{ELEMENT: id}]});
            self.post("execute/sync", &body).ok()?;
            self.post(&format!("element/{id}/click"), &json!({})).ok()?;
            self.was_hit().then_some(())
        });
    }

    /// Whether the last click hit what was meant, as far as the page still tells.
    fn was_hit(&self) -> bool {
        let body = json!({"script": "return window.testsClickHit", "args": []});
        let asked = std::time::Instant::now();
        while asked.elapsed() < HIT_WITHIN {
            // A page that is gone was hit.
            if self.post("execute/sync", &body) != Ok(Value::Bool(false)) {
                return true;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        false
    }

    /// Replaces what is in the field with this label.
    ///
    /// # Panics
    /// When there is none.
    pub fn fill(&self, label: &str, text: &str) {
        let Element(id) = self.find("textbox", label);
        let clear = self.post(&format!("element/{id}/clear"), &json!({}));
        clear.unwrap_or_else(|error| panic!("cannot clear {label:?}: {error}"));
        if text.is_empty() {
            return;
        }
        let typed = self.post(&format!("element/{id}/value"), &json!({"text": text}));
        typed.unwrap_or_else(|error| panic!("cannot type into {label:?}: {error}"));
    }

    /// Presses keys in the page; special ones by WebDriver's code points, such
    /// as `\u{e007}` for Enter and `\u{e00c}` for Escape.
    ///
    /// # Panics
    /// When the page is gone.
    pub fn press(&self, keys: &str) {
        let actions: Vec<Value> = keys
            .chars()
            .flat_map(|key| {
                [
                    json!({"type": "keyDown", "value": key}),
                    json!({"type": "keyUp", "value": key}),
                ]
            })
            .collect();
        let body = json!({"actions": [{"type": "key", "id": "keyboard", "actions": actions}]});
        self.post("actions", &body)
            .unwrap_or_else(|error| panic!("cannot press {keys:?}: {error}"));
    }

    /// All visible text of the page.
    pub fn text(&self) -> String {
        let body = json!({"script": "return document.body.innerText", "args": []});
        let text = self.post("execute/sync", &body).unwrap_or_default();
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until the page shows `text`.
    ///
    /// # Panics
    /// When it does not.
    pub fn wait_for_text(&self, text: &str) {
        let start = std::time::Instant::now();
        loop {
            let shown = self.text();
            if shown.contains(text) {
                return;
            }
            if start.elapsed() > PATIENCE {
                self.picture("not-found");
                panic!("{text:?} is not on the page:\n{shown}");
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    }

    /// Takes a picture of the page into `test-results/NAME.png`.
    ///
    /// # Panics
    /// When the page is gone.
    pub fn picture(&self, name: &str) -> PathBuf {
        let path = format!("/session/{}/screenshot", self.session);
        let picture = request(self.port, "GET", &path, None)
            .unwrap_or_else(|error| panic!("no picture: {error}"));
        let text = picture.as_str().expect("a picture in base64");
        let bytes = data_encoding::BASE64
            .decode(text.as_bytes())
            .expect("a picture in base64");
        let folder = root().join("test-results");
        std::fs::create_dir_all(&folder).expect("a folder for pictures");
        let file = folder.join(format!("{name}.png"));
        std::fs::write(&file, bytes).expect("a written picture");
        file
    }

    /// Whether the page still answers: a destroyed WebView does not.
    pub fn is_alive(&self) -> bool {
        self.post("execute/sync", &json!({"script": "return 1", "args": []}))
            .is_ok()
    }

    fn post(&self, command: &str, body: &Value) -> Result<Value, String> {
        let path = format!("/session/{}/{command}", self.session);
        request(self.port, "POST", &path, Some(body))
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Ends the program; it may have ended already.
        let path = format!("/session/{}", self.session);
        let _ = request(self.port, "DELETE", &path, None);
    }
}

/// WebKitWebDriver cannot choose a free port by itself, so one is tried that
/// was free a moment ago, until the driver holds one.
fn start_driver(world: &World) -> (Kept, u16) {
    eventually_some("a free port for WebKitWebDriver", || {
        let listener = TcpListener::bind(("127.0.0.1", 0)).ok()?;
        let port = listener.local_addr().ok()?.port();
        drop(listener);
        let mut command = world.command("WebKitWebDriver");
        command
            .arg(format!("--port={port}"))
            .env("TAURI_AUTOMATION", "true")
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut driver = Kept::start(&mut command);
        let mut ready = false;
        eventually("WebKitWebDriver", || {
            ready = request(port, "GET", "/status", None).is_ok();
            ready || !driver.is_running()
        });
        (ready && driver.is_running()).then_some((driver, port))
    })
}

/// One HTTP/1.1 exchange; gives the `value` of the answer, or its error.
fn request(port: u16, method: &str, path: &str, body: Option<&Value>) -> Result<Value, String> {
    let body = body.map(Value::to_string).unwrap_or_default();
    let text = exchange(port, method, path, &body).map_err(|error| error.to_string())?;
    let mut answer: Value = serde_json::from_slice(&text).map_err(|error| error.to_string())?;
    let value = answer["value"].take();
    match value.get("error").and_then(Value::as_str) {
        Some(error) => Err(format!("{error}: {}", value["message"])),
        None => Ok(value),
    }
}

fn exchange(port: u16, method: &str, path: &str, body: &str) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )?;
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let line = line.trim().to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        if line.is_empty() {
            break;
        }
    }
    let mut answer = vec![0; length];
    reader.read_exact(&mut answer)?;
    Ok(answer)
}
