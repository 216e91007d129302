//! What a value would mean in the file that it is written into, by the format of that file.
//!
//! Without a filter a value comes in as it stands. Where the reader of the file would take it
//! for something other than its text, or could not read it, it needs a filter.

use std::path::Path;

use keyhaven_protocol::project_file::{FileFormat, Template, TemplatePart, ValueFilter};
use keyhaven_secret::SecretBytes;

/// What templates are called besides the file that they become.
const TEMPLATE_ENDINGS: [&str; 7] = ["template", "tmpl", "tpl", "in", "example", "sample", "dist"];

/// The format of a file of that name; for a template, of what it becomes.
pub fn of_path(path: &Path) -> Option<FileFormat> {
    let name = path.file_name()?.to_str()?.to_ascii_lowercase();
    let is_format = |ending: &&str| !TEMPLATE_ENDINGS.contains(ending);
    // The first part is the name itself.
    let ending = name.rsplit('.').find(is_format)?;
    if !name.contains(&format!(".{ending}")) {
        return None;
    }
    match ending {
        "json" => Some(FileFormat::Json),
        "yaml" | "yml" => Some(FileFormat::Yaml),
        "toml" => Some(FileFormat::Toml),
        "ini" | "cfg" => Some(FileFormat::Ini),
        "sh" | "bash" | "zsh" | "profile" => Some(FileFormat::Sh),
        "properties" => Some(FileFormat::Properties),
        "xml" => Some(FileFormat::Xml),
        _ => None,
    }
}

/// Whether quotes mean something around a value.
const fn has_quotes(format: FileFormat) -> bool {
    matches!(
        format,
        FileFormat::Json | FileFormat::Yaml | FileFormat::Toml | FileFormat::Sh
    )
}

/// Whether a value is read as its own text where it stands after `before`, the line so far.
/// Values with quotes, backslashes or line breaks are refused elsewhere.
pub fn keeps(format: FileFormat, before: &str, value: &SecretBytes) -> bool {
    // Exposed to be judged by its form.
    let Ok(text) = std::str::from_utf8(value.expose()) else {
        return false;
    };
    let no_control = !text.chars().any(|c| c.is_control() && c != '\t');
    let quotes = Quotes::around(before).filter(|_| has_quotes(format));
    match (format, quotes) {
        (FileFormat::Json | FileFormat::Toml, Some(_)) => no_control && !text.contains('\t'),
        (FileFormat::Json | FileFormat::Toml, None) => is_number_or_bool(text),
        (FileFormat::Yaml, Some(_)) => no_control,
        (FileFormat::Yaml, None) => no_control && is_plain_yaml(before, text),
        (FileFormat::Sh, Some(Quotes::Single)) => true,
        (FileFormat::Sh, Some(Quotes::Double)) => !text.contains('$'),
        (FileFormat::Sh, None) => text
            .chars()
            .all(|c| c.is_alphanumeric() || "_@%+=:,./-".contains(c)),
        (FileFormat::Properties, _) => {
            !text.starts_with(' ') && text.chars().all(|c| matches!(c, ' '..='~'))
        }
        (FileFormat::Xml, _) => no_control && !text.contains(['&', '<', '>']),
        (FileFormat::Ini, _) => ValueFilter::from(format).length(value).is_ok(),
    }
}

/// Whether a filter that adds quotes stands between quotes already.
pub fn quotes_twice(format: FileFormat, before: &str, filter: ValueFilter) -> bool {
    has_quotes(format) && filter.adds_quotes() && Quotes::around(before).is_some()
}

/// The quotes that are open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quotes {
    Single,
    Double,
}

impl Quotes {
    /// The quotes in which what follows `before` stands, the line so far.
    fn around(before: &str) -> Option<Self> {
        let mut open = None;
        let mut escaped = false;
        for c in before.chars() {
            match (c, open) {
                _ if escaped => escaped = false,
                ('\\', None | Some(Self::Double)) => escaped = true,
                ('"', None) => open = Some(Self::Double),
                ('\'', None) => open = Some(Self::Single),
                ('"', Some(Self::Double)) | ('\'', Some(Self::Single)) => open = None,
                _ => {}
            }
        }
        open
    }
}

