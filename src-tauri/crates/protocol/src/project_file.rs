//! The grammar of `.keyhaven.toml`, and how the file is found.
//!
//! The reader is strict: what it does not know is an error with its line and column, and no
//! message repeats what the file holds. Reading a file does not mean to obey it: the agent
//! does so only for bytes its owner has allowed.

mod filter;
mod suggestion;
mod template;

use data_encoding::HEXLOWER;
use keyhaven_rules::Expected;
use sha2::{Digest as _, Sha256};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::Error;
use crate::frame::MAX_SEGMENTS;

pub use filter::{FileFormat, FilterError, ValueFilter};
pub use suggestion::Suggestion;
pub use template::{FillError, Template, TemplatePart};

/// The file's name.
pub const FILE_NAME: &str = ".keyhaven.toml";
/// The largest file in bytes.
pub const MAX_BYTES: usize = 64 << 10;
/// The most variables a file may set.
pub const MAX_VARIABLES: usize = MAX_SEGMENTS;
/// The most references a file may have.
pub const MAX_REFERENCES: usize = MAX_SEGMENTS;

/// What a directory file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectFile {
    /// The project of the launch.
    pub project: String,
    /// The default environment; `-e` replaces it.
    pub environment: Option<String>,
    /// Whether a credential of a higher tier may enter, if its owner said yes to that too.
    pub allow_production: bool,
    /// The variables in the order of their names; none means every credential of the
    /// environment under its own variables.
    pub variables: Option<Vec<ProjectVariable>>,
}

/// A variable and where its value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectVariable {
    /// Matches `^[A-Za-z_][A-Za-z0-9_]*$`.
    pub name: String,
    /// Its value.
    pub template: Template,
}

/// Where a directory file is not what it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{line}:{column}: expected {expected:?}")]
pub struct ProjectFileError {
    /// From 1.
    pub line: u32,
    /// In characters, from 1.
    pub column: u32,
    /// What was expected there.
    pub expected: Expected,
}

impl ProjectFileError {
    /// The error as the agent and the clients show it.
    #[must_use]
    pub fn in_file(self, file: &str) -> Error {
        Error::Malformed {
            file: file.into(),
            line: self.line,
            column: self.column,
            expected: self.expected,
        }
    }
}

impl ProjectFile {
    /// Reads a file's content.
    ///
    /// # Errors
    /// It is not valid, or holds something unknown.
    pub fn parse(content: &str) -> Result<Self, ProjectFileError> {
        let reader = FileReader { content };
        if content.len() > MAX_BYTES {
            return reader.refuse(
                0,
                Expected::SmallerFile {
                    limit: format!("{} KiB", MAX_BYTES >> 10),
                },
            );
        }
        let table = DeTable::parse(content).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            let system = error.message().to_owned();
            reader.error(at, Expected::Toml { system })
        })?;
        reader.directory(table.get_ref())
    }
}

/// The SHA-256 by which a content is trusted, in lower-case hex.
#[must_use]
pub fn fingerprint(content: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(content))
}

/// Turns the file's tables into a [`ProjectFile`], and byte offsets into lines and columns.
struct FileReader<'a> {
    content: &'a str,
}

