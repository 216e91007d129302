//! What a check of the vault found.

use keyhaven_protocol::finding::VerifyFinding;
use keyhaven_vault::VerifyProblem;

use super::damage::{data_damage, header_damage};

/// The finding that a client shows.
pub(crate) fn verify_finding(wrong: &VerifyProblem) -> VerifyFinding {
    let wrong = wrong.clone();
    match wrong {
        VerifyProblem::HeaderCopy { copy, damage } => VerifyFinding::HeaderCopy {
            copy: copy.into(),
            damage: header_damage(damage),
        },
        VerifyProblem::HeaderCopies => VerifyFinding::HeaderCopiesDiffer,
        VerifyProblem::AnchorSlot(slot) => VerifyFinding::AnchorSlot { slot: slot.into() },
        VerifyProblem::UsesRecord => VerifyFinding::UsesRecord,
        VerifyProblem::Uses(damage) => VerifyFinding::Uses {
            damage: data_damage(damage),
        },
        VerifyProblem::Anchor(damage) => VerifyFinding::Anchor {
            damage: data_damage(damage),
        },
        VerifyProblem::Page { report } => VerifyFinding::Page { system: report },
        VerifyProblem::PagesUnreadable => VerifyFinding::PagesUnreadable,
        VerifyProblem::Database(damage) => VerifyFinding::Database {
            damage: data_damage(damage),
        },
        VerifyProblem::RowsChanged => VerifyFinding::RowsChanged,
        VerifyProblem::RowState => VerifyFinding::RowState,
        VerifyProblem::StaleCredential { credential } => {
            VerifyFinding::StaleCredential { credential }
        }
        VerifyProblem::MissingCredential { credential } => {
            VerifyFinding::MissingCredential { credential }
        }
        VerifyProblem::MissingVersion { credential, at } => {
            VerifyFinding::MissingVersion { credential, at }
        }
        VerifyProblem::MalformedRow { table, key } => VerifyFinding::MalformedRow {
            table: table.into(),
            key,
        },
        VerifyProblem::MalformedVersion {
            credential,
            version,
        } => VerifyFinding::MalformedVersion {
            credential,
            version,
        },
        VerifyProblem::MissingParent { table, parent } => {
            VerifyFinding::MissingParent { table, parent }
        }
        VerifyProblem::UnreadableCredential { credential } => {
            VerifyFinding::UnreadableCredential { credential }
        }
        VerifyProblem::UnreadableVersion {
            credential,
            version,
        } => VerifyFinding::UnreadableVersion {
            credential,
            version,
        },
        VerifyProblem::Table { table } => VerifyFinding::UnreadableTable {
            table: table.into(),
        },
        VerifyProblem::SealedValue {
            credential,
            version,
        } => VerifyFinding::SealedValue {
            credential,
            version,
        },
        VerifyProblem::VariableIndex {
            credential,
            variable,
        } => VerifyFinding::VariableIndex {
            credential,
            variable,
        },
        VerifyProblem::UseCount { credential } => VerifyFinding::UseCount { credential },
        VerifyProblem::LogEntry { sequence } => VerifyFinding::LogEntry { sequence },
        VerifyProblem::LogStart => VerifyFinding::LogStart,
        VerifyProblem::NotChecked => VerifyFinding::NotChecked,
    }
}
