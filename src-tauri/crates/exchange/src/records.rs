//! What a file becomes: records with a proposed kind, and a report of what is left out.
//!
//! A dry run and an import read the same [`Import`]; nothing is decided elsewhere.

use keyhaven_rules::{FieldKind, variables};
use keyhaven_secret::SecretBytes;

use crate::format::Format;
use crate::recognise::recognise;

/// A credential to be imported.
#[derive(Debug)]
pub struct Record {
    /// Its name in the file, verbatim.
    pub name: String,
    /// The variable it sets; none if no variable may have that name or value.
    pub variable: Option<String>,
    /// The proposed kind.
    pub kind: FieldKind,
    /// Why that kind, in words for the preview.
    pub reason: &'static str,
    /// Id of the provider, where one is recognised.
    pub provider: Option<String>,
    /// Name of that provider.
    pub provider_name: Option<String>,
    /// Suggested days between rotations; none for plain values.
    pub rotate_every_days: Option<u32>,
    /// The same in every import of the file, such as `dotenv:KEY`.
    pub source_id: String,
    /// The value.
    pub value: SecretBytes,
    /// Its line in the file, from 1.
    pub line: u32,
}

/// Something in the file that is not imported unchanged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Its name in the file.
    pub what: String,
    /// What became of it, and why.
    pub why: &'static str,
    /// Its line in the file, from 1.
    pub line: u32,
}

/// A file that was read completely.
#[derive(Debug, Default)]
pub struct Import {
    /// One record per name, in the order of the file.
    pub records: Vec<Record>,
    /// In the order of the file.
    pub left_out: Vec<LeftOut>,
}

impl Import {
    /// Adds a value of the file. Where no variable can have its name or hold it, it is stored
    /// without one, and the report says so.
    pub(crate) fn add(&mut self, format: Format, name: String, value: SecretBytes, line: u32) {
        let problem = unfit(&name, &value);
        if let Some(why) = problem {
            self.leave_out(&name, why, line);
        }
        let known = recognise(&value, &name);
        self.records.push(Record {
            variable: problem.is_none().then(|| name.clone()),
            kind: known.kind,
            reason: known.reason,
            provider: known.provider,
            provider_name: known.provider_name,
            rotate_every_days: known.rotate_every_days,
            source_id: format!("{}:{name}", format.id()),
            name,
            value,
            line,
        });
    }

    /// Reports something that is not imported unchanged.
    pub(crate) fn leave_out(&mut self, what: &str, why: &'static str, line: u32) {
        let what = what.to_owned();
        self.left_out.push(LeftOut { what, why, line });
    }
}

/// Why a name and a value cannot be those of a variable (POSIX.1-2024, 8.1), if they cannot.
fn unfit(name: &str, value: &SecretBytes) -> Option<&'static str> {
    if !variables::is_variable_name(name) {
        return Some("stored without a variable: no variable may have this name");
    }
    if variables::loader(name).is_some() {
        return Some("stored without a variable: it would change how programs load code");
    }
    // Only searched for the one byte an environment cannot carry.
    if value.expose().contains(&0) {
        return Some("stored without a variable: its value holds a NUL byte");
    }
    None
}
