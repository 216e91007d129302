//! What changed in a file since it was trusted: names and references, never values.
//!
//! The log keeps an outline of each content that was trusted. A text stands in it by its
//! hash alone: enough to say that it is another one.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use keyhaven_client::Client;
use keyhaven_protocol::Reference;
use keyhaven_protocol::project_file::{ProjectFile, Template, TemplatePart, fingerprint};
use keyhaven_protocol::request::{AuditRequest, TrustedFilesRequest};
use keyhaven_protocol::view::{AuditEntryView, CredentialRow, TrustedFileView};

use crate::error::Failure;
use crate::output::shortened;

/// As many entries of the log as one answer holds.
const ENTRIES: u32 = 10_000;
/// Hex digits of a hash that tell two texts apart.
const DIGITS: usize = 16;

/// A line for each name: the name, its references, its text by its hash.
pub fn outline(directory: &ProjectFile) -> Vec<String> {
    let mut lines = vec![line("project", &directory.project, "")];
    if let Some(environment) = &directory.environment {
        lines.push(line("environment", environment, ""));
    }
    if directory.allow_production {
        lines.push(line("allow_production", "true", ""));
    }
    match &directory.variables {
        None => lines.push(line("[env]", "every key", "")),
        Some(variables) => lines.extend(variables.iter().map(|variable| {
            let references = references(&variable.template);
            line(&variable.name, &references, &text_of(&variable.template))
        })),
    }
    lines
}

/// The same of a template for `kh inject`: its references are all there is to it.
pub fn outline_of_template(template: &Template) -> Vec<String> {
    let references = template.references();
    references
        .map(|reference| line(&reference.to_string(), "", ""))
        .collect()
}

fn line(name: &str, references: &str, text: &str) -> String {
    format!("{name}\t{references}\t{text}")
}

fn references(template: &Template) -> String {
    let references: Vec<String> = template.references().map(ToString::to_string).collect();
    references.join(", ")
}

fn text_of(template: &Template) -> String {
    let mut text = String::new();
    for part in &template.parts {
        match part {
            TemplatePart::Literal(literal) => text.push_str(literal),
            TemplatePart::Reference { filter, .. } => {
                let filter = filter.map_or("", |filter| filter.name());
                // Writing to a String cannot fail.
                let _ = write!(text, "\0{filter}\0");
            }
        }
    }
    let mut hash = fingerprint(text.as_bytes());
    hash.truncate(DIGITS);
    hash
}

/// The outline of the content that was trusted last, where this one is not.
pub fn before(
    client: &mut Client,
    (path, sha256): &(String, String),
) -> Result<Option<Vec<String>>, Failure> {
    let files = client.ask(TrustedFilesRequest {})?;
    let contents = files.iter().filter(|file| file.path == *path);
    if contents.clone().any(|file| file.sha256 == *sha256) {
        return Ok(None);
    }
    let Some(trusted) = contents.max_by_key(|file| file.allowed_at) else {
        return Ok(None);
    };
    Ok(outline_of(&allowed(client)?, trusted))
}

fn allowed(client: &mut Client) -> Result<Vec<AuditEntryView>, Failure> {
    Ok(client.ask(AuditRequest {
        action: Some("file.allow".into()),
        limit: ENTRIES,
        ..AuditRequest::default()
    })?)
}

fn outline_of(entries: &[AuditEntryView], trusted: &TrustedFileView) -> Option<Vec<String>> {
    let outline = entries.iter().find_map(|entry| {
        let said = |key: &str| entry.detail.get(key);
        let same = said("path") == Some(&trusted.path) && said("sha256") == Some(&trusted.sha256);
        said("outline").filter(|outline| same && !outline.is_empty())
    })?;
    Some(outline.lines().map(Into::into).collect())
}

