//! `config`: the settings that live in the vault.

use clap::{Args, Subcommand, ValueEnum};
use keyhaven_client::{Client, one_segment};
use keyhaven_protocol::Error;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::request::{
    ConfigureRequest, KeyDerivationRequest, KeyDerivationView, LoginKeychainRequest,
    SetLoginKeychainRequest, SettingsRequest,
};
use keyhaven_protocol::view::{ExpiredPolicy, SettingsView};
use keyhaven_secret::SecretString;
use serde::Serialize;

use crate::error::Failure;
use crate::prompt;
use crate::session::{Context, line_from_stdin};
use crate::style::Tone;
use crate::table::Table;
use crate::texts;

/// Show and change the settings of the vault
///
/// Example:
///   kh config set auto-lock-minutes 15
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct ConfigArgs {
    #[command(subcommand)]
    action: Option<ConfigAction>,
}

#[derive(Debug, Subcommand)]
enum ConfigAction {
    /// List all settings
    ///
    /// Example:
    ///   kh config list
    #[command(verbatim_doc_comment)]
    List,
    /// Print one setting
    ///
    /// Example:
    ///   kh config get auto-lock-minutes
    #[command(verbatim_doc_comment)]
    Get {
        /// Its name
        key: String,
    },
    /// Change one setting
    ///
    /// A weaker lock or a shorter log asks for the master password.
    ///
    /// Example:
    ///   kh config set auto-lock-minutes 15
    #[command(verbatim_doc_comment)]
    Set {
        /// Its name
        key: String,
        /// Its new value
        value: String,
        /// Read the master password from stdin, one line
        #[arg(long)]
        password_stdin: bool,
    },
    /// Allow the login keychain to unlock the vault, or stop allowing it
    ///
    /// Example:
    ///   kh config login-keychain on
    #[command(verbatim_doc_comment)]
    LoginKeychain {
        /// Whether it is allowed
        state: OnOff,
        /// Read the master password from stdin, one line
        #[arg(long)]
        password_stdin: bool,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OnOff {
    On,
    Off,
}

/// What is shown with the settings, but follows from the password and this machine.
const DERIVATION: &str = "key-derivation";

/// The settings and what is shown with them.
#[derive(Serialize)]
struct All<'a> {
    #[serde(flatten)]
    settings: &'a SettingsView,
    key_derivation: &'a KeyDerivationView,
    login_keychain: bool,
}

/// Every setting: its name, its value as text, and what it does.
fn all(settings: &SettingsView) -> [(&'static str, String, &'static str); 11] {
    let lead_times: Vec<String> = settings.lead_times.iter().map(u32::to_string).collect();
    let lead_times = match lead_times.as_slice() {
        [] => "none".into(),
        days => days.join(","),
    };
    [
        (
            "auto-lock-minutes",
            settings.auto_lock_minutes.to_string(),
            "lock after so many minutes without use; 0 never",
        ),
        (
            "lock-on-suspend",
            settings.lock_on_suspend.to_string(),
            "lock before the machine sleeps: true or false",
        ),
        (
            "lock-on-screen-lock",
            settings.lock_on_screen_lock.to_string(),
            "lock when the screen gets locked: true or false",
        ),
        (
            "clipboard-seconds",
            settings.clipboard_seconds.to_string(),
            "clear a copied value after so many seconds",
        ),
        (
            "lead-times",
            lead_times,
            "remind so many days before something is due, or none",
        ),
        (
            "quiet-from",
            settings.quiet_from.clone(),
            "no reminders from this time of day",
        ),
        ("quiet-to", settings.quiet_to.clone(), "to this time of day"),
        (
            "names-in-notices",
            settings.names_in_notices.to_string(),
            "name credentials in notices: true or false",
        ),
        (
            "expired",
            policy_word(settings.expired).into(),
            "an expired credential in a launch: allow, warn or refuse",
        ),
        (
            "grace-hours",
            settings.grace_hours.to_string(),
            "keep a replaced value as the previous one so long",
        ),
        (
            "audit-keep-days",
            settings.audit_keep_days.to_string(),
            "keep entries of the log so many days of use; 0 keeps all",
        ),
    ]
}

/// `kh config`
pub fn config(context: &Context, arguments: ConfigArgs) -> Result<(), Failure> {
    let mut client = context.unlocked()?;
    let settings = client.ask(SettingsRequest {})?;
    match arguments.action.unwrap_or(ConfigAction::List) {
        ConfigAction::List => {
            let derivation = client.ask(KeyDerivationRequest {})?;
            let login = client.ask(LoginKeychainRequest {})?;
            list(context, &settings, &derivation, login.on)
        }
        ConfigAction::LoginKeychain {
            state,
            password_stdin,
        } => login_keychain(context, &mut client, state, password_stdin),
        ConfigAction::Get { key } if key.replace('_', "-") == DERIVATION => {
            derivation(context, &client.ask(KeyDerivationRequest {})?)
        }
        ConfigAction::Get { key } => get(context, &settings, &key),
        ConfigAction::Set {
            key,
            value,
            password_stdin,
        } => {
            let mut changed = settings;
            change(&mut changed, &key, &value)?;
            let password = password_stdin.then(line_from_stdin).transpose()?;
            let stored = store(context, &mut client, changed, password)?;
            if context.printer.json {
                return context.printer.document(&stored);
            }
            let key = key.replace('_', "-");
            let found = all(&stored).into_iter().find(|(name, ..)| *name == key);
            let value = found.map_or(value, |(_, value, _)| value);
            context.printer.done(&format!("{key} is {value} now."))
        }
    }
}

fn list(
    context: &Context,
    settings: &SettingsView,
    derivation: &KeyDerivationView,
    login_keychain: bool,
) -> Result<(), Failure> {
    if context.printer.json {
        let document = All {
            settings,
            key_derivation: derivation,
            login_keychain,
        };
        return context.printer.document(&document);
    }
    let mut table = Table::new(["SETTING", "VALUE", "MEANING"]);
    for (name, value, meaning) in all(settings) {
        table.row([
            (name, Tone::Normal),
            (&value, Tone::Normal),
            (meaning, Tone::Faint),
        ]);
    }
    table.row([
        ("login-keychain", Tone::Normal),
        (if login_keychain { "on" } else { "off" }, Tone::Normal),
        (
            "whether your login opens the vault: kh config login-keychain on",
            Tone::Faint,
        ),
    ]);
    let derivation = texts::key_derivation(derivation);
    table.row([
        (DERIVATION, Tone::Normal),
        (&derivation, Tone::Normal),
        (
            "what a guess at the password costs; set by: kh password",
            Tone::Faint,
        ),
    ]);
    context
        .printer
        .out(table.render(&context.printer).as_bytes())
}

fn login_keychain(
    context: &Context,
    client: &mut Client,
    state: OnOff,
    password_stdin: bool,
) -> Result<(), Failure> {
    let on = state == OnOff::On;
    let mut segments = Segments::default();
    let password = match on {
        false => None,
        true if password_stdin => Some(line_from_stdin()?),
        true => match context.terminal() {
            Some(mut tty) => Some(prompt::hidden(&mut tty, "Master password")?),
            None => return Err(password_needed()),
        },
    };
    let password = password.map(|password| segments.push(password.into()));
    client.ask_with(SetLoginKeychainRequest { on, password }, &segments)?;
    if context.printer.json {
        let document = serde_json::json!({ "login_keychain": on });
        return context.printer.document(&document);
    }
    context.printer.done(if on {
        "kh unlock opens the vault with your login keychain now. So can every program of yours."
    } else {
        "The login keychain does not open the vault any more."
    })
}

fn password_needed() -> Failure {
    Failure::own(
        "password_needed",
        1,
        texts::message(&Error::PasswordNeeded),
        "give it with --password-stdin",
    )
}

fn derivation(context: &Context, view: &KeyDerivationView) -> Result<(), Failure> {
    if context.printer.json {
        let document = serde_json::json!({ "key_derivation": view });
        return context.printer.document(&document);
    }
    let text = texts::key_derivation(view);
    context.printer.out(format!("{text}\n").as_bytes())
}

fn get(context: &Context, settings: &SettingsView, key: &str) -> Result<(), Failure> {
    let wanted = key.replace('_', "-");
    let found = all(settings).into_iter().find(|(name, ..)| *name == wanted);
    let (_, value, _) = found.ok_or_else(|| unknown(key))?;
    if context.printer.json {
        let key = wanted.replace('-', "_");
        let document = serde_json::to_value(settings);
        let mut document = document.map_err(|_| Failure::defect("the settings as JSON"))?;
        let value = document[&key].take();
        return context.printer.document(&serde_json::json!({ key: value }));
    }
    context.printer.out(format!("{value}\n").as_bytes())
}

fn unknown(key: &str) -> Failure {
    Failure::usage(
        format!("there is no setting {key}"),
        "see them with: kh config list",
    )
}

fn change(settings: &mut SettingsView, key: &str, value: &str) -> Result<(), Failure> {
    let expected = |what: &str| Failure::usage(format!("{key} cannot be {value}"), what);
    let number = || value.parse().map_err(|_| expected("it is a number"));
    let switch = || value.parse().map_err(|_| expected("it is true or false"));
    match key.replace('_', "-").as_str() {
        "auto-lock-minutes" => settings.auto_lock_minutes = number()?,
        "clipboard-seconds" => settings.clipboard_seconds = number()?,
        "grace-hours" => settings.grace_hours = number()?,
        "audit-keep-days" => settings.audit_keep_days = number()?,
        "lead-times" => {
            settings.lead_times = value
                .split(',')
                .filter(|part| !matches!(*part, "" | "none"))
                .map(|days| days.trim().parse())
                .collect::<Result<_, _>>()
                .map_err(|_| expected("it is a list of days such as 30,7,1"))?;
        }
        "quiet-from" => settings.quiet_from = value.into(),
        "quiet-to" => settings.quiet_to = value.into(),
        "names-in-notices" => settings.names_in_notices = switch()?,
        "lock-on-suspend" => settings.lock_on_suspend = switch()?,
        "lock-on-screen-lock" => settings.lock_on_screen_lock = switch()?,
        "expired" => {
            settings.expired = match value {
                "allow" => ExpiredPolicy::Allow,
                "warn" => ExpiredPolicy::Warn,
                "refuse" => ExpiredPolicy::Refuse,
                _ => return Err(expected("it is allow, warn or refuse")),
            };
        }
        _ => return Err(unknown(key)),
    }
    Ok(())
}

/// Writes the settings; asks for the password where the agent wants it.
fn store(
    context: &Context,
    client: &mut Client,
    settings: SettingsView,
    password: Option<SecretString>,
) -> Result<SettingsView, Failure> {
    let asked = password.is_some();
    match configure(client, settings.clone(), password) {
        Err(Error::PasswordNeeded) if !asked => {
            let Some(mut tty) = context.terminal() else {
                return Err(password_needed());
            };
            let password = prompt::hidden(&mut tty, "Master password")?;
            Ok(configure(client, settings, Some(password))?)
        }
        other => Ok(other?),
    }
}

fn configure(
    client: &mut Client,
    settings: SettingsView,
    password: Option<SecretString>,
) -> Result<SettingsView, Error> {
    let (password, segments) = match password {
        Some(password) => {
            let (at, segments) = one_segment(password.into());
            (Some(at), segments)
        }
        None => (None, Segments::default()),
    };
    let request = ConfigureRequest { settings, password };
    client
        .ask_with(request, &segments)
        .map(|answered| answered.answer)
}

const fn policy_word(policy: ExpiredPolicy) -> &'static str {
    match policy {
        ExpiredPolicy::Allow => "allow",
        ExpiredPolicy::Warn => "warn",
        ExpiredPolicy::Refuse => "refuse",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_listed_can_be_set() {
        let settings = SettingsView {
            auto_lock_minutes: 30,
            lock_on_suspend: true,
            lock_on_screen_lock: false,
            clipboard_seconds: 20,
            lead_times: vec![30, 7, 1],
            quiet_from: "20:00".into(),
            quiet_to: "08:00".into(),
            names_in_notices: false,
            expired: ExpiredPolicy::Warn,
            grace_hours: 72,
            audit_keep_days: 365,
        };
        let mut same = settings.clone();
        for (name, value, _) in all(&settings) {
            change(&mut same, name, &value).unwrap();
            change(&mut same, &name.replace('-', "_"), &value).unwrap();
        }
        assert_eq!(same, settings);
        assert!(change(&mut same, "expired", "perhaps").is_err());
        assert!(change(&mut same, "colour", "red").is_err());
    }
}
