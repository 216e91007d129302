//! Links GCC's unwinder into `kh`: loading `libgcc_s.so.1` would take a tenth of a millisecond at
//! each start.
#![allow(clippy::print_stdout, reason = "it speaks to cargo")]

use std::path::PathBuf;

fn main() -> std::io::Result<()> {
    println!("cargo:rerun-if-changed=build.rs");
    let is = |variable: &str, value: &str| std::env::var(variable).is_ok_and(|set| set == value);
    if !is("CARGO_CFG_TARGET_OS", "linux") || !is("CARGO_CFG_TARGET_ENV", "gnu") {
        return Ok(());
    }
    let folder = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    // The standard library asks for `-lgcc_s`. Under that name the linker finds this script
    // first, which names the archives of the same compiler.
    let script = folder.join("libgcc_s.so");
    std::fs::write(script, "GROUP ( libgcc_eh.a libgcc.a )\n")?;
    println!("cargo:rustc-link-search=native={}", folder.display());
    Ok(())
}
