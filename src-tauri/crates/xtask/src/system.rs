//! The system packages: which are needed and why, which are missing, and how
//! they are installed. Only Debian and its derivatives are changed, only through apt.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::say;
use crate::stage::{shown, succeed};
use crate::workspace::ci;

/// A Debian package and the reason it is needed.
pub struct Package {
    name: &'static str,
    why: &'static str,
}

const fn package(name: &'static str, why: &'static str) -> Package {
    Package { name, why }
}

/// What building and running the three programs needs.
pub const BUILD: &[Package] = &[
    package(
        "build-essential",
        "the C compiler and Perl that build SQLCipher",
    ),
    package("pkg-config", "finds the libraries below"),
    package("libwebkit2gtk-4.1-dev", "the desktop window"),
];

/// What the tests need in addition.
pub const TESTS: &[Package] = &[
    package("webkit2gtk-driver", "drives the real window"),
    package("chromium", "renders every view of the front end in tests"),
    package("xvfb", "a separate display for each test"),
    package("openbox", "a window manager on that display"),
    package("dbus", "a separate message bus for each test"),
    package("dunst", "shows the native notifications"),
    package("gnome-keyring", "a separate login keychain for each test"),
    package("xdotool", "keyboard and windows on that display"),
    package("xclip", "reads the clipboard there"),
    package("scrot", "takes the pictures"),
    package("xterm", "a terminal for the window to open"),
    package("fonts-dejavu-core", "letters in the notifications"),
    package("postgresql", "a real program that needs a password"),
    package("git", "worktrees and clones"),
    package("zsh", "the shell hooks"),
    package("fish", "the shell hooks"),
    package("direnv", "a shell hook to run next to Keyhaven's"),
    package("awscli", "a real program that asks for its key"),
    package("python3-venv", "the stand-in for AWS that it talks to"),
];

/// Installs those of `packages` that are missing, saying first what and why.
///
/// # Errors
/// When apt fails, and on systems without apt when something is missing: then
/// the message is the list.
pub fn install_missing(packages: &[&Package]) -> Result<()> {
    if !has_apt() {
        return elsewhere(packages);
    }
    let missing = missing(packages)?;
    if missing.is_empty() {
        say::line("    all system packages are installed");
        return Ok(());
    }
    say::line("    Missing system packages, to be installed with apt-get:");
    for package in &missing {
        say::line(&format!("      {:<28} {}", package.name, package.why));
    }
    let names: Vec<&str> = missing.iter().map(|package| package.name).collect();
    bring_in(&names).with_context(|| {
        let names = names.join(" ");
        format!("install these by hand, as root: apt-get update && apt-get install {names}")
    })
}

/// Installs through apt, first with the package lists that are there: they are
/// usually current enough, and fetching new ones takes long.
fn bring_in(names: &[&str]) -> Result<()> {
    if !is_root()? && Command::new("sudo").arg("--version").output().is_err() {
        bail!("only root may install packages, and there is no sudo");
    }
    let install: Vec<&str> = ["install", "--yes", "--no-install-recommends"]
        .iter()
        .chain(names)
        .copied()
        .collect();
    if lists_there() && succeed(&mut apt(&install)?, "").is_ok() {
        return Ok(());
    }
    succeed(&mut apt(&["update"])?, "")?;
    succeed(&mut apt(&install)?, "")
}

fn has_apt() -> bool {
    Path::new("/usr/bin/dpkg-query").exists() && Path::new("/usr/bin/apt-get").exists()
}

fn missing<'a>(packages: &[&'a Package]) -> Result<Vec<&'a Package>> {
    let output = Command::new("dpkg-query")
        .args(["--show", "--showformat", "${db:Status-Abbrev} ${Package}\n"])
        .args(packages.iter().map(|package| package.name))
        .stderr(Stdio::null())
        .output()
        .context("cannot ask dpkg-query")?;
    let listed = String::from_utf8_lossy(&output.stdout);
    let installed: Vec<&str> = listed
        .lines()
        .filter_map(|line| line.strip_prefix("ii"))
        .map(str::trim)
        .collect();
    Ok(packages
        .iter()
        .copied()
        .filter(|package| !installed.contains(&package.name))
        .collect())
}

/// Whether apt has package lists; fresh machine images often have none.
fn lists_there() -> bool {
    let Ok(entries) = std::fs::read_dir("/var/lib/apt/lists") else {
        return false;
    };
    entries
        .flatten()
        .any(|entry| entry.file_name().to_string_lossy().contains("_Packages"))
}

/// `apt-get ARGS`, through sudo unless already root.
fn apt(arguments: &[&str]) -> Result<Command> {
    let mut command = if is_root()? {
        let mut command = Command::new("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    } else {
        let mut command = Command::new("sudo");
        if ci() {
            command.arg("--non-interactive");
        }
        command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        command
    };
    command.args(arguments).stdin(Stdio::null());
    say::line(&format!("    {}", shown(&command)));
    Ok(command)
}

/// Whether this runs as root.
///
/// # Errors
/// When `id` cannot be started.
pub fn is_root() -> Result<bool> {
    let output = Command::new("id")
        .arg("-u")
        .output()
        .context("cannot ask id")?;
    Ok(output.stdout.trim_ascii() == b"0")
}

/// Without apt nothing is installed; pkg-config shows whether the libraries of
/// the build are there.
fn elsewhere(packages: &[&Package]) -> Result<()> {
    let there = Command::new("pkg-config")
        .args(["--exists", "webkit2gtk-4.1"])
        .status()
        .is_ok_and(|status| status.success());
    let list: String = packages
        .iter()
        .map(|package| format!("\n  {:<28} {}", package.name, package.why))
        .collect();
    if there {
        say::line(
            "    not Debian or Ubuntu: assuming that the content of these packages is installed:",
        );
        say::line(&list[1..]);
        return Ok(());
    }
    bail!(
        "this is not Debian or Ubuntu, so nothing is installed for you\n\
         hint: install the equivalents of these Debian packages, then run this again:{list}"
    )
}
