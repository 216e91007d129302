//! `cargo xtask bench`: the shipped programs in release, measured against
//! floors in the same run.

use anyhow::Result;

use crate::release;
use crate::setup;
use crate::stage::Stages;
use crate::workspace::Workspace;

/// Builds in release and runs the benchmark program of the tests crate: the figures whose
/// name contains `name`.
///
/// # Errors
/// Names the first step that failed.
pub fn bench(workspace: &Workspace, stages: &mut Stages, name: &str) -> Result<()> {
    setup::for_tests(workspace, stages)?;
    setup::build_front_end(workspace, stages)?;
    let what = ["--workspace", "--bins", "--example", "empty-window"];
    release::build(workspace, stages, &what)?;
    if ["", "filter"].contains(&name) {
        // The views' tests check the filter's time only with this variable.
        let mut filter = workspace.npm(["run", "test:views", "--", "-t", "10,000"]);
        filter.env("KEYHAVEN_BENCH", "1");
        let what = "filter over 10,000 keys: 16 ms a key press";
        stages.command(what, &mut filter, "")?;
    }
    if name == "filter" {
        return Ok(());
    }
    let mut bench = std::process::Command::new(workspace.release().join("bench"));
    bench.arg(name).env("KEYHAVEN_BIN_DIR", workspace.release());
    stages.command("benchmarks", &mut bench, "")
}
