//! The main process: its state, and its parts of the desktop (window, tray, prompts).

pub mod agent_events;
pub mod confirm;
mod confirmation;
mod desktop;
pub mod instance;
mod native_desktop;
mod page_restarts;
mod placement;
pub mod preferences;
mod prompts;
mod start;
mod state;
mod tray;
mod turn;
mod unsaved;
pub mod window;

pub use desktop::{Desktop, FirstLine, Question, VaultSummary, WindowEvent};
pub use native_desktop::NativeDesktop;
pub use start::start_launch;
pub use state::AppState;
pub use turn::TURNS;
pub use unsaved::UnsavedWork;
