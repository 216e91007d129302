//! Paths that a document names in code spans have to exist.

use std::path::Path;

use crate::sources::Source;

/// Endings that make a single name a path.
const FILES: [&str; 6] = [".rs", ".ts", ".svelte", ".ftl", ".t", ".md"];
/// The folder of the crates: a path may begin with the name of one.
const CRATES: &str = "src-tauri/crates";
/// Folders that only a build makes.
const BUILT: [&str; 3] = ["target/", "test-results/", "ui/dist"];

/// Paths that do not exist, seen from the root or from the folder of the crates.
pub fn missing(root: &Path, document: &Source) -> Vec<String> {
    let crates = root.join(CRATES);
    let bases = [root, &crates];
    let mut code = false;
    let mut missing = Vec::new();
    for (line, at) in document.text.lines().zip(1..) {
        if line.trim_start().starts_with("```") {
            code = !code;
        }
        // What stands between the first and the second backtick, the third and the fourth...
        let spans = line.split('`').skip(1).step_by(2);
        for path in spans.filter(|span| !code && is_path(span)) {
            let path = path.split_once('*').map_or(path, |(folder, _)| {
                folder.rsplit_once('/').map_or("", |(folder, _)| folder)
            });
            if !bases.iter().any(|base| base.join(path).exists()) {
                missing.push(format!("{}:{at}: there is no {path}", document.path));
            }
        }
    }
    missing
}

fn is_path(span: &str) -> bool {
    let of_path = |c: char| c.is_ascii_alphanumeric() || "._-/*".contains(c);
    let names_file = span.contains('/') || FILES.iter().any(|ending| span.ends_with(ending));
    names_file
        && span.chars().all(of_path)
        && !span.starts_with('/')
        && !BUILT.iter().any(|folder| span.starts_with(folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_does_not_exist_is_named() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let text = "`src/main.rs`, `src/*.rs`, `src/`, `target/x`, `kh run`, `/proc/x`\n\
                    `gone.rs`, `main.rs` and `src/gone/`\n```\n`src/gone/`\n```\n`gone/*.rs`\n";
        let document = Source {
            path: "src/README.md".into(),
            text: text.into(),
        };
        assert_eq!(
            missing(root, &document),
            [
                "src/README.md:2: there is no gone.rs",
                "src/README.md:2: there is no main.rs",
                "src/README.md:2: there is no src/gone/",
                "src/README.md:6: there is no gone",
            ]
        );
    }

    #[test]
    fn a_path_may_begin_with_the_name_of_a_crate() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
        let text = "`xtask/src/docs/paths.rs`, `xtask/src/*.rs`, `xtask/src/docs`\n\
                    `xtask/src/gone.rs`, `src/docs/paths.rs`\n";
        let document = Source {
            path: "docs/architecture.md".into(),
            text: text.into(),
        };
        assert_eq!(
            missing(&root, &document),
            [
                "docs/architecture.md:2: there is no xtask/src/gone.rs",
                "docs/architecture.md:2: there is no src/docs/paths.rs",
            ]
        );
    }
}
