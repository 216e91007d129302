//! The agent's start at login: one systemd user unit for each vault, or an entry of the
//! desktop's autostart.
//!
//! Both start the agent in an environment of exactly what it needs, as [`crate::spawn`] does:
//! one foreign variable is enough to load code. Where a unit is installed and the user's manager
//! answers, clients start the unit instead of a child process.

use std::env;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use keyhaven_protocol::error::Error;
use keyhaven_protocol::paths::{VaultPaths, config_home, runtime_folder};

/// What the agent gets as it is when it is installed; the folders of the session are the
/// manager's to say.
const KEPT: [&str; 6] = [
    "LANG",
    "TZ",
    "XDG_DATA_HOME",
    "XDG_CONFIG_HOME",
    "XDG_STATE_HOME",
    "XDG_CACHE_HOME",
];

/// The unit's name: `keyhaven-agent-HASH.service`, HASH as in the socket's name.
#[must_use]
pub fn unit_name(place: &VaultPaths) -> String {
    format!("keyhaven-agent-{}.service", place.hash())
}

/// Where the unit lies when it is installed (systemd.unit(5), user unit search path).
///
/// # Errors
/// No home is known.
pub fn unit_path(place: &VaultPaths) -> Result<PathBuf, Error> {
    let folder = config_home()?.join("systemd/user");
    Ok(folder.join(unit_name(place)))
}

/// Where the entry of the desktop's autostart lies when it is installed (Desktop Application
/// Autostart Specification 0.5).
///
/// # Errors
/// No home is known.
pub fn autostart_path(place: &VaultPaths) -> Result<PathBuf, Error> {
    let name = format!("keyhaven-agent-{}.desktop", place.hash());
    Ok(config_home()?.join("autostart").join(name))
}

/// Whether the user's own systemd manager answers.
#[must_use]
pub fn manager_answers() -> bool {
    let socket = runtime_folder().map(|folder| folder.join("systemd/private"));
    socket.is_some_and(|socket| UnixStream::connect(socket).is_ok())
}

