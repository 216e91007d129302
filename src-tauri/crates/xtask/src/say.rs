//! The only module that prints: requested text to stdout, everything else to stderr.
#![allow(clippy::print_stderr)]

use std::io::Write as _;

/// Prints text that was asked for, such as help.
pub fn text(text: &str) {
    // A reader such as `head` may close the pipe early.
    let _ = std::io::stdout().write_all(text.as_bytes());
}

/// Prints one line of progress.
pub fn line(line: &str) {
    eprintln!("{line}");
}

/// Announces a step.
pub fn step(name: &str) {
    eprintln!("\n==> {name}");
}

/// Prints an error with its causes, outermost first.
pub fn error(error: &anyhow::Error) {
    eprintln!("\nerror: {error}");
    for cause in error.chain().skip(1) {
        eprintln!("  because: {cause}");
    }
}
