//! Which message bus and which display may be connected to: sockets of this machine on which
//! this user's own processes listen, and nothing else.
//!
//! Libraries accept much more: in the address of a bus a program to start, a host to connect
//! to or a file to read (D-Bus specification, Server Addresses), in the name of a display a
//! host. So each is checked here before a library sees it, by the agent for what a client
//! names and by the window for its own environment.

use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType};

use crate::paths::runtime_folder;
use crate::request::Session;

/// The variable that names the bus.
pub const BUS: &str = "DBUS_SESSION_BUS_ADDRESS";
/// An address of a bus that every library refuses, so that none looks for another bus.
pub const NO_BUS: &str = "disabled:";

/// Where X servers listen (X(7), DISPLAY NAMES).
const X_SOCKETS: &str = "/tmp/.X11-unix/X";
/// Digits of the largest number of a display: more are no port either.
const DISPLAY_DIGITS: usize = 5;

/// The parts of a session that were checked: a library may have them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LocalSession {
    display: Option<String>,
    xauthority: Option<String>,
    wayland_display: Option<String>,
    bus: Option<String>,
}

impl LocalSession {
    /// What may be used of a session. Its bus is the one of the runtime folder, if there is one.
    #[must_use]
    pub fn check(session: &Session) -> Self {
        let display = session.display.clone().filter(|name| is_display(name));
        let wayland = session.wayland_display.clone();
        let absolute = |path: &String| Path::new(path).is_absolute();
        Self {
            xauthority: session
                .xauthority
                .clone()
                .filter(|path| display.is_some() && absolute(path)),
            display,
            wayland_display: wayland.filter(|name| is_wayland_display(name)),
            ..Self::with_bus(session.bus.as_deref())
        }
    }

    /// A session without a display. Its bus is the one of the runtime folder, else the one that
    /// is named.
    #[must_use]
    pub fn with_bus(named: Option<&str>) -> Self {
        Self {
            bus: runtime_bus().or_else(|| own_bus(named?)),
            ..Self::default()
        }
    }

    /// Whether there is a display.
    #[must_use]
    pub fn has_display(&self) -> bool {
        self.display.is_some() || self.wayland_display.is_some()
    }

    /// Whether there is a display of Wayland.
    #[must_use]
    pub fn has_wayland_display(&self) -> bool {
        self.wayland_display.is_some()
    }

    /// Whether there is a bus.
    #[must_use]
    pub fn has_bus(&self) -> bool {
        self.bus.is_some()
    }

    /// As environment variables.
    pub fn variables(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let all = [
            ("DISPLAY", &self.display),
            ("XAUTHORITY", &self.xauthority),
            ("WAYLAND_DISPLAY", &self.wayland_display),
            (BUS, &self.bus),
        ];
        all.into_iter()
            .filter_map(|(name, value)| Some((name, value.as_deref()?)))
    }
}

/// What is known of a bus by its address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BusCheck {
    /// A process of this user listens there: the address, rewritten without a choice.
    Own(String),
    /// Nobody listens there.
    Silent,
    /// It must not be connected to.
    Refused,
}

/// Checks the address of a bus. Of several addresses each must be one of a socket, and the
/// first that anybody listens on counts, as it does for a library.
#[must_use]
pub fn check_bus(address: &str) -> BusCheck {
    let addresses = address.split(';').filter(|address| !address.is_empty());
    let sockets: Option<Vec<UnixSocket>> = addresses.map(UnixSocket::parse).collect();
    let Some(sockets) = sockets.filter(|sockets| !sockets.is_empty()) else {
        return BusCheck::Refused;
    };
    for socket in sockets {
        match socket.listener() {
            Some(user) if user == me() => return BusCheck::Own(socket.address()),
            Some(_) => return BusCheck::Refused,
            None => {}
        }
    }
    BusCheck::Silent
}

/// The bus of the user's login, if it is there.
#[must_use]
pub fn runtime_bus() -> Option<String> {
    let path = runtime_folder()?.join("bus");
    let socket = UnixSocket::Path(path.as_os_str().as_bytes().to_vec());
    (socket.listener() == Some(me())).then(|| socket.address())
}

fn own_bus(address: &str) -> Option<String> {
    match check_bus(address) {
        BusCheck::Own(address) => Some(address),
        BusCheck::Silent | BusCheck::Refused => None,
    }
}

/// Whether this is `:N` or `:N.M`, and the X server is one of this user or of root. One that is
/// not there is refused too: a library would look for it on the network's loopback.
fn is_display(name: &str) -> bool {
    let Some(number) = display_number(name) else {
        return false;
    };
    let path = format!("{X_SOCKETS}{number}").into_bytes();
    let sockets = [UnixSocket::Abstract(path.clone()), UnixSocket::Path(path)];
    let owners: Vec<u32> = sockets.iter().filter_map(UnixSocket::listener).collect();
    !owners.is_empty() && owners.iter().all(|user| *user == me() || *user == 0)
}

