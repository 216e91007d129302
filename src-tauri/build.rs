//! Declares to Tauri which commands exist, so that no other can be called and each has its
//! own permission.

use std::error::Error;

#[allow(unused_macros, reason = "the crate uses the handlers")]
#[path = "src/command_list.rs"]
mod command_list;

fn main() -> Result<(), Box<dyn Error>> {
    let manifest = tauri_build::AppManifest::new().commands(command_list::COMMANDS);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest))?;
    Ok(())
}
