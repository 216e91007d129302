//! What a file becomes: records with a proposed kind, and a report of what is left out.
//!
//! A dry run and an import read the same [`Import`]; nothing is decided elsewhere.

use keyhaven_catalogue::ProposalReason;
use keyhaven_rules::{FieldKind, coded, variables};
use keyhaven_secret::SecretBytes;

use crate::malformed::Malformed;
use crate::recognise::recognise;

/// A credential to be imported.
#[derive(Debug)]
pub struct Record {
    /// Its name in the file, verbatim.
    pub name: String,
    /// Its field in a credential with several; without it, the value is all of the credential.
    pub field: Option<String>,
    /// The variable it sets; none if no variable may have that name or value.
    pub variable: Option<String>,
    /// The proposed kind.
    pub kind: FieldKind,
    /// Why that kind, for the preview.
    pub reason: ProposalReason,
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

coded! {
    /// What became of something that is not imported unchanged, or not as its writer may have
    /// meant it, and why. The texts are in the crate `messages`, under `left-out-CODE`.
    LeftOutReason as LEFT_OUT_REASONS {
        /// Left out: a later line sets it again.
        SetAgain,
        /// Read as far as a comment.
        Comment,
        /// Stored without a variable: none can have its name.
        BadVariable,
        /// Stored without a variable: it would change how programs load code.
        LoaderVariable,
        /// Stored without a variable: its value holds a NUL byte.
        Nul,
        // Read as it stands, but probably not meant so
        /// References to other variables.
        Reference,
        /// `$$`.
        DoubleDollar,
        /// `$'...'`.
        DollarQuote,
        /// Parts in quotes, which a shell joins.
        GluedQuotes,
        /// `; export`.
        ShellCommand,
        /// Text after the closing quote.
        TextAfterQuote,
        /// A backslash at the end of a line.
        TrailingBackslash,
        /// A command that a shell would run.
        Command,
        /// Typographic quotes around it.
        CurlyQuotes,
        /// JSON that cannot be parsed.
        BrokenJson,
        /// What examples hold in the place of a value.
        Placeholder,
    }
}

/// Something in the file that is not imported unchanged, or probably not as it was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Its name in the file.
    pub what: String,
    /// What became of it, and why.
    pub why: LeftOutReason,
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
    /// Lines that cannot be read, where those are skipped; in the order of the file.
    pub skipped: Vec<Malformed>,
}

impl Import {
    /// Adds a value of the file. Where no variable can have its name or hold it, it is stored
    /// without one, and the report says so.
    pub(crate) fn add(&mut self, format: &str, name: String, value: SecretBytes, line: u32) {
        let unfit = unfit(&name, &value);
        let variable = unfit.is_none().then(|| name.clone());
        if let Some(why) = unfit {
            self.leave_out(&name, why, line);
        }
        let known = recognise(&value, &name);
        self.records.push(Record {
            field: None,
            variable,
            kind: known.kind,
            reason: known.reason,
            provider: known.provider,
            provider_name: known.provider_name,
            rotate_every_days: known.rotate_every_days,
            source_id: format!("{format}:{name}"),
            name,
            value,
            line,
        });
    }

    /// Reports something that is not imported unchanged.
    pub(crate) fn leave_out(&mut self, what: &str, why: LeftOutReason, line: u32) {
        let what = what.to_owned();
        self.left_out.push(LeftOut { what, why, line });
    }
}

/// Why a name and a value cannot be those of a variable (POSIX.1-2024, 8.1), if they cannot.
fn unfit(name: &str, value: &SecretBytes) -> Option<LeftOutReason> {
    if !variables::is_variable_name(name) {
        return Some(LeftOutReason::BadVariable);
    }
    if variables::loader(name).is_some() {
        return Some(LeftOutReason::LoaderVariable);
    }
    // Only searched for the one byte an environment cannot carry.
    if value.expose().contains(&0) {
        return Some(LeftOutReason::Nul);
    }
    None
}
