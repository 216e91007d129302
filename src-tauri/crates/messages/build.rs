//! Lists the text files under `i18n/LANGUAGE/`, so that a language is added by adding files.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

fn main() -> io::Result<()> {
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?).join("i18n");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut code = String::from("pub(crate) static LANGUAGES: &[(&str, &[&str])] = &[");
    for folder in sorted(&root)? {
        println!("cargo::rerun-if-changed={}", folder.display());
        let tag = folder.file_name().unwrap_or_default().to_string_lossy();
        let _ = write!(code, "({tag:?}, &[");
        for file in sorted(&folder)? {
            println!("cargo::rerun-if-changed={}", file.display());
            let _ = write!(code, "include_str!({:?}),", file.display().to_string());
        }
        code.push_str("]),");
    }
    code.push_str("];");
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    fs::write(Path::new(&out).join("languages.rs"), code)
}

fn sorted(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path()));
    let mut paths = entries.collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}
