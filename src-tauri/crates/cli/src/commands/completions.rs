//! `kh completions`: made from the definitions of the commands.

use clap::Args;

use crate::error::Failure;
use crate::session::Context;

/// Print completions for a shell
///
/// Example:
///   kh completions bash > ~/.local/share/bash-completion/completions/kh
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct CompletionsArgs {
    /// The shell
    shell: clap_complete::Shell,
}

/// `kh completions`
pub fn completions(context: &Context, arguments: CompletionsArgs) -> Result<(), Failure> {
    let mut kh = (context.definition)();
    kh.build();
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut kh, "kh", &mut script);
    context.printer.out(&script)
}
