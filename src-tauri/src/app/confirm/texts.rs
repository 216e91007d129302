//! What a person is shown before they confirm a launch or a change.

use keyhaven_protocol::view::{FieldKind, PlannedField, PlannedVariable, Tier};
use keyhaven_rules::text::visible;

use super::LaunchDifferences;
use crate::launch::{LaunchKeys, LaunchRequest};
use crate::strings::{NativeText, listed, shown};

/// Names in a sentence; more are only counted.
const MAX_NAMED: usize = 12;

/// What the confirmation of a launch says below its title: what it is, where it runs, and what is
/// not as it was confirmed.
pub fn of_launch(
    order: &LaunchRequest,
    tier: Option<Tier>,
    differences: Option<&LaunchDifferences>,
) -> String {
    let command = match order.command.is_empty() {
        true => NativeText::ShellInTerminal.text(),
        false => shown(&order.command_line()),
    };
    let mut lines = vec![command, String::new()];
    if tier == Some(Tier::Production) {
        let (project, environment) = order.keys.place();
        let place = place(project, environment);
        lines.push(NativeText::ProductionPlace { place }.text());
    }
    lines.extend(keys_of(&order.keys).iter().map(NativeText::text));
    let directory = match &order.directory {
        Some(directory) => NativeText::Directory {
            path: shown(&directory.to_string_lossy()),
        },
        None => NativeText::HomeDirectory,
    };
    lines.push(directory.text());
    lines.push(match differences {
        None => NativeText::AskedOnce.text(),
        Some(differences) => changed_since(differences).text(),
    });
    lines.join("\n")
}

/// Which keys a launch gets, and what else its profile says of its variables.
fn keys_of(keys: &LaunchKeys) -> Vec<NativeText> {
    let (project, environment) = keys.place();
    let place = place(project, environment);
    let LaunchKeys::Profile(profile) = keys else {
        return vec![NativeText::EveryKeyOf { place }];
    };
    let choice = &profile.choice;
    let keys = match choice.only.is_empty() {
        true => NativeText::EveryKey.text(),
        false => listed(&choice.only),
    };
    let profile_name = shown(&profile.name);
    let mut lines = vec![NativeText::KeysByProfile {
        keys,
        place,
        profile: profile_name,
    }];
    // What lets more in stands before what may be long.
    if profile.allow_production {
        lines.push(NativeText::ProductionAmong);
    }
    if !choice.except.is_empty() {
        let names = listed(&choice.except);
        lines.push(NativeText::Except { names });
    }
    if !profile.needs.is_empty() {
        let scopes = listed(&profile.needs);
        lines.push(NativeText::Needs { scopes });
    }
    if !choice.prefix.is_empty() {
        let prefix = shown(&choice.prefix);
        lines.push(NativeText::Prefix { prefix });
    }
    if profile.clean {
        lines.push(NativeText::Clean);
    }
    if !profile.keep.is_empty() {
        let names = listed(&profile.keep);
        lines.push(NativeText::Keep { names });
    }
    let assigned = choice.renamed.iter().chain(&choice.set);
    lines.extend(assigned.map(|one| NativeText::Assigned {
        variable: shown(&one.variable),
        text: shown(&one.text),
    }));
    lines
}

/// What is not as it was confirmed.
fn changed_since(differences: &LaunchDifferences) -> NativeText {
    let LaunchDifferences {
        command,
        directory,
        added,
        changed,
        removed,
    } = differences;
    let all = [
        command.then_some(NativeText::ChangedCommand),
        directory.then_some(NativeText::ChangedDirectory),
        counted(added.len(), |count| NativeText::ChangedAdded { count }),
        counted(changed.len(), |count| NativeText::ChangedFilled { count }),
        counted(*removed, |count| NativeText::ChangedRemoved { count }),
    ];
    let all: Vec<String> = all.iter().flatten().map(NativeText::text).collect();
    match all.is_empty() {
        true => NativeText::ChangedSomehow,
        false => NativeText::ChangedSince { what: listed(&all) },
    }
}

fn counted(count: usize, text: impl FnOnce(usize) -> NativeText) -> Option<NativeText> {
    (count > 0).then(|| text(count))
}

/// A line for each variable of a launch; what is not as it was confirmed comes first.
pub fn variable_lines(
    variables: &[PlannedVariable],
    differences: Option<&LaunchDifferences>,
) -> Vec<String> {
    let among = |names: fn(&LaunchDifferences) -> &Vec<String>, name: &String| {
        differences.is_some_and(|differences| names(differences).contains(name))
    };
    let mut lines: Vec<(bool, String)> = variables
        .iter()
        .map(|variable| {
            let line = variable_line(variable);
            if among(|all| &all.added, &variable.name) {
                (false, NativeText::NewVariable { line }.text())
            } else if among(|all| &all.changed, &variable.name) {
                (false, NativeText::ChangedVariable { line }.text())
            } else {
                (true, line)
            }
        })
        .collect();
    lines.sort_by_key(|(same, _)| *same);
    lines.into_iter().map(|(_, line)| line).collect()
}

/// A variable, and what fills it.
fn variable_line(variable: &PlannedVariable) -> String {
    let fields: Vec<String> = variable.fields.iter().map(field_words).collect();
    let from = listed(&fields);
    let name = shown(&variable.name);
    let text = variable.text.as_deref().map(shown);
    let line = match (text, fields.is_empty()) {
        (Some(text), true) => NativeText::Assigned {
            variable: name,
            text,
        },
        (Some(text), false) => NativeText::FilledText {
            variable: name,
            text,
            from,
        },
        (None, _) => NativeText::Filled {
            variable: name,
            from,
        },
    };
    match variable.allow_loader_variable {
        true => NativeText::LoadsCode { line: line.text() }.text(),
        false => line.text(),
    }
}

