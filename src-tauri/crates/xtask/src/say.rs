//! The only place that prints. Everything goes to stderr but asked-for text.
#![allow(clippy::print_stderr, clippy::print_stdout)]

/// Prints text that was asked for, such as help.
pub fn text(text: &str) {
    print!("{text}");
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
