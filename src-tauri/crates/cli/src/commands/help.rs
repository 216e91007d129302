//! `kh help`: the overview, a command, or a topic.

use clap::Args;

use crate::command_line;
use crate::error::Failure;
use crate::session::Context;

/// Show help on a command or a topic
///
/// Example:
///   kh help exit-codes
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct HelpArgs {
    /// A command, or a topic: exit-codes, references, project-file, files
    #[arg(value_name = "TOPIC")]
    topic: Option<String>,
}

/// `kh help`
pub fn help(context: &Context, arguments: HelpArgs) -> Result<(), Failure> {
    let Some(name) = arguments.topic else {
        return context.printer.out(
            command_line::definition()
                .render_help()
                .to_string()
                .as_bytes(),
        );
    };
    if let Some(text) = topic(&name) {
        return context.printer.out(text.as_bytes());
    }
    match command_line::command_help(&name) {
        Some(text) => context.printer.out(text.as_bytes()),
        None => Err(Failure::usage(
            format!("there is no help about {name}"),
            "topics: exit-codes, references, project-file, files, and every command",
        )),
    }
}

/// The text of a topic.
fn topic(name: &str) -> Option<&'static str> {
    match name {
        "exit-codes" | "exit-code" | "exit-status" | "exit" => {
            Some(include_str!("help/exit-codes.txt"))
        }
        "references" | "reference" | "ref" => Some(include_str!("help/references.txt")),
        "project-file" | "directory-file" | "directory" | ".keyhaven.toml" => {
            Some(include_str!("help/project-file.txt"))
        }
        "files" | "file" => Some(include_str!("help/files.txt")),
        _ => None,
    }
}