fn field_words(field: &PlannedField) -> String {
    let mut words = format!("{}/{}/{}", field.project, field.environment, field.name);
    if field.field != "value" {
        words = format!("{words}/{}", field.field);
    }
    let field_name = shown(&words);
    match field.kind {
        FieldKind::Secret => field_name,
        FieldKind::Plain => NativeText::PlainField { field: field_name }.text(),
    }
}

/// What a key would fill instead of what it fills.
pub fn of_variable(name: &str, before: Option<&str>, after: Option<&str>) -> NativeText {
    let name = shown(name);
    match (before.map(shown), after.map(shown)) {
        (Some(before), Some(after)) => NativeText::VariableReplaced {
            name,
            before,
            after,
        },
        (Some(variable), None) => NativeText::VariableRemoved { name, variable },
        (None, variable) => NativeText::VariableAdded {
            name,
            variable: variable.unwrap_or_default(),
        },
    }
}

/// A project and environment.
pub fn place(project: &str, environment: &str) -> String {
    format!("{}/{}", visible(project), visible(environment))
}

/// Names in a sentence.
pub fn named(names: &[&str]) -> String {
    let some: Vec<String> = names
        .iter()
        .take(MAX_NAMED)
        .map(|&name| name.into())
        .collect();
    let names_shown = listed(&some);
    match names.len() - some.len() {
        0 => names_shown,
        count => NativeText::AndMore {
            names: names_shown,
            count,
        }
        .text(),
    }
}

#[cfg(test)]
mod tests {
    use keyhaven_protocol::request::{Assignment, Profile};

    use super::*;

    #[test]
    fn the_confirmation_names_command_place_and_keys() {
        let keys = LaunchKeys::Environment {
            project: "shop".into(),
            environment: "dev".into(),
        };
        let order = LaunchRequest {
            keys,
            command: vec!["npm".into(), "start".into()],
            directory: Some("/home/a/shop".into()),
        };
        let text = of_launch(&order, Some(Tier::Development), None);
        for part in ["npm start", "shop/dev", "/home/a/shop"] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(!text.contains("PRODUCTION"));
        let text = of_launch(&order, Some(Tier::Production), None);
        assert!(
            text.contains("PRODUCTION: shop/dev is for live systems"),
            "{text}"
        );
        let shell = LaunchRequest {
            command: Vec::new(),
            directory: None,
            ..order
        };
        let text = of_launch(&shell, None, None);
        assert!(text.starts_with("A shell in a terminal\n"));
        assert!(text.contains("In your home folder"), "{text}");
    }

    #[test]
    fn the_confirmation_of_a_profile_names_what_it_changes() {
        let mut profile = Profile {
            name: "web".into(),
            project: "shop".into(),
            environment: "dev".into(),
            allow_production: true,
            ..Profile::default()
        };
        profile.choice.only = vec!["kh:stripe".into()];
        profile.needs = vec!["read".into()];
        profile.choice.set = vec![Assignment {
            variable: "API_URL".into(),
            text: "http://else\u{202e}where".into(),
        }];
        let text = of_launch(&LaunchRequest::of_profile(profile), None, None);
        for part in [
            "kh:stripe of shop/dev",
            "profile web",
            "Only keys with one of the scopes read",
            r"API_URL is http://else\u{202e}where",
            "Keys of a higher tier may be among them",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }

    #[test]
    fn each_variable_has_a_line_and_what_has_changed_comes_first() {
        let variable = |name: &str, kind| PlannedVariable {
            name: name.into(),
            text: None,
            fields: vec![PlannedField {
                credential: Default::default(),
                project: "shop".into(),
                environment: "dev".into(),
                name: name.to_lowercase(),
                field: "value".into(),
                kind,
            }],
            allow_loader_variable: false,
        };
        let variables = [
            variable("A", FieldKind::Secret),
            variable("B", FieldKind::Plain),
        ];
        let lines = variable_lines(&variables, None);
        assert_eq!(lines, ["A from shop/dev/a", "B from shop/dev/b (plain)"]);
        let differences = LaunchDifferences {
            changed: vec!["B".into()],
            removed: 2,
            ..LaunchDifferences::default()
        };
        let lines = variable_lines(&variables, Some(&differences));
        assert_eq!(lines[0], "Changed: B from shop/dev/b (plain)");
        let words = changed_since(&differences).text();
        assert!(
            words.contains("1 variable changed, 2 variables removed"),
            "{words}"
        );
    }

    #[test]
    fn names_are_listed_and_more_of_them_counted() {
        assert_eq!(named(&["A", "B\n"]), r"A, B\n");
        assert!(named(&["A"; 15]).ends_with("A and 3 more"));
    }

    #[test]
    fn what_a_key_would_fill_is_named_in_each_case() {
        let text = |before, after| of_variable("a\nb", before, after).text();
        assert_eq!(
            text(Some("A"), Some("B")),
            r"a\nb would fill B instead of A."
        );
        assert_eq!(text(None, Some("B")), r"a\nb would fill B.");
        assert_eq!(text(Some("A"), None), r"a\nb would no longer fill A.");
    }
}
