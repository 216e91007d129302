//! The width of prose: wrapped at 80 columns, and never beyond 100.

use crate::sources::Source;

const WIDEST: usize = 100;

/// Lines that are too long, but for tables, code and what cannot be wrapped.
pub fn long_lines(document: &Source) -> Vec<String> {
    let mut code = false;
    let mut long = Vec::new();
    for (line, at) in document.text.lines().zip(1..) {
        if line.trim_start().starts_with("```") {
            code = !code;
        }
        let width = line.chars().count();
        if !code && width > WIDEST && !line.starts_with('|') && can_be_wrapped(line) {
            long.push(format!(
                "{}:{at}: {width} columns; wrap prose at 80",
                document.path
            ));
        }
    }
    long
}

/// Whether a line is more than markup, or one long word such as a link and its bullet.
fn can_be_wrapped(line: &str) -> bool {
    if line.trim_start().starts_with('<') {
        return false;
    }
    let longest = line.split_whitespace().map(|word| word.chars().count());
    longest.max().is_none_or(|longest| longest < WIDEST / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_prose_that_can_be_wrapped_is_too_long() {
        let words = "word ".repeat(21);
        let text = format!(
            "{words}\n| {words} |\n```\n{words}\n```\n- `{}`\n{words}\n",
            "x".repeat(120)
        );
        let document = Source {
            path: "a.md".into(),
            text,
        };
        let long = long_lines(&document);
        assert_eq!(
            long,
            [
                "a.md:1: 105 columns; wrap prose at 80",
                "a.md:7: 105 columns; wrap prose at 80"
            ]
        );
    }
}
