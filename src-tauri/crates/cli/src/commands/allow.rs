//! `kh allow`: trust in exactly this content of a project file or a template.

pub mod changes;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use keyhaven_client::Client;
use keyhaven_client::project_file::FoundProjectFile;
use keyhaven_exchange::Catalogue;
use keyhaven_protocol::project_file::{FILE_NAME, ProjectFile, Template};
use keyhaven_protocol::request::{
    EnvironmentsRequest, MAX_OUTLINE, TrustRequest, TrustedFilesRequest,
};
use keyhaven_protocol::view::{EnvironmentView, Tier};
use keyhaven_rules::variables;

use super::inject::TemplateFile;
use crate::error::Failure;
use crate::output::escaped;
use crate::prompt;
use crate::session::Context;
use crate::style::Tone;
use crate::table::Table;
use crate::target::{find_file, find_file_from, parsed};

/// Show the project file or a template, and trust it
///
/// Asks for confirmation after showing the file. --yes answers that question,
/// but never the one about production: a file with allow_production = true gets
/// production keys only after a second confirmation at the terminal, or with
/// --allow-production.
///
/// Example:
///   kh allow
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct AllowArgs {
    /// A template for kh inject, or the project file of another folder
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// With --yes: allow production keys too, if the file asks for them
    #[arg(long)]
    allow_production: bool,
    /// List the trusted files
    #[arg(long, conflicts_with = "allow_production")]
    list: bool,
}

/// `kh allow`
pub fn allow(context: &Context, arguments: AllowArgs) -> Result<(), Failure> {
    if arguments.list {
        return list(context);
    }
    let found = match &arguments.file {
        None => found()?,
        Some(file) => match folder_of_project_file(file) {
            Some(folder) => found_in(file, &folder)?,
            None => return allow_template(context, &arguments, file),
        },
    };
    let directory = parsed(&found)?;
    let mut client = context.unlocked()?;
    let environments = client.ask(EnvironmentsRequest {})?;
    let identity = (found.path_text(), found.fingerprint());
    let outline = changes::outline(&directory);
    let mut text = describe(&found, &directory, &environments);
    if let Some(before) = changes::before(&mut client, &identity)? {
        text += &changes::describe(&before, &outline);
    }
    show(context, &text)?;
    if !context.confirm("Trust this file?", "read it, then repeat with --yes")? {
        return Err(Failure::failed("the file was not trusted", ""));
    }
    let asks = directory.allow_production || in_production(&directory, &environments);
    let allow_production = asks && production(context, &arguments)?;
    trust(context, &mut client, identity, allow_production, outline)
}

/// Trusts a template for `kh inject`.
fn allow_template(context: &Context, arguments: &AllowArgs, path: &Path) -> Result<(), Failure> {
    let file = TemplateFile::read(path)?;
    let mut client = context.unlocked()?;
    let environments = client.ask(EnvironmentsRequest {})?;
    let outline = changes::outline_of_template(file.template());
    let mut text = file.describe(None, &environments);
    if let Some(before) = changes::before(&mut client, &file.identity())? {
        text += &changes::describe(&before, &outline);
    }
    show(context, &text)?;
    file.note_meant(context);
    if !context.confirm("Trust this file?", "read it, then repeat with --yes")? {
        return Err(Failure::failed("the file was not trusted", ""));
    }
    let allow_production = file.in_production(&environments) && production(context, arguments)?;
    trust(
        context,
        &mut client,
        file.identity(),
        allow_production,
        outline,
    )
}

/// Shows the file before the question: where the question is, else on stdout.
fn show(context: &Context, text: &str) -> Result<(), Failure> {
    match context.terminal() {
        Some(mut tty) if !context.yes() => prompt::say(&mut tty, text),
        _ if context.printer.json => Ok(()),
        _ => context.printer.out(text.as_bytes()),
    }
}

