//! The documents for contributors: what is generated in them, and what can be checked.

mod crate_table;
mod paths;
pub mod promise_list;
mod prose;

use anyhow::{Context, Result, bail};

use crate::cargo::members;
use crate::say;
use crate::sources::{Source, sources};
use crate::stage::Stages;
use crate::workspace::Workspace;

/// Documents whose paths have to exist.
const WITH_PATHS: [&str; 3] = ["CONTRIBUTING.md", "docs/architecture.md", "tests/README.md"];

/// Checks the documents against the code.
///
/// # Errors
/// Names what to change, and where.
pub fn check(workspace: &Workspace, stages: &mut Stages) -> Result<()> {
    stages.run("documents", || {
        let sources = sources(&workspace.root)?;
        let mut wrong = promise_list::differences(&sources)?;
        let members = members(workspace)?;
        let contributing = text(&sources, "CONTRIBUTING.md")?;
        wrong.extend(crate_table::differences(contributing, &members));
        wrong.extend(crate_table::unlisted(
            text(&sources, "Cargo.toml")?,
            &members,
        ));
        for document in sources.iter().filter(|source| source.is(&["md"])) {
            wrong.extend(prose::long_lines(document));
            if WITH_PATHS.contains(&document.path.as_str()) {
                wrong.extend(paths::missing(&workspace.root, document));
            }
        }
        report(&wrong)
    })
}

/// Writes what is generated.
///
/// # Errors
/// When the sources cannot be read or a document cannot be written.
pub fn write(workspace: &Workspace, stages: &mut Stages) -> Result<()> {
    stages.run("writing the list of promises", || {
        let text = promise_list::text(&sources(&workspace.root)?);
        let path = workspace.root.join(promise_list::FILE);
        std::fs::write(path, text).context(promise_list::FILE)
    })
}

fn text<'a>(sources: &'a [Source], path: &str) -> Result<&'a str> {
    let found = sources.iter().find(|source| source.path == path);
    found
        .map(|source| source.text.as_str())
        .with_context(|| format!("{path} is not there"))
}

fn report(wrong: &[String]) -> Result<()> {
    for line in wrong {
        say::line(&format!("    {line}"));
    }
    match wrong.len() {
        0 => Ok(()),
        count => bail!("the documents differ from the code in {count} places, named above"),
    }
}
