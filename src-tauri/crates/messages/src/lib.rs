//! Error, hint, notification and dialog texts by language.
//!
//! Texts are Fluent files under `i18n/LANGUAGE/`; adding a language means adding files. A text
//! is found by a code and filled with parameters, both taken from the serialised form of a
//! typed value, `{"code": "...", ...}`. Where a field is such a value itself (the `problem` of
//! an error), its own text is filled in. Nothing here decides anything by a text.
//!
//! A text is one sentence without a final full stop. In a terminal it follows `error:` and
//! starts in lower case; [`Style::Sentence`] makes a whole sentence of it, for windows.

mod catalogue;
mod differences;
mod files;
mod language;

use serde::Serialize;
use serde_json::Value;

use crate::catalogue::{Arguments, CatalogueText};
pub use crate::differences::differences;
pub use crate::language::Language;

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// As it is written: in lower case, after `error:` or `hint:`. Its hint may name a command.
    Terminal,
    /// As in a terminal, for the hook of a shell, which has no options: its hint names what helps
    /// there.
    Hook,
    /// As a sentence of the window: it starts with a capital, unless it starts with a parameter
    /// such as a name, and ends with a full stop. Its hint names what helps in the window.
    Sentence,
}

/// What happened, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// What happened.
    pub message: String,
    /// What to do about it; none where nothing helps.
    pub hint: Option<String>,
}

/// Declares the families with the prefixes of their ids.
macro_rules! families {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal,)*) => {
        /// A family of texts; their ids are `FAMILY-CODE`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Family { $($(#[$doc])* $name,)* }

        impl Family {
            const ALL: &'static [Self] = &[$(Self::$name,)*];

            const fn prefix(self) -> &'static str {
                match self { $(Self::$name => $prefix,)* }
            }
        }
    };
}

families! {
    /// Errors.
    Error = "error",
    /// What exactly is wrong: a part of errors.
    Problem = "problem",
    /// Notices: what a person should know that is not an error.
    Notice = "notice",
    /// Findings of verify.
    Finding = "finding",
    /// What is wrong with a key.
    Health = "health",
    /// Why a key is found alive, dead or neither.
    CheckReason = "check-reason",
    /// What is damaged: a part of errors and findings.
    Damage = "damage",
    /// Results of the checks of doctor.
    Doctor = "doctor",
    /// Names of the checks of doctor.
    DoctorCheck = "doctor-check",
    /// What locks the vault: a part of results of doctor.
    Trigger = "trigger",
    /// What a salvage could not read.
    Loss = "loss",
    /// What a salvage had to change.
    Change = "change",
    /// Why a variable needs a look.
    Mark = "mark",
    /// What was expected where a file could not be read: a part of errors.
    Expected = "expected",
    /// What of an import is not taken unchanged, and why.
    LeftOut = "left-out",
    /// Why a value is taken for a secret or not.
    Proposal = "proposal",
    /// What is wrong with a field of an entry of the catalogue.
    Entry = "entry",
    /// Notifications on the desktop.
    Notification = "notification",
    /// Titles in the calendar of due dates.
    Calendar = "calendar",
    /// How far away a due date is.
    Due = "due",
    /// What the window shows outside its pages: native dialogs, the tray, titles.
    Native = "native",
    /// How hard a password is to guess.
    Strength = "strength",
    /// What a setting does.
    Setting = "setting",
    /// What a setting accepts: a part of errors.
    Accepted = "accepted",
    /// Errors of `kh` itself.
    Cli = "cli",
    /// What `kh` itself notes or warns about.
    CliNotice = "cli-notice",
    /// What to do about a refused launch.
    Advice = "advice",
}

/// The message and hint of a value that serialises as `{"code": "...", parameters...}`.
///
/// A code without a text is shown by its id; a test makes sure that there is none.
#[must_use]
pub fn text(language: Language, style: Style, family: Family, value: &impl Serialize) -> Text {
    let value = serde_json::to_value(value).unwrap_or_default();
    coded(language, style, family.prefix(), &value)
}

