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

mod advice;
mod command_line;
mod commands;
mod dates;
mod error;
mod folder;
mod format;
mod hidden_line;
#[cfg(test)]
mod hint_options;
mod json;
mod new_folder;
mod new_password;
mod notice;
mod options;
mod output;
mod problem;
mod progress;
mod prompt;
mod recovery_key;
mod repository;
mod session;
mod silence;
mod stdin;
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
use rustix::process::Signal;
use session::Context;

#[global_allocator]
static ALLOCATOR: WipingAllocator = WipingAllocator;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|panic| output::defect(panic.location())));
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let (context, outcome) = match command_line::parse(&arguments) {
        Ok(invocation) => {
            let context = Context::new(invocation.globals.clone(), command_line::definition);
            let outcome = invocation.run(&context);
            (context, outcome)
        }
        Err(failure) => {
            let globals = options::Globals::guessed(&arguments);
            let context = Context::new(globals, command_line::definition);
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
    if *failure == Failure::Interrupted {
        // What Ctrl-C does where it is not held back: a script ends as well. It returns only if
        // the signal is ignored.
        let _ = rustix::process::kill_current_process_group(Signal::INT);
    }
    ExitCode::from(failure.exit_status())
}
