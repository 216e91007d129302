//! The English words that the shell itself shows: tray, native dialogs, titles.
//!
//! Everything inside a window is worded in its front end.

use keyhaven_exchange::Format;
use keyhaven_rules::text::visible;

use crate::arguments::PromptKind;
use crate::launch::{LaunchKeys, LaunchRequest};

/// The program's name.
pub const NAME: &str = "Keyhaven";
/// Tray: show the window.
pub const OPEN: &str = "Open Keyhaven";
/// Tray: lock the vault.
pub const LOCK_NOW: &str = "Lock now";
/// Tray: unlock the vault.
pub const UNLOCK: &str = "Unlock…";
/// The question before children of this process are ended with it.
pub const CONFIRM_QUIT: &str = "Stop what runs here?";
/// Ends them and the process.
pub const STOP_AND_QUIT: &str = "Stop and quit";
/// Tray: end the window's process; the agent goes on.
pub const QUIT: &str = "Quit";
/// Title of the folder picker for launches.
pub const CHOOSE_DIRECTORY: &str = "Run in folder";
/// The question of the confirmation of a command.
pub const CONFIRM_COMMAND: &str = "Run this command with your keys?";
/// The question of the confirmation of a shell.
pub const CONFIRM_SHELL: &str = "Open a shell with your keys?";
/// The question before a way to launch is saved.
pub const CONFIRM_PROFILE: &str = "Save this way to launch?";
/// Confirms a way to launch.
pub const SAVE: &str = "Save";
/// Confirms a command.
pub const RUN: &str = "Run";
/// The question before a variable may load code.
pub const CONFIRM_LOADER: &str = "Let this key change which code your programs run?";
/// The question before an environment gets a lower tier.
pub const CONFIRM_TIER: &str = "Let these keys into other launches?";
/// The question before a key gets another page.
pub const CONFIRM_PAGE: &str = "Does this key belong to that page?";
/// Agrees to a change that makes something less safe.
pub const ALLOW: &str = "Allow";
/// Takes the file or folder that is picked.
pub const CHOOSE: &str = "Choose";
/// Refuses a command, leaves a picker.
pub const CANCEL: &str = "Cancel";

/// The title of a prompt's window.
pub const fn prompt_title(kind: PromptKind) -> &'static str {
    match kind {
        PromptKind::Create => "Keyhaven: create a vault",
        PromptKind::Unlock => "Keyhaven: unlock",
        PromptKind::Configure => "Keyhaven: confirm",
        PromptKind::Reveal => "Keyhaven: value",
        PromptKind::Password => "Keyhaven: master password",
        PromptKind::Recovery => "Keyhaven: recovery key",
        PromptKind::Restore => "Keyhaven: restore",
        PromptKind::Rekey => "Keyhaven: new key",
    }
}

/// The question before a recovery key that nobody said to have saved goes.
pub const UNSAVED_KEY: &str = "Close without the recovery key?";
/// What follows from that.
pub const UNSAVED_KEY_TEXT: &str = "It is shown this once. Without it nothing opens the vault when \
     the master password is forgotten.";
/// The yes to that.
pub const CLOSE: &str = "Close";
/// The no to that.
pub const GO_BACK: &str = "Go back";

/// Title of the picker for a backup.
pub const CHOOSE_BACKUP: &str = "Choose a backup";
/// Before a backup takes the vault's place.
pub const RESTORE_QUESTION: &str = "Put this backup in the vault's place?";
/// The yes to that.
pub const RESTORE: &str = "Restore";

/// What a restore does.
pub fn restore_text(backup: &str) -> String {
    format!(
        "{backup}\n\nWhat came later is not in it. The vault of now is kept in a folder of its \
         own. You will be asked for the password of the time the backup was made, and a new \
         recovery key will be shown."
    )
}

/// What is due, in a line.
pub fn due(overdue: u32, due_this_week: u32) -> String {
    match (overdue, due_this_week) {
        (0, 0) => "Nothing due this week".into(),
        (0, soon) => format!("{soon} due this week"),
        (late, 0) => format!("{late} overdue"),
        (late, soon) => format!("{late} overdue, {soon} due this week"),
    }
}

/// What the confirmation of a launch says below its title.
pub fn confirm_launch(order: &LaunchRequest) -> String {
    let command = match order.command.is_empty() {
        true => "A shell in a terminal".into(),
        false => visible(&order.command_line()).into_owned(),
    };
    let mut lines = vec![command, String::new()];
    lines.extend(keys_of(&order.keys));
    if let Some(directory) = &order.directory {
        lines.push(format!("In {}", visible(&directory.to_string_lossy())));
    }
    lines.push("You are asked once for each command.".into());
    lines.join("\n")
}

