//! Where a vault and its agent's socket are, by the rules of the contract.

use std::env;
use std::ffi::OsString;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use keyhaven_rules::vault_files::SOCKET_NOTE;
use sha2::{Digest as _, Sha256};

use crate::error::Error;
use crate::problem::Problem;

/// The longest path a Unix socket can have, without its final NUL (`sun_path` on Linux).
pub const MAX_SOCKET_PATH: usize = 107;

/// A vault's folder and the socket of its agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VaultPaths {
    /// The canonical path of the vault folder; it need not exist yet.
    pub folder: PathBuf,
    /// The agent's socket.
    pub socket: PathBuf,
}

impl VaultPaths {
    /// The place meant by `--vault` or else by the environment: `KEYHAVEN_HOME`, else
    /// `$XDG_DATA_HOME/keyhaven`, else `~/.local/share/keyhaven`.
    ///
    /// # Errors
    /// No home is known, `KEYHAVEN_HOME` is relative, or the socket's path would be too long.
    pub fn find(explicit: Option<&Path>) -> Result<Self, Error> {
        let folder = match explicit {
            Some(folder) => folder.to_owned(),
            None => default_folder()?,
        };
        Self::new(&folder, runtime_folder().as_deref())
    }

    /// The place of a vault folder, with the runtime folder the socket may lie in.
    ///
    /// # Errors
    /// The path is not UTF-8, or the socket's path would be too long.
    pub fn new(folder: &Path, runtime: Option<&Path>) -> Result<Self, Error> {
        let folder = canonical(folder)?;
        let text = folder
            .to_str()
            .ok_or_else(|| Error::unsafe_path(&folder, Problem::PathNotUtf8))?;
        let socket = match runtime {
            Some(runtime) => runtime
                .join("keyhaven")
                .join(format!("{}.sock", short_hash(text))),
            None => folder.join("agent.sock"),
        };
        if socket.as_os_str().len() > MAX_SOCKET_PATH {
            return Err(Error::LongSocketPath {
                path: socket.display().to_string(),
            });
        }
        Ok(Self { folder, socket })
    }

    /// What tells this vault from others in the names of socket and unit: 16 hex digits.
    #[must_use]
    pub fn hash(&self) -> String {
        short_hash(&self.folder_text())
    }

    /// Folders in memory where private files of running programs may lie: next to the
    /// socket, else where shared memory is (shm_overview(7)). Never in the vault's folder.
    #[must_use]
    pub fn files(&self) -> Vec<PathBuf> {
        let runtime = self.socket.parent().filter(|parent| *parent != self.folder);
        let next_to_socket = runtime.map(|runtime| runtime.join(self.files_name()));
        let shared = Path::new("/dev/shm").join(format!("keyhaven-{}", self.hash()));
        next_to_socket.into_iter().chain([shared]).collect()
    }

    /// Where an agent keeps which folder next to a socket its files are in: under the same name
    /// in the state folder.
    ///
    /// # Errors
    /// No home is known.
    pub fn files_note(&self) -> Result<PathBuf, Error> {
        Ok(state_folder()?.join(self.files_name()))
    }

    fn files_name(&self) -> String {
        format!("{}.files", self.hash())
    }

    /// Where its agent says what it did: `agent-HASH.log` in the state folder.
    ///
    /// # Errors
    /// No home is known.
    pub fn log(&self) -> Result<PathBuf, Error> {
        Ok(state_folder()?.join(format!("agent-{}.log", self.hash())))
    }

    /// The folder as text; [`VaultPaths::new`] took only UTF-8.
    #[must_use]
    pub fn folder_text(&self) -> String {
        self.folder.to_string_lossy().into_owned()
    }
}

/// Where the agent of a vault says on which socket it listens: a client whose environment names
/// another runtime folder, or none, finds it there.
#[must_use]
pub fn socket_note(folder: &Path) -> PathBuf {
    folder.join(SOCKET_NOTE)
}

