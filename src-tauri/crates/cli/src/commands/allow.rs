//! `kh allow`: trust in exactly this content of a project file or a template.

pub mod changes;
pub mod contents;

use std::path::{Path, PathBuf};

use clap::Args;
use keyhaven_client::Client;
use keyhaven_client::project_file::FoundProjectFile;
use keyhaven_protocol::project_file::{FILE_NAME, ProjectFile};
use keyhaven_protocol::request::{
    EnvironmentsRequest, MAX_OUTLINE, TrustRequest, TrustedFilesRequest,
};
use keyhaven_protocol::view::{EnvironmentView, Tier, TrustedFileView};

use self::contents::{MarkSummary, describe, tier_of};
use super::inject::TemplateFile;
use crate::error::Failure;
use crate::format::shells::argument;
use crate::notice::CliNotice;
use crate::output::escaped;
use crate::problem::CliProblem;
use crate::prompt;
use crate::repository::is_same_file;
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
/// Each content that you trusted stays trusted, as on the branches of a repository,
/// until kh deny. Where the same content is trusted in another worktree or clone of
/// the repository, one question that names it is enough.
///
/// Example:
///   kh allow
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct AllowArgs {
    /// A template for kh inject, or another folder or its project file
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
            None if file.is_dir() => {
                let path = file.display().to_string();
                return Err(CliProblem::NoProjectFileIn { path }.into());
            }
            None => return allow_template(context, &arguments, file),
        },
    };
    let directory = parsed(&found)?;
    let mut client = context.unlocked()?;
    let environments = client.ask(EnvironmentsRequest {})?;
    let identity = (found.path_text(), found.fingerprint());
    let outline = changes::outline(&directory);
    let asks = directory.allow_production || in_production(&directory, &environments);
    if let Some(elsewhere) = elsewhere(&mut client, &identity)? {
        let allow_production = allow_as_elsewhere(context, &arguments, &elsewhere, asks)?;
        return trust(context, &mut client, identity, allow_production, outline);
    }
    let (mut text, marks) = describe(&found, &directory, &environments);
    if let Some(before) = changes::before(&mut client, &identity)? {
        text += &changes::describe(&before, &outline);
    }
    show(context, text, &marks)?;
    if !context.confirm("Trust this file?", CliProblem::NobodyTrusts)? {
        return Err(CliProblem::NotTrusted.into());
    }
    let allow_production = asks && production(context, &arguments)?;
    trust(context, &mut client, identity, allow_production, outline)
}

/// The same content of the same file in another worktree or clone of its repository, where
/// that is trusted and this one is not.
fn elsewhere(
    client: &mut Client,
    (path, sha256): &(String, String),
) -> Result<Option<TrustedFileView>, Failure> {
    let files = client.ask(TrustedFilesRequest {})?;
    let mut same = files.into_iter().filter(|file| file.sha256 == *sha256);
    if same.clone().any(|file| file.path == *path) {
        return Ok(None);
    }
    Ok(same.find(|file| is_same_file(path.as_ref(), file.path.as_ref())))
}

/// One question, since its owner has read it there; whether production keys are allowed.
fn allow_as_elsewhere(
    context: &Context,
    arguments: &AllowArgs,
    elsewhere: &TrustedFileView,
    asks: bool,
) -> Result<bool, Failure> {
    let carries = asks && elsewhere.allow_production;
    let path = escaped(&elsewhere.path);
    let with = if carries {
        ", with production keys as there"
    } else {
        ""
    };
    let question = format!("The same content is trusted in {path}. Trust it here too{with}?");
    if !context.confirm(&question, CliProblem::NobodyTrusts)? {
        return Err(CliProblem::NotTrusted.into());
    }
    if carries && !context.yes() {
        return Ok(true);
    }
    Ok(asks && production(context, arguments)?)
}

/// Trusts a template for `kh inject`.
fn allow_template(context: &Context, arguments: &AllowArgs, path: &Path) -> Result<(), Failure> {
    let file = TemplateFile::read(path)?;
    let mut client = context.unlocked()?;
    let environments = client.ask(EnvironmentsRequest {})?;
    let outline = changes::outline_of_template(file.template());
    let (mut text, marks) = file.describe(None, &environments);
    if let Some(before) = changes::before(&mut client, &file.identity())? {
        text += &changes::describe(&before, &outline);
    }
    show(context, text, &marks)?;
    file.note_meant(context);
    if !context.confirm("Trust this file?", CliProblem::NobodyTrusts)? {
        return Err(CliProblem::NotTrusted.into());
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
fn show(context: &Context, text: String, marks: &MarkSummary) -> Result<(), Failure> {
    let text = marks.repeated_after(text);
    match context.terminal() {
        Some(mut tty) if !context.yes() => prompt::say(&mut tty, &text),
        _ if context.printer.json => Ok(()),
        _ => context.printer.text(&text),
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
            let file = arguments
                .file
                .as_ref()
                .map(|file| argument(&file.display().to_string()).into_owned());
            context.printer.note(&CliNotice::NoProduction { file });
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
        let file = FILE_NAME.into();
        CliProblem::NoProjectFile { file }.into()
    })
}

/// The folder whose project file is meant, by any of its names. As a template it would be
/// shown without its variables, and yet be obeyed.
pub fn folder_of_project_file(path: &Path) -> Option<PathBuf> {
    if path.join(FILE_NAME).is_file() {
        return Some(path.into());
    }
    let paths = [std::path::absolute(path), std::fs::canonicalize(path)];
    let mut paths = paths.into_iter().flatten();
    let named = paths.find(|path| path.file_name().is_some_and(|name| name == FILE_NAME))?;
    named.parent().map(Into::into)
}

pub fn found_in(path: &Path, folder: &Path) -> Result<FoundProjectFile, Failure> {
    let io = |error: std::io::Error| Failure::io(path.display(), &error);
    std::fs::symlink_metadata(path).map_err(io)?;
    let folder = std::fs::canonicalize(folder).map_err(io)?;
    let found = find_file_from(&folder)?.filter(|found| found.path.parent() == Some(&folder));
    found.ok_or_else(|| {
        let path = path.display().to_string();
        CliProblem::UnusedProjectFile { path }.into()
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
    context.printer.text(&table.render(&context.printer))
}

/// Whether the file's own environment is a production one.
fn in_production(directory: &ProjectFile, environments: &[EnvironmentView]) -> bool {
    let tier = |name: &String| tier_of(environments, &directory.project, name);
    directory.environment.as_ref().and_then(tier) == Some(Tier::Production)
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
}
