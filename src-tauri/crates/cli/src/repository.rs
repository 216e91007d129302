//! Whether two files are the same one of the same Git repository: in two of its worktrees, or
//! in clones of it. Read from what Git keeps next to them; no program is started.

use std::fs;
use std::path::{Path, PathBuf};

/// Where a file is in a repository.
struct PlaceInRepository {
    /// From the root of the worktree.
    relative: PathBuf,
    root: PathBuf,
    /// What all worktrees share.
    common: PathBuf,
    /// Where it was cloned from, and is pushed to.
    remotes: Vec<String>,
}

/// Whether two absolute paths are the same file of the same repository.
pub fn is_same_file(one: &Path, other: &Path) -> bool {
    let places = PlaceInRepository::of(one).zip(PlaceInRepository::of(other));
    places.is_some_and(|(one, other)| {
        one.relative == other.relative
            && (one.common == other.common
                || one.comes_from(&other)
                || other.comes_from(&one)
                || one.remotes.iter().any(|url| other.remotes.contains(url)))
    })
}

impl PlaceInRepository {
    fn of(path: &Path) -> Option<Self> {
        let root = path
            .ancestors()
            .skip(1)
            .find(|folder| folder.join(".git").exists())?;
        let git = root.join(".git");
        let git = match fs::read_to_string(&git) {
            // A worktree has a file that names its folder.
            Ok(text) => root.join(text.strip_prefix("gitdir:")?.trim()),
            Err(_) => git,
        };
        let common = match fs::read_to_string(git.join("commondir")) {
            Ok(text) => git.join(text.trim()),
            Err(_) => git,
        };
        let common = fs::canonicalize(common).ok()?;
        let config = fs::read_to_string(common.join("config")).unwrap_or_default();
        Some(Self {
            relative: path.strip_prefix(root).ok()?.into(),
            root: root.into(),
            common,
            remotes: remotes(&config),
        })
    }

    /// A clone of a folder names it.
    fn comes_from(&self, other: &Self) -> bool {
        let paths = self
            .remotes
            .iter()
            .map(|url| Path::new(url.trim_start_matches("file://")));
        let mut paths = paths.filter_map(|path| fs::canonicalize(path).ok());
        paths.any(|path| path == other.root || path == other.common)
    }
}

/// The addresses in a configuration (git-config(1)).
fn remotes(config: &str) -> Vec<String> {
    let mut is_remote = false;
    let mut urls = Vec::new();
    for line in config.lines().map(str::trim) {
        if line.starts_with('[') {
            is_remote = line.starts_with("[remote ");
        }
        let pair = line.split_once('=').filter(|_| is_remote);
        if let Some((_, url)) = pair.filter(|(key, _)| key.trim() == "url") {
            urls.push(url.trim().to_owned());
        }
    }
    urls
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    fn git(folder: &Path, arguments: &str) {
        let status = Command::new("git")
            .args(["-c", "user.name=Test", "-c", "user.email=test@example.com"])
            .args(arguments.split(' '))
            .current_dir(folder)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null")
            .output()
            .expect("git must be installed for this test");
        assert!(status.status.success(), "{arguments}: {status:?}");
    }

    #[test]
    fn worktrees_and_clones_are_known_and_others_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().canonicalize().unwrap();
        git(&folder, "init -q main");
        let main = folder.join("main");
        fs::write(main.join("file"), "x").unwrap();
        git(&main, "add file");
        git(&main, "commit -q -m first");
        git(&main, "worktree add -q ../tree");
        git(&folder, "clone -q main clone");
        git(&folder, "clone -q main second");
        git(&folder, "init -q stranger");
        fs::write(folder.join("stranger/file"), "x").unwrap();
        let file = |name: &str| folder.join(name).join("file");
        for (one, other, expected) in [
            ("main", "tree", true),
            ("main", "clone", true),
            ("clone", "main", true),
            ("clone", "second", true),
            ("main", "stranger", false),
            ("clone", "stranger", false),
            ("main", "gone", false),
        ] {
            assert_eq!(
                is_same_file(&file(one), &file(other)),
                expected,
                "{one} {other}"
            );
        }
        assert!(!is_same_file(
            &file("main"),
            &folder.join("tree/deeper/file")
        ));
    }
}