/// The second yes: `--yes` does not answer it.
fn production(context: &Context, arguments: &AllowArgs) -> Result<bool, Failure> {
    if arguments.allow_production {
        return Ok(true);
    }
    match context.terminal() {
        Some(mut tty) if !context.yes() => prompt::yes(
            &mut tty,
            "It asks for keys of a higher tier. Allow production keys too?",
        ),
        _ => {
            context.printer.note(
                "keys of a higher tier are not allowed; allow them with: kh allow --allow-production",
            );
            Ok(false)
        }
    }
}

fn trust(
    context: &Context,
    client: &mut Client,
    (path, sha256): (String, String),
    allow_production: bool,
    mut outline: Vec<String>,
) -> Result<(), Failure> {
    if outline.iter().map(|line| line.len() + 1).sum::<usize>() > MAX_OUTLINE {
        // A file of thousands of lines is trusted as well, but not compared.
        outline.clear();
    }
    let request = TrustRequest {
        path: path.clone(),
        sha256: sha256.clone(),
        allow_production,
        outline,
    };
    client.ask(request)?;
    if context.printer.json {
        let document = serde_json::json!({
            "path": path, "sha256": sha256, "allow_production": allow_production
        });
        return context.printer.document(&document);
    }
    context
        .printer
        .done(&format!("Trusted {}.", escaped(&path)))
}

pub fn found() -> Result<FoundProjectFile, Failure> {
    find_file()?.ok_or_else(|| {
        let message = format!("there is no {FILE_NAME} in this folder or its parents");
        Failure::failed(message, "see: kh help project-file")
    })
}

/// The folder whose project file is meant, by any of its names. As a template it would be
/// shown without its variables, and yet be obeyed.
fn folder_of_project_file(path: &Path) -> Option<PathBuf> {
    let paths = [std::path::absolute(path), std::fs::canonicalize(path)];
    let mut paths = paths.into_iter().flatten();
    let named = paths.find(|path| path.file_name().is_some_and(|name| name == FILE_NAME))?;
    named.parent().map(Into::into)
}

fn found_in(path: &Path, folder: &Path) -> Result<FoundProjectFile, Failure> {
    let io = |error: std::io::Error| Failure::io(path.display(), &error);
    std::fs::symlink_metadata(path).map_err(io)?;
    let folder = std::fs::canonicalize(folder).map_err(io)?;
    let found = find_file_from(&folder)?.filter(|found| found.path.parent() == Some(&folder));
    found.ok_or_else(|| {
        let message = format!("{} is not used in its location", path.display());
        Failure::failed(message, "see: kh help project-file")
    })
}

fn list(context: &Context) -> Result<(), Failure> {
    let files = context.unlocked()?.ask(TrustedFilesRequest {})?;
    if context.printer.json {
        return context.printer.document(&files);
    }
    if files.is_empty() {
        return context.printer.done("No file is trusted.");
    }
    let mut table = Table::new(["PATH", "PRODUCTION", "SINCE"]);
    for file in &files {
        table.row([
            (&file.path, Tone::Normal),
            (
                if file.allow_production { "yes" } else { "no" },
                Tone::Normal,
            ),
            (&context.calendar.local(file.allowed_at), Tone::Faint),
        ]);
    }
    context
        .printer
        .out(table.render(&context.printer).as_bytes())
}

/// What the file would do, with its dangers marked.
fn describe(
    found: &FoundProjectFile,
    directory: &ProjectFile,
    environments: &[EnvironmentView],
) -> String {
    let mut text = String::new();
    let path = found.path_text();
    let environment = directory.environment.as_deref();
    // Writing to a String cannot fail.
    let _ = writeln!(text, "File         {}", escaped(&path));
    let _ = writeln!(text, "Project      {}", escaped(&directory.project));
    let _ = writeln!(
        text,
        "Environment  {}{}",
        escaped(environment.unwrap_or("as given with -e")),
        match environment.map(|name| tier_of(environments, &directory.project, name)) {
            Some(Some(Tier::Production)) => "  ! production",
            Some(None) => "  (not in the vault)",
            _ => "",
        }
    );
    if directory.allow_production {
        text.push_str("Production   ! asks for keys of a higher tier\n");
    }
    match &directory.variables {
        None => text.push_str("Variables    every key of the environment\n"),
        Some(variables) => {
            text.push_str("Variables\n");
            for variable in variables {
                let shown = variable.template.to_string();
                let _ = write!(text, "  {} = {}", escaped(&variable.name), escaped(&shown));
                for mark in marks(&variable.name, &variable.template, directory, environments) {
                    let _ = write!(text, "  ! {mark}");
                }
                text.push('\n');
            }
        }
    }
    text
}

