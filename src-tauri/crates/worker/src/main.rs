//! `keyhaven-worker` as shipped: everything is in the library.

use std::process::ExitCode;

use keyhaven_secret::memory::WipingAllocator;
use keyhaven_worker::Network;

#[global_allocator]
static ALLOCATOR: WipingAllocator = WipingAllocator;

fn main() -> ExitCode {
    keyhaven_worker::main(|arguments| arguments.is_empty().then(Network::internet))
}
