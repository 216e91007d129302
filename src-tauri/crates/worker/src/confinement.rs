//! What the process renounces before it does anything: core dumps, being looked into, new
//! rights, files, and a life beyond that of the agent.

use std::io;

use rustix::process::{Resource, Rlimit, Signal, set_parent_process_death_signal, setrlimit};
use rustix::thread::set_no_new_privs;

use keyhaven_secret::process::harden;

/// The most bytes that it writes into a file: none. Pipes and sockets are no files.
const FILE_BYTES: u64 = 0;
/// The most descriptors: three pipes, a few sockets, the files of the resolver.
const DESCRIPTORS: u64 = 64;
/// The most seconds of a processor.
const PROCESSOR_SECONDS: u64 = 20;

/// Renounces them.
///
/// # Errors
/// The kernel refused.
pub fn confine() -> io::Result<()> {
    harden().map_err(io::Error::other)?;
    set_parent_process_death_signal(Some(Signal::KILL))?;
    set_no_new_privs(true)?;
    for (resource, most) in [
        (Resource::Fsize, FILE_BYTES),
        (Resource::Nofile, DESCRIPTORS),
        (Resource::Cpu, PROCESSOR_SECONDS),
    ] {
        let most = Some(most);
        let limit = Rlimit {
            current: most,
            maximum: most,
        };
        setrlimit(resource, limit)?;
    }
    Ok(())
}