fn marks(
    name: &str,
    template: &Template,
    directory: &ProjectFile,
    environments: &[EnvironmentView],
) -> Vec<&'static str> {
    let mut marks = Vec::new();
    if Catalogue::builtin()
        .secret_in(&template.literal())
        .is_some()
    {
        marks.push("looks like a secret; it belongs in the vault");
    }
    if template.suggestion().is_some() {
        marks.push("{{...}} without kh: is not replaced");
    }
    if variables::redirects_traffic(name) {
        marks.push("redirects traffic");
    }
    if variables::loader(name).is_some() {
        marks.push("changes how programs load code; it will be refused");
    }
    if variables::shell(name).is_some() {
        marks.push("part of the shell; kh env and kh hook refuse it");
    }
    let places: Vec<_> = template
        .references()
        .filter_map(|r| r.place.as_ref())
        .collect();
    if places
        .iter()
        .any(|(project, _)| *project != directory.project)
    {
        marks.push("another project");
    }
    if places.iter().any(|(project, environment)| {
        tier_of(environments, project, environment) == Some(Tier::Production)
    }) {
        marks.push("production");
    }
    marks
}

/// Whether the file's own environment is a production one.
fn in_production(directory: &ProjectFile, environments: &[EnvironmentView]) -> bool {
    let tier = |name: &String| tier_of(environments, &directory.project, name);
    directory.environment.as_ref().and_then(tier) == Some(Tier::Production)
}

fn tier_of(environments: &[EnvironmentView], project: &str, name: &str) -> Option<Tier> {
    environments
        .iter()
        .find(|environment| environment.project == project && environment.name == name)
        .map(|environment| environment.tier)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_lives_in_production_is_known() {
        let environments = [EnvironmentView {
            project: "shop".into(),
            name: "live".into(),
            tier: Tier::Production,
            credentials: 1,
        }];
        let lives = |text: &str| in_production(&ProjectFile::parse(text).unwrap(), &environments);
        assert!(lives("project = 'shop'\nenvironment = 'live'"));
        assert!(!lives("project = 'other'\nenvironment = 'live'"));
        assert!(!lives("project = 'shop'"));
    }

    #[test]
    fn dangers_are_marked_and_control_characters_escaped() {
        let found = FoundProjectFile {
            path: "/p/.keyhaven.toml".into(),
            content: String::from(
                "project = 'shop'\nenvironment = 'dev'\nallow_production = true\n[env]\n\
                 API_URL = \"https://x\\u001b[2J\"\nDSN_KEY = 'kh://shared/prod/sentry'\n\
                 LD_PRELOAD = 'x'\nRANDOM = 'x'\nPLAIN = 'a{{kh:b|url}}'\n",
            ),
        };
        let directory = found.parse().unwrap();
        let environment = |project: &str, name: &str, tier| EnvironmentView {
            project: project.into(),
            name: name.into(),
            tier,
            credentials: 1,
        };
        let environments = [
            environment("shop", "dev", Tier::Development),
            environment("shared", "prod", Tier::Production),
        ];
        assert_eq!(
            describe(&found, &directory, &environments),
            "File         /p/.keyhaven.toml\n\
             Project      shop\n\
             Environment  dev\n\
             Production   ! asks for keys of a higher tier\n\
             Variables\n  \
             API_URL = https://x\\u{1b}[2J  ! redirects traffic\n  \
             DSN_KEY = kh://shared/prod/sentry  ! another project  ! production\n  \
             LD_PRELOAD = x  ! changes how programs load code; it will be refused\n  \
             PLAIN = a{{kh:b|url}}\n  \
             RANDOM = x  ! part of the shell; kh env and kh hook refuse it\n"
        );
    }
}
