//! The supply chain: each dependency is pinned exactly, comes from an allowed source, and has
//! an allowed licence.
//!
//! `.cargo/deny.toml` holds the rules for crates and the reason for each exception. If the
//! advisory database cannot be reached, the check prints "not checked" and is never green.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::cargo::{list, metadata};
use crate::say;
use crate::stage::{Stages, succeed};
use crate::workspace::Workspace;

const CARGO_DENY: &str = "0.20.2";

/// Licences of npm packages that are part of the window's page.
const SHIPPED: [&str; 5] = ["MIT", "Apache-2.0", "Apache-2.0 OR MIT", "ISC", "OFL-1.1"];
/// Licences of tools that only build or test the page.
const TOOLS: [&str; 7] = [
    "MIT OR Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "MIT-0",
    "0BSD",
    "CC0-1.0",
    "BlueOak-1.0.0",
];
/// Packages outside these lists or without a licence field, each with the reason and the date.
const EXCEPTIONS: [(&str, &str); 1] = [
    // 2026-11-25: the field is missing, but the package comes with the text of the MIT licence.
    ("svelte-toolbelt", "none"),
];

/// Every check of the supply chain.
///
/// # Errors
/// Names what is not pinned, not allowed, or comes from elsewhere.
pub fn check(workspace: &Workspace, stages: &mut Stages) -> Result<()> {
    stages.run("supply chain: pins", || {
        refuse(
            &loose_crates(&metadata(workspace)?)?,
            "is not pinned with =",
        )?;
        let (manifest, lock) = npm_files(workspace)?;
        refuse(&loose_packages(&manifest)?, "is not pinned exactly")?;
        refuse(
            &unlicensed_packages(&lock)?,
            "has no licence that is allowed",
        )
    })?;
    let deny = deny(workspace, stages)?;
    stages.run("supply chain: licences, bans, sources", || {
        let mut command = Command::new(&deny);
        command.current_dir(&workspace.root).args([
            "--locked",
            "--log-level",
            "error",
            "check",
            "licenses",
            "bans",
            "sources",
        ]);
        succeed(
            &mut command,
            ".cargo/deny.toml lists what is allowed, and why",
        )
    })?;
    stages.run("supply chain: advisories", || advisories(workspace, &deny))
}

/// Finds `cargo deny` of exactly that version, or installs it in `target`.
fn deny(workspace: &Workspace, stages: &mut Stages) -> Result<PathBuf> {
    let own = workspace.debug.with_file_name("tools");
    let program = own.join("bin/cargo-deny");
    for found in [PathBuf::from("cargo-deny"), program.clone()] {
        let version = Command::new(&found).arg("--version").output();
        if version.is_ok_and(|output| {
            String::from_utf8_lossy(&output.stdout).trim() == format!("cargo-deny {CARGO_DENY}")
        }) {
            return Ok(found);
        }
    }
    let mut install = workspace.cargo([
        "install",
        "--quiet",
        "--locked",
        &format!("cargo-deny@={CARGO_DENY}"),
        "--no-default-features",
        "--root",
    ]);
    install.arg(&own);
    stages.command("supply chain: cargo-deny, once", &mut install, "")?;
    Ok(program)
}

/// Known vulnerabilities of dependencies, if their database can be reached.
fn advisories(workspace: &Workspace, deny: &std::path::Path) -> Result<()> {
    let mut fetch = Command::new(deny);
    fetch
        .current_dir(&workspace.root)
        .args(["--locked", "fetch", "db"])
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let fetched = fetch.status().context("cannot start cargo-deny")?;
    if !fetched.success() {
        say::line("    NOT CHECKED: the advisory database cannot be reached from here");
        return Ok(());
    }
    let mut check = Command::new(deny);
    check
        .current_dir(&workspace.root)
        .args(["--locked", "check"])
        .args(["--disable-fetch", "advisories"]);
    succeed(
        &mut check,
        ".cargo/deny.toml can ignore one, with a reason and a date",
    )
}

fn refuse(names: &[String], why: &str) -> Result<()> {
    if names.is_empty() {
        return Ok(());
    }
    for name in names {
        say::line(&format!("    {name} {why}"));
    }
    bail!("{} dependencies are not allowed like this", names.len());
}

/// Dependencies of our crates that could change their version without the lock file.
fn loose_crates(metadata: &str) -> Result<Vec<String>> {
    let metadata: Value = serde_json::from_str(metadata).context("what `cargo metadata` prints")?;
    let mut loose = Vec::new();
    for package in list(&metadata, "packages") {
        for dependency in list(package, "dependencies") {
            let text = |of: &Value, key: &str| of[key].as_str().unwrap_or_default().to_owned();
            let required = text(dependency, "req");
            // A path in the workspace has no source.
            if !dependency["source"].is_null() && !required.starts_with('=') {
                let (name, of) = (text(dependency, "name"), text(package, "name"));
                loose.push(format!("{name} {required} of {of}"));
            }
        }
    }
    Ok(loose)
}

