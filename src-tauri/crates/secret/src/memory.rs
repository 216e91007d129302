//! Memory that forgets: an allocator that wipes what is freed, and locked memory for keys.
//!
//! Invariants of the `unsafe` code here: the allocator passes every request on to
//! [`System`] unchanged and touches only the bytes of a block it was given back, before it
//! hands the block on. Those of locked memory stand in its own file.
//!
//! Where it ends: wiping does not reach registers, the kernel's buffers, or what a program
//! wrote elsewhere.
#![allow(unsafe_code)]

mod locked;

use std::alloc::{GlobalAlloc, Layout, System};
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering, compiler_fence};

pub use locked::{Key, LockState, LockedArray, LockedBytes, locked_kib};

/// Bytes given back to the allocator between two returns of free memory to the system.
const GIVE_BACK_EVERY: usize = 4 << 20;

/// Bytes that were freed since free memory was last returned to the system.
static FREED: AtomicUsize = AtomicUsize::new(0);

/// Returns free memory to the system, if much was freed since the last time: the allocator by
/// itself keeps most of what a large answer took. Call it where such work has ended; it costs
/// next to nothing where little was freed.
pub fn give_back() {
    if FREED.load(Ordering::Relaxed) < GIVE_BACK_EVERY {
        return;
    }
    give_all_back();
}

/// Returns free memory to the system, also what a C library such as SQLite has freed, which is
/// not counted. It takes milliseconds.
pub fn give_all_back() {
    FREED.store(0, Ordering::Relaxed);
    #[cfg(target_env = "gnu")]
    // SAFETY: it has no condition; what is returned belongs to no block.
    unsafe {
        libc::malloc_trim(0);
    }
}

/// Free memory at the end of an arena that the allocator keeps, and the size from which a block
/// gets separate pages.
#[cfg(target_env = "gnu")]
const KEPT: libc::c_int = 1 << 20;

/// Has the allocator return free memory at the end of an arena by itself (mallopt(3)). Otherwise
/// it keeps up to 64 MiB there once a large block was freed, which `malloc_trim` does not return
/// for the arena of a thread. Call it once, at the start of a program that stays.
pub fn keep_little() {
    #[cfg(target_env = "gnu")]
    // SAFETY: both only change limits of the allocator.
    unsafe {
        libc::mallopt(libc::M_TRIM_THRESHOLD, KEPT);
        libc::mallopt(libc::M_MMAP_THRESHOLD, KEPT);
    }
}

/// A global allocator that wipes every block before it is freed or moved.
///
/// Use it with `#[global_allocator]` in each program that holds values or keys.
#[derive(Debug, Clone, Copy, Default)]
pub struct WipingAllocator;

