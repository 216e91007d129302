//! The crates that are known to be unmaintained or superseded: entries of `bans.deny` in
//! `.cargo/deny.toml`. `cargo deny` lets only the dependents named there use them; this module
//! checks that each entry says since when, why, and what ends the exception, and that what we
//! use ourselves is in `advisories.ignore`: `cargo deny` refuses that as soon as the database of
//! advisories can be reached, which is not everywhere.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use serde_json::Value;
use toml::Table;

use crate::cargo::list;
use crate::workspace::Workspace;

/// How the number of an advisory begins, and its whole length.
const ADVISORY: (&str, usize) = ("RUSTSEC-", "RUSTSEC-2024-0417".len());

/// The rules of `.cargo/deny.toml`.
///
/// # Errors
/// When the file cannot be read.
pub fn rules(workspace: &Workspace) -> Result<Table> {
    let path = workspace.root.join(".cargo/deny.toml");
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("cannot read {}", path.display()))?;
    text.parse().context(".cargo/deny.toml")
}

/// The banned crates whose reason is not `YYYY-MM-DD: why; ends when ...`.
///
/// # Errors
/// When the list is missing.
pub fn without_reason(rules: &Table) -> Result<Vec<String>> {
    let banned = entries(rules, "bans", "deny")?.iter();
    Ok(banned
        .filter(|entry| !is_whole(text(entry, "reason")))
        .map(|entry| text(entry, "crate").to_owned())
        .collect())
}

/// The advisories about crates that ours depend on directly, as the list of bans names them,
/// which are not ignored.
///
/// # Errors
/// When a list is missing, or what `cargo metadata` prints cannot be read.
pub fn not_ignored(rules: &Table, metadata: &str) -> Result<Vec<String>> {
    let direct = direct_dependencies(metadata)?;
    let ignored = entries(rules, "advisories", "ignore")?.iter();
    let ignored: BTreeSet<&str> = ignored.map(|entry| text(entry, "id")).collect();
    let mut missing = Vec::new();
    for entry in entries(rules, "bans", "deny")? {
        let banned = text(entry, "crate");
        let name = banned.split('@').next().unwrap_or(banned);
        if !direct.contains(name) {
            continue;
        }
        let named = advisories(text(entry, "reason"));
        let named = named.filter(|id| !ignored.contains(id));
        missing.extend(named.map(|id| format!("{id} about {name}")));
    }
    Ok(missing)
}

fn entries<'r>(rules: &'r Table, part: &str, list: &str) -> Result<&'r Vec<toml::Value>> {
    let found = rules.get(part).and_then(|part| part.get(list));
    let found = found.and_then(toml::Value::as_array);
    found.with_context(|| format!("{part}.{list} in .cargo/deny.toml"))
}

fn text<'e>(entry: &'e toml::Value, key: &str) -> &'e str {
    let value = entry.get(key).and_then(toml::Value::as_str);
    value.unwrap_or_default()
}

/// What our crates name in their manifests.
fn direct_dependencies(metadata: &str) -> Result<BTreeSet<String>> {
    let metadata: Value = serde_json::from_str(metadata).context("what `cargo metadata` prints")?;
    let ours = list(&metadata, "packages");
    let used = ours.flat_map(|package| list(package, "dependencies"));
    Ok(used
        .filter_map(|used| used["name"].as_str().map(str::to_owned))
        .collect())
}

/// The numbers of the advisories in a text.
fn advisories(text: &str) -> impl Iterator<Item = &str> {
    let (begins, length) = ADVISORY;
    let found = text.match_indices(begins);
    found.filter_map(move |(at, _)| text.get(at..at + length))
}

/// Whether a reason has a day, a cause, and what ends the exception.
fn is_whole(reason: &str) -> bool {
    let Some((day, why)) = reason.split_once(": ") else {
        return false;
    };
    let dated = day.len() == 10
        && day.bytes().enumerate().all(|(place, byte)| match place {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    dated && why.contains("; ends when ")
}

#[cfg(test)]
mod tests {
    use keyhaven_proof::ProofRun;

    use super::*;
    use crate::cargo::metadata;

    #[test]
    fn promise_23_every_outdated_crate_has_a_reason() {
        let mut proof = ProofRun::begin("promise_23_every_outdated_crate_has_a_reason");
        let rules = rules(&Workspace::find().unwrap()).unwrap();
        assert_eq!(without_reason(&rules).unwrap(), Vec::<String>::new());
        proof.held(rules["bans"]["deny"].as_array().unwrap().len());
    }

    #[test]
    fn promise_23_every_advisory_about_a_direct_dependency_is_ignored_for_a_reason() {
        let mut proof = ProofRun::begin(
            "promise_23_every_advisory_about_a_direct_dependency_is_ignored_for_a_reason",
        );
        let workspace = Workspace::find().unwrap();
        let (rules, metadata) = (rules(&workspace).unwrap(), metadata(&workspace).unwrap());
        let missing = not_ignored(&rules, &metadata).unwrap();
        assert_eq!(missing, Vec::<String>::new());
        proof.held(entries(&rules, "advisories", "ignore").unwrap().len());
    }

    #[test]
    fn promise_23_control_an_advisory_that_is_not_ignored_is_named() {
        let mut proof =
            ProofRun::begin("promise_23_control_an_advisory_that_is_not_ignored_is_named");
        let rules: Table = r#"
            [bans]
            deny = [
                { crate = "known@1", reason = "unmaintained (RUSTSEC-2024-0001)" },
                { crate = "new", reason = "unsound (RUSTSEC-2024-0002), old (RUSTSEC-2024-0003)" },
                { crate = "far", reason = "unmaintained (RUSTSEC-2024-0004)" },
                { crate = "old", reason = "superseded" },
            ]
            [advisories]
            ignore = [{ id = "RUSTSEC-2024-0001" }, { id = "RUSTSEC-2024-0003" }]"#
            .parse()
            .unwrap();
        let metadata = r#"{"packages":[
            {"name":"a","dependencies":[{"name":"known"},{"name":"old"}]},
            {"name":"b","dependencies":[{"name":"new"}]}]}"#;
        let missing = not_ignored(&rules, metadata).unwrap();
        assert_eq!(missing, ["RUSTSEC-2024-0002 about new"]);
        proof.held(4);
    }

    #[test]
    fn promise_23_control_an_outdated_crate_without_a_whole_reason_is_refused() {
        let mut proof = ProofRun::begin(
            "promise_23_control_an_outdated_crate_without_a_whole_reason_is_refused",
        );
        let rules: Table = r#"
            [bans]
            deny = [
                { crate = "whole", reason = "2026-01-02: superseded; ends when a uses b" },
                { crate = "none" },
                { crate = "undated", reason = "superseded; ends when a uses b" },
                { crate = "endless", reason = "2026-01-02: superseded" },
            ]"#
        .parse()
        .unwrap();
        assert_eq!(
            without_reason(&rules).unwrap(),
            ["none", "undated", "endless"]
        );
        proof.held(4);
    }
}
