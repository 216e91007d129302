//! The agent's own program.

use std::process::{Child, Command, Stdio};

use keyhaven_client::Client;
use keyhaven_protocol::paths::VaultPaths;
use keyhaven_protocol::request::Session;

use super::eventually;

/// An agent in a separate process, as signals go to processes.
pub struct SeparateAgent {
    pub process: Child,
    pub place: VaultPaths,
    _home: tempfile::TempDir,
}

impl SeparateAgent {
    pub fn start() -> Self {
        let home = tempfile::tempdir().unwrap();
        let vault = home.path().join("vault");
        let process = Command::new(env!("CARGO_BIN_EXE_keyhaven-agent"))
            .env_clear()
            .env("HOME", home.path())
            .env("KEYHAVEN_HOME", &vault)
            .env("XDG_RUNTIME_DIR", home.path())
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let place = VaultPaths::new(&vault, Some(home.path())).unwrap();
        eventually("the agent", || {
            matches!(Client::connect(&place, &Session::default()), Ok(Some(_)))
        });
        Self {
            process,
            place,
            _home: home,
        }
    }
}

impl Drop for SeparateAgent {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
