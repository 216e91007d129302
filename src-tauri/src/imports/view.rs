//! What JavaScript learns of a file: names, kinds and lines; never a path, and never a value.

use keyhaven_exchange::{Import, LeftOut, Malformed, Record, aws_key};
use keyhaven_protocol::view::FieldKind;
use keyhaven_rules::hidden_in_token;
use serde::Serialize;

use super::place::PlaceGuess;
use crate::strings;

/// A file as the window shows it.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ImportFileView {
    pub(super) id: u32,
    file_name: String,
    /// The project and environment that the file's place suggests.
    suggested: PlaceGuess,
    pub(super) items: Vec<ImportRecordView>,
    left_out: Vec<ImportLeftOutView>,
    /// The lines that cannot be read; the others are imported only if a person agrees.
    pub(super) skipped: Vec<ImportSkippedView>,
    /// The names of the rows that are one AWS key together, if there is one.
    aws_key: Vec<String>,
}

/// One record of a file, without its value.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(super) struct ImportRecordView {
    pub(super) name: String,
    variable: Option<String>,
    kind: FieldKind,
    reason: String,
    provider: Option<String>,
    line: u32,
    /// The invisible characters in a value that looks like a token, by name.
    hidden: Vec<String>,
}

/// A line that cannot be read.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(super) struct ImportSkippedView {
    pub(super) line: u32,
    column: u32,
    /// What was expected there.
    pub(super) expected: String,
}

/// What does not arrive as it stands.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
struct ImportLeftOutView {
    line: u32,
    what: String,
    why: String,
}

impl ImportFileView {
    pub(super) fn of(id: u32, name: &str, suggested: PlaceGuess, import: &Import) -> Self {
        let names = import.records.iter().map(|record| record.name.as_str());
        let parts = aws_key(names).unwrap_or_default();
        let name_of = |at: usize| import.records[at].name.clone();
        Self {
            id,
            file_name: name.into(),
            suggested,
            items: import.records.iter().map(ImportRecordView::of).collect(),
            left_out: import.left_out.iter().map(ImportLeftOutView::of).collect(),
            skipped: import.skipped.iter().map(ImportSkippedView::of).collect(),
            aws_key: parts.iter().map(|part| name_of(part.at)).collect(),
        }
    }
}

impl ImportRecordView {
    fn of(record: &Record) -> Self {
        Self {
            name: record.name.clone(),
            variable: record.variable.clone(),
            kind: record.kind,
            reason: strings::proposal(&record.reason),
            provider: record.provider.clone(),
            line: record.line,
            // Exposed to look for characters that nobody sees.
            hidden: hidden_in_token(record.value.expose()),
        }
    }
}

impl ImportSkippedView {
    fn of(found: &Malformed) -> Self {
        Self {
            line: found.line,
            column: found.column,
            expected: strings::expected(&found.expected),
        }
    }
}

impl ImportLeftOutView {
    fn of(left: &LeftOut) -> Self {
        Self {
            line: left.line,
            what: left.what.clone(),
            why: strings::left_out(&left.why),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::imports::tests::read;

    #[test]
    fn what_javascript_learns_of_a_file_holds_no_value_and_no_path() {
        let (_, view) = read(b"A=canary-7f3a\nNODE_OPTIONS=canary-7f3b\n");
        let json = serde_json::to_string(&view.unwrap()).unwrap();
        assert!(json.contains(r#""file_name":"shop.env""#) && json.contains(r#""line":2"#));
        assert!(!json.contains("canary") && !json.contains('/'), "{json}");
        // Where a value cannot be read, none of its lines is taken for a name.
        for text in [
            "A=1\nB=-----BEGIN PRIVATE KEY-----\nMIIx\ncanary7f3a=\n-----END PRIVATE KEY-----\n",
            "A=1\nB=-----BEGIN PRIVATE KEY-----\nMIIx\ncanary-7f3b=x\n",
            "A=1\nB=MIIx\nMIIx\ncanary7f3c==\n",
            "A=1\nB=\"MIIx\ncanary-7f3d=x\n",
            "A=1\nB='MIIx\ncanary-7f3e: x'y\n",
            "A=1\nB:\"MIIx\ncanary-7f3f=x\"\n",
        ] {
            let view = read(text.as_bytes()).1.unwrap();
            assert!(!view.skipped.is_empty(), "{text}");
            let json = serde_json::to_string(&view).unwrap();
            assert!(
                json.contains(r#""name":"A""#) && !json.contains("canary"),
                "{json}"
            );
        }
    }

    #[test]
    fn a_variable_that_loads_code_is_stored_without_it_and_said() {
        let view = read(b"NODE_OPTIONS=x\n").1.unwrap();
        assert_eq!(view.items[0].variable, None);
        let [left] = &view.left_out[..] else {
            panic!("{:?}", view.left_out);
        };
        assert_eq!((left.line, left.what.as_str()), (1, "NODE_OPTIONS"));
    }

    #[test]
    fn characters_that_nobody_sees_are_named() {
        let view = read("A=sk_test_1\u{200b}\nB=sk_test_1\n".as_bytes())
            .1
            .unwrap();
        assert_eq!(view.items[0].hidden.len(), 1);
        assert!(view.items[1].hidden.is_empty());
    }

    #[test]
    fn the_rows_of_an_aws_key_are_named_where_it_is_whole() {
        let view = read(b"AWS_ACCESS_KEY_ID=i\nA=1\nAWS_SECRET_ACCESS_KEY=s\n")
            .1
            .unwrap();
        assert_eq!(view.aws_key, ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]);
        assert!(read(b"AWS_ACCESS_KEY_ID=i\n").1.unwrap().aws_key.is_empty());
    }
}
