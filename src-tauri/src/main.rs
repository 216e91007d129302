//! `keyhaven`, the desktop window.

use std::process::ExitCode;

/// What was typed in a window is wiped when it is freed.
#[global_allocator]
static ALLOCATOR: keyhaven_secret::memory::WipingAllocator =
    keyhaven_secret::memory::WipingAllocator;

fn main() -> ExitCode {
    keyhaven_window::run()
}
