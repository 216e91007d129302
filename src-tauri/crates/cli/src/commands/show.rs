//! `kh show`: everything about a credential except its values.

use std::fmt::Write as _;

use clap::Args;
use keyhaven_protocol::request::ShowRequest;
use keyhaven_protocol::view::{CredentialState, CredentialView, FieldKind, FieldView, Moment};

use super::rotation;
use crate::error::Failure;
use crate::output::escaped;
use crate::session::Context;
use crate::target::{self, TargetArgs, full_reference};
use crate::texts::count;

/// Show everything about a key except its value
///
/// Example:
///   kh show kh://shop/dev/stripe
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct ShowArgs {
    #[command(flatten)]
    target: TargetArgs,
}

/// `kh show`
pub fn show(context: &Context, arguments: ShowArgs) -> Result<(), Failure> {
    let mut client = context.unlocked()?;
    let named = target::named(context, &mut client, &arguments.target)?;
    let view = client.ask(ShowRequest {
        target: named.target,
    })?;
    if context.printer.json {
        return context.printer.document(&view);
    }
    let mut text = String::new();
    for (label, value) in lines(context, &view) {
        if !value.is_empty() {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{label:<13} {}", escaped(&value));
        }
    }
    context.printer.text(&text)
}

fn lines(context: &Context, view: &CredentialView) -> Vec<(&'static str, String)> {
    let calendar = &context.calendar;
    let row = &view.row;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let mut lines = vec![
        ("Name", row.name.clone()),
        (
            "Reference",
            full_reference(&row.project, &row.environment, &row.name),
        ),
        (
            "Environment",
            format!("{}/{} ({})", row.project, row.environment, row.tier.name()),
        ),
        ("State", state_word(row.state).into()),
        ("Provider", text(&row.provider)),
    ];
    lines.extend(
        view.field_list
            .iter()
            .map(|field| ("Field", field_words(field))),
    );
    let dated = |moment: Option<Moment>, distance| {
        moment.map_or_else(String::new, |moment| {
            calendar.with_distance(moment, distance)
        })
    };
    let rotation_due = dated(row.rotation_due, row.rotation_in);
    let rotation_due = match rotation::basis(context, view) {
        Some(basis) => format!("{rotation_due}, {basis}"),
        None => rotation_due,
    };
    lines.extend([
        ("Expires", dated(row.expires, row.expires_in)),
        ("Rotation due", rotation_due),
        ("Rotation", rotation::without_date(view).unwrap_or_default()),
        (
            "Rotate every",
            view.rotate_every_days
                .map_or_else(String::new, |days| count(days, "day")),
        ),
        (
            "Snoozed until",
            view.snoozed_until
                .map_or_else(String::new, |day| day.to_string()),
        ),
        ("Scopes", row.scopes.join(", ")),
        ("Allowed from", view.allowed_ips.join(", ")),
        ("Owner", text(&view.owner)),
        ("Quota", text(&view.quota)),
        ("Tags", row.tags.join(", ")),
        ("Page", text(&view.url)),
        ("Note", text(&view.note)),
        (
            "Version",
            match view.version {
                Some(number) => format!("{number}, since {}", calendar.local(view.rotated_at)),
                None => "none".into(),
            },
        ),
        ("Stored", calendar.local(view.created_at)),
        ("Changed", calendar.local(view.changed_at)),
        (
            "Used",
            match row.last_used {
                Some(at) => format!("{}, last {}", count(view.uses, "time"), calendar.local(at)),
                None => "never".into(),
            },
        ),
    ]);
    lines
}

fn field_words(field: &FieldView) -> String {
    let kind = match field.kind {
        FieldKind::Secret => "secret",
        FieldKind::Plain => "plain",
    };
    let filled = match &field.variable {
        Some(variable) => format!("sets {variable}"),
        None => "sets no variable".into(),
    };
    let allowed = if field.allow_loader_variable {
        ", allowed although it changes how programs load code"
    } else {
        ""
    };
    format!("{} ({kind}), {filled}{allowed}", field.name)
}

const fn state_word(state: CredentialState) -> &'static str {
    match state {
        CredentialState::Revoked => "revoked",
        CredentialState::Expired => "expired",
        CredentialState::Overdue => "rotation overdue",
        CredentialState::DueSoon => "due soon",
        CredentialState::Fine => "fine",
    }
}
