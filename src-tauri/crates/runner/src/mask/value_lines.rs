//! The lines of a value that are secrets by themselves: a program may print one of them.

use keyhaven_secret::SecretBytes;

/// Shorter lines, such as the braces of JSON, are too common.
const SHORTEST: usize = 8;
/// A value with more lines is only found as a whole: its lines would make the search slow.
/// An RSA key of 16,384 bits has 200.
const MOST: usize = 256;
/// The most lines of all values together; with more, the filter of the index would pass too
/// much.
const MOST_IN_ALL: usize = 1024;

/// The lines of all values.
pub(super) fn of_all(values: &[SecretBytes]) -> Vec<SecretBytes> {
    let mut all = Vec::new();
    for lines in values.iter().map(of) {
        if all.len() + lines.len() <= MOST_IN_ALL {
            all.extend(lines);
        }
    }
    all
}

/// Each line without the white space around it, where there are several.
fn of(value: &SecretBytes) -> Vec<SecretBytes> {
    // Exposed to be copied, line by line.
    let lines = value.expose().split(|byte| matches!(byte, b'\r' | b'\n'));
    let lines = lines
        .map(<[u8]>::trim_ascii)
        .filter(|line| !line.is_empty());
    let count = lines.clone().count();
    if !(2..=MOST).contains(&count) {
        return Vec::new();
    }
    let secret = lines.filter(|line| is_long(line) && !is_armour(line));
    secret.map(SecretBytes::copy_of).collect()
}

fn is_long(line: &[u8]) -> bool {
    String::from_utf8_lossy(line).chars().count() >= SHORTEST
}

/// The same around every key (RFC 7468, section 2; RFC 4880, section 6.2).
fn is_armour(line: &[u8]) -> bool {
    line.starts_with(b"-----") && line.ends_with(b"-----")
}
