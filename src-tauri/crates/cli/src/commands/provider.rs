//! `provider list`, `provider show` and `provider lint`: the catalogue of services.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use keyhaven_client::Style;
use keyhaven_client::messages::{self, Family};
use keyhaven_exchange::catalogue::provider::BuiltInProtocol;
use keyhaven_exchange::catalogue::{Capability, EntryFault, EntryProblem, MAX_FILE};
use keyhaven_exchange::{Catalogue, Provider};
use keyhaven_protocol::similar;
use serde::Serialize;

use crate::error::Failure;
use crate::output::escaped;
use crate::problem::CliProblem;
use crate::session::Context;
use crate::style::Tone;
use crate::table::Table;
use crate::texts::language;

/// List the known services, show one, check a file of entries
///
/// Example:
///   kh provider show github
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct ProviderArgs {
    #[command(subcommand)]
    action: Option<ProviderAction>,
}

#[derive(Debug, Subcommand)]
enum ProviderAction {
    /// List the services and what their entries describe
    ///
    /// Keyhaven recognises keys by the entries. Of the requests that an entry
    /// describes, such as a check, it sends none yet.
    ///
    /// Example:
    ///   kh provider list --json
    #[command(verbatim_doc_comment)]
    List,
    /// Show all that is known of a service
    ///
    /// Example:
    ///   kh provider show stripe
    #[command(verbatim_doc_comment)]
    Show {
        /// Its id, as --provider takes it, or its name
        name: String,
    },
    /// Check a file of entries without using it
    ///
    /// Every problem is listed with its line and field.
    ///
    /// Example:
    ///   kh provider lint my-service.toml
    #[command(verbatim_doc_comment)]
    Lint {
        /// The file
        file: PathBuf,
    },
}

/// `kh provider`
pub fn provider(context: &Context, arguments: ProviderArgs) -> Result<(), Failure> {
    match arguments.action {
        None | Some(ProviderAction::List) => list(context),
        Some(ProviderAction::Show { name }) => show(context, &name),
        Some(ProviderAction::Lint { file }) => lint(context, &file),
    }
}

fn list(context: &Context) -> Result<(), Failure> {
    let providers = Catalogue::builtin().providers();
    if context.printer.json {
        let all: Vec<_> = providers.iter().map(Provider::summary).collect();
        return context.printer.document(&all);
    }
    let mut table = Table::new(["PROVIDER", "NAME", "THE ENTRY DESCRIBES", "CHECK"]);
    for provider in providers {
        let check = match (provider.is_full(), provider.can_be_checked()) {
            (true, _) => "full",
            (false, true) => "partial",
            (false, false) => "",
        };
        table.row([
            (&provider.id, Tone::Normal),
            (&provider.name, Tone::Normal),
            (&capabilities(provider), Tone::Normal),
            (check, Tone::Faint),
        ]);
    }
    context.printer.text(&table.render(&context.printer))
}

fn capabilities(provider: &Provider) -> String {
    let word = |it: &Capability| match it {
        Capability::Recognise => "shape",
        Capability::Check => "check",
        Capability::Introspect => "facts",
        Capability::Create => "creation",
        Capability::Find => "search",
        Capability::Revoke => "revocation",
        Capability::SelfRevoke => "revocation by itself",
        Capability::Inject => "use in requests",
    };
    let words: Vec<&str> = provider.capabilities().iter().map(word).collect();
    words.join(", ")
}

fn show(context: &Context, name: &str) -> Result<(), Failure> {
    let provider = find(name)?;
    if context.printer.json {
        return context.printer.document(&provider.details());
    }
    let mut text = String::new();
    for (label, value) in lines(provider) {
        if !value.is_empty() {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{label:<13} {}", escaped(&value));
        }
    }
    context.printer.text(&text)
}

/// By its id, another name of it, or the name that is shown.
fn find(name: &str) -> Result<&'static Provider, Failure> {
    let catalogue = Catalogue::builtin();
    let mut all = catalogue.providers().iter();
    let shown = || all.find(|it| it.name.eq_ignore_ascii_case(name));
    let found = catalogue.get(&name.to_ascii_lowercase()).or_else(shown);
    found.ok_or_else(|| {
        let ids = catalogue.providers().iter().map(|it| it.id.as_str());
        let (provider, similar) = (name.to_owned(), similar(name, ids));
        CliProblem::NoProvider { provider, similar }.into()
    })
}

