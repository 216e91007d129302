//! A hermetic world with its own home, runtime folder, vault and environment.

mod processes;
mod programs;

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use keyhaven_protocol::paths::VaultPaths;
use tempfile::TempDir;

use self::programs::{built_programs, programs_with_test_agent, search_path};
use crate::signals;

pub use programs::root;

/// The master password of every vault that tests make.
pub const PASSWORD: &str = "correct horse battery staple";

/// The file in the runtime folder by which the test-agent's clock is ahead, in seconds.
pub const CLOCK_AHEAD: &str = "clock-ahead";

/// The user and group without rights, by convention of Debian.
const NOBODY: u32 = 65534;

/// One person on one machine. Programs started through it see nothing of the
/// real one's environment.
pub struct World {
    folder: TempDir,
    programs: PathBuf,
    environment: Vec<(OsString, OsString)>,
    /// Whom commands run as, where that is not the tests' own user.
    user: Option<u32>,
}

impl World {
    /// A world whose agent derives keys cheaply and has a clock that can be set
    /// (the test-agent, in the place of `keyhaven-agent`).
    pub fn new() -> Self {
        Self::with_programs(programs_with_test_agent())
    }

    /// A world with exactly the shipped programs.
    pub fn shipped() -> Self {
        Self::with_programs(built_programs())
    }

    fn with_programs(programs: &Path) -> Self {
        signals::as_after_login();
        // Short, because the path of a socket ends at 107 bytes.
        let folder = tempfile::Builder::new()
            .prefix("kh-")
            .tempdir_in("/tmp")
            .expect("a temporary folder");
        let mut world = Self {
            folder,
            programs: programs.to_path_buf(),
            environment: Vec::new(),
            user: None,
        };
        let path = |relative: &str| world.path(relative).into_os_string();
        let mut search = programs.as_os_str().to_owned();
        search.push(":");
        search.push(search_path());
        let environment: Vec<(&str, OsString)> = vec![
            ("HOME", path("home")),
            ("USER", "tester".into()),
            ("LOGNAME", "tester".into()),
            ("PATH", search),
            ("SHELL", "/bin/bash".into()),
            ("TERM", "xterm-256color".into()),
            ("LANG", "C.UTF-8".into()),
            ("TZ", "UTC".into()),
            ("TMPDIR", path("tmp")),
            ("XDG_RUNTIME_DIR", path("run")),
            ("XDG_DATA_HOME", path("home/.local/share")),
            ("XDG_STATE_HOME", path("home/.local/state")),
            ("XDG_CONFIG_HOME", path("home/.config")),
            ("XDG_CACHE_HOME", path("home/.cache")),
            ("KEYHAVEN_HOME", path("vault")),
            // Named even when no bus is there, lest a library starts one.
            ("DBUS_SESSION_BUS_ADDRESS", world.bus_address().into()),
            ("GSETTINGS_BACKEND", "memory".into()),
            ("GTK_USE_PORTAL", "0".into()),
            ("NO_AT_BRIDGE", "1".into()),
        ];
        for folder in ["home", "run", "tmp", "work"] {
            make_private(&world.path(folder));
        }
        world.environment = environment
            .into_iter()
            .map(|(name, value)| (name.into(), value))
            .collect();
        world
    }

    /// A world of somebody who is not root, with its own programs (in `bin`): for what
    /// root would be allowed anyway. Where the tests are not root themselves, that is them.
    pub fn of_an_ordinary_user() -> Self {
        Self::of_user(NOBODY)
    }

    /// The same, of somebody with this number.
    pub fn of_user(user: u32) -> Self {
        let mut world = Self::new();
        world.own_programs();
        if rustix::process::geteuid().is_root() {
            world.user = Some(user);
            for folder in ["", "home", "run", "tmp", "work"] {
                chown(world.path(folder), Some(user), Some(user)).expect("a given folder");
            }
        }
        world
    }

    /// Copies `kh`, the agent and the worker into the world's `bin`, to be run from there, and gives
    /// that folder.
    ///
    /// # Panics
    /// When they are not built.
    pub fn own_programs(&mut self) -> PathBuf {
        let own = self.path("bin");
        fs::create_dir_all(&own).expect("a folder for programs");
        for program in ["kh", "keyhaven-agent", "keyhaven-worker"] {
            fs::copy(self.bin(program), own.join(program)).expect("a copied program");
        }
        let mut search = own.as_os_str().to_owned();
        search.push(":");
        search.push(search_path());
        self.set("PATH", search);
        self.programs.clone_from(&own);
        own
    }

    /// Copies one more of the built programs into the world's `bin`.
    ///
    /// # Panics
    /// When it is not built.
    pub fn own_program(&self, program: &str) {
        let installed = programs_with_test_agent().join(program);
        let built = if installed.exists() {
            installed
        } else {
            built_programs().join(program)
        };
        fs::copy(built, self.path("bin").join(program)).expect("a copied program");
    }

    /// Where a program of a name is: one of ours, or as the shell would find it.
    ///
    /// # Panics
    /// When there is none.
    pub fn found(&self, program: &str) -> PathBuf {
        let own = self.bin(program);
        if own.exists() {
            return own;
        }
        let path = search_path();
        let mut folders = std::env::split_paths(&path);
        let found = folders.find(|folder| folder.join(program).exists());
        found.expect("an installed program").join(program)
    }

