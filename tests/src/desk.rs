//! A separate desktop for a test: message bus, display with a window manager, clipboard,
//! keyboard, notifications, pictures.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::screen::{self, Area, Screen};
use crate::{Kept, World, eventually, eventually_some, root};

/// A display that has shown the same for so long is at rest.
const AT_REST: Duration = Duration::from_millis(400);
/// What moves by itself would keep a display from it. (Our windows have no caret that blinks.)
const STILL: &str = "[Settings]\ngtk-enable-animations=0\n";

/// A message bus at the world's `XDG_RUNTIME_DIR/bus`, on which nothing starts
/// by itself.
pub struct Bus {
    _daemon: Kept,
}

impl Bus {
    /// Starts the bus; it takes connections when this returns.
    pub fn start(world: &World) -> Self {
        Self::start_at(world, "bus", &world.bus_address())
    }

    /// Starts another one in the place of the system's.
    pub fn start_system(world: &World) -> Self {
        Self::start_at(world, "system-bus", &world.system_bus_address())
    }

    fn start_at(world: &World, name: &str, address: &str) -> Self {
        let configuration = world.path(&format!("{name}.conf"));
        let text = format!(
            "<busconfig><type>session</type><listen>{}</listen>\
             <policy context=\"default\"><allow send_destination=\"*\"/><allow own=\"*\"/>\
             <allow eavesdrop=\"true\"/></policy></busconfig>",
            address
        );
        fs::write(&configuration, text).expect("a bus configuration");
        let mut command = world.command("dbus-daemon");
        command
            .arg(format!("--config-file={}", configuration.display()))
            .args(["--nofork", "--nopidfile", "--print-address=1"])
            .stderr(Stdio::null());
        let (daemon, _address) = Kept::start_and_read_line(&mut command);
        Self { _daemon: daemon }
    }

    /// Whether somebody owns `name` on the bus.
    pub fn has_owner(&self, world: &World, name: &str) -> bool {
        let output = world
            .command("dbus-send")
            .args([
                "--session",
                "--print-reply",
                "--dest=org.freedesktop.DBus",
                "/",
            ])
            .arg("org.freedesktop.DBus.NameHasOwner")
            .arg(format!("string:{name}"))
            .output()
            .expect("dbus-send runs");
        String::from_utf8_lossy(&output.stdout).contains("boolean true")
    }
}

/// A notification as dunst showed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The program that sent it.
    pub app: String,
    /// The title.
    pub summary: String,
    /// The text.
    pub body: String,
}

/// A display of 1280 by 860 with openbox. Programs started in its world after
/// it appear there.
pub struct Display {
    name: String,
    memory: PathBuf,
    notices: PathBuf,
    dunst: Option<Kept>,
    _manager: Kept,
    _server: Kept,
}

impl Display {
    /// Starts display and window manager and puts `DISPLAY` into the world.
    pub fn start(world: &mut World) -> Self {
        let memory = world.path("display");
        let mut server = world.command("Xvfb");
        server
            .args(["-displayfd", "1", "-screen", "0", "1280x860x24"])
            .args(["-nolisten", "tcp", "-noreset", "-fbdir"])
            .arg(screen::folder(&memory))
            .stderr(Stdio::null());
        let (server, number) = Kept::start_and_read_line(&mut server);
        let name = format!(":{number}");
        world.set("DISPLAY", &name);
        world.set("GDK_BACKEND", "x11");
        let settings = world.path("desk/gtk-3.0");
        fs::create_dir_all(&settings).expect("a folder for the toolkit's settings");
        fs::write(settings.join("settings.ini"), STILL).expect("the toolkit's settings");
        let folders = format!("{}:/etc/xdg", world.path("desk").display());
        world.set("XDG_CONFIG_DIRS", folders);
        // There is no GPU here; without this, Mesa looks for one first.
        world.set("LIBGL_ALWAYS_SOFTWARE", "1");
        let ready = world.path("manager-ready");
        let manager = Kept::start(
            world
                .command("openbox")
                .arg("--startup")
                .arg(format!("touch {}", ready.display()))
                .stdout(Stdio::null())
                .stderr(Stdio::null()),
        );
        eventually("the window manager", || ready.exists());
        Self {
            name,
            memory,
            notices: world.path("notices"),
            dunst: None,
            _manager: manager,
            _server: server,
        }
    }

