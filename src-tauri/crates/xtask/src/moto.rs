//! The substitute for AWS in the tests: a Python server, installed only in `target`.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::say;
use crate::stage::{Stages, succeed};
use crate::workspace::Workspace;

/// Installs it if it is missing or has other versions. A failed installation is no error: the
/// one test that needs it reports that it checked nothing.
///
/// # Errors
/// When files cannot be read or written.
pub fn bring_in(workspace: &Workspace, stages: &mut Stages) -> Result<()> {
    stages.run("a substitute for AWS", || {
        let wanted = workspace.root.join("tests/moto.txt");
        let folder = workspace.debug.with_file_name("tools").join("moto");
        // Copied last, so that it marks a complete installation.
        let mark = folder.join("moto.txt");
        if fs::read(&mark).is_ok_and(|found| fs::read(&wanted).is_ok_and(|file| file == found)) {
            say::line("    up to date");
            return Ok(());
        }
        if let Err(error) = install(&wanted, &folder) {
            say::line(&format!(
                "    NOT INSTALLED, so nothing is tested with it: {error:#}"
            ));
            return Ok(());
        }
        fs::copy(&wanted, &mark)?;
        Ok(())
    })
}

fn install(wanted: &Path, folder: &Path) -> Result<()> {
    let mut make = Command::new("python3");
    make.args(["-m", "venv", "--clear"]).arg(folder);
    succeed(&mut make, "")?;
    let mut install = Command::new(folder.join("bin/python"));
    install
        .args(["-m", "pip", "install", "--quiet", "--no-input"])
        .args(["--require-hashes", "--no-deps", "--only-binary", ":all:"])
        .arg("--requirement")
        .arg(wanted);
    succeed(&mut install, "")
}
