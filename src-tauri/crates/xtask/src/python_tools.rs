//! Python programs that the tests ask, each installed only in `target`, with exactly what its
//! list in `tests` names: a substitute for AWS, and a reader of calendars.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::say;
use crate::stage::{Stages, succeed};
use crate::workspace::Workspace;

/// The tools by the name of their list, with what they are.
const TOOLS: [(&str, &str); 2] = [
    ("moto", "a substitute for AWS"),
    ("icalendar", "a reader of calendars"),
];

/// Installs those that are missing or have other versions. A failed installation is no error: the
/// tests that need the tool report that they checked nothing.
///
/// # Errors
/// When files cannot be read or written.
pub fn bring_in(workspace: &Workspace, stages: &mut Stages) -> Result<()> {
    for (name, what) in TOOLS {
        stages.run(what, || bring(workspace, name))?;
    }
    Ok(())
}

fn bring(workspace: &Workspace, name: &str) -> Result<()> {
    let list = format!("{name}.txt");
    let wanted = workspace.root.join("tests").join(&list);
    let folder = workspace.debug.with_file_name("tools").join(name);
    // Copied last, so that it marks a complete installation.
    let mark = folder.join(list);
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
}

fn install(wanted: &Path, folder: &Path) -> Result<()> {
    // The system's, where it is: one below a home folder would be out of reach for the
    // ordinary user whom root runs the tests as.
    let system = Path::new("/usr/bin/python3");
    let mut make = Command::new(if system.exists() {
        system
    } else {
        Path::new("python3")
    });
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
