//! `config`: the settings that live in the vault.

use clap::{Args, Subcommand, ValueEnum};
use keyhaven_client::{Client, one_segment};
use keyhaven_protocol::Error;
use keyhaven_protocol::accepted_value::AcceptedValue;
use keyhaven_protocol::frame::Segments;
use keyhaven_protocol::request::{
    ConfigureRequest, KeyDerivationRequest, KeyDerivationView, LoginKeychainRequest,
    SetLoginKeychainRequest, SettingsRequest,
};
use keyhaven_protocol::settings::{Setting, Settings};
use keyhaven_secret::SecretString;
use serde::Serialize;

use crate::error::Failure;
use crate::problem::CliProblem;
use crate::prompt;
use crate::session::{Context, right, wrong};
use crate::silence::while_working;
use crate::stdin::line_from_stdin;
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
    /// A change that weakens protection asks for the master password.
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
    settings: &'a Settings,
    key_derivation: &'a KeyDerivationView,
    login_keychain: bool,
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
            let setting = found(&key)?;
            let mut changed = settings;
            if !setting.set(&mut changed, &value) {
                return Err(not_accepted(setting).into());
            }
            let password = password_stdin.then(line_from_stdin).transpose()?;
            let stored = store(context, &mut client, changed, password)?;
            if context.printer.json {
                return context.printer.document(&stored);
            }
            let (key, value) = (setting.key(), setting.value(&stored));
            context.printer.done(&format!("{key} is {value} now."))
        }
    }
}

fn list(
    context: &Context,
    settings: &Settings,
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
    for setting in Settings::LIST {
        table.row([
            (setting.key().as_str(), Tone::Normal),
            (&setting.value(settings).to_string(), Tone::Normal),
            (&texts::setting(setting), Tone::Faint),
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
    context.printer.text(&table.render(&context.printer))
}

fn login_keychain(
    context: &Context,
    client: &mut Client,
    state: OnOff,
    password_stdin: bool,
) -> Result<(), Failure> {
    let on = state == OnOff::On;
    let mut send = |password: Option<SecretString>| {
        let mut segments = Segments::default();
        let password = password.map(|password| segments.push(password.into()));
        client.ask_with(SetLoginKeychainRequest { on, password }, &segments)
    };
    match on {
        false => send(None)?,
        true if password_stdin => send(Some(line_from_stdin()?))?,
        true => with_password(context, |password| send(Some(password)))?,
    };
    if context.printer.json {
        let document = serde_json::json!({ "login_keychain": on });
        return context.printer.document(&document);
    }
    context.printer.done(if on {
        "kh unlock now uses your login keychain. Any other program of yours can do the same."
    } else {
        "The login keychain no longer unlocks the vault."
    })
}

/// Asks for the password; one that is wrong can be typed again.
fn with_password<T>(
    context: &Context,
    mut send: impl FnMut(SecretString) -> Result<T, Error>,
) -> Result<T, Failure> {
    let Some(mut tty) = context.terminal() else {
        return Err(password_needed());
    };
    prompt::until_right(&mut tty, wrong(false), |tty| {
        let password = prompt::hidden(tty, "Master password")?;
        let sent = while_working(tty, || send(password))?;
        right(sent.map_err(Failure::from))
    })
}

fn password_needed() -> Failure {
    let cause = Error::PasswordNeeded;
    CliProblem::PasswordNeeded { cause }.into()
}

fn derivation(context: &Context, view: &KeyDerivationView) -> Result<(), Failure> {
    if context.printer.json {
        let document = serde_json::json!({ "key_derivation": view });
        return context.printer.document(&document);
    }
    let text = texts::key_derivation(view);
    context.printer.text(&format!("{text}\n"))
}

fn get(context: &Context, settings: &Settings, key: &str) -> Result<(), Failure> {
    let setting = found(key)?;
    if context.printer.json {
        let document = serde_json::to_value(settings);
        let mut document = document.map_err(|_| Failure::defect("the settings as JSON"))?;
        let value = document[setting.name].take();
        let document = serde_json::json!({ setting.name: value });
        return context.printer.document(&document);
    }
    let value = setting.value(settings);
    context.printer.text(&format!("{value}\n"))
}

fn found(key: &str) -> Result<&'static Setting, Failure> {
    let unknown = || CliProblem::NoSetting {
        setting: key.into(),
    };
    Ok(Settings::find(key).ok_or_else(unknown)?)
}

fn not_accepted(setting: &Setting) -> CliProblem {
    CliProblem::SettingValue {
        setting: setting.key(),
        accepted: AcceptedValue::from(&setting.form),
    }
}

/// Writes the settings; asks for the password where the agent wants it.
fn store(
    context: &Context,
    client: &mut Client,
    settings: Settings,
    password: Option<SecretString>,
) -> Result<Settings, Failure> {
    let asked = password.is_some();
    match configure(client, settings.clone(), password) {
        Err(Error::PasswordNeeded) if !asked => with_password(context, |password| {
            configure(client, settings.clone(), Some(password))
        }),
        other => Ok(other?),
    }
}

fn configure(
    client: &mut Client,
    settings: Settings,
    password: Option<SecretString>,
) -> Result<Settings, Error> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_has_a_text_and_is_found_by_its_key() {
        for setting in Settings::LIST {
            assert_eq!(found(&setting.key()).unwrap().name, setting.name);
            assert!(!texts::setting(setting).starts_with("setting-"));
        }
        let refused = found("colour").unwrap_err();
        assert_eq!((refused.code(), refused.exit_status()), ("usage".into(), 2));
    }
}
