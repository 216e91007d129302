//! The page's npm packages: pinned, licensed, not withdrawn, without known vulnerabilities.

use std::process::Stdio;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::refuse;
use crate::say;
use crate::workspace::Workspace;

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

/// Every check of the npm packages.
///
/// # Errors
/// Names each package that is not allowed, and why.
pub fn check(workspace: &Workspace) -> Result<()> {
    let (manifest, lock) = npm_files(workspace)?;
    refuse(&loose_packages(&manifest)?, "is not pinned exactly")?;
    refuse(
        &unlicensed_packages(&lock)?,
        "has no licence that is allowed",
    )?;
    refuse(
        &deprecated_packages(&lock)?,
        "is deprecated by its authors; replace it",
    )?;
    advisories(workspace)
}

/// Known vulnerabilities of the packages, if the registry answers about them.
fn advisories(workspace: &Workspace) -> Result<()> {
    let output = workspace
        .npm(["audit", "--json"])
        .stderr(Stdio::null())
        .output()
        .context("cannot start npm")?;
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    if report.get("vulnerabilities").is_none() {
        say::line("    NOT CHECKED: the registry does not answer about npm advisories from here");
        return Ok(());
    }
    let found = vulnerable_packages(&report);
    if found.is_empty() {
        return Ok(());
    }
    for package in &found {
        say::line(&format!("    {package} has a known vulnerability"));
    }
    bail!("npm audit explains {} packages", found.len());
}

/// The packages that `npm audit --json` names.
fn vulnerable_packages(report: &Value) -> Vec<String> {
    let packages = report.get("vulnerabilities").and_then(Value::as_object);
    packages
        .into_iter()
        .flat_map(|packages| packages.keys().cloned())
        .collect()
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

/// Name and entry of each package in the lock file; our own front end is none of them.
fn packages(lock: &str) -> Result<Vec<(String, Value)>> {
    let lock: Value = serde_json::from_str(lock).context("package-lock.json")?;
    let packages = lock.get("packages").and_then(|found| found.as_object());
    Ok(packages
        .context("packages in package-lock.json")?
        .iter()
        .filter_map(|(path, package)| {
            let (_, name) = path.rsplit_once("node_modules/")?;
            Some((name.to_owned(), package.clone()))
        })
        .collect())
}

/// Packages whose authors have withdrawn them: npm copies the note into the lock file.
fn deprecated_packages(lock: &str) -> Result<Vec<String>> {
    Ok(packages(lock)?
        .into_iter()
        .filter(|(_, package)| package.get("deprecated").is_some())
        .map(|(name, _)| name)
        .collect())
}

/// Packages of the lock file whose licence is not on the lists.
fn unlicensed_packages(lock: &str) -> Result<Vec<String>> {
    let mut refused = Vec::new();
    for (name, package) in packages(lock)? {
        let licence = package.get("license").and_then(|found| found.as_str());
        let licence = licence.unwrap_or("none");
        let tool = package.get("dev").and_then(|found| found.as_bool()) == Some(true);
        let allowed = SHIPPED.contains(&licence)
            || (tool && (TOOLS.contains(&licence) || licence == "MPL-2.0"))
            || EXCEPTIONS.contains(&(name.as_str(), licence));
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
    fn promise_23_every_npm_package_is_pinned_licensed_and_not_deprecated() {
        let mut proof =
            ProofRun::begin("promise_23_every_npm_package_is_pinned_licensed_and_not_deprecated");
        let (manifest, lock) = npm_files(&Workspace::find().unwrap()).unwrap();
        let none = Vec::<String>::new();
        assert_eq!(loose_packages(&manifest).unwrap(), none);
        assert_eq!(unlicensed_packages(&lock).unwrap(), none);
        assert_eq!(deprecated_packages(&lock).unwrap(), none);
        proof.held(packages(&lock).unwrap().len());
    }

    #[test]
    fn promise_23_control_a_bad_npm_package_is_refused() {
        let mut proof = ProofRun::begin("promise_23_control_a_bad_npm_package_is_refused");
        let manifest = r#"{"dependencies":{"a":"^1.2.3","b":"1.2.3"},"devDependencies":{"c":"*"}}"#;
        assert_eq!(
            loose_packages(manifest).unwrap(),
            ["a \"^1.2.3\"", "c \"*\""]
        );
        let lock = r#"{"packages":{"":{},
            "node_modules/a":{"license":"GPL-3.0"},
            "node_modules/b":{"license":"MPL-2.0","dev":true},
            "node_modules/c":{"license":"MPL-2.0"},
            "node_modules/d":{"license":"MIT","deprecated":"use e"}}}"#;
        assert_eq!(
            unlicensed_packages(lock).unwrap(),
            ["a (GPL-3.0)", "c (MPL-2.0)"]
        );
        assert_eq!(deprecated_packages(lock).unwrap(), ["d"]);
        let report = serde_json::json!({"vulnerabilities": {"left": {}}});
        assert_eq!(vulnerable_packages(&report), ["left"]);
        proof.held(4);
    }
}
