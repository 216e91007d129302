//! What `cargo metadata` reports about the workspace.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::workspace::Workspace;

/// One crate of the workspace.
pub struct Member {
    /// Its folder, relative to the root.
    pub folder: String,
    /// Its job, from its `Cargo.toml`.
    pub description: String,
    /// The names of the workspace's crates that it depends on, but for tests; sorted.
    pub uses: Vec<String>,
}

impl Member {
    /// The last part of the folder: what contributors call the crate.
    pub fn name(&self) -> &str {
        last_part(&self.folder)
    }
}

/// The crates of the workspace as JSON.
///
/// # Errors
/// When cargo cannot be started.
pub fn metadata(workspace: &Workspace) -> Result<String> {
    let output = workspace
        .cargo(["metadata", "--no-deps", "--format-version", "1"])
        .output()
        .context("cannot start `cargo metadata`")?;
    String::from_utf8(output.stdout).context("the output of `cargo metadata`")
}

/// Every crate of the workspace, by folder.
///
/// # Errors
/// When cargo cannot be started or prints something else.
pub fn members(workspace: &Workspace) -> Result<Vec<Member>> {
    let metadata: Value =
        serde_json::from_str(&metadata(workspace)?).context("the output of `cargo metadata`")?;
    let packages = list(&metadata, "packages").map(|package| member(&workspace.root, package));
    let mut members = packages.collect::<Result<Vec<_>>>()?;
    members.sort_by(|a, b| a.folder.cmp(&b.folder));
    Ok(members)
}

fn member(root: &Path, package: &Value) -> Result<Member> {
    let manifest = package["manifest_path"].as_str().map(Path::new);
    let folder = manifest
        .and_then(|manifest| manifest.parent()?.strip_prefix(root).ok()?.to_str())
        .context("a package outside of the workspace")?;
    // A dependency by path is a crate of the workspace.
    let uses: BTreeSet<String> = list(package, "dependencies")
        .filter(|dependency| dependency["kind"] != "dev")
        .filter_map(|dependency| dependency["path"].as_str())
        .map(|path| last_part(path).to_owned())
        .collect();
    Ok(Member {
        folder: folder.to_owned(),
        description: package["description"].as_str().unwrap_or("?").to_owned(),
        uses: uses.into_iter().collect(),
    })
}

fn last_part(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The elements of an array in an object.
pub fn list<'a>(of: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    of[key].as_array().into_iter().flatten()
}
