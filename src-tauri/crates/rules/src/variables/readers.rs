//! The published list of variables that change how programs load code, by what reads them.
//!
//! It holds everything that sudo removes (sudoers(5), `env_delete`); what glibc removes from
//! set-user-ID programs (ld.so(8), secure-execution mode), except for `TMPDIR`, which only
//! chooses where files are written, and the numbers that tune `malloc`; and what the manuals
//! of the programs named here document.

mod languages;
mod programs;
mod shells;
mod system;

/// Names or prefixes by what reads them.
pub(super) type Readers = &'static [(&'static str, &'static [&'static str])];

/// Exact names.
pub(super) const NAMES: [Readers; 4] = [
    shells::NAMES,
    languages::NAMES,
    programs::NAMES,
    system::NAMES,
];

/// Prefixes of names.
pub(super) const PREFIXES: Readers = &[
    ("the dynamic linker", &["LD_", "DYLD_", "_RLD"]),
    ("kh", &["KEYHAVEN_"]),
    ("the shell", &["BASH_FUNC_"]),
    ("Git", &["GIT_CONFIG"]),
    (".NET", &["CORECLR_", "COR_", "COMPlus_", "DOTNET_ROOT"]),
    ("Lua", &["LUA_PATH", "LUA_CPATH", "LUA_INIT"]),
    ("compilers", &["CGO_"]),
    ("TypeScript", &["TS_NODE_"]),
    ("Open MPI", &["OMPI_MCA_"]),
    (
        "Rust",
        &[
            "CARGO_TARGET_",
            "CARGO_BUILD_",
            "CARGO_PROFILE_",
            "CARGO_ALIAS_",
        ],
    ),
];
