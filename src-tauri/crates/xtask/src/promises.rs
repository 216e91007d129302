//! What Keyhaven promises, and which tests carry each promise.

use crate::sources::Source;

/// One promise.
pub struct Promise {
    /// As in the names of its tests, `promise_NN_...`.
    pub number: u32,
    /// What holds.
    pub sentence: &'static str,
    /// Whether what it is about does not exist yet, so that no test can carry it.
    pub planned: bool,
}

/// Every promise, in the order of the numbers.
pub const PROMISES: [Promise; 26] = [
    kept(1, "A kill loses nothing that was acknowledged"),
    kept(2, "A power loss loses no acknowledged change"),
    kept(3, "An interrupted operation is done or not done"),
    kept(4, "A full or failing disk is reported, loses nothing"),
    kept(5, "Tampering is detected and named"),
    kept(6, "A hostile header is refused before it costs much"),
    kept(7, "After a lock no secret is left in memory"),
    kept(8, "The window holds no value it does not need"),
    kept(9, "Nobody else gets in or looks inside"),
    kept(10, "A misbehaving client affects nobody else"),
    kept(11, "No input crashes a parser"),
    kept(12, "No variable can hijack the child process"),
    kept(13, "`kh run` is transparent to the program"),
    kept(14, "Masking leaks no value and changes nothing else"),
    kept(15, "No value gets into logs, errors, argv or files"),
    kept(16, "The clipboard is cleared"),
    kept(17, "The vault locks when you leave"),
    kept(18, "The audit log is complete and true"),
    kept(19, "A backup restores everything it should"),
    kept(20, "Each reminder arrives once, and in time"),
    Promise {
        planned: true,
        ..kept(21, "A rotation never leaves you without a key")
    },
    kept(22, "The window has the listed commands and no others"),
    kept(23, "Each dependency is pinned and its licence allowed"),
    kept(24, "The page starts nothing unasked, learns no value"),
    kept(25, "A release cannot be erased from the log"),
    kept(26, "Locking always works"),
];

const fn kept(number: u32, sentence: &'static str) -> Promise {
    Promise {
        number,
        sentence,
        planned: false,
    }
}

/// The number in a test's name.
pub fn number(test: &str) -> Option<u32> {
    test.strip_prefix("promise_")?.get(..2)?.parse().ok()
}

/// The names of the promises' tests in a file, in the order of their lines.
pub fn tests(source: &Source) -> Vec<&str> {
    if !source.is(&["rs"]) {
        return Vec::new();
    }
    source.text.lines().filter_map(defined).collect()
}

/// The test that a line defines: as a function, or as `name: ...` in the call of a macro that
/// makes one function of each line.
fn defined(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let (name, after) = match line.strip_prefix("fn ") {
        Some(rest) => (rest, '('),
        None => (line, ':'),
    };
    number(name)?;
    let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
    name[end..].starts_with(after).then_some(&name[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_found_as_functions_and_as_lines_of_a_macro() {
        let text = "fn promise_05_a() {\n    promise_11_b: \"x\",\n    \"promise_05_no\"\n\
                    promise_05_no();\nfn promise_none() {}\n    fn promise_07_c() {\n";
        let source = Source {
            path: "a.rs".into(),
            text: text.into(),
        };
        let found = tests(&source);
        assert_eq!(found, ["promise_05_a", "promise_11_b", "promise_07_c"]);
    }

    #[test]
    fn promises_are_numbered_from_one_and_fit_the_table() {
        for (at, promise) in (1..).zip(&PROMISES) {
            assert_eq!(promise.number, at);
            assert!(promise.sentence.len() <= 50, "{}", promise.sentence);
        }
    }
}
