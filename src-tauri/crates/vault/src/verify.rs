//! Lists what a check of the whole vault finds: part by part, each finding with its location.
//!
//! A finding names rows, pages and copies; it never holds a value.

use crate::error::{DataDamage, HeaderDamage};

/// Findings that are kept one by one; more are counted.
pub const MOST_FINDINGS: usize = 200;

/// What is checked, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum VerifyPart {
    /// Both copies of the header.
    Header,
    /// Both slots of the anchor, and that the database fits it.
    Anchor,
    /// Every page of the database file, and how they hang together.
    Pages,
    /// Every row users change, and their root.
    Rows,
    /// Every sealed value.
    Values,
    /// What follows from other rows: who fills a variable, and how often something was used.
    Derived,
    /// The log, entry by entry.
    Log,
}

impl VerifyPart {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Header,
        Self::Anchor,
        Self::Pages,
        Self::Rows,
        Self::Values,
        Self::Derived,
        Self::Log,
    ];
}

/// A problem that a check found, with where it is. Each variant is one code with typed
/// parameters; the text for people is made where it is shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyProblem {
    /// One copy of the header is damaged.
    #[error("copy {copy} {}", copy_words(*damage))]
    HeaderCopy {
        /// `A` or `B`.
        copy: char,
        /// What is wrong with it.
        damage: HeaderDamage,
    },
    /// The copies of the header differ.
    #[error("copy B is not the same as copy A")]
    HeaderCopies,
    /// A slot of the anchor is damaged.
    #[error("slot {0} is not what was written")]
    AnchorSlot(u8),
    /// The anchor is damaged, or the database does not fit it.
    #[error("{0}")]
    Anchor(DataDamage),
    /// The log ends before the last recorded use.
    #[error("{0}")]
    Uses(DataDamage),
    /// The record of the last use is missing or not what was written.
    #[error("the record of the last use is not what was written")]
    UsesRecord,
    /// A page is damaged.
    #[error("{report}")]
    Page {
        /// The line of SQLCipher or SQLite, which names the page.
        report: String,
    },
    /// The check of the pages stopped before the last one.
    #[error("the pages cannot be read to the end")]
    PagesUnreadable,
    /// The database cannot be read at all.
    #[error("{0}")]
    Database(DataDamage),
    /// The rows do not add up to the stored root; other findings name the rows.
    #[error("the rows are not those that were written: an old page, or a row changed")]
    RowsChanged,
    /// The stored state does not follow from its parts.
    #[error("the state of the rows is not what was written")]
    RowState,
    /// A credential has another time of change than its last entry in the log.
    #[error("{credential}: the log gives another time of its last change")]
    StaleCredential {
        /// Its location and name.
        credential: String,
    },
    /// A credential of the log is missing.
    #[error("{credential}: in the log, but missing")]
    MissingCredential {
        /// Its location and name, or its id.
        credential: String,
    },
    /// A version of the log is missing.
    #[error("{credential}: a value stored at {at} is missing")]
    MissingVersion {
        /// Its location and name.
        credential: String,
        /// When it was stored.
        at: jiff::Timestamp,
    },
    /// A row has columns that cannot be decoded.
    #[error("{table} {}: not well formed", key.as_deref().unwrap_or("?"))]
    MalformedRow {
        /// Its table.
        table: &'static str,
        /// Its key, where that can be read.
        key: Option<String>,
    },
    /// A version has columns that cannot be decoded.
    #[error("{credential}, version {version}: not well formed")]
    MalformedVersion {
        /// The credential's location and name, or its id.
        credential: String,
        /// The number of the version.
        version: u32,
    },
    /// A row refers to a row that is missing.
    #[error("{table} without its {parent}: not well formed")]
    MissingParent {
        /// The table of the row.
        table: String,
        /// The table of the missing row.
        parent: String,
    },
    /// A credential is on a damaged page.
    #[error("{credential}: cannot be read")]
    UnreadableCredential {
        /// Its location and name, or its id.
        credential: String,
    },
    /// A version is on a damaged page.
    #[error("{credential}, version {version}: cannot be read")]
    UnreadableVersion {
        /// The credential's location and name, or its id.
        credential: String,
        /// The number of the version.
        version: u32,
    },
    /// Some rows of a table are on a damaged page.
    #[error("the table {table} cannot be read to its end")]
    Table {
        /// Its name.
        table: &'static str,
    },
    /// The sealed values of a version do not open.
    #[error("{credential}, version {version}: its values do not open")]
    SealedValue {
        /// The credential's location and name.
        credential: String,
        /// The number of the version.
        version: u32,
    },
    /// The index of variables differs from the credentials.
    #[error("{credential}: the variable {variable} is not indexed as the credential has it")]
    VariableIndex {
        /// The credential's location and name.
        credential: String,
        /// The variable.
        variable: String,
    },
    /// A count of uses differs from the log.
    #[error("{credential}: its count of uses differs from the log")]
    UseCount {
        /// The credential's location and name.
        credential: String,
    },
    /// The first wrong entry of the log; those after it cannot be trusted.
    #[error("entry {sequence} is missing or not what was written")]
    LogEntry {
        /// Its number.
        sequence: u64,
    },
    /// The mark of where the log begins is damaged.
    #[error("the mark of where the log begins is not what was written")]
    LogStart,
    /// A part was not checked because of another finding.
    #[error("not checked: the database has damaged pages; lock the vault first")]
    NotChecked,
}

