//! What a person probably did not mean in a value: the file is read as npm `dotenv` reads it,
//! but a shell, docker compose or an editor made something else of it.
//!
//! A note changes nothing. It is about the form, so that a value is never repeated.

use keyhaven_rules::placeholder::is_placeholder;

use crate::javascript::is_line_end;
use crate::records::LeftOutReason;

/// The quotes that a value may stand in.
pub(super) const QUOTES: [char; 3] = ['\'', '"', '`'];

/// A value as it is written in the file, and what was read.
pub(super) struct WrittenValue<'a> {
    /// Between its quotes; where it has none, up to a comment.
    pub(super) raw: &'a str,
    /// The quotes that were understood.
    pub(super) quote: Option<char>,
    /// What was read.
    pub(super) value: &'a str,
}

type Rule = (LeftOutReason, fn(&WrittenValue<'_>) -> bool);

/// The more special ones first.
const RULES: [Rule; 11] = [
    (LeftOutReason::Reference, has_reference),
    (LeftOutReason::DoubleDollar, |it| {
        it.is_expanded() && it.raw.contains("$$")
    }),
    (LeftOutReason::DollarQuote, |it| {
        it.quote.is_none() && (it.raw.starts_with("$'") || it.raw.starts_with("$\""))
    }),
    (LeftOutReason::GluedQuotes, has_glued_quotes),
    (LeftOutReason::ShellCommand, has_shell_command),
    (LeftOutReason::TextAfterQuote, |it| {
        !has_shell_command(it) && it.after_first_quote().is_some_and(|rest| !is_glued(rest))
    }),
    (LeftOutReason::TrailingBackslash, |it| {
        it.quote.is_none() && it.raw.ends_with('\\')
    }),
    (LeftOutReason::Command, has_command),
    (LeftOutReason::CurlyQuotes, |it| {
        it.value.starts_with(CURLY) || it.value.ends_with(CURLY)
    }),
    (LeftOutReason::BrokenJson, is_broken_json),
    (LeftOutReason::Placeholder, |it| is_placeholder(it.value)),
];

const CURLY: [char; 6] = [
    '\u{2018}', '\u{2019}', '\u{201a}', '\u{201c}', '\u{201d}', '\u{201e}',
];

/// What is to be noted of a value.
pub(super) fn notes(written: &WrittenValue<'_>) -> Vec<LeftOutReason> {
    let apply = |(reason, applies): &Rule| applies(written).then(|| reason.clone());
    RULES.iter().filter_map(apply).collect()
}

impl WrittenValue<'_> {
    /// Whether a shell or docker compose would look for `$` in it.
    fn is_expanded(&self) -> bool {
        matches!(self.quote, None | Some('"'))
    }

    /// What follows the first quoted part, where the quotes were not understood.
    fn after_first_quote(&self) -> Option<&str> {
        let quote = self.raw.chars().next()?;
        if self.quote.is_some() || !QUOTES.contains(&quote) {
            return None;
        }
        self.raw[1..].split_once(quote).map(|(_, rest)| rest)
    }
}

/// `$NAME` or `${name`.
fn has_reference(written: &WrittenValue<'_>) -> bool {
    let mut after = written.raw.split('$');
    // Before the first.
    after.next();
    written.is_expanded() && after.any(is_name)
}

/// Lower case only in braces: hashes of passwords have `$` before letters.
fn is_name(after: &str) -> bool {
    if let Some(inside) = after.strip_prefix('{') {
        return inside.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    }
    let end = after.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    let name = &after[..end.unwrap_or(after.len())];
    let upper = |c: char| c.is_ascii_uppercase() || c == '_';
    name.starts_with(upper) && name.chars().all(|c| upper(c) || c.is_ascii_digit())
}

/// `'it'\''s'`, as `kh env` and `jq @sh` write it; or parts in quotes side by side.
fn has_glued_quotes(written: &WrittenValue<'_>) -> bool {
    let as_shells_write = ["'\\''", "'\"'\"'"];
    as_shells_write
        .iter()
        .any(|glue| written.raw.contains(glue))
        || written.after_first_quote().is_some_and(is_glued)
}

fn is_glued(rest: &str) -> bool {
    rest.starts_with(QUOTES) || rest.starts_with('\\')
}

fn has_shell_command(written: &WrittenValue<'_>) -> bool {
    let mut after = written.raw.split(';');
    after.next();
    let is_export = |text: &str| text.trim_start().starts_with("export");
    written.quote.is_none() && after.any(is_export)
}

/// `$(command)`, or one in backticks; some quote with backticks, so it has to look like one.
fn has_command(written: &WrittenValue<'_>) -> bool {
    let in_dollar = written.is_expanded() && written.raw.contains("$(");
    let in_backticks = written.quote.is_none() && written.raw.matches('`').count() >= 2;
    in_dollar || in_backticks || written.quote == Some('`') && is_command(written.raw)
}

fn is_command(text: &str) -> bool {
    let begins = |c: char| c.is_ascii_lowercase() || matches!(c, '/' | '.' | '~');
    let is_word = text.chars().all(|c| c.is_ascii_lowercase());
    let has_quote = text.contains(['\'', '"']) || text.contains(is_line_end);
    text.starts_with(begins) && !has_quote && (is_word || text.contains(' '))
}

fn is_broken_json(written: &WrittenValue<'_>) -> bool {
    let value = written.value.trim();
    let begins = |open: char, after: &[char]| {
        let inside = value.strip_prefix(open).map(str::trim_start);
        inside.is_some_and(|inside| inside.starts_with(after))
    };
    let looks = begins('{', &['"', '\'', '\u{201c}']) || begins('[', &['"', '\'', '{']);
    looks && serde_json::from_str::<serde::de::IgnoredAny>(value).is_err()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::parse;
    use super::*;

    #[track_caller]
    fn noted(line: &str, expected: &[LeftOutReason]) {
        let entries = parse(format!("A={line}\n").as_bytes()).unwrap();
        assert_eq!(entries[0].notes, expected, "{line}");
    }

    #[test]
    fn what_a_shell_would_read_otherwise_is_noted() {
        use LeftOutReason as Note;
        noted("https://$HOST/${path}", &[Note::Reference]);
        noted("\"$A_1\"", &[Note::Reference]);
        noted("pa$$word", &[Note::DoubleDollar]);
        noted(r"$'a\nb'", &[Note::DollarQuote]);
        noted(r"'it'\''s'", &[Note::GluedQuotes]);
        noted(r"''\''s'", &[Note::GluedQuotes]);
        noted(r#"'it'"'"'s'"#, &[Note::GluedQuotes]);
        noted(r#""a"'b'"#, &[Note::GluedQuotes]);
        noted("1; export A", &[Note::ShellCommand]);
        noted("'1'; export A", &[Note::ShellCommand]);
        noted("'a' b", &[Note::TextAfterQuote]);
        noted("'a' 'b'", &[Note::TextAfterQuote]);
        noted(r"first \", &[Note::TrailingBackslash]);
        noted("`git rev-parse HEAD`", &[Note::Command]);
        noted("`whoami`", &[Note::Command]);
        noted("v-`git describe`", &[Note::Command]);
        noted("\"$(cat key)\"", &[Note::Command]);
        noted("\u{201c}value\u{201d}", &[Note::CurlyQuotes]);
        noted("{\"a\": 1,}", &[Note::BrokenJson]);
        noted("'{\u{201c}a\u{201d}: 1}'", &[Note::BrokenJson]);
        noted("{\"colour\": \"#fff\"}", &[Note::Comment, Note::BrokenJson]);
        for line in [
            "changeme",
            "CHANGE_ME",
            "xxx",
            "XXXX-xxxx",
            "<your key>",
            "your-api-key",
            "TODO",
            "your_token_here",
        ] {
            noted(line, &[Note::Placeholder]);
        }
    }

    #[test]
    fn what_is_meant_is_not_noted() {
        for line in [
            "plain",
            "",
            "'$HOME and $$ stay'",
            "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
            "\"it's 5$\"",
            "it's",
            "`it's \"quoted\"`",
            "`-----BEGIN KEY-----`",
            "Server=a;Database=b;",
            r"'C:\path\'",
            "{\"a\": \"b\"}",
            "'[{\"a\": [1, 2]}]'",
            "[::1]:80",
            "{id}",
            "x",
            "your",
            "exporter",
        ] {
            noted(line, &[]);
        }
    }

    proptest! {
        #[test]
        fn letters_and_digits_are_never_noted(value in "[A-Za-z0-9+/=_-]{20,60}") {
            let letters = value.to_ascii_lowercase();
            prop_assume!(!letters.starts_with("your") && !letters.contains("me"));
            let entries = parse(format!("A={value}").as_bytes()).unwrap();
            prop_assert!(entries[0].notes.is_empty(), "{:?}", entries[0].notes);
        }

        #[test]
        fn any_value_is_looked_at_without_panics(value in "([$'\"`\\\\;{}\\[\\]<>(]|export|\\PC){0,40}") {
            let _ = parse(format!("A={value}").as_bytes());
        }
    }
}