    /// The display's name, such as `:7`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Starts dunst, which shows notifications and writes down each one.
    pub fn show_notices(&mut self, world: &World, bus: &Bus) {
        let script = world.path("note.sh");
        // Arguments as dunst gives them: program, summary, body, icon, urgency.
        let text = format!(
            "#!/bin/sh\nprintf '%s\\037%s\\037%s\\036' \"$1\" \"$2\" \"$3\" >> '{}'\n",
            self.notices.display()
        );
        fs::write(&script, text).expect("a script");
        make_executable(&script);
        let configuration = world.path("dunstrc");
        let text = format!(
            "[global]\nfont = DejaVu Sans 10\n[every]\nsummary = \"*\"\nscript = {}\n",
            script.display()
        );
        fs::write(&configuration, text).expect("a dunst configuration");
        let mut command = world.command("dunst");
        command.arg("-config").arg(&configuration);
        self.dunst = Some(Kept::start(
            command.stdout(Stdio::null()).stderr(Stdio::null()),
        ));
        eventually("the notification service", || {
            bus.has_owner(world, "org.freedesktop.Notifications")
        });
    }

    /// Every notification so far, oldest first.
    pub fn notices(&self) -> Vec<Notice> {
        let text = fs::read_to_string(&self.notices).unwrap_or_default();
        text.split_terminator('\u{1e}')
            .map(|entry| {
                let mut parts = entry.split('\u{1f}').map(str::to_owned);
                let mut next = || parts.next().expect("three parts");
                Notice {
                    app: next(),
                    summary: next(),
                    body: next(),
                }
            })
            .collect()
    }

    /// Waits for a visible window whose title matches (a regular expression)
    /// and gives its id.
    pub fn window(&self, world: &World, title: &str) -> String {
        eventually_some(&format!("a window called {title}"), || {
            self.windows(world, title).into_iter().next()
        })
    }

    /// The visible windows whose title matches (a regular expression).
    pub fn windows(&self, world: &World, title: &str) -> Vec<String> {
        let arguments = ["search", "--onlyvisible", "--name", title];
        let output = world
            .command("xdotool")
            .args(arguments)
            .output()
            .expect("xdotool runs");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.lines().map(str::to_owned).collect()
    }

    /// What the display shows, to be looked at often.
    pub fn screen(&self) -> Screen {
        Screen::open(&self.memory)
    }

    /// Where a window is, without its frame.
    ///
    /// # Panics
    /// When there is no such window.
    pub fn area(&self, world: &World, window: &str) -> Area {
        self.area_of(world, window).expect("a window's place")
    }

    fn area_of(&self, world: &World, window: &str) -> Option<Area> {
        let arguments = ["getwindowgeometry", "--shell", window];
        let output = world.command("xdotool").args(arguments).output();
        let output = output.expect("xdotool runs");
        let text = String::from_utf8_lossy(&output.stdout);
        let number = |name: &str| {
            let mut lines = text.lines();
            lines.find_map(|line| line.strip_prefix(name)?.parse().ok())
        };
        Some(Area {
            x: number("X=")?,
            y: number("Y=")?,
            width: number("WIDTH=")?,
            height: number("HEIGHT=")?,
        })
    }

    /// Gives a window the keyboard and waits until it has it.
    pub fn focus(&self, world: &World, window: &str) {
        run(world
            .command("xdotool")
            .args(["windowactivate", "--sync", window]));
    }

    /// Presses keys, named as X does: `Return`, `ctrl+k`.
    pub fn press(&self, world: &World, keys: &[&str]) {
        run(world
            .command("xdotool")
            .args(["key", "--clearmodifiers"])
            .args(keys));
    }

