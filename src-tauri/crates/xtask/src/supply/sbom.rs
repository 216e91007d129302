//! `cargo xtask sbom`: what the programs are made of, as CycloneDX documents: one per program
//! (crates) and one for the page (npm packages).

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::tool::Tool;
use crate::cargo::members;
use crate::say;
use crate::stage::{Stages, succeed};
use crate::workspace::Workspace;

const CARGO_CYCLONEDX: Tool = Tool {
    name: "cargo-cyclonedx",
    version: "0.5.9",
    print_version: &["cyclonedx", "--version"],
    step: "sbom: cargo-cyclonedx, once",
};

/// The shipped programs, each with the folder of its crate.
const PROGRAMS: [(&str, &str); 4] = [
    ("keyhaven", "src-tauri"),
    ("keyhaven-agent", "src-tauri/crates/agent"),
    ("keyhaven-worker", "src-tauri/crates/worker"),
    ("kh", "src-tauri/crates/cli"),
];
/// The tool writes a document of this name into the folder of each crate.
const DOCUMENT: &str = "sbom.cdx.json";

/// Writes the documents into `target/sbom`.
///
/// # Errors
/// When a tool cannot be installed or run, or a document cannot be written.
pub fn sbom(workspace: &Workspace, stages: &mut Stages) -> Result<()> {
    let tool = CARGO_CYCLONEDX.find(workspace, stages)?;
    let folder = workspace.debug.with_file_name("sbom");
    fs::create_dir_all(&folder).context("cannot create target/sbom")?;
    stages.run("sbom: crates", || crates(workspace, &tool, &folder))?;
    stages.run("sbom: npm packages", || packages(workspace, &folder))?;
    say::line(&format!("\nWritten to {}", folder.display()));
    Ok(())
}

/// One document per program. Those of the other crates are removed: a program's document has
/// what it takes from them.
fn crates(workspace: &Workspace, tool: &Path, folder: &Path) -> Result<()> {
    let mut command = Command::new(tool);
    command
        .current_dir(&workspace.root)
        .args(["cyclonedx", "--format", "json", "--spec-version", "1.5"])
        .args(["--override-filename", "sbom.cdx", "--all"]);
    succeed(&mut command, "")?;
    for (program, home) in PROGRAMS {
        let from = workspace.root.join(home).join(DOCUMENT);
        let to = folder.join(format!("{program}.cdx.json"));
        fs::rename(&from, &to).with_context(|| format!("cannot move {}", from.display()))?;
    }
    for member in members(workspace)? {
        let document = workspace.root.join(member.folder).join(DOCUMENT);
        if document.exists() {
            fs::remove_file(document).context("cannot remove the document of a crate")?;
        }
    }
    Ok(())
}

/// The packages that are part of the page; tools that build it are not.
fn packages(workspace: &Workspace, folder: &Path) -> Result<()> {
    let output = workspace
        .npm(["sbom", "--omit=dev", "--package-lock-only"])
        .args(["--sbom-format", "cyclonedx", "--sbom-type", "application"])
        .output()
        .context("cannot start npm")?;
    ensure!(
        output.status.success(),
        "`npm sbom` ended with {}",
        output.status
    );
    fs::write(folder.join("page.cdx.json"), output.stdout).context("cannot write the document")
}
