//! `kh health`: what is wrong with the keys, and what fixes it.

use clap::Args;
use keyhaven_protocol::health::{
    HealthFinding, HealthFix, HealthRequest, HealthSeverity, HealthView, KeyFinding,
};
use serde::Serialize;
use unicode_width::UnicodeWidthStr as _;

use crate::error::Failure;
use crate::output::{Printer, escaped};
use crate::session::Context;
use crate::style::{RESET, Tone};
use crate::target::LocationArgs;
use crate::texts;

/// Show what is wrong with keys, each with a command that fixes it
///
/// Finds keys that expire, are overdue, have no dates, no owner or a weak value, share a
/// value, are not used, or belong elsewhere. Values are compared in the agent and stay there.
///
/// Examples:
///   kh health
///   kh health -p shop -e prod
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct HealthArgs {
    #[command(flatten)]
    location: LocationArgs,
}

/// Columns of a text; commands are not broken, so that they can be copied.
const WIDTH: usize = 80;

#[derive(Serialize)]
struct HealthDocument<'v> {
    keys: u32,
    problems: u32,
    warnings: u32,
    notes: u32,
    findings: Vec<KeyFindingDocument<'v>>,
}

#[derive(Serialize)]
struct KeyFindingDocument<'v> {
    reference: String,
    project: &'v str,
    environment: &'v str,
    name: &'v str,
    severity: HealthSeverity,
    #[serde(flatten)]
    finding: &'v HealthFinding,
    message: String,
    fix: HealthFix,
    command: String,
}

impl<'v> From<&'v KeyFinding> for KeyFindingDocument<'v> {
    fn from(found: &'v KeyFinding) -> Self {
        Self {
            reference: found.reference(),
            project: &found.project,
            environment: &found.environment,
            name: &found.name,
            severity: found.finding.severity(),
            finding: &found.finding,
            message: texts::health(&found.finding),
            fix: found.fix,
            command: found.command(),
        }
    }
}

/// `kh health`
pub fn health(context: &Context, arguments: HealthArgs) -> Result<(), Failure> {
    let LocationArgs {
        project,
        environment,
    } = arguments.location;
    let request = HealthRequest {
        project,
        environment,
    };
    let view = context.unlocked()?.ask(request)?;
    let printer = &context.printer;
    if printer.json {
        return printer.document(&HealthDocument {
            keys: view.keys,
            problems: view.problems,
            warnings: view.warnings,
            notes: view.notes,
            findings: view.findings.iter().map(Into::into).collect(),
        });
    }
    if view.findings.is_empty() {
        return printer.done(&all_well(view.keys));
    }
    printer.text(&report(printer, &view))
}

fn all_well(keys: u32) -> String {
    match keys {
        0 => "There are no keys to look at.".into(),
        1 => "Nothing was found about the key.".into(),
        keys => format!("Nothing was found about the {keys} keys."),
    }
}

fn report(printer: &Printer, view: &HealthView) -> String {
    let mut text = String::new();
    let by_severity = |a: &KeyFinding, b: &KeyFinding| a.finding.severity() == b.finding.severity();
    for group in view.findings.chunk_by(by_severity) {
        let (heading, tone) = heading(group[0].finding.severity());
        put(&mut text, printer, heading, tone);
        for of_key in group.chunk_by(|a, b| a.id == b.id) {
            put(&mut text, printer, &of_key[0].reference(), Tone::Strong);
            for found in of_key {
                text.push_str(&wrapped(&escaped(&texts::health(&found.finding))));
                let command = format!("  fix: {}", escaped(&found.command()));
                put(&mut text, printer, &command, Tone::Faint);
            }
        }
        text.push('\n');
    }
    let shown = u32::try_from(view.findings.len()).unwrap_or(u32::MAX);
    let more = view.total().saturating_sub(shown);
    if more > 0 {
        text += &format!("{more} more are not shown; look at fewer keys with -p and -e.\n");
    }
    text + &summary(view)
}

const fn heading(severity: HealthSeverity) -> (&'static str, Tone) {
    match severity {
        HealthSeverity::Problem => ("PROBLEMS", Tone::Hot),
        HealthSeverity::Warning => ("WARNINGS", Tone::Warm),
        HealthSeverity::Note => ("NOTES", Tone::Normal),
    }
}

fn summary(view: &HealthView) -> String {
    let counts = [
        (view.problems, "problem"),
        (view.warnings, "warning"),
        (view.notes, "note"),
    ];
    let counts = counts.into_iter().filter(|(count, _)| *count > 0);
    let counts: Vec<_> = counts
        .map(|(count, noun)| texts::count(count, noun))
        .collect();
    format!(
        "{} in {}.\n",
        counts.join(", "),
        texts::count(view.keys, "key")
    )
}

fn put(text: &mut String, printer: &Printer, line: &str, tone: Tone) {
    match printer.coloured() && tone != Tone::Normal {
        true => *text += &format!("{}{line}{RESET}\n", tone.sequence()),
        false => *text += &format!("{line}\n"),
    }
}

/// A sentence in lines that begin with two spaces and end before the width; a word that is
/// longer gets a line.
fn wrapped(sentence: &str) -> String {
    let mut text = String::from(" ");
    let mut column = 1;
    for word in sentence.split(' ') {
        let width = word.width() + 1;
        if column + width > WIDTH && column > 2 {
            text.push_str("\n ");
            column = 1;
        }
        text.push(' ');
        text.push_str(word);
        column += width;
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests;
