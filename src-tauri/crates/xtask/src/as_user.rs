//! The end-to-end tests as an ordinary user, where everything else runs as root: what passes
//! in CI then passes for a contributor. The tests in `tests/tests/as_root` stay root's.
//!
//! Cargo starts every test program through [`wrap_test`]. It copies the end-to-end tests, the
//! programs they drive and the files they read to a folder that the user can read, since the
//! checkout of root may lie where nobody else can.

use std::ffi::{OsStr, OsString};
use std::fs::{File, Permissions, create_dir_all, set_permissions};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use anyhow::{Context, Result, bail};

use crate::stage::succeed;
use crate::system::is_root;
use crate::workspace::Workspace;

/// Tells xtask that Cargo calls it to start a test program.
const WRAPPING: &str = "KEYHAVEN_START_TEST";

/// The user and group without rights, by convention of Debian.
const NOBODY: &str = "65534";

/// The programs that the end-to-end tests drive.
const PROGRAMS: [&str; 8] = [
    "kh",
    "keyhaven",
    "keyhaven-agent",
    "keyhaven-worker",
    "test-agent",
    "test-worker",
    "window-host",
    "probe",
];

/// What the end-to-end tests read of the checkout.
const READ: [&str; 6] = [
    "tests/cmd",
    "tests/data",
    "src-tauri/capabilities",
    "ui/node_modules/dotenv",
    "ui/src/lib/ipc",
    "ui/tests/contract",
];

/// The documents whose examples they try.
const DOCUMENTS: [&str; 2] = ["README.md", "tests/README.md"];

/// Where the end-to-end tests leave pictures of what failed.
const PICTURES: &str = "test-results";

/// Where a test reports the cases of a promise.
const REPORT: &str = "KEYHAVEN_PROVE_REPORT";

/// Has Cargo start test programs through [`wrap_test`], where the tests run as root.
///
/// # Errors
/// When it is not known who runs this.
pub fn prepare(workspace: &Workspace, command: &mut Command) -> Result<()> {
    if !is_root()? {
        return Ok(());
    }
    // By its name: building the workspace has replaced the file that this process was
    // started from, and its own path would then name what is gone.
    let xtask = workspace.debug.join("xtask");
    let xtask = toml::Value::from(xtask.to_str().context("a path that is no text")?);
    command
        .arg("--config")
        .arg(format!("target.'cfg(unix)'.runner=[{xtask}]"))
        .env(WRAPPING, "1");
    Ok(())
}

/// Starts a test program for Cargo and ends as it does; returns where this is no such call.
///
/// # Errors
/// When the program cannot be started.
pub fn wrap_test(workspace: &Workspace, arguments: &[&str]) -> Result<()> {
    if std::env::var_os(WRAPPING).is_none() {
        return Ok(());
    }
    let (program, rest) = arguments.split_first().context("no program named")?;
    let program = Path::new(program);
    if !is_end_to_end(program) {
        let mut command = Command::new(program);
        command.args(rest).env_remove(WRAPPING);
        return Err(command.exec()).context("cannot start the tests");
    }
    let ended = UserCopy::new(workspace, program)?.run(workspace, rest)?;
    std::process::exit(ended.code().unwrap_or(1))
}

/// Cargo adds a number to the name of a test target.
fn is_end_to_end(program: &Path) -> bool {
    let name = program.file_name().and_then(OsStr::to_str);
    name.is_some_and(|name| name.starts_with("e2e-"))
}

/// What the user gets: removed at the end.
struct UserCopy {
    path: PathBuf,
    tests: PathBuf,
}

