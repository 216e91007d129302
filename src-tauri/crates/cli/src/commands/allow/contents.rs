//! What a project file would do, with its dangers marked, and the marks once more for the end.

use std::borrow::Cow;
use std::fmt::Write as _;

use keyhaven_client::project_file::FoundProjectFile;
use keyhaven_exchange::Catalogue;
use keyhaven_protocol::project_file::{ProjectFile, Template};
use keyhaven_protocol::view::{EnvironmentView, Tier};
use keyhaven_rules::variables;

use crate::output::shortened;
use crate::texts;

/// The mark of what belongs to production.
pub const PRODUCTION: &str = "production";
/// Of more lines than this, the first may have left the screen.
const SCREEN: usize = 20;
/// Characters of a line of a terminal.
const WIDTH: usize = 80;
/// Of more variables with the same mark than this, the rest is counted.
const MAX_NAMED: usize = 8;

/// The marks of a file, each with what has it.
#[derive(Debug, Default)]
pub struct MarkSummary(Vec<(String, Vec<String>)>);

impl MarkSummary {
    /// Notes a mark of `name`.
    pub fn add(&mut self, mark: &str, name: &str) {
        let name = name.to_owned();
        match self.0.iter_mut().find(|(known, _)| known == mark) {
            Some((_, names)) => names.push(name),
            None => self.0.push((mark.to_owned(), vec![name])),
        }
    }

    /// The text with the marks at its end, where they may have left the screen.
    pub fn repeated_after(&self, mut text: String) -> String {
        let lines = text
            .lines()
            .map(|line| line.chars().count().div_ceil(WIDTH).max(1));
        if self.0.is_empty() || lines.sum::<usize>() <= SCREEN {
            return text;
        }
        text.push_str("Marked\n");
        for (mark, names) in &self.0 {
            let named = names.get(..MAX_NAMED).unwrap_or(names).join(", ");
            let more = match names.len().checked_sub(MAX_NAMED) {
                None | Some(0) => String::new(),
                Some(more) => format!(" and {more} more"),
            };
            // Writing to a String cannot fail.
            let _ = writeln!(text, "  ! {mark}: {}{more}", shortened(&named));
        }
        text
    }
}

/// What the file would do, with its dangers marked.
pub fn describe(
    found: &FoundProjectFile,
    directory: &ProjectFile,
    environments: &[EnvironmentView],
) -> (String, MarkSummary) {
    let (mut text, mut marked) = (String::new(), MarkSummary::default());
    let path = found.path_text();
    let environment = directory.environment.as_deref();
    // Writing to a String cannot fail.
    let _ = writeln!(text, "File         {}", shortened(&path));
    let _ = writeln!(text, "Project      {}", shortened(&directory.project));
    let _ = writeln!(
        text,
        "Environment  {}{}",
        shortened(environment.unwrap_or("as given with -e")),
        match environment.map(|name| tier_of(environments, &directory.project, name)) {
            Some(Some(Tier::Production)) => {
                marked.add(PRODUCTION, "the environment");
                "  ! production"
            }
            Some(None) => "  (not in the vault)",
            _ => "",
        }
    );
    if directory.allow_production {
        marked.add(PRODUCTION, "allow_production");
        text.push_str("Production   ! asks for keys of a higher tier\n");
    }
    match &directory.variables {
        None => text.push_str("Variables    every key of the environment\n"),
        Some(variables) => {
            text.push_str("Variables\n");
            for variable in variables {
                let shown = variable.template.to_string();
                let name = shortened(&variable.name);
                let _ = write!(text, "  {name} = {}", shortened(&shown));
                for mark in marks(&variable.name, &variable.template, directory, environments) {
                    let _ = write!(text, "  ! {mark}");
                    marked.add(&mark, &name);
                }
                text.push('\n');
            }
        }
    }
    (text, marked)
}

