//! Long-running jobs: work on the whole vault, in slices between which requests are answered, and
//! what waits for others. A job reports its progress, and a lock ends it. When a job begins
//! without being asked for is decided in `tasks`.

pub(crate) mod backup;
pub(crate) mod check;
pub(crate) mod rotate;
