//! `--file`, `--fifo` and `--memfd`: keys for programs that want a path.
//!
//! The agent makes the first two and removes them when the program has ended. A memory file is
//! made here, and stays open through `exec`.

use std::os::fd::{AsRawFd as _, OwnedFd};

use clap::Args;
use keyhaven_protocol::request::{Assignment, FileKind, WantedFile};
use keyhaven_protocol::view::FieldKind;
use keyhaven_runner::InjectedVariable;
use keyhaven_secret::SecretBytes;
use rustix::fs::{MemfdFlags, Mode, SealFlags};
use rustix::io::Errno;

use super::order::{LaunchOrder, written};
use super::resolve::{ResolvedLaunch, ValuePart};
use crate::error::Failure;
use crate::problem::SystemPart;
use crate::value_parsers::assignment;

/// Keys that a program gets as files; each replaces the key's own variable.
#[derive(Debug, Args)]
pub struct FileArgs {
    /// Give REF as a private file in memory, with its path in VAR (can be repeated)
    #[arg(long, value_name = "VAR=REF", value_parser = assignment)]
    pub file: Vec<Assignment>,
    /// Give REF as a pipe that can be read once (can be repeated)
    #[arg(long, value_name = "VAR=REF", value_parser = assignment)]
    pub fifo: Vec<Assignment>,
    /// Give REF as a descriptor, /proc/PID/fd/N (can be repeated)
    #[arg(long, value_name = "VAR=REF", value_parser = assignment)]
    pub memfd: Vec<Assignment>,
}

impl LaunchOrder {
    /// Asks for files too.
    pub fn give(&mut self, arguments: &FileArgs) -> Result<(), Failure> {
        let named = |one: &Assignment| {
            Ok::<_, Failure>(Assignment {
                variable: one.variable.clone(),
                text: written(&one.text)?,
            })
        };
        for (list, kind) in [
            (&arguments.file, FileKind::File),
            (&arguments.fifo, FileKind::Fifo),
        ] {
            for one in list {
                let given = named(one)?;
                self.files.push(WantedFile { given, kind });
            }
        }
        for one in &arguments.memfd {
            self.choice.renamed.push(named(one)?);
            self.replaced.push(one.variable.clone());
        }
        Ok(())
    }
}

impl ResolvedLaunch {
    /// Puts values into memory files; their variables get the paths. With a parent, the id of the
    /// program is not known yet: only those find the file that inherit it.
    pub fn put_into_memory(
        &mut self,
        injected: &mut [InjectedVariable],
        arguments: &FileArgs,
        has_parent: bool,
    ) -> Result<(), Failure> {
        for one in &arguments.memfd {
            let variable = injected
                .iter_mut()
                .find(|variable| variable.name == one.variable)
                .ok_or_else(|| Failure::defect("the variable of a memory file is missing"))?;
            let memory = match memory(&variable.value) {
                Ok(memory) => memory,
                Err(error) => {
                    self.never_started();
                    return Err(Failure::system(SystemPart::MemoryFile, &error.into()));
                }
            };
            let number = memory.as_raw_fd();
            let path = match has_parent {
                false => format!("/proc/{}/fd/{number}", std::process::id()),
                true => format!("/proc/self/fd/{number}"),
            };
            let path = SecretBytes::copy_of(path.as_bytes());
            let value = std::mem::replace(&mut variable.value, path);
            self.memory.push(memory);
            // What is masked is the value, not the path.
            let kind = match self.not_secret.contains(&variable.name) {
                true => FieldKind::Plain,
                false => FieldKind::Secret,
            };
            let of_it = self
                .ordinary
                .iter()
                .position(|(name, _)| *name == variable.name);
            let ordinary = of_it.map(|at| self.ordinary.swap_remove(at).1);
            self.parts.push(ValuePart {
                value,
                kind,
                ordinary,
            });
            self.not_secret.push(variable.name.clone());
        }
        Ok(())
    }
}

/// A file that is nowhere else, and that nobody can change any more.
fn memory(value: &SecretBytes) -> rustix::io::Result<OwnedFd> {
    let memory = made()?;
    // Exposed because this is where a value becomes the program's.
    let mut rest = value.expose().as_slice();
    while !rest.is_empty() {
        let written = rustix::io::retry_on_intr(|| rustix::io::write(&memory, rest))?;
        rest = &rest[written..];
    }
    rustix::fs::fchmod(&memory, Mode::RUSR)?;
    let seals = SealFlags::WRITE | SealFlags::GROW | SealFlags::SHRINK | SealFlags::SEAL;
    rustix::fs::fcntl_add_seals(&memory, seals)?;
    Ok(memory)
}

/// Nobody makes a program of it; where the kernel cannot promise that (before Linux 6.3), its
/// mode alone says so.
fn made() -> rustix::io::Result<OwnedFd> {
    let made = rustix::fs::memfd_create("kh", MemfdFlags::NOEXEC_SEAL);
    match made {
        Err(Errno::INVAL) => rustix::fs::memfd_create("kh", MemfdFlags::ALLOW_SEALING),
        made => made,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_in_memory_is_never_changed_and_never_a_program() {
        let memory = memory(&SecretBytes::copy_of(b"a key")).unwrap();
        assert!(rustix::io::write(&memory, b"more").is_err());
        assert!(rustix::fs::ftruncate(&memory, 0).is_err());
        let mode = rustix::fs::fstat(&memory).unwrap().st_mode;
        assert_eq!(mode & 0o7777, 0o400);
        // What the kernel has to offer is taken.
        let offers = rustix::fs::memfd_create("other", MemfdFlags::NOEXEC_SEAL).is_ok();
        let executable = rustix::fs::fchmod(&memory, Mode::RUSR | Mode::XUSR);
        assert_eq!(executable.is_err(), offers);
    }
}