fn lines(provider: &Provider) -> Vec<(&'static str, String)> {
    let page = provider.dashboard.as_ref().map(ToString::to_string);
    let hosts: Vec<String> = provider.hosts.iter().map(ToString::to_string).collect();
    let usual = match provider.rotate_days {
        Some(_) => "",
        None => " (default)",
    };
    let rotation = format!("{} days{usual}", provider.rotation_days());
    let mut lines = vec![
        ("Provider", provider.id.clone()),
        ("Name", provider.name.clone()),
        ("Also", provider.aliases.join(", ")),
        ("Variables", provider.variables.join(", ")),
        ("Page", page.unwrap_or_default()),
        ("Rotate every", rotation),
        ("Strategy", word(&provider.strategy)),
        ("Describes", capabilities(provider)),
        ("Hosts", hosts.join(", ")),
    ];
    for shape in &provider.keys {
        let kind = shape
            .kind
            .map_or_else(String::new, |kind| format!(" ({})", word(&kind)));
        let weak = match shape.weak {
            true => ", known by its variable only",
            false => "",
        };
        lines.push(("Key", format!("{}{kind}{weak}", shape.name)));
    }
    for field in &provider.fields {
        lines.push(("Needs", format!("{}: {}", field.name, field.label)));
    }
    if let Some(lifetime) = provider.lifetime {
        let most = lifetime
            .max_days
            .map(|days| format!(", at most {days} days"));
        let most = most.unwrap_or_default();
        lines.push(("Expires", format!("{}{most}", word(&lifetime.expires))));
    }
    if let Some(BuiltInProtocol::Postgresql) = provider.built_in {
        lines.push(("Check", "a login over TLS".to_owned()));
    }
    for check in &provider.checks {
        let method = check.request.method.name();
        let unattended = match check.runs_unattended() {
            true => "",
            false => ", never unattended",
        };
        lines.push((
            "Check",
            format!("{method} {}{unattended}", check.request.url),
        ));
    }
    for sunset in &provider.sunsets {
        lines.push(("Ends", format!("{}: {}", sunset.on, sunset.says)));
    }
    let evidence = &provider.evidence;
    lines.push((
        "Source",
        format!("{}, read {}", evidence.source, evidence.read),
    ));
    lines.push(("Confidence", word(&evidence.confidence)));
    lines.push(("Unconfirmed", provider.unconfirmed.join(", ")));
    lines
}

/// A word of the entries as a person reads it.
fn word(word: &impl Serialize) -> String {
    let word = serde_json::to_value(word).unwrap_or_default();
    word.as_str().unwrap_or_default().replace('_', " ")
}

fn lint(context: &Context, path: &Path) -> Result<(), Failure> {
    let name = path.display().to_string();
    let text = read(path, &name)?;
    let (read, problems) = match Catalogue::read(&name, &text) {
        Ok(read) => (Some(read), Vec::new()),
        Err(problems) => (None, problems),
    };
    let providers = read.as_ref().map_or(&[][..], Catalogue::providers);
    if context.printer.json {
        context
            .printer
            .document(&document(&name, providers, &problems))?;
    } else {
        for problem in &problems {
            context.printer.text(&shown(problem))?;
        }
    }
    if problems.is_empty() {
        let ids: Vec<&str> = providers.iter().map(|it| it.id.as_str()).collect();
        let ids = ids.join(", ");
        let done = format!("{} is in order: {}.", escaped(&name), escaped(&ids));
        return context.printer.done(&done);
    }
    let count = u32::try_from(problems.len()).unwrap_or(u32::MAX);
    Err(CliProblem::BadEntries { path: name, count }.into())
}

fn read(path: &Path, name: &str) -> Result<String, Failure> {
    let broken = |error: std::io::Error| Failure::io(path.display(), &error);
    let mut bytes = Vec::new();
    // One byte more than is accepted, so that a longer file is noticed.
    let mut file = File::open(path).map_err(broken)?.take(MAX_FILE as u64 + 1);
    file.read_to_end(&mut bytes).map_err(broken)?;
    if bytes.len() > MAX_FILE {
        // Cut, perhaps within a character; it is refused for its length.
        return Ok(String::from_utf8_lossy(&bytes).into_owned());
    }
    let path = name.to_owned();
    String::from_utf8(bytes).map_err(|_| CliProblem::FileNotUtf8 { path }.into())
}

fn message(fault: &EntryFault) -> String {
    messages::text(language(), Style::Terminal, Family::Entry, fault).message
}

fn shown(problem: &EntryProblem) -> String {
    let EntryProblem {
        file, line, field, ..
    } = problem;
    let message = message(&problem.fault);
    let place = match field.as_str() {
        "" => String::new(),
        field => format!("{field}: "),
    };
    format!(
        "{}:{line}: {}{}\n",
        escaped(file),
        escaped(&place),
        escaped(&message)
    )
}

fn document(file: &str, providers: &[Provider], problems: &[EntryProblem]) -> serde_json::Value {
    let problem = |it: &EntryProblem| {
        serde_json::json!({
            "line": it.line,
            "provider": it.provider,
            "field": it.field,
            "code": it.fault.code(),
            "what": message(&it.fault),
        })
    };
    serde_json::json!({
        "file": file,
        "providers": providers.iter().map(|it| &it.id).collect::<Vec<_>>(),
        "problems": problems.iter().map(problem).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use keyhaven_exchange::catalogue::ENTRY_FAULTS;

    use super::*;

    #[test]
    fn every_fault_of_an_entry_has_a_text() {
        let found = messages::differences(Family::Entry, ENTRY_FAULTS.iter().copied());
        assert!(found.is_empty(), "{found:#?}");
    }

    #[test]
    fn a_file_that_is_too_long_is_called_so_wherever_it_is_cut() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("long.toml");
        // The limit falls within a character of two bytes, or behind one.
        for start in ["#", "# "] {
            std::fs::write(&path, start.to_owned() + &"é".repeat(MAX_FILE)).unwrap();
            let text = read(&path, "long.toml").unwrap();
            let problems = Catalogue::read("long.toml", &text).unwrap_err();
            assert_eq!(problems[0].fault.code(), "file_too_large");
        }
        std::fs::write(&path, b"\xff").unwrap();
        let expected = CliProblem::FileNotUtf8 {
            path: "long.toml".into(),
        };
        assert_eq!(read(&path, "long.toml"), Err(expected.into()));
    }

    #[test]
    fn a_provider_is_found_by_id_alias_and_name() {
        for name in ["google", "gemini", "Google API key", "GEMINI"] {
            assert_eq!(find(name).unwrap().id, "google", "{name}");
        }
        assert!(find("googel").is_err());
    }
}