/// Which keys a launch gets, and what else its profile says of its variables.
fn keys_of(keys: &LaunchKeys) -> Vec<String> {
    let (project, environment) = keys.place();
    let place = format!("{}/{}", visible(project), visible(environment));
    let LaunchKeys::Profile(profile) = keys else {
        return vec![format!("It gets every key of {place}.")];
    };
    let choice = &profile.choice;
    let which = match choice.only.is_empty() {
        true => "every key".into(),
        false => visible(&choice.only.join(", ")).into_owned(),
    };
    let mut lines = vec![format!(
        "It gets {which} of {place}, by the profile {}.",
        visible(&profile.name)
    )];
    // What lets more in stands before what may be long.
    if profile.allow_production {
        lines.push("Production keys may be among them.".into());
    }
    let listed = |what: &str, words: &[String]| {
        (!words.is_empty()).then(|| format!("{what} {}", visible(&words.join(", "))))
    };
    lines.extend(listed("Not", &choice.except));
    lines.extend(listed("Only with a scope of", &profile.needs));
    if !choice.prefix.is_empty() {
        lines.push(format!("Each name begins with {}", visible(&choice.prefix)));
    }
    if profile.clean {
        lines.push("It inherits nothing else.".into());
    }
    lines.extend(listed("But", &profile.keep));
    let assigned = choice.renamed.iter().chain(&choice.set);
    lines.extend(assigned.map(|one| {
        let (variable, text) = (visible(&one.variable), visible(&one.text));
        format!("{variable} is {text}")
    }));
    lines
}

/// Title of the file picker for imports.
pub fn choose_import() -> String {
    let formats = Format::ALL.map(|format| format!("a {}", format.title()));
    format!("Choose {}", formats.join(" or "))
}

/// Tray: starts a profile.
pub fn run_profile(name: &str) -> String {
    format!("Run {}", visible(name))
}

/// What the question about the end of children says below its title.
pub fn confirm_quit(commands: &[String]) -> String {
    let commands: Vec<_> = commands.iter().map(|command| visible(command)).collect();
    format!(
        "These were started from this window and end with it:\n\n{}",
        commands.join("\n")
    )
}

/// What the question about a variable that loads code says below its title.
pub fn confirm_loader(name: &str, variables: &str) -> String {
    format!(
        "{} would fill {}, which changes how programs load code.\nAllow it only if you have \
         just asked for it yourself.",
        visible(name),
        visible(variables),
    )
}

/// What the question about another page says below its title.
pub fn confirm_page(name: &str, url: &str) -> String {
    format!(
        "{} would belong to {}, and Git may be given it there.\nAllow it only if you have just \
         asked for it yourself.",
        visible(name),
        visible(url),
    )
}

/// What the question about a lower tier says below its title.
pub fn confirm_tier(project: &str, environment: &str, from: &str, to: &str) -> String {
    format!(
        "{}/{} is a {from} environment and would become a {to} one.\nAllow it only if you have \
         just asked for it yourself.",
        visible(project),
        visible(environment),
    )
}

#[cfg(test)]
mod tests {
    use keyhaven_protocol::request::{Assignment, Profile};

    use super::*;

    #[test]
    fn what_is_due_is_shown_briefly() {
        assert_eq!(due(0, 0), "Nothing due this week");
        assert_eq!(due(0, 3), "3 due this week");
        assert_eq!(due(2, 0), "2 overdue");
        assert_eq!(due(1, 2), "1 overdue, 2 due this week");
    }

    #[test]
    fn the_questions_about_safety_name_what_they_are_about() {
        let text = confirm_loader("a\nb", "NODE_OPTIONS");
        assert!(text.starts_with(r"a\nb would fill NODE_OPTIONS,"), "{text}");
        let text = confirm_tier("shop", "prod", "production", "development");
        assert!(
            text.starts_with("shop/prod is a production environment"),
            "{text}"
        );
    }

    #[test]
    fn the_confirmation_names_command_place_and_keys() {
        let keys = LaunchKeys::Environment {
            project: "shop".into(),
            environment: "dev".into(),
        };
        let order = LaunchRequest {
            keys,
            command: vec!["npm".into(), "start".into()],
            directory: Some("/home/a/shop".into()),
        };
        let text = confirm_launch(&order);
        for part in ["npm start", "shop/dev", "/home/a/shop"] {
            assert!(text.contains(part), "{part} in {text}");
        }
        let shell = LaunchRequest {
            command: Vec::new(),
            ..order
        };
        assert!(confirm_launch(&shell).starts_with("A shell in a terminal\n"));
    }

    #[test]
    fn the_confirmation_of_a_profile_names_what_it_changes() {
        let mut profile = Profile {
            name: "web".into(),
            project: "shop".into(),
            environment: "dev".into(),
            allow_production: true,
            ..Profile::default()
        };
        profile.choice.only = vec!["kh:stripe".into()];
        profile.needs = vec!["read".into()];
        profile.choice.set = vec![Assignment {
            variable: "API_URL".into(),
            text: "http://else\u{202e}where".into(),
        }];
        let text = confirm_launch(&LaunchRequest::of_profile(profile));
        for part in [
            "kh:stripe of shop/dev",
            "profile web",
            "Only with a scope of read",
            r"API_URL is http://else\u{202e}where",
            "Production",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
}
