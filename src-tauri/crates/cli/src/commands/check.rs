//! `kh check`: whether keys are alive at their providers.

use clap::Args;
use keyhaven_client::Client;
use keyhaven_protocol::check::{CheckRequest, CheckState, KeyCheckView};
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::request::{ListRequest, ShowRequest};
use keyhaven_protocol::view::{CredentialRow, CredentialState};
use serde_json::Value;

use crate::error::Failure;
use crate::notice::CliNotice;
use crate::problem::CliProblem;
use crate::progress;
use crate::session::Context;
use crate::style::Tone;
use crate::table::Table;
use crate::target::{self, LocationArgs, TargetArgs};
use crate::texts;

/// Ask the providers of keys whether they are alive
///
/// Each key is sent to its own provider, over the network, and nowhere else;
/// the audit log names the host. The exit status is 0 if every named key is
/// alive; with --all or -p alone, if none is dead; otherwise 1.
///
/// Example:
///   kh check stripe -p shop -e dev
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
}

/// `kh check`
pub fn check(context: &Context, arguments: CheckArgs) -> Result<(), Failure> {
    let mut client = context.unlocked()?;
    let are_named = !arguments.references.is_empty();
    let rows = match are_named {
        true => named(context, &mut client, &arguments)?,
        false => all(context, &mut client, &arguments.location)?,
    };
    let request = CheckRequest {
        ids: rows.iter().map(|row| row.id).collect(),
        may_cost: arguments.costly,
    };
    let none = Segments::default();
    let answered = progress::ask(&context.printer, &mut client, "Checking", request, &none)?;
    let found = answered.answer;
    print(context, &found, are_named)?;
    let count = |state| found.iter().filter(|it| it.result.state == state).count();
    let (dead, unknown) = (count(CheckState::Dead), count(CheckState::Unknown));
    if dead > 0 || (are_named && unknown > 0) {
        return Err(CliProblem::NotAlive { dead, unknown }.into());
    }
    Ok(())
}

/// The credentials that were named, each once.
fn named(
    context: &Context,
    client: &mut Client,
    arguments: &CheckArgs,
) -> Result<Vec<CredentialRow>, Failure> {
    let mut rows: Vec<CredentialRow> = Vec::new();
    for reference in &arguments.references {
        let target = TargetArgs {
            reference: reference.clone(),
            location: arguments.location.clone(),
        };
        let named = target::named(context, client, &target)?;
        let target = named.target;
        let row = client.ask(ShowRequest { target })?.row;
        if rows.iter().all(|known| known.id != row.id) {
            rows.push(row);
        }
    }
    Ok(rows)
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

fn print(context: &Context, found: &[KeyCheckView], are_named: bool) -> Result<(), Failure> {
    let printer = &context.printer;
    if printer.json {
        let found: Vec<Value> = found.iter().map(json).collect();
        return match found.as_slice() {
            [only] if are_named => printer.document(only),
            several => printer.document(&several),
        };
    }
    if found.is_empty() {
        return printer.done("No keys to check.");
    }
    let mut table = Table::new(["NAME", "PROJECT", "ENV", "PROVIDER", "STATE", "HOST", "WHY"]);
    for view in found {
        let (state, tone) = match view.result.state {
            CheckState::Alive => ("alive", Tone::Normal),
            CheckState::Dead => ("dead", Tone::Hot),
            CheckState::Unknown => ("unknown", Tone::Warm),
        };
        let host = view.result.host.as_deref().unwrap_or_default();
        table.row([
            (&view.name, Tone::Normal),
            (&view.project, Tone::Normal),
            (&view.environment, Tone::Normal),
            (view.provider.as_deref().unwrap_or_default(), Tone::Normal),
            (state, tone),
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
