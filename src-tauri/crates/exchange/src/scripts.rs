//! The scripts of a `package.json` (package.json(5) of npm), as commands that run them.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Largest manifest read, in bytes.
pub const MAX_MANIFEST: u64 = 1 << 20;
/// More than these are no suggestions any more.
const MOST: usize = 50;

#[derive(Deserialize)]
struct Manifest {
    #[serde(default)]
    scripts: BTreeMap<String, serde::de::IgnoredAny>,
    /// `NAME@VERSION`; npm where none is named.
    #[serde(rename = "packageManager")]
    manager: Option<String>,
}

/// A command for each script, by name; none where the bytes are no manifest. Names that a
/// shell would not take as one plain word are left out.
#[must_use]
pub fn scripts(manifest: &[u8]) -> Vec<String> {
    let Ok(manifest) = serde_json::from_slice::<Manifest>(manifest) else {
        return Vec::new();
    };
    let named = manifest.manager.unwrap_or_default();
    let named = named.split('@').next();
    let known = ["yarn", "pnpm", "bun"];
    let manager = known.into_iter().find(|known| Some(*known) == named);
    let manager = manager.unwrap_or("npm");
    let names = manifest.scripts.into_keys().filter(|name| is_plain(name));
    let commands = names.map(|name| format!("{manager} run {name}"));
    commands.take(MOST).collect()
}

fn is_plain(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-.:/".contains(c);
    !name.is_empty() && !name.starts_with('-') && name.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn scripts_are_run_by_the_manager_that_is_named() {
        let manifest = br#"{"name": "shop", "scripts": {"start": "node .", "db:seed": "x"}}"#;
        assert_eq!(scripts(manifest), ["npm run db:seed", "npm run start"]);
        let manifest = br#"{"packageManager": "pnpm@9.1.0", "scripts": {"dev": "vite"}}"#;
        assert_eq!(scripts(manifest), ["pnpm run dev"]);
        let manifest = br#"{"packageManager": "rm -rf@1", "scripts": {"dev": "vite"}}"#;
        assert_eq!(scripts(manifest), ["npm run dev"]);
    }

    #[test]
    fn what_is_no_plain_word_and_what_is_no_manifest_suggests_nothing() {
        let manifest = br#"{"scripts": {"a b": "", "; rm x": "", "-x": "", "": "", "ok": ""}}"#;
        assert_eq!(scripts(manifest), ["npm run ok"]);
        for other in [&b""[..], b"[]", b"{\"scripts\": 1}", b"\xff"] {
            assert!(scripts(other).is_empty());
        }
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_much(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(scripts(&bytes).len() <= MOST);
        }
    }
}
