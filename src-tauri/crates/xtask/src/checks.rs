//! The checks and the tests, quick ones first.
//!
//! Programs and tests are built in one Cargo call: two calls would resolve
//! features differently and compile much of the tree twice. Clippy and rustdoc share
//! the metadata of the dependencies with each other.

use anyhow::Result;

use crate::as_user;
use crate::docs;
use crate::failures::run_tests;
use crate::language;
use crate::setup;
use crate::stage::Stages;
use crate::supply;
use crate::workspace::Workspace;

/// Everything that CI runs.
///
/// # Errors
/// Names the first step that failed.
pub fn test(workspace: &Workspace, stages: &mut Stages) -> Result<()> {
    setup::for_tests(workspace, stages)?;
    format(workspace, stages)?;
    docs::check(workspace, stages)?;
    language(workspace, stages)?;
    supply::check(workspace, stages)?;
    front_end_checks(workspace, stages)?;
    front_end_views(workspace, stages)?;
    setup::build_front_end(workspace, stages)?;
    build(workspace, stages)?;
    lints(workspace, stages)?;
    stages.run("tests", || run_tests(&mut tests(workspace)?))
}

/// Builds, then runs the tests whose name contains `filter`.
///
/// # Errors
/// Names the first step that failed.
pub fn test_matching(workspace: &Workspace, stages: &mut Stages, filter: &str) -> Result<()> {
    setup::for_tests(workspace, stages)?;
    setup::build_front_end(workspace, stages)?;
    build(workspace, stages)?;
    let mut command = tests(workspace)?;
    command.arg(filter);
    stages.run("tests", || run_tests(&mut command))
}

/// Only the checks.
///
/// # Errors
/// Names the first step that failed.
pub fn check(workspace: &Workspace, stages: &mut Stages) -> Result<()> {
    setup::for_build(workspace, stages)?;
    format(workspace, stages)?;
    docs::check(workspace, stages)?;
    language(workspace, stages)?;
    supply::check(workspace, stages)?;
    front_end_checks(workspace, stages)?;
    setup::build_front_end(workspace, stages)?;
    lints(workspace, stages)?;
    for package in WITH_BINDINGS {
        let mut bindings = bindings(workspace, package);
        stages.command("bindings", &mut bindings, "run `cargo xtask generate`")?;
    }
    Ok(())
}

/// Formats and generates, then checks.
///
/// # Errors
/// Names the first step that failed.
pub fn fix(workspace: &Workspace, stages: &mut Stages) -> Result<()> {
    let mut format = workspace.cargo(["fmt", "--all"]);
    stages.command("formatting", &mut format, "")?;
    setup::for_build(workspace, stages)?;
    let mut front_end = workspace.npm(["run", "fix"]);
    stages.command("front end: formatting", &mut front_end, "")?;
    generate(workspace, stages)?;
    check(workspace, stages)
}

/// Writes every generated file.
///
/// # Errors
/// When a crate with page types does not build or a file cannot be written.
pub fn generate(workspace: &Workspace, stages: &mut Stages) -> Result<()> {
    for package in WITH_BINDINGS {
        let mut command = bindings(workspace, package);
        command.env("KEYHAVEN_WRITE_BINDINGS", "1");
        stages.command("writing the bindings", &mut command, "")?;
    }
    docs::write(workspace, stages)
}

/// The crates whose types the page sees. The window's name those of the protocol.
const WITH_BINDINGS: [&str; 2] = ["keyhaven-protocol", "keyhaven"];

fn bindings(workspace: &Workspace, package: &str) -> std::process::Command {
    workspace.cargo(["test", "--package", package, "--lib", "bindings"])
}

fn format(workspace: &Workspace, stages: &mut Stages) -> Result<()> {
    let mut command = workspace.cargo(["fmt", "--all", "--check"]);
    stages.command("formatting", &mut command, "run `cargo xtask check --fix`")
}

fn language(workspace: &Workspace, stages: &mut Stages) -> Result<()> {
    stages.run("language", || language::report(workspace, ""))
}

fn front_end_checks(workspace: &Workspace, stages: &mut Stages) -> Result<()> {
    let mut check = workspace.npm(["run", "check"]);
    stages.command("front end: types and lints", &mut check, "")?;
    let mut test = workspace.npm(["test"]);
    stages.command("front end: tests", &mut test, "")
}

/// Every view in a real browser: needs what [`setup::for_tests`] installs.
fn front_end_views(workspace: &Workspace, stages: &mut Stages) -> Result<()> {
    let mut views = workspace.npm(["run", "test:views"]);
    stages.command("front end: views", &mut views, "")
}

/// Programs and tests.
///
/// # Errors
/// When something does not build.
pub fn build(workspace: &Workspace, stages: &mut Stages) -> Result<()> {
    let mut command = workspace.cargo(["build", "--workspace", "--bins", "--tests"]);
    stages.command("programs and tests", &mut command, "")
}

fn lints(workspace: &Workspace, stages: &mut Stages) -> Result<()> {
    let arguments = [
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "--deny",
        "warnings",
    ];
    stages.command("clippy", &mut workspace.cargo(arguments), "")?;
    let mut docs = workspace.cargo(["doc", "--workspace", "--no-deps"]);
    docs.env("RUSTDOCFLAGS", "--deny warnings");
    stages.command("rustdoc", &mut docs, "")
}

/// Every test of the workspace, not yet started.
///
/// # Errors
/// When it is not known who runs this.
pub fn tests(workspace: &Workspace) -> Result<std::process::Command> {
    let mut command = workspace.cargo(["test", "--workspace", "--no-fail-fast"]);
    command.env("KEYHAVEN_BIN_DIR", &workspace.debug);
    as_user::prepare(workspace, &mut command)?;
    Ok(command)
}