    /// Types text into whatever has the keyboard.
    pub fn type_text(&self, world: &World, text: &str) {
        run(world.command("xdotool").args([
            "type",
            "--clearmodifiers",
            "--delay",
            "8",
            "--",
            text,
        ]));
    }

    /// Gives the window whose title matches (a regular expression) the keyboard, once it
    /// has drawn itself. One that goes meanwhile is looked for again: another may follow.
    ///
    /// # Panics
    /// When there is none that draws.
    pub fn turn_to(&self, world: &World, title: &str) {
        let screen = self.screen();
        eventually(&format!("a drawn window called {title}"), || {
            let windows = self.windows(world, title);
            let Some(window) = windows.last() else {
                return false;
            };
            let drawn = self
                .area_of(world, window)
                .is_some_and(|area| !screen.is_plain(area));
            let mut activate = world.command("xdotool");
            activate.args(["windowactivate", "--sync", window]);
            drawn && activate.status().is_ok_and(|status| status.success())
        });
        self.settle();
    }

    /// Waits until the display shows the same for a while: whatever was to be drawn is.
    ///
    /// # Panics
    /// When it goes on changing.
    pub fn settle(&self) {
        let screen = self.screen();
        let (mut last, mut since) = (screen.everything(), Instant::now());
        eventually("a display at rest", || {
            let shown = screen.everything();
            if shown != last {
                (last, since) = (shown, Instant::now());
            }
            since.elapsed() >= AT_REST
        });
    }

    /// Closes every window whose title matches (a regular expression) as their owner would,
    /// also one that another takes the place of.
    ///
    /// # Panics
    /// When one stays.
    pub fn close(&self, world: &World, title: &str) {
        eventually(&format!("the end of the window {title}"), || {
            let windows = self.windows(world, title);
            if let Some(window) = windows.last() {
                let arguments = ["windowactivate", "--sync", window, "key", "alt+F4"];
                let mut close = world.command("xdotool");
                // It may be gone by now; then the next look says so.
                let _ = close.args(arguments).stderr(Stdio::null()).status();
            }
            windows.is_empty()
        });
    }

    /// Waits until no visible window's title matches (a regular expression).
    ///
    /// # Panics
    /// When one stays.
    pub fn wait_gone(&self, world: &World, title: &str) {
        eventually(&format!("the end of the window {title}"), || {
            self.windows(world, title).is_empty()
        });
    }

    /// What the clipboard holds; none when nobody owns it.
    pub fn clipboard(&self, world: &World) -> Option<String> {
        self.clipboard_as(world, "UTF8_STRING")
    }

    /// What the clipboard holds in one form, such as
    /// `x-kde-passwordManagerHint` or `TARGETS`. An owner that ends while it is asked never
    /// answers, and xclip would wait for ever: that is none.
    pub fn clipboard_as(&self, world: &World, target: &str) -> Option<String> {
        let output = world
            .command("timeout")
            .args(["20", "xclip", "-selection", "clipboard", "-out"])
            .args(["-target", target])
            .output()
            .expect("xclip runs");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        output.status.success().then_some(text)
    }

    /// Copies text as another program would.
    pub fn copy(&self, world: &World, text: &str) {
        let file = world.write("copied", text);
        // xclip stays in the background, as the owner, until the display ends.
        run(world
            .command("xclip")
            .args(["-selection", "clipboard", "-in"])
            .arg(file)
            .stdout(Stdio::null())
            .stderr(Stdio::null()));
    }

    /// Takes a picture of the whole display into `test-results/NAME.png`.
    pub fn picture(&self, world: &World, name: &str) -> PathBuf {
        let folder = root().join("test-results");
        fs::create_dir_all(&folder).expect("a folder for pictures");
        let file = folder.join(format!("{name}.png"));
        run(world.command("scrot").arg("--overwrite").arg(&file));
        file
    }
}

fn run(command: &mut Command) {
    let status = command.status().expect("an installed tool");
    assert!(status.success(), "{command:?} ended with {status}");
}

fn make_executable(file: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(file, fs::Permissions::from_mode(0o755)).expect("mode 0755");
}
