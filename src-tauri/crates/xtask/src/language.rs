//! `cargo xtask language`: plain words and names, as `docs/glossary.md` asks.
//!
//! Lists the phrases that the glossary replaces, in every text file that people write, with
//! the exceptions of the allow-list; then names used for several types, and long files.

mod allow;
mod names;
mod phrases;

use std::collections::BTreeMap;

use anyhow::{Result, ensure};

use self::allow::Allowed;
use self::names::Definitions;
use self::phrases::{Hit, Phrases};
use crate::docs::promise_list;
use crate::say;
use crate::sources::{Source, sources};
use crate::workspace::Workspace;

/// A file with more lines than this usually has a second subject.
const LONG: usize = 400;

/// Prints every phrase in files whose path contains `filter`, then the count of each, names
/// of several types, and long files.
///
/// # Errors
/// When a file cannot be read, a phrase is left, a name is used for several types, or the allow-list
/// is not in order.
pub fn report(workspace: &Workspace, filter: &str) -> Result<()> {
    let sources = sources(&workspace.root)?;
    let (phrases, definitions) = (Phrases::new()?, Definitions::new()?);
    let (allowed, hits) = remaining(workspace, &sources, &phrases, &definitions)?;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (path, hit) in hits.iter().filter(|(path, _)| path.contains(filter)) {
        *counts.entry(hit.phrase).or_default() += 1;
        say::text(&format!("{}\n", shown(path, hit)));
    }
    let left = counts.values().sum::<usize>();
    say::text(&format!("\n{left:>6}  phrases\n"));
    for name in phrases.names().chain([names::BARE]) {
        let count = counts.get(name).copied().unwrap_or_default();
        say::text(&format!("{count:>6}  {name}\n"));
    }
    let shared = shared_names(&definitions, &sources);
    long_files(&sources);
    allowed.all_used()?;
    ensure!(left == 0, "{left} phrases are left");
    ensure!(shared == 0, "{shared} names are used for several types");
    Ok(())
}

fn shown(path: &str, hit: &Hit) -> String {
    format!("{path}:{}: {}: {}", hit.line, hit.phrase, hit.excerpt)
}

type Place<'a> = (&'a str, Hit);

/// The phrases that no exception allows, and the exceptions with their use. The allow-list and
/// the generated list of tests' names are not searched.
fn remaining<'a>(
    workspace: &Workspace,
    sources: &'a [Source],
    phrases: &Phrases,
    definitions: &Definitions,
) -> Result<(Allowed, Vec<Place<'a>>)> {
    let mut allowed = Allowed::read(&workspace.root)?;
    let mut left = Vec::new();
    let lists_phrases = [allow::FILE, promise_list::FILE];
    for source in sources {
        if lists_phrases.contains(&source.path.as_str()) {
            continue;
        }
        for hit in definitions
            .bare(source)
            .into_iter()
            .chain(phrases.find(source))
        {
            if !allowed.allows(&source.path, &hit) {
                left.push((source.path.as_str(), hit));
            }
        }
    }
    Ok((allowed, left))
}

/// Prints the names that are used for several types; how many there are.
fn shared_names(definitions: &Definitions, sources: &[Source]) -> usize {
    let shared = definitions.shared(sources);
    let types: usize = shared.values().map(Vec::len).sum();
    let names = shared.len();
    say::text(&format!(
        "\n{names:>6}  names of types used more than once, for {types} types\n"
    ));
    for ((language, name), paths) in shared {
        let count = paths.len();
        say::text(&format!(
            "{count:>6}  {language} {name}: {}\n",
            paths.join(", ")
        ));
    }
    names
}

fn long_files(sources: &[Source]) {
    let mut long: Vec<(usize, &str)> = sources
        .iter()
        .filter(|source| source.is_product())
        .map(|source| (source.shipped_text().lines().count(), source.path.as_str()))
        .filter(|(lines, _)| *lines > LONG)
        .collect();
    long.sort_unstable_by(|a, b| b.cmp(a));
    say::text(&format!(
        "\n{:>6}  files over {LONG} lines, tests not counted\n",
        long.len()
    ));
    for (lines, path) in long {
        say::text(&format!("{lines:>6}  {path}\n"));
    }
}
