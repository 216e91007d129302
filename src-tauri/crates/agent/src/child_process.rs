//! What the helper processes have in common: an environment that is nothing but the
//! person's seat, and one line on their output that says whether it worked.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use keyhaven_protocol::paths::runtime_folder;
use keyhaven_protocol::request::Session;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::process::ChildStdout;

/// Said when it worked; anything else is what went wrong.
pub(crate) const READY: &str = "ready";
/// The most a helper says, in bytes.
const MOST_SAID: u64 = 1024;

/// What helpers inherit: no more than finds the person's sockets and speaks their language.
const INHERITED: [&str; 7] = [
    "HOME",
    "USER",
    "LOGNAME",
    "LANG",
    "XDG_RUNTIME_DIR",
    "XDG_DATA_HOME",
    "KEYHAVEN_HOME",
];

/// A helper that sees the display and the bus of a session.
pub(crate) fn command(program: &Path, session: &Session) -> Command {
    let mut command = Command::new(program);
    command.env_clear().current_dir("/");
    let inherited = INHERITED.iter().filter_map(|name| {
        let value = std::env::var_os(name)?;
        Some((*name, value))
    });
    command.envs(inherited);
    command.env("PATH", "/usr/bin:/bin");
    let seat: [(&str, &Option<String>); 4] = [
        ("DISPLAY", &session.display),
        ("XAUTHORITY", &session.xauthority),
        ("WAYLAND_DISPLAY", &session.wayland_display),
        ("DBUS_SESSION_BUS_ADDRESS", &session.bus),
    ];
    let seat = seat
        .into_iter()
        .filter_map(|(name, value)| Some((name, OsString::from(value.as_ref()?))));
    command.envs(seat);
    command
}

/// The line a helper says; none when it ended without a word.
pub(crate) async fn verdict(output: ChildStdout) -> Option<String> {
    let mut line = String::new();
    let mut output = BufReader::new(output.take(MOST_SAID));
    output.read_line(&mut line).await.ok()?;
    let line = line.trim();
    (!line.is_empty()).then(|| line.to_owned())
}

/// The seat with each bus that may be the person's: that of the login first.
pub(crate) fn buses(seat: &Session) -> impl Iterator<Item = Session> {
    let buses = [user_bus(), seat.bus.clone()];
    buses.into_iter().flatten().map(|bus| Session {
        bus: Some(bus),
        ..seat.clone()
    })
}

/// The bus of the person's login, if it is there.
pub(crate) fn user_bus() -> Option<String> {
    let socket = runtime_folder()?.join("bus");
    let path = socket.to_str()?;
    // Anything unusual in a path would have to be escaped (D-Bus specification, addresses).
    let usual = |byte: u8| byte.is_ascii_alphanumeric() || b"-_/.\\*".contains(&byte);
    (socket.exists() && path.bytes().all(usual)).then(|| format!("unix:path={path}"))
}
