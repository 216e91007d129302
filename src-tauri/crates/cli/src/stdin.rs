//! What is read from stdin: passwords by the line, values as a whole.

use std::fs::File;
use std::io::Read as _;

use keyhaven_secret::{Secret, SecretString};

use crate::error::Failure;
use crate::problem::{CliProblem, SystemPart};

/// The longest line taken from stdin as a password, in bytes.
const MAX_PASSWORD: usize = 64 << 10;

/// The first line of stdin, without its end; what follows is left unread.
pub fn line_from_stdin() -> Result<SecretString, Failure> {
    let line = optional_line_from_stdin()?;
    line.ok_or_else(|| CliProblem::NoPasswordOnStdin.into())
}

/// As [`line_from_stdin`]; none at its end or where the line is empty.
pub fn optional_line_from_stdin() -> Result<Option<SecretString>, Failure> {
    let mut stdin = unbuffered_stdin()?;
    let mut line = Vec::with_capacity(256);
    let mut byte = [0];
    while line.len() <= MAX_PASSWORD {
        let count = stdin
            .read(&mut byte)
            .map_err(|error| Failure::system(SystemPart::Stdin, &error))?;
        if count == 0 || byte[0] == b'\n' {
            break;
        }
        line.push(byte[0]);
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    if line.is_empty() {
        return Ok(None);
    }
    let password = String::from_utf8(line).map_err(|_| CliProblem::PasswordNotUtf8)?;
    Ok(Some(Secret::new(password)))
}

/// All of stdin, up to a limit in bytes.
pub fn all_of_stdin(limit: usize) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    unbuffered_stdin()?
        .take(limit as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::system(SystemPart::Stdin, &error))?;
    if bytes.len() > limit {
        return Err(CliProblem::StdinTooLarge { limit }.into());
    }
    Ok(bytes)
}

/// Stdin without the standard library's buffer, which nobody would wipe.
fn unbuffered_stdin() -> Result<File, Failure> {
    let stdin = rustix::io::dup(rustix::stdio::stdin())
        .map_err(|error| Failure::system(SystemPart::Stdin, &error.into()))?;
    Ok(File::from(stdin))
}
