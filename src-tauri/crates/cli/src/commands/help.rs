//! `help` and `completions`, made from the parser's own definition.

use crate::command_line::{self, CompletionsArgs, HelpArgs};
use crate::error::Failure;
use crate::session::Context;

/// `kh help`
pub fn help(context: &Context, arguments: HelpArgs) -> Result<(), Failure> {
    let Some(topic) = arguments.topic else {
        return context.printer.out(
            command_line::definition()
                .render_help()
                .to_string()
                .as_bytes(),
        );
    };
    if let Some(text) = command_line::topic(&topic) {
        return context.printer.out(text.as_bytes());
    }
    match command_line::command_help(&topic) {
        Some(text) => context.printer.out(text.as_bytes()),
        None => Err(Failure::usage(
            format!("there is no help about {topic}"),
            "topics: exit-codes, references, directory-file, files, and every command",
        )),
    }
}

/// `kh completions`
pub fn completions(context: &Context, arguments: CompletionsArgs) -> Result<(), Failure> {
    let mut kh = command_line::definition();
    kh.build();
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut kh, "kh", &mut script);
    context.printer.out(&script)
}