// SAFETY: every method hands its arguments to `System`, which upholds the contract. What
// lies in between writes only within a block that its owner has just given back.
unsafe impl GlobalAlloc for WipingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's contract is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's contract is passed on.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        FREED.fetch_add(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller's contract is passed on.
        unsafe { wipe_and_free(&System, block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        FREED.fetch_add(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller's contract is passed on.
        unsafe { move_and_wipe(&System, block, layout, new_size) }
    }
}

/// Gives a block back to an allocator with nothing left in it.
///
/// # Safety
/// As for [`GlobalAlloc::dealloc`] of that allocator.
unsafe fn wipe_and_free(system: &impl GlobalAlloc, block: *mut u8, layout: Layout) {
    // SAFETY: the block is the caller's, of that size, and used by nobody any more.
    unsafe {
        wipe(block, layout.size());
        system.dealloc(block, layout);
    }
}

/// Moves a block to a new one; an allocator's own `realloc` would leave the old as it was.
///
/// # Safety
/// As for [`GlobalAlloc::realloc`] of that allocator.
unsafe fn move_and_wipe(
    system: &impl GlobalAlloc,
    block: *mut u8,
    layout: Layout,
    new_size: usize,
) -> *mut u8 {
    // SAFETY: the caller gives a valid alignment and a size that does not overflow; both
    // blocks hold at least the bytes copied. Without a new block the old one stays.
    unsafe {
        let new = system.alloc(Layout::from_size_align_unchecked(new_size, layout.align()));
        if !new.is_null() {
            ptr::copy_nonoverlapping(block, new, layout.size().min(new_size));
            wipe_and_free(system, block, layout);
        }
        new
    }
}

/// Overwrites bytes in a way the compiler may not leave out.
///
/// # Safety
/// `block` points to `size` writable bytes.
unsafe fn wipe(block: *mut u8, size: usize) {
    // SAFETY: by the caller. `memset` is used for speed, and the empty assembly, which may
    // read the memory as far as the compiler knows, keeps the write.
    unsafe {
        ptr::write_bytes(block, 0, size);
        std::arch::asm!("/* {0} */", in(reg) block, options(nostack, preserves_flags));
    }
    compiler_fence(Ordering::SeqCst);
}

/// How much of the stack [`wipe_stack`] overwrites: more than key derivation, ciphers and the
/// checks at an unlock go down, in a debug build too.
const STACK: usize = 128 << 10;

/// Overwrites what calls that have returned left on this thread's stack: ciphers keep their
/// keys in their frames, and a frame is not wiped when it is left. Call it where work with
/// secrets has ended, near the bottom of the stack; the thread needs as much room again.
#[inline(never)]
pub fn wipe_stack() {
    let mut below = MaybeUninit::<[u8; STACK]>::uninit();
    // SAFETY: the frame's own bytes, which nobody reads.
    unsafe { wipe(below.as_mut_ptr().cast(), STACK) }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    /// Keeps what stands in each block at the moment it is given back.
    #[derive(Default)]
    struct FreedBlocks(RefCell<Vec<Vec<u8>>>);

    // SAFETY: every request is passed on to `System`.
    unsafe impl GlobalAlloc for FreedBlocks {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            // SAFETY: the caller's contract is passed on.
            unsafe { System.alloc(layout) }
        }

        unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
            // SAFETY: the block is still allocated, and all of it was written.
            let left = unsafe { std::slice::from_raw_parts(block, layout.size()) };
            self.0.borrow_mut().push(left.to_vec());
            // SAFETY: the caller's contract is passed on.
            unsafe { System.dealloc(block, layout) }
        }
    }

    #[test]
    fn what_is_freed_or_moved_is_wiped_before_the_system_gets_it() {
        let witness = FreedBlocks::default();
        for (size, new_size) in [(1, 4096), (64, 16), (4096, 1 << 20)] {
            let layout = Layout::from_size_align(size, 8).unwrap();
            let new_layout = Layout::from_size_align(new_size, 8).unwrap();
            // SAFETY: allocated, moved and freed by the contract of `GlobalAlloc`.
            unsafe {
                let block = witness.alloc(layout);
                ptr::write_bytes(block, 7, size);
                let moved = move_and_wipe(&witness, block, layout, new_size);
                ptr::write_bytes(moved, 7, new_size);
                wipe_and_free(&witness, moved, new_layout);
            }
            let given_back = witness.0.take();
            assert_eq!(given_back, [vec![0; size], vec![0; new_size]]);
        }
    }

    /// Leaves a mark in its frame, and says where.
    #[inline(never)]
    fn marked(depth: usize) -> *const u8 {
        let mark = std::hint::black_box([0xa5_u8; 64]);
        if depth > 0 {
            let below = marked(depth - 1);
            // Used after the call, or the frame would be left before it.
            std::hint::black_box(&mark);
            return below;
        }
        mark.as_ptr()
    }

    #[test]
    fn what_calls_left_on_the_stack_is_wiped() {
        let left = std::hint::black_box(marked(200)) as usize;
        let stands_there = || {
            let memory = std::fs::File::open("/proc/self/mem").unwrap();
            let mut bytes = [0; 64];
            std::os::unix::fs::FileExt::read_exact_at(&memory, &mut bytes, left as u64).unwrap();
            bytes == [0xa5; 64]
        };
        // The control: it does stay there.
        let before = stands_there();
        wipe_stack();
        assert!(before && !stands_there());
    }

    #[test]
    fn a_grown_block_keeps_its_content_and_alignment() {
        let layout = Layout::from_size_align(64, 64).unwrap();
        // SAFETY: allocated, grown and freed by the contract of `GlobalAlloc`.
        unsafe {
            let block = WipingAllocator.alloc(layout);
            ptr::write_bytes(block, 7, 64);
            let grown = WipingAllocator.realloc(block, layout, 4096);
            assert_eq!(grown.align_offset(64), 0);
            assert!(
                std::slice::from_raw_parts(grown, 64)
                    .iter()
                    .all(|byte| *byte == 7)
            );
            let grown_layout = Layout::from_size_align(4096, 64).unwrap();
            WipingAllocator.dealloc(grown, grown_layout);
        }
    }
}
