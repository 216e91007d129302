//! The set-up before a build: system packages, Node and npm, and the front
//! end's packages. A second run changes nothing.

use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Context, Result, bail};

use crate::python_tools;
use crate::say;
use crate::stage::{Stages, succeed};
use crate::system::{self, BUILD, TESTS};
use crate::workspace::Workspace;

/// The oldest Node that the front end's tools support.
const NODE: (u32, u32) = (20, 19);

/// Folders in `ui` with generated files only.
const MADE: [&str; 4] = ["node_modules", "dist", "dist-fake", "test-results"];

/// Installs what building and running needs.
///
/// # Errors
/// When something is missing and cannot be installed.
pub fn for_build(workspace: &Workspace, stages: &mut Stages) -> Result<()> {
    stages.run("system packages", || {
        system::install_missing(&BUILD.iter().collect::<Vec<_>>())
    })?;
    front_end(workspace, stages)
}

/// Installs what the tests need in addition.
///
/// # Errors
/// When something is missing and cannot be installed.
pub fn for_tests(workspace: &Workspace, stages: &mut Stages) -> Result<()> {
    stages.run("system packages", || {
        system::install_missing(&BUILD.iter().chain(TESTS).collect::<Vec<_>>())
    })?;
    python_tools::bring_in(workspace, stages)?;
    front_end(workspace, stages)
}

fn front_end(workspace: &Workspace, stages: &mut Stages) -> Result<()> {
    stages.run("front-end packages", || {
        check_node()?;
        let lock = workspace.ui.join("package-lock.json");
        // npm writes this file last, so its time is that of the last complete install.
        let installed = workspace.ui.join("node_modules/.package-lock.json");
        if modified(&installed).is_some_and(|done| modified(&lock).is_some_and(|lock| lock <= done))
        {
            say::line("    up to date");
            return Ok(());
        }
        succeed(
            &mut workspace.npm(["ci", "--no-audit", "--no-fund"]),
            "see the output of npm above",
        )
    })
}

fn check_node() -> Result<()> {
    let hint = format!(
        "hint: install Node {}.{} or newer with npm, from https://nodejs.org or your version manager",
        NODE.0, NODE.1
    );
    let Ok(output) = Command::new("node").arg("--version").output() else {
        bail!("Node is not installed\n{hint}");
    };
    let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let found = parse_version(&version)
        .with_context(|| format!("`node --version` answered \"{version}\"\n{hint}"))?;
    if found < NODE {
        bail!("Node {version} is too old\n{hint}");
    }
    if Command::new("npm").arg("--version").output().is_err() {
        bail!("npm is not installed\n{hint}");
    }
    Ok(())
}

fn parse_version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.strip_prefix('v')?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// Builds `ui/dist` when something in `ui` is newer than it.
///
/// # Errors
/// When the build fails.
pub fn build_front_end(workspace: &Workspace, stages: &mut Stages) -> Result<()> {
    stages.run("front end", || {
        let built = modified(&workspace.ui.join("dist/index.html"));
        let newest = newest_in(&workspace.ui)?;
        if built.is_some_and(|built| built >= newest) {
            say::line("    up to date");
            return Ok(());
        }
        succeed(&mut workspace.npm(["run", "build"]), "")
    })
}

/// The newest change inside a folder. Folders count, since a removed file changes
/// only its folder; generated folders do not.
fn newest_in(folder: &Path) -> Result<SystemTime> {
    let mut latest = SystemTime::UNIX_EPOCH;
    let entries =
        std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if MADE.iter().any(|name| path.ends_with(name)) {
            continue;
        }
        latest = latest.max(modified(&path).unwrap_or(SystemTime::UNIX_EPOCH));
        if path.is_dir() {
            latest = latest.max(newest_in(&path)?);
        }
    }
    Ok(latest)
}

fn modified(path: &Path) -> Option<SystemTime> {
    std::fs::metadata(path).ok()?.modified().ok()
}

#[cfg(test)]
mod tests {
    use super::{NODE, parse_version};

    #[test]
    fn node_versions_compare_by_number() {
        assert_eq!(parse_version("v20.19.0"), Some((20, 19)));
        assert!(parse_version("v20.9.0").unwrap() < NODE);
        assert!(parse_version("v24.1.0").unwrap() > NODE);
        assert_eq!(parse_version("20.19.0"), None);
        assert_eq!(parse_version("vx.y"), None);
    }
}
