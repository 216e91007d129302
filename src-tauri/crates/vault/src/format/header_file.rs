//! The two copies of the header on disk, `header-a` and `header-b`.
//!
//! Copy A is the commit point of every change of the header; B follows. Where both are well
//! formed and differ, only a key can tell which of them was altered.

use std::path::{Path, PathBuf};

use keyhaven_rules::vault_files::HEADERS;

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
    /// It is not on the disk yet, and must not be: the vault is still being made.
    pub(crate) unpublished: bool,
}

impl ChosenHeader {
    /// The header that both copies are, or are to be.
    pub(crate) fn of(copy: HeaderCopy, wants_healing: bool) -> Self {
        Self {
            copy,
            wants_healing,
            other: None,
            unpublished: false,
        }
    }

    /// The header of a vault that is still being made.
    pub(crate) fn unpublished(copy: HeaderCopy) -> Self {
        Self {
            unpublished: true,
            ..Self::of(copy, false)
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
    HEADERS.map(|copy| folder.join(copy))
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

/// Writes every copy that is not this one yet, A first; whether there was any. For a header that
/// is known to be whole and the newest there is.
pub(crate) fn ensure(folder: &Path, copy: &HeaderCopy) -> Result<bool, VaultError> {
    let bytes = copy.encode();
    let mut written = false;
    for path in paths(folder) {
        if !holds(&path, &bytes)? {
            disk::replace_private(&path, &bytes)?;
            written = true;
        }
    }
    Ok(written)
}

/// Whether a file is whole and private; what cannot be read is an error.
fn holds(path: &Path, bytes: &[u8]) -> Result<bool, VaultError> {
    match disk::read_private(path, header::MOST) {
        Ok(found) => Ok(found.is_some_and(|found| found == bytes)),
        Err(VaultError::Insecure { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether one of both copies is this one.
pub(crate) fn is_kept(folder: &Path, copy: &HeaderCopy) -> bool {
    let bytes = copy.encode();
    paths(folder)
        .iter()
        .any(|path| holds(path, &bytes).unwrap_or(false))
}

/// Whether a copy is that of another vault or of a later epoch: somebody put other files there.
pub(crate) fn is_of_another(folder: &Path, copy: &HeaderCopy) -> bool {
    let own = &copy.header;
    paths(folder).iter().any(|path| match read_copy(path) {
        Ok(Some(DecodedCopy::Good(found))) => {
            found.header.vault != own.vault || found.header.epoch > own.epoch
        }
        _ => false,
    })
}

/// Writes the copies that are missing.
pub(crate) fn put_back(folder: &Path, copy: &HeaderCopy) -> Result<(), VaultError> {
    for path in paths(folder) {
        if !disk::check_file(&path)? {
            disk::replace_private(&path, &copy.encode())?;
        }
    }
    Ok(())
}