/// Calls `look` for each reference with the literal text of its line so far. Values are left
/// out of it: none that has quotes gets into a line without a filter.
pub fn each_reference<'t, E>(
    template: &'t Template,
    mut look: impl FnMut(&str, &'t TemplatePart) -> Result<(), E>,
) -> Result<(), E> {
    let mut line = String::new();
    for part in &template.parts {
        match part {
            TemplatePart::Reference { .. } => look(&line, part)?,
            TemplatePart::Literal(text) => match text.rsplit_once('\n') {
                Some((_, last)) => line = last.to_owned(),
                None => line.push_str(text),
            },
        }
    }
    Ok(())
}

/// What has one form only, so that nobody means a text by it outside of quotes.
fn is_number_or_bool(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_number = !digits.is_empty()
        && digits.len() <= 15
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && (digits == "0" || !digits.starts_with('0'));
    is_number || matches!(text, "true" | "false")
}

/// Whether YAML reads a text outside of quotes as that text (1.2.2, 7.3.3, and the types of 1.1).
fn is_plain_yaml(before: &str, text: &str) -> bool {
    let is_whole = before.is_empty() || before.ends_with([' ', '\t', '[', ',', '{']);
    let indicator = |c: char| "-?:,[]{}#&*!|>%@`".contains(c) || c.is_whitespace();
    let splits = text.contains(": ")
        || text.contains(" #")
        || text.contains(['\t', ',', '[', ']', '{', '}'])
        || text.ends_with([':', ' ']);
    if splits || text.starts_with('#') {
        return false;
    }
    !is_whole || !(text.is_empty() || text.starts_with(indicator) || has_yaml_type(text))
}

