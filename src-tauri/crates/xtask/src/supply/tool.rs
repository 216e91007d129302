//! Tools from the crate registry, in one exact version each, installed once below `target`.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::stage::Stages;
use crate::workspace::Workspace;

/// A program that the supply chain's commands need.
pub struct Tool {
    /// The crate and the program.
    pub name: &'static str,
    /// Its exact version.
    pub version: &'static str,
    /// The arguments that make it print its version.
    pub print_version: &'static [&'static str],
    /// The step that installs it.
    pub step: &'static str,
}

impl Tool {
    /// Finds that version on the path or below `target`, or installs it there.
    ///
    /// # Errors
    /// When it cannot be installed.
    pub fn find(&self, workspace: &Workspace, stages: &mut Stages) -> Result<PathBuf> {
        let folder = workspace.debug.with_file_name("tools");
        let installed = folder.join("bin").join(self.name);
        for program in [PathBuf::from(self.name), installed.clone()] {
            if self.is_right(&program) {
                return Ok(program);
            }
        }
        let mut install = workspace.cargo([
            "install",
            "--quiet",
            "--locked",
            &format!("{}@={}", self.name, self.version),
            "--no-default-features",
            "--root",
        ]);
        install.arg(&folder);
        stages.command(self.step, &mut install, "")?;
        Ok(installed)
    }

    fn is_right(&self, program: &Path) -> bool {
        let output = Command::new(program).args(self.print_version).output();
        output.is_ok_and(|output| {
            let text = String::from_utf8_lossy(&output.stdout);
            text.trim().ends_with(&format!(" {}", self.version))
        })
    }
}
