//! `kh deny`: no trust in a file.

use std::path::PathBuf;

use clap::Args;
use keyhaven_protocol::request::DistrustRequest;

use super::allow::{folder_of_project_file, found, found_in};
use crate::error::Failure;
use crate::output::escaped;
use crate::session::Context;
use crate::target::path_text;

/// Stop trusting the project file or a template
///
/// Example:
///   kh deny
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct DenyArgs {
    /// A template for kh inject, or another folder or its project file
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

/// `kh deny`
pub fn deny(context: &Context, arguments: DenyArgs) -> Result<(), Failure> {
    let path = match &arguments.file {
        None => found()?.path_text(),
        Some(file) => match folder_of_project_file(file) {
            Some(folder) => found_in(file, &folder)?.path_text(),
            None => {
                let file = std::fs::canonicalize(file)
                    .map_err(|error| Failure::io(file.display(), &error))?;
                path_text(&file)?
            }
        },
    };
    let request = DistrustRequest { path: path.clone() };
    context.unlocked()?.ask(request)?;
    if context.printer.json {
        return context
            .printer
            .document(&serde_json::json!({ "path": path }));
    }
    context
        .printer
        .done(&format!("{} is not trusted.", escaped(&path)))
}
