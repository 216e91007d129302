//! `help` and `completions`, made from the parser's own definition.

use crate::args::{self, CompletionsArgs, HelpArgs};
use crate::failure::Failure;
use crate::session::Context;

/// `kh help`
pub fn help(context: &Context, arguments: HelpArgs) -> Result<(), Failure> {
    let Some(topic) = arguments.topic else {
        return context
            .printer
            .out(args::definition().render_help().to_string().as_bytes());
    };
    if let Some(text) = args::topic(&topic) {
        return context.printer.out(text.as_bytes());
    }
    match args::command_help(&topic) {
        Some(text) => context.printer.out(text.as_bytes()),
        None => Err(Failure::usage(
            format!("there is no help about {topic}"),
            "topics: exit-codes, references, directory-file, files, and every command",
        )),
    }
}

/// `kh completions`
pub fn completions(context: &Context, arguments: CompletionsArgs) -> Result<(), Failure> {
    let mut kh = args::definition();
    kh.build();
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut kh, "kh", &mut script);
    context.printer.out(&script)
}
