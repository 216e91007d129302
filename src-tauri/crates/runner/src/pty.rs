//! For a supervisor: blocked signals that are read one by one, forks, and ending this process.
//!
//! Invariants of the `unsafe` code here: it runs in a process with one thread, so that a
//! forked child may continue as any program does; the system gets only values on the stack
//! of the right type; signal numbers come from the system.
#![allow(unsafe_code)]

use std::ffi::c_int;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, FromRawFd as _, OwnedFd};
use std::ptr;

use rustix::process::{Pid, Signal};

/// Signals that the system raises for a fault of this process, and those that cannot be
/// blocked. SIGPIPE belongs to each write.
const NOT_HELD: [c_int; 11] = [
    libc::SIGKILL,
    libc::SIGSTOP,
    libc::SIGSEGV,
    libc::SIGBUS,
    libc::SIGFPE,
    libc::SIGILL,
    libc::SIGTRAP,
    libc::SIGABRT,
    libc::SIGSYS,
    libc::SIGPIPE,
    libc::SIGXFSZ,
];

/// Signals that stop a process by default, and the one that continues it.
pub(crate) const OF_STOPS: [Signal; 4] = [Signal::CONT, Signal::TSTP, Signal::TTIN, Signal::TTOU];

/// Signals to this process, blocked to be read one by one.
pub(crate) struct HeldSignals {
    descriptor: OwnedFd,
    mask: libc::sigset_t,
    on_child: libc::sigaction,
}

/// A signal that was received.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ReceivedSignal {
    pub(crate) signal: Signal,
    /// From the terminal or the kernel, not from a process.
    pub(crate) by_kernel: bool,
}

impl HeldSignals {
    /// Blocks signals from now on.
    pub(crate) fn hold() -> io::Result<Self> {
        let mut mask = MaybeUninit::uninit();
        let mut on_child = MaybeUninit::uninit();
        // SAFETY: the calls fill what they are given, and `held` is filled first.
        unsafe {
            let mut held: libc::sigset_t = MaybeUninit::zeroed().assume_init();
            libc::sigfillset(&raw mut held);
            for number in NOT_HELD {
                libc::sigdelset(&raw mut held, number);
            }
            check(libc::sigprocmask(
                libc::SIG_SETMASK,
                &raw const held,
                mask.as_mut_ptr(),
            ))?;
            // If it is ignored, children leave no status.
            let default: libc::sigaction = MaybeUninit::zeroed().assume_init();
            check(libc::sigaction(
                libc::SIGCHLD,
                &raw const default,
                on_child.as_mut_ptr(),
            ))?;
            let flags = libc::SFD_CLOEXEC | libc::SFD_NONBLOCK;
            let descriptor = check(libc::signalfd(-1, &raw const held, flags))?;
            Ok(Self {
                descriptor: OwnedFd::from_raw_fd(descriptor),
                mask: mask.assume_init(),
                on_child: on_child.assume_init(),
            })
        }
    }

    /// For a child that becomes a program: restores the inherited state.
    pub(crate) fn release(&self) {
        // SAFETY: both were filled by the system. Neither call fails for what it gave.
        unsafe {
            libc::sigaction(libc::SIGCHLD, &raw const self.on_child, ptr::null_mut());
            libc::sigprocmask(libc::SIG_SETMASK, &raw const self.mask, ptr::null_mut());
        }
    }

    /// The next signal that waits.
    pub(crate) fn next(&self) -> Option<ReceivedSignal> {
        let mut bytes = [0; size_of::<libc::signalfd_siginfo>()];
        // It is read completely or not at all.
        rustix::io::read(&self.descriptor, &mut bytes).ok()?;
        // SAFETY: plain numbers, all of whose bits may be anything; the kernel's signals.
        unsafe {
            let info: libc::signalfd_siginfo = ptr::read_unaligned(bytes.as_ptr().cast());
            let number = c_int::try_from(info.ssi_signo).ok()?;
            Some(ReceivedSignal {
                signal: Signal::from_raw_unchecked(number),
                by_kernel: info.ssi_code == libc::SI_KERNEL,
            })
        }
    }

    /// Lets a signal have its default effect on this process: to stop it until it is continued,
    /// or to end it.
    pub(crate) fn suffer(&self, number: i32) {
        // SAFETY: only the default disposition is set; the sets are filled before use.
        unsafe {
            let default: libc::sigaction = MaybeUninit::zeroed().assume_init();
            libc::sigaction(number, &raw const default, ptr::null_mut());
            libc::raise(number);
            let mut one: libc::sigset_t = MaybeUninit::zeroed().assume_init();
            libc::sigaddset(&raw mut one, number);
            libc::sigprocmask(libc::SIG_UNBLOCK, &raw const one, ptr::null_mut());
            libc::sigprocmask(libc::SIG_BLOCK, &raw const one, ptr::null_mut());
        }
    }
}

impl AsFd for HeldSignals {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.descriptor.as_fd()
    }
}

/// Takes a blocked signal of that number, if one waits.
pub(crate) fn take(number: i32) -> bool {
    // SAFETY: the set is filled before use, and the call does not wait.
    unsafe {
        let mut one: libc::sigset_t = MaybeUninit::zeroed().assume_init();
        libc::sigaddset(&raw mut one, number);
        let now: libc::timespec = MaybeUninit::zeroed().assume_init();
        libc::sigtimedwait(&raw const one, ptr::null_mut(), &raw const now) == number
    }
}

/// In a forked child that ends by [`leave`]: closes everything except standard input.
/// Returns whether that worked.
pub(crate) fn close_all_but_input() -> bool {
    // SAFETY: nothing that owns one of the descriptors is used or dropped any more.
    unsafe { libc::syscall(libc::SYS_close_range, 1, libc::c_uint::MAX, 0) == 0 }
}

/// Returns the child's pid in the parent, and none in the child.
pub(crate) fn fork() -> io::Result<Option<Pid>> {
    // SAFETY: by the module's invariants; the child has all memory, and its only thread.
    let forked = unsafe { libc::fork() };
    check(forked).map(Pid::from_raw)
}

/// Ends a forked child without running anything of its parent, such as destructors.
pub(crate) fn leave(status: i32) -> ! {
    // SAFETY: it never returns.
    unsafe { libc::_exit(status) }
}

/// The signal of a number that came from the system.
pub(crate) fn signal(number: i32) -> Signal {
    // SAFETY: the system's number of a signal that a process may be sent.
    unsafe { Signal::from_raw_unchecked(number) }
}

fn check(result: c_int) -> io::Result<c_int> {
    if result == -1 {
        return Err(io::Error::last_os_error());
    }
    Ok(result)
}
