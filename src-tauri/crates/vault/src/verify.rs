//! What a check of the whole vault finds: part by part, each finding with its place.
//!
//! A finding names rows, pages and copies; it never holds a value.

use crate::error::{Damage, HeaderDamage};

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

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyProblem {
    /// One copy of the header.
    #[error("copy {copy} {}", copy_words(*damage))]
    HeaderCopy {
        /// `A` or `B`.
        copy: char,
        /// What is wrong with it.
        damage: HeaderDamage,
    },
    /// The copies differ.
    #[error("copy B is not the same as copy A")]
    HeaderCopies,
    /// A slot of the anchor.
    #[error("slot {0} is not what was written")]
    AnchorSlot(u8),
    /// The anchor as a whole, or how the database stands to it.
    #[error("{0}")]
    Anchor(Damage),
    /// A page, in the words of SQLCipher or SQLite, which name it.
    #[error("{0}")]
    Page(String),
    /// The database cannot be read at all.
    #[error("{0}")]
    Database(Damage),
    /// The rows are not those that the stored root was made from; others name the rows.
    #[error("the rows are not those that were written: an old page, or a row changed")]
    Root,
    /// The stored state does not follow from its parts.
    #[error("the state of the rows is not what was written")]
    State,
    /// A credential is not the one its last entry in the log speaks of.
    #[error("{credential}: the log says it was changed last at another time")]
    Stale {
        /// Its place and name.
        credential: String,
    },
    /// A credential of which the log speaks is not there.
    #[error("{credential}: the log knows it, and it is not there")]
    Missing {
        /// Its place and name, or its id.
        credential: String,
    },
    /// A version of which the log speaks is not there.
    #[error("{credential}: a value stored at {at} is not there")]
    MissingVersion {
        /// Its place and name.
        credential: String,
        /// When it was stored.
        at: jiff::Timestamp,
    },
    /// A row that cannot be understood, or refers to what is not there.
    #[error("{row}: not well formed")]
    Malformed {
        /// Its table and key.
        row: String,
    },
    /// A row on a broken page.
    #[error("{row}: cannot be read")]
    Unreadable {
        /// Its table and key.
        row: String,
    },
    /// Some rows of a table lie on a broken page.
    #[error("the table {table} cannot be read to its end")]
    Table {
        /// Its name.
        table: &'static str,
    },
    /// A sealed value.
    #[error("{credential}, version {version}: its values do not open")]
    Value {
        /// Its place and name.
        credential: String,
        /// The number of the version.
        version: u32,
    },
    /// Who fills a variable.
    #[error("{credential}: the variable {variable} is not kept as the credential says")]
    Filled {
        /// Its place and name.
        credential: String,
        /// The variable.
        variable: String,
    },
    /// How often something was used.
    #[error("{credential}: its count of uses is not what the log says")]
    Usage {
        /// Its place and name.
        credential: String,
    },
    /// The first entry of the log that is wrong; those behind it cannot be trusted.
    #[error("entry {sequence} is missing or not what was written")]
    Entry {
        /// Its number.
        sequence: u64,
    },
    /// The mark that says where the log begins.
    #[error("where the log begins is not what was written")]
    Beginning,
    /// What could not be looked at because of another finding.
    #[error("not checked, for the database has broken pages; the vault is to be locked first")]
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
pub struct VerifyFinding {
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
    pub findings: Vec<VerifyFinding>,
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
        let finding = VerifyFinding { part, problem };
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
    pub(crate) fn damage(&self) -> Option<Damage> {
        let finding = self.findings.first()?;
        Some(match &finding.problem {
            VerifyProblem::Anchor(damage) | VerifyProblem::Database(damage) => *damage,
            VerifyProblem::Entry { sequence } => Damage::Audit {
                sequence: *sequence,
            },
            VerifyProblem::State => Damage::State,
            VerifyProblem::Value { .. } => Damage::Value,
            VerifyProblem::Page(_)
            | VerifyProblem::Table { .. }
            | VerifyProblem::Unreadable { .. } => Damage::DatabaseBroken,
            VerifyProblem::Malformed { .. } => Damage::Malformed,
            _ => Damage::Rows,
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
                VerifyProblem::Value {
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