/// The log that was full before this one.
#[must_use]
pub fn older_log(log: &Path) -> PathBuf {
    log.with_extension("log.old")
}

/// The person's runtime folder. Where no variable names it (in a cron job, after `su`), the one
/// the login has made is the same for all: a client there finds the agent of the desktop.
#[must_use]
pub fn runtime_folder() -> Option<PathBuf> {
    let me = rustix::process::geteuid().as_raw();
    absolute_variable("XDG_RUNTIME_DIR").or_else(|| made_by_login(Path::new("/run/user"), me))
}

/// As systemd-logind makes it: a folder of mine that nobody else may enter (pam_systemd(8)).
fn made_by_login(base: &Path, user: u32) -> Option<PathBuf> {
    let folder = base.join(user.to_string());
    let found = std::fs::symlink_metadata(&folder).ok()?;
    let mine = found.is_dir() && found.uid() == user && found.mode() & 0o777 == 0o700;
    mine.then_some(folder)
}

/// The folder in which the vault's last seen state is kept: `$XDG_STATE_HOME/keyhaven`.
///
/// # Errors
/// No home is known.
pub fn state_folder() -> Result<PathBuf, Error> {
    xdg_folder("XDG_STATE_HOME", ".local/state")
}

/// The folder of window-only settings: `$XDG_CONFIG_HOME/keyhaven`.
///
/// # Errors
/// No home is known.
pub fn config_folder() -> Result<PathBuf, Error> {
    xdg_folder("XDG_CONFIG_HOME", ".config")
}

fn default_folder() -> Result<PathBuf, Error> {
    match chosen_folder(env::var_os("KEYHAVEN_HOME"))? {
        Some(folder) => Ok(folder),
        None => xdg_folder("XDG_DATA_HOME", ".local/share"),
    }
}

/// What `KEYHAVEN_HOME` says; empty says nothing. A relative path would mean another vault
/// in every folder, and passing it over would open one that was not meant.
fn chosen_folder(value: Option<OsString>) -> Result<Option<PathBuf>, Error> {
    match value.map(PathBuf::from) {
        Some(folder) if folder.is_absolute() => Ok(Some(folder)),
        Some(folder) if !folder.as_os_str().is_empty() => {
            Err(Error::invalid(Problem::RelativeHome))
        }
        _ => Ok(None),
    }
}

/// The user's folder of settings of all programs: `$XDG_CONFIG_HOME`.
///
/// # Errors
/// No home is known.
pub fn config_home() -> Result<PathBuf, Error> {
    xdg_base("XDG_CONFIG_HOME", ".config")
}

fn xdg_folder(variable: &str, fallback: &str) -> Result<PathBuf, Error> {
    Ok(xdg_base(variable, fallback)?.join("keyhaven"))
}

fn xdg_base(variable: &str, fallback: &str) -> Result<PathBuf, Error> {
    if let Some(base) = absolute_variable(variable) {
        return Ok(base);
    }
    let home = absolute_variable("HOME").ok_or(Error::invalid(Problem::NoHome))?;
    Ok(home.join(fallback))
}

/// Relative paths in these variables are invalid and ignored (XDG Base Directory 0.8).
fn absolute_variable(name: &str) -> Option<PathBuf> {
    env::var_os(name)
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
}

/// Resolves links in the part of the path that exists, so that two names of one folder
/// lead to one agent, also before the vault is created.
fn canonical(path: &Path) -> Result<PathBuf, Error> {
    let path = std::path::absolute(path).map_err(|error| Error::io(path, &error))?;
    let mut rest = Vec::new();
    let mut existing = path.as_path();
    loop {
        match existing.canonicalize() {
            Ok(mut found) => {
                found.extend(rest.iter().rev());
                return Ok(found);
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let (Some(parent), Some(name)) = (existing.parent(), existing.file_name()) else {
                    return Err(Error::io(&path, &error));
                };
                rest.push(name.to_owned());
                existing = parent;
            }
            Err(error) => return Err(Error::io(&path, &error)),
        }
    }
}

