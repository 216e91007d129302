//! What `run`, `shell`, `env` and everything else that gives values to programs share.
//!
//! A [`LaunchOrder`] says what is to be launched, [`resolve()`] requests its variables, and then
//! [`exec`] replaces this process with the program or [`supervise`] stays as its parent.

mod arguments;
mod exec;
mod files;
mod hints;
mod order;
mod refusals;
mod resolve;
mod supervise;

pub use arguments::{ChoiceArgs, ExpiredArg, InheritArgs, LaunchArgs, MaskArgs};
pub use exec::{expect_program, inherited, room};
pub use files::FileArgs;
pub use hints::refused;
pub use order::{LaunchOrder, choice, order, saved_profile};
pub use refusals::AskedLaunch;
pub use resolve::{resolve, variables};
pub use supervise::{Supervision, WatchSignal, events, mask_output};