fn copy_words(damage: HeaderDamage) -> &'static str {
    match damage {
        HeaderDamage::Missing => "is missing",
        HeaderDamage::Checksum => "is damaged",
        HeaderDamage::Malformed => "is not well formed",
        HeaderDamage::Mac => "was altered",
    }
}

/// A part, and what is wrong in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartProblem {
    /// Which part.
    pub part: VerifyPart,
    /// What.
    pub problem: VerifyProblem,
}

/// What a check found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VerifyReport {
    /// How many things of each part were looked at; a part that is missing was not reached.
    pub checked: Vec<(VerifyPart, u64)>,
    /// What is wrong; empty when nothing is.
    pub findings: Vec<PartProblem>,
    /// How many more findings there are.
    pub more: u64,
}

impl VerifyReport {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty() && self.more == 0
    }

    /// Whether nothing is wrong with a part that was looked at.
    #[must_use]
    pub fn is_intact(&self, part: VerifyPart) -> bool {
        self.checked.iter().any(|(of, _)| *of == part)
            && self.findings.iter().all(|finding| finding.part != part)
    }

    pub(crate) fn find(&mut self, part: VerifyPart, problem: VerifyProblem) {
        let finding = PartProblem { part, problem };
        if self.findings.contains(&finding) {
            return;
        }
        if self.findings.len() < MOST_FINDINGS {
            self.findings.push(finding);
        } else {
            self.more += 1;
        }
    }

    pub(crate) fn count(&mut self, part: VerifyPart, things: u64) {
        match self.checked.iter_mut().find(|(of, _)| *of == part) {
            Some((_, count)) => *count += things,
            None => self.checked.push((part, things)),
        }
    }

    /// The first finding as the damage that stops an unlock or a backup.
    pub(crate) fn damage(&self) -> Option<DataDamage> {
        let finding = self.findings.first()?;
        Some(match &finding.problem {
            VerifyProblem::Anchor(damage) | VerifyProblem::Database(damage) => *damage,
            VerifyProblem::LogEntry { sequence } => DataDamage::Audit {
                sequence: *sequence,
            },
            VerifyProblem::RowState => DataDamage::State,
            VerifyProblem::SealedValue { .. } => DataDamage::Value,
            VerifyProblem::Page { .. }
            | VerifyProblem::PagesUnreadable
            | VerifyProblem::Table { .. }
            | VerifyProblem::UnreadableCredential { .. }
            | VerifyProblem::UnreadableVersion { .. } => DataDamage::DatabaseBroken,
            VerifyProblem::MalformedRow { .. }
            | VerifyProblem::MalformedVersion { .. }
            | VerifyProblem::MissingParent { .. } => DataDamage::Malformed,
            _ => DataDamage::Rows,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_are_bounded_and_counted() {
        let mut report = VerifyReport::default();
        for version in 0..MOST_FINDINGS as u32 + 5 {
            let credential = "shop/dev/one".into();
            report.find(
                VerifyPart::Values,
                VerifyProblem::SealedValue {
                    credential,
                    version,
                },
            );
        }
        assert_eq!(report.findings.len(), MOST_FINDINGS);
        assert_eq!(report.more, 5);
        assert!(!report.is_clean());
        report.count(VerifyPart::Rows, 3);
        report.count(VerifyPart::Rows, 4);
        assert_eq!(report.checked, [(VerifyPart::Rows, 7)]);
        assert!(report.is_intact(VerifyPart::Rows) && !report.is_intact(VerifyPart::Values));
    }
}
