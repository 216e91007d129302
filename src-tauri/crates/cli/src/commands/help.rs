//! `kh help`: the overview, a command, or a topic.

use std::fmt::Write as _;

use clap::{Args, Command};
use keyhaven_exchange::Catalogue;

use crate::error::Failure;
use crate::problem::CliProblem;
use crate::session::Context;

/// Show help on a command or a topic
///
/// Example:
///   kh help exit-codes
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct HelpArgs {
    /// A command with its action, or a topic: exit-codes, references,
    /// project-file, files, mask, providers
    #[arg(value_name = "TOPIC")]
    topic: Vec<String>,
}

/// `kh help`
pub fn help(context: &Context, arguments: HelpArgs) -> Result<(), Failure> {
    let mut kh = (context.definition)();
    let text = match arguments.topic.as_slice() {
        [] => kh.render_help().to_string(),
        [one] if one == "providers" => providers(),
        words => match words.first().and_then(|name| topic(name)) {
            Some(text) if words.len() == 1 => text.into(),
            _ => command_help(&mut kh, words)?,
        },
    };
    context.printer.out(text.as_bytes())
}

/// The help of a command, or of one of its actions.
fn command_help(kh: &mut Command, words: &[String]) -> Result<String, Failure> {
    kh.build();
    let mut command = kh;
    for (at, word) in words.iter().enumerate() {
        command = command.find_subcommand_mut(word).ok_or_else(|| {
            let topic = words[..=at].join(" ");
            CliProblem::NoHelpTopic { topic }
        })?;
    }
    Ok(command.render_help().to_string())
}

/// The services that are known, for `--provider`.
fn providers() -> String {
    let mut text = String::from("Providers, as --provider takes them:\n\n");
    let known = Catalogue::builtin().providers();
    let width = known.iter().map(|one| one.id.len()).max().unwrap_or(0);
    for provider in known {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {:width$}  {}", provider.id, provider.name);
    }
    text
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
        "mask" | "masking" => Some(include_str!("help/mask.txt")),
        "files" | "file" => Some(include_str!("help/files.txt")),
        _ => None,
    }
}
