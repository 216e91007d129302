//! `keyhaven-agent` as shipped: everything is in the library.

use std::process::ExitCode;
use std::sync::Arc;

use keyhaven_agent::cli::{self, ProgramOptions};
use keyhaven_agent::clock::SystemClock;
use keyhaven_secret::memory::WipingAllocator;
use keyhaven_vault::KdfPolicy;

#[global_allocator]
static ALLOCATOR: WipingAllocator = WipingAllocator;

fn main() -> ExitCode {
    cli::main(|| ProgramOptions {
        kdf: KdfPolicy::shipped(),
        clock: Arc::new(SystemClock),
        system_bus: None,
        worker_arguments: Vec::new(),
    })
}
