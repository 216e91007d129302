//! `cargo xtask install`: the programs, a desktop entry and the icons
//! below one prefix. A second run changes nothing; a running program keeps the
//! file it was started from.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::release;
use crate::say;
use crate::setup;
use crate::stage::Stages;
use crate::workspace::Workspace;

const PROGRAMS: [&str; 4] = ["kh", "keyhaven-agent", "keyhaven-worker", "keyhaven"];

/// Icon files and the folder of the hicolor theme each belongs to.
const ICONS: [(&str, &str); 6] = [
    ("16x16.png", "16x16"),
    ("32x32.png", "32x32"),
    ("64x64.png", "64x64"),
    ("128x128.png", "128x128"),
    ("128x128@2x.png", "256x256"),
    ("icon.png", "512x512"),
];

/// Builds in release and installs below `prefix` (`~/.local` unless given).
///
/// # Errors
/// When the build fails or a file cannot be written.
pub fn install(workspace: &Workspace, stages: &mut Stages, prefix: Option<&str>) -> Result<()> {
    let prefix = absolute_prefix(prefix)?;
    setup::for_build(workspace, stages)?;
    setup::build_front_end(workspace, stages)?;
    release::build(workspace, stages, &["--bins"])?;
    stages.run("files", || {
        for program in PROGRAMS {
            place(
                &workspace.release().join(program),
                &prefix.join("bin").join(program),
            )?;
        }
        icons(workspace, &prefix)?;
        desktop_entry(&prefix)
    })?;
    hints(&prefix);
    Ok(())
}

fn absolute_prefix(prefix: Option<&str>) -> Result<PathBuf> {
    let prefix = match prefix {
        Some(prefix) => PathBuf::from(prefix),
        None => PathBuf::from(std::env::var_os("HOME").context("HOME is not set")?).join(".local"),
    };
    let prefix = std::path::absolute(prefix)?;
    // The entry's Exec line has its own quoting rules. Refuse what would need them.
    let plain = |c: char| c.is_alphanumeric() || "/._-+@ ".contains(c);
    match prefix.to_str() {
        Some(text) if text.chars().all(plain) => Ok(prefix),
        _ => bail!(
            "{} has characters that would need quoting in a desktop entry\n\
             hint: choose a prefix of letters, digits, spaces and . _ - + @",
            prefix.display()
        ),
    }
}

fn icons(workspace: &Workspace, prefix: &Path) -> Result<()> {
    let theme = prefix.join("share/icons/hicolor");
    let source = workspace.root.join("icons");
    for (file, size) in ICONS {
        place(
            &source.join(file),
            &theme.join(size).join("apps/keyhaven.png"),
        )?;
    }
    place(
        &source.join("keyhaven.svg"),
        &theme.join("scalable/apps/keyhaven.svg"),
    )?;
    refresh(
        "gtk-update-icon-cache",
        &["--quiet", "--ignore-theme-index"],
        &theme,
    );
    Ok(())
}

fn desktop_entry(prefix: &Path) -> Result<()> {
    let folder = prefix.join("share/applications");
    let program = prefix.join("bin/keyhaven");
    let entry = format!(
        "[Desktop Entry]\n\
         Type=Application\n\
         Name=Keyhaven\n\
         GenericName=API key vault\n\
         Comment=Keeps API keys encrypted and hands them to the programs that need them\n\
         Exec=\"{}\" %u\n\
         Icon=keyhaven\n\
         Terminal=false\n\
         Categories=Development;Security;Utility;\n\
         Keywords=secret;key;token;credential;env;password;\n\
         StartupWMClass=keyhaven\n\
         StartupNotify=true\n\
         MimeType=x-scheme-handler/keyhaven;\n",
        program.display()
    );
    write(&folder.join("keyhaven.desktop"), entry.as_bytes(), 0o644)?;
    refresh("update-desktop-database", &["-q"], &folder);
    Ok(())
}

/// Copies one file with its mode, through a new file and a rename, so that a
/// running program is never overwritten.
fn place(from: &Path, to: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let bytes = fs::read(from).with_context(|| format!("cannot read {}", from.display()))?;
    let executable = fs::metadata(from)?.permissions().mode() & 0o111 != 0;
    write(to, &bytes, if executable { 0o755 } else { 0o644 })
}

fn write(to: &Path, bytes: &[u8], mode: u32) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let folder = to.parent().context("a file needs a folder")?;
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mut name = to.file_name().context("a file needs a name")?.to_owned();
    name.push(".new");
    let new = folder.join(name);
    fs::write(&new, bytes).with_context(|| format!("cannot write {}", new.display()))?;
    fs::set_permissions(&new, fs::Permissions::from_mode(mode))?;
    fs::rename(&new, to).with_context(|| format!("cannot put {} in place", to.display()))?;
    say::line(&format!("    {}", to.display()));
    Ok(())
}

/// Refreshes a cache of the desktop, if it has one; it also refreshes by itself.
fn refresh(program: &str, arguments: &[&str], folder: &Path) {
    let _ = Command::new(program)
        .args(arguments)
        .arg(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
}

fn hints(prefix: &Path) {
    let bin = prefix.join("bin");
    let path = std::env::var_os("PATH").unwrap_or_default();
    if !std::env::split_paths(&path).any(|entry| entry == bin) {
        say::line(&format!(
            "\n{} is not in your PATH; add it to your shell's start-up file:\n  export PATH=\"{}:$PATH\"",
            bin.display(),
            bin.display()
        ));
    }
    say::line("\nIf an agent of an older version is running, `kh agent restart` replaces it.");
}

#[cfg(test)]
mod tests {
    use super::absolute_prefix;

    #[test]
    fn a_prefix_that_would_need_quoting_is_refused() {
        for prefix in [
            "/opt/a\"b",
            "/opt/$HOME",
            "/opt/a`b",
            "/opt/a\\b",
            "/opt/a%u",
            "/opt/a\nb",
        ] {
            assert!(absolute_prefix(Some(prefix)).is_err(), "{prefix:?}");
        }
        assert_eq!(
            absolute_prefix(Some("/opt/my tools")).unwrap().to_str(),
            Some("/opt/my tools")
        );
    }
}
