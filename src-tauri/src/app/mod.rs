//! The main process: its state, and its parts of the desktop (window, tray, prompts).

pub mod agent_events;
pub mod confirm;
mod desktop;
pub mod instance;
mod native_desktop;
pub mod preferences;
mod prompts;
mod state;
mod tray;
pub mod window;

pub use desktop::{Desktop, FirstLine, Question, WindowEvent};
pub use native_desktop::NativeDesktop;
pub use state::{AppState, VaultSummary};
