//! What the helper processes have in common: an environment that is nothing but the
//! person's seat, and one line on their output that says whether it worked.

use std::path::Path;
use std::process::Command;

use keyhaven_protocol::local_session::{BUS, LocalSession, NO_BUS};
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
pub(crate) fn command(program: &Path, session: &LocalSession) -> Command {
    let mut command = Command::new(program);
    command.env_clear().current_dir("/");
    let inherited = INHERITED.iter().filter_map(|name| {
        let value = std::env::var_os(name)?;
        Some((*name, value))
    });
    command.envs(inherited);
    command.env("PATH", "/usr/bin:/bin");
    command.envs(session.variables());
    if !session.has_bus() {
        // Named even so, or a library looks for one.
        command.env(BUS, NO_BUS);
    }
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
