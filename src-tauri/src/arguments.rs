//! The command line of `keyhaven`: which of its processes this one is to be.

use std::ffi::OsString;

use uuid::Uuid;

/// The scheme of links to a credential, `keyhaven://key/ID`, as notices carry them.
const KEY_LINK: &str = "keyhaven://key/";
/// The link to what is due.
const DUE_LINK: &str = "keyhaven://due";
/// [`ToShow::Due`] as a word.
const DUE: &str = "due";

/// What the window is to show when it opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToShow {
    /// A credential.
    Key(Uuid),
    /// What is due.
    Due,
}

impl std::fmt::Display for ToShow {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Key(id) => id.fmt(out),
            Self::Due => out.write_str(DUE),
        }
    }
}

impl std::str::FromStr for ToShow {
    type Err = uuid::Error;

    fn from_str(word: &str) -> Result<Self, uuid::Error> {
        match word {
            DUE => Ok(Self::Due),
            id => Uuid::try_parse(id).map(Self::Key),
        }
    }
}

/// For what a prompt process was started; it can do nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum PromptKind {
    /// Creates the vault and shows the recovery key once.
    Create,
    /// Takes the master password and unlocks.
    Unlock,
    /// Takes the master password for settings that weaken protection.
    Configure,
    /// Shows one value for a while.
    Reveal,
    /// Takes the old master password, or the recovery key, and a new one.
    Password,
    /// Takes the master password and shows a new recovery key once.
    Recovery,
    /// Takes the password of a backup, restores it and shows a new recovery key once.
    Restore,
    /// Takes the password of a damaged vault and a new one, copies what can be read into a new
    /// vault and shows its recovery key once.
    Salvage,
    /// Takes the old password, or the recovery key, and a new one; encrypts everything under a
    /// new key and shows a new recovery key once.
    Rekey,
}

impl PromptKind {
    const ALL: [Self; 9] = [
        Self::Create,
        Self::Unlock,
        Self::Configure,
        Self::Reveal,
        Self::Password,
        Self::Recovery,
        Self::Restore,
        Self::Salvage,
        Self::Rekey,
    ];

    /// Whether its end is a recovery key that is shown this once.
    pub const fn shows_key(self) -> bool {
        matches!(
            self,
            Self::Create | Self::Recovery | Self::Restore | Self::Salvage | Self::Rekey
        )
    }

    /// The word after `--prompt`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Unlock => "unlock",
            Self::Configure => "configure",
            Self::Reveal => "reveal",
            Self::Password => "password",
            Self::Recovery => "recovery",
            Self::Restore => "restore",
            Self::Salvage => "salvage",
            Self::Rekey => "rekey",
        }
    }
}

/// The place of a window on the screen, in physical pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScreenArea {
    /// From the left edge.
    pub x: i32,
    /// From the upper edge.
    pub y: i32,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// The window itself, on an X display.
    pub window: Option<u64>,
}

impl ScreenArea {
    /// As it stands after `--over`.
    pub fn to_text(self) -> String {
        let window = self.window.map_or(String::new(), |id| format!(",{id}"));
        format!(
            "{},{},{},{}{window}",
            self.x, self.y, self.width, self.height
        )
    }

    fn from_text(text: &str) -> Option<Self> {
        let mut parts = text.split(',');
        let area = Self {
            x: parts.next()?.parse().ok()?,
            y: parts.next()?.parse().ok()?,
            width: parts.next()?.parse().ok()?,
            height: parts.next()?.parse().ok()?,
            window: match parts.next() {
                Some(id) => Some(id.parse().ok()?),
                None => None,
            },
        };
        parts.next().is_none().then_some(area)
    }
}

/// What this process is to be.
#[derive(Debug, PartialEq, Eq)]
pub enum StartMode {
    /// The main window, at what is named.
    Window {
        /// What is named.
        open: Option<ToShow>,
    },
    /// A prompt, placed over the window that asked.
    Prompt {
        /// For what.
        kind: PromptKind,
        /// Where the asking window is.
        over: Option<ScreenArea>,
    },
    /// Say the version and end.
    Version,
}