/// The name of a value that serialises as `{"code": "..."}`: its text without a full stop in
/// either style.
#[must_use]
pub fn name(language: Language, style: Style, family: Family, value: &impl Serialize) -> String {
    let name = text(language, Style::Terminal, family, value).message;
    match style {
        Style::Terminal | Style::Hook => name,
        Style::Sentence => capitalised(&name),
    }
}

/// The text with this id, filled with the fields of `parameters` (a struct or map).
///
/// An unknown id is shown as it is; a test of its user makes sure that there is none.
#[must_use]
pub fn plain(language: Language, id: &str, parameters: &impl Serialize) -> String {
    let value = serde_json::to_value(parameters).unwrap_or_default();
    let arguments = arguments(language, Style::Terminal, &value, None);
    match CatalogueText::find(language, id) {
        Some(entry) => entry.message(&arguments),
        None => id.to_owned(),
    }
}

/// Texts one after the other, as a list in a sentence.
#[must_use]
pub fn list(language: Language, texts: &[String]) -> String {
    texts.join(&plain(language, "list-separator", &()))
}

/// The ids of all texts in a language with the parameters each one uses, for tests that
/// compare them with what the code gives. Hints have the id `ID.hint`.
#[must_use]
pub fn ids(language: Language) -> Vec<(String, Vec<String>)> {
    catalogue::ids(language)
}

fn coded(language: Language, style: Style, prefix: &str, value: &Value) -> Text {
    let code = value
        .get("code")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let id = format!("{prefix}-{}", code.replace('_', "-"));
    let Some(entry) = CatalogueText::find(language, &id) else {
        return Text {
            message: id,
            hint: None,
        };
    };
    let arguments = arguments(language, style, value, entry.only_parameter());
    let leads_with_text = entry.leading_parameter().is_none();
    let message = entry.message(&arguments);
    let hint = entry
        .hint(style, &arguments)
        .or_else(|| hint_of_part(language, style, value));
    match style {
        Style::Terminal | Style::Hook => Text { message, hint },
        Style::Sentence => Text {
            message: sentence(&message, leads_with_text),
            hint: hint.map(|hint| sentence(&hint, true)),
        },
    }
}

/// The hint of the first parameter that is a coded value itself.
fn hint_of_part(language: Language, style: Style, value: &Value) -> Option<String> {
    let fields = value.as_object()?;
    fields
        .iter()
        .filter(|(_, part)| part.get("code").is_some())
        .find_map(|(name, part)| coded(language, style, part_prefix(name), part).hint)
}

/// A cause is an error; any other part has texts under its field's name.
fn part_prefix(field: &str) -> &str {
    match field {
        "cause" => Family::Error.prefix(),
        "left_out" => Family::LeftOut.prefix(),
        other => other,
    }
}

fn arguments(language: Language, style: Style, value: &Value, whole: Option<&str>) -> Arguments {
    let mut arguments = Arguments::default();
    for (name, part) in value.as_object().into_iter().flatten() {
        let part_style = match whole {
            Some(whole) if whole == name => style,
            _ => Style::Terminal,
        };
        match part {
            Value::Null => arguments.absent(name),
            Value::Number(number) => arguments.number(name, number.as_f64().unwrap_or_default()),
            Value::Bool(flag) => arguments.text(name, if *flag { "yes" } else { "no" }.into()),
            Value::String(text) => arguments.text(name, text.clone()),
            Value::Array(parts) => arguments.text(name, listed(language, name, parts)),
            Value::Object(_) => {
                let text = coded(language, part_style, part_prefix(name), part);
                arguments.text(name, text.message);
            }
        }
    }
    arguments
}

fn listed(language: Language, name: &str, parts: &[Value]) -> String {
    let texts: Vec<String> = parts
        .iter()
        .map(|part| match part {
            Value::String(text) => text.clone(),
            Value::Object(_) => coded(language, Style::Terminal, part_prefix(name), part).message,
            other => other.to_string(),
        })
        .collect();
    list(language, &texts)
}

fn sentence(text: &str, capital: bool) -> String {
    let mut sentence = if capital {
        capitalised(text)
    } else {
        text.to_owned()
    };
    if !sentence.ends_with(['.', '?', '!']) {
        sentence.push('.');
    }
    sentence
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(characters.clone()).collect()
}

#[cfg(test)]
mod tests;
