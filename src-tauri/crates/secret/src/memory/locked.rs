//! Locks memory: keys and passwords on separate pages, kept out of swap where the
//! limit on locked memory allows.
//!
//! Invariants of the `unsafe` code here: [`Pages`] owns whole pages of an anonymous mapping
//! that no other code points to, that has the recorded length, and that is
//! unmapped exactly once, on drop.
//!
//! Where it ends: locked pages stay out of swap, not out of a hibernation image.

use std::alloc::{Layout, handle_alloc_error};
use std::ffi::c_void;
use std::fmt;
use std::ptr::{self, NonNull};

use rustix::mm::{Advice, MapFlags, ProtFlags};
use subtle::ConstantTimeEq as _;

use super::wipe;
use crate::value::{Exposed, SecretBytes};

/// A symmetric key.
pub type Key = LockedArray<32>;

/// Whether pages are kept out of swap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockState {
    /// The kernel has locked them.
    Locked,
    /// The limit on locked memory (`RLIMIT_MEMLOCK`), or a right, did not allow it.
    NotLocked,
}

/// What this process has locked into memory, in KiB, as the kernel counts it (`VmLck`);
/// none where `/proc` does not tell.
#[must_use]
pub fn locked_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmLck:"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Zeroed pages: locked where the limit allows, absent from core dumps and from forked
/// children, wiped on drop.
struct Pages {
    start: NonNull<u8>,
    mapped: usize,
    state: LockState,
}

// SAFETY: they are owned by this alone; nothing in them is bound to a thread.
unsafe impl Send for Pages {}
// SAFETY: shared access only reads.
unsafe impl Sync for Pages {}

impl Pages {
    /// Room for so many bytes. Ends the process where the system has no memory, as every
    /// other allocation does.
    fn zeroed(size: usize) -> Self {
        let mapped = size.max(1).next_multiple_of(rustix::param::page_size());
        // SAFETY: a fresh private anonymous mapping at an address the kernel chooses.
        let block = unsafe {
            rustix::mm::mmap_anonymous(
                ptr::null_mut(),
                mapped,
                ProtFlags::READ | ProtFlags::WRITE,
                MapFlags::PRIVATE,
            )
        };
        let start = block
            .ok()
            .and_then(|block| NonNull::new(block.cast::<u8>()));
        let Some(start) = start else {
            handle_alloc_error(Layout::new::<Self>());
        };
        let block: *mut c_void = start.as_ptr().cast();
        // SAFETY: the pages were just mapped. Refused advice leaves only dumps and forks,
        // which the process forbids by other means as well.
        let state = unsafe {
            let _ = rustix::mm::madvise(block, mapped, Advice::LinuxDontDump);
            let _ = rustix::mm::madvise(block, mapped, Advice::LinuxWipeOnFork);
            match rustix::mm::mlock(block, mapped) {
                Ok(()) => LockState::Locked,
                Err(_) => LockState::NotLocked,
            }
        };
        Self {
            start,
            mapped,
            state,
        }
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        let block: *mut c_void = self.start.as_ptr().cast();
        // SAFETY: the pages are ours, mapped once with this length and unmapped here only.
        unsafe {
            wipe(self.start.as_ptr(), self.mapped);
            let _ = rustix::mm::munlock(block, self.mapped);
            let _ = rustix::mm::munmap(block, self.mapped);
        }
    }
}

/// A value of fixed size on its own locked pages. For keys: they are created in place and
/// never moved out.
pub struct LockedArray<const N: usize>(Pages);

impl<const N: usize> LockedArray<N> {
    /// Zeroed, to be filled in place; locked if it may be.
    #[must_use]
    pub fn zeroed() -> Self {
        Self(Pages::zeroed(N))
    }

    /// Filled in place.
    #[must_use]
    pub fn filled(fill: impl FnOnce(&mut [u8; N])) -> Self {
        let mut value = Self::zeroed();
        fill(value.expose_mut());
        value
    }

    /// Whether the kernel keeps it out of swap.
    #[must_use]
    pub fn state(&self) -> LockState {
        self.0.state
    }