/// Reads the arguments after the program's name.
///
/// # Errors
/// What is wrong with them, in words.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<StartMode, String> {
    let mut words = Vec::new();
    for argument in arguments {
        words.push(
            argument
                .into_string()
                .map_err(|_| "an argument is not UTF-8")?,
        );
    }
    match words
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        [] => Ok(StartMode::Window { open: None }),
        ["--version"] => Ok(StartMode::Version),
        ["--prompt", kind] => Ok(StartMode::Prompt {
            kind: parse_kind(kind)?,
            over: None,
        }),
        ["--prompt", kind, "--over", area] => {
            let over =
                ScreenArea::from_text(area).ok_or("--over takes X,Y,WIDTH,HEIGHT[,WINDOW]")?;
            Ok(StartMode::Prompt {
                kind: parse_kind(kind)?,
                over: Some(over),
            })
        }
        [link] if link.starts_with(KEY_LINK) => Ok(StartMode::Window {
            open: Some(ToShow::Key(parse_link(link)?)),
        }),
        [DUE_LINK] => Ok(StartMode::Window {
            open: Some(ToShow::Due),
        }),
        _ => Err("usage: keyhaven [keyhaven://key/ID | keyhaven://due]".into()),
    }
}

fn parse_kind(word: &str) -> Result<PromptKind, String> {
    PromptKind::ALL
        .into_iter()
        .find(|kind| kind.name() == word)
        .ok_or_else(|| {
            let kinds = PromptKind::ALL.map(PromptKind::name).join(", ");
            format!("--prompt takes one of: {kinds}")
        })
}

/// Desktops may put a slash after the id.
fn parse_link(link: &str) -> Result<Uuid, String> {
    let id = link.strip_prefix(KEY_LINK).unwrap_or_default();
    Uuid::try_parse(id.strip_suffix('/').unwrap_or(id))
        .map_err(|_| "a link to a credential is keyhaven://key/ID".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_words(words: &[&str]) -> Result<StartMode, String> {
        parse(words.iter().map(OsString::from))
    }

    #[test]
    fn each_process_has_its_words() {
        assert_eq!(parse_words(&[]), Ok(StartMode::Window { open: None }));
        assert_eq!(parse_words(&["--version"]), Ok(StartMode::Version));
        assert_eq!(
            parse_words(&["--prompt", "unlock"]),
            Ok(StartMode::Prompt {
                kind: PromptKind::Unlock,
                over: None
            })
        );
        let over = ScreenArea {
            x: -5,
            y: 10,
            width: 1180,
            height: 760,
            window: None,
        };
        let belongs = ScreenArea {
            window: Some(0x0040_0003),
            ..over
        };
        for area in [over, belongs] {
            assert_eq!(ScreenArea::from_text(&area.to_text()), Some(area));
        }
        assert_eq!(ScreenArea::from_text("1,2,3,4,x"), None);
        assert_eq!(ScreenArea::from_text("1,2,3,4,5,6"), None);
        assert_eq!(
            parse_words(&["--prompt", "create", "--over", &over.to_text()]),
            Ok(StartMode::Prompt {
                kind: PromptKind::Create,
                over: Some(over)
            })
        );
    }

    #[test]
    fn a_link_names_a_credential_by_its_id_or_what_is_due_and_nothing_else() {
        let id = "0192f0c1-2b3c-7d4e-8f50-0123456789ab";
        let open = Some(ToShow::Key(Uuid::try_parse(id).unwrap()));
        for link in [
            format!("keyhaven://key/{id}"),
            format!("keyhaven://key/{id}/"),
        ] {
            assert_eq!(parse_words(&[&link]), Ok(StartMode::Window { open }));
        }
        let open = Some(ToShow::Due);
        let due = parse_words(&["keyhaven://due"]);
        assert_eq!(due, Ok(StartMode::Window { open }));
        for wrong in [
            "keyhaven://due/1",
            "keyhaven://key/",
            "keyhaven://key/..",
            "keyhaven://run/x",
            "--display=:9",
        ] {
            assert!(parse_words(&[wrong]).is_err(), "{wrong}");
        }
    }

    #[test]
    fn unknown_words_are_refused() {
        for wrong in [
            &["--prompt"][..],
            &["--prompt", "show"],
            &["--prompt", "unlock", "--over", "1,2,3"],
            &["--prompt", "unlock", "--over", "1,2,3,4,5,6"],
            &["--prompt", "unlock", "--password", "x"],
        ] {
            assert!(parse_words(wrong).is_err(), "{wrong:?}");
        }
    }
}
