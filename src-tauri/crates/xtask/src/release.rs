//! The programs in release, as they are installed and measured.

use anyhow::Result;

use crate::stage::Stages;
use crate::workspace::Workspace;

/// Builds what `arguments` choose, and then `kh` by itself. Cargo gives programs that are built
/// together one copy of each library, with all that any of them asks of it: `kh` would have the
/// Unicode tables that the window and the agent ask of regular expressions, and begin more slowly
/// at each launch.
///
/// # Errors
/// When something does not compile.
pub fn build(workspace: &Workspace, stages: &mut Stages, arguments: &[&str]) -> Result<()> {
    let release = ["build", "--release"];
    let mut all = workspace.cargo(release.iter().chain(arguments));
    stages.command("programs, in release", &mut all, "")?;
    let mut kh = workspace.cargo(release.iter().chain(&["--package", "keyhaven-cli"]));
    stages.command("kh, in release", &mut kh, "")
}
