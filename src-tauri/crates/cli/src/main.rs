//! `kh`: arguments in, text or JSON out.
//!
//! Each module of [`commands`] has one subject; `output` is the only one that writes to
//! stdout and stderr, [`prompt`] the only one that talks to the terminal. Values go from the
//! agent to the child or to stdout and nowhere else.
// The doc comments of arguments are help texts, which clap prints as they are.
#![allow(
    rustdoc::bare_urls,
    rustdoc::invalid_html_tags,
    rustdoc::broken_intra_doc_links
)]

mod command_line;
mod commands;
mod dates;
mod error;
mod format;
mod options;
mod output;
mod progress;
mod prompt;
mod recovery_key;
mod session;
mod style;
mod table;
mod target;
mod texts;
mod value_parsers;

use std::ffi::OsString;
use std::process::ExitCode;

use error::Failure;
use keyhaven_secret::memory::WipingAllocator;
use output::Printer;
use session::Context;

#[global_allocator]
static ALLOCATOR: WipingAllocator = WipingAllocator;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|panic| output::defect(panic.location())));
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let (context, outcome) = match command_line::parse(&arguments) {
        Ok(invocation) => {
            let context = Context::new(invocation.globals.clone());
            let outcome = invocation.run(&context);
            (context, outcome)
        }
        Err(failure) => {
            let context = Context::new(options::Globals::guessed(&arguments));
            (context, Err(failure))
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => end(&context.printer, &failure),
    }
}

fn end(printer: &Printer, failure: &Failure) -> ExitCode {
    printer.failure(failure);
    ExitCode::from(failure.exit_status())
}