impl FileReader<'_> {
    fn directory(&self, table: &DeTable<'_>) -> Result<ProjectFile, ProjectFileError> {
        let mut project = None;
        let mut environment = None;
        let mut allow_production = false;
        let mut variables = None;
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "project" => project = Some(self.name(value)?),
                "environment" => environment = Some(self.name(value)?),
                "allow_production" => {
                    allow_production = value
                        .get_ref()
                        .as_bool()
                        .ok_or_else(|| self.error(value.span().start, Expected::TrueOrFalse))?;
                }
                "env" => variables = Some(self.variables(value)?),
                _ => {
                    return self.refuse(key.span().start, Expected::ProjectFileKey);
                }
            }
        }
        let Some(project) = project else {
            return self.refuse(0, Expected::ProjectLine);
        };
        Ok(ProjectFile {
            project,
            environment,
            allow_production,
            variables,
        })
    }

    fn name(&self, value: &Spanned<DeValue<'_>>) -> Result<String, ProjectFileError> {
        let name = self.text(value)?;
        if name.is_empty() || name.chars().any(char::is_control) {
            return self.refuse(value.span().start, Expected::PlainName);
        }
        Ok(name.to_owned())
    }

    fn variables(
        &self,
        value: &Spanned<DeValue<'_>>,
    ) -> Result<Vec<ProjectVariable>, ProjectFileError> {
        let Some(table) = value.get_ref().as_table() else {
            return self.refuse(value.span().start, Expected::VariableTable);
        };
        if table.len() > MAX_VARIABLES {
            return self.refuse(
                value.span().start,
                Expected::FewerVariables {
                    limit: MAX_VARIABLES as u32,
                },
            );
        }
        let mut variables = Vec::with_capacity(table.len());
        let mut references = 0;
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            if !keyhaven_rules::variables::is_variable_name(name) {
                return self.refuse(key.span().start, Expected::VariableName);
            }
            let text = self.text(value)?;
            if text.contains('\0') {
                return self.refuse(value.span().start, Expected::NoNul);
            }
            let template = Template::parse(text)
                .map_err(|expected| self.error(value.span().start, expected))?;
            references += template.references().count();
            if references > MAX_REFERENCES {
                return self.refuse(
                    value.span().start,
                    Expected::FewerReferences {
                        limit: MAX_REFERENCES as u32,
                    },
                );
            }
            variables.push(ProjectVariable {
                name: name.to_owned(),
                template,
            });
        }
        variables.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(variables)
    }

    fn text<'v>(&self, value: &'v Spanned<DeValue<'_>>) -> Result<&'v str, ProjectFileError> {
        value
            .get_ref()
            .as_str()
            .ok_or_else(|| self.error(value.span().start, Expected::QuotedText))
    }

    fn refuse<T>(&self, at: usize, expected: Expected) -> Result<T, ProjectFileError> {
        Err(self.error(at, expected))
    }

    fn error(&self, at: usize, expected: Expected) -> ProjectFileError {
        let before = self.content.get(..at).unwrap_or(self.content);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        ProjectFileError {
            line: number(before.matches('\n').count() + 1),
            column: number(before[line_start..].chars().count() + 1),
            expected,
        }
    }
}

