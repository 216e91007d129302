//! What a file becomes: records with a proposed kind, and a report of what is left out.
//!
//! A dry run and an import read the same [`Import`]; nothing is decided elsewhere.

use std::collections::HashMap;

use keyhaven_catalogue::{Catalogue, propose};
use keyhaven_rules::variables;
use keyhaven_secret::SecretBytes;

use crate::dotenv::{self, Entry, Malformed};

/// How a value is to be treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Hidden, and revealed only when asked.
    Secret,
    /// Shown.
    Plain,
}

/// One credential to be.
#[derive(Debug)]
pub struct Record {
    /// The key of the file, verbatim.
    pub name: String,
    /// The variable it sets; none if no variable may have that name or value.
    pub variable: Option<String>,
    /// The proposed kind.
    pub kind: Kind,
    /// Why that kind, in words for the preview.
    pub reason: &'static str,
    /// Id of the provider, where one is recognised.
    pub provider: Option<String>,
    /// Name of that provider.
    pub provider_name: Option<String>,
    /// Suggested days between rotations; none for plain values.
    pub rotate_every_days: Option<u32>,
    /// Stable over imports: `dotenv:KEY`.
    pub source_id: String,
    /// The value.
    pub value: SecretBytes,
    /// The line of the key, from 1.
    pub line: u32,
}

/// Something of the file that does not arrive as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The key concerned.
    pub what: String,
    /// What became of it, and why.
    pub why: &'static str,
    /// The line of the key, from 1.
    pub line: u32,
}

/// A file, read whole.
#[derive(Debug)]
pub struct Import {
    /// One record per key, in the order of the file.
    pub records: Vec<Record>,
    /// In the order of the file.
    pub left_out: Vec<LeftOut>,
}

/// What is known of one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recognised {
    /// Id of the provider, where one is recognised.
    pub provider: Option<String>,
    /// Name of that provider.
    pub provider_name: Option<String>,
    /// Whether a secret is proposed.
    pub secret: bool,
    /// Why, in words for the preview.
    pub reason: &'static str,
    /// The variable given, else the provider's usual one.
    pub variable: Option<String>,
    /// Suggested days between rotations; none for plain values.
    pub rotate_every_days: Option<u32>,
}

/// Recognises a value, typed or imported. An empty `variable` means none is known yet.
#[must_use]
pub fn recognise(value: &SecretBytes, variable: &str) -> Recognised {
    // Compared with the patterns of the catalogue, in place; the answer holds no part of it.
    let bytes = value.expose();
    let provider = Catalogue::builtin().recognise(bytes, variable);
    let proposal = propose(variable, bytes, provider);
    let usual = provider.and_then(|provider| provider.variables.first().cloned());
    Recognised {
        provider: provider.map(|provider| provider.id.clone()),
        provider_name: provider.map(|provider| provider.name.clone()),
        secret: proposal.secret,
        reason: proposal.reason,
        variable: if variable.is_empty() {
            usual
        } else {
            Some(variable.to_owned())
        },
        rotate_every_days: provider
            .filter(|_| proposal.secret)
            .and_then(|provider| provider.rotate_days),
    }
}

/// Reads a `.env` file.
///
/// # Errors
/// [`Malformed`] where anything would be lost in silence; then nothing is read.
pub fn import_dotenv(bytes: &[u8]) -> Result<Import, Malformed> {
    let entries = dotenv::parse(bytes)?;
    let keys = entries.iter().enumerate();
    let last: HashMap<String, usize> = keys.map(|(i, entry)| (entry.key.clone(), i)).collect();
    let mut import = Import {
        records: Vec::with_capacity(last.len()),
        left_out: Vec::new(),
    };
    for (i, entry) in entries.into_iter().enumerate() {
        if last.get(&entry.key) != Some(&i) {
            let why = "left out: a later line sets it again";
            import.left_out.push(left_out(&entry, why));
            continue;
        }
        let unfit = unfit(&entry);
        if let Some(why) = unfit {
            import.left_out.push(left_out(&entry, why));
        }
        if entry.commented {
            let why = "read up to its #: quote the value where more of the line belongs to it";
            import.left_out.push(left_out(&entry, why));
        }
        import.records.push(record(entry, unfit.is_none()));
    }
    Ok(import)
}

/// Why an entry cannot set a variable (POSIX.1-2024, 8.1), if it cannot.
fn unfit(entry: &Entry) -> Option<&'static str> {
    if !variables::is_variable_name(&entry.key) {
        return Some("stored without a variable: no variable may have this name");
    }
    if variables::loader(&entry.key).is_some() {
        return Some("stored without a variable: it would change how programs load code");
    }
    // Only searched for the one byte an environment cannot carry.
    if entry.value.expose().contains(&0) {
        return Some("stored without a variable: its value holds a NUL byte");
    }
    None
}

fn left_out(entry: &Entry, why: &'static str) -> LeftOut {
    LeftOut {
        what: entry.key.clone(),
        why,
        line: entry.line,
    }
}

fn record(entry: Entry, settable: bool) -> Record {
    let known = recognise(&entry.value, &entry.key);
    Record {
        variable: settable.then(|| entry.key.clone()),
        kind: if known.secret {
            Kind::Secret
        } else {
            Kind::Plain
        },
        reason: known.reason,
        provider: known.provider,
        provider_name: known.provider_name,
        rotate_every_days: known.rotate_every_days,
        source_id: format!("dotenv:{}", entry.key),
        name: entry.key,
        value: entry.value,
        line: entry.line,
    }
}

#[cfg(test)]
mod tests;
