//! `cargo xtask fuzz`: the parsers under LLVM's libFuzzer, which mutates inputs
//! towards code that was not reached yet.
//!
//! Only the workspace's own crates are rebuilt for it, with counters at each branch: xtask is
//! the compiler wrapper that adds the arguments. That needs no nightly compiler. A sanitizer
//! would, and has nothing to look for in code without `unsafe`.

use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::say;
use crate::setup;
use crate::stage::Stages;
use crate::workspace::Workspace;

/// Set when Cargo started this process in place of the compiler.
const WRAPPING: &str = "KEYHAVEN_XTASK_COVERS";

/// The arguments that `cargo fuzz` passes, without its sanitizer.
const COVERAGE: [&str; 5] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
];

/// Crates whose parsers are fuzzed. They are optimised, since they run a million times.
const CRATES: [&str; 6] = [
    "keyhaven-vault",
    "keyhaven-protocol",
    "keyhaven-exchange",
    "keyhaven-catalogue",
    "keyhaven-secret",
    "keyhaven-fuzz",
];

/// Becomes the compiler with more arguments when Cargo started xtask as its wrapper; otherwise
/// does nothing.
///
/// # Errors
/// When the compiler cannot be started.
pub fn wrap_compiler(arguments: &[&str]) -> Result<()> {
    if std::env::var_os(WRAPPING).is_none() {
        return Ok(());
    }
    let (compiler, rest) = arguments.split_first().context("no compiler named")?;
    let mut command = Command::new(compiler);
    command.args(rest);
    // Cargo also queries the compiler, with a crate named `___`.
    let name = rest.iter().position(|argument| *argument == "--crate-name");
    if name.is_some_and(|at| rest.get(at + 1) != Some(&"___")) {
        command.args(COVERAGE);
    }
    Err(command.exec()).context("cannot start the compiler")
}

/// Runs one target (or each in turn) for `seconds`, starting from its corpus. Inputs that reach
/// new code, and those that crash, are written to `target/fuzz`.
///
/// # Errors
/// When the fuzzer does not build, there is no such target, or a target crashed.
pub fn fuzz(workspace: &Workspace, stages: &mut Stages, target: &str, seconds: &str) -> Result<()> {
    let seconds: u32 = seconds.parse().context("SECONDS is a number")?;
    let corpora = workspace.root.join("src-tauri/crates/fuzz/corpus");
    let mut targets = Vec::new();
    for entry in std::fs::read_dir(&corpora).context("the corpus")? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if target.is_empty() || name == target {
            targets.push(name);
        }
    }
    targets.sort();
    if targets.is_empty() {
        bail!("no target is called \"{target}\"");
    }
    setup::for_build(workspace, stages)?;
    stages.command("fuzzer", &mut build(workspace)?, "")?;
    stages.run("fuzzing", || {
        for name in &targets {
            say::step(name);
            run(workspace, &corpora.join(name), name, seconds)?;
        }
        Ok(())
    })
}

fn build(workspace: &Workspace) -> Result<Command> {
    let mut build = workspace.cargo([
        "build",
        "--package",
        "keyhaven-fuzz",
        "--features",
        "libfuzzer",
        "--bin",
        "fuzz",
    ]);
    for name in CRATES {
        build.arg("--config");
        build.arg(format!("profile.dev.package.{name}.opt-level=2"));
    }
    let own = std::env::current_exe().context("cannot find the path of xtask")?;
    build.env("RUSTC_WORKSPACE_WRAPPER", own).env(WRAPPING, "1");
    Ok(build)
}

fn run(workspace: &Workspace, corpus: &Path, name: &str, seconds: u32) -> Result<()> {
    let found = workspace.debug.with_file_name("fuzz").join(name);
    std::fs::create_dir_all(&found).with_context(|| format!("cannot make {}", found.display()))?;
    let status = Command::new(workspace.debug.join("fuzz"))
        .arg(&found)
        .arg(corpus)
        .arg(format!("-max_total_time={seconds}"))
        .arg("-max_len=8192")
        .arg("-timeout=10")
        .arg("-rss_limit_mb=1024")
        .arg("-print_final_stats=1")
        .arg("-verbosity=0")
        .arg(format!("-artifact_prefix={}/", found.display()))
        .env("KEYHAVEN_FUZZ_TARGET", name)
        .status()
        .context("cannot start the fuzzer")?;
    if !status.success() {
        bail!(
            "{name} crashed; the input is named above. Fix the crash and add the input to {}",
            corpus.display()
        );
    }
    Ok(())
}
