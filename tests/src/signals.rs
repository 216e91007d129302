//! Signals of the tests' own process, which every program they start inherits.
//!
//! The one `unsafe` sets dispositions to what a login gives: no handler of ours is involved.
#![allow(unsafe_code)]

use std::sync::Once;

/// Makes a process deaf to nothing: who started the tests may have left signals ignored, as a
/// shell does for what runs in its background, and `nohup` for what outlives it.
pub(crate) fn as_after_login() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        for signal in [libc::SIGINT, libc::SIGQUIT, libc::SIGHUP, libc::SIGTERM] {
            // SAFETY: the default disposition of a signal that exists.
            unsafe { libc::signal(signal, libc::SIG_DFL) };
        }
    });
}
