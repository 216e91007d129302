//! A stand-in for the desktop's tray: it takes icons in, and shows and uses their menus.

use zbus::{Connection, interface};

use crate::{World, eventually_some};

/// The tray of a desktop, on the session bus of a world.
pub struct Tray {
    _connection: Connection,
}

struct Watcher;

/// The freedesktop.org StatusNotifierItem specification, as far as icons ask.
#[interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    async fn register_status_notifier_item(&self, _service: &str) {}

    #[zbus(property)]
    async fn is_status_notifier_host_registered(&self) -> bool {
        true
    }
}

/// An entry of an icon's menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MenuEntry {
    id: String,
    /// What it says.
    pub label: String,
}

impl Tray {
    /// Starts it on the session bus of a world, which runs.
    ///
    /// # Panics
    /// When it cannot have its name.
    pub fn start(world: &World) -> Self {
        let connection = zbus::block_on(
            zbus::connection::Builder::address(world.bus_address().as_str())
                .serve_at("/StatusNotifierWatcher", Watcher)
                .name("org.kde.StatusNotifierWatcher")
                .build(),
        )
        .expect("the tray's place on the bus");
        Self {
            _connection: connection,
        }
    }

    /// The menu of the one icon that is there; empty while there is none.
    pub fn menu(&self, world: &World) -> Vec<MenuEntry> {
        let Some(icon) = icon(world) else {
            return Vec::new();
        };
        let layout = gdbus(world, &icon, "GetLayout", &["0", "--", "-1", "[]"]);
        layout.split("<(").skip(1).filter_map(entry).collect()
    }

    /// Waits for an entry and chooses it.
    pub fn choose(&self, world: &World, label: &str) {
        let chosen = eventually_some(&format!("{label} in the tray's menu"), || {
            let mut menu = self.menu(world).into_iter();
            menu.find(|entry| entry.label == label)
        });
        let icon = icon(world).expect("the icon of that menu");
        let arguments = [chosen.id.as_str(), "clicked", "<0>", "0"];
        gdbus(world, &icon, "Event", &arguments);
    }
}

/// The bus name of an icon.
fn icon(world: &World) -> Option<String> {
    let mut command = world.command("dbus-send");
    command.args(["--session", "--print-reply"]);
    command.args(["--dest=org.freedesktop.DBus", "/"]);
    let output = command.arg("org.freedesktop.DBus.ListNames").output();
    let output = output.expect("dbus-send runs").stdout;
    let names = String::from_utf8_lossy(&output).into_owned();
    let mut names = names.split('"');
    names
        .find(|name| name.starts_with("org.kde.StatusNotifierItem-"))
        .map(str::to_owned)
}

/// Calls a method of an icon's menu (com.canonical.dbusmenu); what it answers, as text.
fn gdbus(world: &World, icon: &str, method: &str, arguments: &[&str]) -> String {
    let mut command = world.command("gdbus");
    command.args(["call", "--session", "--dest", icon]);
    command.args(["--object-path", "/MenuBar", "--method"]);
    command.arg(format!("com.canonical.dbusmenu.{method}"));
    let output = command.args(arguments).output().expect("gdbus runs");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// From `3, {'label': <'Lock now'>}, @av [])>`; separators have no label.
fn entry(text: &str) -> Option<MenuEntry> {
    let (id, rest) = text.split_once(',')?;
    let (_, rest) = rest.split_once("'label': <'")?;
    let (label, _) = rest.split_once("'>")?;
    Some(MenuEntry {
        id: id.to_owned(),
        label: label.to_owned(),
    })
}
