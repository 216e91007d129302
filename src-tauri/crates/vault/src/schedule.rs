//! The `schedule` file.

use std::path::Path;

use crate::error::Error;
use crate::reminder::Schedule;

/// Reads the file; `None` where there is none.
pub fn read(path: &Path) -> Result<Option<Schedule>, ScheduleError> {
    let _ = path;
    unimplemented!()
}

/// Writes the file atomically.
pub fn write(path: &Path, schedule: &Schedule) -> Result<(), Error> {
    let _ = (path, schedule);
    unimplemented!()
}

/// Why a schedule cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ScheduleError {
    /// Its checksum or form is wrong: reminders pause until the next unlock.
    #[error("the schedule is damaged")]
    Damaged,
    /// It cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Error),
}
