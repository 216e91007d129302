//! One target under libFuzzer, named by `KEYHAVEN_FUZZ_TARGET`; `cargo xtask fuzz` starts it.
#![no_main]
#![allow(clippy::expect_used)]

use std::sync::OnceLock;

use keyhaven_fuzz::FuzzTarget;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    static TARGET: OnceLock<FuzzTarget> = OnceLock::new();
    let target = TARGET.get_or_init(|| {
        let name = std::env::var("KEYHAVEN_FUZZ_TARGET").expect("KEYHAVEN_FUZZ_TARGET");
        keyhaven_fuzz::find(&name).expect("the name of a target")
    });
    let _ = (target.run)(bytes);
});
