//! The commands of both windows. Each is in `surface.rs`, and does little more than to
//! hand over.

mod care;
mod credentials;
mod imports;
mod keys;
mod launches;
mod preferences;
mod profiles;
mod prompt;
mod queries;
mod reveal;

pub use care::*;
pub use credentials::*;
pub use imports::*;
pub use keys::*;
pub use launches::*;
pub use preferences::*;
pub use profiles::*;
pub use prompt::*;
pub use queries::*;
pub use reveal::*;
