//! The published list of variables that change how programs load code, by what reads them.
//!
//! It holds everything that sudo removes (sudoers(5), `env_delete`); what glibc removes from
//! set-user-ID programs (ld.so(8), secure-execution mode), except for `TMPDIR`, which only
//! chooses where files are written, and the numbers that tune `malloc`; and what the manuals
//! of the programs named here document. A list of names cannot be complete: what only looks
//! as if it belonged here is in `marks`.

mod languages;
mod programs;
mod shells;
mod system;

/// What reads some names or prefixes.
pub(super) struct Reader {
    pub(super) program: &'static str,
    /// The manual that documents them.
    pub(super) source: &'static str,
    pub(super) names: &'static [&'static str],
}

pub(super) type Readers = &'static [Reader];

/// Exact names.
pub(super) const NAMES: [Readers; 4] = [
    shells::NAMES,
    languages::NAMES,
    programs::NAMES,
    system::NAMES,
];

/// What reads exactly this name. A launch asks it of each variable, twice.
pub(super) fn of_name(name: &str) -> Option<&'static Reader> {
    let first = usize::from(*name.as_bytes().first()?);
    let length = u32::try_from(name.len()).ok()?;
    let has_length = LENGTHS[first].checked_shr(length)? & 1 == 1;
    let mut readers = NAMES.into_iter().flatten();
    readers.find(|reader| has_length && reader.names.contains(&name))
}

/// By first byte the lengths that names have, as bits: most variables share both with no name,
/// and are compared with none.
static LENGTHS: [u64; 256] = lengths();

const fn lengths() -> [u64; 256] {
    let mut lengths = [0; 256];
    let mut list = 0;
    while list < NAMES.len() {
        let mut reader = 0;
        while reader < NAMES[list].len() {
            let names = NAMES[list][reader].names;
            let mut name = 0;
            while name < names.len() {
                // A name that is too long for this does not compile.
                lengths[names[name].as_bytes()[0] as usize] |= 1 << names[name].len();
                name += 1;
            }
            reader += 1;
        }
        list += 1;
    }
    lengths
}

/// Prefixes of names.
pub(super) const PREFIXES: Readers = &[
    Reader {
        program: "the dynamic linker",
        source: "ld.so(8); dyld(1)",
        names: &["LD_", "DYLD_", "_RLD"],
    },
    Reader {
        program: "kh",
        source: "kh help files",
        names: &["KEYHAVEN_"],
    },
    Reader {
        program: "the shell",
        source: "bash(1), functions",
        names: &["BASH_FUNC_"],
    },
    Reader {
        program: "Git",
        source: "git(1), git-config(1)",
        names: &["GIT_CONFIG"],
    },
    Reader {
        program: ".NET",
        source: ".NET: runtime configuration, profiling",
        names: &["CORECLR_", "COR_", "COMPlus_", "DOTNET_ROOT"],
    },
    Reader {
        program: "Lua",
        source: "Lua manual: package.path, lua standalone",
        names: &["LUA_PATH", "LUA_CPATH", "LUA_INIT"],
    },
    Reader {
        program: "compilers",
        source: "go help environment",
        names: &["CGO_"],
    },
    Reader {
        program: "TypeScript",
        source: "ts-node: options",
        names: &["TS_NODE_"],
    },
    Reader {
        program: "Open MPI",
        source: "Open MPI: MCA parameters",
        names: &["OMPI_MCA_"],
    },
    Reader {
        program: "Rust",
        source: "The Cargo Book: configuration",
        names: &[
            "CARGO_TARGET_",
            "CARGO_BUILD_",
            "CARGO_PROFILE_",
            "CARGO_ALIAS_",
            "CARGO_CREDENTIAL_ALIAS_",
        ],
    },
];