/// Offsets are bounded by [`MAX_BYTES`], but for the one error that says so.
fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_example_of_the_contract() {
        let directory = ProjectFile::parse(
            r#"
project = "shop"
environment = "dev"            # default; --env overrides

[env]
STRIPE_API_KEY = "kh:stripe"
DATABASE_URL   = "postgres://app:{{kh:postgres/password|url}}@localhost/app"
SENTRY_DSN     = "kh://shared/prod/sentry"
LOG_LEVEL      = "debug"
"#,
        )
        .unwrap();
        assert_eq!(directory.project, "shop");
        assert_eq!(directory.environment.as_deref(), Some("dev"));
        assert!(!directory.allow_production);
        let variables = directory.variables.unwrap();
        let names: Vec<_> = variables.iter().map(|v| v.name.as_str()).collect();
        assert_eq!(
            names,
            ["DATABASE_URL", "LOG_LEVEL", "SENTRY_DSN", "STRIPE_API_KEY"]
        );
        assert_eq!(variables[0].template.parts.len(), 3);
        assert_eq!(
            variables[1].template.parts,
            [TemplatePart::Literal("debug".into())]
        );
    }

    #[test]
    fn a_file_has_a_limit_of_references() {
        let file = |references: usize| {
            let first = "{{kh:a}}".repeat(references - 1);
            format!("project = 'a'\n[env]\nA = '{first}'\nB = 'kh:b'")
        };
        assert!(ProjectFile::parse(&file(MAX_REFERENCES)).is_ok());
        let limit = MAX_REFERENCES as u32;
        let fewer = Expected::FewerReferences { limit };
        refused(&file(MAX_REFERENCES + 1), 4, 5, fewer);
    }

    #[test]
    fn an_absent_table_differs_from_an_empty_one() {
        let absent = ProjectFile::parse("project = 'a'").unwrap();
        assert_eq!(absent.variables, None);
        let empty = ProjectFile::parse("project = 'a'\n[env]").unwrap();
        assert_eq!(empty.variables, Some(vec![]));
    }

    #[track_caller]
    fn refused(content: &str, line: u32, column: u32, expected: Expected) {
        let error = ProjectFile::parse(content).unwrap_err();
        assert_eq!((error.line, error.column), (line, column), "{error}");
        assert_eq!(error.expected, expected);
    }

    fn refused_as_toml(content: &str, line: u32, column: u32) {
        let error = ProjectFile::parse(content).unwrap_err();
        assert_eq!((error.line, error.column), (line, column), "{error}");
        assert!(matches!(error.expected, Expected::Toml { .. }), "{error}");
    }

    #[test]
    fn errors_say_where_and_what() {
        refused("", 1, 1, Expected::ProjectLine);
        refused(
            "project = 'a'\nprojekt = 'b'\n",
            2,
            1,
            Expected::ProjectFileKey,
        );
        refused(
            "project = 'ä'\nallow_production = 'yes'",
            2,
            20,
            Expected::TrueOrFalse,
        );
        refused("project = 1", 1, 11, Expected::QuotedText);
        refused("project = ''", 1, 11, Expected::PlainName);
        refused(
            "project = 'a'\n[env]\nPORT = 3000",
            3,
            8,
            Expected::QuotedText,
        );
        refused(
            "project = 'a'\n[env]\n9A = 'x'",
            3,
            1,
            Expected::VariableName,
        );
        refused(
            "project = 'a'\n[env]\nA = 'kh:'",
            3,
            5,
            Expected::ReferencePart,
        );
        refused(
            "project = 'a'\n[env]\nA = 'x{{kh:a'",
            3,
            5,
            Expected::ClosingBraces,
        );
        refused(
            "project = 'a'\n[env]\nA = \"a\\u0000\"",
            3,
            5,
            Expected::NoNul,
        );
        refused("project = 'a'\nenv = 'x'", 2, 7, Expected::VariableTable);
        refused_as_toml("project = 'a\n", 1, 13);
        refused_as_toml("project = 'a'\nproject = 'b'", 2, 1);
    }

    #[test]
    fn no_error_repeats_the_file() {
        let canary = "hunter2";
        for content in [
            format!("project = 'a'\n{canary} = 1"),
            format!("project = '{canary}'\n[env]\nA = {canary}"),
            format!("project = 'a'\n[env]\nA = \"{canary}\\q\""),
            format!("project = 'a'\n[env]\n{canary} = 1\n{canary} = 2"),
            format!("project = 'a'\n[env]\nA = 'kh:x/{canary}/y'"),
            format!("project = 'a'\n[env]\nA = '{{{{kh:x|{canary}}}}}'"),
            format!("project = {{ {canary} = 1 }}"),
        ] {
            let error = ProjectFile::parse(&content).unwrap_err();
            assert!(!error.to_string().contains(canary), "{error}");
        }
    }

    proptest! {
        #[test]
        fn arbitrary_text_never_panics(text in "\\PC*", tail in "(.|\\s)*") {
            let _ = ProjectFile::parse(&text);
            let _ = ProjectFile::parse(&format!("project = 'a'\n[env]\nA = '{tail}"));
        }

        #[test]
        fn names_and_values_arrive_as_written(project in "[^\\x00-\\x1f\\x7f'\u{80}-\u{9f}]{1,20}", plain in "[ -&(-z]{0,20}") {
            prop_assume!(!plain.starts_with("kh:"));
            let content = format!("project = '{project}'\n[env]\nA = '{plain}'");
            let directory = ProjectFile::parse(&content).unwrap();
            prop_assert_eq!(directory.project, project);
            let variables = directory.variables.unwrap();
            let literal = if plain.is_empty() { vec![] } else { vec![TemplatePart::Literal(plain)] };
            prop_assert_eq!(&variables[0].template.parts, &literal);
        }
    }
}
