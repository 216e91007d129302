//! The only module that uses the toolkit (GTK) directly: dialogs that no script can answer,
//! input that no script can make up, how windows lie over each other, and the light or dark
//! theme of the desktop. Everything else goes through Tauri.

pub mod appearance;
pub mod dialogs;
pub mod display;
pub mod input;
pub mod stacking;
