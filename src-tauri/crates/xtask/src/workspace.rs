//! The folders of the checkout and of built programs, and commands that start
//! there.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

/// The checkout this xtask was built from.
pub struct Workspace {
    /// The folder of the root `Cargo.toml`.
    pub root: PathBuf,
    /// The front end.
    pub ui: PathBuf,
    /// Where Cargo puts programs of the dev profile; xtask itself is there.
    pub debug: PathBuf,
}

impl Workspace {
    /// Finds the checkout and the target folder of the running xtask.
    ///
    /// # Errors
    /// When the path of the running executable is unknown.
    pub fn find() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .ancestors()
            .nth(3)
            .context("xtask is not three folders below the workspace")?
            .to_path_buf();
        let executable = std::env::current_exe().context("cannot find the path of xtask")?;
        let debug = executable
            .parent()
            .context("xtask is in no folder")?
            .to_path_buf();
        let ui = root.join("ui");
        Ok(Self { root, ui, debug })
    }

    /// Where Cargo puts programs of the release profile.
    pub fn release(&self) -> PathBuf {
        self.debug.with_file_name("release")
    }

    /// `cargo ARGS` in the root. In CI each build is the first, so incremental
    /// files would only cost time and space.
    pub fn cargo<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.args(arguments).current_dir(&self.root);
        if ci() {
            command.env("CARGO_INCREMENTAL", "0");
        }
        command
    }

    /// `npm ARGS` in the front end's folder.
    pub fn npm<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new("npm");
        command.args(arguments).current_dir(&self.ui);
        command
    }
}

/// Whether this runs unattended: CI sets `CI`.
pub fn ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty())
}