/// Asks the user's manager for something; whether it was done.
#[must_use]
pub fn systemctl(arguments: &[&str]) -> bool {
    let mut command = Command::new("systemctl");
    command
        .args(["--user", "--quiet"])
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Starts the vault's unit, if it is installed and the manager answers; whether it serves now.
pub(crate) fn start(place: &VaultPaths) -> bool {
    let installed = unit_path(place).is_ok_and(|path| path.is_file());
    installed && manager_answers() && systemctl(&["start", &unit_name(place)])
}

/// The unit's text (systemd.service(5), systemd.exec(5)).
///
/// Nothing in it needs a namespace, which a user's manager may not make, and nothing keeps the
/// window from working, which a click on a notice starts.
#[must_use]
pub fn unit(place: &VaultPaths, agent: &Path) -> String {
    let mut words = vec!["/usr/bin/env".to_owned(), "-i".to_owned()];
    // Specifiers for what the manager knows better than the installing process.
    for (name, value) in [
        ("HOME", "%h"),
        ("USER", "%u"),
        ("LOGNAME", "%u"),
        ("PATH", "/usr/bin:/bin"),
        ("XDG_RUNTIME_DIR", "%t"),
        ("NOTIFY_SOCKET", "${NOTIFY_SOCKET}"),
    ] {
        words.push(format!("{name}={value}"));
    }
    words.extend(kept().map(|(name, value)| quoted(&format!("{name}={value}"))));
    words.push(quoted(&format!("KEYHAVEN_HOME={}", place.folder_text())));
    words.push(quoted(&agent.to_string_lossy()));
    format!(
        "[Unit]\n\
         Description=Keyhaven agent\n\
         \n\
         [Service]\n\
         Type=notify\n\
         ExecStart={}\n\
         UMask=0077\n\
         LimitCORE=0\n\
         NoNewPrivileges=yes\n\
         LockPersonality=yes\n\
         RestrictRealtime=yes\n\
         RestrictSUIDSGID=yes\n\
         RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK\n\
         SystemCallArchitectures=native\n\
         SystemCallFilter=~@clock @cpu-emulation @debug @module @obsolete @raw-io @reboot @swap\n\
         SystemCallErrorNumber=EPERM\n\
         \n\
         [Install]\n\
         WantedBy=default.target\n",
        words.join(" ")
    )
}

/// The entry's text (Desktop Entry Specification 1.5).
#[must_use]
pub fn desktop_entry(place: &VaultPaths, agent: &Path) -> String {
    let mut words = vec!["/usr/bin/env".to_owned(), "-i".to_owned()];
    let own = ["HOME", "USER", "LOGNAME"].into_iter().filter_map(variable);
    let path = ("PATH", "/usr/bin:/bin".to_owned());
    let vault = ("KEYHAVEN_HOME", place.folder_text());
    // Where the login's folder is the usual one, the agent finds it by itself.
    let runtime = variable("XDG_RUNTIME_DIR");
    let all = own
        .chain(runtime)
        .chain([path])
        .chain(kept())
        .chain([vault]);
    words.extend(all.map(|(name, value)| entry_quoted(&format!("{name}={value}"))));
    words.push(entry_quoted(&agent.to_string_lossy()));
    format!(
        "[Desktop Entry]\n\
         Type=Application\n\
         Name=Keyhaven agent\n\
         Comment=Reminds of keys that are due; the vault stays locked\n\
         Exec={}\n\
         NoDisplay=true\n",
        words.join(" ")
    )
}

fn kept() -> impl Iterator<Item = (&'static str, String)> {
    KEPT.into_iter().filter_map(variable)
}

fn variable(name: &'static str) -> Option<(&'static str, String)> {
    let value = env::var(name).ok().filter(|value| !value.is_empty())?;
    Some((name, value))
}

/// As one word of `ExecStart=`, with nothing expanded (systemd.service(5), command lines).
fn quoted(word: &str) -> String {
    let mut text = String::from("\"");
    for character in word.chars() {
        match character {
            '"' | '\\' => text.extend(['\\', character]),
            '%' | '$' => text.extend([character, character]),
            '\n' => text.push_str("\\n"),
            _ => text.push(character),
        }
    }
    text.push('"');
    text
}

/// As one word of `Exec=` (Desktop Entry Specification, the Exec key): the quoting of the word,
/// and that of a value of type string around it.
fn entry_quoted(word: &str) -> String {
    let mut text = String::from("\"");
    for character in word.chars() {
        match character {
            '\\' => text.push_str("\\\\\\\\"),
            '"' | '`' | '$' => text.extend(['\\', '\\', character]),
            '%' => text.push_str("%%"),
            '\n' => text.push_str("\\n"),
            _ => text.push(character),
        }
    }
    text.push('"');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> VaultPaths {
        VaultPaths::new(Path::new("/v $x%h\"y"), Some(Path::new("/run/user/1"))).unwrap()
    }

    #[test]
    fn what_a_path_holds_is_not_expanded() {
        let unit = unit(&place(), Path::new("/opt/a b/keyhaven-agent"));
        let command = unit.lines().find(|line| line.starts_with("ExecStart="));
        let command = command.unwrap();
        assert!(
            command.contains(r#""KEYHAVEN_HOME=/v $$x%%h\"y""#),
            "{command}"
        );
        assert!(
            command.ends_with(r#" "/opt/a b/keyhaven-agent""#),
            "{command}"
        );
        let entry = desktop_entry(&place(), Path::new("/opt/a b/keyhaven-agent"));
        assert!(
            entry.contains(r#""KEYHAVEN_HOME=/v \\$x%%h\\"y""#),
            "{entry}"
        );
    }

    #[test]
    fn each_vault_has_one_unit_named_as_its_socket() {
        let place = place();
        let socket = place.socket.file_stem().unwrap().to_str().unwrap();
        assert_eq!(
            unit_name(&place),
            format!("keyhaven-agent-{socket}.service")
        );
    }
}
