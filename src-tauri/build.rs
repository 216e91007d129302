//! Tells Tauri which commands exist, so that no other can be called and each has a
//! permission of its own.

use std::error::Error;

#[allow(unused_macros, reason = "the crate uses the handlers")]
#[path = "src/surface.rs"]
mod surface;

fn main() -> Result<(), Box<dyn Error>> {
    let manifest = tauri_build::AppManifest::new().commands(surface::COMMANDS);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest))?;
    Ok(())
}