fn marks(
    name: &str,
    template: &Template,
    directory: &ProjectFile,
    environments: &[EnvironmentView],
) -> Vec<Cow<'static, str>> {
    let mut marks: Vec<Cow<'static, str>> = Vec::new();
    if Catalogue::builtin()
        .secret_in(&template.literal())
        .is_some()
    {
        marks.push("looks like a secret; it belongs in the vault".into());
    }
    if template.suggestion().is_some() {
        marks.push("{{...}} without kh: is not replaced".into());
    }
    if variables::redirects_traffic(name) {
        marks.push("decides where the program connects".into());
    }
    match variables::mark(name) {
        Some(mark) if mark.is_refused() => {
            marks.push(format!("{}; it will be refused", texts::mark(mark)).into());
        }
        Some(mark) => marks.push(texts::mark(mark).into()),
        None => {}
    }
    if let Some(shell) = variables::shell(name) {
        let program = shell.program();
        marks.push(format!("part of {program}; kh env, kh hook and kh shell refuse it").into());
    }
    let places: Vec<_> = template
        .references()
        .filter_map(|r| r.place.as_ref())
        .collect();
    if places
        .iter()
        .any(|(project, _)| *project != directory.project)
    {
        marks.push("another project".into());
    }
    if places.iter().any(|(project, environment)| {
        tier_of(environments, project, environment) == Some(Tier::Production)
    }) {
        marks.push(PRODUCTION.into());
    }
    marks
}

pub fn tier_of(environments: &[EnvironmentView], project: &str, name: &str) -> Option<Tier> {
    environments
        .iter()
        .find(|environment| environment.project == project && environment.name == name)
        .map(|environment| environment.tier)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dangers_are_marked_and_control_characters_escaped() {
        let found = FoundProjectFile {
            path: "/p/.keyhaven.toml".into(),
            content: String::from(
                "project = 'shop'\nenvironment = 'dev'\nallow_production = true\n[env]\n\
                 API_URL = \"https://x\\u001b[2J\"\nDSN_KEY = 'kh://shared/prod/sentry'\n\
                 LD_PRELOAD = 'x'\nRANDOM = 'x'\nPLAIN = 'a{{kh:b|url}}'\n",
            ),
        };
        let directory = found.parse().unwrap();
        let environment = |project: &str, name: &str, tier| EnvironmentView {
            project: project.into(),
            name: name.into(),
            tier,
            credentials: 1,
        };
        let environments = [
            environment("shop", "dev", Tier::Development),
            environment("shared", "prod", Tier::Production),
        ];
        let (text, marks) = describe(&found, &directory, &environments);
        assert_eq!(
            text,
            "File         /p/.keyhaven.toml\n\
             Project      shop\n\
             Environment  dev\n\
             Production   ! asks for keys of a higher tier\n\
             Variables\n  \
             API_URL = https://x\\u{1b}[2J  ! decides where the program connects\n  \
             DSN_KEY = kh://shared/prod/sentry  ! another project  ! production\n  \
             LD_PRELOAD = x  ! changes how programs load code; it will be refused\n  \
             PLAIN = a{{kh:b|url}}\n  \
             RANDOM = x  ! part of bash; kh env, kh hook and kh shell refuse it\n"
        );
        assert_eq!(marks.repeated_after(text.clone()), text);
    }

    /// As many variables as there may be, one with 16 KB in one line, in a file of 64 KiB.
    #[test]
    fn marks_are_repeated_before_the_question_however_long_the_file_is() {
        let mut content = String::from("project = 'shop'\nenvironment = 'dev'\n[env]\n");
        for at in 0..4094 {
            let _ = writeln!(content, "V{at} = 'x'");
        }
        let _ = writeln!(content, "LD_PRELOAD = '{}'", "x".repeat(16_000));
        content.push_str("GOPROXY = 'https://elsewhere'\n");
        let found = FoundProjectFile {
            path: "/p/.keyhaven.toml".into(),
            content,
        };
        let (text, marks) = describe(&found, &found.parse().unwrap(), &[]);
        let shown = marks.repeated_after(text);
        assert!(
            shown.ends_with(
                "Marked\n  ! decides where the program connects: GOPROXY\n  \
             ! changes how programs load code; it will be refused: LD_PRELOAD\n"
            ) || shown.ends_with(
                "Marked\n  ! changes how programs load code; it will be refused: LD_PRELOAD\n  \
             ! decides where the program connects: GOPROXY\n"
            ),
            "{}",
            &shown[shown.len() - 300..]
        );
        assert!(shown.lines().all(|line| line.chars().count() < 400));
    }

    #[test]
    fn a_mark_of_thousands_of_variables_takes_one_line() {
        let mut marks = MarkSummary::default();
        for at in 0..4096 {
            marks.add(
                "decides where the program connects",
                &format!("HOST_{at}_{}", "X".repeat(60_000 / 4096)),
            );
        }
        let shown = marks.repeated_after("line\n".repeat(30));
        let last = shown.lines().last().unwrap();
        assert!(
            last.ends_with(" and 4088 more") && last.len() < 300,
            "{last}"
        );
    }
}