impl Drop for UserCopy {
    fn drop(&mut self) {
        // What is left is in the folder for temporary files.
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

impl UserCopy {
    fn new(workspace: &Workspace, tests: &Path) -> Result<Self> {
        let name = format!("keyhaven-tests-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir(&path).with_context(|| format!("cannot make {}", path.display()))?;
        let folder = Self {
            tests: path.join("target/debug/deps").join("e2e"),
            path,
        };
        create_dir_all(folder.path.join("target/debug/deps"))?;
        std::fs::copy(tests, &folder.tests)?;
        for program in PROGRAMS {
            let copy = folder.programs().join(program);
            std::fs::copy(workspace.debug.join(program), copy)
                .with_context(|| format!("{program} is not built"))?;
        }
        for read in READ {
            copy(&workspace.root.join(read), &folder.path.join(read))?;
        }
        for document in DOCUMENTS {
            std::fs::copy(workspace.root.join(document), folder.path.join(document))?;
        }
        let tools = workspace.debug.with_file_name("tools");
        if tools.exists() {
            copy(&tools, &folder.path.join("target/tools"))?;
        }
        for private in ["home", "run"] {
            create_dir_all(folder.path.join(private))?;
            set_permissions(folder.path.join(private), Permissions::from_mode(0o700))?;
        }
        let mut own = Command::new("chown");
        own.args(["--recursive", &format!("{NOBODY}:{NOBODY}")])
            .arg(&folder.path);
        succeed(&mut own, "")?;
        Ok(folder)
    }

    fn programs(&self) -> PathBuf {
        self.path.join("target/debug")
    }

    /// Runs the tests to their end, and brings back what they report.
    fn run(&self, workspace: &Workspace, arguments: &[&str]) -> Result<ExitStatus> {
        let user = |name: &str| -> OsString { format!("--{name}={NOBODY}").into() };
        let report = self.path.join("report");
        let mut command = Command::new("setpriv");
        command
            .args([user("reuid"), user("regid"), "--clear-groups".into()])
            .arg(&self.tests)
            .args(arguments)
            .current_dir(&self.path)
            .env_remove(WRAPPING)
            .env("HOME", self.path.join("home"))
            .env("PATH", search_path()?)
            .env("USER", "nobody")
            .env("LOGNAME", "nobody")
            .env("XDG_RUNTIME_DIR", self.path.join("run"))
            .env("KEYHAVEN_BIN_DIR", self.programs())
            .env("KEYHAVEN_CHECKOUT", &self.path);
        let wanted = std::env::var_os(REPORT);
        if wanted.is_some() {
            command.env(REPORT, &report);
        }
        let ended = command
            .status()
            .context("cannot run the end-to-end tests as an ordinary user (setpriv)")?;
        if let Some(wanted) = wanted {
            let mut all = File::options().create(true).append(true).open(wanted)?;
            // None where no test of a promise ran.
            all.write_all(&std::fs::read(&report).unwrap_or_default())?;
        }
        let pictures = self.path.join(PICTURES);
        if pictures.exists() {
            copy(&pictures, &workspace.root.join(PICTURES))?;
        }
        Ok(ended)
    }
}

/// The folders with programs, without those in root's home, which the user cannot enter.
fn search_path() -> Result<OsString> {
    let path = std::env::var_os("PATH").context("PATH is not set")?;
    let home = std::env::var_os("HOME").context("HOME is not set")?;
    let open = std::env::split_paths(&path).filter(|folder| !folder.starts_with(&home));
    Ok(std::env::join_paths(open)?)
}

/// Copies a folder; what is there already is replaced file by file.
fn copy(from: &Path, to: &Path) -> Result<()> {
    create_dir_all(to)?;
    let mut command = Command::new("cp");
    command
        .args(["--recursive", "--no-dereference", "--no-target-directory"])
        .args([from, to]);
    if !from.exists() {
        bail!("{} is missing", from.display());
    }
    succeed(&mut command, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_end_to_end_tests_change_their_user() {
        assert!(is_end_to_end(Path::new("/x/deps/e2e-0123456789abcdef")));
        assert!(!is_end_to_end(Path::new(
            "/x/deps/as_root-0123456789abcdef"
        )));
        assert!(!is_end_to_end(Path::new("/x/e2e-1/agent-01")));
    }
}
