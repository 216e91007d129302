//! The supply chain: each dependency is pinned exactly, comes from an allowed source, has an
//! allowed licence, and is neither withdrawn nor known to be unmaintained without a reason.
//!
//! `.cargo/deny.toml` holds the rules for crates and the reason for each exception. What needs a
//! database that cannot be reached prints "not checked" and is never green.

mod cargo_deny;
mod npm;
mod outdated;
mod sbom;
mod tool;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::cargo::{list, metadata};
use crate::say;
use crate::stage::Stages;
use crate::workspace::Workspace;

pub use sbom::sbom;

/// Every check of the supply chain.
///
/// # Errors
/// Names what is not pinned, not allowed, or comes from elsewhere.
pub fn check(workspace: &Workspace, stages: &mut Stages) -> Result<()> {
    stages.run("supply chain: pins", || {
        refuse(
            &loose_crates(&metadata(workspace)?)?,
            "is not pinned with =",
        )
    })?;
    stages.run("supply chain: npm packages", || npm::check(workspace))?;
    stages.run("supply chain: outdated crates", || {
        let rules = outdated::rules(workspace)?;
        refuse(
            &outdated::without_reason(&rules)?,
            "is banned in .cargo/deny.toml without a dated reason that says what ends the exception",
        )?;
        refuse(
            &outdated::not_ignored(&rules, &metadata(workspace)?)?,
            "is not in advisories.ignore of .cargo/deny.toml",
        )
    })?;
    cargo_deny::check(workspace, stages)
}

/// Fails and names each one, if there is one.
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

#[cfg(test)]
mod tests {
    use keyhaven_proof::ProofRun;

    use super::*;

    #[test]
    fn promise_23_every_crate_is_pinned() {
        let mut proof = ProofRun::begin("promise_23_every_crate_is_pinned");
        let metadata = metadata(&Workspace::find().unwrap()).unwrap();
        assert_eq!(loose_crates(&metadata).unwrap(), Vec::<String>::new());
        proof.held(1);
    }

    #[test]
    fn promise_23_control_a_range_is_refused() {
        let mut proof = ProofRun::begin("promise_23_control_a_range_is_refused");
        let metadata = r#"{"packages":[{"name":"a","dependencies":[
            {"name":"pinned","req":"=1.0.0","source":"registry"},
            {"name":"loose","req":"^1.0","source":"registry"},
            {"name":"ours","req":"*","source":null}]}]}"#;
        assert_eq!(loose_crates(metadata).unwrap(), ["loose ^1.0 of a"]);
        proof.held(1);
    }
}