fn short_hash(text: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(text.as_bytes())[..8])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_names_of_one_folder_lead_to_one_socket() {
        let root = tempfile::tempdir().unwrap();
        let real = root.path().join("real");
        std::fs::create_dir(&real).unwrap();
        let link = root.path().join("link");
        std::os::unix::fs::symlink(&real, &link).unwrap();
        let runtime = Some(Path::new("/run/user/1"));
        assert_eq!(
            VaultPaths::new(&real, runtime),
            VaultPaths::new(&link, runtime)
        );
        let (one, other) = (real.join("not/yet"), link.join("not/yet"));
        assert_eq!(
            VaultPaths::new(&one, runtime),
            VaultPaths::new(&other, runtime)
        );
    }

    #[test]
    fn a_relative_vault_folder_is_an_error_and_an_empty_one_says_nothing() {
        let chosen = |text: &str| chosen_folder(Some(text.into()));
        assert_eq!(chosen("/v"), Ok(Some("/v".into())));
        assert_eq!((chosen(""), chosen_folder(None)), (Ok(None), Ok(None)));
        assert_eq!(chosen("v").unwrap_err().code().exit_status(), 2);
    }

    #[test]
    fn the_socket_is_named_by_sixteen_hex_digits() {
        let place = VaultPaths::new(Path::new("/"), Some(Path::new("/run/user/1"))).unwrap();
        // The first half of the SHA-256 of "/" in 16 digits.
        assert_eq!(
            place.socket,
            Path::new("/run/user/1/keyhaven/8a5edab282632443.sock")
        );
    }

    #[test]
    fn private_files_never_lie_in_the_vault() {
        let vault = Path::new("/nonexistent/vault");
        let place = VaultPaths::new(vault, Some(Path::new("/run/user/1000"))).unwrap();
        let [next_to_socket, shared] = place.files().try_into().unwrap();
        let hash = place.hash();
        assert_eq!(
            next_to_socket,
            Path::new("/run/user/1000/keyhaven").join(format!("{hash}.files"))
        );
        assert_eq!(
            shared,
            Path::new("/dev/shm").join(format!("keyhaven-{hash}"))
        );
        let place = VaultPaths::new(vault, None).unwrap();
        assert_eq!(place.files(), [shared]);
    }

    #[test]
    fn without_a_runtime_folder_the_socket_lies_in_the_vault() {
        let root = tempfile::tempdir().unwrap();
        let place = VaultPaths::new(root.path(), None).unwrap();
        assert_eq!(
            place.socket,
            root.path().canonicalize().unwrap().join("agent.sock")
        );
    }

    #[test]
    fn only_a_runtime_folder_that_is_mine_alone_is_taken() {
        let base = tempfile::tempdir().unwrap();
        let me = rustix::process::geteuid().as_raw();
        let folder = base.path().join(me.to_string());
        assert_eq!(made_by_login(base.path(), me), None);
        std::fs::create_dir(&folder).unwrap();
        let mode = |mode| {
            let mode = std::os::unix::fs::PermissionsExt::from_mode(mode);
            std::fs::set_permissions(&folder, mode).unwrap();
        };
        mode(0o755);
        assert_eq!(made_by_login(base.path(), me), None);
        mode(0o700);
        assert_eq!(made_by_login(base.path(), me), Some(folder.clone()));
        assert_eq!(made_by_login(base.path(), me + 1), None);
        std::os::unix::fs::symlink(&folder, base.path().join((me + 1).to_string())).unwrap();
        assert_eq!(made_by_login(base.path(), me + 1), None);
    }

    #[test]
    fn a_path_too_long_for_a_socket_is_refused() {
        let long = format!("/{}", "x".repeat(120));
        assert!(matches!(
            VaultPaths::new(Path::new(&long), None),
            Err(Error::LongSocketPath { .. })
        ));
    }
}
