//! When a key is due for rotation and why, in words.

use keyhaven_protocol::view::{CredentialView, Moment, RotationBasis};

use super::metadata::usual_interval;
use crate::error::Failure;
use crate::output::escaped;
use crate::session::Context;
use crate::texts::count;

/// What set the rotation due date: `90 days after the new value of 2026-09-02`.
pub fn basis(context: &Context, view: &CredentialView) -> Option<String> {
    let since = context.calendar.day(Moment::Instant(view.rotated_at));
    let after = view.rotate_every_days.map(|days| count(days, "day"));
    match (view.rotation_basis?, after) {
        (RotationBasis::FixedDate, _) | (_, None) => {
            Some("a fixed date until the next new value".into())
        }
        (RotationBasis::Added, Some(after)) => {
            Some(format!("{after} after it was added on {since}"))
        }
        (RotationBasis::NewValue, Some(after)) => {
            Some(format!("{after} after the new value of {since}"))
        }
        (RotationBasis::EarlierVersion, Some(after)) => Some(format!(
            "{after} after {since}, when the version in use was made"
        )),
    }
}

/// The policy of a key without a rotation due date: why it has none, or what is usual.
pub fn without_date(view: &CredentialView) -> Option<String> {
    if let Some(reason) = &view.never_rotate {
        return Some(format!("never: {reason}"));
    }
    if view.row.plain || view.row.rotation_due.is_some() {
        return None;
    }
    let days = usual_interval(view.row.provider.as_deref())?;
    Some(format!("no policy; --rotate-every usual sets {days} days"))
}

/// Says when the rotation is due now, where a change moved that.
pub fn note_change(
    context: &Context,
    before: &CredentialView,
    now: &CredentialView,
) -> Result<(), Failure> {
    if context.printer.json {
        return Ok(());
    }
    let moved = before.row.rotation_due != now.row.rotation_due
        || before.rotation_basis != now.rotation_basis;
    let words = (moved || before.never_rotate != now.never_rotate).then(|| words(context, now));
    context.printer.done_if(words.as_deref())
}

/// Says when a new value is due for rotation, and that a fixed date ended with the one before.
pub fn note_new_value(
    context: &Context,
    before: &CredentialView,
    now: &CredentialView,
) -> Result<(), Failure> {
    if now.row.rotation_due.is_none() && before.row.rotation_due.is_none() {
        return Ok(());
    }
    context.printer.done(&words(context, now))?;
    let ended = before.rotate_on.filter(|_| now.rotate_on.is_none());
    let ended = ended.map(|date| {
        let date = context.calendar.plain(date);
        format!("The fixed rotation date, {date}, ended with the previous value.")
    });
    context.printer.done_if(ended.as_deref())
}

fn words(context: &Context, view: &CredentialView) -> String {
    let name = escaped(&view.row.name);
    let due = view.row.rotation_due.zip(basis(context, view));
    match (due, &view.never_rotate) {
        (Some((due, basis)), _) => {
            let due = context.calendar.with_distance(due, view.row.rotation_in);
            format!("The rotation of {name} is due {due}, {basis}.")
        }
        (None, Some(_)) => format!("{name} is never due for rotation now."),
        (None, None) => format!("{name} has no rotation due date now."),
    }
}
