//! The two copies of the header on disk, `header-a` and `header-b`.
//!
//! Copy A is the commit point of every change of the header; B follows. Where both are well
//! formed and differ, only a key can tell which of them was altered.

use std::path::{Path, PathBuf};

use super::disk;
use super::header::{self, DecodedCopy, HeaderCopy};
use crate::crypto::mac::MacKey;
use crate::error::{HeaderDamage, VaultError};
use crate::verify::{VerifyPart, VerifyProblem, VerifyReport};

/// The header to use, and whether a copy is to be written again.
#[derive(Debug)]
pub(crate) struct ChosenHeader {
    pub(crate) copy: HeaderCopy,
    /// A copy was damaged, missing or older.
    pub(crate) wants_healing: bool,
    /// The other copy, where it is well formed, differs, and is of the same epoch.
    pub(crate) other: Option<HeaderCopy>,
}

impl ChosenHeader {
    /// The header that both copies are, or are to be.
    pub(crate) fn of(copy: HeaderCopy, wants_healing: bool) -> Self {
        Self {
            copy,
            wants_healing,
            other: None,
        }
    }

    /// Both, well formed.
    fn of_two(a: HeaderCopy, b: HeaderCopy) -> Self {
        if a == b {
            return Self::of(a, false);
        }
        let epoch = |copy: &HeaderCopy| (copy.header.vault, copy.header.epoch);
        if epoch(&a) == epoch(&b) {
            return Self {
                other: Some(b),
                ..Self::of(a, true)
            };
        }
        // An earlier epoch has another vault key, and older data.
        Self::of(
            if b.header.epoch > a.header.epoch {
                b
            } else {
                a
            },
            true,
        )
    }
}

fn paths(folder: &Path) -> [PathBuf; 2] {
    [folder.join("header-a"), folder.join("header-b")]
}

/// Whether any copy is there.
pub(crate) fn exists(folder: &Path) -> Result<bool, VaultError> {
    let [a, b] = paths(folder);
    Ok(disk::check_file(&a)? || disk::check_file(&b)?)
}

/// Reads both copies; the highest epoch wins, and A between equals.
///
/// # Errors
/// [`VaultError::NotAVault`] where neither file looks like a header and there is no data either;
/// [`VaultError::DamagedHeader`] where there should be one.
pub(crate) fn read(folder: &Path, has_data: bool) -> Result<ChosenHeader, VaultError> {
    let [a, b] = paths(folder);
    let found = [read_copy(&a)?, read_copy(&b)?];
    let damage = found.iter().find_map(|copy| match copy {
        Some(DecodedCopy::Damaged(damage)) => Some(*damage),
        Some(DecodedCopy::Foreign) if has_data => Some(HeaderDamage::Checksum),
        _ => None,
    });
    match found {
        [Some(DecodedCopy::Good(a)), Some(DecodedCopy::Good(b))] => Ok(ChosenHeader::of_two(a, b)),
        [Some(DecodedCopy::Good(copy)), _] | [_, Some(DecodedCopy::Good(copy))] => {
            Ok(ChosenHeader::of(copy, true))
        }
        _ => Err(match damage {
            Some(damage) => damage.into(),
            None if has_data => HeaderDamage::Missing.into(),
            None => VaultError::NotAVault(folder.to_owned()),
        }),
    }
}

/// Checks both copies against the vault's key, and against each other.
pub(crate) fn check(folder: &Path, key: &MacKey, report: &mut VerifyReport) {
    report.count(VerifyPart::Header, 2);
    let mut good = Vec::new();
    for (copy, path) in ['A', 'B'].into_iter().zip(paths(folder)) {
        let damage = match read_copy(&path) {
            Ok(Some(DecodedCopy::Good(found))) if found.is_authentic(key) => {
                good.push(found);
                continue;
            }
            Ok(Some(DecodedCopy::Good(_))) => HeaderDamage::Mac,
            Ok(Some(DecodedCopy::Damaged(damage))) => damage,
            Ok(None) => HeaderDamage::Missing,
            Ok(Some(DecodedCopy::Foreign)) | Err(_) => HeaderDamage::Malformed,
        };
        report.find(
            VerifyPart::Header,
            VerifyProblem::HeaderCopy { copy, damage },
        );
    }
    if let [a, b] = good.as_slice()
        && a != b
    {
        report.find(VerifyPart::Header, VerifyProblem::HeaderCopies);
    }
}

/// Removes both copies: there is no vault any more.
pub(crate) fn remove(folder: &Path) -> Result<(), VaultError> {
    let [a, b] = paths(folder);
    disk::remove(&a).and(disk::remove(&b))
}

fn read_copy(path: &Path) -> Result<Option<DecodedCopy>, VaultError> {
    disk::read_private(path, header::MOST)?
        .map(|bytes| header::decode(&bytes))
        .transpose()
}

/// Writes A, which makes it the header, and then B; whether B could not be written, which
/// the next unlock repairs.
///
/// # Errors
/// A could not be written, or not be made durable: either header may be in place.
pub(crate) fn commit(folder: &Path, copy: &HeaderCopy) -> Result<bool, VaultError> {
    let bytes = copy.encode();
    let [a, b] = paths(folder);
    disk::replace_private(&a, &bytes)?;
    Ok(disk::replace_private(&b, &bytes).is_err())
}

/// Writes both copies, A first.
pub(crate) fn write(folder: &Path, copy: &HeaderCopy) -> Result<(), VaultError> {
    let bytes = copy.encode();
    let [a, b] = paths(folder);
    disk::replace_private(&a, &bytes)?;
    disk::replace_private(&b, &bytes)
}
