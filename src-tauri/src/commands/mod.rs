//! The commands of both windows. Each is in `command_list.rs`, and does little more than to
//! hand over.

mod credentials;
mod draft;
mod health;
mod imports;
mod launches;
mod maintenance;
mod preferences;
mod profiles;
mod prompt;
mod queries;
mod reveal;
mod salvage;
mod unlock_methods;

pub use credentials::*;
pub use draft::*;
pub use health::*;
pub use imports::*;
pub use launches::*;
pub use maintenance::*;
pub use preferences::*;
pub use profiles::*;
pub use prompt::*;
pub use queries::*;
pub use reveal::*;
pub use salvage::*;
pub use unlock_methods::*;