/// Whether YAML takes a text for a number, a date, a truth value or nothing.
fn has_yaml_type(text: &str) -> bool {
    const WORDS: [&str; 12] = [
        "y", "yes", "n", "no", "true", "false", "on", "off", "null", "~", ".inf", ".nan",
    ];
    let low = text.to_ascii_lowercase();
    let unsigned = low.strip_prefix(['+', '-']).unwrap_or(&low);
    let digit = |c: char| c.is_ascii_digit();
    let all = |allowed: &str| unsigned.chars().all(|c| digit(c) || allowed.contains(c));
    let is_number = unsigned.starts_with(|c| digit(c) || c == '.') && all("._:,");
    let is_power = unsigned.split_once('e').is_some_and(|(base, power)| {
        let part =
            |text: &str| !text.is_empty() && text.chars().all(|c| digit(c) || "._+-".contains(c));
        part(base) && part(power)
    });
    let has_base = ["0x", "0o", "0b"]
        .iter()
        .any(|base| unsigned.starts_with(base))
        && unsigned[2..]
            .chars()
            .all(|c| c.is_ascii_hexdigit() || c == '_');
    // 2026-01-31, with or without a time.
    let mut parts = low.splitn(3, '-');
    let is_count = |part: Option<&str>, most| {
        part.is_some_and(|part| (1..=most).contains(&part.len()) && part.chars().all(digit))
    };
    let is_date = is_count(parts.next(), 4)
        && is_count(parts.next(), 2)
        && parts.next().is_some_and(|day| day.starts_with(digit));
    let is_word = WORDS.contains(&low.as_str())
        || WORDS[10..].contains(&unsigned)
        || low == "<<"
        || low == "=";
    is_word || is_number || is_power || has_base || is_date
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn keeps_line(format: FileFormat, line: &str) -> bool {
        let (before, value) = line.split_once('<').unwrap();
        let value = value.trim_end_matches('>');
        keeps(format, before, &SecretBytes::copy_of(value.as_bytes()))
    }

    #[test]
    fn the_format_follows_from_the_name() {
        for (name, format) in [
            ("config.yaml", Some(FileFormat::Yaml)),
            ("config.yml.tpl", Some(FileFormat::Yaml)),
            ("config.template.json", Some(FileFormat::Json)),
            ("/etc/app.PROPERTIES", Some(FileFormat::Properties)),
            ("app.tpl", None),
            ("template", None),
            ("yaml", None),
            ("notes.txt", None),
        ] {
            assert_eq!(of_path(Path::new(name)), format, "{name}");
        }
    }

    #[test]
    fn a_value_that_would_change_its_meaning_is_refused() {
        let refused = [
            (FileFormat::Yaml, "key: <true>"),
            (FileFormat::Yaml, "key: <NO>"),
            (FileFormat::Yaml, "key: <0123>"),
            (FileFormat::Yaml, "key: <12345678>"),
            (FileFormat::Yaml, "key: <1e9>"),
            (FileFormat::Yaml, "key: <2026-01-31>"),
            (FileFormat::Yaml, "key: <12:30>"),
            (FileFormat::Yaml, "key: <a: b>"),
            (FileFormat::Yaml, "key: <a #b>"),
            (FileFormat::Yaml, "- <*star>"),
            (FileFormat::Yaml, "key: <@at>"),
            (FileFormat::Yaml, "key: <~>"),
            (FileFormat::Yaml, "key: <>"),
            (FileFormat::Json, "\"key\": <abc>"),
            (FileFormat::Json, "\"key\": <0123>"),
            (FileFormat::Toml, "key = <1e9>"),
            (FileFormat::Toml, "key = <abc>"),
            (FileFormat::Sh, "KEY=<a b>"),
            (FileFormat::Sh, "KEY=<$(id)>"),
            (FileFormat::Sh, "KEY=\"<$HOME>"),
            (FileFormat::Ini, "key = <50%>"),
            (FileFormat::Properties, "key=<clé>"),
            (FileFormat::Xml, "<a><b & c>"),
        ];
        for (format, line) in refused {
            let line = line.replacen("<a><", "a<", 1);
            assert!(!keeps_line(format, &line), "{format:?} {line}");
        }
    }

    #[test]
    fn a_value_that_keeps_its_meaning_comes_in() {
        for (format, line) in [
            (FileFormat::Yaml, "key: <sk_test_123>"),
            (
                FileFormat::Yaml,
                "key: <3fa85f64-5717-4562-b3fc-2c963f66afa6>",
            ),
            (FileFormat::Yaml, "key: \"<true>"),
            (FileFormat::Yaml, "key: '<a: b #c>"),
            (FileFormat::Yaml, "url: http://user@host:<5432>"),
            (FileFormat::Json, "\"key\": \"<abc>"),
            (FileFormat::Json, "\"key\": <5432>"),
            (FileFormat::Json, "\"it's\": \"<abc>"),
            (FileFormat::Toml, "key = <true>"),
            (FileFormat::Toml, "key = '<a b>"),
            (FileFormat::Sh, "KEY=<sk_test-1.2>"),
            (FileFormat::Sh, "KEY='<$HOME>"),
            (FileFormat::Ini, "key = <a b>"),
            (FileFormat::Properties, "key=<a b>"),
            (FileFormat::Xml, "<a b>"),
        ] {
            assert!(keeps_line(format, line), "{format:?} {line}");
        }
        let twice = |format: FileFormat, before| quotes_twice(format, before, format.into());
        assert!(twice(FileFormat::Yaml, "key: \""));
        assert!(!twice(FileFormat::Yaml, "key: "));
        assert!(!twice(FileFormat::Json, "\"key\": \""));
    }

    proptest! {
        /// What real readers make of a value that comes in without a filter.
        #[test]
        fn what_is_kept_is_read_back(value in "([a-z0-9:#~*&!%@.,+_=-]|true|no|null|0x|1e| |\\PC){0,12}") {
            // Those are refused before.
            prop_assume!(!value.contains(['"', '\'', '`', '\\']));
            let secret = SecretBytes::copy_of(value.as_bytes());
            if keeps(FileFormat::Yaml, "key: ", &secret) {
                let read: serde_norway::Value = serde_norway::from_str(&format!("key: {value}\nother: 1\n")).unwrap();
                prop_assert_eq!(read["key"].as_str(), Some(value.as_str()));
            }
            if keeps(FileFormat::Json, "\"key\": ", &secret) {
                let read: serde_json::Value = serde_json::from_str(&value).unwrap();
                prop_assert_eq!(read.to_string(), value.clone());
            }
        }
    }
}
