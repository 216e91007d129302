//! Files of others, read without trust in what lies at a path.

use std::fs::OpenOptions;
use std::io::Read as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use keyhaven_exchange::Malformed;
use keyhaven_protocol::Error;
use keyhaven_protocol::problem::Problem;
use keyhaven_secret::{Secret, SecretBytes};
use rustix::fs::OFlags;

/// Reads a file of at most `limit` bytes. A FIFO or device would block or never end, so only
/// regular files are read.
///
/// # Errors
/// It cannot be read, is no regular file, or is too large.
pub(super) fn read_bounded(path: &Path, limit: usize) -> Result<SecretBytes, Error> {
    let failed = |error: std::io::Error| Error::io(path, &error);
    let refused = |problem| Error::unsafe_path(path, problem);
    let too_large = || {
        refused(Problem::FileTooLarge {
            limit_kib: u32::try_from(limit >> 10).unwrap_or(u32::MAX),
        })
    };
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(OFlags::NONBLOCK.bits().cast_signed())
        .open(path)
        .map_err(&failed)?;
    let metadata = file.metadata().map_err(&failed)?;
    if !metadata.is_file() {
        return Err(refused(Problem::NotRegularFile));
    }
    let expected = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
    if expected > limit {
        return Err(too_large());
    }
    let mut bytes = Secret::new(Vec::with_capacity(expected + 1));
    // Exposed to be filled; it may grow while it is read, so the bound is kept here.
    let read = file.take(limit as u64 + 1).read_to_end(bytes.expose_mut());
    if read.map_err(&failed)? > limit {
        return Err(too_large());
    }
    Ok(bytes)
}

/// Where a file cannot be read.
pub(super) fn malformed(file: String, found: &Malformed) -> Error {
    Error::Malformed {
        file,
        line: found.line,
        column: found.column,
        expected: found.expected.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_file_or_too_large_is_refused_at_once() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(
            read_bounded(folder.path(), 10),
            Err(Error::UnsafePath { .. })
        ));
        let fifo = folder.path().join("fifo");
        rustix::fs::mknodat(
            rustix::fs::CWD,
            &fifo,
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::RUSR,
            0,
        )
        .unwrap();
        assert!(matches!(
            read_bounded(&fifo, 10),
            Err(Error::UnsafePath { .. })
        ));
        let file = folder.path().join("file");
        std::fs::write(&file, b"0123456789").unwrap();
        assert_eq!(read_bounded(&file, 10).unwrap().expose(), b"0123456789");
        assert!(read_bounded(&file, 9).is_err());
    }
}
