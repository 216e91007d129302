//! `kh check`: whether keys are alive at their providers, and what these report about them.

mod reported;

use clap::Args;
use keyhaven_client::Client;
use keyhaven_protocol::check::{CheckRequest, KeyCheckView, Verdict};
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::request::ListRequest;
use keyhaven_protocol::view::{CredentialRow, CredentialState};
use serde_json::Value;

use reported::ReportedKey;

use crate::error::Failure;
use crate::notice::CliNotice;
use crate::output::escaped;
use crate::problem::CliProblem;
use crate::progress;
use crate::session::Context;
use crate::style::Tone;
use crate::table::Table;
use crate::target::{self, LocationArgs, full_reference};
use crate::texts;

/// Ask the providers of keys whether they are alive
///
/// Each key is sent to its own provider, or signs a request to it, over the
/// network, and goes nowhere else; the audit log names the host. What a provider reports about a key that is
/// alive, such as its expiry or scopes, is shown next to what is stored here.
///
/// The exit status is 0 if every named key is alive; with --all or -p alone,
/// if none is dead; otherwise 1. With --json the answer is an array, also for one.
///
/// Examples:
///   kh check stripe -p shop -e dev
///   kh check --all --fill
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct CheckArgs {
    /// kh://PROJECT/ENVIRONMENT/NAME, or NAME with -p and -e (can be repeated)
    #[arg(value_name = "REF", required_unless_present_any = ["all", "project"])]
    references: Vec<String>,
    #[command(flatten)]
    location: LocationArgs,
    /// Check every key that has a provider
    #[arg(long, conflicts_with_all = ["references", "project", "environment"])]
    all: bool,
    /// Also make checks that cost money or a part of a quota
    #[arg(long)]
    costly: bool,
    /// Store the expiry, scopes, owner and quota that providers report, where
    /// none is stored; what is stored stays
    #[arg(long)]
    fill: bool,
}

/// `kh check`
pub fn check(context: &Context, arguments: CheckArgs) -> Result<(), Failure> {
    let mut client = context.unlocked()?;
    let are_named = !arguments.references.is_empty();
    let (references, location) = (&arguments.references, &arguments.location);
    let rows: Vec<CredentialRow> = match are_named {
        true => target::each_named(context, &mut client, references, location)?
            .into_iter()
            .map(|view| view.row)
            .collect(),
        false => all(context, &mut client, location)?,
    };
    let request = CheckRequest {
        ids: rows.iter().map(|row| row.id).collect(),
        may_cost: arguments.costly,
        version: None,
    };
    let none = Segments::default();
    let answered = progress::ask(&context.printer, &mut client, "Checking", request, &none)?;
    let found = answered.answer;
    let reported = reported::all(&mut client, &found, &context.calendar)?;
    if arguments.fill {
        reported::store(&mut client, &reported)?;
    }
    match context.printer.json {
        true => print_json(context, &found, arguments.fill.then_some(&reported))?,
        false => {
            print(context, &found)?;
            print_reported(context, &reported, arguments.fill)?;
        }
    }
    let count = |state| found.iter().filter(|it| it.result.state == state).count();
    let (dead, unknown) = (count(Verdict::Dead), count(Verdict::Unknown));
    if dead > 0 || (are_named && unknown > 0) {
        let is_dead = |it: &&KeyCheckView| it.result.state == Verdict::Dead;
        let reference = |it: &KeyCheckView| full_reference(&it.project, &it.environment, &it.name);
        return Err(CliProblem::NotAlive {
            dead,
            unknown,
            references: found.iter().filter(is_dead).map(reference).collect(),
        }
        .into());
    }
    Ok(())
}

/// Those of a location, or of the whole vault, that could be checked.
fn all(
    context: &Context,
    client: &mut Client,
    location: &LocationArgs,
) -> Result<Vec<CredentialRow>, Failure> {
    let rows = client.ask(ListRequest {
        project: location.project.clone(),
        environment: location.environment.clone(),
        ..ListRequest::default()
    })?;
    let is_key = |row: &CredentialRow| !row.plain && row.state != CredentialState::Revoked;
    let (known, others): (Vec<_>, Vec<_>) = rows
        .into_iter()
        .filter(is_key)
        .partition(|row| row.provider.is_some());
    if !others.is_empty() {
        let count = others.len();
        context.printer.note(&CliNotice::NotChecked { count });
    }
    Ok(known)
}

/// The documents of the results; with what was stored of the reports, where that was asked for.
fn print_json(
    context: &Context,
    found: &[KeyCheckView],
    filled: Option<&Vec<ReportedKey>>,
) -> Result<(), Failure> {
    let document = |view: &KeyCheckView| {
        let mut document = json(view);
        if let Some(filled) = filled {
            let key = filled.iter().find(|key| key.is(view));
            document["filled"] = key.map(ReportedKey::missing).unwrap_or_default().into();
        }
        document
    };
    let found: Vec<Value> = found.iter().map(document).collect();
    context.printer.document(&found)
}

fn print_reported(context: &Context, reported: &[ReportedKey], fill: bool) -> Result<(), Failure> {
    let printer = &context.printer;
    if !reported.is_empty() {
        printer.text("\n")?;
        printer.text(&reported::table(reported, &context.calendar, printer))?;
    }
    let incomplete: Vec<_> = reported
        .iter()
        .filter(|key| !key.missing().is_empty())
        .collect();
    if !fill {
        let count = incomplete.len();
        if count > 0 {
            printer.note(&CliNotice::CanFill { count });
        }
        return Ok(());
    }
    for key in incomplete {
        let (name, facts) = (escaped(key.name()), key.missing().join(", "));
        printer.done(&format!("Stored for {name}: {facts}."))?;
    }
    Ok(())
}

fn print(context: &Context, found: &[KeyCheckView]) -> Result<(), Failure> {
    let printer = &context.printer;
    if found.is_empty() {
        return printer.done("No keys to check.");
    }
    let mut table = Table::new(["NAME", "PROJECT", "ENV", "PROVIDER", "STATE", "HOST", "WHY"]);
    for view in found {
        let state = view.result.state;
        let tone = match state {
            Verdict::Alive => Tone::Normal,
            Verdict::Dead => Tone::Hot,
            Verdict::Unknown => Tone::Warm,
        };
        let host = view.result.host.as_deref().unwrap_or_default();
        table.row([
            (&view.name, Tone::Normal),
            (&view.project, Tone::Normal),
            (&view.environment, Tone::Normal),
            (view.provider.as_deref().unwrap_or_default(), Tone::Normal),
            (state.name(), tone),
            (host, Tone::Faint),
            (&why(view), Tone::Normal),
        ]);
    }
    printer.text(&table.render(printer))
}

/// The reason in words; empty where there is none.
fn why(view: &KeyCheckView) -> String {
    let reason = view.result.reason.as_ref();
    reason.map(texts::check_reason).unwrap_or_default()
}

/// The JSON of a result: its reason also has its text, as `why`.
fn json(view: &KeyCheckView) -> Value {
    let mut document = serde_json::to_value(view).unwrap_or_default();
    document["why"] = match view.result.reason {
        Some(_) => why(view).into(),
        None => Value::Null,
    };
    document
}