fn display_number(name: &str) -> Option<&str> {
    let name = name.strip_prefix(':')?;
    let (number, screen) = name.split_once('.').unwrap_or((name, "0"));
    let is_number = |text: &str| {
        (1..=DISPLAY_DIGITS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    (is_number(number) && is_number(screen)).then_some(number)
}

/// Whether this is the name of a socket in the runtime folder, and a process of this user
/// listens there.
fn is_wayland_display(name: &str) -> bool {
    if name.is_empty() || name.contains('/') || matches!(name, "." | "..") {
        return false;
    }
    let Some(folder) = runtime_folder() else {
        return false;
    };
    let path = folder.join(name);
    let socket = UnixSocket::Path(path.as_os_str().as_bytes().to_vec());
    socket.listener() == Some(me())
}

fn me() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// A socket of this machine.
#[derive(Debug, PartialEq, Eq)]
enum UnixSocket {
    Path(Vec<u8>),
    Abstract(Vec<u8>),
}

impl UnixSocket {
    /// One address, `unix:path=...` or `unix:abstract=...`; nothing else may be in it but the
    /// bus's id.
    fn parse(address: &str) -> Option<Self> {
        let mut socket = None;
        for pair in address.strip_prefix("unix:")?.split(',') {
            let (key, value) = pair.split_once('=')?;
            let value = unescape(value)?;
            match key {
                "path" if socket.is_none() && value.starts_with(b"/") => {
                    socket = Some(Self::Path(value));
                }
                "abstract" if socket.is_none() && !value.is_empty() => {
                    socket = Some(Self::Abstract(value));
                }
                "guid" => {}
                _ => return None,
            }
        }
        socket
    }

    fn address(&self) -> String {
        match self {
            Self::Path(path) => format!("unix:path={}", escape(path)),
            Self::Abstract(name) => format!("unix:abstract={}", escape(name)),
        }
    }

    /// The user of the process that listens there; none where nobody does, or where too many
    /// wait to be connected: it is not waited for.
    fn listener(&self) -> Option<u32> {
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let socket =
            rustix::net::socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None).ok()?;
        let address = match self {
            Self::Path(path) => SocketAddrUnix::new(path.as_slice()),
            Self::Abstract(name) => SocketAddrUnix::new_abstract_name(name),
        };
        rustix::net::connect(&socket, &address.ok()?).ok()?;
        let peer = rustix::net::sockopt::socket_peercred(&socket).ok()?;
        Some(peer.uid.as_raw())
    }
}

/// Bytes that need no escape in a value of an address (D-Bus specification, Server Addresses).
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_/.\\*".contains(&byte)
}

fn unescape(value: &str) -> Option<Vec<u8>> {
    let mut rest = value.as_bytes();
    let mut bytes = Vec::with_capacity(rest.len());
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte == b'%' {
            let (digits, after) = rest.split_at_checked(2)?;
            rest = after;
            let digits = std::str::from_utf8(digits).ok()?;
            let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
            bytes.push(u8::from_str_radix(digits, 16).ok().filter(|_| is_hex)?);
        } else if is_plain(byte) {
            bytes.push(byte);
        } else {
            return None;
        }
    }
    (!bytes.contains(&0)).then_some(bytes)
}

