//! Where the checkout and the built programs are.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The checkout: `KEYHAVEN_CHECKOUT`, where the tests run on a copy, else where they were built.
pub fn root() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let copy = std::env::var_os("KEYHAVEN_CHECKOUT").map(PathBuf::from);
        copy.unwrap_or_else(|| {
            let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
            tests
                .parent()
                .expect("the tests crate lies in the workspace")
                .into()
        })
    })
}

/// Where Cargo put the programs: `KEYHAVEN_BIN_DIR`, else next to the folder
/// of this test program.
pub(super) fn built_programs() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        if let Some(folder) = std::env::var_os("KEYHAVEN_BIN_DIR") {
            return PathBuf::from(folder);
        }
        let own = std::env::current_exe().expect("the path of this program");
        let folder = own.parent().expect("a folder");
        if folder.ends_with("deps") {
            folder.parent().expect("a folder").to_path_buf()
        } else {
            folder.to_path_buf()
        }
    })
}

/// A folder with the built programs, the test-agent in the place of the agent:
/// the clients start the agent next to their own executable.
pub(super) fn programs_with_test_agent() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let built = built_programs();
        let folder = built.join("with-test-agent");
        fs::create_dir_all(&folder).expect("a folder for programs");
        for (program, name) in [
            ("kh", "kh"),
            ("keyhaven", "keyhaven"),
            ("test-agent", "keyhaven-agent"),
            ("test-worker", "keyhaven-worker"),
            ("probe", "probe"),
            ("window-host", "window-host"),
        ] {
            link(&built.join(program), &folder.join(name));
        }
        folder
    })
}

/// Links by way of a new name, because another test program may do the same
/// right now. A hard link, since a symbolic one would lead a program that asks
/// for its own path back to the shipped agent.
fn link(from: &Path, to: &Path) {
    let new = to.with_extension(format!("new-{}", std::process::id()));
    let _ = fs::remove_file(&new);
    fs::hard_link(from, &new)
        .unwrap_or_else(|error| panic!("cannot link {} (build it first): {error}", from.display()));
    fs::rename(&new, to).expect("a renamed link");
    // Renaming one link of a file over another of the same file leaves both.
    let _ = fs::remove_file(&new);
}

/// The machine's own search path: tools such as node lie where the developer
/// has them.
pub(super) fn search_path() -> OsString {
    std::env::var_os("PATH").unwrap_or_else(|| "/usr/bin:/bin".into())
}
