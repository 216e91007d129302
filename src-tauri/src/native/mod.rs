//! The only module that uses the toolkit (GTK) directly: dialogs that no script can answer,
//! input that no script can make up, how windows lie over each other, the light or dark theme of
//! the desktop, and what keeps windows from being shown. Everything else goes through Tauri.

pub mod appearance;
pub mod dialogs;
pub mod input;
pub mod page_process;
pub mod stacking;
pub mod toolkit;