fn escape(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for &byte in bytes {
        if is_plain(byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02x}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;

    use proptest::prelude::*;

    use super::*;

    fn listening() -> (tempfile::TempDir, UnixListener, String) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a bus");
        let listener = UnixListener::bind(&path).unwrap();
        let address = format!("unix:path={}", escape(path.as_os_str().as_bytes()));
        (folder, listener, address)
    }

    #[test]
    fn the_socket_of_an_own_process_is_taken_and_rewritten() {
        let (_folder, _listener, address) = listening();
        assert!(address.contains("a%20bus"), "{address}");
        let guid = "guid=0123456789abcdef0123456789abcdef";
        for named in [
            address.clone(),
            format!("{address},{guid}"),
            address.replace("unix:", &format!("unix:{guid},")),
            format!("{address};"),
            format!("unix:path=/nowhere/bus;{address}"),
            address.replace("a%20bus", "%61%20%62us"),
        ] {
            assert_eq!(check_bus(&named), BusCheck::Own(address.clone()), "{named}");
        }
    }

    #[test]
    fn what_is_no_socket_is_refused_before_anything_is_connected_to() {
        let (_folder, listener, own) = listening();
        listener.set_nonblocking(true).unwrap();
        for address in [
            "unixexec:path=/bin/sh",
            "unixexec:path=/bin/sh,argv1=-c,argv2=id",
            "tcp:host=127.0.0.1,port=6055",
            "nonce-tcp:host=127.0.0.1,port=6055,noncefile=/etc/hostname",
            "launchd:env=DBUS_LAUNCHD_SESSION_BUS_SOCKET",
            "autolaunch:",
            "autolaunch:scope=*user",
            "systemd:",
            "disabled:",
            "vsock:cid=2,port=1",
            "unix:",
            "unix:path=",
            "unix:path=relative/bus",
            "unix:abstract=",
            "unix:dir=/tmp",
            "unix:tmpdir=/tmp",
            "unix:runtime=yes",
            "unix:path=/run/bus,abstract=bus",
            "unix:path=/run/bus,path=/run/other",
            "unix:path=/run/bus,exec=/bin/sh",
            "unix:path=/run/b us",
            "unix:path=/run/%0",
            "unix:path=/run/%zz",
            "unix:path=/run/%+1",
            "unix:path=/run/%00",
            "unix:path=/run/bus;unixexec:path=/bin/sh",
            "UNIX:path=/run/bus",
            "%75nix:path=/run/bus",
            "/run/bus",
            ";",
            "",
        ] {
            assert_eq!(check_bus(address), BusCheck::Refused, "{address}");
            let both = format!("{own};{address}");
            if !address.trim_matches(';').is_empty() {
                assert_eq!(check_bus(&both), BusCheck::Refused, "{both}");
            }
        }
        assert!(listener.accept().is_err(), "something was connected to");
        assert_eq!(check_bus("unix:path=/nowhere/bus"), BusCheck::Silent);
    }

    /// Only root can let another user's process listen.
    #[test]
    fn another_users_socket_is_refused() {
        if !rustix::process::geteuid().is_root() {
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bus");
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o777);
        std::fs::set_permissions(folder.path(), mode).unwrap();
        let script = "use IO::Socket::UNIX; $< = $> = 4242; $| = 1;
            my $s = IO::Socket::UNIX->new(Listen => 1, Local => shift) or die;
            print \"ready\\n\"; <STDIN>;";
        let mut other = std::process::Command::new("perl")
            .args(["-e", script])
            .arg(&path)
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let output = std::io::BufReader::new(other.stdout.take().unwrap());
        std::io::BufRead::read_line(&mut { output }, &mut line).unwrap();
        assert_eq!(line, "ready\n");
        let address = format!("unix:path={}", path.display());
        assert_eq!(check_bus(&address), BusCheck::Refused);
        let (_folder, _listener, own) = listening();
        assert_eq!(check_bus(&format!("{address};{own}")), BusCheck::Refused);
        drop(other.stdin.take());
        other.wait().unwrap();
        // The control: where nobody listens, the next address counts.
        let both = check_bus(&format!("{address};{own}"));
        assert_eq!(both, BusCheck::Own(own));
    }

    #[test]
    fn only_displays_of_this_machine_are_taken() {
        for (name, number) in [(":0", "0"), (":1.0", "1"), (":12345.2", "12345")] {
            assert_eq!(display_number(name), Some(number));
        }
        for name in [
            "127.0.0.1:55",
            "localhost:10.0",
            "host/unix:0",
            "unix:0",
            "unix/:0",
            "tcp/host:0",
            "[::1]:0",
            "host::0",
            "/tmp/.X11-unix/X0",
            "../x",
            ":",
            ":a",
            ":-1",
            ":+1",
            ":0.",
            ":0.0.0",
            ":123456",
            "",
        ] {
            assert_eq!(display_number(name), None, "{name}");
        }
    }

    /// A display without a server leads a library to the port 6000 and its number.
    #[test]
    fn a_display_without_a_server_is_refused() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let name = format!(":{}", port.saturating_sub(6000));
        assert!(display_number(&name).is_some());
        assert!(!is_display(&name));
    }

    #[test]
    fn a_wayland_display_is_a_name_and_no_path() {
        for name in [
            "../x",
            "/run/user/0/wayland-0",
            "a/b",
            ".",
            "..",
            "",
            "not-there",
        ] {
            assert!(!is_wayland_display(name), "{name}");
        }
    }

    #[test]
    fn nothing_that_was_refused_becomes_a_variable() {
        let session = Session {
            display: Some("127.0.0.1:55".into()),
            xauthority: Some("/home/a/.Xauthority".into()),
            wayland_display: Some("../x".into()),
            bus: Some("unixexec:path=/bin/sh".into()),
        };
        let checked = LocalSession::check(&session);
        assert!(!checked.has_display());
        let left: Vec<_> = checked
            .variables()
            .filter(|(name, _)| *name != BUS)
            .collect();
        assert_eq!(left, []);
        for (_, bus) in checked.variables() {
            assert!(bus.starts_with("unix:path="), "{bus}");
        }
    }

    proptest! {
        #[test]
        fn what_is_escaped_is_read_back(bytes in prop::collection::vec(1..=255_u8, 1..100)) {
            let mut path = vec![b'/'];
            path.extend(bytes);
            let socket = UnixSocket::Path(path);
            prop_assert_eq!(UnixSocket::parse(&socket.address()), Some(socket));
        }

        #[test]
        fn no_address_is_taken_but_one_of_a_socket(address in "\\PC{0,60}") {
            if let BusCheck::Own(own) = check_bus(&address) {
                prop_assert!(own.starts_with("unix:"));
            }
        }
    }
}
