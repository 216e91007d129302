//! `kh history`: the versions of a credential and their uses.

use clap::Args;
use keyhaven_protocol::request::HistoryRequest;
use keyhaven_protocol::view::VersionLabel;

use super::audit;
use crate::error::Failure;
use crate::session::Context;
use crate::style::Tone;
use crate::table::Table;
use crate::target::{self, TargetArgs};

/// Show the versions of a key and who used it
///
/// Example:
///   kh history kh://shop/dev/stripe
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct HistoryArgs {
    #[command(flatten)]
    target: TargetArgs,
}

/// `kh history`
pub fn history(context: &Context, arguments: HistoryArgs) -> Result<(), Failure> {
    let mut client = context.unlocked()?;
    let named = target::named(context, &mut client, &arguments.target)?;
    let history = client.ask(HistoryRequest {
        target: named.target,
    })?;
    if context.printer.json {
        return context.printer.document(&history);
    }
    let calendar = &context.calendar;
    let mut table = Table::new(["VERSION", "IS", "STORED", "USES", "LAST USED"]);
    for version in &history.versions {
        let label = match (version.label, version.grace_until) {
            (VersionLabel::Previous, Some(until)) => {
                format!("previous, until {}", calendar.local(until))
            }
            (label, _) if !version.stored => format!("{}, erased", label_word(label)),
            (label, _) => label_word(label).into(),
        };
        let used = version
            .last_used
            .map_or_else(|| "never".into(), |at| calendar.ago(at));
        table.row([
            (&version.number.to_string(), Tone::Normal),
            (&label, Tone::Normal),
            (&calendar.local(version.created_at), Tone::Normal),
            (&version.uses.to_string(), Tone::Normal),
            (&used, Tone::Faint),
        ]);
    }
    let mut text = table.render(&context.printer);
    if !history.uses.is_empty() {
        text.push('\n');
        text += &audit::table(context, &history.uses).render(&context.printer);
    }
    context.printer.text(&text)
}

const fn label_word(label: VersionLabel) -> &'static str {
    match label {
        VersionLabel::Pending => "pending",
        VersionLabel::Current => "current",
        VersionLabel::Previous => "previous",
        VersionLabel::Retired => "retired",
        VersionLabel::Revoked => "revoked",
    }
}
