//! Which contents of project files and templates are trusted, and which paths were denied.

use super::{Edit, Unlocked};
use crate::audit::{Action, AuditContext};
use crate::error::{Invalid, Refusal, VaultError};
use crate::model::{FileTrust, TrustedFile};
use crate::names;
use crate::store::audit::AuditEvent;
use crate::store::read;
use crate::stored_text::StoredText;

/// How many contents of a path are trusted at a time; of more, the oldest is forgotten.
const MOST_CONTENTS: usize = 16;
/// Rows of trusted contents and denied paths. All are read for one list, each with a path of up
/// to 4 KiB: 8 MiB at most, which is half of what a large answer may have.
pub(crate) const MOST_FILES: usize = 2048;

impl Unlocked {
    /// Trusts exactly this content of a file, next to others that its path may have on other
    /// branches. The log keeps its outline.
    ///
    /// # Errors
    /// [`VaultError::Invalid`] for a relative or too long path and for a hash that no content
    /// has, [`Refusal::TooManyTrustedFiles`], and what any write may meet.
    pub fn allow_file(
        &mut self,
        context: &AuditContext,
        path: &str,
        sha256: [u8; 32],
        production: bool,
        outline: &str,
    ) -> Result<(), VaultError> {
        names::check_path(path)?;
        names::check_text(StoredText::Outline, outline)?;
        if sha256 == TrustedFile::DENIED {
            return Err(Invalid::Sha256.into());
        }
        self.change(context, |edit| {
            let known = read::trusted_by_path(edit.connection, path)?;
            let (denied, others): (Vec<_>, Vec<_>) =
                known.into_iter().partition(TrustedFile::is_denial);
            let others = others.iter().filter(|file| file.sha256 != sha256);
            for superseded in others.skip(MOST_CONTENTS - 1).chain(&denied) {
                edit.rooted.delete_trusted(superseded)?;
            }
            edit.put_file(&TrustedFile {
                path: path.into(),
                sha256,
                production,
                allowed_at: edit.now,
            })?;
            let event = AuditEvent::done(Action::FileAllowed)
                .with("path", path)
                .with("sha256", data_encoding::HEXLOWER.encode(&sha256))
                .with("production", production.to_string())
                .with("outline", outline);
            Ok(((), Some(event)))
        })
    }

    /// Trusts no content of it any longer, and remembers that: a file that was denied is not one
    /// that nobody has looked at.
    ///
    /// # Errors
    /// [`VaultError::Invalid`] for a relative or too long path,
    /// [`Refusal::TooManyTrustedFiles`] for one that was not trusted, and what any write may
    /// meet.
    pub fn deny_file(&mut self, context: &AuditContext, path: &str) -> Result<(), VaultError> {
        names::check_path(path)?;
        self.change(context, |edit| {
            let known = read::trusted_by_path(edit.connection, path)?;
            if known.iter().any(TrustedFile::is_denial) {
                return Ok(((), None));
            }
            for content in &known {
                edit.rooted.delete_trusted(content)?;
            }
            edit.put_file(&TrustedFile {
                path: path.into(),
                sha256: TrustedFile::DENIED,
                production: false,
                allowed_at: edit.now,
            })?;
            Ok((
                (),
                Some(AuditEvent::done(Action::FileDenied).with("path", path)),
            ))
        })
    }

    /// All trusted contents, by path.
    ///
    /// # Errors
    /// [`VaultError::DamagedData`], [`VaultError::Database`].
    pub fn trusted_files(&self) -> Result<Vec<TrustedFile>, VaultError> {
        let mut files = read::trusted(&self.connection)?;
        files.retain(|file| !file.is_denial());
        Ok(files)
    }

    /// What its owner has said about exactly this content at this path.
    ///
    /// # Errors
    /// [`VaultError::DamagedData`], [`VaultError::Database`].
    pub fn file_trust(&self, path: &str, sha256: &[u8; 32]) -> Result<FileTrust, VaultError> {
        let known = read::trusted_by_path(&self.connection, path)?;
        if known.iter().any(TrustedFile::is_denial) {
            return Ok(FileTrust::Denied);
        }
        let is_new = known.is_empty();
        let found = known.into_iter().find(|file| file.sha256 == *sha256);
        Ok(match found {
            Some(file) => FileTrust::Trusted(file),
            None if is_new => FileTrust::Unknown,
            None => FileTrust::Changed,
        })
    }
}

impl Edit<'_> {
    /// Stores a row. Where there is no room for a new one the oldest denial goes: its file is
    /// then one that nobody has looked at, which is not trusted either.
    fn put_file(&mut self, file: &TrustedFile) -> Result<(), VaultError> {
        let known = read::trusted_by_path(self.connection, &file.path)?;
        let is_new = known.iter().all(|known| known.sha256 != file.sha256);
        if is_new && read::trusted_count(self.connection)? >= MOST_FILES {
            let oldest = read::oldest_denial(self.connection)?;
            let oldest = oldest.ok_or(Refusal::TooManyTrustedFiles(MOST_FILES))?;
            self.rooted.delete_trusted(&oldest)?;
        }
        self.rooted.put_trusted(file)
    }
}

#[cfg(test)]
impl Unlocked {
    /// Trusts so many files at once, of a folder.
    pub(crate) fn trust_many(
        &mut self,
        context: &AuditContext,
        count: usize,
    ) -> Result<(), VaultError> {
        self.change(context, |edit| {
            for number in 0..count {
                edit.put_file(&TrustedFile {
                    path: format!("/many/{number}"),
                    sha256: [1; 32],
                    production: false,
                    allowed_at: edit.now,
                })?;
            }
            Ok(((), Some(AuditEvent::done(Action::FileAllowed))))
        })
    }
}