    /// The value. Say at the call why it must be seen.
    #[must_use]
    pub fn expose(&self) -> &[u8; N] {
        // SAFETY: at least N bytes are mapped as long as `self` lives, aligned to a page.
        unsafe { self.0.start.cast().as_ref() }
    }

    /// The value, to be filled in place.
    pub fn expose_mut(&mut self) -> &mut [u8; N] {
        // SAFETY: as above; `&mut self` makes the access the only one.
        unsafe { self.0.start.cast().as_mut() }
    }
}

impl<const N: usize> Exposed for LockedArray<N> {
    fn exposed_bytes(&self) -> &[u8] {
        self.expose()
    }
}

impl<const N: usize> fmt::Debug for LockedArray<N> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("LockedArray(…)")
    }
}

impl<const N: usize> PartialEq for LockedArray<N> {
    fn eq(&self, other: &Self) -> bool {
        // Compared in constant time.
        self.expose().ct_eq(other.expose()).into()
    }
}

impl<const N: usize> Eq for LockedArray<N> {}

/// Bytes of any length on their own locked pages: a password while it is used.
pub struct LockedBytes {
    pages: Pages,
    length: usize,
}

impl LockedBytes {
    /// The bytes. Say at the call why they must be seen.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        // SAFETY: `length` bytes are mapped as long as `self` lives, and initialised: zeroed
        // by the kernel, and filled once, before anybody else saw them.
        unsafe { std::slice::from_raw_parts(self.pages.start.as_ptr(), self.length) }
    }
}

impl From<SecretBytes> for LockedBytes {
    /// Takes the bytes over; where they were is wiped.
    fn from(bytes: SecretBytes) -> Self {
        // Exposed to be moved to where they cannot be swapped out.
        let source = bytes.expose();
        let pages = Pages::zeroed(source.len());
        // SAFETY: fresh pages of at least that length, which nobody else knows.
        unsafe {
            ptr::copy_nonoverlapping(source.as_ptr(), pages.start.as_ptr(), source.len());
        }
        Self {
            pages,
            length: source.len(),
        }
    }
}

impl Exposed for LockedBytes {
    fn exposed_bytes(&self) -> &[u8] {
        self.expose()
    }
}

impl fmt::Debug for LockedBytes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("LockedBytes(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The flags of the mapping that holds an address, as the kernel shows them.
    fn flags(pages: &Pages) -> String {
        let address = pages.start.as_ptr() as usize;
        let maps = std::fs::read_to_string("/proc/self/smaps").unwrap();
        let holds = |line: &&str| {
            let range = line
                .split(' ')
                .next()
                .and_then(|range| range.split_once('-'));
            let bounds = range.map(|(from, to)| {
                let number = |text| usize::from_str_radix(text, 16);
                (number(from), number(to))
            });
            matches!(bounds, Some((Ok(from), Ok(to))) if (from..to).contains(&address))
        };
        let lines = maps.lines().skip_while(|line| !holds(line));
        let mut flags = lines.filter(|line| line.starts_with("VmFlags:"));
        flags.next().expect("the mapping's flags").to_owned()
    }

    #[test]
    fn the_state_is_what_the_kernel_says() {
        let key = LockedArray::<32>::filled(|bytes| bytes[31] = 9);
        assert_eq!(key.expose()[31], 9);
        let flags = flags(&key.0);
        assert_eq!(flags.contains(" lo"), key.state() == LockState::Locked);
        assert!(flags.contains(" dd") && flags.contains(" wf"), "{flags}");
        if key.state() == LockState::Locked {
            assert!(locked_kib().unwrap() >= 4);
        }
    }

    #[test]
    fn keys_are_equal_by_content_and_do_not_print() {
        let key = |byte| Key::filled(|bytes| bytes.fill(byte));
        assert_eq!(key(1), key(1));
        assert_ne!(key(1), key(2));
        assert_eq!(format!("{:?}", key(1)), "LockedArray(…)");
    }

    #[test]
    fn bytes_of_any_length_are_taken_over() {
        for length in [0, 1, 4096, 4097] {
            let bytes = LockedBytes::from(SecretBytes::new(vec![7; length]));
            assert_eq!(bytes.expose(), vec![7; length]);
            assert_eq!(format!("{bytes:?}"), "LockedBytes(…)");
        }
    }
}