/// The trusted files that name a credential, as far as the log has their outlines.
pub fn naming(client: &mut Client, row: &CredentialRow) -> Result<Vec<String>, Failure> {
    let files = client.ask(TrustedFilesRequest {})?;
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let entries = allowed(client)?;
    let named = files.into_iter().filter(|file| {
        let outline = outline_of(&entries, file);
        outline.is_some_and(|outline| names(&outline, row))
    });
    Ok(named.map(|file| file.path).collect())
}

/// A relative reference follows `-e`, and that of a template also `-p`: it may mean this one.
fn names(outline: &[String], row: &CredentialRow) -> bool {
    let lines = by_name(outline);
    let project = lines.get("project").map(|(project, _)| *project);
    let texts = lines
        .iter()
        .flat_map(|(name, (references, _))| references.split(", ").chain([*name]));
    let mut references = texts.filter_map(|text| Reference::parse(text).ok());
    references.any(|reference| {
        let here = match &reference.place {
            Some((project, environment)) => {
                (project, environment) == (&row.project, &row.environment)
            }
            None => project.is_none_or(|project| project == row.project),
        };
        here && reference.name == row.name
    })
}

/// What is another one, in lines to be shown.
pub fn describe(before: &[String], after: &[String]) -> String {
    let (before, after) = (by_name(before), by_name(after));
    let mut text = String::from("Changes since it was trusted\n");
    let nothing = text.len();
    let mut names: Vec<&str> = before.keys().chain(after.keys()).copied().collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let (old, new) = (before.get(name), after.get(name));
        let shown = |sign: char, said: Option<&(&str, &str)>| match said {
            None => String::new(),
            Some(("", _)) => format!("  {sign} {}\n", shortened(name)),
            Some((references, _)) => {
                format!("  {sign} {} = {}\n", shortened(name), shortened(references))
            }
        };
        if old.map(|one| one.0) != new.map(|one| one.0) {
            text += &shown('-', old);
            text += &shown('+', new);
        } else if old != new {
            text += &format!("  ~ {}: its text\n", shortened(name));
        }
    }
    if text.len() == nothing {
        text.push_str("  no names, references or texts changed\n");
    }
    text
}

fn by_name(lines: &[String]) -> BTreeMap<&str, (&str, &str)> {
    let parts = lines.iter().filter_map(|line| line.split_once('\t'));
    parts
        .map(|(name, rest)| (name, rest.split_once('\t').unwrap_or((rest, ""))))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outlined(text: &str) -> Vec<String> {
        outline(&ProjectFile::parse(text).unwrap())
    }

    #[test]
    fn names_and_references_are_compared_and_values_never_shown() {
        let before = outlined(
            "project = 'shop'\nenvironment = 'dev'\n[env]\nKEPT = 'kh:kept'\nGONE = 'kh:gone'\n\
             MOVED = 'kh:here'\nURL = 'https://{{kh:kept|url}}@host'\nLEVEL = 'debug'\n",
        );
        let after = outlined(
            "project = 'shop'\n[env]\nKEPT = 'kh:kept'\nNEW = 'kh:new'\n\
             MOVED = 'kh://shop/prod/there'\nURL = 'https://{{kh:kept|url}}@evil'\n\
             LEVEL = 'debug'\nPLAIN = 'hunter2'\n",
        );
        let text = describe(&before, &after);
        assert_eq!(
            text,
            "Changes since it was trusted\n  \
             - GONE = kh:gone\n  \
             - MOVED = kh:here\n  \
             + MOVED = kh://shop/prod/there\n  \
             + NEW = kh:new\n  \
             + PLAIN\n  \
             ~ URL: its text\n  \
             - environment = dev\n"
        );
        assert!(!before.concat().contains("debug") && !after.concat().contains("hunter2"));
        assert!(describe(&after, &after).ends_with("changed\n"));
    }

    #[test]
    fn a_filter_is_a_part_of_the_text() {
        let file = |value: &str| outlined(&format!("project = 'a'\n[env]\nA = '{value}'"));
        let text = describe(&file("{{kh:a|url}}"), &file("{{kh:a|raw}}"));
        assert!(text.ends_with("~ A: its text\n"), "{text}");
    }
}