fn npm_files(workspace: &Workspace) -> Result<(String, String)> {
    let read = |name: &str| {
        let path = workspace.ui.join(name);
        std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
    };
    Ok((read("package.json")?, read("package-lock.json")?))
}

/// Packages of the front end that are named with a range.
fn loose_packages(manifest: &str) -> Result<Vec<String>> {
    let manifest: Value = serde_json::from_str(manifest).context("package.json")?;
    let of = |kind: &str| manifest.get(kind).and_then(|found| found.as_object());
    let named = ["dependencies", "devDependencies"]
        .into_iter()
        .filter_map(of);
    let exact = |version: &str| {
        version.split('.').count() == 3 && version.starts_with(|c: char| c.is_ascii_digit())
    };
    Ok(named
        .flatten()
        .filter(|(_, version)| !version.as_str().is_some_and(exact))
        .map(|(name, version)| format!("{name} {version}"))
        .collect())
}

/// Packages of the lock file whose licence is not on the lists.
fn unlicensed_packages(lock: &str) -> Result<Vec<String>> {
    let lock: Value = serde_json::from_str(lock).context("package-lock.json")?;
    let packages = lock.get("packages").and_then(|found| found.as_object());
    let mut refused = Vec::new();
    for (path, package) in packages.context("packages in package-lock.json")? {
        let Some((_, name)) = path.rsplit_once("node_modules/") else {
            continue; // Our own front end.
        };
        let licence = package.get("license").and_then(|found| found.as_str());
        let licence = licence.unwrap_or("none");
        let tool = package.get("dev").and_then(|found| found.as_bool()) == Some(true);
        let allowed = SHIPPED.contains(&licence)
            || (tool && (TOOLS.contains(&licence) || licence == "MPL-2.0"))
            || EXCEPTIONS.contains(&(name, licence));
        if !allowed {
            refused.push(format!("{name} ({licence})"));
        }
    }
    Ok(refused)
}

#[cfg(test)]
mod tests {
    use keyhaven_proof::ProofRun;

    use super::*;

    #[test]
    fn promise_23_every_version_is_exact() {
        let mut proof = ProofRun::begin("promise_23_every_version_is_exact");
        let workspace = Workspace::find().unwrap();
        assert_eq!(
            loose_crates(&metadata(&workspace).unwrap()).unwrap(),
            Vec::<String>::new()
        );
        let (manifest, _) = npm_files(&workspace).unwrap();
        assert_eq!(loose_packages(&manifest).unwrap(), Vec::<String>::new());
        proof.held(2);
    }

    #[test]
    fn promise_23_every_package_of_the_window_has_an_allowed_licence() {
        let mut proof =
            ProofRun::begin("promise_23_every_package_of_the_window_has_an_allowed_licence");
        let (_, lock) = npm_files(&Workspace::find().unwrap()).unwrap();
        assert_eq!(unlicensed_packages(&lock).unwrap(), Vec::<String>::new());
        proof.held(lock.matches("\"node_modules/").count());
    }

    #[test]
    fn promise_23_control_a_range_and_a_foreign_licence_are_refused() {
        let mut proof =
            ProofRun::begin("promise_23_control_a_range_and_a_foreign_licence_are_refused");
        let metadata = r#"{"packages":[{"name":"a","dependencies":[
            {"name":"pinned","req":"=1.0.0","source":"registry"},
            {"name":"loose","req":"^1.0","source":"registry"},
            {"name":"ours","req":"*","source":null}]}]}"#;
        assert_eq!(loose_crates(metadata).unwrap(), ["loose ^1.0 of a"]);
        let manifest = r#"{"dependencies":{"a":"^1.2.3","b":"1.2.3"},"devDependencies":{"c":"*"}}"#;
        assert_eq!(
            loose_packages(manifest).unwrap(),
            ["a \"^1.2.3\"", "c \"*\""]
        );
        let lock = r#"{"packages":{"":{},
            "node_modules/a":{"license":"GPL-3.0"},
            "node_modules/b":{"license":"MPL-2.0","dev":true},
            "node_modules/c":{"license":"MPL-2.0"},
            "node_modules/d":{}}}"#;
        assert_eq!(
            unlicensed_packages(lock).unwrap(),
            ["a (GPL-3.0)", "c (MPL-2.0)", "d (none)"]
        );
        proof.held(3);
    }
}
