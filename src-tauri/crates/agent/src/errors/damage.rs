//! What the vault found to be damaged, not private or out of bounds.

use keyhaven_protocol::finding::Damage;
use keyhaven_protocol::problem::Problem;
use keyhaven_vault::{BackupDamage, DataDamage, HeaderDamage, Insecurity, KdfBound, UsesDoubt};

use crate::numbers::clamp;

pub(super) const fn header_damage(damage: HeaderDamage) -> Damage {
    match damage {
        HeaderDamage::Missing => Damage::HeaderMissing,
        HeaderDamage::Checksum => Damage::HeaderChecksum,
        HeaderDamage::Malformed => Damage::HeaderMalformed,
        HeaderDamage::Mac => Damage::HeaderAltered,
    }
}

pub(super) const fn data_damage(damage: DataDamage) -> Damage {
    match damage {
        DataDamage::DatabaseMissing => Damage::DatabaseMissing,
        DataDamage::DatabaseBroken => Damage::DatabaseBroken,
        DataDamage::DatabaseEmpty => Damage::DatabaseEmpty,
        DataDamage::AnchorMissing => Damage::AnchorMissing,
        DataDamage::AnchorBroken => Damage::AnchorBroken,
        DataDamage::Rows => Damage::Rows,
        DataDamage::State => Damage::RowState,
        DataDamage::ChangesMissing { missing } => Damage::ChangesMissing { missing },
        DataDamage::OldAnchor { behind } => Damage::OldAnchor { behind },
        DataDamage::Fork => Damage::Fork,
        DataDamage::Audit { sequence } => Damage::AuditLog { sequence },
        DataDamage::UsesMissing { missing } => Damage::UsesMissing { missing },
        DataDamage::Value => Damage::Value,
        DataDamage::Malformed => Damage::RowMalformed,
    }
}

/// Why uses may be missing from the log after an unclean stop.
pub(crate) const fn uses_doubt(doubt: UsesDoubt) -> Problem {
    match doubt {
        UsesDoubt::Missing => Problem::UsesRecordMissing,
        UsesDoubt::Damaged => Problem::UsesRecordDamaged,
        UsesDoubt::OtherBoot => Problem::UsesOtherBoot,
        UsesDoubt::OtherResidence => Problem::UsesOtherResidence,
        UsesDoubt::DiskError => Problem::UsesDiskError,
    }
}

pub(super) const fn backup_damage(damage: BackupDamage) -> Damage {
    match damage {
        BackupDamage::Manifest => Damage::BackupManifest,
        BackupDamage::Length => Damage::BackupLength,
        BackupDamage::Header => Damage::BackupHeader,
        BackupDamage::Database => Damage::BackupDatabase,
        BackupDamage::Content(damage) => data_damage(damage),
    }
}

pub(super) fn insecurity(what: Insecurity) -> Problem {
    match what {
        Insecurity::Owner { uid } => Problem::OtherOwner { uid },
        Insecurity::Mode { found, wanted } => Problem::WrongMode {
            found: format!("{found:03o}"),
            wanted: format!("{wanted:03o}"),
        },
        Insecurity::Symlink => Problem::Symlink,
        Insecurity::NotAFolder => Problem::NotAFolder,
        Insecurity::NotAFile => Problem::NotRegularFile,
    }
}

pub(super) fn kdf_bound(bound: KdfBound) -> Problem {
    match bound {
        KdfBound::Memory(kib) => Problem::KdfMemory { kib },
        KdfBound::Passes(passes) => Problem::KdfPasses { passes },
        KdfBound::Lanes(lanes) => Problem::KdfLanes { lanes },
        KdfBound::Work(work) => Problem::KdfWork { work },
        KdfBound::Salt(bytes) => Problem::KdfSalt {
            bytes: clamp(bytes as u64),
        },
    }
}
