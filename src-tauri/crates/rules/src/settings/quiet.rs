//! What the quiet hours of two settings silence.

use super::Settings;

const MINUTES_OF_A_DAY: u32 = 24 * 60;

/// Whether some minute of the day is quiet in the wanted settings and not in the present ones.
pub(super) fn silences_more(present: &Settings, wanted: &Settings) -> bool {
    (0..MINUTES_OF_A_DAY).any(|minute| is_quiet(wanted, minute) && !is_quiet(present, minute))
}

/// Quiet hours may go over midnight.
fn is_quiet(settings: &Settings, minute: u32) -> bool {
    let (from, to) = (settings.quiet_from.minute(), settings.quiet_to.minute());
    if from > to {
        minute >= from || minute < to
    } else {
        minute >= from && minute < to
    }
}
