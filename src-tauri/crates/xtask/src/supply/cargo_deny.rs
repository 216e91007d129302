//! `cargo deny` with `.cargo/deny.toml`: licences, bans, sources, withdrawn versions, advisories.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use toml::Value;

use super::outdated;
use super::tool::Tool;
use crate::say;
use crate::stage::{Stages, succeed};
use crate::workspace::Workspace;

const CARGO_DENY: Tool = Tool {
    name: "cargo-deny",
    version: "0.20.2",
    print_version: &["--version"],
    step: "supply chain: cargo-deny, once",
};

/// Stands for the advisory database where that cannot be reached: `git` takes the
/// placeholder below instead.
const NO_DATABASE: &str = "https://advisories.invalid/none";
/// cargo-deny refuses a database without any advisory.
const PLACEHOLDER: &str = r#"```toml
[advisory]
id = "RUSTSEC-2000-0001"
package = "none"
date = "2000-01-01"

[versions]
patched = []
```

# No crate has this name
"#;

/// Runs its checks. Without the advisory database, versions that were withdrawn from the
/// registry ("yanked") are still found; advisories are then reported as not checked.
///
/// # Errors
/// When a check fails, or the tool cannot be installed or started.
pub fn check(workspace: &Workspace, stages: &mut Stages) -> Result<()> {
    let deny = CARGO_DENY.find(workspace, stages)?;
    stages.run("supply chain: licences, bans, sources", || {
        let mut command = locked(workspace, &deny);
        command.args(["--log-level", "error"]);
        command.args(["check", "licenses", "bans", "sources"]);
        succeed(
            &mut command,
            ".cargo/deny.toml lists what is allowed, and why",
        )
    })?;
    stages.run("supply chain: advisories and withdrawn versions", || {
        advisories(workspace, &deny)
    })
}

fn advisories(workspace: &Workspace, deny: &Path) -> Result<()> {
    let mut fetch = locked(workspace, deny);
    fetch
        .args(["fetch", "db"])
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let fetched = fetch.status().context("cannot start cargo-deny")?;
    let mut check = locked(workspace, deny);
    if !fetched.success() {
        say::line("    NOT CHECKED: the advisory database cannot be reached from here");
        without_database(workspace, &mut check)?;
    }
    check.args(["check", "advisories"]);
    succeed(
        &mut check,
        ".cargo/deny.toml can ignore one, with a reason and a date",
    )
}

/// Lets the check use the same rules with a database that says nothing.
fn without_database(workspace: &Workspace, check: &mut Command) -> Result<()> {
    let folder = workspace.debug.with_file_name("tools/no-advisories");
    let database = placeholder(&folder.join("repository"))?;
    let mut rules = outdated::rules(workspace)?;
    let advisories = rules.get_mut("advisories").and_then(Value::as_table_mut);
    let advisories = advisories.context("[advisories] in .cargo/deny.toml")?;
    let text = |text: String| Value::String(text);
    let cache = folder.join("database").display().to_string();
    advisories.insert("db-path".to_owned(), text(cache));
    let urls = vec![text(NO_DATABASE.to_owned())];
    advisories.insert("db-urls".to_owned(), Value::Array(urls));
    // An exception for an advisory that is not in the database would be a warning.
    advisories.insert("ignore".to_owned(), Value::Array(Vec::new()));
    let path = folder.join("deny.toml");
    fs::write(&path, rules.to_string()).context("cannot write the rules without a database")?;
    check
        .arg("--config")
        .arg(path)
        .env("GIT_CONFIG_COUNT", "1")
        .env(
            "GIT_CONFIG_KEY_0",
            format!("url.file://{}.insteadOf", database.display()),
        )
        .env("GIT_CONFIG_VALUE_0", NO_DATABASE);
    Ok(())
}

/// A repository with one advisory, about a crate that does not exist.
fn placeholder(repository: &Path) -> Result<PathBuf> {
    let advisories = repository.join("crates/none");
    fs::create_dir_all(&advisories).context("cannot create a database without advisories")?;
    fs::write(advisories.join("RUSTSEC-2000-0001.md"), PLACEHOLDER)
        .context("cannot write a database without advisories")?;
    let author = ["-c", "user.name=none", "-c", "user.email=none@localhost"];
    for arguments in [
        &["init", "--quiet", "--initial-branch=main"][..],
        &["add", "--all"],
        &["commit", "--quiet", "--allow-empty", "--message", "none"],
    ] {
        let mut git = Command::new("git");
        git.current_dir(repository).args(author).args(arguments);
        succeed(&mut git, "")?;
    }
    Ok(repository.to_path_buf())
}

fn locked(workspace: &Workspace, deny: &Path) -> Command {
    let mut command = Command::new(deny);
    command.current_dir(&workspace.root).arg("--locked");
    command
}
