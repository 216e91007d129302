//! The only module that uses the toolkit (GTK) directly: dialogs that no script can answer,
//! and the light or dark theme of the desktop. Everything else goes through Tauri.

pub mod appearance;
pub mod dialogs;
