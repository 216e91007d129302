//! How far open rotations are, and what comes next.

use keyhaven_exchange::Catalogue;
use keyhaven_protocol::check::Verdict;
use keyhaven_protocol::view::{AutomationView, RotationStageView, RotationView};

use crate::error::Failure;
use crate::session::Context;
use crate::style::Tone;
use crate::table::Table;
use crate::texts;

/// All open rotations.
pub fn all(context: &Context, open: &[RotationView]) -> Result<(), Failure> {
    if context.printer.json {
        return context.printer.document(&open);
    }
    if open.is_empty() {
        return context.printer.done("No rotation is open.");
    }
    table(context, open)
}

/// One of them.
pub fn one(context: &Context, open: &RotationView) -> Result<(), Failure> {
    match context.printer.json {
        true => context.printer.document(open),
        false => table(context, std::slice::from_ref(open)),
    }
}

fn table(context: &Context, open: &[RotationView]) -> Result<(), Failure> {
    let mut table = Table::new(["NAME", "PROJECT", "ENV", "STAGE", "STARTED", "NEXT"]);
    for rotation in open {
        let row = &rotation.credential;
        let tone = match rotation.stage {
            RotationStageView::GraceOver | RotationStageView::NeedsPerson => Tone::Warm,
            _ => Tone::Normal,
        };
        table.row([
            (&row.name, Tone::Normal),
            (&row.project, Tone::Normal),
            (&row.environment, Tone::Normal),
            (&stage(context, rotation), tone),
            (&context.calendar.local(rotation.started_at), Tone::Faint),
            (&next(rotation), Tone::Normal),
        ]);
    }
    context.printer.text(&table.render(&context.printer))
}

fn stage(context: &Context, rotation: &RotationView) -> String {
    let until = rotation.grace_until;
    let until = until.map(|until| context.calendar.local(until));
    let until = until.unwrap_or_default();
    match rotation.stage {
        RotationStageView::Creating => "asking the provider for a new key".into(),
        RotationStageView::Revoking => "asking the provider to end the old key".into(),
        RotationStageView::NeedsPerson => match &rotation.automation {
            Some(AutomationView {
                reason: Some(reason),
                ..
            }) => format!("needs a person: {}", texts::check_reason(reason)),
            _ => "needs a person".into(),
        },
        RotationStageView::Pending => format!("pending, {}", checked(rotation)),
        RotationStageView::Verified => "pending, alive at its provider".into(),
        RotationStageView::Grace => format!("in use, grace period until {until}"),
        RotationStageView::GraceOver => format!("in use, grace period over since {until}"),
    }
}

/// What is known of a new value that was not found alive.
pub fn checked(rotation: &RotationView) -> &'static str {
    match rotation.check.map(|check| check.state) {
        None => "not checked",
        Some(Verdict::Dead) => "dead at its provider",
        Some(Verdict::Unknown) => "checked without a result",
        Some(Verdict::Alive) => "alive at its provider",
    }
}

fn next(rotation: &RotationView) -> String {
    let provider = rotation.credential.provider.as_deref();
    let page = || Catalogue::builtin().get(provider?)?.dashboard_address();
    let tag = rotation.automation.as_ref().map(|asked| &asked.tag);
    match (rotation.stage, page()) {
        (RotationStageView::Creating | RotationStageView::Revoking, _) => {
            "go on with --resume".into()
        }
        (RotationStageView::NeedsPerson, page) if rotation.replaced.is_none() => {
            let place = page.unwrap_or_else(|| "its provider".into());
            format!(
                "look for {} at {place}",
                tag.map_or("the key", String::as_str)
            )
        }
        (RotationStageView::Pending | RotationStageView::Verified, _) => "use the new value".into(),
        (_, Some(page)) => format!("revoke the old key at {page}"),
        (_, None) => "revoke the old key at its provider".into(),
    }
}