    /// A path inside the world. `home`, `run`, `tmp` and `work` (the working
    /// folder of commands) are there from the start; `vault` is the vault.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.folder.path().join(relative)
    }

    /// Writes a file into the working folder and gives its path.
    pub fn write(&self, name: &str, contents: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path("work").join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(&path, contents).expect("a written file");
        path
    }

    /// Sets a variable for every command from now on.
    pub fn set(&mut self, name: &str, value: impl AsRef<OsStr>) {
        self.environment.retain(|(known, _)| known != name);
        self.environment
            .push((name.into(), value.as_ref().to_owned()));
    }

    /// Takes a variable away from every command from now on.
    pub fn unset(&mut self, name: &str) {
        self.environment.retain(|(known, _)| known != name);
    }

    /// Where one of our programs is.
    pub fn bin(&self, name: &str) -> PathBuf {
        self.programs.join(name)
    }

    /// A command with this world's environment, in its working folder, with
    /// nothing on stdin. A name without `/` is searched in this world's PATH.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let program = Path::new(program.as_ref());
        let own = self.programs.join(program);
        let program = if own.exists() { &own } else { program };
        let mut command = self.starting(program);
        command
            .env_clear()
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .current_dir(self.path("work"))
            .stdin(Stdio::null());
        command
    }

    fn starting(&self, program: &Path) -> Command {
        let Some(user) = self.user else {
            return Command::new(program);
        };
        let mut command = Command::new("setpriv");
        command
            .arg(format!("--reuid={user}"))
            .arg(format!("--regid={user}"))
            .args(["--clear-groups", "--"])
            .arg(program);
        command
    }

    /// `kh` with arguments, not yet started.
    pub fn kh(&self, arguments: &[&str]) -> Command {
        let mut command = self.command("kh");
        command.args(arguments);
        command
    }

    /// Runs `kh` to its end with `input` on stdin.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn kh_with(&self, arguments: &[&str], input: impl AsRef<[u8]>) -> Output {
        let mut command = self.kh(arguments);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("kh starts");
        let mut stdin = child.stdin.take().expect("a piped stdin");
        // A kh that refuses early does not read; that is its right.
        let _ = stdin.write_all(input.as_ref());
        drop(stdin);
        child.wait_with_output().expect("kh ends")
    }

    /// Runs `kh`, expects success, gives stdout.
    ///
    /// # Panics
    /// When it fails; with what it printed.
    pub fn kh_ok(&self, arguments: &[&str]) -> String {
        self.kh_ok_with(arguments, "")
    }

    /// Runs `kh` with `input` on stdin, expects success, gives stdout.
    ///
    /// # Panics
    /// When it fails; with what it printed.
    pub fn kh_ok_with(&self, arguments: &[&str], input: impl AsRef<[u8]>) -> String {
        let output = self.kh_with(arguments, input);
        let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            output.status.success(),
            "kh {arguments:?} ended with {}\n{stdout}{}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        );
        stdout
    }

    /// Makes a vault with [`PASSWORD`]; it is unlocked afterwards.
    ///
    /// # Panics
    /// When `kh` fails.
    pub fn init(&self) {
        let password = format!("{PASSWORD}\n");
        self.kh_ok_with(&["init", "--password-stdin"], &password);
        self.kh_ok_with(&["unlock", "--password-stdin"], &password);
    }

    /// Whether the vault is locked.
    ///
    /// # Panics
    /// When `kh` fails.
    pub fn is_locked(&self) -> bool {
        let status = self.kh_ok(&["status", "--json"]);
        let status: serde_json::Value = serde_json::from_str(&status).expect("JSON");
        status["locked"].as_bool().expect("a state of the vault")
    }

    /// Changes a setting as somebody who knows the password.
    ///
    /// # Panics
    /// When `kh` fails.
    pub fn configure(&self, key: &str, value: &str) {
        let arguments = ["config", "set", key, value, "--password-stdin"];
        self.kh_ok_with(&arguments, format!("{PASSWORD}\n"));
    }

    /// Lets time pass for the test-agent, at once; the next request sees it, and so does
    /// whatever it was waiting for.
    ///
    /// # Panics
    /// When the clock's file cannot be written.
    pub fn pass(&self, time: Duration) {
        let file = self.path("run").join(CLOCK_AHEAD);
        let ahead = fs::read_to_string(&file).map_or(0, |text| text.parse().expect("seconds"));
        let new = file.with_extension("new");
        fs::write(&new, (ahead + time.as_secs()).to_string()).expect("a written clock");
        fs::rename(new, file).expect("a set clock");
    }

    /// Where the vault and its agent's socket are, for a client without `kh`.
    ///
    /// # Panics
    /// When the path is too long for a socket.
    pub fn place(&self) -> VaultPaths {
        VaultPaths::new(&self.path("vault"), Some(&self.path("run"))).expect("a short path")
    }

    /// The address that the bus in the place of the system's has.
    pub fn system_bus_address(&self) -> String {
        format!("unix:path={}", self.path("run/system-bus").display())
    }

    /// The address a message bus of this world has.
    pub fn bus_address(&self) -> String {
        format!("unix:path={}", self.path("run/bus").display())
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

fn make_private(folder: &Path) {
    fs::create_dir_all(folder).expect("a folder");
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).expect("mode 0700");
}
